"""Start children in order, start again one that dies, stop all in the reverse order."""

import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from babyhouse.embedded.errors import CannotStart
from babyhouse.embedded.processes import last_words, spawn, stop
from babyhouse.embedded.recovery import Child, Notebook

_LOOK_SECONDS = 0.5
_DEATHS_ALLOWED = 5
_DEATHS_WITHIN_SECONDS = 60


class Service(Protocol):
    """Something that runs until it is stopped."""

    name: str
    stops_on: signal.Signals

    @property
    def pid(self) -> int | None: ...
    @property
    def log(self) -> Path: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def is_running(self) -> bool: ...


@dataclass
class Program:
    """One of our own long-running commands."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    folder: Path
    stops_on: signal.Signals = signal.SIGTERM
    _process: subprocess.Popen[bytes] | None = None
    _asked: bool = False

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it; whether it is ready is asked elsewhere."""
        self._process = spawn(
            self.command, log=self.log, environment=self.environment, folder=self.folder
        )

    def ask_to_stop(self) -> None:
        """Send the signal without waiting, so that the others can stop meanwhile."""
        if self.is_running() and self._process is not None:
            self._process.send_signal(self.stops_on)
            self._asked = True

    def stop(self) -> None:
        """Stop it and every process it made."""
        if self._process is not None:
            # Asked twice, a worker drops the task it is at.
            stop(self._process, None if self._asked else self.stops_on)
            self._process = None
            self._asked = False

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None


@dataclass
class Supervisor:
    """The parent of every service. `tell` writes a sentence for the person at the terminal."""

    notebook: Notebook
    tell: Callable[[str], None]
    _services: list[Service] = field(default_factory=list)
    _deaths: dict[str, deque[float]] = field(default_factory=dict)

    def start(self, service: Service) -> None:
        """Start the service and remember it, for stopping and for the next run."""
        self._services.append(service)
        service.start()
        self._note()

    def stop(self) -> None:
        """Stop all: the programs together, then what they stand on, last started first."""
        for service in self._services:
            if isinstance(service, Program):
                service.ask_to_stop()
        while self._services:
            self._services.pop().stop()
        self.notebook.write([])

    def watch(self) -> None:
        """Start again whatever dies, for ever.

        :raises CannotStart: if that does not help.
        """
        while True:
            time.sleep(_LOOK_SECONDS)
            self.look()

    def look(self) -> None:
        """Start again whatever died since the last look."""
        for service in self._services:
            if not service.is_running():
                self._start_again(service)

    def _start_again(self, service: Service) -> None:
        if self._dies_too_often(service):
            raise CannotStart(
                f"{service.name} does not stay up. Its last words: {last_words(service.log)}"
            )
        self.tell(f"{service.name} ended by itself and is started again; see {service.log}")
        service.stop()
        service.start()
        self._note()

    def _dies_too_often(self, service: Service) -> bool:
        now = time.monotonic()
        deaths = self._deaths.setdefault(service.name, deque(maxlen=_DEATHS_ALLOWED))
        deaths.append(now)
        return len(deaths) == _DEATHS_ALLOWED and now - deaths[0] < _DEATHS_WITHIN_SECONDS

    def _note(self) -> None:
        self.notebook.write(
            [
                Child.of(service.name, service.pid, service.stops_on)
                for service in self._services
                if service.pid is not None and service.is_running()
            ]
        )
