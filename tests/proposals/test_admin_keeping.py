"""What triage works with, kept in the admin: saved texts by group, routing rules by the secretariat."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from members import clock
from members.models import Law
from proposals.models import RoutingRule, SavedText
from tests import cases
from tests.cases import signed_in
from workinggroups.models import WorkingGroup

pytestmark = pytest.mark.django_db
TEXTS = "/en/admin/proposals/savedtext/"
RULES = "/en/admin/proposals/routingrule/"


def office() -> Client:
    return signed_in(cases.person(secretariat=True))


def officer(group: WorkingGroup) -> Client:
    return signed_in(cases.person(secretary_of=group))


def text(title: str, **owner: object) -> SavedText:
    return SavedText.objects.create(kind="decline", title=title, text_zh="文字", **owner)


def titles(client: Client) -> set[str]:
    return {row.title for row in client.get(TEXTS).context["cl"].result_list}


def errors(answer: Any) -> dict[str, list[str]]:
    return answer.context["adminform"].form.errors


# --- saved texts ---------------------------------------------------------------------------------


def test_officer_sees_texts_of_the_own_group_and_of_all_groups_never_a_ministrys() -> None:
    own, other = cases.group("regulation"), cases.group("application")
    text("own", group=own), text("other", group=other), text("all"), text("body", body=cases.ministry())
    assert titles(officer(own)) == {"own", "all"}
    assert titles(office()) == {"own", "other", "all"}


def test_officer_writes_for_the_own_group_only() -> None:
    own, other = cases.group("regulation"), cases.group("application")
    client = officer(own)
    sent = {"kind": "ask", "title": "新", "text_zh": "請補充", "position": 0, "is_active": "on"}
    assert "group" in errors(client.post(f"{TEXTS}add/", sent))
    assert "group" in errors(client.post(f"{TEXTS}add/", sent | {"group": other.pk}))
    assert client.post(f"{TEXTS}add/", sent | {"group": own.pk}).status_code == 302
    assert SavedText.objects.get().group == own


def test_officer_changes_the_own_groups_texts_and_reads_those_of_all() -> None:
    group = cases.group()
    client, own, general = officer(group), text("own", group=group), text("all")
    sent = {"kind": "decline", "title": "改", "group": group.pk, "text_en": "Words", "position": 1}
    assert client.post(f"{TEXTS}{own.pk}/change/", sent).status_code == 302
    assert client.get(f"{TEXTS}{general.pk}/change/").status_code == 200
    assert client.post(f"{TEXTS}{general.pk}/change/", sent).status_code == 403
    own.refresh_from_db()
    assert (own.title, own.is_active) == ("改", False)


def test_secretariat_keeps_texts_for_all_groups() -> None:
    sent = {"kind": "decline", "title": "通用", "group": "", "text_zh": "文字", "position": 0}
    client = office()
    assert client.post(f"{TEXTS}add/", sent).status_code == 302
    assert SavedText.objects.get().group is None
    assert errors(client.post(f"{TEXTS}add/", sent))
    assert errors(client.post(f"{TEXTS}add/", sent | {"title": "空", "text_zh": ""}))


# --- routing rules -------------------------------------------------------------------------------


def rule(**fields: object) -> RoutingRule:
    law = Law.objects.get_or_create(name_zh="銀行法")[0]
    return RoutingRule.objects.create(law=law, body=cases.ministry(), **fields)


def test_rule_is_entered_for_a_law_or_a_domain_from_today_on() -> None:
    law = Law.objects.create(name_zh="銀行法")
    today = clock.today()
    sent = {"body": cases.ministry().pk, "part": "lead", "valid_from": today.isoformat()}
    client = office()
    assert errors(client.post(f"{RULES}add/", sent))
    late = {"valid_from": (today - timedelta(days=1)).isoformat()}
    assert "valid_from" in errors(client.post(f"{RULES}add/", sent | {"law": law.pk} | late))
    assert client.post(f"{RULES}add/", sent | {"law": law.pk}).status_code == 302
    assert errors(client.post(f"{RULES}add/", sent | {"law": law.pk}))
    assert RoutingRule.objects.count() == 1


def test_rule_is_ended_and_then_stands_as_it_is() -> None:
    today = clock.today()
    row = rule(valid_from=today - timedelta(days=9))
    client, page = office(), f"{RULES}{row.pk}/change/"
    yesterday = (today - timedelta(days=1)).isoformat()
    assert "valid_to" in errors(client.post(page, {"valid_to": yesterday}))
    assert client.post(page, {"valid_to": today.isoformat(), "part": "support"}).status_code == 302
    row.refresh_from_db()
    assert (row.valid_to, row.part) == (today, "lead")
    assert client.post(page, {"valid_to": ""}).status_code == 403


def test_end_that_is_taken_back_beside_a_follower_is_refused_in_words() -> None:
    tomorrow = clock.today() + timedelta(days=1)
    first = rule(valid_to=tomorrow)
    rule(valid_from=tomorrow, part="support")
    assert errors(office().post(f"{RULES}{first.pk}/change/", {"valid_to": ""}))


def test_list_begins_with_the_rules_that_hold_today() -> None:
    today = clock.today()
    ended = rule(valid_from=today - timedelta(days=9), valid_to=today)
    holds = rule()
    client = office()

    def shown(query: str = "") -> list[int]:
        return [row.pk for row in client.get(RULES + query).context["cl"].result_list]

    assert shown() == [holds.pk]
    assert shown("?valid=ended") == [ended.pk]
    assert set(shown("?valid=all")) == {ended.pk, holds.pk}


def test_officer_reads_rules_and_changes_none() -> None:
    row, client = rule(), officer(cases.group())
    assert client.get(RULES).status_code == 200
    assert client.get(f"{RULES}{row.pk}/change/").status_code == 200
    assert client.post(f"{RULES}{row.pk}/change/", {"valid_to": ""}).status_code == 403
    assert client.get(f"{RULES}add/").status_code == 403
