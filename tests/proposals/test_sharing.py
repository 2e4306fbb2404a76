"""Bodies side by side: who reads whose draft, from when until when, and what differs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members import clock
from members.models import Organisation, User
from members.permissions import bodies_of
from members.refusals import NotAllowed, Refused
from proposals.actions import answering
from proposals.actions.aftermath import ask_reconsideration
from proposals.actions.proposer import withdraw_proposal
from proposals.models import AnswerDraft, Proposal, Referral, TimelineEntry
from proposals.states import ReferralState
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db
TEXT = {"outcome": "clarified", "reason": "主辦之擬復", "legal_basis": "證券交易法第22條"}


@pytest.fixture
def supporting() -> Organisation:
    return cases.ministry("moea")


@pytest.fixture
def case(supporting: Organisation) -> Proposal:
    """The lead has drafted both asks."""
    case = cases.referred(supporting=[supporting])
    draft(cases.lead_of(case))
    return case


def part_of(case: Proposal, body: Organisation) -> Referral:
    return case.referrals.select_related("proposal", "ministry").filter(ministry=body).latest("round")


def draft(row: Referral, **changes: object) -> None:
    asks = row.asked.values_list("pk", flat=True)
    answering.save_answer_drafts(
        user=cases.liaison_of(row.ministry),
        referral=row,
        drafts=dict.fromkeys(asks, TEXT | changes),
    )


def publish(row: Referral, asks: list[int]) -> None:
    answering.publish_answers(user=cases.liaison_of(row.ministry), referral=row, asks=asks)


def share(row: Referral) -> None:
    answering.share_drafts(user=cases.liaison_of(row.ministry), referral=row)


def read_by(user: User, row: Referral) -> int:
    fresh = User.objects.get(pk=user.pk)
    return AnswerDraft.objects.visible_to(fresh).filter(referral=row).count()


def page(user: User, row: Referral, step: str = "draft") -> str:
    answer = signed_in(user).get(f"/en/dashboard/{row.pk}/{step}/")
    assert answer.status_code == 200
    return answer.content.decode()


# --- who reads a draft ---------------------------------------------------------------------------


def test_draft_is_read_by_the_own_body_alone_until_it_is_shared(
    case: Proposal, supporting: Organisation
) -> None:
    lead, reader = cases.lead_of(case), cases.liaison_of(supporting)
    assert read_by(cases.liaison_of(lead.ministry), lead) == 2
    assert read_by(reader, lead) == 0
    share(lead)
    assert read_by(reader, lead) == 2
    answering.unshare_drafts(user=cases.liaison_of(lead.ministry), referral=lead)
    assert read_by(reader, lead) == 0


def test_shared_draft_is_never_read_outside_the_bodies_of_the_round(
    case: Proposal, supporting: Organisation
) -> None:
    lead = cases.lead_of(case)
    share(lead)
    outsiders = {
        "proposer": cases.proposer_of(case),
        "convener": cases.convener_of(case),
        "secretariat": cases.person(secretariat=True),
        "auditor": cases.person(audits=True),
        "chair": cases.person(chairs=True),
        "superuser": cases.person(is_superuser=True),
        "another body": cases.person(liaison_of=cases.ministry("moj")),
    }
    assert {who: read_by(user, lead) for who, user in outsiders.items()} == dict.fromkeys(outsiders, 0)
    assert read_by(cases.person(supervises=supporting), lead) == 2


def test_body_that_returned_its_part_reads_no_shared_draft(case: Proposal, supporting: Organisation) -> None:
    lead, reader = cases.lead_of(case), cases.liaison_of(supporting)
    share(lead)
    answering.return_referral(
        user=reader, referral=part_of(case, supporting), body=cases.ministry("moj"), reason="非本部權責"
    )
    assert read_by(reader, lead) == 0


def test_shared_draft_of_a_cancelled_part_is_read_by_its_own_body_alone(
    case: Proposal, supporting: Organisation
) -> None:
    lead = cases.lead_of(case)
    share(lead)
    withdraw_proposal(user=cases.proposer_of(case), proposal=case)
    lead.refresh_from_db()
    assert lead.state == ReferralState.CANCELLED
    assert read_by(cases.liaison_of(supporting), lead) == 0
    assert read_by(cases.liaison_of(lead.ministry), lead) == 2


def test_new_round_shares_nothing_of_its_own_accord(case: Proposal, supporting: Organisation) -> None:
    share(cases.lead_of(case))
    publish(cases.lead_of(case), list(case.asks.values_list("pk", flat=True)))
    case.refresh_from_db()
    ask_reconsideration(
        user=cases.proposer_of(case), proposal=case, asks=[case.asks.first().pk], reason="事證有誤"
    )
    lead = cases.lead_of(case)
    assert (lead.round, lead.drafts_shared_at) == (2, None)
    draft(lead)
    assert read_by(cases.liaison_of(supporting), lead) == 0


def test_dossier_of_the_other_body_leaves_a_shared_draft_out(
    case: Proposal, supporting: Organisation
) -> None:
    share(cases.lead_of(case))
    user = cases.liaison_of(supporting)
    assert not AnswerDraft.objects.of_bodies(bodies_of(user)).exists()
    answer = signed_in(user).get(f"/en/proposals/{case.number}/dossier.zip")
    assert b"answer_drafts" not in b"".join(answer.streaming_content)


# --- sharing -------------------------------------------------------------------------------------


def test_sharing_is_noted_for_the_ministry_alone_and_once(case: Proposal, supporting: Organisation) -> None:
    lead = cases.lead_of(case)
    user = cases.liaison_of(lead.ministry)
    for act in (answering.share_drafts, answering.share_drafts, answering.unshare_drafts):
        act(user=user, referral=lead)
    answering.unshare_drafts(user=user, referral=lead)
    rows = TimelineEntry.objects.filter(referral=lead, kind__startswith="drafts_")
    assert list(rows.values_list("kind", "visibility")) == [
        ("drafts_shared", "ministry"),
        ("drafts_unshared", "ministry"),
    ]
    for outsider in (cases.liaison_of(supporting), cases.proposer_of(case), cases.convener_of(case)):
        assert not TimelineEntry.objects.visible_to(outsider).filter(pk__in=rows).exists()


def test_supporting_body_cannot_share_what_is_the_leads(case: Proposal, supporting: Organisation) -> None:
    with pytest.raises(NotAllowed):
        answering.share_drafts(user=cases.liaison_of(supporting), referral=cases.lead_of(case))


def test_body_that_is_alone_is_told_that_there_is_nobody_to_share_with() -> None:
    lead = cases.lead_of(cases.referred())
    with pytest.raises(Refused):
        answering.check_open(lead, "share_draft")
    with pytest.raises(Refused):
        answering.check_open(lead, "unshare_draft")
    assert 'name="share"' not in page(cases.liaison_of(lead.ministry), lead)


@pytest.mark.parametrize("step", ["share_draft", "unshare_draft"])
def test_step_has_a_page_of_its_own_that_works_without_a_script(case: Proposal, step: str) -> None:
    lead = cases.lead_of(case)
    user = cases.liaison_of(lead.ministry)
    if step == "unshare_draft":
        share(lead)
    client = signed_in(user)
    address = f"/en/dashboard/{lead.pk}/{step}/"
    assert address in client.get(f"/en/dashboard/{lead.pk}/").content.decode()
    assert client.post(address).status_code == 302
    lead.refresh_from_db()
    assert (lead.drafts_shared_at is not None) == (step == "share_draft")


def test_button_beside_the_draft_saves_what_was_typed_and_shares_it(
    case: Proposal, supporting: Organisation
) -> None:
    lead = cases.lead_of(case)
    sent = typed(lead, reason="改過的理由") | {"share": "on"}
    client = signed_in(cases.liaison_of(lead.ministry))
    assert client.post(f"/en/dashboard/{lead.pk}/draft/", sent).status_code == 302
    assert "改過的理由" in page(cases.liaison_of(supporting), part_of(case, supporting))


def test_taking_back_does_not_wait_for_a_draft_that_cannot_be_saved(
    case: Proposal, supporting: Organisation
) -> None:
    lead = cases.lead_of(case)
    share(lead)
    sent = typed(lead, next_on="nonsense") | {"share": "off"}
    client = signed_in(cases.liaison_of(lead.ministry))
    assert client.post(f"/en/dashboard/{lead.pk}/draft/", sent).status_code == 422
    assert read_by(cases.liaison_of(supporting), lead) == 0


def typed(row: Referral, **changes: object) -> dict[str, object]:
    """What the draft page sends, each ask changed alike."""
    return {
        f"ask-{each.ask_id}-{name}": value
        for each in row.answerdrafts.all()
        for name, value in (TEXT | {"seen": each.updated_at.isoformat()} | changes).items()
    }


# --- side by side --------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["draft", "publish"])
def test_pages_show_what_the_other_bodies_say_and_what_differs(
    case: Proposal, supporting: Organisation, step: str
) -> None:
    own, lead = part_of(case, supporting), cases.lead_of(case)
    draft(own, outcome="not_adopted", reason="協辦之擬復")
    reader = cases.liaison_of(supporting)
    first, second = case.asks.values_list("pk", flat=True)
    assert "主辦之擬復" not in page(reader, own, step)
    publish(lead, [first])
    text = page(reader, own, step)
    assert text.count("主辦之擬復") == 1
    assert text.count("Another outcome than yours") == 1
    share(lead)
    text = page(reader, own, step)
    assert text.count("主辦之擬復") == 2
    assert text.count("Draft, shared with you; not published") == 1
    assert "協辦之擬復" not in page(cases.liaison_of(lead.ministry), lead, step)
    assert AnswerDraft.objects.filter(referral=own, ask=second).exists()


@pytest.mark.parametrize("outcome", ["clarified", "no_comment", ""])
def test_same_outcome_none_yet_and_no_comment_do_not_differ(
    case: Proposal, supporting: Organisation, outcome: str
) -> None:
    own = part_of(case, supporting)
    draft(own, outcome=outcome)
    share(cases.lead_of(case))
    text = page(cases.liaison_of(supporting), own)
    assert "主辦之擬復" in text
    assert "Another outcome than yours" not in text


@pytest.mark.parametrize("step", ["draft", "publish"])
def test_pages_ask_as_often_for_three_bodies_as_for_one(supporting: Organisation, step: str) -> None:
    def count(many: list[Organisation]) -> int:
        case = cases.referred(supporting=many)
        for row in case.referrals.all():
            draft(row)
            share(row)
        lead = cases.lead_of(case)
        client = signed_in(cases.liaison_of(lead.ministry))
        client.get(f"/en/dashboard/{lead.pk}/{step}/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/en/dashboard/{lead.pk}/{step}/")
        return len(queries)

    assert count([supporting]) == count([supporting, cases.ministry("moj"), cases.ministry("cbc")])


def test_moment_of_sharing_stands_on_the_page(case: Proposal) -> None:
    lead = cases.lead_of(case)
    share(lead)
    lead.refresh_from_db()
    assert lead.drafts_shared_at is not None
    assert clock.local_date(lead.drafts_shared_at) == clock.today()
    text = page(cases.liaison_of(lead.ministry), lead)
    assert 'value="off"' in text
    assert 'value="on"' not in text
