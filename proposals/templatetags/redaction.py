"""What pages and letters say of redactions."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from members.templatetags.face import time_tag
from proposals.models import Attachment, PaperAnswer
from proposals.redactable import label_of
from workinggroups.states import RedactionKind

register = template.Library()


@register.filter
def place_label(name: str) -> str:
    """The words for a place that the trace names."""
    return label_of(name)


@register.simple_tag
def withdrawn(file: Attachment | PaperAnswer) -> SafeString:
    """Why a file is not there any more, and since when; in the place of its link."""
    words = {
        RedactionKind.PERSONAL: gettext("File withdrawn because of personal data on {day}"),
        RedactionKind.SECRET: gettext("File withdrawn because of a business secret on {day}"),
        RedactionKind.UNLAWFUL: gettext("File withdrawn because of unlawful content on {day}"),
    }.get(RedactionKind(file.withdrawn_for), gettext("File withdrawn on {day}"))
    return format_html(words, day=time_tag(file.withdrawn_on))
