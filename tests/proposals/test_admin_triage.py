"""Triage in the admin: whose cases are shown, in which order, and that every decision is the real action."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members import clock
from members.models import Organisation, User
from proposals.actions.answering import return_referral
from proposals.actions.triage import accept_proposal, ask_for_information
from proposals.models import Proposal, Referral, TimelineEntry, TriageNote
from proposals.states import ProposalState
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db
LIST = "/admin/proposals/proposal/"


def convener(case: Proposal) -> Client:
    return signed_in(cases.convener_of(case))


def page(case: Proposal) -> str:
    return f"{LIST}{case.pk}/change/"


def step(case: Proposal, name: str) -> str:
    return reverse("admin:proposals_proposal_step", args=[case.pk, name])


def state(case: Proposal) -> str:
    return Proposal.objects.get(pk=case.pk).state


def shown(client: Client, query: str = "") -> list[str]:
    return [row.number for row in client.get(LIST + query).context["cl"].result_list]


def bulk(client: Client, name: str, rows: list[Proposal], **sent: object) -> object:
    data = {"action": name, "_selected_action": [row.pk for row in rows], **sent}
    return client.post(LIST, data, follow=True)


def said(answer: object) -> list[str]:
    return [str(message) for message in answer.context["messages"]]  # type: ignore[attr-defined]


# --- whose cases ---------------------------------------------------------------------------------


def test_convener_sees_and_opens_cases_of_the_own_group_only() -> None:
    own = cases.submitted(group=cases.group("regulation"))
    other = cases.accepted(group=cases.group("application"))
    client = convener(own)
    assert shown(client, "?queue=all") == [own.number]
    assert client.get(page(own)).status_code == 200
    assert client.get(page(other)).status_code == 404
    assert client.post(step(other, "decline"), {"decline-reason": "other"}).status_code == 404


def test_deputy_and_secretary_of_the_group_share_the_queue() -> None:
    case = cases.submitted()
    assert shown(signed_in(cases.person(secretary_of=case.group))) == [case.number]


def test_drafts_are_in_nobodys_queue() -> None:
    draft = cases.draft()
    for user in (cases.convener_of(draft), cases.person(secretariat=True), cases.person(audits=True)):
        client = signed_in(user)
        assert shown(client, "?queue=all") == []
        assert client.get(page(draft)).status_code == 404


def test_secretariat_and_auditor_read_every_case_and_decide_none() -> None:
    """The secretariat may stop the clock for a cause, which decides nothing."""
    case = cases.submitted()
    for role, offered in (("secretariat", ["pause"]), ("audits", [])):
        client = signed_in(cases.person(**{role: True}))
        answer = client.get(page(case))
        assert answer.status_code == 200
        assert [panel["step"].name for panel in answer.context["panels"]] == offered
        assert client.post(step(case, "accept")).status_code == 403
        assert b'name="action"' not in client.get(LIST).content
        bulk(client, "accept", [case])
    assert state(case) == ProposalState.SCREENING


def test_alliance_convener_reads_public_cases_only() -> None:
    screening, public = cases.submitted(), cases.accepted()
    client = signed_in(cases.person(chairs=True))
    assert shown(client, "?queue=all") == [public.number]
    assert client.get(page(screening)).status_code == 404
    assert client.post(step(public, "decline"), {}).status_code in (403, 422)
    assert state(public) == ProposalState.DISCUSSION


@pytest.mark.parametrize("role", ["represents", "liaison_of"])
def test_parties_without_a_seat_do_not_come_in(role: str) -> None:
    case = cases.referred()
    body = case.organisation if role == "represents" else cases.lead_of(case).ministry
    client = signed_in(cases.person(**{role: body}))
    for path in (LIST, page(case)):
        assert client.get(path).status_code == 403
    assert client.post(step(case, "accept")).status_code == 403


def test_ended_seat_ends_the_right_at_once() -> None:
    case = cases.submitted()
    user = cases.convener_of(case)
    user.seats.update(ends_on=clock.today())
    assert signed_in(User.objects.get(pk=user.pk)).post(step(case, "accept")).status_code == 403
    assert state(case) == ProposalState.SCREENING


# --- the queue -----------------------------------------------------------------------------------


def test_queue_begins_with_what_is_late_and_hides_what_others_must_do() -> None:
    with clock.at(cases.at(2026, 11, 2)):
        fresh = cases.submitted()
    with clock.at(cases.at(2026, 10, 5)):
        late = cases.submitted()
        waiting = cases.submitted()
        ask_for_information(user=cases.convener_of(waiting), proposal=waiting, text="?")
        away = cases.referred()
    with clock.at(cases.at(2026, 11, 3)):
        client = convener(fresh)
        assert shown(client) == [late.number, fresh.number]
        assert shown(client, "?queue=proposer") == [waiting.number]
        assert shown(client, "?queue=ministries") == [away.number]
        html = client.get("/en" + LIST).content.decode()
    assert "days late" in html
    assert "days left" in html


def test_case_returned_by_its_lead_comes_back_to_the_queue_with_the_named_body_chosen() -> None:
    case = cases.referred(lead=cases.ministry("fsc"))
    named = cases.ministry("moda")
    referral = cases.lead_of(case)
    return_referral(
        user=cases.liaison_of(referral.ministry), referral=referral, body=named, reason="非本會權責"
    )
    client = convener(case)
    assert shown(client) == [case.number]
    assert shown(client, "?queue=without-lead") == [case.number]
    panels = {panel["step"].name: panel for panel in client.get(page(case)).context["panels"]}
    assert panels["refer_again"]["form"].initial["lead"] == named.pk
    answer = client.post(step(case, "refer_again"), {"refer_again-lead": named.pk, "version": ""})
    assert answer.status_code == 302
    assert Referral.objects.active().get(proposal=case, part="lead").ministry == named


def test_case_with_a_lead_cannot_be_referred_again() -> None:
    case = cases.referred()
    names = [panel["step"].name for panel in convener(case).get(page(case)).context["panels"]]
    assert names == ["add_supporting", "recuse", "note"]


def test_search_finds_by_number_and_by_two_characters_of_the_title() -> None:
    case = cases.submitted(title="證券型代幣之募資門檻")
    cases.submitted(title="電子簽章")
    client = convener(case)
    assert shown(client, f"?q={case.number}") == [case.number]
    assert shown(client, "?q=代幣") == [case.number]


def test_list_takes_as_many_queries_for_three_cases_as_for_one() -> None:
    case = cases.submitted()
    client = convener(case)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(LIST)
        counts.append(len(queries))
        for name in ("b", "c"):
            cases.submitted(organisation=cases.member_org(name))
    assert counts[0] == counts[1]


# --- from the list -------------------------------------------------------------------------------


def test_selected_cases_are_accepted_in_one_go() -> None:
    rows = [cases.submitted(), cases.submitted()]
    answer = bulk(convener(rows[0]), "accept", rows)
    assert [state(row) for row in rows] == [ProposalState.DISCUSSION] * 2
    assert all(str(row.number) in said(answer)[0] for row in rows)


def test_refused_case_does_not_stop_the_others_and_says_why() -> None:
    done, open_ = cases.accepted(), cases.submitted()
    answer = bulk(convener(open_), "accept", [done, open_])
    assert state(open_) == ProposalState.DISCUSSION
    success, refusal = said(answer)
    assert str(open_.number) in success
    assert refusal.startswith(str(done.number))
    assert TimelineEntry.objects.filter(proposal=done, kind="accepted").count() == 1


def test_cases_of_another_group_slipped_into_the_selection_are_left_alone() -> None:
    own = cases.submitted(group=cases.group("regulation"))
    other = cases.submitted(group=cases.group("application"))
    bulk(convener(own), "accept", [own, other])
    assert (state(own), state(other)) == (ProposalState.DISCUSSION, ProposalState.SCREENING)


def test_garbled_selection_is_a_bad_request() -> None:
    client = convener(cases.submitted())
    sent = {"action": "accept", "index": "0", "_selected_action": ["abc"]}
    assert client.post(LIST, sent).status_code == 400


def test_nothing_selected_says_so() -> None:
    client = convener(cases.submitted())
    answer = client.post(LIST, {"action": "accept", "index": "0"}, follow=True)
    assert len(said(answer)) == 1


def test_asking_from_the_list_goes_through_a_page_for_the_text() -> None:
    rows = [cases.submitted(), cases.submitted()]
    client = convener(rows[0])
    between = bulk(client, "ask", rows)
    assert between.status_code == 200
    assert [state(row) for row in rows] == [ProposalState.SCREENING] * 2
    empty = bulk(client, "ask", rows, confirmed="1", text="  ")
    assert empty.context["form"].errors
    bulk(client, "ask", rows, confirmed="1", text="請補充試算。")
    assert [state(row) for row in rows] == [ProposalState.NEEDS_INFORMATION] * 2


def test_declining_from_the_list_needs_a_reason_of_the_list() -> None:
    case = cases.submitted()
    client = convener(case)
    bulk(client, "decline", [case], confirmed="1", reason="because", text="理由")
    assert state(case) == ProposalState.SCREENING
    bulk(client, "decline", [case], confirmed="1", reason="unclear", text="理由")
    assert Proposal.objects.get(pk=case.pk).decline_reason == "unclear"


def test_referring_from_the_list_remembers_the_choice_for_the_next_time() -> None:
    lead, support = cases.ministry("fsc"), cases.ministry("moda")
    first, second = cases.submitted(), cases.accepted()
    client = convener(first)
    sent = {"confirmed": "1", "lead": lead.pk, "supporting": [support.pk], "letter_number": "聯盟字第1號"}
    bulk(client, "refer", [first], **sent)
    assert {r.ministry for r in first.referrals.all()} == {lead, support}
    assert cases.lead_of(first).letter_number == "聯盟字第1號"
    form = bulk(client, "refer", [second]).context["form"]
    assert form.initial == {"lead": lead.pk, "supporting": [support.pk]}


def test_body_named_as_lead_and_supporting_is_refused_beside_the_field() -> None:
    case, body = cases.submitted(), cases.ministry()
    answer = bulk(convener(case), "refer", [case], confirmed="1", lead=body.pk, supporting=[body.pk])
    assert "supporting" in answer.context["form"].errors
    assert not case.referrals.exists()


def test_list_seen_before_somebody_else_decided_changes_nothing() -> None:
    case = cases.accepted()
    seen = Proposal.objects.get(pk=case.pk).version
    ask_for_information(user=cases.convener_of(case), proposal=case, text="?")
    sent = {"confirmed": "1", "reason": "other", "text": "理由", f"version_{case.pk}": seen}
    answer = bulk(convener(case), "decline", [case], **sent)
    assert state(case) == ProposalState.NEEDS_INFORMATION
    assert len(said(answer)) == 1
    assert str(case.number) in said(answer)[0]


# --- from the case -------------------------------------------------------------------------------


def test_case_page_shows_what_is_to_be_decided_upon() -> None:
    case = cases.submitted(title="數位資產保管", conflict="保管規定不明", restricted="營業秘密")
    html = convener(case).get(page(case)).content.decode()
    for text in ("數位資產保管", "保管規定不明", "訴求 1", "證券交易法", "第1條"):
        assert text in html
    assert "營業秘密" not in html
    assert reverse("proposals:restricted", args=[case.number]) in html


def test_buttons_are_those_that_the_state_allows() -> None:
    case = cases.submitted()
    client = convener(case)

    def names() -> list[str]:
        return [panel["step"].name for panel in client.get(page(case)).context["panels"]]

    assert names() == ["accept", "refer", "invite", "ask", "decline", "move", "recuse", "note"]
    ask_for_information(user=cases.convener_of(case), proposal=case, text="?")
    assert names() == ["resume", "recuse", "note"]


def test_accepting_from_the_case_goes_back_to_the_queue() -> None:
    case = cases.submitted()
    version = Proposal.objects.get(pk=case.pk).version
    answer = convener(case).post(step(case, "accept"), {"version": version})
    assert answer["Location"] == LIST
    assert state(case) == ProposalState.DISCUSSION


def test_resuming_from_the_case_takes_it_up_again() -> None:
    case = cases.submitted()
    ask_for_information(user=cases.convener_of(case), proposal=case, text="?")
    convener(case).post(step(case, "resume"))
    assert state(case) == ProposalState.SCREENING


def test_stale_page_keeps_the_text_and_changes_nothing() -> None:
    case = cases.submitted()
    seen = Proposal.objects.get(pk=case.pk).version
    accept_proposal(user=cases.convener_of(case), proposal=case)
    client = convener(case)
    sent = {"version": seen, "decline-reason": "unclear", "decline-text": "寫了很久的理由"}
    answer = client.post(step(case, "decline"), sent)
    assert answer.status_code == 409
    assert "寫了很久的理由" in answer.content.decode()
    assert state(case) == ProposalState.DISCUSSION
    fresh = Proposal.objects.get(pk=case.pk).version
    assert f'name="version" value="{fresh}"' in answer.content.decode()


def test_text_is_kept_even_if_the_step_is_no_longer_possible() -> None:
    case = cases.submitted()
    client = convener(case)
    client.post(step(case, "decline"), {"decline-reason": "other", "decline-text": "甲"})
    answer = client.post(step(case, "ask"), {"ask-text": "請補充乙案試算"})
    assert answer.status_code == 409
    assert "請補充乙案試算" in answer.content.decode()


def test_empty_text_is_refused_beside_the_field() -> None:
    case = cases.submitted()
    answer = convener(case).post(step(case, "ask"), {"ask-text": "   "})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert state(case) == ProposalState.SCREENING


def test_letter_of_tomorrow_is_refused() -> None:
    case, body = cases.submitted(), cases.ministry()
    tomorrow = date.fromordinal(clock.today().toordinal() + 1)
    sent = {"refer-lead": body.pk, "refer-letter_on": tomorrow.isoformat()}
    assert convener(case).post(step(case, "refer"), sent).status_code == 422
    assert not case.referrals.exists()


def test_body_that_no_longer_exists_cannot_be_chosen() -> None:
    case = cases.submitted()
    gone = cases.ministry("old", valid_to=clock.today())
    assert convener(case).post(step(case, "refer"), {"refer-lead": gone.pk}).status_code == 422
    assert Organisation.objects.filter(pk=gone.pk).exists()


def test_address_of_a_step_acts_on_post_only_and_unknown_steps_are_nobodys() -> None:
    case = cases.submitted()
    client = convener(case)
    looked = client.get(step(case, "accept"))
    assert (looked.status_code, looked["Location"]) == (302, f"{page(case)}#step-accept")
    assert state(case) == ProposalState.SCREENING
    assert client.get(step(case, "publish")).status_code == 404
    assert client.post(step(case, "publish")).status_code == 404
    assert client.post(page(case), {"state": "closed"}).status_code == 405


def test_pages_to_add_or_delete_a_case_do_not_exist() -> None:
    case = cases.submitted()
    client = signed_in(cases.person(secretariat=True))
    for path in (f"{LIST}add/", f"{LIST}{case.pk}/delete/", f"{LIST}{case.pk}/history/"):
        assert client.get(path).status_code == 404


# --- recusal and notes ---------------------------------------------------------------------------


def test_convener_who_represents_the_proposer_is_recused() -> None:
    case = cases.submitted()
    user = cases.person(represents=case.organisation, convenes=case.group)
    client = signed_in(user)
    TriageNote.objects.create(proposal=case, author=cases.convener_of(case), text="內部意見")
    answer = client.get(page(case))
    assert "迴避" in answer.content.decode()
    assert "內部意見" not in answer.content.decode()
    assert answer.context["panels"] == []
    assert client.post(step(case, "accept")).status_code == 403
    bulk(client, "accept", [case])
    assert state(case) == ProposalState.SCREENING


def test_note_is_added_and_stays_among_triage_officers() -> None:
    case = cases.accepted()
    client = convener(case)
    answer = client.post(step(case, "note"), {"note-text": "先問金管會"}, follow=True)
    assert "先問金管會" in answer.content.decode()
    chair = signed_in(cases.person(chairs=True))
    assert "先問金管會" not in chair.get(page(case)).content.decode()
