"""What has happened since a page was opened, on the proposer's page to amend the text."""

import pytest
from django.template import Context, Template

from members.models import User
from proposals.actions.drafting import AskText, amend_proposal
from proposals.actions.triage import add_triage_note, ask_for_information
from proposals.models import Proposal
from tests import cases
from tests.cases import signed_in

from .desk import fresh

pytestmark = pytest.mark.django_db


def asked() -> Proposal:
    case = cases.submitted(title="原題")
    return ask_for_information(user=cases.convener_of(case), proposal=case, text="請補充試算")


def amended(case: Proposal, title: str) -> None:
    asks = [AskText(text=ask.text, law="證券交易法", article=ask.article) for ask in case.asks.all()]
    amend_proposal(user=cases.proposer_of(case), proposal=case, fields={"title": title}, asks=asks)


def told(case: Proposal, user: User, version: int | None) -> str:
    tag = Template("{% load since %}{% since case user version %}")
    return tag.render(Context({"case": fresh(case), "user": user, "version": version}))


def test_second_window_that_amends_is_told_what_the_first_one_changed() -> None:
    case = asked()
    seen, address = fresh(case).version, f"/en/proposals/{case.number}/amend/"
    author = signed_in(cases.proposer_of(case))
    amended(case, "第一個視窗改的")
    typed = {
        "title": "第二個視窗改的",
        "asks-TOTAL_FORMS": "1",
        "asks-INITIAL_FORMS": "0",
        "asks-0-text": "訴求",
    }
    answer = author.post(address, typed | {"version": seen})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "第二個視窗改的" in html
    since = html[html.index('class="since"') : html.index("</section>", html.index('class="since"'))]
    assert "第一個視窗改的</ins>" in since
    assert "請補充試算" not in since
    assert f'name="version" value="{fresh(case).version}"' in html
    assert fresh(case).title == "第一個視窗改的"


def test_reader_is_told_of_public_happenings_only_as_far_as_they_may_know_them() -> None:
    case = cases.submitted()
    seen = fresh(case).version
    ask_for_information(user=cases.convener_of(case), proposal=case, text="只給提案人看的話")
    add_triage_note(user=cases.convener_of(case), proposal=case, text="內部意見")
    assert "只給提案人看的話" in told(case, cases.proposer_of(case), seen)
    stranger = told(case, cases.person(liaison_of=cases.ministry()), seen)
    assert "只給提案人看的話" not in stranger
    assert "內部意見" not in stranger


@pytest.mark.parametrize("version", [None, 10_000])
def test_version_that_nobody_has_seen_tells_nothing(version: int | None) -> None:
    case = asked()
    html = told(case, cases.proposer_of(case), version)
    assert "請補充試算" not in html
