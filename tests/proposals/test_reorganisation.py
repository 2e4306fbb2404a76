"""A body is reorganised in the midst of its cases: what passes, what stays, whose days they are."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from members import clock
from members.models import Letter, Organisation
from members.refusals import NotAllowed, Refused
from proposals.actions import answering, delays, follow_ups, proposer
from proposals.actions.reorganisation import (
    Takers,
    open_follow_ups,
    open_invitations,
    open_referrals,
    reorganise,
    standing_rules,
)
from proposals.explanations import explain
from proposals.ledger import Owner, ledger, totals
from proposals.models import (
    Deadline,
    FollowUp,
    Handover,
    Proposal,
    Question,
    Referral,
    Reorganisation,
    TimelineEntry,
)
from proposals.receipts import Receipt
from proposals.statistics import median_own_days, own_days_of, punctuality
from tests import cases

from .ledgers import turns

pytestmark = pytest.mark.django_db

START = cases.at(2026, 11, 2)
NUMBER = "院授發字第1150000001號"


def at(days: int, hour: int = 10):
    return clock.at(START.replace(hour=hour) + timedelta(days=days))


def old_body() -> Organisation:
    return cases.ministry("most", name_en="Ministry of Science", short_en="MOST")


def new_body() -> Organisation:
    body = cases.ministry("nstc", name_en="Science Council", short_en="NSTC")
    cases.liaison_of(body)
    return body


def office():
    return cases.person("office@example.org", secretariat=True)


def everything_to(taker: Organisation, giver: Organisation | None = None) -> Takers:
    giver = giver or old_body()
    return Takers(
        referrals={row.pk: taker for row in open_referrals(giver)},
        follow_ups={row.pk: taker for row in open_follow_ups(giver)},
        consultations={row.pk: taker for row in open_invitations(giver)},
        rules={row.pk: taker for row in standing_rules(giver)},
    )


def merge(days: int = 0, **changes: object) -> Reorganisation:
    """The old body ends today, the new one takes everything."""
    told: dict[str, object] = {
        "user": office(),
        "body": old_body(),
        "kind": "ended",
        "effective_on": clock.today() - timedelta(days=days),
        "document_number": NUMBER,
        "successors": [new_body()],
        "takers": everything_to(new_body()),
    }
    return reorganise(**told | changes)  # type: ignore[arg-type]


def part() -> Referral:
    return Referral.objects.select_related("proposal", "ministry").get()


def as_liaison(body: Organisation, referral: Referral) -> dict[str, object]:
    return {"user": cases.liaison_of(body), "referral": referral}


def received(days: int = 3) -> Proposal:
    """Referred on the first day, received some days later."""
    with at(0):
        case = cases.referred(lead=old_body())
    with at(days):
        answering.first_opening(**as_liaison(old_body(), part()))
    return case


def publish(referral: Referral, asks: list[int], body: Organisation) -> None:
    text = {"outcome": "not_adopted", "reason": "理由", "legal_basis": "證券交易法第22條"}
    user = cases.liaison_of(body)
    answering.save_answer_drafts(user=user, referral=referral, drafts={pk: dict(text) for pk in asks})
    answering.publish_answers(user=user, referral=referral, asks=asks)


# --- what passes ----------------------------------------------------------------------------------


def test_clock_goes_on_where_enough_is_left():
    case = received()
    due_on = part().due_on
    with at(10):
        merge()
    moved = part()
    assert (moved.ministry, moved.due_on, moved.received_on) == (new_body(), due_on, date(2026, 11, 5))
    assert set(case.referrals.values_list("state", flat=True)) == {"sent"}
    assert not Handover.objects.exclude(booked_days=0).exists()
    entry = TimelineEntry.objects.get(kind="handed_over")
    assert (entry.visibility, entry.turn, "new_due_on" in entry.data) == ("public", "ministry", False)


def test_new_body_sees_and_answers_and_the_old_one_sees_nothing():
    case = received()
    old, new = cases.signed_in(cases.liaison_of(old_body())), cases.signed_in(cases.liaison_of(new_body()))
    page = reverse("proposals:referral", args=[part().pk])
    with at(9):
        assert (old.get(page).status_code, new.get(page).status_code) == (200, 404)
    with at(10):
        merge()
        assert (old.get(page).status_code, new.get(page).status_code) == (404, 200)
        assert old.get(reverse("proposals:dashboard")).status_code == 404
        with pytest.raises(NotAllowed):
            answering.accept_referral(user=cases.liaison_of(old_body()), referral=part())
    with at(20):
        publish(part(), list(case.asks.values_list("pk", flat=True)), new_body())
    case.refresh_from_db()
    assert (case.state, part().state) == ("answered", "answered")


def test_people_to_come_of_a_body_that_ends_never_begin():
    received()
    user = cases.person("late@most.gov.example")
    row = old_body().affiliations.create(user=user, role="liaison", starts_on=date(2027, 1, 1))
    with at(10):
        merge()
    row.refresh_from_db()
    assert row.ends_on == row.starts_on


def test_old_papers_keep_the_name_of_their_time():
    case = received()
    first, second = case.asks.values_list("pk", flat=True)
    with at(5):
        answering.accept_referral(**as_liaison(old_body(), part()))
        answering.publish_interim_reply(**as_liaison(old_body(), part()), text="研議中")
        publish(part(), [first], old_body())
    with at(10):
        merge()
    with at(20):
        publish(part(), [second], new_body())
    told = [answer.named.name_en for answer in part().answers.order_by("ask__number")]
    assert told == ["Ministry of Science", "Science Council"]
    with at(21):
        page = cases.signed_in(None).get(f"/en/proposals/{case.number}/").content.decode()
    assert "by MOST, whose matter it was then" in page
    assert "<b>MOST</b> took the matter on" in page
    assert "<b>NSTC</b> published its answer" in page
    assert "lead MOST" in page
    assert "from MOST to NSTC, document no. 院授發字第1150000001號" in page
    settled = Deadline.objects.get(referral=part(), kind="acceptance")
    with translation.override("en"):
        assert Receipt.of(settled).actor.name == "Ministry of Science"
    letters = Letter.objects.filter(kind="referred")
    assert letters.exists()
    assert all("most 部" in letter.body and "nstc" not in letter.body for letter in letters)


def test_what_was_asked_and_paused_goes_on():
    received()
    with at(5):
        answering.ask_proposer(**as_liaison(old_body(), part()), text="請說明")
    due_on = part().due_on
    with at(7):
        merge()
    assert (part().state, part().ministry, part().due_on, part().is_paused) == (
        "waiting",
        new_body(),
        due_on,
        True,
    )
    with at(9):
        question = Question.objects.get()
        proposer.reply_to_question(user=cases.proposer_of(part().proposal), question=question, text="如附")
    assert (part().state, part().due_on) == ("in_progress", due_on + timedelta(days=4))
    assert Letter.objects.filter(kind="question_answered", recipient=cases.liaison_of(new_body())).exists()
    assert question.named.name_en == "Ministry of Science"
    with at(10):
        desk = cases.signed_in(cases.liaison_of(new_body())).get(f"/en/dashboard/{part().pk}/")
    assert "<b>MOST</b> asked" in desk.content.decode()


def test_sign_off_and_sharing_of_the_old_body_are_none_of_the_new_one():
    received()
    with at(5):
        answering.accept_referral(**as_liaison(old_body(), part()))
        answering.share_drafts(**as_liaison(old_body(), part()))
        answering.note_sign_off(**as_liaison(old_body(), part()), since=clock.today())
    with at(7):
        merge()
    assert part().sign_off_since is None
    assert part().drafts_shared_at is None


def test_extension_is_used_up():
    received()
    with at(5):
        answering.accept_referral(**as_liaison(old_body(), part()))
        answering.extend_referral(
            **as_liaison(old_body(), part()), amount=10, unit="day", reason="會商", progress="已函詢"
        )
    due_on = part().due_on
    with at(7):
        merge()
        assert part().due_on == due_on
        with pytest.raises(Refused):
            answering.extend_referral(
                **as_liaison(new_body(), part()), amount=10, unit="day", reason="再議", progress="無"
            )


# --- ten working days -----------------------------------------------------------------------------


def test_ten_working_days_at_least_and_the_days_are_no_bodys():
    case = received()
    old_due_on = part().due_on
    with clock.at(cases.at(2026, 12, 30)):
        merge()
    moved = part()
    assert (old_due_on, moved.due_on) == (date(2027, 1, 4), date(2027, 1, 14))
    row = Handover.objects.get()
    assert (row.old_due_on, row.new_due_on, row.booked_days) == (old_due_on, moved.due_on, 10)
    with clock.at(cases.at(2027, 1, 14)):
        told = totals(ledger(turns(case), clock.today()))
        assert told[Owner.COORDINATION] == 10
        assert sum(told.values()) == (clock.today() - START.date()).days
        assert not moved.is_overdue
    with clock.at(cases.at(2027, 1, 15)):
        assert part().is_overdue
    deadline = Deadline.objects.get(referral=moved, kind="answer")
    with translation.override("en"):
        assert any("the date moved by 10 days" in sentence for sentence in explain(deadline))
        assert [entry.kind for entry in Receipt.of(deadline).history(office())][-1] == "handed_over"


def test_late_days_of_the_old_body_stay_its_own():
    case = received()
    with clock.at(cases.at(2027, 1, 25)):
        assert part().is_overdue
        merge()
        assert not part().is_overdue
    with clock.at(cases.at(2027, 3, 1)):
        told = totals(ledger(turns(case), clock.today()))
    entry = TimelineEntry.objects.get(kind="handed_over")
    new_due_on = date.fromisoformat(entry.data["new_due_on"])
    assert entry.data["old_due_on"] == "2027-01-04"
    assert told[Owner.COORDINATION] == (new_due_on - date(2027, 1, 25)).days == entry.data["booked"]
    assert told[Owner.MINISTRY] == (date(2027, 3, 1) - date(2026, 11, 5)).days - entry.data["booked"]
    assert sum(told.values()) == (date(2027, 3, 1) - START.date()).days


def test_new_body_may_extend_and_ask_after_its_days_were_booked():
    received()
    with clock.at(cases.at(2027, 1, 25)):
        merge()
        due_on = part().due_on
        answering.accept_referral(**as_liaison(new_body(), part()))
        answering.extend_referral(
            **as_liaison(new_body(), part()), amount=30, unit="day", reason="甫接辦", progress="無"
        )
        assert part().due_on > due_on
        extended_to = part().due_on
        answering.ask_proposer(**as_liaison(new_body(), part()), text="請說明")
    with clock.at(cases.at(2027, 1, 28)):
        question = Question.objects.get()
        proposer.reply_to_question(user=cases.proposer_of(part().proposal), question=question, text="如附")
    assert part().due_on >= extended_to


def test_part_that_nobody_has_received_is_received_by_the_new_body():
    with at(0):
        cases.referred(lead=old_body())
    with at(2):
        merge()
    assert part().received_on is None
    assert Deadline.objects.get(referral=part(), kind="answer").counted_from == date(2026, 11, 9)
    with at(3):
        answering.first_opening(**as_liaison(new_body(), part()))
    assert (part().received_on, part().due_on) == (date(2026, 11, 5), date(2027, 1, 4))


def test_figures_count_the_days_since_the_hand_over_for_whoever_answered():
    case = received()
    with clock.at(cases.at(2026, 12, 30)):
        merge()
    with clock.at(cases.at(2027, 1, 12)):
        publish(part(), list(case.asks.values_list("pk", flat=True)), new_body())
    row = Referral.objects.get()
    row.kept_on = date(2027, 1, 12)
    assert own_days_of(row) == 13 - 10
    assert (punctuality(new_body()).answered, punctuality(old_body()).answered) == (1, 0)
    assert median_own_days(new_body()) is None


# --- promises -------------------------------------------------------------------------------------


def test_promise_passes_with_its_day_and_the_answer_stays():
    with at(0):
        case = cases.promised(lead=old_body())
    with at(10):
        merge()
    item = FollowUp.objects.get()
    assert (item.ministry, item.referral.ministry, item.planned_on) == (
        new_body(),
        old_body(),
        START.date() + timedelta(days=90),
    )
    with at(11):
        follow_ups.report_progress(user=cases.liaison_of(new_body()), follow_up=item, text="草案已擬")
        with pytest.raises(NotAllowed):
            follow_ups.report_progress(user=cases.liaison_of(old_body()), follow_up=item, text="草案")
    told = list(case.timeline.filter(kind__startswith="follow_up").values_list("body__slug", flat=True))
    assert told == ["nstc"]


def test_promise_that_is_late_gets_ten_working_days():
    with at(0):
        cases.promised(lead=old_body(), on=date(2026, 12, 1))
    with clock.at(cases.at(2026, 12, 7)):
        assert FollowUp.objects.overdue().exists()
        merge()
        assert not FollowUp.objects.overdue().exists()
    item = FollowUp.objects.get()
    step = item.steps.get()
    assert (step.kind, step.old_planned_on, step.new_planned_on) == (
        "revised",
        date(2026, 12, 1),
        item.planned_on,
    )
    assert NUMBER in step.text
    assert Deadline.objects.unsettled().get(follow_up=item).due_on == item.planned_on


# --- who hears of it ------------------------------------------------------------------------------


def test_new_liaisons_proposer_and_group_are_told():
    case = received()
    with at(10):
        merge()
    told = set(Letter.objects.filter(kind__startswith="handed_over").values_list("kind", "recipient__email"))
    assert told == {
        ("handed_over", "liaison@nstc.gov.example"),
        ("handed_over_proposer", cases.proposer_of(case).email),
        ("handed_over_triage", cases.convener_of(case).email),
    }
    assert Letter.objects.get(kind="handed_over").copies == ["unit@nstc.gov.example"]


def test_explained_delay_keeps_the_name_of_whoever_explained_it():
    received()
    with clock.at(cases.at(2027, 1, 11)):
        delays.explain_delay(
            **as_liaison(old_body(), part()), reason="人力不足", expected_on=date(2027, 2, 1)
        )
    with clock.at(cases.at(2027, 1, 12)):
        merge()
    assert part().interim_replies.get().named.name_en == "Ministry of Science"


def test_sentence_on_the_day_says_that_it_was_moved():
    case = received()
    with clock.at(cases.at(2026, 12, 30)):
        merge()
        page = cases.signed_in(None).get(f"/en/proposals/{case.number}/").content.decode()
        assert "moved by 10 days by a reorganisation" in page
        receipt = cases.signed_in(None).get(f"/en/proposals/{case.number}/receipt/").content.decode()
    assert "NSTC" in receipt
