"""`manage.py portal` as a newcomer meets it: one command, Ctrl-C, a crash, a busy port."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from alliance.embedded.postgres import Cluster
from alliance.embedded.processes import waits
from tests import services

CHECKOUT = Path(__file__).resolve().parents[2]
SERVERS = ("DATABASE_URL", "REDIS_URL", "CACHE_URL", "EMAIL_URL", "MAIL_FOLDER", "MEDIA_ROOT")

pytestmark = pytest.mark.timeout(900)


def environment(state: Path) -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k not in SERVERS} | {"PORTAL_STATE": str(state)}


def manage(state: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=CHECKOUT,
        env=environment(state),
        capture_output=True,
        text=True,
    )


class Portal:
    """A running `manage.py portal` with a state folder of its own."""

    def __init__(self, state: Path, port: int) -> None:
        self.state, self.port = state, port
        self.output = state / "output.txt"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "portal", "--port", str(port)],
                cwd=CHECKOUT,
                env=environment(state),
                stdout=output,
                stderr=output,
            )

    def __enter__(self) -> "Portal":
        """Waits until it says that it runs; the first start writes the tables and the demonstration."""
        try:
            for _ in waits(400, step=0.1):
                assert self.process.poll() is None, self.output.read_text()
                if "The portal runs" in self.output.read_text():
                    return self
            raise AssertionError(self.output.read_text())
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.wait()

    def answers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/livez", timeout=10).close()
        except urllib.error.HTTPError as error:
            return error.code < 500
        except OSError:
            return False
        return True

    def processes(self) -> list[str]:
        """Command lines of all that was started for this state folder or port."""
        listing = subprocess.check_output(["ps", "-eo", "pid,args"], text=True).splitlines()
        marks = (f"postgres -D {self.state}", f":{self.port}", str(self.state / "beat"))
        return [line for line in listing if any(mark in line for mark in marks)]


def cluster_pid(state: Path) -> int:
    return Cluster(state).pid() or 0


@pytest.fixture(scope="module")
def state() -> Iterator[Path]:
    folder = services.home / "portal"
    folder.mkdir()
    yield folder
    manage(folder, "shell", "-c", "")  # whoever leaves last stops Postgres


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_portal_survives_kill_and_stops_cleanly(state: Path, port: int) -> None:
    with Portal(state, port) as portal:
        assert portal.answers()
    for _ in waits(15, step=0.2):  # killed: what it started goes with it, Postgres waits for the next
        if not portal.answers():
            break
    assert not portal.answers()

    with Portal(state, port) as portal:
        assert portal.answers()
        second = manage(state, "portal", "--port", str(port + 1))
        assert second.returncode != 0
        assert "running already" in second.stderr
        before = cluster_pid(state)
        os.kill(before, signal.SIGKILL)
        for _ in waits(20, step=0.2):
            if cluster_pid(state) not in (0, before):
                break
        assert cluster_pid(state) not in (0, before)

        command = "from django.conf import settings; print(settings.CELERY_BROKER_URL)"
        assert manage(state, "shell", "-v0", "-c", command).stdout.startswith("redis://")

        portal.process.send_signal(signal.SIGTERM)
        assert portal.process.wait(30) == 0
        assert portal.processes() == []


def test_port_in_use_is_said_plainly(state: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        run = manage(state, "portal", "--port", str(number))
    assert run.returncode != 0
    assert f"Port {number} is in use" in run.stderr
    assert "Traceback" not in run.stderr
