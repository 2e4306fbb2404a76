"""The processes that the demo's supervisor keeps alive."""

import os
import signal
import subprocess
import time
from pathlib import Path

from alliance.embedded.processes import die_with_parent


class Child:
    """A process of the portal that is started again, ever more slowly, when it ends by itself."""

    STEADY = 30  # seconds after which a start counts as good
    LONGEST_PAUSE = 60

    def __init__(self, name: str, command: list[str | Path], extra: dict[str, str], state: Path) -> None:
        self.name, self.command = name, command
        self.environment = {**os.environ, **extra}
        self.log = state / "log" / f"{name}.log"
        self.log.parent.mkdir(exist_ok=True)
        self.failures = 0
        self.start()

    def start(self) -> None:
        self.started, self.restart_at = time.monotonic(), 0.0
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )

    def watch(self) -> str | None:
        """Start it again when it is time to; what there is to tell, if anything happened."""
        now = time.monotonic()
        if self.process.poll() is None:
            if now - self.started > self.STEADY:
                self.failures = 0
            return None
        if self.restart_at:
            if now >= self.restart_at:
                self.start()
            return None
        self.failures += 1
        pause = min(2 ** (self.failures - 1), self.LONGEST_PAUSE)
        self.restart_at = now + pause
        return f"{self.name} ended ({self.process.returncode}); again in {pause} s. See {self.log}"

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])


def stop_all(children: list[Child]) -> None:
    """Ask all to end, wait for each, and kill who stays."""
    for child in children:
        child.process.terminate()
    end = time.monotonic() + 10
    for child in children:
        try:
            child.process.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()
