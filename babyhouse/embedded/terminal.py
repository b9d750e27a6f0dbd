"""Ctrl-C reaches us and not make, so that make ends well when we do."""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def ctrl_c_is_ours() -> Iterator[None]:
    """Stand in the terminal's foreground alone; do nothing where there is no terminal.

    Otherwise Ctrl-C also strikes make, which reports an error however well we end.
    """
    terminal, before = _terminal_we_lead()
    if terminal is None:
        yield
        return
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)  # make would not notice that we paused
    os.setpgid(0, 0)
    os.tcsetpgrp(terminal, os.getpgrp())
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.tcsetpgrp(terminal, before)


def _terminal_we_lead() -> tuple[int | None, int]:
    """Return the terminal whose foreground is our group, and that group."""
    group = os.getpgrp()
    try:
        terminal = sys.stdin.fileno()
        in_front = os.tcgetpgrp(terminal) == group and group != os.getpid()
    except (OSError, ValueError):
        return None, group
    return (terminal if in_front else None), group
