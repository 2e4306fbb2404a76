"""What every step of an application has in common: the lock, the table, the log, the letters."""

from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Application, ApplicationEntry, ApplicationNote, Letter, User
from members.models.people import secretariat
from members.refusals import Refused
from members.states import APPLICATION_STEPS, ENDED, WAITS_FOR_US, target_of

from .letters import write_letter

KIND = "application"
"""Letters to applicants: each carries the private address of the application."""


def lock_application(application: Application) -> Application:
    return Application.objects.select_for_update(of=("self",)).get(pk=application.pk)


def take_step(row: Application, name: str, *, actor: User | None = None, text: str = "") -> ApplicationEntry:
    """Moves a locked row as the table allows, and writes it into the log. The caller has checked the right.

    Raises Refused where the state does not allow the step.
    """
    target = target_of(name, row.state)
    if target is None:
        raise Refused(
            _("The application is “%(state)s” by now, so this cannot be done. Nothing was changed.")
            % {"state": row.get_state_display()}
        )
    now = clock.now()
    if target not in WAITS_FOR_US:
        row.waiting_since = None
    elif row.state not in WAITS_FOR_US:
        row.waiting_since = now
    row.state = target
    row.ended_at = now if target in ENDED else None
    row.save()
    return log_step(row, name, actor=actor, text=text)


def log_step(row: Application, name: str, *, actor: User | None = None, text: str = "") -> ApplicationEntry:
    """One row of the log; who, and the words, stand beside it."""
    side = APPLICATION_STEPS[name].side
    entry = ApplicationEntry.objects.create(application=row, step=name, side=side, happened_at=clock.now())
    if actor or text:
        ApplicationNote.objects.create(entry=entry, actor=actor, text=text)
    return entry


def tell_applicant(row: Application, template: str, *, key: str, **context: object) -> Letter:
    """A letter to the contact person, who has no account yet."""
    return write_letter(
        key=f"{KIND}/{row.pk}/{key}",
        kind=KIND,
        recipient=None,
        to=row.email,
        name=row.contact,
        language=row.language,
        template=f"members/letters/{template}.txt",
        context={"application": row, **context},
    )


def tell_secretariat(row: Application, entry: ApplicationEntry) -> None:
    """That the application waits for the secretariat, or no longer does."""
    for user in secretariat():
        write_letter(
            key=f"{KIND}_waits/{entry.pk}/{user.pk}",
            kind=f"{KIND}_waits",
            recipient=user,
            template="members/letters/application_waits.txt",
            context={"application": row, "step": entry.step},
        )
