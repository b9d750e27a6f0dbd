"""Every run of pytest has servers of its own, and none outlives it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.embedded.conftest import ROOT, hear_ctrl_c, outside_environment
from tests.embedded.test_servers import gone

pytestmark = pytest.mark.services

TELL = """
import os, time, psycopg2
from pathlib import Path

def test_tell():
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        fsync = cursor.fetchone()[0]
    connection.close()
    Path(os.environ["TOLD"]).write_text("\\n".join(
        [fsync, os.environ["DATABASE_URL"], os.environ["REDIS_URL"],
         os.environ["DJANGO_SETTINGS_MODULE"]]))
    time.sleep(float(os.environ["LAST"]))
"""


def run_pytest(tmp_path, *, last=0, **environment):
    test = tmp_path / "test_tell.py"
    test.write_text(TELL)
    settings = ["-c", ROOT / "pyproject.toml", "--rootdir", ROOT, "-p", "no:cacheprovider"]
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", *settings, test],
        cwd=ROOT,
        env=outside_environment(TOLD=str(tmp_path / "told"), LAST=str(last), **environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=hear_ctrl_c,
    )


def what_it_told(tmp_path):
    deadline = time.monotonic() + 60
    told = tmp_path / "told"
    while not told.exists() or len(told.read_text().splitlines()) < 4:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return told.read_text().splitlines()


def finish(process):
    output, _ = process.communicate(timeout=120)
    return process.returncode, output


def test_a_run_gets_its_own_servers_and_the_tests_settings(tmp_path):
    assert finish(run_pytest(tmp_path))[0] == 0

    fsync, database, redis, settings = what_it_told(tmp_path)
    assert fsync == "off"
    assert database != os.environ["DATABASE_URL"]
    assert redis != os.environ["REDIS_URL"]
    assert settings == "babyhouse.settings.test"


def test_a_fault_test_asks_for_durable_servers(tmp_path):
    assert finish(run_pytest(tmp_path, TEST_DURABLE="1"))[0] == 0

    assert what_it_told(tmp_path)[0] == "on"


def test_servers_named_by_the_environment_are_used(tmp_path):
    given = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}

    assert finish(run_pytest(tmp_path, **given))[0] == 0

    assert what_it_told(tmp_path)[1:3] == [given["DATABASE_URL"], given["REDIS_URL"]]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_servers_end_with_a_run_that_is_broken_off(tmp_path, how):
    process = run_pytest(tmp_path, last=600)
    what_it_told(tmp_path)
    servers = psutil.Process(process.pid).children()
    assert len(servers) == 2

    process.send_signal(how)
    finish(process)

    assert gone(servers)


def test_the_folder_of_a_killed_run_is_swept_by_the_next(tmp_path):
    process = run_pytest(tmp_path, last=600, TMPDIR=str(tmp_path))
    what_it_told(tmp_path)
    process.kill()
    finish(process)
    (left,) = Path(tmp_path).glob("babyhouse-test-*")
    an_hour_ago = time.time() - 3600
    os.utime(left, (an_hour_ago, an_hour_ago))

    assert finish(run_pytest(tmp_path, TMPDIR=str(tmp_path)))[0] == 0

    assert not left.exists()
