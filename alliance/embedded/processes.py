"""Starting and ending child processes, also after the one who started them was killed."""

import contextlib
import ctypes
import hashlib
import os
import pwd
import signal
import stat
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(signum: int = signal.SIGTERM) -> Callable[[], None]:
    """A `preexec_fn`: the kernel sends `signum` to the child when its parent dies, however it dies.

    Linux only; elsewhere it does nothing.
    """

    def before_exec() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0)

    return before_exec


def unprivileged_user() -> str | None:
    """Who runs Postgres, which refuses root: nobody when we are root, else ourselves (None)."""
    return "nobody" if os.getuid() == 0 else None


def may_reach(path: Path) -> bool:
    """Whether the unprivileged user may walk down to `path` (always true when that is ourselves)."""
    if unprivileged_user() is None:
        return True
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in [path, *path.parents] if parent.exists())


def give_to_unprivileged(path: Path) -> None:
    """Hand a directory to the unprivileged user."""
    if user := unprivileged_user():
        os.chown(path, pwd.getpwnam(user).pw_uid, -1)


def cache_folder(purpose: str) -> Path:
    """A folder for `purpose` outside the checkout that the unprivileged user can reach, named by hash."""
    if os.getuid() == 0:
        base = Path("/var/cache")
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "alliance-portal" / hashlib.sha256(purpose.encode()).hexdigest()[:16]


def is_running(pid: int, expected: str) -> bool:
    """Whether process `pid` lives and its command line contains `expected` (pids are reused)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    with contextlib.suppress(FileNotFoundError):
        return expected in Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ")
    return sys.platform != "linux"


def waits(seconds: float, step: float = 0.02) -> Iterator[None]:
    """Yield every `step` seconds until `seconds` have passed: `for _ in waits(5): if done(): break`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(step)
