"""Reminders: the right stage, to the right people, in one letter a day, once."""

import re
import threading
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection

from members import clock
from members.actions.letters import render
from members.models import Letter
from proposals.actions.answering import (
    accept_referral,
    ask_proposer,
    extend_referral,
    publish_interim_reply,
    set_receipt,
)
from proposals.actions.proposer import reply_to_question
from proposals.deadlines import Period, Unit
from proposals.models import Deadline, Reminder, ReminderRule
from proposals.models.deadlines import Kind
from proposals.reminders import sweep
from proposals.reminders.rungs import ladder
from tests import cases

TEMPLATES = Path(settings.BASE_DIR / "templates")
LETTERS = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.glob("proposals/letters/*.txt"))

at = cases.at
pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    """Referred on Monday 2 March 2026: received on Thursday 5 March, answer due on Monday 4 May."""
    with clock.at(at(2026, 3, 2)):
        return cases.referred()


def answer(case) -> Deadline:
    return Deadline.objects.get(referral__proposal=case, kind=Kind.ANSWER)


def take_on(case, day: int = 5) -> None:
    """The lead accepts and replies for the first time, so that only its answer is due."""
    referral = cases.lead_of(case)
    user = cases.liaison_of(referral.ministry)
    with clock.at(at(2026, 3, day)):
        set_receipt(referral, clock.today(), "letter", actor=user)
        accept_referral(user=user, referral=cases.lead_of(case))
        publish_interim_reply(user=user, referral=cases.lead_of(case), text="研議中")


def reminders_on(*moments: datetime) -> list[Letter]:
    for moment in moments:
        with clock.at(moment):
            sweep()
    return list(Letter.objects.filter(kind="reminder").order_by("pk"))


def stages(audience: str = "actors") -> list[tuple[int, bool]]:
    rows = Reminder.objects.filter(rule__audience=audience).order_by("rule__offset", "pk")
    return list(rows.values_list("rule__offset", "is_skipped"))


def test_ladder_is_the_shortest_bracket_that_holds_the_period():
    rules = [ReminderRule(code=str(days), max_days=days, offset=0) for days in (20, 365, 3660)]
    assert [r.max_days for r in ladder(Period(10, Unit.WORKDAY), rules)] == [20]
    assert [r.max_days for r in ladder(Period(15, Unit.WORKDAY), rules)] == [365]
    assert [r.max_days for r in ladder(Period(2, Unit.MONTH), rules)] == [365]
    assert [r.max_days for r in ladder(Period(11, Unit.YEAR), rules)] == [3660]
    assert ladder(Period(1, Unit.DAY), []) == []


def test_reminder_comes_at_nine_of_its_working_day_and_not_before(case):
    take_on(case)
    assert answer(case).due_on == date(2026, 5, 4)
    # Ten working days before: 1 May is Labour Day, so that is Friday 17 April.
    reminders_on(at(2026, 4, 16, 12), at(2026, 4, 17, 8, 59))
    assert Reminder.objects.filter(rule__offset=-10).count() == 0
    reminders_on(at(2026, 4, 17, 9))
    assert Reminder.objects.filter(rule__offset=-10).count() == 1


def test_reminder_planned_again_writes_nothing_more(case):
    take_on(case)
    once = reminders_on(at(2026, 4, 17))
    again = reminders_on(at(2026, 4, 17, 10), at(2026, 4, 17, 15), at(2026, 4, 20))
    assert again == once
    assert len(once) == 1


def test_reminder_after_a_silence_is_the_latest_stage_only(case):
    take_on(case)
    (letter,) = reminders_on(at(2026, 4, 30))
    assert stages() == [(-20, True), (-10, True), (-3, False)]
    assert letter.recipient == cases.liaison_of(cases.ministry())


def test_reminder_after_the_date_climbs_the_ladder(case):
    take_on(case)
    body, group = cases.ministry(), case.group
    head = cases.person("head@fsc.gov.example", supervises=body)
    control = cases.person("control@fsc.gov.example", researches_for=body)
    chair = cases.person("chair@example.org", chairs=True)
    days = [at(2026, 4, 30) + timedelta(days=n) for n in range(50)]
    reminders_on(*days)
    convener = cases.convener_of(case)
    got = {
        user.email: [
            (row.rule.offset, row.planned_at.astimezone(clock.TAIPEI).date())
            for row in Reminder.objects.filter(
                recipient=user, is_skipped=False, deadline__kind="answer"
            ).order_by("pk")
        ]
        for user in (head, control, chair, convener)
    }
    assert got[head.email] == [(-3, date(2026, 4, 30)), (5, date(2026, 5, 11))]
    assert got[control.email] == got[head.email]
    assert got[convener.email] == [(10, date(2026, 5, 18))]
    # Half of sixty days after 4 May is 3 June.
    assert got[chair.email] == [(0, date(2026, 6, 3))]
    assert group == convener.seats.get().group


def test_reminder_says_what_until_when_why_and_where(case, settings):
    take_on(case)
    (letter,) = reminders_on(at(2026, 4, 30))
    referral = cases.lead_of(case)
    assert f"{settings.SITE_URL}/dashboard/{referral.pk}/" in letter.body
    assert "115-0001" in letter.subject
    assert "115-0001" in letter.body
    assert "5月4日（一）" in letter.body
    assert letter.copies == ["unit@fsc.gov.example"]


def test_reminders_of_one_day_are_one_letter_a_person(case):
    with clock.at(at(2026, 3, 2, 11)):
        second = cases.referred()
    take_on(case)
    take_on(second)
    (letter,) = reminders_on(at(2026, 4, 30))
    assert case.number in letter.body
    assert second.number in letter.body
    assert Reminder.objects.filter(letter=letter, is_skipped=False).count() == 2


def test_reminder_planned_later_on_the_same_day_has_a_letter_of_its_own(case):
    take_on(case)
    (first,) = reminders_on(at(2026, 4, 30, 9))
    with clock.at(at(2026, 4, 30, 10)):
        ReminderRule.objects.create(code="late-idea", max_days=3660, offset=-2, audience="actors")
        rule = ReminderRule.objects.get(code="late-idea")
        Reminder.objects.create(
            deadline=answer(case), rule=rule, due_on=answer(case).due_on, recipient=first.recipient
        )
    first_again, second = reminders_on(at(2026, 4, 30, 11))
    assert first_again == first
    assert second.key != first.key
    assert Reminder.objects.filter(letter=second).count() == 1


def test_reminders_stop_while_the_clock_stands_and_do_not_make_up_for_it(case):
    take_on(case)
    referral = cases.lead_of(case)
    liaison, proposer = cases.liaison_of(referral.ministry), cases.proposer_of(case)
    with clock.at(at(2026, 4, 15)):
        question = ask_proposer(user=liaison, referral=referral, text="?")
    before = Reminder.objects.filter(deadline=answer(case)).count()
    reminders_on(at(2026, 4, 20), at(2026, 4, 24))
    assert Reminder.objects.filter(deadline=answer(case)).count() == before
    with clock.at(at(2026, 4, 27)):
        reply_to_question(user=proposer, question=question, text="!")
    assert answer(case).due_on == date(2026, 5, 18)  # twelve days more end on a Saturday
    reminders_on(at(2026, 4, 27, 11))
    assert not Reminder.objects.filter(deadline=answer(case), due_on=answer(case).due_on, is_skipped=False)
    reminders_on(at(2026, 5, 13))
    assert list(
        Reminder.objects.filter(
            deadline=answer(case), due_on=answer(case).due_on, is_skipped=False
        ).values_list("rule__offset", flat=True)
    ) == [-3]


def test_reminders_of_a_date_that_moved_are_new_rows(case):
    take_on(case)
    reminders_on(at(2026, 4, 30))
    referral = cases.lead_of(case)
    with clock.at(at(2026, 4, 30, 12)):
        extend_referral(
            user=cases.liaison_of(referral.ministry),
            referral=referral,
            amount=60,
            unit="day",
            reason="會商中",
        )
    assert len(reminders_on(at(2026, 4, 30, 13), at(2026, 5, 5))) == 1
    extended = answer(case).due_on
    reminders_on(at(2026, 6, 30), at(2026, 7, 1))
    assert Reminder.objects.filter(deadline=answer(case), due_on=extended, letter__isnull=False).exists()


def test_reminder_of_something_settled_meanwhile_is_dropped(case):
    take_on(case)
    deadline = answer(case)
    Reminder.objects.create(
        deadline=deadline,
        rule=ReminderRule.objects.filter(audience="actors").first(),
        due_on=deadline.due_on,
        recipient=cases.liaison_of(cases.ministry()),
    )
    cases.answered(case)
    assert reminders_on(at(2026, 4, 17)) == []
    assert Reminder.objects.get().is_skipped


def test_missing_preliminary_reply_is_never_called_overdue(case):
    days = [at(2026, 3, 2) + timedelta(days=n) for n in range(60)]
    reminders_on(*days)
    rows = Reminder.objects.filter(deadline__kind=Kind.PRELIMINARY)
    assert set(rows.values_list("rule__offset", flat=True)) == {-3, 0}


def test_nobody_left_to_act_is_told_to_the_secretariat(case):
    take_on(case)
    office = cases.person("office@example.org", secretariat=True)
    liaison = cases.liaison_of(cases.ministry())
    liaison.affiliations.update(ends_on=date(2026, 4, 1))
    (letter,) = reminders_on(at(2026, 4, 17))
    assert letter.recipient == office


def test_screening_reminds_the_triage_officers_on_their_page(settings):
    with clock.at(at(2026, 3, 2)):
        case = cases.submitted()
    (letter,) = reminders_on(at(2026, 3, 11))
    assert letter.recipient == cases.convener_of(case)
    assert f"{settings.SITE_URL}/admin/proposals/proposal/{case.pk}/change/" in letter.body


def test_nobody_is_reminded_on_a_day_without_offices(case):
    take_on(case)
    assert reminders_on(at(2026, 5, 1), at(2026, 5, 2), at(2026, 5, 3)) == []
    assert len(reminders_on(at(2026, 5, 4))) == 1


@pytest.mark.django_db(transaction=True)
def test_planners_side_by_side_remind_once():
    with clock.at(at(2026, 3, 2)):
        for _ in range(4):
            cases.submitted()

    def work() -> None:
        try:
            with clock.at(at(2026, 3, 11)):
                sweep()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reminders_on(at(2026, 3, 11, 11))
    rows = Reminder.objects.filter(is_skipped=False)
    assert rows.count() == 4
    assert rows.filter(letter=None).count() == 0
    bodies = "".join(letter.body for letter in Letter.objects.filter(kind="reminder"))
    for number in range(1, 5):
        assert bodies.count(f"115-000{number} ") == 1


@pytest.mark.parametrize("language", ["zh-hant", "en"])
@pytest.mark.parametrize("template", LETTERS)
def test_letter_template_renders_in_both_languages(template, language, case):
    question = SimpleNamespace(pk=1, text="為何？")
    week = SimpleNamespace(count=1, late_count=1, monday=date(2026, 3, 9), sunday=date(2026, 3, 15))
    context = {"proposal": case, "referral": cases.lead_of(case), "name": "Ada", "question": question}
    context |= {"week": week, "follow": SimpleNamespace(token="key"), "meeting": SimpleNamespace(pk=1)}
    context |= {"coordination": SimpleNamespace(pk=1), "consultation": SimpleNamespace(pk=1)}
    context |= {"into": case, "case": case, "entry": SimpleNamespace(pk=1), "works": []}
    subject, body = render(template, language, context)
    assert subject
    assert f"{settings.SITE_URL}/{'en/' if language == 'en' else ''}\n" in body
    assert "Ada" in body


def test_every_letter_that_an_action_names_has_its_template_and_no_template_is_left_over():
    sources = Path(settings.BASE_DIR / "proposals").rglob("*.py")
    code = "\n".join(file.read_text() for file in sources)
    there = {Path(template).stem for template in LETTERS}
    assert set(re.findall(r'notify\w*\(\s*\w+,\s*"(\w+)"', code)) <= there
    assert {name for name in there if f'"{name}"' not in code and f"letters/{name}.txt" not in code} == set()


def test_preliminary_reply_missed_during_a_silence_is_not_chased(case):
    reminders_on(at(2026, 3, 30))
    rows = Reminder.objects.filter(deadline__kind=Kind.PRELIMINARY)
    assert rows.exists()
    assert not rows.filter(is_skipped=False).exists()


def test_letter_after_a_reply_names_the_new_due_date(case):
    referral = cases.lead_of(case)
    with clock.at(at(2026, 3, 9)):
        question = ask_proposer(user=cases.liaison_of(referral.ministry), referral=referral, text="?")
    with clock.at(at(2026, 3, 12)):
        reply_to_question(user=cases.proposer_of(case), question=question, text="!")
    assert answer(case).due_on == date(2026, 5, 11)
    assert "5月11日（一）" in Letter.objects.get(kind="question_answered").body


def test_convener_with_an_interest_receives_no_triage_letter():
    group, organisation = cases.group(), cases.member_org()
    cases.person("both@example.org", convenes=group, represents=organisation)
    office = cases.person("office@example.org", secretariat=True)
    with clock.at(at(2026, 3, 2)):
        cases.submitted()
    assert Letter.objects.get(kind="to_screen").recipient == office
