"""Deleting an account: nothing names the person any more, and everything that happened stays told."""

import smtplib
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from alliance.todo import todo
from members import clock
from members.actions.absences import enter_absence
from members.actions.accounts import give_consent
from members.actions.bounces import Notification, Verdict, note_bounce
from members.actions.choices import choose_letters
from members.actions.erasure import FORMER, LAST_LETTER, erase_person
from members.actions.invitations import accept_invitation, invite_person
from members.actions.resend import send_letter_again
from members.actions.sending import note, send_letters
from members.models import Affiliation, Consent, ErasureRequest, Letter, User
from members.privacy import NOTICE_VERSION
from members.refusals import NotAllowed, Refused
from proposals import reminders
from proposals.actions.erasing import ask_for_erasure, confirm_erasure, standing_of, take_back_erasure
from proposals.actions.follows import follow_with_account
from proposals.models import Follower, Proposal, TimelineEntry
from tests import cases
from tests.cases import PASSWORD, signed_in
from tests.services import Smtp
from workinggroups.models import ActionItem, Meeting, Seat

pytestmark = pytest.mark.django_db
PAGE = "/en/account/delete/"
NAME = "林zyxleaver"
ADDRESS = "zyxaddress@example.org"


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.fixture
def office() -> User:
    return cases.person("office@example.org", secretariat=True)


@pytest.fixture
def former(office: User) -> User:
    """Has written a case for acme, and holds no role any more."""
    body = cases.member_org("acme")
    invitation = invite_person(
        user=office, email=ADDRESS, name=NAME, language="en", organisation=body, role="representative"
    )
    user = accept_invitation(invitation=invitation, password=PASSWORD, name=NAME, language="en")
    case = cases.referred(organisation=body)
    assert cases.proposer_of(case) == user
    follow_with_account(user=user, proposal=case)
    give_consent(user=user, version=NOTICE_VERSION)
    choose_letters(user=user, choices={"progress": "never"})
    today = clock.today()
    enter_absence(user=user, starts_on=today, ends_on=today + timedelta(days=3), note=NAME)
    end_roles(user)
    return User.objects.get(pk=user.pk)


def end_roles(user: User) -> None:
    Affiliation.objects.filter(user=user).update(ends_on=clock.today())
    Seat.objects.filter(user=user).update(ends_on=clock.today())


def tables_with(word: str) -> list[str]:
    """Every table of the database in which a word stands anywhere in a row."""
    with connection.cursor() as cursor:
        names = [name for name in connection.introspection.table_names(cursor) if name != "django_session"]
        found = []
        for name in names:
            cursor.execute(f'SELECT count(*) FROM "{name}" t WHERE t::text ILIKE %s', [f"%{word}%"])
            if cursor.fetchone()[0]:
                found.append(name)
    return found


def history() -> list[tuple[object, ...]]:
    return list(TimelineEntry.objects.order_by("pk").values_list())


def test_account_on_which_nothing_hangs_is_erased_at_once_from_every_table(former: User) -> None:
    assert tables_with(NAME)
    assert "members_letter" in tables_with(ADDRESS)
    before = history()
    request = ask_for_erasure(user=former)
    assert (request.outcome, request.ended_at is not None) == ("erased", True)
    assert tables_with("zyxleaver") == []
    assert tables_with("zyxaddress") == ["members_letter"]  # the last letter, until it has left
    assert history() == before
    former.refresh_from_db()
    assert (former.name, former.is_active, former.has_usable_password()) == (FORMER, False, False)
    assert not EmailAddress.objects.filter(user=former).exists()
    assert not Follower.objects.filter(user=former).exists()
    assert Consent.objects.filter(user=former).exists()


def test_history_tells_role_and_organisation_as_before(former: User) -> None:
    case = Proposal.objects.get()
    entry = case.timeline.get(kind="submitted")
    address = f"/en/proposals/{case.number}/"
    page = Client().get(address).content.decode()
    ask_for_erasure(user=former)
    assert Client().get(address).content.decode() == page
    assert (entry.note.actor, entry.note.actor.name) == (former, FORMER)


def test_promises_still_hold_after_somebody_was_erased(former: User, capsys: pytest.CaptureFixture) -> None:
    reminders.sweep()
    call_command("check_promises")
    before = [line for line in capsys.readouterr().out.splitlines() if "open" in line]
    ask_for_erasure(user=former)
    reminders.sweep()
    call_command("check_promises")
    after = [line for line in capsys.readouterr().out.splitlines() if "open" in line]
    assert before == after
    assert any(line.startswith("ok") and "add up" in line for line in after)


def test_letters_of_others_no_longer_name_the_person(former: User, office: User) -> None:
    letter = Letter.objects.filter(recipient=office).first() or Letter.objects.exclude(recipient=former)[0]
    Letter.objects.filter(pk=letter.pk).update(body=f"{NAME} ({ADDRESS}) hat", recipient=office)
    ask_for_erasure(user=former)
    letter.refresh_from_db()
    assert letter.body == f"{FORMER} (former-{former.pk}@erased.invalid) hat"
    assert letter.redacted_at is not None


def test_letter_on_its_way_is_waited_for(former: User) -> None:
    letter = Letter.objects.filter(recipient=former)[0]
    lease = clock.now() + timedelta(minutes=1)
    Letter.objects.filter(pk=letter.pk).update(state="sending", lease_until=lease, sent_at=None)
    with pytest.raises(Refused, match="being sent"):
        ask_for_erasure(user=former)
    former.refresh_from_db()
    assert former.name == NAME


def test_address_may_be_invited_anew_as_somebody_else(former: User, office: User) -> None:
    ask_for_erasure(user=former)
    organisation = cases.member_org("globex")
    person = {"email": ADDRESS, "name": "N", "language": "en", "role": "representative"}
    row = invite_person(user=office, organisation=organisation, **person)
    again = accept_invitation(invitation=row, password=PASSWORD, name="N", language="en")
    assert again.pk != former.pk


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE members_user SET name = 'Back' WHERE id = %s",
        "UPDATE members_user SET email = 'back@example.org' WHERE id = %s",
        "UPDATE members_user SET erased_at = NULL WHERE id = %s",
        "UPDATE members_user SET is_active = true WHERE id = %s",
        "UPDATE members_user SET password = 'x' WHERE id = %s",
        "DELETE FROM members_erasurerequest WHERE user_id = %s",
        "UPDATE members_erasurerequest SET outcome = 'withdrawn' WHERE user_id = %s",
    ],
)
def test_erased_stays_erased_even_against_raw_sql(former: User, sql: str) -> None:
    ask_for_erasure(user=former)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [former.pk])


# --- what hangs on an account ------------------------------------------------------------------------


def test_only_representative_with_an_open_case_is_told_whom_to_ask() -> None:
    user = cases.proposer_of(cases.referred())
    with pytest.raises(Refused, match="acme Ltd, which has 1 open matter"):
        ask_for_erasure(user=user)
    assert not ErasureRequest.objects.exists()
    cases.person(represents=cases.member_org())
    assert ask_for_erasure(user=user).outcome == ""


def test_only_liaison_with_an_open_part_is_told_whom_to_ask() -> None:
    liaison = cases.liaison_of(cases.lead_of(cases.referred()).ministry)
    assert "Ministry fsc" in standing_of(liaison).blocks[0].to_owner
    cases.person(deputy_of=cases.ministry())
    assert not standing_of(liaison).blocks


def test_draft_that_nobody_else_could_finish_is_open_work_too() -> None:
    user = cases.proposer_of(cases.draft())
    assert "which has 1 open matter" in standing_of(user).blocks[0].to_owner
    cases.person(represents=cases.member_org())
    assert not standing_of(user).blocks


def test_last_person_of_the_secretariat_stays_until_there_is_another(office: User) -> None:
    with pytest.raises(Refused, match="last person of the secretariat"):
        ask_for_erasure(user=office)
    cases.person(secretariat=True)
    assert ask_for_erasure(user=office).outcome == ""


def test_superuser_is_never_erased(office: User) -> None:
    user = cases.person(is_superuser=True)
    with pytest.raises(Refused):
        ask_for_erasure(user=user)
    with pytest.raises(Refused):
        erase_person(person=user)


def test_roles_and_tasks_wait_for_the_secretariat_which_then_confirms(office: User) -> None:
    user = cases.person(represents=cases.member_org(), secretary_of=cases.group(), name=NAME)
    meeting = Meeting.objects.create(group=cases.group(), title_zh="會議", starts_at=clock.now())
    task = ActionItem.objects.create(meeting=meeting, text="x", owner=user, due_on=clock.today())
    request = ask_for_erasure(user=user)
    assert len(standing_of(user).waits) == 3
    assert ask_for_erasure(user=user) == request
    assert any("to delete" in str(item.label) and item.count == 1 for item in todo(office))
    for _step in (end_roles, lambda _user: ActionItem.objects.filter(pk=task.pk).update(owner=office)):
        with pytest.raises(Refused, match="still hangs"):
            confirm_erasure(user=office, request=request)
        _step(user)
    confirm_erasure(user=office, request=request)
    request.refresh_from_db()
    assert (request.outcome, request.confirmed_by) == ("erased", office)
    assert User.objects.get(pk=user.pk).name == FORMER
    with pytest.raises(Refused):
        confirm_erasure(user=office, request=request)


def test_role_to_come_hangs_on_the_account_too() -> None:
    user = cases.person()
    starts = clock.today() + timedelta(days=5)
    Affiliation.objects.create(
        user=user, organisation=cases.member_org(), role="representative", starts_on=starts
    )
    assert ask_for_erasure(user=user).outcome == ""
    with pytest.raises(Refused):
        erase_person(person=user)


def test_nobody_but_the_secretariat_confirms(former: User) -> None:
    request = ErasureRequest.objects.create(user=former)
    for other in (cases.person(audits=True), cases.person(convenes=cases.group()), former):
        with pytest.raises(NotAllowed):
            confirm_erasure(user=other, request=request)


def test_request_can_be_taken_back(office: User) -> None:
    user = cases.person(represents=cases.member_org())
    request = ask_for_erasure(user=user)
    take_back_erasure(user=user)
    request.refresh_from_db()
    assert request.outcome == "withdrawn"
    with pytest.raises(Refused):
        take_back_erasure(user=user)
    with pytest.raises(Refused):
        confirm_erasure(user=office, request=request)


# --- the pages ---------------------------------------------------------------------------------------


def confirmed(user: User) -> Client:
    """A browser in which the person has given the password a moment ago."""
    client = signed_in(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def test_deletion_asks_for_the_password_and_then_happens(former: User) -> None:
    client, elsewhere = signed_in(former), signed_in(former)
    asked = client.post(PAGE, {"sure": "1"})
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    former.refresh_from_db()
    assert former.erased_at is None
    done = client.post(asked["Location"], {"password": PASSWORD, "next": PAGE})
    assert done["Location"] == reverse("home")
    assert "Your account is deleted" in client.get("/en/").content.decode()
    assert elsewhere.get("/en/account/").status_code == 302
    again = {"login": ADDRESS, "password": PASSWORD}
    assert Client().post("/en/accounts/login/", again).status_code == 200


def test_page_says_what_goes_what_stays_and_what_hangs_on_it() -> None:
    user = cases.proposer_of(cases.referred())
    html = confirmed(user).get(PAGE).content.decode()
    for text in ("What is erased", "What stays", "Ask it to name a successor"):
        assert text in html
    assert 'name="sure"' not in html


def test_deletion_without_the_tick_is_refused(former: User) -> None:
    response = confirmed(former).post(PAGE)
    assert response.status_code == 422
    assert "Tick the box" in response.content.decode()


def test_request_is_shown_with_the_way_back(office: User) -> None:
    client = confirmed(cases.person(represents=cases.member_org()))
    client.post(PAGE, {"sure": "1"})
    assert "You asked for it on" in client.get(PAGE).content.decode()
    client.post(PAGE, {"take_back": "1"})
    assert "You asked for it on" not in client.get(PAGE).content.decode()


def test_admin_shows_what_hangs_on_it_and_deletes_when_nothing_does(office: User) -> None:
    user = cases.person(represents=cases.member_org(), name=NAME)
    request = ask_for_erasure(user=user)
    client = signed_in(office)
    page, step = (
        reverse(f"admin:members_erasurerequest_{name}", args=[request.pk]) for name in ("change", "erase")
    )
    html = client.get(page).content.decode()
    assert f"{NAME} is member representative of acme Ltd." in html
    assert reverse("admin:members_affiliation_leave", args=[user.affiliations.get().pk]) in html
    assert "You are" not in html.partition("What hangs on this account")[2]
    assert step not in html
    assert "still hangs" in client.post(step, follow=True).content.decode()
    end_roles(user)
    assert step in client.get(page).content.decode()
    client.post(step)
    assert NAME not in client.get(page).content.decode()
    person = reverse("admin:members_user_change", args=[user.pk])
    assert 'name="_save"' not in client.get(person).content.decode()


def test_fields_of_the_admin_no_longer_offer_who_was_erased(former: User, office: User) -> None:
    client = signed_in(office)
    offered = {"app_label": "members", "model_name": "affiliation", "field_name": "user", "term": "former"}
    other = cases.person("former@example.org")
    ask_for_erasure(user=former)
    found = client.get(reverse("admin:autocomplete"), offered).json()["results"]
    assert [row["id"] for row in found] == [str(other.pk)]
    listed = client.get(reverse("admin:members_user_changelist"), {"q": "former", "which": "all"})
    assert FORMER in listed.content.decode()


# --- the last letter ---------------------------------------------------------------------------------


def test_last_letter_reaches_the_old_address_which_is_then_forgotten(former: User, smtp: Smtp) -> None:
    ask_for_erasure(user=former)
    letter = Letter.objects.get(kind=LAST_LETTER)
    assert (letter.language, letter.to, NAME in letter.body) == ("en", ADDRESS, False)
    assert send_letters() >= 1
    (arrived,) = smtp.letters(to=ADDRESS)
    assert "has been deleted" in str(arrived.message["Subject"])
    assert tables_with("zyxaddress") == []
    letter.refresh_from_db()
    assert (letter.state, letter.to) == ("sent", f"former-{former.pk}@erased.invalid")


def test_last_letter_that_nobody_takes_is_given_up_in_silence(former: User, office: User) -> None:
    ask_for_erasure(user=former)
    letter = Letter.objects.get(kind=LAST_LETTER)
    lease = clock.now() + timedelta(minutes=1)
    Letter.objects.filter(pk=letter.pk).update(state="sending", lease_until=lease)
    letter.refresh_from_db()
    note(letter, smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"no such mailbox")}))
    letter.refresh_from_db()
    assert (letter.state, letter.last_error) == ("cancelled", "")
    assert tables_with("zyxaddress") == []
    with pytest.raises(Refused):
        send_letter_again(user=office, letter=letter)


def test_last_letter_that_comes_back_troubles_nobody(former: User) -> None:
    ask_for_erasure(user=former)
    letter = Letter.objects.get(kind=LAST_LETTER)
    Letter.objects.filter(pk=letter.pk).update(state="sent", sent_at=clock.now(), to="x@erased.invalid")
    said = Notification(
        (letter.message_id,), is_final=True, says=f"no {ADDRESS}", failed=frozenset({ADDRESS})
    )
    assert note_bounce(said)[0] == Verdict.KNOWN
    assert tables_with("zyxaddress") == []
    assert not Letter.objects.undelivered().exists()
