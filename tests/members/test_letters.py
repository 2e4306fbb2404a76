"""Letters on their way: from the row to a real SMTP server, once."""

import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import override_settings

from members import bell, clock, relay
from members.actions import sending
from members.actions.letters import message_id, write_letter
from members.actions.sending import send_letters
from members.models import Letter, User
from members.tasks import send_letters as task
from tests import cases

State = Letter.State


def write(key: str = "k", user: User | None = None, **options: object) -> Letter:
    return write_letter(
        key=key,
        kind="test",
        recipient=user or cases.person("reader@example.org"),
        template="members/letters/base.txt",
        context={},
        **options,
    )


def later(minutes: float = 0, **span: float):
    return clock.at(clock.now() + timedelta(minutes=minutes, **span))


@pytest.fixture
def letter(transactional_db) -> Letter:
    return write()


# ── Writing ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_letter_written_twice_is_one_row():
    first, second = write(), write()
    assert first == second
    assert Letter.objects.count() == 1


@pytest.mark.django_db
def test_letter_for_nobody_with_account_goes_to_the_address_given():
    row = write_letter(
        key="invited",
        kind="invitation",
        recipient=None,
        to="new@example.org",
        name="Ada",
        language="en",
        template="members/letters/base.txt",
        context={},
    )
    assert (row.to, row.recipient, row.language) == ("new@example.org", None, "en")
    assert "Dear Ada," in row.body


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "address", "name"), [
    ("zh-hant", "/proposals/115-0001/", "臺灣區塊鏈大聯盟"),
    ("en", "/en/proposals/115-0001/", "Taiwan Blockchain Alliance"),
])  # fmt: skip
def test_letter_is_written_in_the_readers_language(language, address, name, settings):
    cases.person("rep@acme.example", represents=cases.member_org(), language=language)
    with clock.at(cases.at(2026, 11, 2)):
        cases.submitted()
    row = Letter.objects.get(kind="submitted")
    assert f"{settings.SITE_URL}{address}\n" in row.body
    assert name in row.body
    assert ("收件" in row.subject) == (language == "zh-hant")


@pytest.mark.django_db
def test_letter_subject_stays_on_one_line_and_text_is_not_escaped():
    with clock.at(cases.at(2026, 11, 2)):
        cases.submitted(title="R&D <b>\r\nBcc: everybody")
    row = Letter.objects.get(kind="to_screen")
    assert "\n" not in row.subject
    assert "\r" not in row.subject
    assert "R&D <b>" in row.subject
    assert "R&D <b>" in row.body


def test_message_id_is_a_pure_function_of_the_key(settings):
    settings.SITE_URL = "https://portal.example"
    assert message_id("a") == message_id("a") != message_id("b")
    assert message_id("a").endswith("@portal.example>")


def test_letter_of_a_transaction_that_failed_is_never_sent(transactional_db, smtp):
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert send_letters() == 0
    assert smtp.letters() == []


# ── Sending ─────────────────────────────────────────────────────────────────────────────────────


def test_letter_is_sent_once_however_often_the_task_runs(letter, smtp):
    task()
    task()
    (arrived,) = smtp.letters(to="reader@example.org")
    assert arrived.message_id == letter.message_id
    assert arrived.message["Auto-Submitted"] == "auto-generated"
    assert arrived.text().splitlines() == letter.body.splitlines()
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == (State.SENT, 1)


def test_letter_goes_to_its_copies_too(transactional_db, smtp):
    write(copies=["unit@fsc.gov.example", ""])
    assert send_letters() == 1
    (arrived,) = smtp.letters()
    assert arrived.recipients == ["reader@example.org", "unit@fsc.gov.example"]


def test_letter_before_its_moment_stays(transactional_db, smtp):
    write(not_before=clock.now() + timedelta(hours=1))
    assert send_letters() == 0
    with later(minutes=61):
        assert send_letters() == 1


def test_letter_refused_for_now_is_tried_again_in_a_minute(letter, smtp):
    smtp.refuse("451 try later")
    assert send_letters() == 0
    letter.refresh_from_db()
    assert letter.state == State.DUE
    assert "451" in letter.last_error
    smtp.accept()
    assert send_letters() == 0
    with later(minutes=1.1):
        assert send_letters() == 1


def test_relay_that_is_closing_is_tried_again(letter, smtp):
    smtp.refuse("421 closing down")
    assert send_letters() == 0
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == (State.DUE, 1)
    smtp.accept()
    with later(minutes=1.1):
        assert send_letters() == 1


def test_letter_as_an_older_backup_shows_it_is_not_sent_again(letter, smtp):
    assert send_letters() == 1
    Letter.objects.filter(pk=letter.pk).update(state=State.DUE, sent_at=None, attempts=0)
    with later(minutes=16):
        assert send_letters() == 1
    letter.refresh_from_db()
    assert letter.state == State.SENT
    assert len(smtp.letters()) == 1


def test_long_queue_is_sent_in_pieces(transactional_db, smtp, settings):
    settings.LETTERS_BUDGET_SECONDS = 0
    write("a")
    write("b")
    assert send_letters() == 1
    assert send_letters() == 1


def test_sender_told_to_end_takes_no_further_letter(transactional_db, smtp):
    write("a")
    write("b")
    assert send_letters(is_over=lambda: bool(smtp.letters())) == 1


def test_letter_refused_for_good_is_failed_with_its_error(letter, smtp):
    smtp.refuse("550 no such user")
    send_letters()
    letter.refresh_from_db()
    assert letter.state == State.FAILED
    assert "no such user" in letter.last_error
    smtp.accept()
    with later(minutes=60):
        assert send_letters() == 0


def test_letter_whose_reader_is_refused_does_not_count_as_sent_because_a_copy_was_taken(
    transactional_db, smtp
):
    row = write(copies=["unit@fsc.gov.example"])
    smtp.refuse("550 no such user", to="reader@example.org")
    send_letters()
    row.refresh_from_db()
    assert row.state == State.FAILED
    assert smtp.letters() == []


def test_letter_whose_copy_is_refused_still_reaches_its_reader(transactional_db, smtp):
    write(copies=["unit@fsc.gov.example"])
    smtp.refuse("550 no such user", to="unit@fsc.gov.example")
    assert send_letters() == 1
    assert smtp.letters()[0].recipients == ["reader@example.org"]


def test_letter_taken_before_the_line_broke_is_not_sent_again(letter, smtp):
    smtp.drop_after_data()
    assert send_letters() == 0
    letter.refresh_from_db()
    assert letter.state == State.SENDING
    smtp.accept()
    with later(minutes=4):
        assert send_letters() == 1
    letter.refresh_from_db()
    assert letter.state == State.SENT
    assert len(smtp.letters()) == 1


def test_letter_of_a_sender_that_died_goes_out_after_its_lease(letter, smtp):
    assert sending.claim() is not None
    assert send_letters() == 0
    with later(minutes=4):
        assert send_letters() == 1
    assert len(smtp.letters()) == 1


def test_letter_in_doubt_without_a_journal_waits_and_says_possible_duplicate(letter, smtp):
    sending.claim()
    with override_settings(RELAY_JOURNAL=""):
        with later(minutes=4):
            assert send_letters() == 0
        letter.refresh_from_db()
        assert letter.state == State.DUE
        with later(minutes=18):
            assert send_letters() == 0
        with later(minutes=20):
            assert send_letters() == 1
    letter.refresh_from_db()
    assert "Possible duplicate" in letter.last_error
    assert smtp.letters()[0].message_id == letter.message_id


def test_journal_that_cannot_be_read_knows_nothing(settings):
    settings.RELAY_JOURNAL = "members.no_such_module.accepted"
    assert relay.accepted("<x@example.org>") is None


def test_sender_that_slept_past_its_lease_sends_nothing(letter, smtp):
    sleeper = sending.claim()
    assert sleeper is not None
    with later(minutes=4):
        assert not sending.send(sleeper)
        assert smtp.letters() == []
        assert send_letters() == 1


def test_letter_is_tried_again_when_nobody_listens(letter, settings):
    with socket.create_server(("127.0.0.1", 0)) as unheard:
        settings.EMAIL_PORT = unheard.getsockname()[1]
    assert send_letters() == 0
    letter.refresh_from_db()
    assert letter.state == State.DUE
    assert letter.not_before > clock.now()


def test_relay_that_drips_is_cut_off(letter, settings):
    settings.LETTER_SECONDS = 0.5
    settings.EMAIL_TIMEOUT = 20
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_PORT = silent.getsockname()[1]
        begun = clock.now()
        assert send_letters() == 0
    assert clock.now() - begun < timedelta(seconds=5)
    letter.refresh_from_db()
    assert letter.state == State.DUE


def test_odd_row_does_not_stop_the_others(transactional_db, smtp):
    odd, good = write("odd"), write("good", cases.person("good@example.org"))
    Letter.objects.filter(pk=odd.pk).update(to="not an address\nBcc: x@example.org")
    assert send_letters() == 1
    odd.refresh_from_db()
    good.refresh_from_db()
    assert (odd.state, good.state) == (State.FAILED, State.SENT)


def test_senders_side_by_side_send_each_letter_once(transactional_db, smtp):
    for number in range(24):
        write(f"k{number}")
    counts = []

    def work() -> None:
        try:
            counts.append(send_letters())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 24
    assert len({arrived.message_id for arrived in smtp.letters()}) == len(smtp.letters()) == 24


SENDER = "import django; django.setup(); from members.tasks import send_letters; send_letters()"


def test_senders_killed_at_work_lose_nothing_and_double_nothing(transactional_db, smtp):
    for number in range(80):
        write(f"k{number}")
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "alliance.settings"}
    for wanted in (10, 30, 50):
        with subprocess.Popen(
            [sys.executable, "-c", SENDER], cwd=settings.BASE_DIR, env=environment
        ) as sender:
            try:
                smtp.wait(wanted, seconds=90)
            finally:
                sender.kill()
    assert Letter.objects.filter(state=State.DUE).exists()
    with later(minutes=4):
        send_letters()
    assert set(Letter.objects.values_list("state", flat=True)) == {State.SENT}
    assert len({arrived.message_id for arrived in smtp.letters()}) == len(smtp.letters()) == 80


# ── The bell ────────────────────────────────────────────────────────────────────────────────────


def test_letter_leaves_at_once_when_a_worker_listens(celery_worker_on_broker, smtp):
    write()
    assert smtp.wait(1, to="reader@example.org")


def test_broker_that_hangs_is_knocked_at_once_and_then_left_alone(monkeypatch):
    monkeypatch.setattr(bell, "_silent_until", 0)
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        monkeypatch.setenv("CELERY_BROKER_WRITE_URL", f"redis://127.0.0.1:{hanging.getsockname()[1]}/0")
        bell.ring("members.tasks.send_letters")
        knocks = knocks_at(hanging)
        assert knocks
        for _ in range(10):
            bell.ring("members.tasks.send_letters")
        assert not knocks_at(hanging)


def knocks_at(server: socket.socket) -> int:
    """How many callers wait at the door; they are sent away."""
    server.setblocking(False)
    count = 0
    with suppress(BlockingIOError):
        while True:
            server.accept()[0].close()
            count += 1
    return count
