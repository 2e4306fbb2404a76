"""遮蔽: words, texts and files taken out of the record of a case, with a trace and without the words."""

from .files import replace_file, withdraw_file
from .meetings import MeetingPreview, preview_meeting, redact_meeting
from .papers import preview_papers, redact_papers
from .removal import remove_text
from .texts import Text, seen_by, texts_of
from .words import Preview, preview_words, redact_words

__all__ = [
    "MeetingPreview",
    "Preview",
    "Text",
    "preview_meeting",
    "preview_papers",
    "preview_words",
    "redact_meeting",
    "redact_papers",
    "redact_words",
    "remove_text",
    "replace_file",
    "seen_by",
    "texts_of",
    "withdraw_file",
]
