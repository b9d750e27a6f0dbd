"""The worker's part of the post room."""

import time

from celery import shared_task
from django.utils import timezone

from notifications import services
from notifications.types import Delivery

_SECONDS_A_RUN = 40  # well below the task's time limit; the next run goes on
_AT_MOST = 2000


@shared_task(name="notifications.tasks.deliver")
def deliver(**_: object) -> int:
    """Deliver what is due. Any number of these may run at once."""
    stop_at = time.monotonic() + _SECONDS_A_RUN
    for attended in range(_AT_MOST):
        if time.monotonic() > stop_at:
            return attended
        if services.deliver_next(now=timezone.now()) is Delivery.NOTHING_DUE:
            return attended
    return _AT_MOST
