"""When PostgreSQL picked us as the victim of a deadlock, try again; people need not know."""

import secrets
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError

T = TypeVar("T")

_TRANSIENT = {"40001", "40P01"}  # serialization_failure, deadlock_detected
_TRIES = 3
_LONGEST_PAUSE_MS = 50


def retried(work: Callable[[], T]) -> T:
    """Do a whole transaction, and do it again when it was rolled back for no fault of its own."""
    for left in reversed(range(_TRIES)):
        try:
            return work()
        except OperationalError as error:
            code = getattr(error.__cause__, "pgcode", None)
            if code not in _TRANSIENT or not left:
                raise
            time.sleep(secrets.randbelow(_LONGEST_PAUSE_MS) / 1000)
    raise AssertionError("unreachable")
