"""The decisions that a triage officer takes in the admin, each with its form and the action that does it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.models import User
from members.refusals import Refused
from proposals.actions import aftermath, merging, recusal, triage
from proposals.actions.agendas import put_on_agenda
from proposals.actions.consultations import invite_ministries
from proposals.actions.coordination import decline_unowned, is_unowned
from proposals.actions.moving import move_proposal
from proposals.actions.pauses import end_pause_for_cause, pause_for_cause
from proposals.actions.scoring import score_proposal
from proposals.actions.supporting import add_supporting
from proposals.forms.aftermath import PublicReasonForm
from proposals.forms.agendas import AgendaForm
from proposals.forms.consultations import InviteForm
from proposals.forms.coordination import SupportForm, UnownedForm
from proposals.forms.merging import UnmergeForm
from proposals.forms.pauses import PauseForm, RunOnForm
from proposals.forms.recusal import DecideRecusalForm, RecusalsForm, StandAsideForm
from proposals.forms.scoring import ScoreForm
from proposals.forms.triage import AskForm, DeclineForm, MoveForm, NoteForm, ReferForm
from proposals.models import Coordination, Criterion, Pause, Proposal
from proposals.permissions import can_take_step, parties_of
from proposals.states import MAX_QUESTIONS, PROPOSAL_STEPS, UNMERGED_WHILE, Party
from workinggroups.permissions import triages

Data = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One decision: `run(user, case, version, data)` is the same action as everywhere in the portal."""

    name: str
    label: str | Promise
    hint: str | Promise
    done: str | Promise
    run: Callable[[User, Proposal, int | None, Data], object]
    form: type[forms.Form] | None = None
    bulk: bool = True
    button: str = ""
    page: str = ""
    """Where the step is taken, if it has a page of its own instead of a form beside the case."""

    @property
    def takes_case(self) -> bool:
        """Whether the form wants to know the case it is about."""
        return getattr(self.form, "takes_case", False)

    @property
    def takes_user(self) -> bool:
        """Whether the form shows what its reader wrote before."""
        return getattr(self.form, "takes_user", False)


def _refer(user: User, case: Proposal, version: int | None, data: Data) -> object:
    return triage.refer_proposal(
        user=user,
        proposal=case,
        lead=data["lead"],
        supporting=list(data["supporting"]),
        letter_number=data["letter_number"],
        letter_on=data["letter_on"],
        expected_version=version,
    )


def open_pause(case: Proposal) -> Pause | None:
    """The pause for a cause of the alliance's own clock, if it stands."""
    return Pause.objects.for_cause().open().filter(proposal=case, referral__isnull=True).first()


def _run_on(user: User, case: Proposal, version: int | None, data: Data) -> object:
    pause = open_pause(case)
    if pause is None:
        raise Refused(_("This pause has ended already. Nothing was changed."))
    return end_pause_for_cause(user=user, pause=pause, **data)


STEPS = {
    step.name: step
    for step in (
        Step(
            "accept",
            PROPOSAL_STEPS["accept"].label,
            _("The group takes the case up for discussion; from now on it is public."),
            pgettext_lazy("decision", "accepted"),
            lambda user, case, version, data: triage.accept_proposal(
                user=user, proposal=case, expected_version=version
            ),
            button="primary",
        ),
        Step(
            "refer",
            PROPOSAL_STEPS["refer"].label,
            _("Names one lead and any supporting bodies; their periods begin. Accepts the case as well."),
            pgettext_lazy("decision", "referred to ministries"),
            _refer,
            ReferForm,
        ),
        Step(
            "refer_again",
            PROPOSAL_STEPS["refer_again"].label,
            _("The lead has returned the matter as not its own. The total time runs on."),
            pgettext_lazy("decision", "referred to another body"),
            _refer,
            ReferForm,
            bulk=False,
        ),
        Step(
            "invite",
            PROPOSAL_STEPS["invite"].label,
            _("They may read the case from now on, except its restricted text. No clock runs."),
            pgettext_lazy("decision", "ministries invited"),
            lambda user, case, version, data: invite_ministries(
                user=user,
                proposal=case,
                bodies=list(data["bodies"]),
                note=data["note"],
                expected_version=version,
            ),
            InviteForm,
            bulk=False,
        ),
        Step(
            "put_on_agenda",
            PROPOSAL_STEPS["put_on_agenda"].label,
            _("Of a coming meeting of the group; the case page and the meeting say so."),
            pgettext_lazy("decision", "put on the agenda"),
            lambda user, case, version, data: put_on_agenda(
                user=user, proposal=case, meeting=data["meeting"], expected_version=version
            ),
            AgendaForm,
            bulk=False,
        ),
        Step(
            "add_supporting",
            PROPOSAL_STEPS["add_supporting"].label,
            _("Each has a period of its own; the lead's clock runs on."),
            pgettext_lazy("decision", "further bodies asked"),
            lambda user, case, version, data: add_supporting(
                user=user, proposal=case, bodies=list(data["supporting"]), expected_version=version
            ),
            SupportForm,
            bulk=False,
        ),
        Step(
            "decline_unowned",
            PROPOSAL_STEPS["decline_unowned"].label,
            _(
                "By a letter no body is competent. The text of the case is then hidden; its number, the "
                "group and this kind of reason stay public."
            ),
            pgettext_lazy("decision", "declined"),
            lambda user, case, version, data: decline_unowned(
                user=user, proposal=case, text=data["text"], expected_version=version
            ),
            UnownedForm,
            bulk=False,
            button="danger",
        ),
        Step(
            "ask",
            PROPOSAL_STEPS["ask"].label,
            _("The proposer adds what is lacking; twice at most."),
            pgettext_lazy("decision", "sent back for information"),
            lambda user, case, version, data: triage.ask_for_information(
                user=user, proposal=case, text=data["text"], expected_version=version
            ),
            AskForm,
        ),
        Step(
            "resume",
            PROPOSAL_STEPS["resume"].label,
            _("The alliance's clock runs on from today."),
            pgettext_lazy("decision", "taken up again"),
            lambda user, case, version, data: triage.resume_proposal(
                user=user, proposal=case, expected_version=version
            ),
            bulk=False,
            button="primary",
        ),
        Step(
            "decline",
            PROPOSAL_STEPS["decline"].label,
            _("Ends the case, with a reason."),
            pgettext_lazy("decision", "declined"),
            lambda user, case, version, data: triage.decline_proposal(
                user=user,
                proposal=case,
                reason=data["reason"],
                text=data["text"],
                expected_version=version,
            ),
            DeclineForm,
            button="danger",
        ),
        Step(
            "merge",
            PROPOSAL_STEPS["merge"].label,
            _("For two that ask the same. You see what would happen before it does."),
            pgettext_lazy("decision", "merged"),
            lambda user, case, version, data: merging.merge_proposal(
                user=user, proposal=case, expected_version=version, **data
            ),
            bulk=False,
            page="admin:proposals_proposal_merge",
        ),
        Step(
            "unmerge",
            PROPOSAL_STEPS["unmerge"].label,
            _("Until the other case goes to the ministries. This one goes on where it stood, its days kept."),
            pgettext_lazy("decision", "the merger undone"),
            lambda user, case, version, data: merging.unmerge_proposal(
                user=user, proposal=case, text=data["text"], expected_version=version
            ),
            UnmergeForm,
            bulk=False,
        ),
        Step(
            "move",
            PROPOSAL_STEPS["move"].label,
            _("Another group decides on it from now on. Its dates run on."),
            pgettext_lazy("decision", "moved to another group"),
            lambda user, case, version, data: move_proposal(
                user=user, proposal=case, expected_version=version, **data
            ),
            MoveForm,
        ),
        Step(
            "pause",
            PROPOSAL_STEPS["pause"].label,
            _(
                "The alliance's own clock, for a disaster or another cause that nobody answers for. Reason "
                "and evidence are public. A ministry's clock is stopped on its referral."
            ),
            pgettext_lazy("decision", "the clock stands"),
            lambda user, case, version, data: pause_for_cause(user=user, proposal=case, **data),
            PauseForm,
            bulk=False,
        ),
        Step(
            "run_on",
            PROPOSAL_STEPS["run_on"].label,
            _("The open date moves by the days that the pause took."),
            pgettext_lazy("decision", "the clock runs on"),
            _run_on,
            RunOnForm,
            bulk=False,
        ),
        Step(
            "reopen",
            PROPOSAL_STEPS["reopen"].label,
            _("Within a year, if law or facts have changed; the reason is public. It may be referred anew."),
            pgettext_lazy("decision", "reopened"),
            lambda user, case, version, data: aftermath.reopen_proposal(
                user=user, proposal=case, text=data["text"], expected_version=version
            ),
            PublicReasonForm,
            bulk=False,
        ),
        Step(
            "close_again",
            PROPOSAL_STEPS["close_again"].label,
            _("Takes the reopening back: nothing is asked anew, the answers stand. The reason is public."),
            pgettext_lazy("decision", "closed again"),
            lambda user, case, version, data: aftermath.close_again(
                user=user, proposal=case, text=data["text"], expected_version=version
            ),
            PublicReasonForm,
            bulk=False,
        ),
        Step(
            "decide_recusal",
            PROPOSAL_STEPS["decide_recusal"].label,
            _("The proposer asks that an officer takes no part in the case. Its dates run on."),
            pgettext_lazy("decision", "recusal decided"),
            lambda user, case, version, data: recusal.decide_recusal(user=user, **data),
            DecideRecusalForm,
            bulk=False,
        ),
        Step(
            "end_recusal",
            PROPOSAL_STEPS["end_recusal"].label,
            _("The interest has ended, or was declared by mistake: the officer takes part again."),
            pgettext_lazy("decision", "recusal ended"),
            lambda user, case, version, data: recusal.end_recusal(user=user, **data),
            RecusalsForm,
            bulk=False,
        ),
        Step(
            "recuse",
            PROPOSAL_STEPS["recuse"].label,
            _("You have an interest in this case: you neither decide on it nor read its secrets any more."),
            pgettext_lazy("decision", "you stand aside"),
            lambda user, case, version, data: recusal.declare_interest(
                user=user, proposal=case, reason=data["reason"], expected_version=version
            ),
            StandAsideForm,
            bulk=False,
        ),
        Step(
            "score",
            _("Score by criteria"),
            _("Your own scores, for those who triage the case. They decide nothing by themselves."),
            pgettext_lazy("decision", "scored"),
            lambda user, case, version, data: score_proposal(user=user, proposal=case, **data),
            ScoreForm,
            bulk=False,
        ),
        Step(
            "note",
            _("Add a note"),
            "",
            pgettext_lazy("decision", "note added"),
            lambda user, case, version, data: triage.add_triage_note(
                user=user, proposal=case, text=data["text"]
            ),
            NoteForm,
            bulk=False,
        ),
    )
}
BULK = {name: step for name, step in STEPS.items() if step.bulk}


def steps_open_to(user: User, case: Proposal, *, has_lead: bool) -> list[Step]:
    """The decisions that state and rights allow now, in the order in which the page shows them."""
    parties = parties_of(user, case)
    open_now = [
        step
        for name, step in STEPS.items()
        if name in PROPOSAL_STEPS and can_take_step(user, case, name, parties)
    ]
    shut = {"pause"} if open_pause(case) else {"run_on"}
    if has_lead:
        shut |= {"pause", "refer_again", "decline_unowned"}
    else:
        shut |= _without_lead_shut(case)
    shut |= _recusals_shut(user, case)
    if case.merged_into and case.merged_into.state not in UNMERGED_WHILE:
        shut.add("unmerge")
    open_now = [step for step in open_now if step.name not in shut]
    if case.questions_asked >= MAX_QUESTIONS:
        open_now = [step for step in open_now if step.name != "ask"]
    if Party.TRIAGE in parties:
        if case.is_open and Criterion.objects.filter(is_active=True).exists():
            open_now.append(STEPS["score"])
        open_now.append(STEPS["note"])
    return open_now


def _without_lead_shut(case: Proposal) -> set[str]:
    """Of a case that no body leads: what waits for the coordination, or for its decision."""
    is_disputed = Coordination.objects.open().filter(proposal=case).exists()
    shut = {"add_supporting"} | ({"refer_again"} if is_disputed else set())
    return shut if is_unowned(case) else shut | {"decline_unowned"}


def _recusals_shut(user: User, case: Proposal) -> set[str]:
    """Steps about recusals that have nobody to be about."""
    rows = list(case.recusals.all())
    shut = set() if triages(user, case.group) else {"recuse"}
    if not any(row.is_undecided for row in rows):
        shut.add("decide_recusal")
    return shut if any(row.is_in_force for row in rows) else shut | {"end_recusal"}
