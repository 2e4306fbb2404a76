"""Words that a ministry writes often in its answers: kept by its liaisons and deputies, for it alone."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from members.models import Organisation, User
from members.permissions import answers_for
from members.refusals import NotAllowed, Refused
from proposals.models import SavedText


@transaction.atomic
def save_answer_text(
    *, user: User, body: Organisation, title: str, text_zh: str, text_en: str, text: SavedText | None = None
) -> SavedText:
    """Writes a text of the body, a new one or another wording. What was answered with it keeps its words."""
    row = _locked(user, text) if text else SavedText(kind=SavedText.Kind.ANSWER, body=body)
    if row.body != body or not answers_for(user, body):
        raise NotAllowed
    row.title, row.text_zh, row.text_en = title.strip(), text_zh.strip(), text_en.strip()
    if not row.title:
        raise Refused(_("Give the text a title, by which it is found in the list."))
    if not (row.text_zh or row.text_en):
        raise Refused(_("Write the text in at least one language."))
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused(_("Your body has a text of this title already. Choose another title.")) from error
    return row


@transaction.atomic
def use_answer_text(*, user: User, text: SavedText, is_active: bool) -> SavedText:
    """Puts a text out of use, or into use again. It is never deleted."""
    row = _locked(user, text)
    row.is_active = is_active
    row.save(update_fields=["is_active"])
    return row


def _locked(user: User, text: SavedText) -> SavedText:
    row = SavedText.objects.select_for_update(of=("self",)).select_related("body").get(pk=text.pk)
    if row.kind != SavedText.Kind.ANSWER or not answers_for(user, row.body):
        raise NotAllowed
    return row
