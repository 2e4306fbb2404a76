"""The servers of a demo checkout: started by whoever comes first, stopped by whoever leaves last.

`manage.py` wraps every command in `servers_for`. In demo mode, without DATABASE_URL, it starts
Postgres, migrates as owner and seeds, under a lock. While `manage.py portal` runs, commands share
its broker, cache and mail sink too.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from alliance.embedded import processes
from alliance.embedded.mail import MailFolder, MailSink
from alliance.embedded.postgres import APPLICATION, OWNER, Cluster

NEEDS_NO_DATABASE = {
    "check",
    "collectstatic",
    "diffsettings",
    "findstatic",
    "help",
    "makemigrations",
    "messages",
    "portal",
    "version",
}


@contextlib.contextmanager
def servers_for(arguments: list[str], checkout: Path) -> Iterator[None]:
    """Bring up what the command of `arguments` needs, for as long as it runs."""
    command = arguments[1] if len(arguments) > 1 else "help"
    if command in NEEDS_NO_DATABASE or {"-h", "--help", "--version"} & set(arguments):
        yield
        return
    demo = Demo(checkout)
    with demo.database(), demo.neighbours():
        yield


class Demo:
    """Folders, locks and servers of one checkout."""

    def __init__(self, checkout: Path) -> None:
        self.checkout = checkout
        self.state = self._state()
        self.state.mkdir(mode=0o711, parents=True, exist_ok=True)

    def _state(self) -> Path:
        if given := os.environ.get("PORTAL_STATE"):
            return Path(given)
        inside = self.checkout / ".portal"
        return inside if processes.may_reach(self.checkout) else processes.cache_folder(str(self.checkout))

    @contextlib.contextmanager
    def database(self) -> Iterator[None]:
        """Postgres, migrated and seeded, as DATABASE_URL; stopped at the end unless another uses it."""
        self.cluster = cluster = Cluster(self.state)
        with open(self.state / "users.lock", "w") as users:
            try:
                with self._starting():
                    fcntl.flock(users, fcntl.LOCK_SH)
                    cluster.start()
                    self.prepare(cluster)
                os.environ["DATABASE_URL"] = cluster.url(APPLICATION)
                yield
            finally:
                with self._starting(), contextlib.suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    cluster.stop()

    @contextlib.contextmanager
    def neighbours(self) -> Iterator[None]:
        """Broker, cache and mail sink of the running portal; without one a mail sink of our own."""
        os.environ.update(self.folders())
        if self.portal_runs():
            os.environ.update(json.loads((self.state / "portal.json").read_text()))
            yield
            return
        sink = MailSink(MailFolder(self.state / "mail"))
        sink.start()
        os.environ["EMAIL_URL"] = sink.url
        try:
            yield
        finally:
            sink.stop()

    def folders(self) -> dict[str, str]:
        return {
            "MAIL_FOLDER": str(self.state / "mail"),
            "MEDIA_ROOT": str(self.state / "files"),
        }

    def announce(self, addresses: dict[str, str]) -> None:
        """Tell other commands the addresses of the portal's servers; they hold while `portal.lock` is."""
        unfinished = self.state / "portal.json.part"
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(addresses))
        unfinished.replace(self.state / "portal.json")

    def portal_runs(self) -> bool:
        with open(self.state / "portal.lock", "a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return (self.state / "portal.json").exists()
        return False

    def prepare(self, cluster: Cluster) -> bool:
        """Migrate as owner and seed as application; at once True if the code is still the prepared one."""
        stamp, code = cluster.data / "code", self._fingerprint()
        if stamp.exists() and stamp.read_text() == code:
            return True
        self._manage("migrate", "--verbosity=0", DATABASE_URL=cluster.url(OWNER))
        if any(self.checkout.glob("*/management/commands/seed.py")):
            self._manage("seed", DATABASE_URL=cluster.url(APPLICATION))
        stamp.write_text(code)
        return False

    def fill(self) -> str:
        """Make the demo's cases and accounts, once per state of the code; the list of its accounts."""
        accounts, code = self.state / "accounts.txt", self._fingerprint()
        if not any(self.checkout.glob("*/management/commands/demo.py")):
            return ""
        if not accounts.exists() or accounts.read_text().partition("\n")[0] != code:
            self._manage("demo")
            accounts.write_text(f"{code}\n{self._manage('demo', '--accounts')}")
        return accounts.read_text().partition("\n")[2]

    def _manage(self, *command: str, **environment: str) -> str:
        """Run a command in a process of its own, perhaps with another address of the database."""
        run = subprocess.run(
            [sys.executable, self.checkout / "manage.py", *command],
            env={**os.environ, **self.folders(), **environment},
            capture_output=True,
            text=True,
        )
        if run.returncode:
            raise SystemExit(f"{command[0]} failed:\n{run.stdout}{run.stderr}")
        return run.stdout

    @contextlib.contextmanager
    def _starting(self) -> Iterator[None]:
        with open(self.state / "start.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _fingerprint(self) -> str:
        """Changes whenever a file of the apps does, so that only then migrations and seed are tried."""
        files = sorted(
            file
            for app in ("alliance", "members", "workinggroups", "proposals", "events")
            for file in (self.checkout / app).rglob("*")
            if file.suffix in (".py", ".json", ".csv")
        )
        seen = "".join(f"{file}{(stat := file.stat()).st_mtime_ns}{stat.st_size}" for file in files)
        return hashlib.sha256(seen.encode()).hexdigest()
