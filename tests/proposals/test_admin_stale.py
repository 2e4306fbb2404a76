"""A form of triage that came too late: it overwrites nothing, loses nothing, and says what has happened."""

import pytest
from django.test import Client

from proposals.actions.drafting import AskText, amend_proposal
from proposals.actions.moving import move_proposal
from proposals.actions.triage import (
    accept_proposal,
    add_triage_note,
    ask_for_information,
    decline_proposal,
    resume_proposal,
)
from proposals.models import Proposal, SavedText
from proposals.states import ProposalState
from tests import cases
from tests.cases import signed_in

from .desk import convener, fresh, page, panels, state, step

pytestmark = pytest.mark.django_db
TEXT = "寫了很久的理由"


def sent(case: Proposal, **more: object) -> dict[str, object]:
    """What the form of a decline carries that was opened now."""
    seen = fresh(case)
    typed = {"decline-reason": "unclear", "decline-text": TEXT}
    return {"version": seen.version, "state": seen.state} | typed | more


def post(client: Client, case: Proposal, data: dict[str, object], name: str = "decline") -> str:
    answer = client.post("/en" + step(case, name), data)
    assert answer.status_code == 409
    return answer.content.decode()


def test_loser_reads_what_has_happened_beside_the_typed_text_and_can_go_on() -> None:
    case = cases.submitted()
    client, typed = convener(case), sent(case)
    accept_proposal(user=cases.convener_of(case), proposal=case)
    html = post(client, case, typed)
    since = html[html.index('class="since"') : html.index("</section>", html.index('class="since"'))]
    assert since.index("In screening") < since.index("In discussion")
    assert "accepted" in since.lower()
    assert TEXT in html
    assert state(case) == ProposalState.DISCUSSION
    again = sent(case)
    assert f'name="version" value="{again["version"]}"' in html
    assert client.post(step(case, "decline"), again).status_code == 302
    assert state(case) == ProposalState.DECLINED


def test_only_what_happened_since_is_told() -> None:
    case = cases.submitted()
    user = cases.convener_of(case)
    ask_for_information(user=user, proposal=case, text="第一次詢問")
    typed = sent(case)
    resume_proposal(user=user, proposal=case)
    html = post(convener(case), case, typed)
    since = html[html.index('class="since"') : html.index("</section>", html.index('class="since"'))]
    assert since.count("<li>") == 1
    assert "第一次詢問" not in since


def test_amended_text_is_shown_as_a_difference() -> None:
    case = cases.submitted(summary="原來的摘要。")
    user = cases.convener_of(case)
    ask_for_information(user=user, proposal=case, text="?")
    typed = sent(case) | {"state": "made up"}
    asks = [AskText(text=ask.text, law="證券交易法", article=ask.article) for ask in case.asks.all()]
    amend_proposal(
        user=cases.proposer_of(case),
        proposal=case,
        fields={"summary": "改過的摘要。"},
        asks=asks,
        reason="更正",
    )
    html = post(convener(case), case, typed, "resume")
    assert "<ins>" in html
    assert "改過" in html


def test_what_the_loser_may_not_read_is_not_told() -> None:
    """Of a case that moved away meanwhile its first group reads nothing any more."""
    case = cases.submitted()
    client, typed = convener(case), sent(case)
    to = cases.group("application")
    move_proposal(user=cases.convener_of(case), proposal=case, group=to, text="他組之事")
    assert client.post(step(case, "decline"), typed).status_code == 404


def test_text_of_a_decision_that_is_shut_by_now_is_shown_and_goes_into_another() -> None:
    case = cases.submitted()
    client, typed = convener(case), sent(case)
    ask_for_information(user=cases.convener_of(case), proposal=case, text="?")
    html = post(client, case, typed)
    assert TEXT in html
    assert f'name="note-text" value="{TEXT}"' in html
    carried = client.post(step(case, "note"), {"note-text": TEXT, "insert": "note-text"})
    kept = {panel["step"].name: panel for panel in carried.context["panels"]}["note"]
    assert kept["open"]
    assert kept["form"]["text"].value() == TEXT
    assert not case.triage_notes.exists()


def test_decision_without_words_that_came_too_late_can_be_taken_again() -> None:
    case = cases.submitted()
    typed = sent(case)
    add_triage_note(user=cases.convener_of(case), proposal=case, text="內部")
    decline = cases.submitted()
    decline_proposal(user=cases.convener_of(decline), proposal=decline, reason="unclear", text="理由")
    ask_for_information(user=cases.convener_of(case), proposal=case, text="?")
    resume_proposal(user=cases.convener_of(case), proposal=case)
    html = post(convener(case), case, {"version": typed["version"]}, "accept")
    assert "go on as things stand now" in html
    assert state(case) == ProposalState.SCREENING


def test_form_with_an_error_still_says_which_version_its_reader_had_seen() -> None:
    case = cases.submitted()
    client, typed = convener(case), sent(case) | {"decline-text": " "}
    accept_proposal(user=cases.convener_of(case), proposal=case)
    answer = client.post(step(case, "decline"), typed)
    assert answer.status_code == 422
    assert f'name="version" value="{typed["version"]}"' in answer.content.decode()


# --- saved texts on the case ---------------------------------------------------------------------


def test_saved_text_is_put_in_without_script_and_everything_typed_is_kept() -> None:
    case = cases.submitted()
    text = SavedText.objects.create(kind="decline", title="未具體", text_zh="請敘明條次。")
    client = convener(case)
    answer = client.post(step(case, "decline"), sent(case, saved=text.pk, insert="text"))
    kept = {panel["step"].name: panel for panel in answer.context["panels"]}["decline"]
    assert (answer.status_code, kept["open"]) == (200, True)
    assert kept["form"]["text"].value() == f"{TEXT}\n\n請敘明條次。"
    assert kept["form"]["reason"].value() == "unclear"
    assert state(case) == ProposalState.SCREENING


def test_texts_are_offered_in_the_proposers_language_for_what_they_are_meant() -> None:
    case = cases.submitted(language="en")
    SavedText.objects.create(kind="decline", title="一", text_zh="中", text_en="English")
    SavedText.objects.create(kind="decline", title="二", text_zh="停用", is_active=False)
    SavedText.objects.create(kind="ask", title="三", text_zh="只有中文", group=case.group)
    SavedText.objects.create(kind="ask", title="四", text_zh="他組", group=cases.group("application"))
    SavedText.objects.create(kind="ask", title="五", text_zh="機關", body=cases.ministry())
    found = panels(convener(case), case)
    assert [choice.words for choice in found["decline"]["offer"].choices] == ["English"]
    assert [choice.words for choice in found["ask"]["offer"].choices] == ["只有中文"]
    assert found["move"]["offer"] is None


def test_reader_without_a_decision_is_offered_no_text() -> None:
    case = cases.submitted()
    SavedText.objects.create(kind="decline", title="一", text_zh="常用之理由")
    html = signed_in(cases.person(audits=True)).get(page(case)).content.decode()
    assert "常用之理由" not in html
