"""What a killed run leaves behind is known again, and a stranger is left alone."""

import os
import signal
import subprocess
import sys
import threading

import psutil
import pytest

from babyhouse.embedded.errors import CannotStart
from babyhouse.embedded.recovery import Child, Notebook, OnlyRun, end_former_children


@pytest.fixture
def sleeper():
    process = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True
    )
    yield process
    process.kill()
    process.wait()


def test_a_child_of_a_killed_run_is_ended(tmp_path, sleeper):
    notebook = Notebook(tmp_path)
    notebook.write([Child.of("web", sleeper.pid, signal.SIGTERM)])

    assert end_former_children(notebook) == ["web"]
    assert sleeper.poll() is not None
    assert notebook.read() == []


def test_what_a_dead_child_left_in_its_session_is_ended(tmp_path):
    leader = subprocess.Popen(
        ["/bin/sh", "-c", "sleep 600 & echo $!; read line"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    grandchild = psutil.Process(int(leader.stdout.readline()))
    notebook = Notebook(tmp_path)
    notebook.write([Child.of("worker", leader.pid, signal.SIGTERM)])
    leader.stdin.close()
    leader.wait()

    assert end_former_children(notebook) == ["worker"]
    leader.stdout.close()
    psutil.wait_procs([grandchild], timeout=10)
    assert not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE


def test_a_stranger_with_the_number_of_a_dead_child_is_left_alone(tmp_path, sleeper):
    born = psutil.Process(sleeper.pid).create_time()
    notebook = Notebook(tmp_path)
    notebook.write([Child("web", sleeper.pid, born - 3600, signal.SIGTERM)])

    assert end_former_children(notebook) == []
    assert sleeper.poll() is None


def test_a_damaged_list_of_children_does_not_keep_the_portal_from_starting(tmp_path):
    (tmp_path / "children.json").write_text('[{"name": "web"')

    assert end_former_children(Notebook(tmp_path)) == []


def test_a_folder_is_held_by_one_run_at_a_time(tmp_path):
    with (
        OnlyRun(tmp_path),
        pytest.raises(CannotStart, match="Another portal is running"),
        OnlyRun(tmp_path),
    ):
        pass
    with OnlyRun(tmp_path):
        assert (tmp_path / "lock").exists()


def test_a_run_waits_for_another_that_is_stopping(tmp_path):
    first = OnlyRun(tmp_path)
    with first:
        first.stopping()
        end_of_the_first = threading.Timer(2.5, os.close, [os.dup(first._lock)])
        end_of_the_first.start()
    # The copy holds the lock for longer than a run that is not stopping would be waited for.
    with OnlyRun(tmp_path):
        end_of_the_first.join()
