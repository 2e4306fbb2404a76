"""What a meeting decides about a case is the case's step, in the same moment."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members import clock
from members.models import Letter
from members.refusals import NotAllowed, Refused, Stale
from proposals.actions.agendas import put_on_agenda
from proposals.actions.decisions import decide_at_meeting
from proposals.actions.meetingpapers import minutes_of
from proposals.actions.moving import move_proposal
from proposals.models import CaseOnAgenda, MeetingDecision, Proposal, RoutingRule
from tests import cases
from tests.cases import signed_in
from tests.workinggroups.meetings import meeting
from workinggroups.actions.minutes import approve_minutes, publish_minutes, write_minutes
from workinggroups.models import AgendaItem

pytestmark = pytest.mark.django_db


def on_agenda(case: Proposal, **fields: object) -> CaseOnAgenda:
    """On the agenda of a meeting that began an hour ago, and that is the group's third."""
    with clock.at(clock.now() - timedelta(days=1)):
        held = meeting(23 / 24, **({"number": 3} | fields))
        return put_on_agenda(user=cases.convener_of(case), proposal=case, meeting=held)


def discussed(**fields: object) -> CaseOnAgenda:
    with clock.at(clock.now() - timedelta(days=2)):
        case = cases.accepted()
    return on_agenda(case, **fields)


def decide(row: CaseOnAgenda, step: str, **details: object) -> MeetingDecision:
    user = cases.convener_of(row.proposal)
    return decide_at_meeting(user=user, on_agenda=row, step=step, details=details)


def test_referral_is_decided_at_the_third_meeting():
    row = discussed()
    decide(row, "refer", lead=cases.ministry(), supporting=[cases.ministry("moea")])
    case = Proposal.objects.get()
    assert case.state == "referred"
    assert case.referrals.count() == 2
    assert case.timeline.get(kind="decided_at_meeting").data["called"]["en"] == "3rd working meeting"
    page = Client().get(f"/en/proposals/{case.number}/").content.decode()
    assert "decided this at a meeting" in page
    assert "3rd working meeting" in page
    meeting_page = Client().get(f"/en/meetings/{row.item.meeting_id}/").content.decode()
    assert "referred to ministries" in meeting_page


@pytest.mark.parametrize(
    ("step", "details", "state"),
    [
        ("ask", {"text": "請補充營運計畫"}, "needs_information"),
        ("decline", {"reason": "unclear", "text": "訴求不明"}, "declined"),
        ("adjourn", {}, "discussion"),
    ],
)
def test_other_decisions_are_the_steps_of_triage(step: str, details: dict[str, str], state: str):
    row = discussed()
    assert decide(row, step, **details).step == step
    assert Proposal.objects.get().state == state
    kind = "adjourned" if step == "adjourn" else "decided_at_meeting"
    assert Proposal.objects.get().timeline.filter(kind=kind).count() == 1
    assert Letter.objects.filter(kind="adjourned").exists() == (step == "adjourn")


def test_case_in_screening_is_accepted_at_a_meeting_and_was_not_told_of_before():
    with clock.at(clock.now() - timedelta(days=2)):
        case = cases.submitted()
    row = on_agenda(case)
    assert case.timeline.get(kind="on_agenda").visibility == "parties"
    assert str(case.number) not in Client().get(f"/meetings/{row.item.meeting_id}/").content.decode()
    decide(row, "accept")
    assert Proposal.objects.get().state == "discussion"


def test_declined_case_leaves_no_word_of_itself_with_the_meeting():
    with clock.at(clock.now() - timedelta(days=2)):
        case = cases.accepted(title_other="Tokenised receivables")
    row = on_agenda(case)
    decide(row, "decline", reason="unclear", text="訴求不明")
    page = Client().get(f"/en/meetings/{row.item.meeting_id}/").content.decode()
    assert "Tokenised receivables" not in page
    assert "not public" in page
    assert row.proposal.timeline.get(kind="decided_at_meeting").visibility == "parties"


def test_refusal_of_the_step_leaves_nothing_half_done():
    row = discussed()
    wrong = (
        ("refer", {"lead": cases.member_org()}),
        ("decline", {"reason": "", "text": ""}),
        ("ask", {"text": " "}),
        ("accept", {}),  # it is discussed already
        ("adjourn", {"text": "x"}),
        ("nonsense", {}),
    )
    before = row.proposal.timeline.count()
    for step, details in wrong:
        with pytest.raises(Refused):
            decide(row, step, **details)
    assert not MeetingDecision.objects.exists()
    assert row.proposal.timeline.count() == before
    assert Proposal.objects.get().state == "discussion"


def test_meeting_decides_once_after_it_began_and_about_cases_of_its_group():
    row = discussed()
    with clock.at(row.item.meeting.starts_at - timedelta(minutes=1)), pytest.raises(Refused):
        decide(row, "adjourn")
    decide(row, "adjourn")
    with pytest.raises(Refused):
        decide(row, "refer", lead=cases.ministry(), supporting=[])
    gone = discussed(number=4)
    other = cases.group("academia")
    cases.person("c@academia.example", convenes=other)
    user = cases.convener_of(gone.proposal)
    move_proposal(user=user, proposal=gone.proposal, group=other, text="屬產學")
    with pytest.raises(NotAllowed):
        decide_at_meeting(user=user, on_agenda=gone, step="adjourn", details={})


def test_only_who_triages_the_case_records_and_only_what_it_has_seen():
    row = discussed()
    for nobody in (cases.proposer_of(row.proposal), cases.person(secretariat=True), cases.person()):
        with pytest.raises(NotAllowed):
            decide_at_meeting(user=nobody, on_agenda=row, step="adjourn", details={})
    user = cases.convener_of(row.proposal)
    with pytest.raises(Stale):
        decide_at_meeting(user=user, on_agenda=row, step="adjourn", details={}, expected_version=1)


def test_minutes_tell_what_was_decided_of_cases_that_the_reader_may_know_of():
    shown, hidden = discussed(), discussed(number=4)
    decide(shown, "refer", lead=cases.ministry(), supporting=[])
    decide(hidden, "decline", reason="unclear", text="訴求不明")
    user = cases.convener_of(shown.proposal)
    for row in (shown, hidden):
        AgendaItem.objects.filter(pk=row.item_id).update(minutes_text="討論情形")
        write_minutes(user=user, meeting=row.item.meeting)
        approve_minutes(user=user, meeting=row.item.meeting)
        publish_minutes(user=user, meeting=row.item.meeting)
    public = [minutes_of(row.item.meeting.minutes.get(), AnonymousUser()).items[0] for row in (shown, hidden)]
    assert str(shown.proposal.number) in public[0].title
    assert public[0].decision
    assert public[0].text == "討論情形"
    assert (public[1].title, public[1].text, public[1].decision) == ("會員提案（不公開）", "", "")


def test_decision_of_a_meeting_stands():
    decide(discussed(), "adjourn")
    for statement in ("UPDATE {} SET step = 'refer'", "DELETE FROM {}"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format("proposals_meetingdecision"))


def test_page_proposes_bodies_by_rule_keeps_what_was_typed_and_records():
    row, body = discussed(), cases.ministry()
    case = row.proposal
    RoutingRule.objects.create(law=case.asks.first().law, body=body, valid_from=cases.SINCE)
    path = f"/en/meetings/{row.item.meeting_id}/decide/{row.item_id}/"
    client = signed_in(cases.convener_of(case))
    assert f'value="{body.pk}" selected' in client.get(path).content.decode()
    answer = client.post(path, {"step": "decline", "decline-text": "理由在此", "decline-reason": ""})
    assert answer.status_code == 422
    assert "理由在此" in answer.content.decode()
    sent = {"step": "refer", "version": "1", "refer-lead": body.pk}
    assert client.post(path, sent).status_code == 409  # changed meanwhile
    assert client.post(path, {"step": "nonsense"}).status_code == 404
    version = Proposal.objects.get().version
    assert client.post(path, sent | {"version": version}).status_code == 302
    assert Proposal.objects.get().state == "referred"
    assert "The decision is recorded" in client.get(path).content.decode()


def test_page_is_found_by_those_who_triage_the_case_alone():
    row = discussed()
    path = f"/meetings/{row.item.meeting_id}/decide/{row.item_id}/"
    assert Client().get(path).status_code == 302
    for user in (cases.proposer_of(row.proposal), cases.person(secretariat=True)):
        assert signed_in(user).get(path).status_code == 404


def test_meeting_with_cases_takes_the_same_queries_for_one_and_for_three():
    row = discussed()
    held = row.item.meeting

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert Client().get(f"/meetings/{held.pk}/").status_code == 200
        return len(seen)

    queries()
    one = queries()
    for _ in range(2):
        with clock.at(held.starts_at - timedelta(hours=2)):
            case = cases.accepted()
            put_on_agenda(user=cases.convener_of(case), proposal=case, meeting=held)
    decide(row, "adjourn")
    assert queries() == one
