"""Real workers in processes of their own, on the database and the Redis of the test."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent


def environment() -> dict[str, str]:
    """What a child process needs to work on the test's own database."""
    url = urlsplit(os.environ["DATABASE_URL"])
    name = connection.settings_dict["NAME"]
    return {
        **os.environ,
        "DATABASE_URL": urlunsplit(url._replace(path=f"/{name}")),
        "REDIS_URL": settings.REDIS_URL,
        "DJANGO_SETTINGS_MODULE": "babyhouse.settings.test",
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def running(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A child process in a group of its own, gone at the end."""
    child = subprocess.Popen(
        [sys.executable, *command],
        env=environment(),
        cwd=ROOT,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield child
    finally:
        kill_9(child)


def a_worker(*more: str):
    return running("-m", "celery", "-A", "babyhouse", "worker", "-c", "2", "-l", "error", *more)


def a_beat(folder: Path):
    schedule = str(folder / "beat")
    return running("-m", "celery", "-A", "babyhouse", "beat", "-s", schedule, "--pidfile=")


def kill_9(child: subprocess.Popen[bytes]) -> None:
    """End a process and all it started, as a lost machine would."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def wait_until(holds: Callable[[], bool], *, seconds: float) -> bool:
    """Look every tenth of a second; whether it came to hold in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.1)
    return holds()
