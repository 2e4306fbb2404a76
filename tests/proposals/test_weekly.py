"""The week in one mail: what waits, what is late, and nothing to those who have nothing to read."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members import clock
from members.models import Letter, User
from proposals.actions.answering import accept_referral, ask_proposer, set_receipt
from proposals.models import Proposal, Referral
from proposals.reminders import sweep, weekly
from tests import cases
from workinggroups.models import Meeting

at = cases.at
pytestmark = pytest.mark.django_db


def weekly_on(*moments: datetime) -> list[Letter]:
    for moment in moments:
        with clock.at(moment):
            sweep()
    return list(Letter.objects.filter(kind="weekly").order_by("pk"))


def submitted_on(*day: int, **options: object) -> Proposal:
    with clock.at(at(*day)):
        return cases.submitted(**options)


def very_overdue(**options: object) -> Referral:
    """Received on Monday 2 March 2026, answer due on 4 May, very overdue from 3 June."""
    with clock.at(at(2026, 3, 2)):
        case = cases.referred(**options)
        referral = cases.lead_of(case)
        user = cases.liaison_of(referral.ministry)
        set_receipt(referral, clock.today(), "letter", actor=user)
        accept_referral(user=user, referral=cases.lead_of(case))
    return cases.lead_of(case)


def week_of(user: User, *moment: int) -> weekly.Week:
    with clock.at(at(*moment)):
        return weekly.Week(User.objects.get(pk=user.pk))


def numbers(lines: list[weekly.Line]) -> list[str]:
    return [line.number for line in lines]


# ── When ────────────────────────────────────────────────────────────────────────────────────────


def test_week_is_written_at_nine_on_monday_and_once():
    case = submitted_on(2026, 3, 5)
    assert weekly_on(at(2026, 3, 9, 8, 59)) == []
    (letter,) = weekly_on(at(2026, 3, 9, 9), at(2026, 3, 9, 10), at(2026, 3, 11), at(2026, 3, 13))
    assert letter.recipient == cases.convener_of(case)
    assert letter.key == f"weekly/{letter.recipient.pk}/2026-W11"
    assert clock.local_date(letter.created_at) == date(2026, 3, 9)


def test_week_that_begins_with_holidays_is_written_on_its_first_working_day():
    submitted_on(2025, 9, 25)
    # Teachers' Day: offices are closed on Monday 29 September 2025.
    assert weekly_on(at(2025, 9, 29)) == []
    (letter,) = weekly_on(at(2025, 9, 30))
    assert letter.key.endswith("2025-W40")


def test_weeks_missed_are_not_made_up_for_but_this_one_is():
    submitted_on(2026, 3, 5)
    letters = weekly_on(at(2026, 3, 9), at(2026, 3, 25), at(2026, 3, 26))
    assert [letter.key.rpartition("/")[2] for letter in letters] == ["2026-W11", "2026-W13"]


def test_week_at_the_turn_of_the_year_is_the_iso_week():
    submitted_on(2026, 12, 21)
    letters = weekly_on(at(2026, 12, 28), at(2026, 12, 31), at(2027, 1, 4))
    assert [letter.key.rpartition("/")[2] for letter in letters] == ["2026-W53", "2027-W01"]


def test_nothing_to_say_is_no_mail_and_what_comes_later_waits_for_monday():
    cases.time_rules()
    cases.person(convenes=cases.group())
    assert weekly_on(at(2026, 3, 2)) == []
    submitted_on(2026, 3, 3)
    assert weekly_on(at(2026, 3, 4)) == []
    assert len(weekly_on(at(2026, 3, 9))) == 1


def test_week_that_could_not_be_written_for_one_is_tried_again_and_others_have_theirs(caplog):
    case, other = submitted_on(2026, 3, 5), submitted_on(2026, 3, 5, group=cases.group("application"))
    poor = cases.convener_of(case)
    User.objects.filter(pk=poor.pk).update(language="xx")
    (letter,) = weekly_on(at(2026, 3, 9))
    assert letter.recipient == cases.convener_of(other)
    assert "could not deal with" in caplog.text
    User.objects.filter(pk=poor.pk).update(language="en")
    assert len(weekly_on(at(2026, 3, 9, 11))) == 2


# ── What ────────────────────────────────────────────────────────────────────────────────────────


def test_officer_reads_late_cases_first_then_this_weeks_then_new_ones():
    late, soon, new = submitted_on(2026, 3, 2), submitted_on(2026, 3, 5), submitted_on(2026, 3, 13)
    submitted_on(2026, 3, 13, group=cases.group("application"))
    week = week_of(cases.convener_of(late), 2026, 3, 17)
    assert numbers(week.late) == [late.number]
    assert numbers(week.due_soon) == [soon.number]
    assert numbers(week.new) == [new.number]
    assert (week.count, week.late_count) == (3, 1)


def test_officer_reads_overdue_ministries_open_questions_and_missing_minutes(settings):
    referral = very_overdue()
    case = referral.proposal
    asked = very_overdue(lead=cases.ministry("moj"))
    with clock.at(at(2026, 4, 28)):
        ask_proposer(user=cases.liaison_of(asked.ministry), referral=asked, text="?")
        Meeting.objects.create(
            group=case.group, title_zh="會議", title_en="Meeting", starts_at=at(2026, 4, 28, 9)
        )
    convener = cases.convener_of(case)
    User.objects.filter(pk=convener.pk).update(language="en")
    letters = [row for row in weekly_on(at(2026, 5, 11)) if row.recipient == convener]
    (letter,) = letters
    for words in ("Ministry fsc", "Ministry moj", "Meeting", "Questions to proposers", "7 days late"):
        assert words in letter.body
    assert f"{settings.SITE_URL}/en/proposals/{case.number}/" in letter.body
    assert "/admin/workinggroups/meeting/" in letter.body
    assert "Proposal (Ministry fsc)" in letter.body


def test_officer_with_an_interest_reads_nothing_of_the_own_proposal():
    case = submitted_on(2026, 3, 5)
    both = cases.person("both@example.org", convenes=case.group, represents=case.organisation)
    letters = weekly_on(at(2026, 3, 9))
    assert both not in [letter.recipient for letter in letters]


def test_very_overdue_answer_is_told_to_the_body_and_the_alliances_convener(settings):
    referral = very_overdue()
    body = referral.ministry
    people = [
        cases.person("deputy@fsc.gov.example", deputy_of=body),
        cases.person("head@fsc.gov.example", supervises=body),
        cases.person("control@fsc.gov.example", researches_for=body),
        cases.person("chair@example.org", chairs=True),
        cases.liaison_of(body),
    ]
    cases.person("liaison@moj.gov.example", liaison_of=cases.ministry("moj"))
    letters = {letter.recipient: letter for letter in weekly_on(at(2026, 6, 1))}
    assert set(letters) == {cases.convener_of(referral.proposal)}  # only overdue yet, not very
    letters = {letter.recipient: letter for letter in weekly_on(at(2026, 6, 8))}
    assert set(letters) == {*people, cases.convener_of(referral.proposal)}
    assert f"{settings.SITE_URL}/dashboard/{referral.pk}/" in letters[people[0]].body
    assert f"{settings.SITE_URL}/proposals/{referral.proposal.number}/" in letters[people[3]].body


def test_week_goes_to_the_unit_mailbox_once_and_never_with_what_waits_for_a_group():
    body = very_overdue().ministry
    liaison = cases.liaison_of(body)
    deputy = cases.person("deputy@fsc.gov.example", deputy_of=body)
    copied = [letter.recipient for letter in weekly_on(at(2026, 6, 8)) if letter.copies == [body.mailbox]]
    assert copied == [liaison]
    cases.person(liaison.email, convenes=cases.group("payments"))
    weeks = [letter for letter in weekly_on(at(2026, 6, 15)) if letter.created_at == at(2026, 6, 15)]
    assert [letter.recipient for letter in weeks if letter.copies] == [deputy]


def test_whoever_is_concerned_twice_gets_one_mail():
    referral = very_overdue()
    case = referral.proposal
    chair = cases.person("convener@regulation.example", chairs=True)
    assert chair == cases.convener_of(case)
    letters = [letter for letter in weekly_on(at(2026, 6, 8)) if letter.recipient == chair]
    assert len(letters) == 1
    assert letters[0].body.count(case.number) == 4  # in two sections, each with its address


def test_answer_proved_or_paused_is_in_nobodys_digest():
    referral = very_overdue()
    chair = cases.person("chair@example.org", chairs=True)
    Referral.objects.filter(pk=referral.pk).update(proved_on=date(2026, 5, 4))
    assert week_of(chair, 2026, 6, 8).very_overdue == []


def test_inactive_person_gets_no_mail():
    case = submitted_on(2026, 3, 5)
    User.objects.filter(pk=cases.convener_of(case).pk).update(is_active=False)
    assert weekly_on(at(2026, 3, 9)) == []


def test_week_asks_the_database_as_often_for_one_case_as_for_three():
    def count(user: User) -> int:
        with clock.at(at(2026, 6, 8)), CaptureQueriesContext(connection) as queries:
            assert weekly.write_weekly(user.pk)
        Letter.objects.filter(kind="weekly").delete()
        return len(queries)

    referral = very_overdue()
    submitted_on(2026, 6, 5)
    chair = cases.person("convener@regulation.example", chairs=True)
    once = count(chair)
    for _ in range(2):
        very_overdue()
        submitted_on(2026, 6, 5)
    assert count(chair) == once
    assert cases.convener_of(referral.proposal) == chair


def test_long_list_is_cut_and_says_so():
    first = submitted_on(2026, 3, 5)
    convener = cases.convener_of(first)
    User.objects.filter(pk=convener.pk).update(language="en")
    for n in range(26):
        submitted_on(2026, 3, 5, organisation=cases.member_org(f"member{n % 2}"))
    (letter,) = weekly_on(at(2026, 3, 9))
    assert "the first 25 of 27" in letter.body
    assert letter.body.count("/admin/proposals/proposal/") == 25
    assert "27 matters" in letter.subject


def test_round_leaves_its_mark_for_the_week():
    cases.time_rules()
    with clock.at(at(2026, 3, 9)):
        assert weekly.is_to_be_written()
        sweep()
        assert not weekly.is_to_be_written()
    with clock.at(at(2026, 3, 9) + timedelta(days=7)):
        assert weekly.is_to_be_written()
