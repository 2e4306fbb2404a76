"""The words by which the public finds an organisation, written in the transaction that changes them."""

from django.contrib.postgres.search import SearchVector
from django.db.models import Value

from members import bigrams
from members.models import Organisation

FORMER = ("name_zh", "name_en", "short_zh", "short_en")


def public_words(organisation: Organisation) -> str:
    """Names, those of before too, and descriptions; neither mailbox nor people."""
    former = [row[field] for row in organisation.former_names for field in FORMER]
    words = [
        organisation.name_zh,
        organisation.name_en,
        organisation.short_zh,
        organisation.short_en,
        organisation.about_zh,
        organisation.about_en,
        *former,
    ]
    return "\n".join(word for word in words if word)


def index_organisation(organisation: Organisation) -> None:
    """Writes the search index of one row. To be called after each save of it."""
    document = bigrams.document(public_words(organisation))
    Organisation.objects.filter(pk=organisation.pk).update(
        search=SearchVector(Value(document), config="simple")
    )
