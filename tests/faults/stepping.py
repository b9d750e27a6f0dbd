"""A job of the worker in a process of its own, killed at a statement of our choosing."""

import tempfile
import time
from pathlib import Path

from tests.faults.machines import kill_9, running

_PRELUDE = """
import os, time
import django; django.setup()
from datetime import datetime
from importlib import import_module
from django.db import connection, transaction

now = datetime.fromisoformat({now!r})
steps = os.open({steps!r}, os.O_WRONLY | os.O_APPEND)

def slowly(execute, sql, params, many, context):
    os.write(steps, b".")
    time.sleep(0.004)
    return execute(sql, params, many, context)

def commit_midway(module, name):
    # The control: what went before this call is committed apart from what comes after.
    real = getattr(module, name)
    def committing(*args, **facts):
        connection.connection.commit()
        os.write(steps, b"." * {midway})
        time.sleep(0.5)
        return real(*args, **facts)
    setattr(module, name, committing)

{control}
connection.ensure_connection()
with connection.execute_wrapper(slowly):
    {job}
"""
_SECONDS = 60
MIDWAY = 1000  # the statement to kill at, between the two halves of the control


def run_to_statement(job: str, at: int | None, *, now: str, control: str = "") -> int:
    """Run `job` until its statement number `at` and kill it; to its end where that is None.

    Returns how many statements were begun.
    """
    with tempfile.NamedTemporaryFile() as steps:
        path = Path(steps.name)
        script = _PRELUDE.format(now=now, steps=steps.name, job=job, control=control, midway=MIDWAY)

        def begun() -> int:
            return path.stat().st_size

        with running("-c", script) as worker:
            if at is None:
                assert worker.wait(timeout=_SECONDS) == 0, "the job itself failed"
            else:
                until = time.monotonic() + _SECONDS
                while begun() < at and worker.poll() is None:
                    assert time.monotonic() < until, f"statement {at} was not reached"
                    time.sleep(0.002)
                kill_9(worker)
        return begun()
