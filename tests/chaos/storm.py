"""A storm over the whole machinery of reminders: real database, broker, workers, beats and relay."""

import os
import random
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from alliance.embedded.mail import MailFolder
from alliance.embedded.postgres import APPLICATION, DATABASE, OWNER, SUPERUSER, Cluster
from alliance.embedded.valkey import Valkey
from tests import services
from tests.chaos.processes import CELERY, MANAGE, PROGRAMS, ROOT, Group, Nursery, SlowSink, Worker

WORKERS, BEATS = 4, 2
LEAST_KILLS = 5
REFUSED = 0.03
RECOVERED = "had left already"


@dataclass
class Report:
    """What the storm did, and what the relay's journal and the rows say afterwards."""

    seed: int
    expected: int
    kills: int = 0
    broker_kills: int = 0
    database_restarts: int = 0
    refusals: int = 0
    recovered: int = 0
    stormy_seconds: float = 0
    in_storm: int = 0
    seconds: float = 0
    accepted: int = 0
    twice: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    states: dict[str, int] = field(default_factory=dict)
    half_done: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return (
            f"seed {self.seed}: {self.expected} reminders; {self.stormy_seconds:.0f} s of storm with "
            f"{self.kills} kills of sender groups, {self.broker_kills} of the broker, "
            f"{self.database_restarts} of the database, {self.refusals} refusals for now; {self.in_storm} "
            f"left in it, all that did after {self.seconds:.0f} s; {self.recovered} doubts settled by the "
            f"journal; accepted {self.accepted}, lost {len(self.missed)}, twice {len(self.twice)}; "
            f"letters {self.states}, half done: {self.half_done or 'nothing'}"
        )


class Storm:
    """Servers and processes of one run below one folder; everything ends when its `with` does."""

    def __init__(self, count: int, seed: int, post_seconds: float) -> None:
        self.report = Report(seed, count)
        self.post_seconds = post_seconds
        self.chance = random.Random(seed)  # noqa: S311
        self.workers: list[Worker] = []
        self.engines: list[Group] = []

    @contextmanager
    def ready(self) -> Iterator["Storm"]:
        """Database with the reminders due, broker, relay; then workers, beats and the second engine."""
        with ExitStack() as stack:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tba-storm-")))
            home.chmod(0o711)
            self.home = home
            self.cluster = Cluster(home, throw_away=True)
            stack.callback(self.cluster.stop)
            self.cluster.start()
            with self.cluster.connect(SUPERUSER) as superuser:
                # fsync is off for speed; what a commit has told a sender must outlive the server all the same
                superuser.execute(f"ALTER ROLE {APPLICATION} SET synchronous_commit = on")
            self.broker = Valkey()
            self.broker.start()
            stack.callback(self.broker.stop)
            self.sink = SlowSink(MailFolder(home / "mail"), self.chance, REFUSED, self.post_seconds)
            self.sink.start()
            stack.callback(self.sink.stop)
            self.fill()
            stack.callback(self.end)
            self.start(stack)
            yield self

    def fill(self) -> None:
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            "PORTAL_MODE": "demo",
            "DATABASE_URL": self.cluster.url(APPLICATION),
            "REDIS_URL": self.broker.url,
            "CACHE_URL": "locmemcache://",
            "EMAIL_URL": self.sink.url,
            "MAIL_FOLDER": str(self.sink.folder.path),
            "LOG_LEVEL": "INFO",
        }
        if not services.load_tables(self.cluster, DATABASE):
            self.run([*MANAGE, "migrate", "--verbosity=0"], DATABASE_URL=self.cluster.url(OWNER))
        python = str(PROGRAMS / "python")
        due_at = self.run([python, "-m", "tests.chaos.fill", str(self.report.expected)])
        ahead = datetime.fromisoformat(due_at.strip()).timestamp() - time.time()
        self.environment["CHAOS_AHEAD"] = str(ahead)

    def run(self, command: list[str], **extra: str) -> str:
        done = subprocess.run(
            command, cwd=ROOT, env={**self.environment, **extra}, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, stack: ExitStack) -> None:
        nursery = Nursery(self.environment, self.home / "nursery.log")
        stack.callback(nursery.close)
        self.workers = [
            Worker(name, nursery, self.home / f"{name}.log")
            for name in (f"worker{n}" for n in range(WORKERS))
        ]
        commands = {
            f"beat{n}": [*CELERY, "beat", f"--schedule={self.home / f'beat{n}'}", "--pidfile="]
            for n in range(BEATS)
        }
        commands["sweeper"] = [*MANAGE, "sweep", "--loop"]
        self.engines = [
            Group(name, command, self.environment, self.home / f"{name}.log")
            for name, command in commands.items()
        ]

    def end(self) -> None:
        for group in (*self.workers, *self.engines):
            group.kill()

    # ── The faults ──────────────────────────────────────────────────────────────────────────────

    def rage(self, seconds: float, broker_every: float, calm: float) -> Report:
        """Faults from the first letter until the last, or for so long; then calm until all have left."""
        patience = time.monotonic() + calm
        while time.monotonic() < patience and not self.sent():
            time.sleep(0.1)
        begun = time.monotonic()
        next_broker = begun + broker_every
        while time.monotonic() < begun + seconds and not self.is_over():
            time.sleep(1)
            self.kill_one()
            if time.monotonic() > next_broker:
                self.kill_broker()
                next_broker += broker_every
            late = time.monotonic() > begun + seconds / 2
            if not self.report.database_restarts and (late or self.sent() >= self.report.expected / 3):
                self.restart_database()
            self.revive()
        self.report.stormy_seconds = time.monotonic() - begun
        self.report.in_storm = self.sent()
        while time.monotonic() < begun + seconds + calm and not self.is_done():
            time.sleep(1)
            self.revive()
        self.report.seconds = time.monotonic() - begun
        self.end()
        return self.judged()

    def kill_one(self) -> None:
        """One worker's group, each second another; every tenth time the second engine with it."""
        victim = self.workers[self.report.kills % WORKERS]
        victim.kill()
        victim.start()
        self.report.kills += 1
        if self.report.kills % 10 == 0:
            self.engines[-1].kill()
            self.engines[-1].start()

    def kill_broker(self) -> None:
        """Without a trace: nothing was kept on disk."""
        assert self.broker.process is not None
        self.broker.process.kill()
        self.broker.process.wait()
        self.broker.start()
        self.report.broker_kills += 1

    def restart_database(self) -> None:
        stopped = self.cluster._run("pg_ctl", "-D", str(self.cluster.data), "-m", "immediate", "stop")
        assert stopped.returncode == 0, stopped.stderr
        assert self.cluster.server is not None
        self.cluster.server.wait(10)
        self.cluster.start()
        self.report.database_restarts += 1

    def revive(self) -> None:
        """As a supervisor would: what has ended by itself is started again."""
        for group in (*self.workers, *self.engines):
            if group.ended():
                group.start()

    # ── What is true afterwards ─────────────────────────────────────────────────────────────────

    def sent(self) -> int:
        return sum(1 for _ in self.sink.folder.path.glob("*.eml"))

    def is_done(self) -> bool:
        count = "SELECT count(*) FROM members_letter WHERE kind = 'reminder' AND state = 'sent'"
        return self.sent() >= self.report.expected and self.ask(count) >= self.report.expected

    def is_over(self) -> bool:
        """Whether there is nothing left to rage about: not before a few kills, however quick the letters."""
        has_raged = self.report.kills >= LEAST_KILLS and self.report.database_restarts
        return bool(has_raged) and self.is_done()

    def ask(self, question: str) -> Any:
        with self.cluster.connect() as superuser:
            row = superuser.execute(question).fetchone()
            return row and row[0]

    def rows(self, question: str) -> list[Any]:
        with self.cluster.connect() as superuser:
            return superuser.execute(question).fetchall()

    def judged(self) -> Report:
        report, accepted = self.report, self.sink.accepted()
        report.refusals = self.sink.refusals
        report.recovered = sum(
            log.read_text(errors="replace").count(RECOVERED) for log in self.home.glob("*.log")
        )
        report.accepted = sum(accepted.values())
        report.twice = [message_id for message_id, times in accepted.items() if times > 1]
        got = Counter(to for letter in self.sink.folder.letters() for to in letter.recipients)
        wanted = {f"liaison@body{n}.gov.example" for n in range(report.expected)}
        report.missed = sorted(address for address in wanted if not got[address])
        report.twice += [address for address, times in got.items() if times > 1 or address not in wanted]
        states = "SELECT state, count(*) FROM members_letter WHERE kind = 'reminder' GROUP BY state"
        report.states = dict(self.rows(states))
        report.half_done = {
            name: found for name, question in HALF_DONE.items() if (found := self.ask(question))
        }
        return report

    def words(self) -> str:
        """Where a run that failed left its letters, and what its processes said of trouble."""
        left = self.rows(
            'SELECT id, "to", state, attempts, not_before, lease_until, last_error '
            "FROM members_letter WHERE kind = 'reminder' AND state <> 'sent' LIMIT 20"
        )
        said = [
            f"{log.name}: {line[:400]}"
            for log in sorted(self.home.glob("*.log"))
            for line in log.read_text(errors="replace").splitlines()
            if '"error"' in line
        ]
        return "\n".join([*map(str, left), *said[-40:]])


HALF_DONE = {
    "reminder without a letter": (
        "SELECT count(*) FROM proposals_reminder WHERE NOT is_skipped AND letter_id IS NULL"
    ),
    "reminder whose letter has not left": (
        "SELECT count(*) FROM proposals_reminder r JOIN members_letter l ON l.id = r.letter_id "
        "WHERE l.state <> 'sent'"
    ),
    "deadline not planned": (
        "SELECT count(*) FROM proposals_deadline d WHERE settled_at IS NULL AND NOT EXISTS "
        "(SELECT FROM proposals_reminder r WHERE r.deadline_id = d.id AND NOT r.is_skipped)"
    ),
    "letter with a lease": "SELECT count(*) FROM members_letter WHERE lease_until IS NOT NULL",
}
