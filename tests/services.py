"""pytest plugin: real Postgres, Valkey and SMTP for the tests, started before Django reads its settings.

Tests connect as the application's role. Only creating, migrating and flushing happens as owner or
superuser, so that grants, constraints and protecting triggers hold in every test.
"""

import atexit
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from alliance.embedded import processes
from alliance.embedded.mail import Letter, MailFolder, MailSink
from alliance.embedded.postgres import APPLICATION, DATABASE, OWNER, ROLES, SUPERUSER, Cluster
from alliance.embedded.valkey import Valkey

KEPT_DUMPS = 12
KEPT_BY_FLUSH = ["django_migrations", "django_content_type", "auth_permission"]

ROOT = Path(__file__).resolve().parent.parent

worker = os.environ.get("PYTEST_XDIST_WORKER", "")
database = f"{DATABASE}_{worker}" if worker else DATABASE
home = Path(os.environ["PORTAL_TEST_HOME"]) if worker else Path(tempfile.mkdtemp(prefix="tba-tests-"))
home.chmod(0o711)
if not processes.may_reach(home):
    raise pytest.UsageError(
        f"Postgres runs as nobody, who cannot reach {home}. Set TMPDIR to a public folder."
    )

cluster = Cluster(home, throw_away=True)
cluster.start()
if worker:
    cluster.create_database(database)
broker, cache = Valkey(), Valkey(policy="allkeys-lru")
sink = MailSink(MailFolder(Path(tempfile.mkdtemp(prefix="mail-", dir=home))))
for server in (broker, cache, sink):
    server.start()

os.environ |= {
    "PORTAL_MODE": "demo",
    "PORTAL_TEST_HOME": str(home),
    "DATABASE_URL": cluster.url(APPLICATION, database),
    "REDIS_URL": broker.url,
    "CACHE_URL": cache.url,
    "EMAIL_URL": sink.url,
    "MAIL_FOLDER": str(sink.folder.path),
    "MEDIA_ROOT": tempfile.mkdtemp(prefix="files-", dir=home),
    "MFA_REQUIRED": "no",
    "CONN_MAX_AGE": "0",
    "LOG_LEVEL": "WARNING",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # playwright's sync API keeps an event loop in the main thread
}

if not worker:
    # The compiled translations are not in the repository, and Django reads them once, as it starts.
    subprocess.run([sys.executable, "manage.py", "messages", "--compile"], cwd=ROOT, check=True)


@atexit.register
def stop() -> None:
    """Also when pytest fails before it begins."""
    for server in (sink, broker, cache):
        server.stop()
    if not worker:
        cluster.stop()
        shutil.rmtree(home, ignore_errors=True)


def migrate_once(migrate: Callable[[], None]) -> None:
    """Make the tables, from a dump where these very migrations have been run before on this machine.

    Of several workers one migrates, the others wait for its dump.
    """
    with open(home / "migrating", "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not load_tables(cluster, database):
            migrate()
            with suppress(OSError, subprocess.CalledProcessError):  # no dump: the next one migrates again
                _keep_tables()


def load_tables(into: Cluster, name: str) -> bool:
    """Fill an empty database from the dump of these very migrations; False where none has been kept."""
    dump = _dump()
    if dump.exists():
        server = ["-h", str(into.socket()), "-U", SUPERUSER, "-d", name]
        command = [into.bin / "psql", *server, "-qX", "-v", "ON_ERROR_STOP=1", "-f", dump]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return True
    return False


def _dump() -> Path:
    """Named by all that decides what stands in it, and kept outside the checkout."""
    sources = [*sorted(ROOT.glob("*/migrations/*.py")), ROOT / "uv.lock", ROLES]
    digest = hashlib.sha256(cluster.data.name.encode())
    for source in sources:
        digest.update(source.read_bytes())
    return processes.cache_folder("tables of the tests") / f"{digest.hexdigest()[:16]}.sql"


def _keep_tables() -> None:
    dump = _dump()
    dump.parent.mkdir(parents=True, exist_ok=True)
    fresh = dump.with_name(f"{os.getpid()}.new")
    server = ["-h", str(cluster.socket()), "-U", SUPERUSER, "-d", database]
    subprocess.run([cluster.bin / "pg_dump", *server, "-f", fresh], check=True)
    fresh.rename(dump)
    for old in sorted(dump.parent.glob("*.sql"), key=lambda path: path.stat().st_mtime)[:-KEPT_DUMPS]:
        old.unlink(missing_ok=True)


def flush() -> None:
    """Empty every table that holds rows and restart its numbers, past protecting triggers.

    A page of a browser test may still be saving: who meets its locks the wrong way round tries again.
    """
    for _attempt in range(5):
        with suppress(psycopg.errors.DeadlockDetected):
            return _flush()
    raise RuntimeError("somebody keeps writing while the database is emptied")


def _flush() -> None:
    with cluster.connect(SUPERUSER, database) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("SET lock_timeout = '15s'")
        names = superuser.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL(%s)",
            [KEPT_BY_FLUSH],
        ).fetchall()
        probes = [f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for (name,) in names]
        filled = superuser.execute(" UNION ALL ".join(probes)).fetchall() if probes else []
        if filled:
            tables = ", ".join(f'"{name}"' for (name,) in filled)
            superuser.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")


@pytest.fixture(scope="session", autouse=True)
def mail_over_smtp(django_test_environment: None) -> None:
    """Django's test environment swaps in an outbox; here letters go over the wire, to `smtp`."""
    from django.conf import settings

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """Rate limits and cached pages of one test must not reach the next; who the secretariat is, is known."""
    from django.core.cache import cache as default

    from members.office import KEY, NOT_SAID

    default.set(KEY, NOT_SAID)
    yield
    default.clear()


class Smtp:
    """The mail server as a test sees it: what arrived, and what it shall refuse."""

    def letters(self, to: str | None = None) -> list[Letter]:
        """The letters of this test, oldest first, perhaps only those to one address."""
        return [letter for letter in sink.folder.letters() if to is None or to in letter.recipients]

    def wait(self, count: int = 1, to: str | None = None, seconds: float = 10) -> list[Letter]:
        """The letters, once there are `count`; fails if they do not come."""
        end = time.monotonic() + seconds
        while len(found := self.letters(to)) < count:
            assert time.monotonic() < end, f"{len(found)} of {count} letters to {to or 'anyone'} came"
            time.sleep(0.05)
        return found

    def refuse(self, answer: str, to: str | None = None) -> None:
        """From now on answer `answer` ("451 try later") to each recipient, or to `to` only."""
        sink.refuse = lambda recipient: answer if to in (None, recipient) else None

    def drop_after_data(self) -> None:
        """From now on take each letter, but close the line before saying so."""
        sink.drop_after_data = True

    def accept(self) -> None:
        """Behave again."""
        sink.refuse, sink.drop_after_data = (lambda recipient: None), False


@pytest.fixture
def smtp() -> Iterator[Smtp]:
    """The mail server, emptied."""
    sink.folder.clear()
    server = Smtp()
    yield server
    server.accept()


@pytest.fixture
def owner_connection(db: None) -> Iterator[psycopg.Connection]:
    """A connection as the tables' owner, outside the test's transaction."""
    with cluster.connect(OWNER, database) as connection:
        yield connection


@pytest.fixture
def celery_worker_on_broker(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A real worker in a thread, fed by the real broker; the bell is patient, for there is no sweep here."""
    from celery.contrib.testing.worker import start_worker

    from alliance.celery import app
    from members import bell

    monkeypatch.setattr(bell, "_silent_until", 0)
    monkeypatch.setattr(bell, "PATIENCE_SECONDS", 20)
    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=20):
        yield
