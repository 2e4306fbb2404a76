"""機關工作臺: what a ministry's people see and do. Nobody else gets past the 404."""

from .export import export
from .overview import overview
from .papers import draft_odt
from .referral import referral
from .steps import step
from .texts import answer_text, answer_texts

__all__ = ["answer_text", "answer_texts", "draft_odt", "export", "overview", "referral", "step"]
