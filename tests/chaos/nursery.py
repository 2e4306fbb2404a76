"""`python -m tests.chaos.nursery`: forks Celery workers that need not import the portal first.

Reads the name of a worker and of its log from stdin, answers with the process id. Each is the leader of a
group of its own and does what `celery --app=alliance worker` does. Without this, two cores on which a worker
is killed each second would have nothing else to do but to import Python.
"""

import os
import signal
import sys

import django

from alliance.embedded.processes import die_with_parent

OPTIONS = ["--concurrency=1", "--without-mingle", "--without-gossip"]


def live(name: str, log: str) -> None:
    from alliance.celery import app

    os.setpgid(0, 0)
    die_with_parent(signal.SIGKILL)()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for stream in (1, 2):
        os.dup2(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT), stream)
    app.worker_main(["worker", f"--hostname={name}@storm", *OPTIONS])


def main() -> None:
    from alliance.celery import app

    django.setup()
    app.loader.import_default_modules()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are buried at once
    for line in sys.stdin:
        name, log = line.split()
        pid = os.fork()
        if pid == 0:
            live(name, log)
            os._exit(0)
        os.setpgid(pid, pid)  # by both, so that whoever reads the number can kill the group
        print(pid, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
