"""What a person reads who cannot start, and how make ends when we do."""

import os
import pty
import signal
import subprocess
import sys

import pytest

from tests.embedded.conftest import ROOT, outside_environment

SETUP = ROOT / "babyhouse/embedded/setup.sh"


def a_python_that_says(folder, version):
    """Write a python3 that is too old."""
    python = folder / "python3"
    python.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && echo "Python {version}" && exit\nexit 1\n'
    )
    python.chmod(0o755)
    return python


def run(command, folder, **environment):
    return subprocess.run(
        command,
        cwd=folder,
        env=outside_environment(**environment),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_too_old_python_is_named_before_anything_is_made(tmp_path):
    old = a_python_that_says(tmp_path, "3.9.2")

    outcome = run([SETUP, "python"], tmp_path, PYTHON=str(old), GOAL="run")

    assert outcome.returncode == 2
    assert "needs Python 3.11 or newer" in outcome.stderr
    assert "Python 3.9.2" in outcome.stderr
    assert "make run PYTHON=" in outcome.stderr
    assert not (tmp_path / ".venv").exists()


def test_no_python_at_all_is_named_too(tmp_path):
    outcome = run([SETUP, "python"], tmp_path, PYTHON="no-such-python")

    assert outcome.returncode == 2
    assert "no-such-python is not here" in outcome.stderr


@pytest.mark.parametrize("port", ["eighty", "0", "70000", "-1", "８０"])
def test_a_port_that_is_none_is_named(tmp_path, port):
    command = [sys.executable, "-m", "babyhouse.embedded.run"]

    outcome = run(command, ROOT, PORT=port, DATA=str(tmp_path / "var"))

    assert outcome.returncode == 2
    assert "PORT must be a number" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert not (tmp_path / "var").exists()


def test_help_names_every_target_people_use():
    outcome = run(["make", "help"], ROOT)

    for target in ("setup", "run", "test", "check", "bench", "lock", "clean"):
        assert f"make {target} " in outcome.stdout


RECIPE = """
import time
from babyhouse.embedded.run import _AskedToStop, _listen
from babyhouse.embedded.terminal import ctrl_c_is_ours
_listen()
try:
    with ctrl_c_is_ours():
        print("running", flush=True)
        time.sleep(60)
except _AskedToStop:
    print("stopped well", flush=True)
"""


@pytest.fixture
def makefile(tmp_path):
    """A Makefile whose `run` is ours in all but the portal."""
    (tmp_path / "recipe.py").write_text(RECIPE)
    (tmp_path / "Makefile").write_text(
        f"export PYTHONPATH := {ROOT}\nrun:\n\t@{sys.executable} recipe.py\n"
    )
    return tmp_path


def test_a_killed_make_takes_the_portal_along(makefile):
    make = subprocess.Popen(
        ["make", "run"], cwd=makefile, env=outside_environment(), stdout=subprocess.PIPE, text=True
    )
    assert make.stdout.readline() == "running\n"

    make.kill()

    assert make.stdout.read() == "stopped well\n"
    make.wait()
    make.stdout.close()


def test_ctrl_c_in_a_terminal_ends_make_without_an_error(makefile):
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(makefile)
        os.execvpe("make", ["make", "run"], outside_environment())  # noqa: S606
    read_until(terminal, b"running")

    os.write(terminal, b"\x03")
    read_until(terminal, b"stopped well")

    _, status = os.waitpid(child, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0


def read_until(terminal, words):
    signal.alarm(60)
    seen = b""
    while words not in seen:
        seen += os.read(terminal, 1024)
    signal.alarm(0)
