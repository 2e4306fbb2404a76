"""The ministry's dashboard: who gets in, and what stands where."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from members import clock
from members.models import Affiliation, User
from proposals import statistics
from proposals.actions import answering
from proposals.models import Referral
from proposals.states import ReferralState
from tests import cases
from tests.cases import signed_in

from .dashboard import STEPS_ALL, TEXT, address, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def referral() -> Referral:
    return cases.lead_of(cases.referred())


@pytest.fixture
def liaison(referral: Referral) -> User:
    return cases.liaison_of(referral.ministry)


@pytest.fixture
def client(liaison: User) -> Client:
    return signed_in(liaison)


@pytest.fixture(autouse=True)
def _chinese():
    """Requests leave their language behind in the thread; each test begins in Chinese."""
    with override("zh-hant"):
        yield


# --- who gets in ---------------------------------------------------------------------------------


def test_referral_of_another_body_is_not_found(referral: Referral) -> None:
    stranger = signed_in(cases.person(liaison_of=cases.ministry("moea")))
    assert stranger.get(address(referral)).status_code == 404
    for step in STEPS_ALL:
        assert stranger.get(address(referral, step)).status_code == 404, step
        assert stranger.post(address(referral, step), {"text": "x"}).status_code == 404, step
    referral.refresh_from_db()
    assert referral.state == ReferralState.SENT
    assert referral.opened_at is None


@pytest.mark.parametrize("step", ["", "draft"])
def test_anonymous_is_sent_to_sign_in(referral: Referral, step: str) -> None:
    response = Client().get(address(referral, step))
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("role", ["represents", "convenes", "secretariat", "audits"])
def test_dashboard_is_not_found_for_those_without_a_body(referral: Referral, role: str) -> None:
    value = {
        "represents": referral.proposal.organisation,
        "convenes": referral.proposal.group,
    }.get(role, True)
    client = signed_in(cases.person(**{role: value}))
    assert client.get(reverse("proposals:dashboard")).status_code == 404
    assert client.get(address(referral)).status_code == 404


def test_role_that_ended_yesterday_opens_nothing(client: Client, liaison: User, referral: Referral) -> None:
    assert client.get(address(referral)).status_code == 200
    Affiliation.objects.filter(user=liaison).update(ends_on=clock.today())
    for url in (reverse("proposals:dashboard"), address(referral), address(referral, "draft")):
        assert client.get(url).status_code == 404
    assert post(client, referral, "accept").status_code == 404


@pytest.mark.parametrize("role", ["supervises", "researches_for"])
def test_onlooker_sees_the_referral_but_no_form(referral: Referral, role: str) -> None:
    client = signed_in(cases.person(**{role: referral.ministry}))
    page = client.get(address(referral)).content.decode()
    assert referral.proposal.title in page
    assert address(referral, "accept") not in page
    assert client.get(address(referral, "draft")).status_code == 403
    assert post(client, referral, "accept").status_code == 403
    referral.refresh_from_db()
    assert (referral.state, referral.opened_at) == (ReferralState.SENT, None)


def test_deputy_answers_like_the_liaison(referral: Referral) -> None:
    client = signed_in(cases.person(deputy_of=referral.ministry))
    assert post(client, referral, "accept").status_code == 302
    referral.refresh_from_db()
    assert referral.state == ReferralState.IN_PROGRESS


def test_unknown_step_is_not_found(client: Client, referral: Referral) -> None:
    assert client.get(address(referral, "veto")).status_code == 404
    assert post(client, referral, "answer").status_code == 404


def test_unknown_referral_is_not_found(client: Client) -> None:
    assert client.get(reverse("proposals:referral", args=[2**70])).status_code == 404


# --- the overview --------------------------------------------------------------------------------


def test_overview_lists_late_ones_first_then_by_due_date(client: Client, referral: Referral) -> None:
    soon, late = cases.lead_of(cases.referred()), cases.lead_of(cases.referred())
    today = clock.today()
    Referral.objects.filter(pk=soon.pk).update(due_on=today + timedelta(days=2))
    was_received = {"received_on": today - timedelta(days=60), "receipt": "opened"}
    Referral.objects.filter(pk=late.pk).update(due_on=today - timedelta(days=3), **was_received)
    response = client.get(reverse("proposals:dashboard"))
    assert [row.referral.pk for row in response.context["rows"]] == [late.pk, soon.pk, referral.pk]
    figures = response.context["figures"]
    assert (figures.todo, figures.overdue, figures.soon, figures.to_accept) == (3, 1, 1, 3)


@pytest.mark.parametrize("tab", ["todo", "waiting", "sign_off", "answered"])
def test_empty_tab_says_something_kind(client: Client, referral: Referral, tab: str) -> None:
    answering.return_referral(
        user=cases.liaison_of(referral.ministry), referral=referral, body=cases.ministry("moea"), reason="r"
    )
    page = client.get(reverse("proposals:dashboard"), {"tab": tab})
    assert page.status_code == 200
    assert list(page.context["rows"]) == []
    assert "empty-title" in page.content.decode()


def test_each_state_stands_in_its_tab(client: Client, liaison: User, referral: Referral) -> None:
    waiting, signing = cases.lead_of(cases.referred()), cases.lead_of(cases.referred())
    answering.ask_proposer(user=liaison, referral=waiting, text="?")
    answering.accept_referral(user=liaison, referral=signing)
    answering.note_sign_off(user=liaison, referral=signing, since=clock.today())
    answered = cases.lead_of(cases.answered())

    def listed(tab: str) -> set[int]:
        rows = client.get(reverse("proposals:dashboard"), {"tab": tab}).context["rows"]
        return {row.referral.pk for row in rows}

    assert listed("todo") == {referral.pk, signing.pk}
    assert listed("waiting") == {waiting.pk}
    assert listed("sign_off") == {signing.pk}
    assert listed("answered") == {answered.pk}


def test_row_offers_the_one_step_that_comes_next(client: Client, liaison: User, referral: Referral) -> None:
    def offered() -> str:
        [row] = client.get(reverse("proposals:dashboard")).context["rows"]
        return row.next_step

    assert offered() == "accept"
    answering.accept_referral(user=liaison, referral=referral)
    assert offered() == "draft"
    first, second = referral.proposal.asks.all()
    answering.save_answer_drafts(user=liaison, referral=referral, drafts={first.pk: TEXT})
    assert offered() == "continue"
    answering.save_answer_drafts(user=liaison, referral=referral, drafts={second.pk: TEXT})
    assert offered() == "publish"


def test_several_bodies_are_shown_together_or_one_by_one(referral: Referral) -> None:
    other = cases.lead_of(cases.referred(lead=cases.ministry("moea")))
    user = cases.person(liaison_of=referral.ministry)
    client = signed_in(cases.person(user.email, liaison_of=other.ministry))
    url = reverse("proposals:dashboard")
    assert len(client.get(url).context["rows"]) == 2
    [row] = client.get(url, {"body": "moea"}).context["rows"]
    assert row.referral == other
    assert client.get(url, {"body": "cbc"}).status_code == 404


@pytest.mark.parametrize("tab", ["todo", "answered"])
def test_overview_asks_the_same_questions_for_one_row_and_for_three(
    client: Client, referral: Referral, tab: str, django_assert_max_num_queries
) -> None:
    make = cases.answered if tab == "answered" else cases.referred
    make()
    url = reverse("proposals:dashboard")
    client.get(url)
    with django_assert_max_num_queries(11) as one:
        client.get(url, {"tab": tab})
    make()
    make()
    with django_assert_max_num_queries(11) as three:
        client.get(url, {"tab": tab})
    assert len(three) == len(one)


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_pages_answer_in_both_languages(client: Client, referral: Referral, language: str) -> None:
    with override(language):
        urls = [reverse("proposals:dashboard")]
    urls += [address(referral, step, language) for step in ("", "return", "draft")]
    for url in urls:
        page = client.get(url)
        assert page.status_code == 200
        assert page["Cache-Control"].startswith("max-age=0")
        assert page.content.decode().count("<h1") == 1


# --- the referral page ---------------------------------------------------------------------------


def test_first_opening_is_the_day_of_receipt_and_is_noted_once(client: Client, referral: Referral) -> None:
    client.get(address(referral))
    client.get(address(referral))
    referral.refresh_from_db()
    assert (referral.received_on, referral.receipt) == (clock.today(), Referral.Receipt.OPENED)
    assert referral.timeline.filter(kind="received").count() == 1


def test_page_explains_the_date_and_offers_what_is_possible(client: Client, referral: Referral) -> None:
    response = client.get(address(referral))
    assert response.context["explanation"]
    assert {step for step, _, _ in response.context["sections"]} == {
        "ask", "extend", "interim", "record", "return",
    }  # fmt: skip
    assert response.context["next_step"] == "accept"


def test_page_offers_no_second_extension(client: Client, liaison: User, referral: Referral) -> None:
    answering.extend_referral(user=liaison, referral=referral, amount=10, unit="day", reason="r")
    response = client.get(address(referral))
    assert "extend" not in {step for step, _, _ in response.context["sections"]}


def test_restricted_text_stands_behind_a_button(client: Client) -> None:
    referral = cases.lead_of(cases.referred(restricted="商業機密甲乙丙"))
    page = client.get(address(referral)).content.decode()
    assert "商業機密甲乙丙" not in page
    assert reverse("proposals:restricted", args=[referral.proposal.number]) in page


def test_withdrawn_case_stays_readable_without_forms(client: Client, referral: Referral) -> None:
    from proposals.actions.proposer import withdraw_proposal

    case = referral.proposal
    withdraw_proposal(user=cases.proposer_of(case), proposal=case)
    response = client.get(address(referral))
    assert response.status_code == 200
    assert response.context["sections"] == []
    assert 'class="clock' not in response.content.decode()  # no days remain of a part that is out
    assert post(client, referral, "accept").status_code == 409


# --- figures -------------------------------------------------------------------------------------


def test_share_is_silent_below_five_answers_and_counts_from_then_on() -> None:
    for number in range(5):
        case = cases.answered()
        if number == 0:
            Referral.objects.filter(proposal=case).update(due_on=clock.today() - timedelta(days=1))
        share = statistics.punctuality(cases.ministry(), clock.today().year)
        assert share.percent == (None if number < 4 else 80)
        assert statistics.median_own_days(cases.ministry()) == (None if number < 4 else 0)
    assert (share.answered, share.on_time) == (5, 4)
    assert statistics.punctuality(cases.ministry(), clock.today().year - 1).answered == 0
    assert statistics.workload([cases.ministry()]).this_year == share


def test_own_days_leave_out_the_days_of_a_pause() -> None:
    with clock.at(cases.at(2026, 3, 2)):
        referral = cases.lead_of(cases.referred())
        user = cases.liaison_of(referral.ministry)
        answering.record_letters(user=user, referral=referral, received_on=clock.today())
    with clock.at(cases.at(2026, 3, 12)):
        question = answering.ask_proposer(user=user, referral=referral, text="?")
    with clock.at(cases.at(2026, 3, 18)):
        from proposals.actions.proposer import reply_to_question

        reply_to_question(user=cases.proposer_of(referral.proposal), question=question, text="!")
    with clock.at(cases.at(2026, 4, 1)):
        cases.answered(referral.proposal)
    referral.refresh_from_db()
    days = statistics.own_days(
        referral.received_on, clock.local_date(referral.answered_at), referral.pauses.all()
    )
    assert days == 30 - 6
