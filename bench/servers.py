"""The servers that are measured: durable stores of our own, web servers as in `make run`."""

import http.client
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg2

from babyhouse.embedded import commands
from babyhouse.embedded.errors import CannotStart
from babyhouse.embedded.plan import ROOT
from babyhouse.embedded.postgres import Postgres
from babyhouse.embedded.processes import last_words
from babyhouse.embedded.redis import Redis, free_port
from babyhouse.embedded.supervisor import Program

HOST = "127.0.0.1"
_PORTAL = "babyhouse.wsgi"
_BARE = "bench.bare.wsgi"
_STARTS_WITHIN = 60
# What the shell of whoever measures must not decide.
_OURS = {"DATABASE_URL", "REDIS_URL", "DATA_DIR", "DJANGO_SETTINGS_MODULE", "WEB_BIND"}


@dataclass
class Stores:
    """PostgreSQL and Redis, both durable, in a folder that lasts as long as the run."""

    folder: Path
    postgres: Postgres
    redis: Redis

    def environment(self, database: str | None = None) -> dict[str, str]:
        """What a program reads that works on one of the databases."""
        return {
            **{name: value for name, value in os.environ.items() if name not in _OURS},
            "DATABASE_URL": self.url(database),
            "REDIS_URL": self.redis.url,
            "DATA_DIR": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "PYTHONUNBUFFERED": "1",
        }

    def url(self, database: str | None = None) -> str:
        own = urlsplit(self.postgres.url)
        return urlunsplit(own._replace(path=f"/{database}") if database else own)

    def sql(self, statement: str, database: str | None = None) -> list[tuple[object, ...]]:
        """Carry out one statement by itself; the rows where there are any."""
        connection = psycopg2.connect(self.url(database))
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def settle(self, database: str | None = None) -> None:
        """Let the planner know the rows, and write out what waits, before anything is timed."""
        self.sql("VACUUM ANALYZE", database)

    def cpu_seconds(self) -> float:
        return _cpu_seconds(self.postgres.pid)


@contextmanager
def started_stores(folder: Path) -> Iterator[Stores]:
    """Start PostgreSQL and Redis in an empty folder; stop them and remove it in the end."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    stores = Stores(folder, Postgres(folder / "postgres"), Redis(folder / "redis"))
    try:
        stores.postgres.start()
        stores.redis.start()
        yield stores
    finally:
        stores.redis.stop()
        stores.postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Web:
    """One gunicorn: as many processes and threads as `make run` gives it."""

    name: str
    port: int
    program: Program

    def cpu_seconds(self) -> float:
        return _cpu_seconds(self.program.pid)

    def wait_until_ready(self, path: str) -> None:
        deadline = time.monotonic() + _STARTS_WITHIN
        while not self._answers(path):
            if not self.program.is_running() or time.monotonic() > deadline:
                raise CannotStart(f"{self.name} does not start: {last_words(self.program.log)}")
            time.sleep(0.1)

    def _answers(self, path: str) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()


def portal(stores: Stores, database: str | None = None) -> Web:
    """The portal on one of the databases. Not started."""
    return _web(stores, f"portal-{database or 'bookings'}", _PORTAL, stores.environment(database))


def bare(stores: Stores) -> Web:
    """The bare view. Not started."""
    return _web(stores, "bare", _BARE, stores.environment())


@contextmanager
def running(*webs: Web) -> Iterator[None]:
    """Start web servers, and stop them in the end."""
    try:
        for web in webs:
            web.program.start()
        for web in webs:
            web.wait_until_ready("/livez" if _PORTAL in web.program.command else "/")
        yield
    finally:
        for web in webs:
            web.program.ask_to_stop()
        for web in webs:
            web.program.stop()


def _web(stores: Stores, name: str, application: str, environment: Mapping[str, str]) -> Web:
    port = free_port()
    metrics = stores.folder / f"metrics-{name}"
    metrics.mkdir(exist_ok=True)
    command = [application if part == _PORTAL else part for part in commands.WEB]
    reads = {
        **environment,
        "WEB_BIND": f"{HOST}:{port}",
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
    }
    log = stores.folder / f"{name}.log"
    return Web(name, port, Program(name, [sys.executable, "-m", *command], log, reads, ROOT))


def _cpu_seconds(pid: int | None) -> float:
    """What a process and all it started have used, those that ended included."""
    if pid is None:
        return 0.0
    parent = psutil.Process(pid)
    return sum(_used(one) for one in [parent, *parent.children(recursive=True)])


def _used(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)
