"""Lists of the admin ask the database as often for many rows as for few; others have tests of their own."""

from datetime import date

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from events.models import NewsItem
from members import clock
from members.actions.invitations import invite_person
from members.models import Domain, SecretariatTerm
from proposals import reminders
from proposals.actions.erasing import ask_for_erasure
from proposals.models import CalendarVersion, Criterion, RoutingRule, SavedText, WorkSuspension
from tests import cases
from tests.cases import signed_in
from tests.members import joining
from workinggroups.models import Meeting, Period, Programme

pytestmark = pytest.mark.django_db


def add_rows(number: int) -> None:
    """One of everything that the admin lists, each with relations of its own."""
    organisation, body = cases.member_org(f"org{number}"), cases.ministry(f"body{number}")
    group = cases.group(f"group{number}")
    with clock.at(cases.at(2026, 10, 1)):
        cases.submitted(organisation=organisation, group=group)
        case = cases.referred(organisation=organisation, group=group, lead=body)
    invite_person(
        user=cases.person("office@example.org", secretariat=True),
        email=f"new{number}@example.org",
        name="新人",
        language="zh-hant",
        organisation=organisation,
        role="representative",
    )
    domain = Domain.objects.create(slug=f"domain{number}", name_zh=f"領域{number}")
    RoutingRule.objects.create(domain=domain, body=body)
    joining.confirmed()
    joining.invited()
    SavedText.objects.create(kind="ask", title="請補充", text_zh="請補充", group=group)
    Criterion.objects.create(slug=f"criterion{number}", name_zh=f"標準{number}")
    ask_for_erasure(user=cases.person(f"quitting{number}@example.org", secretary_of=group))
    Meeting.objects.create(group=group, title_zh="會議", starts_at=clock.now())
    Period.objects.create(group=group, name_zh="屆", starts_on=clock.today())
    Programme.objects.create(slug=f"plan{number}", title_zh="計畫").bodies.add(body)
    WorkSuspension.objects.create(on=clock.today(), area=f"第{number}市")
    SecretariatTerm.objects.create(
        organisation=organisation, starts_on=date(2000 + number, 1, 1), ends_on=date(2001 + number, 1, 1)
    )
    importer = cases.person(f"importer{number}@example.org", secretariat=True)
    CalendarVersion.objects.create(label=f"官方-2026-{number}", source="tests", imported_by=importer)
    NewsItem.objects.create(slug=f"news{number}", title_zh="消息", body_zh="消息", proposal=case)


def counts(client: Client) -> dict[str, int]:
    found = {}
    for model in admin.site._registry:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert (
                client.get(address, {"queue": "all"} if address.endswith("/proposal/") else {}).status_code
                == 200
            )
        found[address] = len(queries)
    return found


def test_lists_of_the_admin_take_as_many_queries_for_three_rows_as_for_one() -> None:
    client = signed_in(cases.person(is_superuser=True))
    with clock.at(cases.at(2026, 11, 9)):
        add_rows(1)
        reminders.sweep()
        counts(client)  # what is remembered from page to page is remembered now
        few = counts(client)
        add_rows(2)
        add_rows(3)
        reminders.sweep()
        assert counts(client) == few
        assert max(few.values()) < 20
