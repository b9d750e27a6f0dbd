"""What every task of the worker does before and after: look at the clock, say how it ended."""

import time
from typing import Any

from celery import Task
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

AT_MOST_OFF = 60  # seconds between this process's clock and the database's


class ClockIsWrong(RuntimeError):
    """This process's clock is far from the database's: it would settle what is still to come."""


class Job(Task):  # type: ignore[type-arg]  # generic in the stubs alone
    """A task whose last good and bad end the page 系统 shows."""

    abstract = True

    def before_start(self, task_id: str, args: Any, kwargs: Any) -> None:
        """Let no job begin by a clock that is wrong.

        :raises ClockIsWrong: when it is.
        """
        with connection.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
            off = time.time() - float(cursor.fetchone()[0])
        if abs(off) > AT_MOST_OFF:
            raise ClockIsWrong(f"{off:+.0f} s")

    def on_success(self, retval: Any, task_id: str, args: Any, kwargs: Any) -> None:
        """Note the good end. Being noted is never worth failing a task that did its work."""
        from audit import services as audit  # the apps are not there yet when Celery begins

        now = timezone.now()  # noqa: TID251  an entrance: the worker itself
        try:
            audit.note_success(task=self.name, now=now)
        except (DatabaseError, InterfaceError):
            return

    def on_failure(
        self, exc: BaseException, task_id: str, args: Any, kwargs: Any, einfo: Any
    ) -> None:
        """Note the bad end, if the database is not what failed."""
        from audit import services as audit

        now = timezone.now()  # noqa: TID251  an entrance: the worker itself
        try:
            audit.note_failure(task=self.name, failure=repr(exc), now=now)
        except (DatabaseError, InterfaceError):
            return
