"""Letters that come back: what relays write is read, noted once, shown, and sent again by hand."""

from email import message_from_string, policy
from io import BytesIO, StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from members import clock
from members.actions.bounces import Verdict, note_bounce, read_notification
from members.actions.letters import write_letter
from members.actions.resend import send_letter_again
from members.actions.sending import send_letters
from members.models import Letter
from members.refusals import NotAllowed, Refused
from tests import cases
from tests.cases import signed_in

State = Letter.State


@pytest.fixture
def letter(db) -> Letter:
    """Taken by our relay this morning, with a copy to a unit's mailbox."""
    return sent("k")


def sent(key: str) -> Letter:
    row = write_letter(
        key=key,
        kind="test",
        recipient=cases.person("reader@example.org"),
        template="members/letters/base.txt",
        context={},
        copies=["unit@fsc.gov.example"],
    )
    Letter.objects.filter(pk=row.pk).update(state=State.SENT, sent_at=clock.now())
    row.refresh_from_db()
    return row


def notification(
    letter: Letter,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    to: str = "",
    returned: str = "message/rfc822",
) -> bytes:
    """As Postfix writes it (RFC 3464)."""
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@relay.example (Mail Delivery System)
To: portal@localhost
Subject: Undelivered Mail Returned to Sender
Date: Mon, 2 Mar 2026 09:00:05 +0800
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example
X-Postfix-Queue-ID: 1A2B3C
Arrival-Date: Mon, 2 Mar 2026 09:00:01 +0800

Final-Recipient: rfc822; {to or letter.to}
Original-Recipient: rfc822;{to or letter.to}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.org
Diagnostic-Code: smtp; 550 5.1.1 <{to or letter.to}>:
    Recipient address rejected

--b
Content-Type: {returned}

From: portal@localhost
To: {letter.to}
Subject: =?utf-8?b?5o+Q6YaS?=
Message-ID: {letter.message_id}

text
--b--
""".replace("\n", "\r\n").encode()


def note(mail: bytes) -> Verdict:
    return note_bounce(read_notification(mail))[0]


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_letter_that_came_back_is_marked_once(letter, returned):
    mail = notification(letter, returned=returned)
    moment = cases.at(2026, 3, 2)
    with clock.at(moment):
        assert note(mail) == Verdict.CAME_BACK
    assert note(mail) == Verdict.KNOWN
    letter.refresh_from_db()
    assert (letter.state, letter.bounced_at) == (State.SENT, moment)
    assert "550 5.1.1" in letter.last_error
    assert list(Letter.objects.undelivered()) == [letter]


def test_delay_is_written_down_and_marks_nothing(letter):
    assert note(notification(letter, action="delayed", status="4.4.1")) == Verdict.DELAYED
    letter.refresh_from_db()
    assert letter.bounced_at is None
    assert "4.4.1" in letter.last_error


def test_letter_given_up_after_days_of_trying_has_come_back(letter):
    assert note(notification(letter, action="failed", status="4.4.7")) == Verdict.CAME_BACK


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_good_news_mark_nothing(letter, action):
    assert note(notification(letter, action=action, status="2.1.5")) == Verdict.NO_NOTIFICATION
    letter.refresh_from_db()
    assert (letter.bounced_at, letter.last_error) == (None, "")


def test_copy_that_came_back_is_not_the_letter(letter):
    assert note(notification(letter, to="Unit@FSC.gov.example")) == Verdict.COPY
    letter.refresh_from_db()
    assert letter.bounced_at is None
    assert "a copy came back" in letter.last_error


def test_copy_that_came_back_waits_in_the_list_of_the_secretariat(letter):
    note(notification(letter, to="Unit@FSC.gov.example"))
    client = cases.signed_in(cases.person("office@example.org", secretariat=True))
    (item,) = [item for item in client.get("/en/admin/").context["todo"] if item.url.endswith("=copy")]
    assert item.count == 1
    assert str(letter.subject) in client.get(item.url).content.decode()


def test_notification_without_a_machines_part_is_read_by_its_header(letter):
    mail = f"""\
From: Mail Delivery System <Mailer-Daemon@exim.example>
X-Failed-Recipients: {letter.to}
Subject: Mail delivery failed: returning message to sender
Content-Type: text/plain; charset=utf-8

This message was created automatically. ------ This is a copy of your message. ------

Message-ID: {letter.message_id}
Subject: 提醒
"""
    assert note(mail.encode()) == Verdict.CAME_BACK


def test_notification_that_only_refers_to_the_letter_is_read(letter):
    mail = (
        f"From: a@b.example\nReferences: {letter.message_id}\nX-Failed-Recipients: {letter.to}\n\nFailed.\n"
    )
    assert note(mail.encode()) == Verdict.CAME_BACK


def test_notification_of_a_letter_that_is_not_ours_is_reported(letter):
    other = SimpleNamespace(to="x@example.org", message_id="<someone@else.example>")
    assert note(notification(other)) == Verdict.UNKNOWN
    strange = SimpleNamespace(to="x@example.org", message_id=f"<{'0' * 40}@localhost>")
    assert note(notification(strange)) == Verdict.UNKNOWN
    assert not Letter.objects.undelivered().exists()


def test_absence_note_is_no_notification(letter):
    head = f"From: reader@example.org\nIn-Reply-To: {letter.message_id}\nSubject: Out of office"
    mail = f"{head}\n\nBack on Monday.\n"
    assert note(mail.encode()) == Verdict.NO_NOTIFICATION


def test_letter_still_being_sent_is_not_marked(letter):
    Letter.objects.update(state=State.SENDING, sent_at=None, lease_until=clock.now())
    assert note(notification(letter)) == Verdict.BEING_SENT
    letter.refresh_from_db()
    assert letter.bounced_at is None


# ── The command ─────────────────────────────────────────────────────────────────────────────────


def test_command_reads_files_and_says_what_became_of_each(letter, tmp_path):
    second = sent("l")
    files = []
    for n, row in enumerate([letter, second, SimpleNamespace(to="x@y.example", message_id="<a@b>")]):
        files.append(tmp_path / f"{n}.eml")
        files[-1].write_bytes(notification(row))
    said = StringIO()
    call_command("bounce", *map(str, files), stdout=said)
    lines = said.getvalue().splitlines()
    assert lines[0] == f"{files[0]}: came back {letter.message_id} reader@example.org"
    assert lines[2].startswith(f"{files[2]}: no letter of ours")
    assert Letter.objects.undelivered().count() == 2


def test_command_reads_the_standard_input(letter, monkeypatch):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=BytesIO(notification(letter))))
    said = StringIO()
    call_command("bounce", stdout=said)
    assert "came back" in said.getvalue()


@pytest.mark.parametrize("mail", [b"", b"\n\n\n", b"just some words", b"\x00\xff\xfe" * 50])
def test_command_refuses_what_is_no_mail(mail, tmp_path, db):
    file = Path(tmp_path / "x.eml")
    file.write_bytes(mail)
    with pytest.raises(CommandError, match="no mail") as refused:
        call_command("bounce", str(file))
    assert refused.value.returncode == 2


def test_command_refuses_a_file_that_is_not_there(tmp_path, db):
    with pytest.raises(CommandError, match="No such file") as refused:
        call_command("bounce", str(tmp_path / "none.eml"))
    assert refused.value.returncode == 2


def test_command_refuses_an_option_that_it_does_not_know_in_one_line():
    with pytest.raises(CommandError, match="unrecognized") as refused:
        call_command("bounce", "--all")
    assert refused.value.returncode == 2


def test_command_asks_the_mail_server_to_come_again(letter, tmp_path):
    Letter.objects.update(state=State.SENDING, sent_at=None, lease_until=clock.now())
    file = tmp_path / "x.eml"
    file.write_bytes(notification(letter))
    with pytest.raises(CommandError) as refused:
        call_command("bounce", str(file), stdout=StringIO())
    assert refused.value.returncode == 75


# ── Sending again, and the admin ────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_letter_that_came_back_goes_out_again_to_the_present_address(smtp):
    letter, office = sent("k"), cases.person(secretariat=True)
    mail = notification(letter)
    note(mail)
    letter.recipient.email = "right@example.org"
    letter.recipient.save()
    send_letter_again(user=office, letter=letter)
    assert send_letters() == 1
    (arrived,) = smtp.letters(to="right@example.org")
    assert arrived.message_id != letter.message_id
    # the first one's notification, handed over again, does not touch the second
    assert note(mail) == Verdict.UNKNOWN
    assert not Letter.objects.undelivered().exists()


def test_letter_that_arrived_is_not_sent_again(letter):
    with pytest.raises(Refused):
        send_letter_again(user=cases.person(secretariat=True), letter=letter)
    note(notification(letter))
    with pytest.raises(NotAllowed):
        send_letter_again(user=cases.person(convenes=cases.group()), letter=letter)


def test_secretariat_sees_letters_that_came_back_in_its_list_of_things_to_do(letter):
    sent("another")
    note(notification(letter))
    client = signed_in(cases.person(secretariat=True))
    (item,) = [one for one in client.get("/en/admin/").context["todo"] if "delivery=undeliv" in one.url]
    assert item.count == 1
    listed = client.get(item.url).context["cl"].queryset
    assert list(listed) == [letter]
    assert [
        row.pk for row in client.get("/en/admin/members/letter/?delivery=came-back").context["cl"].queryset
    ] == [letter.pk]
    answer = client.post(item.url, {"action": "send_again", "_selected_action": [letter.pk]}, follow=True)
    assert "reader@example.org" in answer.content.decode()
    letter.refresh_from_db()
    assert letter.state == State.DUE


@pytest.mark.django_db(transaction=True)
def test_letter_to_no_address_fails_and_is_seen(smtp):
    row = write_letter(
        key="x",
        kind="test",
        recipient=None,
        to="",
        name="Ada",
        language="en",
        template="members/letters/base.txt",
        context={},
        copies=["unit@fsc.gov.example"],
    )
    assert send_letters() == 0
    row.refresh_from_db()
    assert row.state == State.FAILED
    assert smtp.letters() == []


def test_notification_of_the_tests_is_what_the_library_reads(letter):
    """The fixture itself: a report in three parts, as mail servers write it."""
    mail = message_from_string(notification(letter).decode(), policy=policy.default)
    assert [part.get_content_type() for part in mail.iter_parts()] == [
        "text/plain",
        "message/delivery-status",
        "message/rfc822",
    ]
