"""The worker's regular work on draws. Each run has a key, and is harmless the second time."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from audit import services as audit
from common.intervals import SHANGHAI
from inspections import services

_QUARTER = 15  # minutes


@shared_task
def remind_of_draws(**_: Any) -> None:
    """Say what draws wait for, once a quarter of an hour."""
    now = timezone.now()
    local = now.astimezone(SHANGHAI)
    quarter = local.minute // _QUARTER * _QUARTER
    audit.run_once(
        key=f"remind_of_draws:{local:%Y-%m-%dT%H}:{quarter:02d}",
        name="inspections.remind_of_draws",
        now=now,
        job=lambda: services.remind_of_draws(now=now),
    )


@shared_task
def escalate_cases(**_: Any) -> None:
    """Tell of cases whose clock ran out, once an hour."""
    now = timezone.now()
    audit.run_once(
        key=f"escalate_cases:{now.astimezone(SHANGHAI):%Y-%m-%dT%H}",
        name="inspections.escalate_cases",
        now=now,
        job=lambda: {"told": services.escalate_cases(now=now)},
    )
