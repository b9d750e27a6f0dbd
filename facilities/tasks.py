"""The worker's regular work on sessions. Each run has a key, and is harmless the second time."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from audit import services as audit
from common.intervals import SHANGHAI, slot_in_shanghai
from facilities import services

_QUARTER = 15  # minutes


@shared_task
def publish_sessions(**_: Any) -> None:
    """Publish what timetables say, once an hour. Beats come every minute: the first one works."""
    now = timezone.now()
    audit.run_once(
        key=f"publish_sessions:{now.astimezone(SHANGHAI):%Y-%m-%dT%H}",
        name="facilities.publish_sessions",
        now=now,
        job=lambda: services.publish_sessions(now=now),
    )


@shared_task
def rejudge_sessions(**_: Any) -> None:
    """Judge all coming sessions again, once a quarter of an hour."""
    now = timezone.now()
    audit.run_once(
        key=f"rejudge_sessions:{slot_in_shanghai(now, _QUARTER)}",
        name="facilities.rejudge_sessions",
        now=now,
        job=lambda: services.rejudge_sessions(now=now),
    )
