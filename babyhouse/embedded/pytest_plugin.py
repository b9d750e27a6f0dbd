"""Real PostgreSQL and Redis for one run of pytest, in a folder of its own.

DATABASE_URL and REDIS_URL are respected where they are set. TEST_DURABLE=1 keeps fsync on.
Django must not be imported here: the settings read the environment that this module prepares.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from babyhouse.embedded.errors import CannotStart
from babyhouse.embedded.postgres import Postgres
from babyhouse.embedded.redis import Redis

# Importing our package has named the settings of `make run`; tests run on their own.
os.environ["DJANGO_SETTINGS_MODULE"] = "babyhouse.settings.test"

_PREFIX = "babyhouse-test-"
_GRACE_SECONDS = 60
# Two browsers, or two portals, at once would only take each other's time.
_RESOURCES = {
    "tests/e2e": "browser",
    "tests/embedded": "portals",
    "tests/deploy": "portals",
    "tests/bench": "portals",
}


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    """Prepare the environment before pytest-django reads the settings."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is not None:
        _take_a_redis_of_its_own(worker)
        _take_a_folder_of_its_own(worker)
    elif _runs_tests(early_config):
        _start_what_is_missing()
    return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Keep a file in one worker, and so the browser, and so whatever starts whole portals."""
    # Only where there are workers; and xdist has no types.
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

    class ByResource(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            folder = "/".join(nodeid.split("/")[:2])
            return _RESOURCES.get(folder) or str(super()._split_scope(nodeid))

    return ByResource(config, log)


def _runs_tests(config: pytest.Config) -> bool:
    asked = config.known_args_namespace
    return not any(
        getattr(asked, name, False) for name in ("help", "version", "collectonly", "markers")
    )


def _take_a_redis_of_its_own(worker: str) -> None:
    """Give each xdist worker its own numbered database, as pytest-django does for PostgreSQL."""
    url = urlsplit(os.environ["REDIS_URL"])
    number = int(worker.removeprefix("gw")) + 1
    os.environ["REDIS_URL"] = urlunsplit(url._replace(path=f"/{number}"))


def _take_a_folder_of_its_own(worker: str) -> None:
    """Give each xdist worker its own texts sent and files kept, which one would find of another."""
    folder = Path(os.environ["DATA_DIR"]) / worker
    folder.mkdir(exist_ok=True)
    os.environ["DATA_DIR"] = str(folder)


def _start_what_is_missing() -> None:
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    folder.chmod(0o711)  # PostgreSQL's user passes through
    lock = _hold(folder)
    durable = os.environ.get("TEST_DURABLE") == "1"
    servers: list[Postgres | Redis] = []
    atexit.register(_stop, os.getpid(), servers, folder, lock)
    (folder / "data").mkdir()
    os.environ["DATA_DIR"] = str(folder / "data")
    if not os.environ.get("DATABASE_URL"):
        postgres = Postgres(folder / "postgres", durable=durable, connections=400)
        os.environ["DATABASE_URL"] = _started(postgres, servers)
    if not os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = _started(Redis(folder / "redis", durable=durable), servers)


def _started(server: Postgres | Redis, servers: list[Postgres | Redis]) -> str:
    servers.append(server)
    try:
        server.start()
    except CannotStart as reason:
        raise pytest.UsageError(str(reason)) from None
    return server.url


def _stop(owner: int, servers: list[Postgres | Redis], folder: Path, lock: int) -> None:
    if os.getpid() != owner:  # a forked child of a test ends: not its servers
        return
    for server in servers:
        server.stop()
    shutil.rmtree(folder, ignore_errors=True)
    os.close(lock)


def _hold(folder: Path) -> int:
    """Lock the folder for as long as we live, so that nobody sweeps it."""
    lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return lock


def _sweep() -> None:
    """Remove the folders of runs that were killed; their servers died with them."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        if _is_abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_abandoned(folder: Path) -> bool:
    try:
        found = folder.lstat()
        if found.st_uid != os.geteuid() or time.time() - found.st_mtime < _GRACE_SECONDS:
            return False
        os.close(_hold(folder))
    except OSError:
        return False
    return True
