"""Applying to join: every state, step and side; one application for one form; nothing kept too long."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.translation import override

from members import clock
from members.actions.admissions import (
    admit_application,
    ask_applicant,
    free_slug,
    invite_to_apply,
    refuse_application,
    take_up_application,
)
from members.actions.applications import (
    apply_to_join,
    confirm_application,
    forget_applications,
    send_information,
    withdraw_application,
)
from members.models import (
    Application,
    ApplicationEntry,
    ApplicationNote,
    Domain,
    Invitation,
    InvitationToApply,
    Letter,
    Organisation,
    User,
)
from members.permissions import represents
from members.refusals import NotAllowed, Refused
from members.states import APPLICATION_STEPS, ApplicationState, Side, steps_from, target_of
from tests import cases
from tests.members import joining

pytestmark = pytest.mark.django_db
NOW = cases.at(2026, 11, 9)


@pytest.fixture(autouse=True)
def _now() -> Any:
    with clock.at(NOW), override("en"):
        yield


DO: dict[str, Any] = {
    "confirm": lambda user, row: confirm_application(application=row),
    "inform": lambda user, row: send_information(application=row, text="x"),
    "withdraw": lambda user, row: withdraw_application(application=row),
    "take_up": lambda user, row: take_up_application(user=user, application=row),
    "ask": lambda user, row: ask_applicant(user=user, application=row, text="x"),
    "refuse": lambda user, row: refuse_application(user=user, application=row, reason="x"),
    "admit": lambda user, row: admit_application(user=user, application=row),
}
PAIRS = [(state, step) for state in joining.MADE for step in APPLICATION_STEPS]


@pytest.mark.parametrize(("state", "step"), PAIRS)
def test_step_from_a_state_follows_the_table(state: str, step: str) -> None:
    row = joining.MADE[state]()
    assert row.state == state
    target, entries = target_of(step, state), row.entries.count()
    is_again = step == "confirm" and row.confirmed_at is not None
    if target or is_again:
        DO[step](joining.office(), row)
    else:
        with pytest.raises(Refused, match="cannot be done"):
            DO[step](joining.office(), row)
    row.refresh_from_db()
    assert row.state == (target or state)
    assert row.entries.count() == entries + (1 if target else 0)


@pytest.mark.parametrize("role", ["represents", "liaison_of", "audits", "convenes", "chairs"])
@pytest.mark.parametrize(
    "step", [name for name, step in APPLICATION_STEPS.items() if step.side == Side.SECRETARIAT]
)
def test_step_of_the_secretariat_by_anybody_else_is_not_allowed(step: str, role: str) -> None:
    holds = {"represents": cases.member_org, "liaison_of": cases.ministry, "convenes": cases.group}
    user = cases.person(**{role: holds[role]() if role in holds else True})
    row = joining.in_review()
    with pytest.raises(NotAllowed):
        DO[step](user, row)
    assert Application.objects.get(pk=row.pk).state == ApplicationState.IN_REVIEW


def test_table_offers_each_side_its_own_steps_only() -> None:
    assert steps_from("in_review", Side.SECRETARIAT) == ["ask", "admit", "refuse"]
    assert steps_from("in_review", Side.APPLICANT) == ["withdraw"]
    assert steps_from("admitted", Side.SECRETARIAT) == []


def test_every_step_is_told_by_letter() -> None:
    row = joining.informed()
    refuse_application(user=joining.office(), application=row, reason="統一編號不符")
    told = list(Letter.objects.filter(to=row.email).order_by("pk").values_list("subject", flat=True))
    assert len(told) == 5, told
    refusal = Letter.objects.filter(to=row.email).latest("pk")
    assert "統一編號不符" in refusal.body
    assert row.token in refusal.body
    office = Letter.objects.filter(recipient=joining.office())
    assert office.filter(kind="application_waits").count() == 2


def test_log_says_who_when_and_what() -> None:
    row = joining.refused()
    entry = row.entries.get(step="refuse")
    assert (entry.side, entry.happened_at) == (Side.SECRETARIAT, NOW)
    assert (entry.note.actor, entry.note.text) == (joining.office(), "統一編號不符")


def test_same_form_sent_twice_is_one_application() -> None:
    key, about, contact = uuid4(), joining.about(), joining.contact()
    first = apply_to_join(form_key=key, about=about, contact=contact)
    assert apply_to_join(form_key=key, about=about, contact=contact) == first
    assert Application.objects.count() == Letter.objects.count() == 1
    confirm_application(application=first)
    later = apply_to_join(form_key=key, about=joining.about(name_zh="另一家"), contact=contact)
    assert (later, later.name_zh) == (first, about.name_zh)


def test_unconfirmed_text_is_replaced_and_a_new_address_gets_its_own_letter() -> None:
    key = uuid4()
    first = apply_to_join(form_key=key, about=joining.about(), contact=joining.contact(email="a@b.example"))
    again = apply_to_join(
        form_key=key, about=joining.about(name_zh="改正後"), contact=joining.contact(email="right@b.example")
    )
    assert (again.pk, again.name_zh, again.email) == (first.pk, "改正後", "right@b.example")
    assert again.confirm_key != first.confirm_key
    assert set(Letter.objects.values_list("to", flat=True)) == {"a@b.example", "right@b.example"}


def test_address_gets_three_letters_to_confirm_a_day() -> None:
    for _ in range(3):
        joining.sent(to=joining.contact(email="flooded@b.example"))
    with pytest.raises(Refused, match="several letters"):
        joining.sent(to=joining.contact(email="flooded@b.example"))
    assert Application.objects.count() == Letter.objects.count() == 3
    with clock.at(NOW + timedelta(days=2)):
        joining.sent(to=joining.contact(email="flooded@b.example"))


def test_admission_makes_a_member_and_invites_its_first_representative() -> None:
    row = joining.in_review(name_en="Jiayi Data Co., Ltd.", ubn=joining.UBN)
    member = admit_application(user=joining.office(), application=row, slug="jiayi")
    member.refresh_from_db()
    assert (member.slug, member.ubn, member.joined_on) == ("jiayi", joining.UBN, NOW.date())
    assert member.is_member
    assert member.search
    invitation = Invitation.objects.get(organisation=member)
    assert (invitation.email, invitation.role) == (row.email, "representative")
    row.refresh_from_db()
    assert (row.organisation, row.ended_at) == (member, NOW)
    assert Letter.objects.filter(to=row.email, kind="invitation").count() == 1


def test_admission_puts_the_fields_of_the_application_onto_the_profile() -> None:
    row, field = joining.in_review(), Domain.objects.create(slug="payments", name_zh="支付")
    row.domains.add(field)
    member = admit_application(user=joining.office(), application=row, slug="jiayi")
    assert list(member.profile.domains.all()) == [field]


def test_admission_links_an_organisation_that_is_known_and_changes_nothing_that_stands_there() -> None:
    known = cases.member_org("known", joined_on=None, name_en="Known", website="")
    row = joining.in_review(website="https://jiayi.example", name_en="Other name")
    member = admit_application(user=joining.office(), application=row, organisation=known)
    member.refresh_from_db()
    assert (member.pk, member.name_en, member.website) == (known.pk, "Known", "https://jiayi.example")
    assert member.joined_on == NOW.date()
    assert not Organisation.objects.filter(name_en="Other name").exists()


def test_former_member_that_is_admitted_again_has_not_left_for_anything() -> None:
    known = cases.member_org("known", left_on=NOW.date(), left_for=Organisation.LeftFor.RESIGNATION)
    member = admit_application(user=joining.office(), application=joining.in_review(), organisation=known)
    member.refresh_from_db()
    assert (member.joined_on, member.left_on, member.left_for) == (NOW.date(), None, "")


def test_who_represented_a_member_before_it_left_does_not_when_it_is_admitted_again() -> None:
    known = cases.member_org("known")
    former = cases.person("former@example.org", represents=known)
    again = cases.person("again@example.org", represents=known)
    Organisation.objects.filter(pk=known.pk).update(left_on=NOW.date())
    row = joining.in_review(to=joining.contact(email=again.email))
    known = admit_application(user=joining.office(), application=row, organisation=known)
    assert [represents(User.objects.get(pk=user.pk), known) for user in (former, again)] == [False, True]


@pytest.mark.parametrize("what", ["a member", "a ministry", "a taken address", "its own"])
def test_admission_that_may_not_be_writes_nothing(what: str) -> None:
    email = "office@example.org" if what == "its own" else "a@jiayi.example"
    row = joining.in_review(to=joining.contact(email=email))
    said: dict[str, Any] = {
        "a member": {"organisation": cases.member_org()},
        "a ministry": {"organisation": cases.ministry()},
        "a taken address": {"slug": cases.member_org().slug},
        "its own": {},
    }[what]
    with pytest.raises(Refused):
        admit_application(user=joining.office(), application=row, **said)
    row.refresh_from_db()
    assert row.state == ApplicationState.IN_REVIEW
    assert not Invitation.objects.exists()


def test_address_of_a_new_member_is_free() -> None:
    cases.member_org("apply-2")
    assert free_slug(joining.sent(name_en="Apply")) == "apply-3"
    assert free_slug(joining.sent(name_en="", name_zh="甲乙公司")) == "甲乙公司"


def test_umbrella_brings_its_own_members() -> None:
    known = cases.member_org("acme", name_zh="台灣甲乙有限公司")
    row = joining.in_review(kind="association", members="臺灣甲乙股份有限公司\n丙丁公司\n丙丁 公司")
    member = admit_application(user=joining.office(), application=row)
    rows = list(member.own_members.listed())
    assert [(own.organisation, own.written) for own in rows] == [(known, ""), (None, "丙丁公司")]


def test_refusal_without_a_reason_is_refused() -> None:
    with pytest.raises(Refused, match="written reason"):
        refuse_application(user=joining.office(), application=joining.in_review(), reason=" ")


def test_application_after_a_refusal_remembers_it_and_before_it_is_refused() -> None:
    earlier = joining.refused()
    assert joining.sent(earlier=earlier).earlier == earlier
    with pytest.raises(Refused, match="has not ended"):
        joining.sent(earlier=joining.in_review())


def test_information_brings_corrections() -> None:
    row = joining.information_asked()
    send_information(application=row, text="更正", about=joining.about(name_zh="更正後", ubn=joining.UBN))
    row.refresh_from_db()
    assert (row.name_zh, row.ubn, row.state) == ("更正後", joining.UBN, "in_review")


def test_invited_address_needs_no_confirmation_and_the_invitation_works_once() -> None:
    invitation = joining.invited()
    send = {"about": joining.about(), "invitation": invitation}
    row = apply_to_join(form_key=uuid4(), contact=joining.contact(email=invitation.email.upper()), **send)
    assert row.state == ApplicationState.CONFIRMED
    with pytest.raises(Refused, match="has been used"):
        apply_to_join(form_key=uuid4(), contact=joining.contact(), **send)


def test_invited_with_another_address_confirms_it() -> None:
    row = apply_to_join(
        form_key=uuid4(), about=joining.about(), contact=joining.contact(), invitation=joining.invited()
    )
    assert row.state == ApplicationState.SENT


def test_invitation_to_apply_is_the_secretariats_and_ends() -> None:
    invitation = joining.invited()
    assert invitation.token in Letter.objects.get(to=invitation.email).body
    with pytest.raises(Refused, match="open invitation"):
        joining.invited(email=invitation.email)
    with clock.at(NOW + timedelta(days=61)):
        assert not InvitationToApply.objects.open().exists()
        with pytest.raises(Refused, match="expired"):
            apply_to_join(
                form_key=uuid4(), about=joining.about(), contact=joining.contact(), invitation=invitation
            )
    with pytest.raises(NotAllowed):
        invite_to_apply(
            user=cases.person(audits=True),
            kind="company",
            name_zh="x",
            contact="x",
            email="x@example.org",
            language="en",
        )


def test_what_nobody_confirmed_is_forgotten_with_its_letters() -> None:
    joining.sent()
    kept = joining.confirmed()
    with clock.at(NOW + timedelta(days=15)):
        assert forget_applications() == 1
        assert forget_applications() == 0
    assert list(Application.objects.all()) == [kept]
    assert set(Letter.objects.filter(kind="application").values_list("to", flat=True)) == {kept.email}


def test_refused_applicants_person_is_forgotten_after_a_year_and_the_outcome_stays() -> None:
    row, other = joining.refused(ubn=joining.UBN), joining.admitted()
    with clock.at(NOW + timedelta(days=366)):
        assert forget_applications() == 1
    row.refresh_from_db()
    assert (row.contact, row.email, row.phone) == ("", "", "")
    assert (row.state, row.ubn) == (ApplicationState.REFUSED, joining.UBN)
    assert not ApplicationNote.objects.filter(entry__application=row).exclude(text="").exists()
    other.refresh_from_db()
    assert other.email


def test_expired_invitation_is_forgotten_after_a_month() -> None:
    joining.invited()
    with clock.at(NOW + timedelta(days=89)):
        assert forget_applications() == 0
    with clock.at(NOW + timedelta(days=91)):
        assert forget_applications() == 1
    assert not InvitationToApply.objects.exists()
    assert not Letter.objects.exists()


@pytest.mark.parametrize(
    ("state", "sql"),
    [
        ("confirmed", "UPDATE members_application SET state = 'admitted' WHERE id = %s"),
        ("sent", "UPDATE members_application SET state = 'in_review' WHERE id = %s"),
        ("refused", "UPDATE members_application SET state = 'in_review', ended_at = NULL WHERE id = %s"),
        ("refused", "UPDATE members_application SET name_zh = '別的' WHERE id = %s"),
        ("refused", "DELETE FROM members_application WHERE id = %s"),
        ("in_review", "UPDATE members_application SET email = '' WHERE id = %s"),
        ("in_review", "UPDATE members_applicationentry SET step = 'admit' WHERE application_id = %s"),
        ("in_review", "DELETE FROM members_applicationentry WHERE application_id = %s"),
    ],
)
def test_raw_sql_cannot_break_the_rule(state: str, sql: str) -> None:
    row = joining.MADE[state]()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [row.pk])
    assert Application.objects.get(pk=row.pk).state == state


def test_application_is_inserted_as_sent_only() -> None:
    said = {"kind": "company", "sector": "industry", "name_zh": "x", "wishes": "x", "email": "x@example.org"}
    row = Application(**said, language="en", notice="x", state="confirmed", confirmed_at=NOW)
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        row.save()


def test_applications_are_read_by_secretariat_and_auditors_only() -> None:
    joining.confirmed()
    for user, sees in (
        (joining.office(), True),
        (cases.person(audits=True), True),
        (cases.person(represents=cases.member_org()), False),
        (cases.person(convenes=cases.group()), False),
    ):
        assert Application.objects.visible_to(user).exists() is sees
    closed = cases.person("closed@example.org", secretariat=True, is_active=False)
    assert not Application.objects.visible_to(User.objects.get(pk=closed.pk)).exists()
    assert ApplicationEntry.objects.exists()
