"""Children that never outlive us: started in a session of their own, stopped with all of it."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from babyhouse.embedded.errors import CannotStart
from babyhouse.embedded.identity import Identity, becoming

_STEP = 0.05


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    parent_dies: signal.Signals = signal.SIGTERM,
    identity: Identity | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child that writes to `log` and receives `parent_dies` when we are gone."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=None if environment is None else dict(environment),
            # Ctrl-C in the terminal is for us alone: we stop the children in order.
            start_new_session=True,
            preexec_fn=becoming(identity, parent_dies=parent_dies),
        )


def stop(
    process: subprocess.Popen[bytes], how: signal.Signals | None, *, patience: float = 20
) -> None:
    """End the child and what is left of its session: ask (None: it has been asked), then insist."""
    if process.poll() is None:
        if how is not None:
            process.send_signal(how)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(
    ready: Callable[[], bool],
    *,
    process: subprocess.Popen[bytes],
    name: str,
    log: Path,
    within: float,
) -> None:
    """Return when `ready` says so.

    :raises CannotStart: if the process ends first or the time is over.
    """
    deadline = time.monotonic() + within
    while not ready():
        if process.poll() is not None:
            raise CannotStart(f"{name} ended while starting. Its last words: {last_words(log)}")
        if time.monotonic() > deadline:
            raise CannotStart(f"{name} did not answer within {within:.0f} seconds; see {log}.")
        time.sleep(_STEP)


def last_words(log: Path, *, lines: int = 3) -> str:
    """Return the end of a log, on one line."""
    if not log.exists():
        return "none"
    words = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-lines:]
    return " | ".join(words) or "none"
