"""A case handed to another group: who decides and reads from then on, who is told, that no day is lost."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from members import clock
from members.models import Letter, User
from members.refusals import NotAllowed, Refused, Stale
from proposals.actions.moving import move_proposal
from proposals.actions.triage import accept_proposal
from proposals.models import Proposal
from proposals.permissions import can_read_restricted, can_triage
from tests import cases
from tests.cases import signed_in
from workinggroups.models import WorkingGroup

pytestmark = pytest.mark.django_db
WHY = "屬技術標準事項"


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def other() -> WorkingGroup:
    group = cases.group("academia")
    cases.person("convener@academia.example", convenes=group)
    return group


def convener_of(group: WorkingGroup) -> User:
    return User.objects.get(seats__group=group, seats__role="convener")


def recipients(kind: str) -> set[User]:
    return {letter.recipient for letter in Letter.objects.filter(kind=kind)}


def step(case: Proposal) -> str:
    return reverse("admin:proposals_proposal_step", args=[case.pk, "move"])


def version(case: Proposal) -> int:
    return Proposal.objects.values_list("version", flat=True).get(pk=case.pk)


def test_other_group_decides_and_reads_from_then_on_and_no_date_moves(other: WorkingGroup) -> None:
    with clock.at(cases.at(2026, 3, 2)):
        case = cases.submitted(restricted="營業秘密")
    first, second = cases.convener_of(case), convener_of(other)
    colleague = cases.person(secretary_of=case.group)
    before = case.deadlines.values_list("pk", "counted_from", "due_on", "settled_at").get()
    with clock.at(cases.at(2026, 3, 5)):
        case = move_proposal(user=first, proposal=case, group=other, text=WHY)
    assert (case.group, case.state) == (other, "screening")
    assert case.deadlines.values_list("pk", "counted_from", "due_on", "settled_at").get() == before
    assert (can_triage(first, case), can_triage(second, case)) == (False, True)
    assert (can_read_restricted(first, case), can_read_restricted(second, case)) == (False, True)
    assert recipients("moved_away") == {colleague}
    assert recipients("moved_here") == {second}
    assert recipients("moved_proposer") == {cases.proposer_of(case)}
    assert version(case) > 1
    with pytest.raises(NotAllowed):
        accept_proposal(user=first, proposal=case)
    assert accept_proposal(user=second, proposal=case).state == "discussion"


def test_history_names_the_group_that_acted_then(other: WorkingGroup) -> None:
    case = cases.accepted()
    move_proposal(user=cases.convener_of(case), proposal=case, group=other, text=WHY)
    page = Client().get(case.get_absolute_url()).content.decode()
    assert "<b>The group Group regulation</b> accepted the case" in page
    assert "moved the case to another group; its dates run on: Group academia" in page
    assert WHY in page


def test_reason_of_a_move_before_acceptance_is_for_the_parties(other: WorkingGroup) -> None:
    case = cases.submitted()
    case = move_proposal(user=cases.convener_of(case), proposal=case, group=other, text=WHY)
    accept_proposal(user=convener_of(other), proposal=case)
    assert case.timeline.get(kind="moved").visibility == "parties"
    assert WHY not in Client().get(case.get_absolute_url()).content.decode()


def test_officer_with_an_interest_in_the_new_group_is_recused_there(other: WorkingGroup) -> None:
    case = cases.submitted()
    cases.person("convener@academia.example", represents=case.organisation)
    case = move_proposal(user=cases.convener_of(case), proposal=case, group=other, text=WHY)
    assert case.timeline.filter(kind="recused").exists()
    assert not can_triage(convener_of(other), case)
    assert can_triage(cases.person("office@example.org", secretariat=True), case)


@pytest.mark.parametrize("trouble", ["same", "closed", "no reason"])
def test_impossible_move_is_refused_and_changes_nothing(trouble: str, other: WorkingGroup) -> None:
    case = cases.submitted()
    if trouble == "closed":
        WorkingGroup.objects.filter(pk=other.pk).update(takes_proposals=False)
    group = case.group if trouble == "same" else WorkingGroup.objects.get(pk=other.pk)
    text = " " if trouble == "no reason" else WHY
    with pytest.raises(Refused):
        move_proposal(user=cases.convener_of(case), proposal=case, group=group, text=text)
    assert Proposal.objects.get(pk=case.pk).group == case.group
    assert not case.timeline.filter(kind="moved").exists()


def test_second_of_two_movers_is_told_and_keeps_the_text(other: WorkingGroup) -> None:
    case = cases.submitted()
    seen = version(case)
    secretary = cases.person(secretary_of=case.group)
    accept_proposal(user=cases.convener_of(case), proposal=case)
    with pytest.raises(Stale):
        move_proposal(user=secretary, proposal=case, group=other, text=WHY, expected_version=seen)
    sent = {"version": seen, "move-group": other.pk, "move-text": WHY}
    answer = signed_in(secretary).post(step(case), sent)
    assert answer.status_code == 409
    assert WHY in answer.content.decode()
    assert Proposal.objects.get(pk=case.pk).group == case.group


def test_moved_on_the_page_and_by_selection(other: WorkingGroup) -> None:
    case, mine = cases.submitted(), cases.submitted()
    client = signed_in(cases.convener_of(case))
    page = reverse("admin:proposals_proposal_change", args=[case.pk])
    assert "move" in [panel["step"].name for panel in client.get(page).context["panels"]]
    sent = {"version": version(case), "move-group": other.pk, "move-text": WHY}
    assert client.post(step(case), sent).status_code == 302
    assert client.get(page).status_code == 404
    queue = reverse("admin:proposals_proposal_changelist")
    chosen = {"action": "move", "_selected_action": [case.pk, mine.pk]}
    assert mine.number in client.post(queue, chosen).content.decode()
    form = {"confirmed": "1", "group": other.pk, "text": WHY, f"version_{mine.pk}": version(mine)}
    client.post(queue, chosen | form)
    assert Proposal.objects.get(pk=mine.pk).group == other
