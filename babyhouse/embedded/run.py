"""`make run`: the whole portal on this machine, stopped by Ctrl-C with nothing left behind."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import psycopg2

from babyhouse.embedded import commands
from babyhouse.embedded.demo_accounts import TABLE
from babyhouse.embedded.errors import CannotStart
from babyhouse.embedded.identity import becoming
from babyhouse.embedded.postgres import Postgres
from babyhouse.embedded.processes import last_words
from babyhouse.embedded.recovery import Notebook, end_former_children, only_run_in
from babyhouse.embedded.redis import Redis
from babyhouse.embedded.supervisor import Program, Supervisor
from babyhouse.embedded.terminal import ctrl_c_is_ours

ROOT = Path(__file__).resolve().parent.parent.parent
_READY_WITHIN_SECONDS = 120
_CANNOT_START = 2


class _Asked(BaseException):
    """Somebody asked us to stop."""


@dataclass(frozen=True)
class Plan:
    """What the person asked for."""

    host: str
    port: int
    data: Path

    @property
    def url(self) -> str:
        return f"http://{_in_url(self.host)}:{self.port}"

    @property
    def own_url(self) -> str:
        """Return where we reach the web server ourselves."""
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104
        return f"http://{_in_url(everywhere.get(self.host, self.host))}:{self.port}"

    @property
    def run(self) -> Path:
        return self.data / "run"

    @property
    def logs(self) -> Path:
        return self.data / "log"


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def main() -> int:
    """Run until somebody asks to stop; return what the shell sees."""
    try:
        with _until_asked(), ctrl_c_is_ours():
            plan = plan_from(os.environ)
            prepare_folders(plan)
            with only_run_in(plan.run):
                _run(plan)
    except _Asked:
        return 0
    except CannotStart as reason:
        tell(str(reason))
        return _CANNOT_START
    return 0


def tell(sentence: str) -> None:
    """Write to the person at the terminal; standard output is for the ready line."""
    print(sentence, file=sys.stderr, flush=True)


def plan_from(environment: Mapping[str, str]) -> Plan:
    """Read PORT, DATA and HOST.

    :raises CannotStart: if PORT is not a port.
    """
    given = environment.get("PORT") or "8000"
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= 65535:
        raise CannotStart(f"PORT must be a number from 1 to 65535, and {given!r} is not.")
    data = Path(environment.get("DATA") or "var").expanduser()
    return Plan(environment.get("HOST") or "127.0.0.1", int(given), (ROOT / data).resolve())


def prepare_folders(plan: Plan) -> None:
    """Make DATA and what it holds.

    :raises CannotStart: if it cannot be written.
    """
    try:
        plan.data.mkdir(parents=True, exist_ok=True)
        for folder in (plan.run, plan.logs):
            folder.mkdir(mode=0o700, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
    except OSError as error:
        raise CannotStart(
            f"The folder {plan.data} cannot be written ({error.strerror}). "
            "Choose another: make run DATA=/tmp/babyhouse"
        ) from None


def check_the_port(plan: Plan) -> None:
    """Look whether the port is free.

    :raises CannotStart: if it is not, or the host is not ours.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            plan.host, plan.port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except PermissionError:
        raise CannotStart(
            f"Port {plan.port} is reserved for root. Choose another: make run PORT=8001"
        ) from None
    except OSError as error:
        raise CannotStart(
            f"Port {plan.port} of {plan.host} cannot be used ({error.strerror}). "
            f"Stop what uses it, or choose another: make run PORT={plan.port % 65535 + 1}"
        ) from None


def _run(plan: Plan) -> None:
    notebook = Notebook(plan.run)
    for name in end_former_children(notebook):
        tell(f"A former run was killed and left {name} behind; it has been ended.")
    check_the_port(plan)
    supervisor = Supervisor(notebook, tell)
    try:
        environment = _start_stores(plan, supervisor)
        _fill(plan, environment)
        _start_portal(plan, supervisor, environment)
        _wait_until_ready(plan, supervisor)
        print(f"ready {plan.url}", flush=True)
        print(TABLE, flush=True)
        tell(f"Logs: {plan.logs}. Ctrl-C stops everything; the data stays in {plan.data}.")
        supervisor.watch()
    finally:
        _ignore_more_signals()
        supervisor.stop()


def _start_stores(plan: Plan, supervisor: Supervisor) -> dict[str, str]:
    """Start PostgreSQL and Redis, unless the environment names others; return what all read."""
    environment = {
        **os.environ,
        "DATA_DIR": str(plan.data),
        "PYTHONUNBUFFERED": "1",
        "PROMETHEUS_MULTIPROC_DIR": str(_empty(plan.run / "metrics")),
        "WEB_BIND": plan.url.removeprefix("http://"),
    }
    environment.setdefault("DJANGO_SETTINGS_MODULE", "babyhouse.settings.dev")
    if not environment.get("DATABASE_URL"):
        postgres = Postgres(plan.data / "postgres")
        tell("Starting PostgreSQL …")
        supervisor.start(postgres)
        environment["DATABASE_URL"] = postgres.url
    if not environment.get("REDIS_URL"):
        redis = Redis(plan.data / "redis")
        tell("Starting Redis …")
        supervisor.start(redis)
        environment["REDIS_URL"] = redis.url
    return environment


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return folder


def _fill(plan: Plan, environment: Mapping[str, str]) -> None:
    tell("Bringing the database up to date …")
    _manage(plan, environment, commands.MIGRATE)
    _manage(plan, environment, commands.LOAD_REGULATIONS)
    if _has_no_city(environment["DATABASE_URL"]):
        tell("Generating 金山区 …")
        _manage(plan, environment, commands.SEED)


def _has_no_city(url: str) -> bool:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT NOT EXISTS (SELECT FROM facilities_facility)")
            (empty,) = cursor.fetchone() or (True,)
    finally:
        connection.close()
    return bool(empty)


def _manage(plan: Plan, environment: Mapping[str, str], command: tuple[str, ...]) -> None:
    log = plan.logs / "setup.log"
    with log.open("ab") as output:
        done = subprocess.run(
            _installed(command),
            env=dict(environment),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=becoming(parent_dies=signal.SIGTERM),
            check=False,
        )
    if done.returncode:
        raise CannotStart(f"'{' '.join(command)}' failed: {last_words(log)}; see {log}.")


def _installed(command: tuple[str, ...]) -> list[str]:
    """Return the command with its program taken from where this Python lives."""
    name, *arguments = command
    return [str(Path(sys.executable).parent / name), *arguments]


def _start_portal(plan: Plan, supervisor: Supervisor, environment: Mapping[str, str]) -> None:
    tell("Starting the web server, the worker and its clock …")
    schedule = f"--schedule={_kept(plan.data / 'beat') / 'schedule'}"
    for name, command in {
        "web": commands.WEB,
        "worker": commands.WORKER,
        "beat": (*commands.BEAT, schedule),
    }.items():
        log = plan.logs / f"{name}.log"
        supervisor.start(Program(name, _installed(command), log, environment, ROOT))


def _kept(folder: Path) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _wait_until_ready(plan: Plan, supervisor: Supervisor) -> None:
    deadline = time.monotonic() + _READY_WITHIN_SECONDS
    while (answer := _readiness(plan)) is not None:
        supervisor.look()
        if time.monotonic() > deadline:
            raise CannotStart(
                f"{plan.own_url}/readyz is not ready after {_READY_WITHIN_SECONDS} seconds: "
                f"{answer}. See {plan.logs}."
            )
        time.sleep(0.2)


def _readiness(plan: Plan) -> str | None:
    """Return None when the portal is ready, else what it says."""
    try:
        with urllib.request.urlopen(f"{plan.own_url}/readyz", timeout=5) as answer:  # noqa: S310
            return None if answer.status == 200 else f"status {answer.status}"
    except urllib.error.HTTPError as error:
        return error.read().decode(errors="replace")[:200]
    except OSError as error:
        return str(error)


@contextlib.contextmanager
def _until_asked() -> Iterator[None]:
    def ask(number: int, frame: FrameType | None) -> None:
        _ignore_more_signals()
        tell("Stopping …")
        raise _Asked

    for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(wanted, ask)
    yield


def _ignore_more_signals() -> None:
    """Let the stopping finish: a second Ctrl-C must not leave half of it running."""
    for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(wanted, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
