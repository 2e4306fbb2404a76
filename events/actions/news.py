"""Writing news."""

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import Value

from events.models import NewsItem
from members import bigrams, clock


@transaction.atomic
def save_news(item: NewsItem) -> NewsItem:
    """Saves a news item with its index and the moment of the change. Publishes nothing by itself:
    the item is public from its own `published_at` on."""
    item.updated_at = clock.now()
    item.save()
    index_news(item)
    return item


def public_words(item: NewsItem) -> str:
    """What is searched: titles, leads and texts in both languages."""
    words = [item.title_zh, item.title_en, item.lead_zh, item.lead_en, item.body_zh, item.body_en]
    return "\n".join(word for word in words if word)


def index_news(item: NewsItem) -> None:
    """Writes the search index of one row, published or not; reading starts from `published()`."""
    document = bigrams.document(public_words(item))
    NewsItem.objects.filter(pk=item.pk).update(search=SearchVector(Value(document), config="simple"))
