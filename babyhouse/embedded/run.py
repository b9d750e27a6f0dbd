"""`make run`: the whole portal on this machine, stopped by Ctrl-C with nothing left behind."""

import os
import signal
import sys
from types import FrameType

from babyhouse.embedded.demo_accounts import TABLE
from babyhouse.embedded.errors import CannotStart
from babyhouse.embedded.identity import end_with_parent
from babyhouse.embedded.plan import Plan, check_the_port, plan_from, prepare_folders
from babyhouse.embedded.portal import fill, start_programs, start_stores, wait_until_ready
from babyhouse.embedded.recovery import Notebook, OnlyRun, end_former_children
from babyhouse.embedded.supervisor import Supervisor
from babyhouse.embedded.terminal import ctrl_c_is_ours

_ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_CANNOT_START = 2


class _AskedToStop(BaseException):
    """Ctrl-C, or its like."""


def main() -> int:
    """Run until somebody asks to stop; return what the shell sees."""
    _listen()
    try:
        with ctrl_c_is_ours():
            plan = plan_from(os.environ)
            prepare_folders(plan)
            with OnlyRun(plan.run) as only_run:
                _run(plan, only_run)
    except _AskedToStop:
        return 0
    except CannotStart as reason:
        _tell(str(reason))
        return _CANNOT_START
    return 0


def _run(plan: Plan, only_run: OnlyRun) -> None:
    notebook = Notebook(plan.run)
    for name in end_former_children(notebook):
        _tell(f"A former run was killed and left {name} running; it has been ended.")
    check_the_port(plan)
    supervisor = Supervisor(notebook, _tell)
    try:
        _bring_up(plan, supervisor)
        supervisor.watch()
    finally:
        _stop_listening()
        only_run.stopping()
        supervisor.stop()


def _bring_up(plan: Plan, supervisor: Supervisor) -> None:
    environment = start_stores(plan, supervisor)
    fill(plan, supervisor, environment)
    start_programs(plan, supervisor, environment)
    wait_until_ready(plan, supervisor)
    print(f"ready {plan.url}", flush=True)
    print(TABLE, flush=True)
    _tell(f"Logs: {plan.logs}. Ctrl-C stops everything; the data stays in {plan.data}.")


def _tell(sentence: str) -> None:
    """Write to the person at the terminal; standard output is for the ready line."""
    print(sentence, file=sys.stderr, flush=True)


def _listen() -> None:
    for number in _ASKING:
        # Under nohup a hang-up is ignored, and stays so.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _ask_to_stop)
    if os.environ.get("MAKELEVEL"):
        end_with_parent(signal.SIGTERM)  # make may be killed, and we are its own child


def _ask_to_stop(number: int, frame: FrameType | None) -> None:
    _stop_listening()
    _tell("Stopping …")
    raise _AskedToStop


def _stop_listening() -> None:
    """Let the stopping finish: a second Ctrl-C must not leave half of it running."""
    for number in _ASKING:
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
