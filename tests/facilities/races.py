"""Doing several things at once, for tests of what happens then."""

import time
from collections.abc import Callable
from threading import Thread

from django.db import connection, connections


class Meanwhile:
    """Something that goes on in a thread and a connection of its own, while the test goes on."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.failure: BaseException | None = None
        self._work = work
        self._thread = Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as failure:
            self.failure = failure
        finally:
            connections.close_all()

    def is_done_within(self, seconds: float) -> bool:
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def finish(self) -> None:
        """Wait for the end, and raise what was raised."""
        assert self.is_done_within(30)
        if self.failure is not None:
            raise self.failure


def at_once(count: int, work: Callable[[], object]) -> list[BaseException]:
    """Do the same several times at once; what was raised."""
    going_on = [Meanwhile(work) for _ in range(count)]
    assert all(one.is_done_within(60) for one in going_on)
    return [one.failure for one in going_on if one.failure is not None]


def somebody_waits_for_a_lock(*, within: float = 20) -> bool:
    """Whether, after a while at most, a statement of this database waits for a row."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return True
        time.sleep(0.02)
    return False
