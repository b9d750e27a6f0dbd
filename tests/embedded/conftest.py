"""Portals that a test starts itself, each with its own port and folder."""

import contextlib
import os
import pwd
import signal
import subprocess
import sys
import threading
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from babyhouse.embedded.redis import free_port

ROOT = Path(__file__).resolve().parents[2]
OF_THE_TESTS = {"DATABASE_URL", "REDIS_URL", "DATA_DIR", "DJANGO_SETTINGS_MODULE"}
START_SECONDS = 240
STOP_SECONDS = 60


def outside_environment(**more):
    """Return the environment of somebody who runs no tests."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in OF_THE_TESTS and not name.startswith(("PYTEST_", "MAKE", "MFLAGS"))
    }
    return {**kept, **more}


@dataclass(frozen=True)
class Somebody:
    """Who starts a portal: ourselves, or for root an ordinary user."""

    python: str = sys.executable
    environment: dict = field(default_factory=dict)
    identity: dict = field(default_factory=dict)


def is_a_zombie(process):
    """Whether it has ended, and the machine's first process has not reaped it yet."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def hear_ctrl_c():
    """In a child, heed Ctrl-C even where we were started in the background by a shell."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Portal:
    """A running `make run`, without the make."""

    def __init__(self, data, *, port=None, somebody=None):
        self.data = data
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._lines = []
        self._ready = threading.Event()
        place = {"PORT": str(self.port), "DATA": str(data), "HOST": "127.0.0.1"}
        somebody = somebody or Somebody()
        self.process = subprocess.Popen(
            [somebody.python, "-m", "babyhouse.embedded.run"],
            cwd=ROOT,
            env=outside_environment(**place, **somebody.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=hear_ctrl_c,
            **somebody.identity,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self._lines.append(line.rstrip("\n"))
            if line.startswith("ready "):
                self._ready.set()
        self._ready.set()
        self.process.stdout.close()

    @property
    def output(self):
        return "\n".join(self._lines)

    def wait_until_ready(self):
        assert self._ready.wait(START_SECONDS), self.output
        assert any(line.startswith("ready ") for line in self._lines), self.output
        return self

    def family(self):
        """Return every process below, and the supervisor itself."""
        supervisor = psutil.Process(self.process.pid)
        return [*supervisor.children(recursive=True), supervisor]

    def child(self, word):
        """Return the direct child whose command line has the word; None if there is none."""
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):
                if word in " ".join(child.cmdline()):
                    return child
        return None

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:  # noqa: S310
            return answer.status, answer.read().decode()

    def end(self, how=signal.SIGTERM):
        """Send the signal; return the exit code and the processes still there."""
        family = self.family()
        self.process.send_signal(how)
        code = self.process.wait(STOP_SECONDS)
        self._reader.join(STOP_SECONDS)
        _, left = psutil.wait_procs(family, timeout=0)
        return code, [process for process in left if not is_a_zombie(process)]

    def finish(self):
        """Leave nothing of it, whatever the test did."""
        with contextlib.suppress(psutil.NoSuchProcess):
            family = self.family()
            if self.process.poll() is None:
                self.process.terminate()
            psutil.wait_procs(family, timeout=STOP_SECONDS)
            for process in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
        self.process.wait(STOP_SECONDS)
        self._reader.join(STOP_SECONDS)


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    """The data of a portal that ran once: what the other tests copy."""
    data = tmp_path_factory.mktemp("city") / "var"
    portal = Portal(data)
    try:
        portal.wait_until_ready()
    finally:
        portal.finish()
    return data


@pytest.fixture
def data(city, tmp_path):
    """A city of the test's own."""
    subprocess.run(["cp", "-a", city, tmp_path / "var"], check=True)
    return tmp_path / "var"


@pytest.fixture
def start():
    """Return a function that starts a portal, which ends with the test."""
    started = []

    def start(data, **options):
        started.append(Portal(data, **options))
        return started[-1]

    yield start
    for portal in started:
        portal.finish()


@pytest.fixture
def somebody():
    """Return an ordinary user who can run the portal: ourselves, or for root nobody."""
    if os.geteuid() != 0:
        return Somebody()
    nobody = pwd.getpwnam("nobody")
    identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    # The venv's Python may stand in root's own home: then the system's, with the venv's packages.
    packages = {"PYTHONPATH": str(Path(psutil.__file__).parents[1]), "PYTHONDONTWRITEBYTECODE": "1"}
    for python in (sys.executable, "/usr/bin/python3"):
        if can_run_the_portal(python, packages, identity):
            return Somebody(python, packages, identity)
    return pytest.skip("an ordinary user has no Python here that can read the portal")


def can_run_the_portal(python, environment, identity):
    command = [python, "-c", "import babyhouse.embedded.run"]
    try:
        asked = subprocess.run(
            command, cwd=ROOT, env=outside_environment(**environment), check=False, **identity
        )
    except OSError:
        return False
    return asked.returncode == 0
