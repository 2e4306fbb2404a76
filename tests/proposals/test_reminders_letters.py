"""What a reminder carries, that a bad row stops nobody else's, and what silence leaves behind."""

from datetime import date
from types import SimpleNamespace

import pytest
from icalendar import Calendar

from members import clock
from members.actions.letters import render
from members.actions.sending import send_letters
from members.models import Letter, User
from proposals.actions.answering import (
    accept_referral,
    extend_referral,
    publish_interim_reply,
    set_receipt,
)
from proposals.actions.timing import office_calendar
from proposals.models import Deadline, Proposal, Reminder, ReminderRule
from proposals.models.deadlines import Kind
from proposals.reminders import planning, sweep
from tests import cases

at = cases.at
pytestmark = pytest.mark.django_db


def taken_on(*, on: tuple[int, int, int] = (2026, 3, 5), **options: object) -> Proposal:
    """Referred and received on a day, accepted, with a first reply: only the answer is due."""
    with clock.at(at(*on)):
        case = cases.referred(**options)
        referral = cases.lead_of(case)
        user = cases.liaison_of(referral.ministry)
        set_receipt(referral, clock.today(), "letter", actor=user)
        accept_referral(user=user, referral=cases.lead_of(case))
        publish_interim_reply(user=user, referral=cases.lead_of(case), text="研議中")
    return case


def reminders_on(*day: int) -> list[Letter]:
    with clock.at(at(*day)):
        sweep()
    return list(Letter.objects.filter(kind="reminder").order_by("pk"))


def answer(case: Proposal) -> Deadline:
    return Deadline.objects.get(referral__proposal=case, kind=Kind.ANSWER)


def entries(letter: Letter) -> list:
    return list(Calendar.from_ical(letter.calendar).walk("VEVENT"))


# ── What it says ────────────────────────────────────────────────────────────────────────────────


def test_reminder_leads_to_the_work_and_to_the_computation(settings):
    case = taken_on()
    liaison = cases.liaison_of(cases.ministry())
    User.objects.filter(pk=liaison.pk).update(language="en")
    (letter,) = reminders_on(2026, 4, 28)
    deadline = answer(case)
    site = f"{settings.SITE_URL}/en"
    assert f"{site}/dashboard/{deadline.referral_id}/" in letter.body
    assert f"{site}/proposals/{case.number}/receipt/{deadline.pk}/" in letter.body
    assert "Due on: Mon 4 May 2026 (2026-05-04), 6 days left" in letter.body
    assert "that day itself is not counted" in letter.body
    (letter,) = Letter.objects.filter(kind="reminder")
    (late,) = reminders_on(2026, 5, 5)[1:]
    assert "1 day late" in late.body


# ── The calendar file ───────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_due_dates_come_over_the_wire_as_a_calendar_file(smtp):
    case = taken_on(title="虛擬資產服務業者申報格式與既有法規牴觸之處，" * 4)
    Letter.objects.all().delete()
    reminders_on(2026, 4, 28)
    with clock.at(at(2026, 4, 28)):
        send_letters()
    (arrived,) = smtp.letters(to=cases.liaison_of(cases.ministry()).email)
    (part,) = arrived.message.iter_attachments()
    assert (part.get_content_type(), part.get_filename()) == ("text/calendar", "due-dates.ics")
    raw = part.get_content().encode()
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    file = Calendar.from_ical(raw)
    assert (file["VERSION"], file["METHOD"]) == ("2.0", "PUBLISH")
    (entry,) = file.walk("VEVENT")
    assert entry["DTSTART"].dt == date(2026, 5, 4)
    assert entry["DTEND"].dt == date(2026, 5, 5)
    assert entry["DTSTAMP"].dt == at(2026, 4, 28)
    assert case.number in entry["SUMMARY"]
    assert case.title in entry["DESCRIPTION"]
    assert f"/dashboard/{answer(case).referral_id}/" in entry["URL"]


def test_due_date_that_moved_keeps_its_name_and_counts_up():
    case = taken_on()
    (first,) = reminders_on(2026, 4, 17)
    (_, second) = reminders_on(2026, 4, 28)
    referral = cases.lead_of(case)
    with clock.at(at(2026, 4, 29)):
        user = cases.liaison_of(referral.ministry)
        extend_referral(user=user, referral=referral, amount=30, unit="day", reason="會商中")
    last = answer(case).due_on
    moved = reminders_on(last.year, last.month, last.day)[-1]
    uids = {entry["UID"] for letter in (first, second, moved) for entry in entries(letter)}
    assert len(uids) == 1
    assert [entries(letter)[0]["SEQUENCE"] for letter in (first, second, moved)] == [1, 1, 2]
    assert entries(moved)[0]["DTSTART"].dt == last > entries(first)[0]["DTSTART"].dt


def test_due_dates_are_in_the_readers_language():
    taken_on()
    head = cases.person("head@fsc.gov.example", supervises=cases.ministry(), language="en")
    reminders_on(2026, 4, 28)
    letter = Letter.objects.get(kind="reminder", recipient=head)
    (entry,) = entries(letter)
    assert "Answer (Ministry fsc)" in entry["SUMMARY"]
    assert "/en/dashboard/" in entry["URL"]


# ── After a silence ─────────────────────────────────────────────────────────────────────────────


def test_after_eight_days_of_silence_each_overdue_referral_has_one_mail_of_the_right_stage():
    """Three bodies, due one week apart; the clock stands still from 4 to 12 May 2026 and runs on the 12th.

    In each audience one stage is written, the latest; the earlier ones of the silence are skipped.
    """
    received = {"fsc": (2026, 2, 26), "moj": (2026, 3, 5), "cbc": (2026, 3, 10)}
    cases_of = {slug: taken_on(lead=cases.ministry(slug), on=on) for slug, on in received.items()}
    heads = {
        slug: cases.person(f"head@{slug}.gov.example", supervises=cases.ministry(slug)) for slug in received
    }
    assert {slug: answer(case).due_on for slug, case in cases_of.items()} == {
        "fsc": date(2026, 4, 27),
        "moj": date(2026, 5, 4),
        "cbc": date(2026, 5, 11),
    }
    for day in ((4, 7), (4, 13), (4, 17), (4, 22), (4, 24), (4, 27), (4, 28), (4, 29), (4, 30)):
        reminders_on(2026, *day)
    Letter.objects.update(kind="before")
    reminders_on(2026, 5, 12)
    got = {
        (row.recipient.email, row.rule.offset)
        for row in Reminder.objects.filter(letter__kind="reminder").select_related("recipient", "rule")
    }
    assert got == {
        (heads["fsc"].email, 5),  # its people had the rung of the day after before the silence
        ("convener@regulation.example", 10),
        ("liaison@moj.gov.example", 1),
        (heads["moj"].email, 5),
        ("liaison@cbc.gov.example", 1),  # -3 and 0 fell into the silence and are skipped
        (heads["cbc"].email, -3),
    }
    assert Letter.objects.filter(kind="reminder").count() == 6
    reminders_on(2026, 5, 12)
    assert Letter.objects.filter(kind="reminder").count() == 6


# ── One bad row ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def two():
    """Two bodies with an answer due on the same day."""
    return taken_on(), taken_on(lead=cases.ministry("moj"))


def recipients_of(letters: list[Letter]) -> set[str]:
    return {letter.to for letter in letters}


BOTH = {"liaison@fsc.gov.example", "liaison@moj.gov.example"}


def test_computation_that_cannot_be_told_keeps_no_reminder_back(two, caplog):
    Deadline.objects.filter(pk=answer(two[0]).pk).update(steps=[{"code": "event", "on": "never"}])
    letters = reminders_on(2026, 4, 28)
    assert recipients_of(letters) == BOTH
    assert "cannot be told" in caplog.text
    assert "民國115年5月4日" in letters[0].body


def test_person_in_no_language_stops_nobody_else(two, caplog):
    User.objects.filter(email="liaison@fsc.gov.example").update(language="xx")
    assert recipients_of(reminders_on(2026, 4, 28)) == {"liaison@moj.gov.example"}
    assert "could not deal with" in caplog.text
    User.objects.filter(email="liaison@fsc.gov.example").update(language="en")
    assert recipients_of(reminders_on(2026, 4, 28)) == BOTH


def test_person_who_left_between_planning_and_writing_is_dropped(two):
    with clock.at(at(2026, 4, 28)):
        rules, calendar = list(ReminderRule.objects.all()), office_calendar(clock.today())
        planning.plan_deadlines(list(planning.deadlines_to_plan()), rules, calendar)
    User.objects.filter(email="liaison@fsc.gov.example").update(is_active=False)
    assert recipients_of(reminders_on(2026, 4, 28)) == {"liaison@moj.gov.example"}
    gone = Reminder.objects.filter(recipient__email="liaison@fsc.gov.example")
    assert gone.exists()
    assert not gone.filter(is_skipped=False).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["", "a@b\r\nBcc: c@d.example"])
def test_odd_address_fails_and_is_seen_and_the_others_are_sent(smtp, address):
    taken_on()
    taken_on(lead=cases.ministry("moj"))
    Letter.objects.all().delete()
    letters = reminders_on(2026, 4, 28)
    assert recipients_of(letters) == BOTH
    bad = letters[0]
    Letter.objects.filter(pk=bad.pk).update(to=address, copies=[])
    with clock.at(at(2026, 4, 28)):
        send_letters()
    assert [letter.recipients for letter in smtp.letters(to=letters[1].to)] == [
        [letters[1].to, *letters[1].copies]
    ]
    bad.refresh_from_db()
    assert bad.state == Letter.State.FAILED


def test_subject_of_ten_megabytes_is_cut():
    draft = SimpleNamespace(draft=SimpleNamespace(local_title="長" * 3_500_000))
    subject, _ = render("proposals/letters/draft_stale.txt", "en", {"drafts": [draft]})
    assert len(subject) == 200
