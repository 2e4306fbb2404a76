"""`manage.py portal`: the whole portal on one machine, for a look round and for development."""

import fcntl
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from alliance.embedded.children import Child, stop_all
from alliance.embedded.processes import waits

if TYPE_CHECKING:
    from alliance.embedded.demo import Demo

HOST = "127.0.0.1"
PROGRAMS = Path(sys.executable).parent
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Server(Protocol):
    def start(self) -> None: ...
    def is_running(self) -> bool: ...


class Leave(BaseException):
    """Someone asked the supervisor to end; derived so that no `except Exception` keeps it."""


class Command(BaseCommand):
    help = (
        "Run Postgres, broker, cache, mail sink, web, worker, beat and sweeper in the foreground (demo mode "
        "only). What dies is started again, after a pause that doubles up to a minute. With DATABASE_URL "
        "set, that database is used; migrating and seeding it is then up to you."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is for the demo. In production each process is a service of its own.")
        from alliance.embedded.demo import Demo
        from alliance.embedded.postgres import PostgresMissing

        demo = Demo(settings.BASE_DIR)
        for signum in SIGNALS:
            signal.signal(signum, _leave)
        try:
            with self.only_one(demo.state), ExitStack() as servers:
                self.refuse_busy(port)
                self.run(demo, port, servers)
        except Leave:
            self.stdout.write("Stopped.")
        except PostgresMissing as failure:
            raise CommandError(str(failure)) from None

    @contextmanager
    def only_one(self, state: Path) -> Iterator[None]:
        with open(state / "portal.lock", "a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CommandError("The portal of this checkout is running already.") from None
            yield

    def refuse_busy(self, port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                raise CommandError(f"Port {port} is in use. Choose another: make run PORT=8001") from None

    def run(self, demo: "Demo", port: int, servers: ExitStack) -> None:
        """Start everything in order, say so, and watch until told to leave."""
        from alliance.embedded.mail import MailFolder, MailSink
        from alliance.embedded.valkey import Valkey

        begun = time.monotonic()
        broker, cache = Valkey(), Valkey(policy="allkeys-lru")
        sink = MailSink(MailFolder(demo.state / "mail"))
        for server in (broker, cache, sink):
            server.start()
            servers.callback(server.stop)
        foundations: list[Server] = [broker, cache]
        call_command("messages", "--compile")
        if not os.environ.get("DATABASE_URL"):
            self.stdout.write("Starting Postgres; migrating and seeding where needed …")
            servers.enter_context(demo.database())
            foundations.append(demo.cluster)
        addresses = {
            "DATABASE_URL": os.environ["DATABASE_URL"],
            "REDIS_URL": broker.url,
            "CACHE_URL": cache.url,
            "EMAIL_URL": sink.url,
            "SITE_URL": f"http://localhost:{port}",
            **demo.folders(),
        }
        os.environ.update(addresses)
        demo.announce(addresses)
        accounts = demo.fill()
        children = [self.web(demo.state, port)]
        servers.callback(stop_all, children)
        self.wait_for_web(children[0], port)
        children += self.background(demo.state)
        self.welcome(port, demo.state, accounts, time.monotonic() - begun)
        while True:
            time.sleep(0.5)
            for child in children:
                if news := child.watch():
                    self.stderr.write(news)
            for watched in foundations:
                if not watched.is_running():
                    self.restart(watched)

    def restart(self, server: Server) -> None:
        """Start a server again where its clients look for it; what fails is tried again at the next look."""
        self.stderr.write(f"{type(server).__name__} ended; starting it again.")
        try:
            server.start()
        except RuntimeError as failure:
            self.stderr.write(str(failure))

    def web(self, state: Path, port: int) -> Child:
        gunicorn: list[str | Path] = [
            PROGRAMS / "gunicorn",
            "alliance.wsgi",
            f"--bind={HOST}:{port}",
            "--no-control-socket",
        ]
        gunicorn += [
            "--worker-class=gthread",
            "--threads=8",
            "--graceful-timeout=5",
            "--timeout=60",
        ]
        return Child("web", gunicorn, {"STATEMENT_TIMEOUT": "15s", "CONN_MAX_AGE": "60"}, state)

    def background(self, state: Path) -> list[Child]:
        """Worker and beat, and the sweeper that does their round even when queue and beat are dead."""
        celery: list[str | Path] = [PROGRAMS / "celery", "--app=alliance", "--quiet"]
        commands: dict[str, list[str | Path]] = {
            "worker": [*celery, "worker", "--concurrency=1", "--without-mingle", "--without-gossip"],
            "beat": [*celery, "beat", f"--schedule={state / 'beat'}", "--pidfile="],
            "sweeper": [sys.executable, settings.BASE_DIR / "manage.py", "sweep", "--loop"],
        }
        return [
            Child(name, command, {"STATEMENT_TIMEOUT": "60s"}, state) for name, command in commands.items()
        ]

    def wait_for_web(self, web: Child, port: int) -> None:
        for _ in waits(60, step=0.1):
            if web.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(f"http://{HOST}:{port}/livez", timeout=5).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                continue
        raise CommandError(f"The web server does not answer. Its last words:\n{web.last_words()}")

    def welcome(self, port: int, state: Path, accounts: str, seconds: float) -> None:
        self.stdout.write(
            f"\nThe portal runs (after {seconds:.1f} s): http://localhost:{port}/"
            f"\n  letters it sent: http://localhost:{port}/mail/"
            f"\n  logs:            {state / 'log'}\n\n{accounts}\nStop it with Ctrl-C."
        )
        self.stdout.flush()


def _leave(signum: int, frame: object) -> None:
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Leave
