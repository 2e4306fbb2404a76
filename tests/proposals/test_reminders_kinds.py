"""Reminders of what hangs on no referral, and what is told when nobody is there to hear it."""

from datetime import date, datetime

import pytest

from members import clock
from members.models import Affiliation, Letter, User
from proposals.actions.answering import accept_referral, publish_interim_reply, set_receipt
from proposals.actions.timing import plan_follow_up
from proposals.models import Deadline, FollowUp, Reminder
from proposals.models.deadlines import Kind
from proposals.models.follow_ups import Milestone
from proposals.reminders import sweep
from tests import cases
from workinggroups.models import Meeting, Seat

at = cases.at
pytestmark = pytest.mark.django_db


def sweep_on(*moments: datetime) -> None:
    for moment in moments:
        with clock.at(moment):
            sweep()


def told(user: User, kind: Kind) -> list[tuple[int, date]]:
    """(offset, day) of each reminder that a person got of a kind."""
    rows = Reminder.objects.filter(recipient=user, deadline__kind=kind, letter__isnull=False).order_by("pk")
    return [(row.rule.offset, clock.local_date(row.planned_at)) for row in rows.select_related("rule")]


# ── Follow-up items ─────────────────────────────────────────────────────────────────────────────

# What is due on 4 May 2026 in sixty days: each day on which somebody is reminded, and the day after.
RUNGS = [(4, 2), (4, 7), (4, 17), (4, 20), (4, 28), (4, 29), (5, 4), (5, 5), (5, 6), (5, 11), (5, 12)]
RUNGS += [(5, 18), (5, 19), (6, 5), (6, 8)]


@pytest.fixture
def promise() -> FollowUp:
    """Promised on Monday 2 March 2026 for Monday 4 May 2026."""
    with clock.at(at(2026, 3, 2)):
        case = cases.answered()
        item = FollowUp.objects.create(
            proposal=case,
            referral=cases.lead_of(case),
            ministry=cases.lead_of(case).ministry,
            ask=case.asks.first(),
            title="修正申報格式",
            planned_on=date(2026, 5, 4),
        )
        plan_follow_up(item)
    return item


def test_follow_up_item_climbs_the_ladder_of_its_ministry(promise):
    case, body = promise.proposal, promise.referral.ministry
    head = cases.person("head@fsc.gov.example", supervises=body)
    chair = cases.person("chair@example.org", chairs=True)
    sweep_on(*[at(2026, *day) for day in RUNGS])
    liaison = cases.liaison_of(body)
    assert told(liaison, Kind.FOLLOW_UP) == [
        (-20, date(2026, 4, 2)),
        (-10, date(2026, 4, 17)),
        (-3, date(2026, 4, 28)),
        (0, date(2026, 5, 4)),
        (1, date(2026, 5, 5)),
    ]
    assert [offset for offset, _ in told(head, Kind.FOLLOW_UP)] == [-3, 5]
    assert [offset for offset, _ in told(cases.convener_of(case), Kind.FOLLOW_UP)] == [10]
    assert told(chair, Kind.FOLLOW_UP) == [(0, date(2026, 6, 5))]


def test_follow_up_item_is_told_with_its_title_and_its_page(promise, settings):
    sweep_on(at(2026, 4, 28))
    letter = Letter.objects.get(kind="reminder")
    assert letter.copies == ["unit@fsc.gov.example"]
    assert "修正申報格式" in letter.body
    assert f"{settings.SITE_URL}/dashboard/follow-up/{promise.pk}/" in letter.body


@pytest.mark.parametrize("milestone", [Milestone.LEGISLATURE, Milestone.PASSED, Milestone.IN_FORCE])
def test_follow_up_item_with_the_legislature_is_never_late(promise, milestone):
    FollowUp.objects.filter(pk=promise.pk).update(milestone=milestone)
    sweep_on(*[at(2026, *day) for day in RUNGS])
    assert not Reminder.objects.filter(deadline__follow_up=promise).exists()


def test_follow_up_item_that_comes_back_from_the_legislature_is_reminded_of_again(promise):
    FollowUp.objects.filter(pk=promise.pk).update(milestone=Milestone.LEGISLATURE)
    sweep_on(at(2026, 4, 2), at(2026, 4, 28))
    FollowUp.objects.filter(pk=promise.pk).update(milestone=Milestone.TO_YUAN)
    sweep_on(at(2026, 5, 4))
    assert told(cases.liaison_of(promise.referral.ministry), Kind.FOLLOW_UP) == [(0, date(2026, 5, 4))]


def test_follow_up_item_that_left_the_ministry_after_planning_is_not_written_of(promise):
    deadline = promise.deadlines.get()
    rule = cases.ReminderRule.objects.get(code="long-before-3-actors")
    user = cases.liaison_of(promise.referral.ministry)
    Reminder.objects.create(deadline=deadline, rule=rule, due_on=deadline.due_on, recipient=user)
    FollowUp.objects.filter(pk=promise.pk).update(milestone=Milestone.LEGISLATURE)
    sweep_on(at(2026, 4, 10))
    assert Reminder.objects.get().is_skipped


# ── Minutes ─────────────────────────────────────────────────────────────────────────────────────


def meeting(**fields: object) -> Meeting:
    """A meeting of the group, over on Monday 2 March 2026 at noon; minutes are due on 16 March."""
    cases.time_rules()
    group = cases.group()
    cases.person("convener@regulation.example", convenes=group)
    defaults: dict[str, object] = {
        "group": group,
        "title_zh": "第一次會議",
        "title_en": "First meeting",
        "starts_at": at(2026, 3, 2, 9),
        "ends_at": at(2026, 3, 2, 12),
    }
    return Meeting.objects.create(**defaults | fields)


def minutes_of(row: Meeting) -> Deadline:
    return row.deadlines.get(kind=Kind.MINUTES)


def test_minutes_are_due_from_the_end_of_the_meeting_and_settled_when_published():
    row = meeting()
    sweep_on(at(2026, 3, 2, 11))
    assert not row.deadlines.exists()
    sweep_on(at(2026, 3, 2, 13), at(2026, 3, 2, 14))
    assert minutes_of(row).due_on == date(2026, 3, 16)
    Meeting.objects.update(minutes_published_on=date(2026, 3, 9))
    sweep_on(at(2026, 3, 9))
    assert minutes_of(row).settled_at == at(2026, 3, 9)
    assert not Reminder.objects.exists()


def test_missing_minutes_are_reminded_of_to_all_officers_of_the_group(settings):
    row = meeting()
    secretary = cases.person("secretary@regulation.example", secretary_of=row.group)
    deputy = cases.person("deputy@regulation.example")
    Seat.objects.create(user=deputy, group=row.group, role=Seat.Role.DEPUTY, starts_on=cases.SINCE)
    office = cases.person("office@example.org", secretariat=True)
    chair = cases.person("chair@example.org", chairs=True)
    sweep_on(at(2026, 3, 2, 13), *[at(2026, 3, day) for day in (10, 11, 12, 16, 17, 18, 23, 24, 30, 31)])
    convener = User.objects.get(email="convener@regulation.example")
    for officer in (convener, secretary, deputy):
        assert [offset for offset, _ in told(officer, Kind.MINUTES)] == [-3, 0, 1]
    assert [offset for offset, _ in told(office, Kind.MINUTES)] == [10]
    assert told(chair, Kind.MINUTES) == [(0, date(2026, 3, 23))]
    letter = Letter.objects.filter(kind="reminder", recipient=convener).first()
    assert f"{settings.SITE_URL}/admin/workinggroups/meeting/{row.pk}/change/" in letter.body
    assert "第一次會議" in letter.body


@pytest.mark.parametrize(
    "fields",
    [
        {"minutes_published_on": date(2026, 3, 2)},
        {"starts_at": at(2025, 12, 1, 9), "ends_at": at(2025, 12, 1, 12)},
        {"starts_at": at(2026, 3, 20), "ends_at": None},
    ],
)
def test_meeting_without_duty_of_minutes_has_no_clock(fields):
    meeting(**fields)
    sweep_on(at(2026, 3, 2, 13))
    assert not Deadline.objects.exists()


def test_minutes_of_a_meeting_that_was_moved_are_counted_anew():
    row = meeting()
    sweep_on(at(2026, 3, 2, 13))
    Meeting.objects.update(starts_at=at(2026, 3, 9, 9), ends_at=at(2026, 3, 9, 12))
    sweep_on(at(2026, 3, 3))
    assert minutes_of(row).due_on == date(2026, 3, 23)


# ── Nobody there ────────────────────────────────────────────────────────────────────────────────


def taken_on_case():
    with clock.at(at(2026, 3, 2)):
        case = cases.referred()
    referral = cases.lead_of(case)
    user = cases.liaison_of(referral.ministry)
    with clock.at(at(2026, 3, 5)):
        set_receipt(referral, clock.today(), "letter", actor=user)
        accept_referral(user=user, referral=cases.lead_of(case))
        publish_interim_reply(user=user, referral=cases.lead_of(case), text="研議中")
    return case


def test_rung_without_anybody_is_told_to_the_secretariat_once():
    case = taken_on_case()
    office = cases.person("office@example.org", secretariat=True, language="en")
    sweep_on(*[at(2026, 4, 28, hour) for hour in (9, 10, 11)], at(2026, 4, 29))
    (letter,) = Letter.objects.filter(kind="reminder", recipient=office)
    assert "has nobody there" in letter.body
    assert f"/en/proposals/{case.number}/" in letter.body
    rows = Reminder.objects.filter(recipient=office)
    assert {row.rule.audience for row in rows.select_related("rule")} == {"supervisor"}


def test_rung_with_its_people_is_not_told_to_the_secretariat():
    case = taken_on_case()
    office = cases.person("office@example.org", secretariat=True)
    cases.person("head@fsc.gov.example", supervises=cases.lead_of(case).ministry)
    sweep_on(at(2026, 4, 28))
    assert not Reminder.objects.filter(recipient=office).exists()


def test_rung_without_even_a_secretariat_is_logged(caplog):
    case = taken_on_case()
    Affiliation.objects.filter(organisation=cases.lead_of(case).ministry).update(ends_on=date(2026, 4, 1))
    sweep_on(at(2026, 4, 17))
    assert "Nobody is left to remind" in caplog.text


def test_group_has_no_supervisor_and_a_proposer_nobody_to_look_over_its_shoulder():
    office = cases.person("office@example.org", secretariat=True)
    with clock.at(at(2026, 3, 2)):
        cases.submitted()
    sweep_on(*[at(2026, 3, day) for day in (11, 16, 17, 23, 30)])
    rows = Reminder.objects.filter(recipient=office).select_related("rule")
    assert {row.rule.audience for row in rows} == {"convener", "chair"}


def test_answer_proved_by_a_letter_in_time_is_not_chased():
    case = taken_on_case()
    referral = cases.lead_of(case)
    type(referral).objects.filter(pk=referral.pk).update(proved_on=date(2026, 4, 30))
    sweep_on(*[at(2026, *day) for day in RUNGS if day > (5, 4)])
    assert not Reminder.objects.filter(deadline__referral=referral).exists()


def test_letter_proved_between_planning_and_writing_is_in_time_and_drops_the_reminder():
    referral = cases.lead_of(taken_on_case())
    deadline = referral.deadlines.get(kind=Kind.ANSWER)
    rule = cases.ReminderRule.objects.get(code="long-before-3-actors")
    user = cases.liaison_of(referral.ministry)
    Reminder.objects.create(deadline=deadline, rule=rule, due_on=deadline.due_on, recipient=user)
    type(referral).objects.filter(pk=referral.pk).update(proved_on=deadline.due_on)
    sweep_on(at(2026, 4, 20))
    assert Reminder.objects.get().is_skipped


def test_letter_proved_to_be_late_does_not_end_the_reminders():
    referral = cases.lead_of(taken_on_case())
    type(referral).objects.filter(pk=referral.pk).update(proved_on=date(2026, 5, 5))
    sweep_on(at(2026, 5, 5))
    assert told(cases.liaison_of(referral.ministry), Kind.ANSWER) == [(1, date(2026, 5, 5))]


def test_body_that_is_not_known_to_have_the_case_is_not_called_late():
    with clock.at(at(2026, 3, 2)):
        case = cases.referred()
    sweep_on(*[at(2026, *day) for day in RUNGS])
    rows = Reminder.objects.filter(deadline__referral__proposal=case, deadline__kind=Kind.ANSWER)
    assert {row.rule.offset for row in rows.select_related("rule")} == {-20, -10, -3, 0}
    assert not any("逾期 " in letter.body for letter in Letter.objects.filter(kind="reminder"))
