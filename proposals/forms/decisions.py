"""What a meeting may decide about a case on its agenda: the forms of triage, each under its decision."""

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from members.models import User
from proposals.models import MeetingDecision, Proposal
from proposals.permissions import can_take_step, parties_of
from proposals.routing import proposed_for
from proposals.states import MAX_QUESTIONS

from .triage import AskForm, DecisionForm, DeclineForm, ReferForm

Step = MeetingDecision.Step
LABELS = {
    "supporting": _("Supporting bodies"),
    "letter_number": capfirst(_("number of the alliance's letter")),
    "letter_on": capfirst(_("date of the alliance's letter")),
}
"""This page says of a field by itself that it is optional."""


class ReferHereForm(ReferForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in LABELS.items():
            self.fields[name].label = label


FORMS: dict[str, type[DecisionForm]] = {
    Step.ACCEPT: DecisionForm,
    Step.REFER: ReferHereForm,
    Step.ASK: AskForm,
    Step.DECLINE: DeclineForm,
    Step.ADJOURN: DecisionForm,
}


def open_decisions(user: User, case: Proposal) -> list[str]:
    """Those that state and rights allow now; a case that goes on can always be adjourned."""
    parties = parties_of(user, case)
    steps = [step for step in FORMS if step != Step.ADJOURN and can_take_step(user, case, step, parties)]
    if case.questions_asked >= MAX_QUESTIONS:
        steps = [step for step in steps if step != Step.ASK]
    return [*steps, Step.ADJOURN] if case.is_open else steps


def form_of(step: str, case: Proposal, data: Any = None) -> DecisionForm:
    """Lead and supporting bodies are proposed by the routing rules."""
    if step != Step.REFER:
        return FORMS[step](data, prefix=step)
    named = proposed_for([case])[case.pk]
    initial = {
        "lead": named.lead.body.pk if named.lead else None,
        "supporting": [row.body.pk for row in named.supporting],
    }
    return ReferHereForm(data, prefix=step, case=case, initial=initial)


def details_of(step: str, data: dict[str, Any]) -> dict[str, Any]:
    """What the action of the decision asks for."""
    names = {
        Step.REFER: ("lead", "supporting", "letter_number", "letter_on"),
        Step.ASK: ("text",),
        Step.DECLINE: ("reason", "text"),
    }.get(Step(step), ())
    found = {name: data[name] for name in names}
    return found | {"supporting": list(found["supporting"])} if "supporting" in found else found
