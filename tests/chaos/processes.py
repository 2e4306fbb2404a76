"""Processes that are killed and started again, and a relay that is slow to say what it has done."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from alliance.embedded.mail import MailFolder, MailSink
from alliance.embedded.processes import die_with_parent, is_running

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(sys.executable).parent
CELERY = [str(PROGRAMS / "celery"), "--app=alliance", "--quiet"]
MANAGE = [sys.executable, str(ROOT / "manage.py")]


class Group:
    """One process with all that it forks: they die together, also when pytest is killed."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.name, self.command, self.environment, self.log = name, command, environment, log
        self.start()

    def start(self) -> None:
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGKILL),
            )

    def signal(self, signum: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signum)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.process.wait()

    def ended(self) -> bool:
        return self.process.poll() is not None


class Nursery:
    """Starts workers, each in a process group of its own; see `nursery.py`."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        with open(log, "ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.nursery"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                preexec_fn=die_with_parent(signal.SIGKILL),
            )

    def start(self, name: str, log: Path) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(name, log, file=self.process.stdin, flush=True)
        return int(self.process.stdout.readline())

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


class Worker:
    """One Celery worker with its pool."""

    def __init__(self, name: str, nursery: Nursery, log: Path) -> None:
        self.name, self.nursery, self.log = name, nursery, log
        self.start()

    def start(self) -> None:
        self.pid = self.nursery.start(self.name, self.log)

    def kill(self) -> None:
        if not self.ended():
            os.killpg(self.pid, signal.SIGKILL)

    def ended(self) -> bool:
        return not is_running(self.pid, "nursery")


class SlowSink(MailSink):
    """Writes its journal, waits, then says 250: a sender may die in between. Refuses some for now."""

    def __init__(self, folder: MailFolder, chance: random.Random, refused: float, post: float) -> None:
        super().__init__(folder)
        self.chance, self.refused, self.post = chance, refused, post
        self.refusals = 0
        self.refuse = self.now_and_then

    def now_and_then(self, recipient: str) -> str | None:
        if self.chance.random() >= self.refused:
            return None
        self.refusals += 1
        return "451 4.7.1 try later"

    async def handle_DATA(self, *conversation: Any) -> str:
        answer = await super().handle_DATA(*conversation)
        await asyncio.sleep(self.post)
        return answer

    def accepted(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        return Counter(letter.message_id for letter in self.folder.letters())
