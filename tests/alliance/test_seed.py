"""The seed fills empty tables, and never takes back what somebody has changed since."""

from datetime import date
from io import StringIO

import pytest
from django.contrib.postgres.search import SearchQuery
from django.core.management import call_command

from members import bigrams
from members.models import Domain, Law, Organisation
from proposals import facts
from proposals.models import CalendarDay, CalendarVersion, DeadlinePolicy, ReminderRule, WorkSuspension
from workinggroups.models import Programme, WorkingGroup

pytestmark = pytest.mark.django_db


def seed() -> str:
    out = StringIO()
    call_command("seed", stdout=out)
    return out.getvalue()


def test_seed_fills_every_table() -> None:
    seed()
    assert Organisation.objects.bodies().count() >= 33
    assert WorkingGroup.objects.count() == 3
    assert Programme.objects.count() == 11
    assert Domain.objects.exists()
    assert Law.objects.filter(name_zh="電子簽章法").exists()
    assert CalendarDay.objects.filter(day__year=2027).count() == 365
    assert WorkSuspension.objects.count() == len(facts.CLOSURES)
    assert DeadlinePolicy.objects.count() == len(facts.POLICIES)
    assert ReminderRule.objects.count() == len(facts.LADDERS)


def test_seed_links_bodies_to_parents_and_successors() -> None:
    seed()
    assert Organisation.objects.get(slug="coa").successor == Organisation.objects.get(slug="moa")
    assert Organisation.objects.get(slug="mjib").parent == Organisation.objects.get(slug="moj")
    assert set(Programme.objects.get(slug="customs").bodies.values_list("slug", flat=True)) == {"mof", "ca"}


def test_seed_twice_adds_nothing() -> None:
    seed()
    before = {
        model: model.objects.count() for model in (Organisation, Law, CalendarDay, CalendarVersion, Programme)
    }
    assert seed() == "Nothing to add.\n"
    assert {model: model.objects.count() for model in before} == before


def test_seed_keeps_what_was_edited() -> None:
    seed()
    WorkingGroup.objects.filter(slug="regulation").update(charter_zh="改寫過的宗旨")
    Organisation.objects.filter(slug="fsc").update(mailbox="unit@fsc.example")
    DeadlinePolicy.objects.filter(kind="answer").update(amount=75)
    seed()
    assert WorkingGroup.objects.get(slug="regulation").charter_zh == "改寫過的宗旨"
    assert Organisation.objects.get(slug="fsc").mailbox == "unit@fsc.example"
    assert DeadlinePolicy.objects.get(kind="answer").amount == 75


def test_seed_keeps_an_imported_calendar() -> None:
    seed()
    official = CalendarVersion.objects.create(label="115年辦公日曆表", source="data.gov.tw")
    CalendarDay.objects.filter(day=date(2026, 11, 23)).update(is_workday=False, version=official)
    seed()
    assert not CalendarDay.objects.get(day="2026-11-23").is_workday


def test_seed_renews_the_calendar_of_an_older_library() -> None:
    old = CalendarVersion.objects.create(label="holidays-0.1-2026", source="older")
    CalendarDay.objects.create(day="2026-12-25", is_workday=True, version=old)
    seed()
    assert not CalendarDay.objects.get(day="2026-12-25").is_workday
    assert CalendarVersion.objects.last().label == facts.CALENDAR_LABEL


def test_seed_makes_organisations_searchable() -> None:
    seed()
    words = SearchQuery(bigrams.query("金管會"), config="simple", search_type="raw")
    assert Organisation.objects.get(search=words).slug == "fsc"
