"""Rights in the admin, page by page, and how people, roles, invitations and letters are kept there."""

from collections.abc import Callable
from datetime import date

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from events.models import NewsItem
from members import clock
from members.models import Affiliation, Domain, Invitation, Letter, Organisation, User
from proposals.models import (
    CalendarDay,
    Deadline,
    DeadlinePolicy,
    Proposal,
    Referral,
    Reminder,
    ReminderRule,
    WorkSuspension,
)
from tests import cases
from tests.cases import signed_in
from workinggroups.models import Meeting, Programme, Seat, WorkingGroup

pytestmark = pytest.mark.django_db

ROLES: dict[str, Callable[[], User]] = {
    "auditor": lambda: cases.person("f@f.example", audits=True),
    "secretariat": lambda: cases.person("g@g.example", secretariat=True),
    "superuser": lambda: User.objects.create_superuser("h@h.example", "x", name="h"),
}


@pytest.fixture
def secretariat() -> Client:
    return signed_in(cases.person(secretariat=True))


@pytest.mark.parametrize("role", ["auditor", "secretariat", "superuser"])
def test_nothing_is_ever_deleted_here(role: str) -> None:
    client, law = signed_in(ROLES[role]()), cases.submitted().asks.get(number=1).law
    assert client.get(f"/admin/members/law/{law.pk}/delete/").status_code == 403
    data = {"action": "delete_selected", "_selected_action": [law.pk], "post": "yes"}
    client.post("/admin/members/law/", data)
    law.refresh_from_db()


def one_of_each() -> dict[str, object]:
    """A row of each model in the admin, by its label; the matrix of rights has those of long cases."""
    case = cases.referred()
    deadline = Deadline.objects.get(referral=cases.lead_of(case), kind="answer")
    rule, person = ReminderRule.objects.first(), cases.convener_of(case)
    Reminder.objects.create(deadline=deadline, rule=rule, due_on=deadline.due_on, recipient=person)
    Invitation.objects.create(
        email="n@n.example",
        name="n",
        organisation=case.organisation,
        role="representative",
        invited_by=person,
    )
    Meeting.objects.create(group=case.group, title_zh="會議", starts_at=clock.now())
    Programme.objects.create(slug="p", title_zh="計畫")
    WorkSuspension.objects.create(on=date(2026, 8, 3), area="臺北市")
    Domain.objects.create(slug="d", name_zh="領域")
    NewsItem.objects.create(slug="n", title_zh="新聞", body_zh="內文")
    rows = {model._meta.label_lower: model.objects.first() for model in admin.site._registry}
    return {label: row for label, row in rows.items() if row is not None}


def test_auditor_opens_every_row_and_changes_none() -> None:
    rows, client = one_of_each(), signed_in(ROLES["auditor"]())
    for label, row in rows.items():
        app, model = label.split(".")
        path = reverse(f"admin:{app}_{model}_change", args=[row.pk])
        assert client.get(path).status_code == 200, label
        assert client.post(path, {}).status_code in (403, 405), label


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_secretariat_opens_every_row_in_both_languages(prefix: str) -> None:
    rows, client = one_of_each(), signed_in(ROLES["secretariat"]())
    for label, row in rows.items():
        app, model = label.split(".")
        assert client.get(f"{prefix}/admin/{app}/{model}/{row.pk}/change/").status_code == 200, label
        assert client.get(f"{prefix}/admin/{app}/{model}/nothing/change/").status_code == 404, label


def test_password_and_superuser_are_on_no_form(secretariat: Client) -> None:
    user = cases.person("x@x.example")
    path = f"/admin/members/user/{user.pk}/change/"
    html = secretariat.get(path).content.decode()
    assert "password" not in html.replace("account_change_password", "").replace(
        "/accounts/password/change/", ""
    )
    inline = {"affiliations-TOTAL_FORMS": 0, "affiliations-INITIAL_FORMS": 0}
    secretariat.post(
        path, {"name": "新名", "language": "en", "is_superuser": "on", "email": "y@y.example", **inline}
    )
    user.refresh_from_db()
    assert (user.name, user.email, user.is_superuser, user.is_active) == ("新名", "x@x.example", False, False)


def test_superuser_is_not_touched_by_the_secretariat(secretariat: Client) -> None:
    root = ROLES["superuser"]()
    assert secretariat.post(f"/admin/members/user/{root.pk}/change/", {"name": "x"}).status_code == 403


def test_nobody_closes_the_own_account() -> None:
    user = cases.person(secretariat=True)
    inline = {"affiliations-TOTAL_FORMS": 0, "affiliations-INITIAL_FORMS": 0}
    path = f"/admin/members/user/{user.pk}/change/"
    answer = signed_in(user).post(path, {"name": "n", "language": "en", **inline})
    assert answer.status_code == 200
    user.refresh_from_db()
    assert user.is_active


def test_nobody_gives_themselves_a_role() -> None:
    user, body = cases.person(secretariat=True), cases.ministry()
    sent = {"user": user.pk, "organisation": body.pk, "role": "liaison", "starts_on": "2026-01-01"}
    client = signed_in(user)
    assert client.post("/admin/members/affiliation/add/", sent).status_code == 200
    assert not user.affiliations.filter(role="liaison").exists()
    seat = {"user": user.pk, "group": cases.group().pk, "role": "convener", "starts_on": "2026-01-01"}
    assert client.post("/admin/workinggroups/seat/add/", seat).status_code == 200
    assert not user.seats.exists()
    colleague = cases.person()
    sent["user"] = seat["user"] = colleague.pk
    assert client.post("/admin/workinggroups/seat/add/", seat).status_code == 302
    assert client.post("/admin/members/affiliation/add/", sent).status_code == 302
    assert colleague.affiliations.filter(role="liaison").exists()


@pytest.mark.parametrize(("of_body", "role"), [(False, "supervisor"), (True, "representative")])
def test_role_that_an_organisation_does_not_have_is_not_given(
    secretariat: Client, of_body: bool, role: str
) -> None:
    user, organisation = cases.person(), cases.ministry() if of_body else cases.member_org()
    sent = {"user": user.pk, "organisation": organisation.pk, "role": role, "starts_on": "2026-01-01"}
    assert secretariat.post("/admin/members/affiliation/add/", sent).status_code == 200
    assert not user.affiliations.exists()


def test_role_is_ended_and_never_turned_into_another(secretariat: Client) -> None:
    row = Affiliation.objects.get(user=cases.person(represents=cases.member_org()))
    path = f"/admin/members/affiliation/{row.pk}"
    secretariat.post(f"{path}/change/", {"role": "secretariat", "ends_on": "2026-11-01"})
    row.refresh_from_db()
    assert (row.role, row.ends_on) == ("representative", None)
    secretariat.post(f"{path}/leave/", {"ends_on": clock.today().isoformat()})
    row.refresh_from_db()
    assert row.ends_on == clock.today()


def test_invitation_writes_row_and_letter_once(secretariat: Client) -> None:
    organisation = cases.member_org()
    sent = {
        "email": "New@Firm.example",
        "name": "新人",
        "language": "zh-hant",
        "organisation": organisation.pk,
        "role": "representative",
    }
    assert secretariat.post("/admin/members/invitation/add/", sent).status_code == 302
    again = secretariat.post("/admin/members/invitation/add/", sent)
    assert again.status_code == 200
    assert again.context["errors"]
    assert Invitation.objects.count() == 1
    letter = Letter.objects.get(kind="invitation")
    shown = secretariat.get(f"/admin/members/letter/{letter.pk}/change/").content.decode()
    assert Invitation.objects.get().token in letter.body
    assert Invitation.objects.get().token not in shown


def test_invitation_into_a_role_that_the_organisation_has_not_keeps_what_was_typed(
    secretariat: Client,
) -> None:
    sent = {
        "email": "n@n.example",
        "name": "王先生",
        "language": "zh-hant",
        "organisation": cases.member_org().pk,
        "role": "liaison",
    }
    answer = secretariat.post("/admin/members/invitation/add/", sent)
    assert answer.status_code == 200
    assert "王先生" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_failed_letter_is_sent_again_and_no_other(secretariat: Client) -> None:
    cases.submitted()
    failed, sent = Letter.objects.order_by("pk")[:2]
    Letter.objects.filter(pk=failed.pk).update(state="failed", attempts=9)
    Letter.objects.filter(pk=sent.pk).update(state="sent", sent_at=clock.now())
    rows = {"action": "send_again", "_selected_action": [failed.pk, sent.pk]}
    answer = secretariat.post("/admin/members/letter/", rows, follow=True)
    failed.refresh_from_db()
    sent.refresh_from_db()
    assert (failed.state, failed.attempts, sent.state) == ("due", 0, "sent")
    assert len(list(answer.context["messages"])) == 2


def test_auditor_sends_nothing_again() -> None:
    cases.submitted()
    Letter.objects.update(state="failed")
    client = signed_in(ROLES["auditor"]())
    client.post(
        "/admin/members/letter/", {"action": "send_again", "_selected_action": [Letter.objects.first().pk]}
    )
    assert not Letter.objects.exclude(state="failed").exists()


def test_new_organisation_is_found_by_two_characters_of_its_name(secretariat: Client) -> None:
    inline = {"affiliations-TOTAL_FORMS": 0, "affiliations-INITIAL_FORMS": 0}
    sent = {"slug": "new", "sector": "industry", "kind": "company", "name_zh": "鏈上科技", "area": "臺北市"}
    assert secretariat.post("/admin/members/organisation/add/", sent | inline).status_code == 302
    assert "鏈上" in str(Organisation.objects.get(slug="new").search)


# --- groups --------------------------------------------------------------------------------------


def test_convener_keeps_meetings_of_the_own_group_only() -> None:
    own, other = cases.group("regulation"), cases.group("application")
    client = signed_in(cases.person(convenes=own))
    foreign = Meeting.objects.create(group=other, title_zh="他組會議", starts_at=clock.now())
    assert client.get(f"/admin/workinggroups/meeting/{foreign.pk}/change/").status_code == 404
    sent = {
        "title_zh": "本組會議",
        "kind": "working",
        "starts_at_0": "2026-12-01",
        "starts_at_1": "14:00",
        "group": other.pk,
    }
    assert client.post("/admin/workinggroups/meeting/add/", sent).status_code == 200
    assert client.post("/admin/workinggroups/meeting/add/", sent | {"group": own.pk}).status_code == 302
    assert Meeting.objects.get(title_zh="本組會議").group == own


def test_convener_sees_seats_of_the_own_group_and_changes_none() -> None:
    own, other = cases.group("regulation"), cases.group("application")
    user = cases.person(convenes=own)
    foreign = Seat.objects.get(user=cases.person(convenes=other))
    client = signed_in(user)
    assert client.get(f"/admin/workinggroups/seat/{foreign.pk}/change/").status_code == 404
    mine = user.seats.get()
    path = f"/admin/workinggroups/seat/{mine.pk}/change/"
    assert client.get(path).status_code == 200
    assert client.post(path, {"ends_on": "2030-01-01"}).status_code == 403


def test_group_keeps_its_address(secretariat: Client) -> None:
    group = cases.group()
    path = f"/admin/workinggroups/workinggroup/{group.pk}/change/"
    lists = ("periods", "milestones")
    inline = {f"{name}-{count}_FORMS": 0 for name in lists for count in ("TOTAL", "INITIAL")}
    secretariat.post(path, {"name_zh": "新名", "position": 1, "slug": "other", "kind": group.kind} | inline)
    group = WorkingGroup.objects.get(pk=group.pk)
    assert (group.slug, group.name_zh) == ("regulation", "新名")


# --- time ----------------------------------------------------------------------------------------


def test_period_in_use_is_read_only_and_a_new_one_begins_today_or_later(secretariat: Client) -> None:
    cases.submitted()
    used = DeadlinePolicy.objects.get(kind="screening")
    path = f"/admin/proposals/deadlinepolicy/{used.pk}/change/"
    assert secretariat.post(path, {"amount": 1}).status_code == 403
    sent = {"kind": "screening", "amount": 5, "unit": "workday", "valid_from": "2020-01-01"}
    assert secretariat.post("/admin/proposals/deadlinepolicy/add/", sent).status_code == 200
    sent["valid_from"] = clock.today().isoformat()
    assert secretariat.post("/admin/proposals/deadlinepolicy/add/", sent).status_code == 302


def test_office_day_is_shown_and_not_typed(secretariat: Client) -> None:
    cases.calendar()
    day = CalendarDay.objects.first()
    path = f"/admin/proposals/calendarday/{day.pk.isoformat()}/change/"
    assert secretariat.get(path).status_code == 200
    assert secretariat.post(path, {"is_workday": "on"}).status_code == 403


# --- letters of a referral -----------------------------------------------------------------------


def test_secretariat_records_letters_and_the_day_of_receipt(secretariat: Client) -> None:
    with clock.at(cases.at(2026, 11, 2)):
        referral = cases.lead_of(cases.referred())
    sent = {
        "letter_number": "聯盟字第1150001號",
        "letter_on": "2026-11-02",
        "received_on": "2026-11-06",
        "reply_number": "",
        "reply_on": "",
    }
    path = f"/admin/proposals/referral/{referral.pk}/change/"
    with clock.at(cases.at(2026, 11, 6)):
        assert secretariat.post(path, sent).status_code == 302
    row = Referral.objects.get(pk=referral.pk)
    assert (row.letter_number, row.received_on, row.receipt) == (
        "聯盟字第1150001號",
        date(2026, 11, 6),
        "letter",
    )
    assert row.due_on > referral.due_on


def test_receipt_before_the_letter_is_refused_with_what_was_typed(secretariat: Client) -> None:
    with clock.at(cases.at(2026, 11, 2)):
        referral = cases.lead_of(cases.referred())
    sent = {"letter_number": "聯盟字第9號", "letter_on": "2026-11-05", "received_on": "2026-11-04"}
    with clock.at(cases.at(2026, 11, 6)):
        answer = secretariat.post(f"/admin/proposals/referral/{referral.pk}/change/", sent)
    assert answer.status_code == 200
    assert "聯盟字第9號" in answer.content.decode()
    assert Referral.objects.get(pk=referral.pk).letter_number == ""


def test_state_of_a_referral_is_on_no_form(secretariat: Client) -> None:
    referral = cases.lead_of(cases.referred())
    path = f"/admin/proposals/referral/{referral.pk}/change/"
    secretariat.post(path, {"state": "answered", "part": "support", "letter_number": "x"})
    row = Referral.objects.get(pk=referral.pk)
    assert (row.state, row.part) == ("sent", "lead")
    assert Proposal.objects.get(pk=row.proposal_id).state == "referred"
