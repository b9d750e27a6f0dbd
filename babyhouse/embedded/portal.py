"""The portal's own part of `make run`: fill the database, start the three programs, wait."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from babyhouse.embedded import commands
from babyhouse.embedded.errors import CannotStart
from babyhouse.embedded.identity import becoming
from babyhouse.embedded.plan import ROOT, Plan
from babyhouse.embedded.postgres import Postgres
from babyhouse.embedded.processes import last_words
from babyhouse.embedded.redis import Redis
from babyhouse.embedded.supervisor import Program, Supervisor

_READY_WITHIN_SECONDS = 120
_LOOK_SECONDS = 0.2


def start_stores(plan: Plan, supervisor: Supervisor) -> dict[str, str]:
    """Start PostgreSQL and Redis unless the environment names others; return what all read."""
    environment = {**os.environ, "DATA_DIR": str(plan.data), "PYTHONUNBUFFERED": "1"}
    environment.setdefault("DJANGO_SETTINGS_MODULE", "babyhouse.settings.dev")
    if not environment.get("DATABASE_URL"):
        postgres = Postgres(plan.data / "postgres")
        supervisor.tell("Starting PostgreSQL …")
        supervisor.start(postgres)
        environment["DATABASE_URL"] = postgres.url
    if not environment.get("REDIS_URL"):
        redis = Redis(plan.data / "redis")
        supervisor.tell("Starting Redis …")
        supervisor.start(redis)
        environment["REDIS_URL"] = redis.url
    return environment


def fill(plan: Plan, supervisor: Supervisor, environment: Mapping[str, str]) -> None:
    """Migrate, load the law, and generate a city where there is none.

    :raises CannotStart: with the last words of what failed.
    """
    supervisor.tell("Bringing the database up to date; the first time this generates 金山区 …")
    log = plan.logs / "setup.log"
    with log.open("ab") as output:
        done = subprocess.run(
            [sys.executable, "-m", "babyhouse.embedded.fill"],
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
        raise CannotStart(f"The database could not be prepared: {last_words(log)}; see {log}.")


def start_programs(plan: Plan, supervisor: Supervisor, environment: Mapping[str, str]) -> None:
    """Start the web server, the worker and its clock."""
    supervisor.tell("Starting the web server, the worker and its clock …")
    web = {
        **environment,
        "WEB_BIND": plan.address,
        "PROMETHEUS_MULTIPROC_DIR": str(_emptied(plan.run / "metrics")),
    }
    schedule = f"--schedule={_kept(plan.data / 'beat') / 'schedule'}"
    for name, command, reads in (
        ("web", commands.WEB, web),
        ("worker", commands.WORKER, environment),
        ("beat", (*commands.BEAT, schedule), environment),
    ):
        log = plan.logs / f"{name}.log"
        supervisor.start(Program(name, _by_this_python(command), log, reads, ROOT))


def wait_until_ready(plan: Plan, supervisor: Supervisor) -> None:
    """Return when /readyz says 200.

    :raises CannotStart: with what it says instead, when that takes too long.
    """
    deadline = time.monotonic() + _READY_WITHIN_SECONDS
    while (answer := _readiness(plan)) is not None:
        supervisor.look()
        if time.monotonic() > deadline:
            raise CannotStart(
                f"{plan.own_url}/readyz is not ready after {_READY_WITHIN_SECONDS} seconds: "
                f"{answer}. See {plan.logs}."
            )
        time.sleep(_LOOK_SECONDS)


def _readiness(plan: Plan) -> str | None:
    """Return None when the portal is ready, else what it says."""
    # Straight to the web server, whatever proxy the machine uses for the outside.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        direct.open(f"{plan.own_url}/readyz", timeout=5).close()
    except urllib.error.HTTPError as error:
        with error:
            return error.read().decode(errors="replace")[:200]
    except OSError as error:
        return str(error)
    return None


def _by_this_python(command: tuple[str, ...]) -> list[str]:
    """Return the command run as a module of this very Python, whatever PATH says."""
    return [sys.executable, "-m", *command]


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    return _kept(folder)


def _kept(folder: Path) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
