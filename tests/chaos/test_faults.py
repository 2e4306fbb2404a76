"""One fault at a time, with real processes: a sender that freezes, an engine told to end or left alone."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from alliance.embedded.postgres import Cluster
from alliance.embedded.processes import die_with_parent
from members import clock
from members.actions.letters import write_letter
from members.actions.sending import send_letters
from members.models import Letter
from members.tasks import send_letters as letters_task
from proposals.models import Heartbeat
from tests import cases, services

SENDER = [sys.executable, "-c", "import django; django.setup(); from members.tasks import *; send_letters()"]
WORKER = [sys.executable, "-m", "celery", "--app=alliance", "worker", "--concurrency=1", "--without-mingle"]
LOOP = [sys.executable, "manage.py", "sweep", "--loop"]
PATIENCE = 60
"""How long a test waits for what must come; a process on a busy machine takes half of it to start."""
HURRIED = {"LETTER_SECONDS": "2", "LETTER_LEASE_MARGIN_SECONDS": "1", "SWEEP_PAUSE_SECONDS": "0.2"}


def write(key: str = "k") -> Letter:
    return write_letter(
        key=key,
        kind="test",
        recipient=cases.person(f"{key}@example.org"),
        template="members/letters/base.txt",
        context={},
    )


@contextmanager
def running(command: list[str], **environment: str) -> Iterator[subprocess.Popen]:
    """A process of the portal, killed at the end whatever happens."""
    extra = {"DJANGO_SETTINGS_MODULE": "alliance.settings", "LOG_LEVEL": "INFO", **HURRIED}
    process = subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env=os.environ | extra | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=die_with_parent(signal.SIGKILL),
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


class SlowGate:
    """Stands before the mail server and holds back its answer to the first recipient until told."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.reached, self.opened = threading.Event(), threading.Event()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        try:
            client, _ = self.listener.accept()
        except OSError:
            return
        server = socket.create_connection(("127.0.0.1", int(services.sink.url.rpartition(":")[2])))
        threading.Thread(target=self.hold, args=(server, client), daemon=True).start()
        self.pump(client, server, lambda text: text.upper().startswith(b"RCPT") and self.reached.set())

    def hold(self, server: socket.socket, client: socket.socket) -> None:
        def wait(text: bytes) -> None:
            if self.reached.is_set():
                self.opened.wait(PATIENCE)

        self.pump(server, client, wait)

    def pump(self, source: socket.socket, target: socket.socket, look: object) -> None:
        try:
            while text := source.recv(65536):
                look(text)  # type: ignore[operator]
                target.sendall(text)
        except OSError:
            pass
        finally:
            target.close()

    def close(self) -> None:
        self.opened.set()
        self.listener.close()


@pytest.fixture
def gate() -> Iterator[SlowGate]:
    stands = SlowGate()
    yield stands
    stands.close()


def test_sender_that_froze_in_the_midst_sends_nothing_when_it_wakes(transactional_db, smtp, gate):
    letter = write()
    with running(SENDER, EMAIL_URL=f"smtp://127.0.0.1:{gate.port}") as zombie:
        assert gate.reached.wait(PATIENCE)
        zombie.send_signal(signal.SIGSTOP)
        gate.opened.set()
        end = time.monotonic() + PATIENCE
        while not send_letters() and time.monotonic() < end:  # nobody else may send before the lease is over
            time.sleep(0.2)
        zombie.send_signal(signal.SIGCONT)
        zombie.wait(PATIENCE)
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == (Letter.State.SENT, 2)
    assert len(smtp.letters()) == 1


def test_loop_told_to_end_finishes_the_letter_in_its_hands(transactional_db, smtp, gate):
    cases.time_rules()
    letter, next_one = write("first"), write("second")
    with running(LOOP, EMAIL_URL=f"smtp://127.0.0.1:{gate.port}", LETTER_SECONDS="20") as engine:
        assert gate.reached.wait(PATIENCE)
        engine.terminate()
        gate.opened.set()
        said, _ = engine.communicate(timeout=PATIENCE)
        assert engine.returncode == 0, said
    assert "Stopped." in said
    letter.refresh_from_db()
    next_one.refresh_from_db()
    assert (letter.state, next_one.state) == (Letter.State.SENT, Letter.State.DUE)


def test_worker_told_to_end_finishes_the_letter_in_its_hands(transactional_db, smtp, gate):
    letter, next_one = write("first"), write("second")
    with running(
        WORKER, EMAIL_URL=f"smtp://127.0.0.1:{gate.port}", LETTER_SECONDS="20", LETTERS_BUDGET_SECONDS="0"
    ) as worker:
        letters_task.delay()  # not by the bell: what a busy broker has not taken in a second, it drops
        assert gate.reached.wait(PATIENCE)
        worker.terminate()
        gate.opened.set()
        worker.communicate(timeout=PATIENCE)
        assert worker.returncode == 0
    letter.refresh_from_db()
    next_one.refresh_from_db()
    assert (letter.state, next_one.state) == (Letter.State.SENT, Letter.State.DUE)


def test_loop_that_rests_ends_at_once(transactional_db):
    cases.time_rules()
    with running(LOOP, SWEEP_PAUSE_SECONDS="600") as engine:
        beats("loop")
        engine.terminate()
        assert engine.wait(PATIENCE) == 0


def beats(name: str, seconds: float = PATIENCE) -> None:
    """Waits for a sign of life that is newer than now."""
    since, end = clock.now(), time.monotonic() + seconds
    while not Heartbeat.objects.filter(name=name, at__gt=since).exists():
        assert time.monotonic() < end, f"{name} gave no sign of life"
        time.sleep(0.1)


def test_loop_outlives_a_broker_and_a_calendar_that_are_not_there(transactional_db, smtp):
    with running(LOOP, REDIS_URL="redis://127.0.0.1:1/0") as engine:
        time.sleep(2)
        assert engine.poll() is None
        cases.time_rules()
        beats("loop")
        write()
        assert smtp.wait(1, seconds=PATIENCE)
        assert engine.poll() is None


def test_loop_outlives_a_database_that_is_restarted():
    """On an empty server of its own: no connection while it is away, no tables before and after."""
    with throw_away_cluster() as cluster, running(LOOP, DATABASE_URL=cluster.url("tba")) as engine:
        says(engine, "does not exist")
        cluster._run("pg_ctl", "-D", str(cluster.data), "-m", "immediate", "stop")
        assert cluster.server is not None
        cluster.server.wait(10)
        says(engine, "connection")
        cluster.start()
        says(engine, "does not exist")
        engine.terminate()
        assert engine.wait(PATIENCE) == 0


def says(engine: subprocess.Popen, words: str) -> None:
    """Reads what a process says until these words come, or it ends."""
    assert engine.stdout is not None
    assert any(words in line for line in engine.stdout), f"it never said {words!r}"


@contextmanager
def throw_away_cluster() -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory(prefix="tba-restart-") as home:
        Path(home).chmod(0o711)
        cluster = Cluster(Path(home), throw_away=True)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
