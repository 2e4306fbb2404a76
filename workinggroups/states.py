"""Fixed choices that the floors above share. Pure."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class RedactionKind(TextChoices):
    """Why words were taken out of the record; the public reads it."""

    PERSONAL = "personal", pgettext_lazy("redaction", "personal data")
    SECRET = "secret", pgettext_lazy("redaction", "a business secret")
    UNLAWFUL = "unlawful", pgettext_lazy("redaction", "unlawful content")
    OTHER = "other", pgettext_lazy("redaction", "another reason")
