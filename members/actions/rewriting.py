"""Words taken out of letters, those that wait and the copies of those that have left."""

from members import clock
from members.models import Letter


def rewrite_letter(letter: Letter, *, subject: str, body: str, calendar: str) -> None:
    """Writes subject, text and due dates anew and marks the row. What has left cannot be called back."""
    Letter.objects.filter(pk=letter.pk).update(
        subject=subject, body=body, calendar=calendar, redacted_at=clock.now()
    )
