"""What papers and pages say of whose case it was at the time: letters, replies, and who is told of what."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from members import clock
from members.models import Letter, User
from proposals.actions import answering, closures, restricted, triage
from proposals.actions.letterpacks import official_letter
from proposals.actions.proposer import reply_to_question
from proposals.actions.secretariat import record_outgoing_letter
from proposals.letterpack import OfficialLetter, explanations
from proposals.models import Proposal, Referral, RestrictedPart, SecrecyCheck
from proposals.models.takeovers import lead_at
from tests import cases
from tests.cases import signed_in
from tests.proposals.test_reorganisation import merge, new_body, old_body

from . import heirs
from .heirs import LAST, LEAVES, fresh, leave, orphan, period_of, signed_case, sweep_on, taken

pytestmark = pytest.mark.django_db
TAKEN = date(2026, 3, 20)
LATER = date(2026, 3, 27)
OBJECTION = "第二段之配方比例"


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def on(day: date) -> object:
    return clock.at(cases.at(day.year, day.month, day.day))


def office() -> User:
    return cases.person("office@example.org", secretariat=True)


def told(kind: str) -> set[str]:
    return set(Letter.objects.filter(kind=kind).values_list("recipient__email", flat=True))


# --- who is told -----------------------------------------------------------------------------------


def test_association_is_written_to_when_the_case_becomes_public_within_the_period() -> None:
    case = orphan("screening")
    assert told("lead_left_heir") == {"heir@cosign.example"}
    with on(TAKEN):
        triage.accept_proposal(user=cases.convener_of(case), proposal=case)
    assert told("lead_left_heir") == {"heir@cosign.example", "heir@guild.example"}
    letter = Letter.objects.get(kind="lead_left_heir", recipient__email="heir@guild.example")
    assert "/take-over/" in letter.body
    assert "BEGIN:VEVENT" in letter.calendar
    assert Letter.objects.filter(kind="lead_left_heir").count() == 2


def test_association_is_written_to_when_the_case_is_referred_at_once() -> None:
    case = orphan("screening")
    cases.liaison_of(cases.ministry())
    with on(TAKEN):
        triage.refer_proposal(user=cases.convener_of(case), proposal=case, lead=cases.ministry())
    assert "heir@guild.example" in told("lead_left_heir")


def test_association_is_not_written_to_for_a_case_that_has_its_lead() -> None:
    case = signed_case("screening")
    with on(LEAVES - timedelta(days=1)):
        triage.accept_proposal(user=cases.convener_of(case), proposal=case)
    assert not told("lead_left_heir")


def closed_on(day: date) -> None:
    closures.enter_closure(
        user=office(), on=day, area="臺北市", note="颱風", source_url="https://www.dgpa.gov.tw/"
    )


def test_closure_that_moves_the_period_is_told_to_those_who_may_take_the_case_over() -> None:
    case = orphan("discussion")
    User.objects.update(language="en")
    with on(LAST - timedelta(days=1)):
        closed_on(LAST)
    assert period_of(case).due_on > LAST
    assert told("date_moved_heir") == {"heir@cosign.example", "heir@guild.example"}
    assert told("date_moved") == {cases.proposer_of(case).email, cases.convener_of(case).email}
    letter = Letter.objects.filter(kind="date_moved_heir")[0]
    assert "/take-over/" in letter.body
    assert "represent an organisation that may take it over" in letter.body
    assert "BEGIN:VEVENT" in letter.calendar


def test_closure_after_the_period_was_settled_is_told_to_no_heir() -> None:
    taken(orphan("discussion"))
    with on(LAST - timedelta(days=1)):
        closed_on(LAST)
    assert not told("date_moved_heir")


# --- the official letter ---------------------------------------------------------------------------


def letter_of(case: Proposal) -> OfficialLetter:
    return official_letter(user=office(), referral=cases.lead_of(case))


def test_letter_that_is_being_prepared_names_the_proposer_and_who_leads_its_case() -> None:
    case = orphan("referred")
    taken(case)
    with on(LATER):
        letter = letter_of(case)
    assert (letter.proposer, letter.heir, letter.copies) == ("acme 公司", "guild 公司", ["guild 公司"])
    assert "acme 公司所提" in explanations(letter)[1]
    assert "現由guild 公司承接" in explanations(letter)[1]


def test_letter_of_before_names_the_lead_of_its_day_for_good() -> None:
    case = signed_case("referred")
    with on(date(2026, 3, 4)):
        record_outgoing_letter(
            user=office(),
            referral=cases.lead_of(case),
            letter_number="鏈盟字第1150000009號",
            letter_on=date(2026, 3, 4),
        )
        before = letter_of(case)
    leave(case)
    sweep_on(LEAVES)
    taken(case)
    with on(LATER):
        assert letter_of(case) == before
    assert (before.heir, before.copies) == ("", ["acme 公司"])


def test_letter_has_no_copy_for_a_lead_that_has_left() -> None:
    case = orphan("referred")
    with on(TAKEN):
        letter = letter_of(case)
    assert (letter.proposer, letter.heir, letter.copies) == ("acme 公司", "", [])


# --- who replied, and to whom ----------------------------------------------------------------------


def replied(case: Proposal, user: User, day: date, **words: str) -> None:
    row = cases.lead_of(case)
    with on(day):
        liaison = cases.liaison_of(row.ministry)
        question = answering.ask_proposer(user=liaison, referral=row, text="請說明", restricted="密問")
        reply_to_question(user=user, question=question, text=words.pop("text"), **words)


def test_dashboard_names_who_replied_at_the_time() -> None:
    case = signed_case("referred")
    replied(case, cases.proposer_of(case), date(2026, 3, 10), text="提案單位之回覆")
    leave(case)
    sweep_on(LEAVES)
    row = taken(case)
    replied(case, row.by, LATER, text="承接單位之回覆")
    assert lead_at(fresh(case), cases.at(2026, 3, 10)).slug == "acme"
    assert lead_at(fresh(case), cases.at(2026, 3, 27)).slug == "guild"
    with on(LATER):
        liaison = signed_in(cases.liaison_of(cases.ministry()))
        page = liaison.get(reverse("proposals:referral", args=[cases.lead_of(case).pk])).content.decode()
        assert re.findall(r"<b>([^<]+)</b> replied", page) == ["acme Ltd", "guild Ltd"]
        first = cases.lead_of(case).questions.order_by("pk")[0]
        own = signed_in(row.by).get(reverse("proposals:reply", args=[case.number, first.pk])).content.decode()
    assert "acme Ltd replied on" in own
    assert "A restricted part stood beside it. It is sealed" in own
    assert "密問" not in own


def test_letter_of_an_opening_names_who_announced_it() -> None:
    case = orphan("referred")
    row = taken(case)
    replied(case, row.by, LATER, text="如附", restricted="密答")
    User.objects.update(language="en")
    with on(LATER):
        part = RestrictedPart.objects.get(side="reply")
        restricted.announce_opening(user=row.by, proposal=case, part=part)
    body = Letter.objects.filter(kind="opening_announced")[0].body
    assert "guild Ltd has announced" in body


def test_letter_of_an_opening_that_is_sealed_says_so() -> None:
    case = signed_case("referred", restricted="祕方")
    with on(date(2026, 3, 10)):
        restricted.announce_opening(user=cases.proposer_of(case), proposal=case)
    leave(case)
    User.objects.update(language="en")
    sweep_on(LEAVES)
    body = Letter.objects.filter(kind="opening_stopped")[0].body
    assert "is sealed since its proposer has left" in body
    assert "has ended" not in body


# --- what the proposer said is secret --------------------------------------------------------------


def objected(case: Proposal, day: date = date(2026, 3, 10)) -> Referral:
    """The lead ministry had its draft checked, and the proposer pointed out what is secret."""
    row, rep = cases.lead_of(case), cases.proposer_of(case)
    with on(day):
        liaison, ask = cases.liaison_of(row.ministry), case.asks.order_by("number")[0].pk
        words = {"outcome": "not_adopted", "reason": "擬公開之文字", "legal_basis": "證券交易法第22條"}
        answering.save_answer_drafts(user=liaison, referral=row, drafts={ask: words})
        check = answering.ask_secrecy_check(user=liaison, referral=row, asks=[ask])
        answering.answer_secrecy_check(user=rep, check=check, is_fine=False, objection=OBJECTION)
    return cases.lead_of(case)


def reads(user: User, row: Referral) -> bool:
    """Whether somebody reads the objection; the page of the part says it to the same people."""
    found = SecrecyCheck.objects.visible_to(user).exists()
    page = signed_in(user).get(reverse("proposals:referral", args=[row.pk]))
    assert (OBJECTION in page.content.decode()) == (found and page.status_code == 200)
    return found


def test_objection_is_read_by_the_body_that_asked_and_by_none_of_its_people_with_an_interest() -> None:
    case = signed_case("referred", restricted="祕方")
    row = objected(case)
    tied = cases.person("tied@example.org", liaison_of=row.ministry, represents=heirs.co_sponsor())
    with on(TAKEN):
        assert reads(cases.liaison_of(row.ministry), row)
        assert not reads(tied, row)
        assert not reads(office(), row)
        assert "checked them" in signed_in(tied).get(f"/en/dashboard/{row.pk}/").content.decode()


def test_objection_is_sealed_with_the_restricted_text() -> None:
    case = signed_case("referred", restricted="祕方")
    row = objected(case)
    leave(case)
    with on(LEAVES):
        assert not reads(cases.liaison_of(row.ministry), row)
    sweep_on(LEAVES)
    heir = taken(case).by
    with on(LATER):
        assert not reads(cases.liaison_of(row.ministry), row)
        assert not SecrecyCheck.objects.visible_to(heir).exists()


def referred_to(body: object) -> Proposal:
    with clock.at(heirs.BEGIN):
        return cases.referred(lead=body, restricted="祕方")  # type: ignore[arg-type]


def test_objection_passes_with_the_part_to_the_body_that_publishes() -> None:
    case = referred_to(old_body())
    row = objected(case)
    former = cases.liaison_of(old_body())
    with on(TAKEN):
        merge()
        assert reads(cases.liaison_of(new_body()), row)
        assert not reads(former, row)


def test_objection_is_not_read_by_the_successor_of_a_body_that_had_answered() -> None:
    case = referred_to(old_body())
    row = objected(case)
    with on(TAKEN):
        cases.answered(case)
        merge()
        user = cases.liaison_of(new_body())
        assert not reads(user, row)
        page = signed_in(user).get(reverse("proposals:referral_step", args=[row.pk, "correct"]) + "?ask=1")
        assert page.status_code == 200
        assert OBJECTION not in page.content.decode()
