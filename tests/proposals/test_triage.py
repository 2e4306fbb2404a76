"""What conveners decide, and what proposers and the clock do in between."""

from datetime import date, timedelta

import pytest
from django.test import Client

from members import clock
from members.models import Letter, Organisation
from members.refusals import NotAllowed, Refused, Stale
from proposals.actions.answering import first_opening, return_referral
from proposals.actions.drafting import save_draft, start_draft, submit_proposal
from proposals.actions.proposer import close_proposal, lapse_information, send_information, withdraw_proposal
from proposals.actions.triage import (
    accept_proposal,
    ask_for_information,
    decline_proposal,
    refer_proposal,
    resume_proposal,
)
from proposals.forms.triage import ReferForm
from proposals.models import Deadline, Proposal
from proposals.models.deadlines import Kind
from proposals.models.timeline import TimelineEntry
from proposals.states import ProposalState, ReferralState
from tests import cases

pytestmark = pytest.mark.django_db

NOON = cases.at(2026, 11, 2)


def convener(case: Proposal):
    return cases.convener_of(case)


def test_submit_gives_number_clock_and_letters():
    with clock.at(NOON):
        case = cases.submitted()
    assert case.number == "115-0001"
    deadline = Deadline.objects.get(proposal=case)
    assert (deadline.kind, deadline.due_on.isoformat()) == (Kind.SCREENING, "2026-11-16")
    assert case.latest_overall_on > deadline.due_on
    assert set(Letter.objects.values_list("kind", flat=True)) == {"submitted", "to_screen"}


def test_submit_twice_is_one_case():
    draft = cases.draft()
    user = cases.proposer_of(draft)
    first = submit_proposal(user=user, proposal=draft)
    letters = Letter.objects.count()
    second = submit_proposal(user=user, proposal=draft)
    assert first.number == second.number
    assert Letter.objects.count() == letters
    assert TimelineEntry.objects.filter(kind="submitted").count() == 1


def test_submit_by_another_organisation_is_refused():
    draft = cases.draft()
    stranger = cases.person(represents=cases.member_org("other"))
    with pytest.raises(NotAllowed):
        submit_proposal(user=stranger, proposal=draft)


def test_draft_saved_from_an_old_tab_is_stale():
    draft = cases.draft()
    user = cases.proposer_of(draft)
    old = draft.version
    rest = {"user": user, "proposal": draft, "asks": [], "domains": [], "expected_version": old}
    save_draft(fields={"title": "新"}, **rest)
    with pytest.raises(Stale):
        save_draft(fields={"title": "舊"}, **rest)
    draft.refresh_from_db()
    assert draft.title == "新"


def test_accept_makes_public():
    case = cases.submitted()
    assert not Proposal.objects.public().exists()
    case = accept_proposal(user=convener(case), proposal=case)
    assert case.state == ProposalState.DISCUSSION
    assert Proposal.objects.public().get() == case


def test_accept_by_convener_of_another_group_is_refused():
    case = cases.submitted()
    other = cases.person(convenes=cases.group("academia"))
    with pytest.raises(NotAllowed):
        accept_proposal(user=other, proposal=case)


def test_accept_by_convener_with_an_interest_is_refused():
    case = cases.submitted()
    torn = cases.person(convenes=case.group, represents=case.organisation)
    with pytest.raises(NotAllowed):
        accept_proposal(user=torn, proposal=case)


def test_accept_from_a_stale_page_is_refused():
    case = cases.submitted()
    version = Proposal.objects.get(pk=case.pk).version
    user = convener(case)
    ask_for_information(user=user, proposal=case, text="請補充。", expected_version=version)
    with pytest.raises(Stale):
        accept_proposal(user=user, proposal=case, expected_version=version)


def test_information_stops_the_alliance_clock_and_comes_back():
    with clock.at(NOON):
        case = cases.submitted()
    with clock.at(cases.at(2026, 11, 5)):
        case = ask_for_information(user=convener(case), proposal=case, text="請補充契約範本。")
    screening = Deadline.objects.get(proposal=case, kind=Kind.SCREENING)
    assert screening.is_paused
    with clock.at(cases.at(2026, 11, 10)):
        case = send_information(user=cases.proposer_of(case), proposal=case, text="如附。")
    screening.refresh_from_db()
    assert case.state == ProposalState.SCREENING
    assert not screening.is_paused
    assert screening.due_on.isoformat() == "2026-11-19"


def test_public_reads_why_the_clock_of_a_public_case_stands_and_not_what_was_sent():
    public = TimelineEntry.objects.filter(visibility="public").order_by("pk")
    case = cases.submitted()
    ask_for_information(user=convener(case), proposal=case, text="未公開")
    send_information(user=cases.proposer_of(case), proposal=case, text="補正一")
    assert not public.filter(kind__startswith="information").exists()
    case = accept_proposal(user=convener(case), proposal=case)
    ask_for_information(user=convener(case), proposal=case, text="公開理由")
    send_information(user=cases.proposer_of(case), proposal=case, text="補正二")
    assert list(public.filter(kind__startswith="information").values_list("kind", "note__text")) == [
        ("information_asked", "公開理由"),
        ("information_sent", ""),
    ]
    assert case.timeline.get(kind="information_text").visibility == "parties"
    deadlines = [f"receipt/{row.pk}{kind}" for row in case.deadlines.all() for kind in ("/", ".json")]
    pages = [f"/proposals/{case.number}/{name}" for name in ("", "print/", "receipt/", *deadlines)]
    answers = [Client().get(page) for page in pages]
    read = [answer.content.decode() for answer in answers if answer.status_code == 200]
    assert any("公開理由" in page for page in read[3:])
    assert not [page for page in read if "未公開" in page or "補正一" in page or "補正二" in page]


def test_information_may_be_asked_twice_only():
    case = cases.submitted()
    user = convener(case)
    for _ in range(2):
        case = ask_for_information(user=user, proposal=case, text="再補。")
        case = resume_proposal(user=user, proposal=case)
    with pytest.raises(Refused):
        ask_for_information(user=user, proposal=case, text="三補。")


def test_information_never_sent_lapses():
    case = cases.submitted()
    case = ask_for_information(user=convener(case), proposal=case, text="請補充。")
    last = Deadline.objects.get(kind=Kind.INFORMATION).due_on
    with clock.at(cases.at(last.year, last.month, last.day)), pytest.raises(Refused):
        lapse_information(proposal=case)
    with clock.at(cases.at(last.year, last.month, last.day) + timedelta(days=1)):
        case = lapse_information(proposal=case)
    assert case.state == ProposalState.WITHDRAWN
    assert not Deadline.objects.unsettled().filter(proposal=case).exists()


def test_decline_needs_reason_and_hides_the_case():
    case = cases.accepted()
    user = convener(case)
    with pytest.raises(Refused):
        decline_proposal(user=user, proposal=case, reason="unclear", text=" ")
    case = decline_proposal(user=user, proposal=case, reason="unclear", text="訴求不明。")
    assert case.state == ProposalState.DECLINED
    assert not Proposal.objects.public().exists()
    assert Proposal.objects.listed().get() == case


def test_refer_from_screening_accepts_as_well():
    fsc, cbc = cases.ministry("fsc"), cases.ministry("cbc")
    with clock.at(NOON):
        case = cases.submitted()
        case = refer_proposal(user=convener(case), proposal=case, lead=fsc, supporting=[cbc])
    assert case.state == ProposalState.REFERRED
    assert case.accepted_at is not None
    lead, support = case.referrals.order_by("part")
    assert (lead.ministry, support.ministry) == (fsc, cbc)
    assert support.due_on < lead.due_on
    assert case.latest_overall_on == lead.due_on


@pytest.mark.parametrize("trouble", ["twice", "firm", "gone"])
def test_refer_to_an_impossible_body_is_refused(trouble):
    case = cases.submitted()
    fsc = cases.ministry("fsc")
    bodies = {
        "twice": (fsc, [fsc]),
        "firm": (cases.member_org("acme"), []),
        "gone": (cases.ministry("most", valid_to=clock.today()), []),
    }
    lead, supporting = bodies[trouble]
    with pytest.raises(Refused):
        refer_proposal(user=convener(case), proposal=case, lead=lead, supporting=supporting)
    case.refresh_from_db()
    assert case.state == ProposalState.SCREENING
    assert not case.referrals.exists()


def give_back(case: Proposal, slug: str, named: str) -> None:
    referral = case.referrals.get(ministry__slug=slug, state=ReferralState.SENT)
    user = cases.liaison_of(referral.ministry)
    return_referral(user=user, referral=referral, body=cases.ministry(named), reason="非屬本機關權責")


def refer_again(case: Proposal, slug: str) -> Proposal:
    cases.liaison_of(cases.ministry(slug))
    return refer_proposal(user=convener(case), proposal=case, lead=cases.ministry(slug))


def test_supporting_body_named_by_a_returning_lead_takes_over_with_its_own_receipt():
    with clock.at(NOON):
        case = cases.referred(supporting=[cases.ministry("cbc")])
        support = case.referrals.get(part="support")
        first_opening(user=cases.liaison_of(support.ministry), referral=support)
    with clock.at(cases.at(2026, 11, 4)):
        give_back(case, "fsc", named="cbc")
        assert cases.ministry("cbc") in ReferForm(case=case).fields["lead"].queryset
        assert cases.ministry("cbc") not in ReferForm(case=case).fields["supporting"].queryset
        case = refer_again(case, "cbc")
    lead = case.referrals.get(part="lead", state=ReferralState.SENT)
    deadline = lead.deadlines.get(kind=Kind.ANSWER)
    assert lead.pk == support.pk
    assert (deadline.counted_from, deadline.due_on) == (NOON.date(), date(2027, 1, 4))  # after New Year
    assert lead.due_on == case.latest_overall_on == deadline.due_on
    assert case.timeline.filter(kind="referred").last().turn == "ministry"
    assert Letter.objects.filter(kind="referred", recipient=cases.liaison_of(lead.ministry)).count() == 2


def test_body_that_returned_is_asked_again_by_a_decision_only():
    case = cases.referred()
    give_back(case, "fsc", named="moea")
    with pytest.raises(Refused):
        refer_again(case, "fsc")
    case = refer_again(case, "moea")
    give_back(case, "moea", named="fsc")
    with pytest.raises(Refused):
        refer_again(case, "fsc")
    assert case.coordinations.open().exists()


def test_secretariat_triages_where_no_officer_is_without_an_interest():
    case = cases.submitted()
    secretariat = cases.person(secretariat=True)
    with pytest.raises(NotAllowed):
        accept_proposal(user=secretariat, proposal=case)
    cases.person(convener(case).email, represents=case.organisation)
    case = accept_proposal(user=secretariat, proposal=case)
    assert case.state == ProposalState.DISCUSSION
    assert case.timeline.get(kind="accepted").role == "secretariat"


def test_recusal_of_an_officer_is_written_into_the_history_at_submission():
    assert not cases.submitted().timeline.filter(kind="recused").exists()
    draft = cases.draft()
    cases.person(convener(draft).email, represents=draft.organisation)
    case = submit_proposal(user=cases.proposer_of(draft), proposal=draft)
    assert case.timeline.get(kind="recused").visibility == "public"


@pytest.mark.parametrize("changes", [{"joined_on": None}, {"left_on": NOON.date()}])
def test_organisation_that_is_no_member_neither_drafts_nor_submits(changes):
    with clock.at(NOON):
        draft = cases.draft()
        user = cases.proposer_of(draft)
        Organisation.objects.filter(pk=draft.organisation_id).update(**changes)
        organisation = Organisation.objects.get(pk=draft.organisation_id)
        with pytest.raises(Refused):
            start_draft(user=user, organisation=organisation)
        with pytest.raises(Refused):
            submit_proposal(user=user, proposal=draft)
    draft.refresh_from_db()
    assert draft.is_draft


def test_secretariat_that_represents_the_proposer_does_not_triage_its_case():
    case = cases.submitted()
    case.group.seats.update(ends_on=clock.today())
    with pytest.raises(NotAllowed):
        accept_proposal(user=cases.person(secretariat=True, represents=case.organisation), proposal=case)


def test_withdraw_cancels_referrals_and_stops_every_clock():
    case = cases.referred(supporting=[cases.ministry("cbc")])
    case = withdraw_proposal(user=cases.proposer_of(case), proposal=case, text="改變計畫。")
    assert case.state == ProposalState.WITHDRAWN
    assert set(case.referrals.values_list("state", flat=True)) == {ReferralState.CANCELLED}
    assert not Deadline.objects.unsettled().exists()


def test_close_after_the_answer():
    case = cases.answered(cases.referred())
    assert case.state == ProposalState.ANSWERED
    case = close_proposal(user=cases.proposer_of(case), proposal=case)
    assert case.state == ProposalState.CLOSED
    with pytest.raises(Refused):
        withdraw_proposal(user=cases.proposer_of(case), proposal=case)
