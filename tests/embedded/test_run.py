"""`make run` as a person meets it: it starts, lives through accidents, and leaves nothing."""

import contextlib
import os
import signal
import socket
import subprocess
import time

import psutil
import psycopg2
import pytest

from babyhouse.embedded.demo_accounts import ACCOUNTS
from babyhouse.embedded.postgres import Postgres
from tests.embedded.conftest import Portal

pytestmark = pytest.mark.services
SOON_SECONDS = 30


def soon(condition):
    deadline = time.monotonic() + SOON_SECONDS
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def sql(data, statement):
    connection = psycopg2.connect(Postgres(data / "postgres").url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


def leave_a_note(data):
    sql(data, "CREATE TABLE a_note AS SELECT 42 AS number")


def find_the_note(data):
    return sql(data, "SELECT number FROM a_note") == [(42,)]


def settings_of_the_server(data):
    return {
        name: sql(data, f"SHOW {name}")[0][0]
        for name in ("fsync", "synchronous_commit", "full_page_writes", "listen_addresses")
    }


@pytest.fixture(scope="module")
def running(city, tmp_path_factory):
    """A portal for the tests that leave it running."""
    data = tmp_path_factory.mktemp("running") / "var"
    subprocess.run(["cp", "-a", city, data], check=True)
    portal = Portal(data)
    yield portal.wait_until_ready()
    portal.finish()


def is_ready(portal):
    try:
        return portal.get("/readyz")[0] == 200
    except OSError:
        return False


def test_it_prints_one_ready_line_then_the_accounts_and_answers(running):
    assert is_ready(running)
    lines = running.output.splitlines()
    assert [line for line in lines if line.startswith("ready")] == [f"ready {running.url}"]
    assert soon(lambda: "13800000391" in running.output)
    for mobile, _ in ACCOUNTS:
        assert mobile in running.output.split(f"ready {running.url}")[1]


def test_static_files_need_no_collecting(running):
    assert "htmx" in running.get("/static/vendor/htmx/htmx.min.js")[1]


def test_commits_are_durable_and_no_port_of_the_database_is_open(running):
    assert settings_of_the_server(running.data) == {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "listen_addresses": "",
    }


def test_a_second_run_on_the_same_data_is_refused(running, start):
    second = start(running.data)

    assert second.process.wait(SOON_SECONDS) == 2
    second.finish()
    assert "Another portal is running on the data" in second.output
    assert running.get("/livez")[0] == 200


@pytest.mark.parametrize("word", ["gunicorn", "worker", "beat", "redis-server", "postgres"])
def test_what_dies_by_itself_is_started_again(running, word):
    dead = running.child(word)
    dead.kill()

    assert soon(lambda: running.child(word) not in {None, dead})
    assert soon(lambda: is_ready(running))
    assert "is started again" in running.output


def test_ctrl_c_ends_it_well_with_every_child_gone_even_when_pressed_twice(data, start):
    portal = start(data).wait_until_ready()
    assert len(portal.family()) > 8

    portal.process.send_signal(signal.SIGINT)
    assert portal.end(signal.SIGINT) == (0, [])


def test_asked_while_starting_it_leaves_nothing(data, start):
    portal = start(data)
    assert soon(lambda: "Bringing the database up to date" in portal.output)

    assert portal.end(signal.SIGTERM) == (0, [])
    assert "ready " not in portal.output


def test_two_portals_run_side_by_side_and_end_each_for_itself(data, start, tmp_path):
    subprocess.run(["cp", "-a", data, tmp_path / "other"], check=True)
    one = start(data)
    other = start(tmp_path / "other")
    one.wait_until_ready()
    other.wait_until_ready()
    leave_a_note(data)

    assert one.end(signal.SIGTERM) == (0, [])

    assert is_ready(other)
    assert sql(other.data, "SELECT to_regclass('a_note')") == [(None,)]


def test_a_killed_portal_takes_its_children_along_and_comes_back_with_its_data(data, start):
    portal = start(data).wait_until_ready()
    leave_a_note(data)
    family = portal.family()
    portal.process.kill()

    _, left = psutil.wait_procs(family, timeout=SOON_SECONDS)
    start(data, port=portal.port).wait_until_ready()

    assert left == []
    assert find_the_note(data)


def test_after_a_killing_of_all_at_once_it_comes_back_with_its_data(data, start):
    portal = start(data).wait_until_ready()
    leave_a_note(data)
    *children, supervisor = portal.family()
    supervisor.kill()  # first: it must not start the others again
    for child in children:
        with contextlib.suppress(psutil.NoSuchProcess):  # some end with the supervisor at once
            child.kill()
    psutil.wait_procs(children, timeout=SOON_SECONDS)
    assert (data / "postgres/data/postmaster.pid").exists()

    start(data).wait_until_ready()

    assert find_the_note(data)


def test_the_next_start_ends_what_a_killed_run_left_behind(data, start):
    portal = start(data).wait_until_ready()
    web = portal.child("gunicorn")
    orphans = [web, *web.children()]
    web.suspend()  # deaf to everything but the next run
    portal.process.kill()
    portal.process.wait()

    again = start(data, port=portal.port).wait_until_ready()

    assert "left web running" in again.output
    assert psutil.wait_procs(orphans, timeout=0)[1] == []


def test_a_port_in_use_is_named_and_nothing_is_started(start, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        portal = start(tmp_path / "var", port=other.getsockname()[1])

        assert portal.process.wait(SOON_SECONDS) == 2
    portal.finish()
    assert f"Port {portal.port} of 127.0.0.1 cannot be used" in portal.output
    assert "Traceback" not in portal.output
    assert not (tmp_path / "var/postgres").exists()


def let_others_pass(folder):
    for each in (folder, folder.parent, folder.parent.parent):
        each.chmod(0o755)


def test_a_folder_that_cannot_be_written_is_named(start, tmp_path, somebody):
    let_others_pass(tmp_path)
    (tmp_path / "locked").mkdir(mode=0o555)

    portal = start(tmp_path / "locked/var", somebody=somebody)

    assert portal.process.wait(SOON_SECONDS) == 2
    portal.finish()
    assert f"The folder {tmp_path / 'locked/var'} cannot be written" in portal.output
    assert "Traceback" not in portal.output


@pytest.mark.skipif(os.geteuid() != 0, reason="every other test here runs as an ordinary user")
def test_an_ordinary_user_runs_it_too(data, start, tmp_path, somebody):
    let_others_pass(tmp_path)
    number = somebody.identity["user"]
    subprocess.run(["chown", "-R", str(number), data], check=True)

    portal = start(data, somebody=somebody).wait_until_ready()

    assert {process.uids().real for process in portal.family()} == {number}
    assert portal.end() == (0, [])
