"""One run per folder, and an end to whatever a killed run left behind."""

import contextlib
import fcntl
import json
import os
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import psutil

from babyhouse.embedded.errors import CannotStart

# Two readings of a process's start may differ by the clock's own corrections.
_SAME_START_SECONDS = 2.0
_PATIENCE_SECONDS = 15.0
# A run whose make was killed needs a moment to hear of it, and then to stop.
_HEARING_SECONDS, _STOPPING_SECONDS, _LOOK_SECONDS = 2.0, 60.0, 0.1
_RUNNING, _STOPPING = b"running ", b"stopping"


@dataclass(frozen=True)
class Child:
    """A process of ours, so that a later run knows it again. It leads its own session."""

    name: str
    pid: int
    started_at: float
    stops_on: int

    @classmethod
    def of(cls, name: str, pid: int, stops_on: signal.Signals) -> "Child":
        return cls(name, pid, psutil.Process(pid).create_time(), int(stops_on))


class Notebook:
    """The list of children in DATA/run, rewritten whenever one is born."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "children.json"

    def write(self, children: list[Child]) -> None:
        """Replace the list in one step, so that a killed run never leaves half of it."""
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps([asdict(child) for child in children]))
        draft.replace(self._path)

    def read(self) -> list[Child]:
        """Return the children of the former run; none if there was none."""
        try:
            return [Child(**entry) for entry in json.loads(self._path.read_text())]
        except (FileNotFoundError, ValueError, TypeError):
            return []


class OnlyRun:
    """Hold a folder against a second run; the lock goes with the process, however it ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock: int | None = None

    def __enter__(self) -> Self:
        """Take the lock, waiting for a run that is stopping.

        :raises CannotStart: if another run holds it.
        """
        self._lock = os.open(self._folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
        begun = time.monotonic()
        while not self._is_ours():
            waited = time.monotonic() - begun
            if waited > (_STOPPING_SECONDS if self._says(_STOPPING) else _HEARING_SECONDS):
                os.close(self._lock)
                raise CannotStart(
                    f"Another portal is running on the data in {self._folder.parent}. Stop it, or "
                    "start this one on other data: make run PORT=8001 DATA=var-2"
                )
            time.sleep(_LOOK_SECONDS)
        self._say(_RUNNING)
        return self

    def __exit__(self, *exception: object) -> None:
        if self._lock is not None:
            os.close(self._lock)

    def stopping(self) -> None:
        """Tell the next run, which may already be there, to wait a little."""
        self._say(_STOPPING)

    def _is_ours(self) -> bool:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    @property
    def _descriptor(self) -> int:
        assert self._lock is not None, "entered first"  # noqa: S101
        return self._lock

    def _say(self, word: bytes) -> None:
        os.pwrite(self._descriptor, word, 0)

    def _says(self, word: bytes) -> bool:
        return os.pread(self._descriptor, len(word), 0) == word


def end_former_children(notebook: Notebook) -> list[str]:
    """End what a killed run left running; return the names."""
    ended = []
    for child in notebook.read():
        family = _family(child)
        if family:
            ended.append(child.name)
            _end(family, signal.Signals(child.stops_on))
    notebook.write([])
    return ended


def _family(child: Child) -> list[psutil.Process]:
    """Return the child and its session, unless its number now belongs to a stranger."""
    with contextlib.suppress(psutil.NoSuchProcess):
        now = psutil.Process(child.pid).create_time()
        if abs(now - child.started_at) > _SAME_START_SECONDS:
            return []
    return [process for process in psutil.process_iter() if _is_of(process, child)]


def _is_of(process: psutil.Process, child: Child) -> bool:
    try:
        old_enough = process.create_time() >= child.started_at - _SAME_START_SECONDS
        return (
            old_enough
            and os.getsid(process.pid) == child.pid
            and process.status() != psutil.STATUS_ZOMBIE
        )
    except (psutil.Error, ProcessLookupError, PermissionError):
        return False


def _end(family: list[psutil.Process], how: signal.Signals) -> None:
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(how)
            process.send_signal(signal.SIGCONT)  # one that was stopped hears it too
    _, stubborn = psutil.wait_procs(family, timeout=_PATIENCE_SECONDS)
    for process in stubborn:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=_PATIENCE_SECONDS)
