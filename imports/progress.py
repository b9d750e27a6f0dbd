"""How far a job is, seen from outside of its transaction.

All rows of a file are written in one transaction, and nobody sees into it before it ends; a count
in the job's own row would stay at 0 until everything is done. So it is told to Redis, which is in
no transaction. It is for the eye only: without Redis the bar does not move, and the work goes on.
"""

import logging

from django.core.cache import cache

from imports.bounds import PROGRESS_EVERY_ROWS

logger = logging.getLogger(__name__)
_SECONDS_KEPT = 600


class Progress:
    """Tells how many rows of a job are done, now and then."""

    def __init__(self, job_id: int) -> None:
        self._key = _key(job_id)
        self._silent = False
        self._told = 0

    def tell(self, done: int) -> None:
        if self._silent or done - self._told < PROGRESS_EVERY_ROWS:
            return
        self._told = done
        try:
            cache.set(self._key, done, timeout=_SECONDS_KEPT)
        except Exception as failure:
            self._silent = True  # one short wait, not one every few rows
            logger.warning("Progress is not told: %s", failure)


def rows_done(job_id: int) -> int:
    """How many rows of a job are done, as far as was told."""
    try:
        return int(cache.get(_key(job_id)) or 0)
    except Exception:
        return 0


def _key(job_id: int) -> str:
    return f"imports:progress:{job_id}"
