"""What every task of the worker does at its end: say that it came to it."""

from typing import Any

from celery import Task
from django.db import DatabaseError, InterfaceError
from django.utils import timezone


class Job(Task):  # type: ignore[type-arg]  # generic in the stubs alone
    """A task whose last good and bad end the page 系统 shows."""

    abstract = True

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
