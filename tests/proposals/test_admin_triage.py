"""The case beside its decisions in the admin: every decision is the real action, nothing typed is lost."""

from datetime import date

import pytest
from django.urls import reverse

from members import clock
from members.models import Organisation
from proposals.actions.triage import accept_proposal, ask_for_information
from proposals.models import Proposal, TriageNote
from proposals.states import ProposalState
from tests import cases
from tests.cases import signed_in

from .desk import LIST, bulk, convener, page, state, step

pytestmark = pytest.mark.django_db


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

    assert names() == [
        "accept",
        "refer",
        "invite",
        "put_on_agenda",
        "ask",
        "decline",
        "merge",
        "move",
        "recuse",
        "note",
    ]
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
    bulk(client, "accept", [case], confirmed="1")
    assert state(case) == ProposalState.SCREENING


def test_note_is_added_and_stays_among_triage_officers() -> None:
    case = cases.accepted()
    client = convener(case)
    answer = client.post(step(case, "note"), {"note-text": "先問金管會"}, follow=True)
    assert "先問金管會" in answer.content.decode()
    chair = signed_in(cases.person(chairs=True))
    assert "先問金管會" not in chair.get(page(case)).content.decode()
