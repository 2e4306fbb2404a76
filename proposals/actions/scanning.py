"""Looks for personal data in what a case is about to show to others."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.refusals import Refused
from proposals import personal
from proposals.models import Attachment, Proposal, RestrictedPart, RestrictedText
from proposals.models.case_rules import TEXT_FIELDS
from proposals.plaintext import words_of


@dataclass(frozen=True)
class Scan:
    """What was found, and the names of the files whose content could not be read."""

    found: tuple[personal.Found, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Names the findings, so that a confirmation covers these and no later ones."""
        words = "\n".join(sorted(f"{hit.kind} {hit.masked}" for hit in self.found))
        return hashlib.sha256(words.encode()).hexdigest()[:32]


class PersonalData(Refused):
    """The text holds personal data that nobody has yet said to be meant for everybody."""

    def __init__(self, scan: Scan) -> None:
        super().__init__(
            _(
                "The text seems to hold personal data. Correct it, or confirm that it is meant to be public. "
                "What you wrote has been kept; nothing has been sent."
            )
        )
        self.scan = scan


def scan_case(proposal: Proposal, *, with_files: bool = True) -> Scan:
    """The public words of a case and its unrestricted files. Restricted text and files are exempt."""
    found = personal.found_in(public_texts(proposal))
    unread: list[str] = []
    files = proposal.attachments.filter(is_restricted=False, withdrawn_on=None)
    for file in files if with_files else ():
        scan = _scan_file(file)
        found += scan.found
        unread += scan.unread
    return Scan(tuple(found), tuple(unread))


def public_texts(proposal: Proposal) -> dict[str, str]:
    """The public words under the names by which people know them."""
    texts = {
        str(Proposal._meta.get_field(name).verbose_name): getattr(proposal, name)  # type: ignore[union-attr]
        for name in TEXT_FIELDS
        if name != "language"
    }
    for ask in proposal.asks.select_related("law"):
        law = ask.law.name if ask.law and not ask.law.is_checked else ""
        lines = (ask.text, ask.text_other, law, ask.article)
        texts[gettext("Ask %d") % ask.number] = "\n".join(filter(None, lines))
    return texts


def scan_restricted(
    proposal: Proposal, attachment: Attachment | None = None, part: RestrictedPart | None = None
) -> Scan:
    """What its proposer is about to open to everybody: the restricted text, or one file or part."""
    if part is not None:
        return scan_texts({str(part.get_side_display()): part.text})
    if attachment is None:
        texts = RestrictedText.objects.filter(proposal=proposal).values_list("text", flat=True)
        return scan_texts({gettext("restricted text"): "\n".join(texts)})
    return _scan_file(attachment)


def scan_texts(texts: Mapping[str, str]) -> Scan:
    return Scan(tuple(personal.found_in(texts)))


def _scan_file(file: Attachment) -> Scan:
    """Its name, and the words in it; named as unread where not all of them could be read."""
    try:
        with file.file.open("rb") as stream:
            words, is_all = words_of(stream, file.content_type)
    except FileNotFoundError:
        words, is_all = "", False
    found = personal.found_in({file.name: f"{file.name}\n{words}"})
    return Scan(tuple(found), () if is_all else (file.name,))
