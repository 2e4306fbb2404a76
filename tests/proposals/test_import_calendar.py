"""Official calendars taken over: the dates that must move do, each with its trace, and no other one."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from members import clock
from members.models import Letter
from members.refusals import NotAllowed, Stale
from proposals.actions.calendars import CalendarImport, import_calendar, preview_calendar
from proposals.actions.minutes import open_minutes
from proposals.actions.seed import seed_calendar
from proposals.calendars import OfficialCalendar, read_calendar
from proposals.management.commands.import_calendar import Command
from proposals.models import CalendarDay, CalendarVersion, Deadline, Proposal, TimelineEntry
from proposals.models.deadlines import Kind
from proposals.reminders.items import Item
from tests import cases
from tests.proposals.calendar_files import REVISED_2025, as_seeded, content, lines_of, official
from workinggroups.models import Meeting

pytestmark = pytest.mark.django_db

ORIGINAL = dict.fromkeys(REVISED_2025, True)


@pytest.fixture(autouse=True)
def _time_rules() -> None:
    cases.time_rules()


def take_over(calendar: OfficialCalendar, **options: object) -> CalendarImport:
    office = cases.person("office@example.org", secretariat=True)
    return import_calendar(user=office, calendar=calendar, file_name="114年.csv", **options)


def calendar_2025(*, is_original: bool) -> OfficialCalendar:
    return read_calendar(content(as_seeded(2025, ORIGINAL if is_original else None)))


def referred_on(day: date, slug: str) -> Proposal:
    with clock.at(cases.at(day.year, day.month, day.day)):
        return cases.referred(organisation=cases.member_org(slug), lead=cases.ministry(f"{slug}-min"))


def dates() -> dict[int, date]:
    return dict(Deadline.objects.values_list("pk", "due_on"))


class Year2025:
    """Open cases with dates on and about the three days, under the calendar as it was first published."""

    def __init__(self, freed_days: tuple[date, ...], around: range) -> None:
        self.revised = calendar_2025(is_original=False)
        take_over(calendar_2025(is_original=True))
        self.case_of: dict[date, Proposal] = {}
        for freed in freed_days:
            for before in around:
                start = freed - timedelta(days=60 + 5 + before)
                slug = f"org{freed:%m%d}{before + 1}"
                case = referred_on(start, slug)
                self.case_of[cases.lead_of(case).due_on] = case
            start = freed - timedelta(days=30)
            with clock.at(cases.at(start.year, start.month, start.day)):
                cases.accepted(organisation=cases.member_org(f"disc{freed:%m%d}"))


@pytest.fixture
def year_2025() -> Year2025:
    """With a case about 24 October."""
    return Year2025(REVISED_2025[1:2], range(1))


def test_revision_moves_exactly_the_dates_that_it_must() -> None:
    """Must hold: each that ends on a day that became free moves, with one entry and one letter each."""
    year_2025 = Year2025(REVISED_2025, range(-1, 2))
    unsettled = set(Deadline.objects.unsettled().values_list("pk", flat=True))
    before, letters = dates(), Letter.objects.count()
    on_a_freed_day = {row.pk for row in Deadline.objects.unsettled().filter(due_on__in=REVISED_2025)}
    by_working_days = {
        row.pk
        for row in Deadline.objects.unsettled().filter(unit="workday")
        if any(row.counted_from < day <= row.due_on for day in REVISED_2025)
    }
    by_the_lead = {row.pk for row in Deadline.objects.unsettled().filter(kind=Kind.SUPPORT)}
    assert not by_the_lead
    assert {before[pk] for pk in on_a_freed_day} == set(REVISED_2025)
    with clock.at(cases.at(2025, 6, 13)):
        done = take_over(year_2025.revised)
    after = dates()
    moved = {pk for pk in before if before[pk] != after[pk]}
    assert moved == (on_a_freed_day | by_working_days) & unsettled
    assert moved == {move.deadline.pk for move in done.moves}
    assert [row.day for row in done.changed] == list(REVISED_2025)
    assert not done.added
    entries = TimelineEntry.objects.filter(kind="date_moved")
    told = {(e.data["old_due_on"], e.data["new_due_on"]) for e in entries}
    assert told == {(before[pk].isoformat(), after[pk].isoformat()) for pk in moved}
    assert len(entries) == len(moved)
    assert {entry.data["version"] for entry in entries} == {"官方-2025-2"}
    new = Letter.objects.filter(kind="date_moved")
    assert new.count() == Letter.objects.count() - letters
    concerned = [(letter.recipient_id, letter.key.split("/")[1]) for letter in new]
    assert len(concerned) == len(set(concerned))
    assert len({entry for _, entry in concerned}) == len({entry.proposal_id for entry in entries})


def test_moved_date_goes_to_the_next_day_on_which_offices_work(year_2025: Year2025) -> None:
    case = year_2025.case_of[date(2025, 10, 24)]
    take_over(year_2025.revised)
    lead = cases.lead_of(case)
    assert lead.due_on == date(2025, 10, 27)
    assert lead.deadlines.get(kind=Kind.ANSWER).calendar_version == "官方-2025-2"
    assert Proposal.objects.get(pk=case.pk).latest_overall_on == lead.due_on


def test_same_calendar_twice_changes_nothing(year_2025: Year2025) -> None:
    take_over(year_2025.revised)
    before = dates(), CalendarVersion.objects.count(), Letter.objects.count(), TimelineEntry.objects.count()
    assert take_over(year_2025.revised).is_unchanged
    again = read_calendar(content(as_seeded(2025), encoding="cp950", end="\n"))
    assert take_over(again).is_unchanged
    assert before == (
        dates(),
        CalendarVersion.objects.count(),
        Letter.objects.count(),
        TimelineEntry.objects.count(),
    )


def test_settled_dates_stay_as_they_were() -> None:
    case = referred_on(date(2025, 7, 28), "acme")
    with clock.at(cases.at(2025, 7, 31)):
        cases.answered(case)
    before = list(Deadline.objects.order_by("pk").values("due_on", "calendar_version"))
    answer = Deadline.objects.get(kind=Kind.ANSWER)
    closing = Deadline.objects.unsettled().get()
    days = {answer.due_on: False, closing.due_on: False}
    done = take_over(read_calendar(content(as_seeded(2025, days))))
    assert [move.deadline for move in done.moves] == [closing]
    after = list(Deadline.objects.exclude(pk=closing.pk).order_by("pk").values("due_on", "calendar_version"))
    assert after == before[: len(after)]


def test_several_dates_of_a_case_are_told_in_one_letter_each() -> None:
    with clock.at(cases.at(2026, 3, 2)):
        case = cases.referred(supporting=[cases.ministry("moj")])
    lead, support = case.referrals.order_by("part")
    turned = {lead.due_on: False, support.due_on: False}
    days = read_calendar(content(as_seeded(2026, turned)))
    done = take_over(days)
    assert {move.deadline.referral_id for move in done.moves} >= {lead.pk, support.pk}
    letters = Letter.objects.filter(kind="date_moved")
    assert letters.count() == len({letter.recipient_id for letter in letters}) == 4
    assert TimelineEntry.objects.filter(kind="date_moved").count() == len(done.moves)
    letter = letters.get(recipient=cases.proposer_of(case))
    assert letter.body.count("\n- ") == len(done.moves)


def test_preview_says_what_happens_and_writes_nothing(year_2025: Year2025) -> None:
    before = dates(), CalendarVersion.objects.count(), Letter.objects.count(), TimelineEntry.objects.count()
    office = cases.person("office@example.org", secretariat=True)
    shown = preview_calendar(user=office, calendar=year_2025.revised, file_name="114年.csv")
    assert before == (
        dates(),
        CalendarVersion.objects.count(),
        Letter.objects.count(),
        TimelineEntry.objects.count(),
    )
    done = take_over(year_2025.revised, confirmed=shown.digest)
    assert [(m.deadline.pk, m.becomes) for m in done.moves] == [
        (m.deadline.pk, m.becomes) for m in shown.moves
    ]


def test_confirmation_of_another_preview_is_refused() -> None:
    shown = preview_calendar(user=None, calendar=official(2028))
    take_over(official(2028, {date(2028, 3, 1): False}))
    versions = CalendarVersion.objects.count()
    with pytest.raises(Stale):
        take_over(official(2028), confirmed=shown.digest)
    assert CalendarVersion.objects.count() == versions
    assert not CalendarDay.objects.get(day="2028-03-01").is_workday


def test_confirmation_does_not_cover_a_case_that_came_since() -> None:
    revised = calendar_2025(is_original=False)
    take_over(calendar_2025(is_original=True))
    shown = preview_calendar(user=None, calendar=revised)
    referred_on(date(2025, 7, 28), "acme")
    with pytest.raises(Stale):
        take_over(revised, confirmed=shown.digest)


def test_calendar_is_imported_by_the_secretariat_alone() -> None:
    for user in (cases.person(audits=True), cases.person(convenes=cases.group())):
        with pytest.raises(NotAllowed):
            import_calendar(user=user, calendar=official(2028))


# --- years to come ----------------------------------------------------------------------------------


@pytest.fixture
def provisional() -> Iterator[Deadline]:
    """An answer due in January 2028, of which nothing is announced."""
    with clock.at(cases.at(2027, 11, 12)):
        cases.referred()
        row = Deadline.objects.get(kind=Kind.ANSWER)
        assert (row.is_provisional, row.due_on) == (True, date(2028, 1, 17))
        yield row


def test_provisional_date_settles_without_a_word_where_it_stays(provisional: Deadline) -> None:
    assert not any(m.deadline.pk == provisional.pk for m in take_over(official(2028)).moves)
    provisional.refresh_from_db()
    assert (provisional.is_provisional, provisional.calendar_version) == (False, "官方-2028-1")
    assert not TimelineEntry.objects.filter(kind="date_moved").exists()


def test_reminder_of_a_provisional_date_calls_it_so(provisional: Deadline) -> None:
    with translation.override("en"):
        assert Item(provisional, "actors").due == "Mon 17 Jan 2028 (2028-01-17) (provisional)"


def test_provisional_date_that_moves_is_told(provisional: Deadline) -> None:
    done = take_over(official(2028, {date(2028, 1, 17): False, date(2028, 1, 18): False}))
    provisional.refresh_from_db()
    assert (provisional.is_provisional, provisional.due_on) == (False, date(2028, 1, 19))
    assert len(done.added) == 366
    assert TimelineEntry.objects.get(kind="date_moved").data["new_due_on"] == "2028-01-19"


def test_latest_day_of_a_case_follows_days_that_no_date_has_reached_yet() -> None:
    with clock.at(cases.at(2026, 9, 1)):
        case = cases.submitted()
        latest = case.latest_overall_on or Proposal.objects.get(pk=case.pk).latest_overall_on
        rows = as_seeded(latest.year, {latest: False})
        done = take_over(read_calendar(content(rows)))
    assert done.moves == []
    assert Proposal.objects.get(pk=case.pk).latest_overall_on > latest


def test_minutes_that_move_are_told_to_those_who_answer_for_them() -> None:
    """Two weeks from 9 November end on Monday 23 November 2026."""
    group = cases.group()
    cases.person("convener@example.org", convenes=group)
    held = {"starts_at": cases.at(2026, 11, 9), "ends_at": cases.at(2026, 11, 9, 12)}
    meeting = Meeting.objects.create(group=group, title_zh="第一次會議", **held)
    with clock.at(cases.at(2026, 11, 10)):
        row = open_minutes(meeting=meeting)
        assert row.due_on == date(2026, 11, 23)
        take_over(official(2026, {date(2026, 11, 23): False}))
    letter = Letter.objects.get(kind="minutes_moved")
    assert letter.recipient.email == "convener@example.org"
    assert f"/admin/workinggroups/meeting/{meeting.pk}/" in letter.body
    assert "{" not in letter.subject + letter.body
    assert not TimelineEntry.objects.filter(kind="date_moved").exists()


@pytest.mark.parametrize(("left", "soon"), [(90, False), (89, True), (-1, True)])
def test_calendar_that_ends_within_ninety_days_is_noticed(left: int, *, soon: bool) -> None:
    last = CalendarDay.objects.last_day()
    day = last - timedelta(days=left)
    with clock.at(cases.at(day.year, day.month, day.day)):
        assert CalendarDay.objects.ends_soon() is soon


def test_empty_calendar_ends_soon() -> None:
    CalendarDay.objects.all().delete()
    assert CalendarDay.objects.ends_soon()


def test_seed_never_takes_an_imported_year_back() -> None:
    take_over(official(2026, {date(2026, 11, 23): False}))
    assert seed_calendar() == 0
    assert not CalendarDay.objects.get(day="2026-11-23").is_workday


def test_version_tells_who_imported_what() -> None:
    done = take_over(official(2026, {date(2026, 11, 23): False}))
    version = CalendarVersion.objects.last()
    assert (version.label, version.year) == (done.version, 2026) == ("官方-2026-1", 2026)
    assert version.imported_by.email == "office@example.org"
    assert version.source == f"114年.csv sha256:{done.calendar.fingerprint[:12]}"
    assert ["2026-11-23", True, False] in version.changes
    assert CalendarDay.objects.filter(version=version).count() == 365


# --- the command ------------------------------------------------------------------------------------


def write(folder: Path, name: str, data: bytes) -> str:
    file = folder / name
    file.write_bytes(data)
    return str(file)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("import_calendar", *arguments, stdout=out)
    return out.getvalue()


def fault(*arguments: str) -> str:
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    assert refused.value.returncode == 2
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_command_says_what_changes_and_twice_is_once(tmp_path: Path, year_2025: Year2025) -> None:
    file = write(tmp_path, "a.csv", content(as_seeded(2025, dict.fromkeys(REVISED_2025, False))))
    shown = run(file, "--dry-run")
    assert "Nothing was written." in shown
    assert CalendarVersion.objects.last().label == "官方-2025-1"
    done = run(file)
    assert "a.csv: 2025 as 官方-2025-2: 3 days change, 0 are new" in done
    assert "2025-09-29 Mon  work -> closed" in done
    assert "2025-10-24 -> 2025-10-27" in done
    assert shown == f"{done}Nothing was written.\n"
    assert run(file) == "a.csv: 2025 unchanged.\n"


def test_command_takes_all_files_or_none(tmp_path: Path) -> None:
    good = write(tmp_path, "good.csv", content(lines_of(2028)))
    bad = write(tmp_path, "bad.csv", content(lines_of(2029)[:-1]))
    said = fault(good, bad)
    assert "bad.csv, Line 366: 2029-12-31 is missing" in said
    assert not CalendarDay.objects.filter(day__year=2028).exists()
    run(good, write(tmp_path, "next.csv", content(lines_of(2029))))
    assert CalendarDay.objects.filter(day__year__in=[2028, 2029]).count() == 366 + 365


@pytest.mark.parametrize("data", [b"", b"<html></html>", b"\x00\x01", b"a,b\r\n" * 30_000])
def test_command_refuses_what_is_no_calendar_in_one_line(tmp_path: Path, data: bytes) -> None:
    assert "Nothing was imported." in fault(write(tmp_path, "file.csv", data))


def test_command_names_the_file_that_is_not_there(tmp_path: Path) -> None:
    assert "No such file" in fault(str(tmp_path / "none.csv"))
    assert "Is a directory" in fault(str(tmp_path))


def test_command_before_the_seed_says_so(tmp_path: Path) -> None:
    file = write(tmp_path, "a.csv", content(lines_of(2028)))
    CalendarDay.objects.all().delete()
    assert "manage.py seed" in fault(file)


def test_command_without_a_file_ends_with_2() -> None:
    with pytest.raises(SystemExit) as left:
        Command().run_from_argv(["manage.py", "import_calendar"])
    assert left.value.code == 2
