from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("News and rooms")

    def ready(self) -> None:
        """News about a case repeats its words: they are redacted with it."""
        from proposals.redactable import Place, register

        from .actions.news import index_news

        columns = {"title": _("title"), "lead": _("in one sentence"), "body": _("text")}
        fields = {f"{name}_{tongue}": label for name, label in columns.items() for tongue in ("zh", "en")}
        register(Place("events.NewsItem", _("news item"), fields, reindex=index_news))
