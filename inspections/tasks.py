"""The worker's regular work on draws. Each run has a key, and is harmless the second time."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from audit import services as audit
from common.intervals import SHANGHAI, slot_in_shanghai
from inspections import services
from inspections.services import orders

_QUARTER = 15  # minutes
_FEW = 5
_FROM_HOUR = 7  # nobody is told of a late order at midnight


@shared_task
def remind_of_draws(**_: Any) -> None:
    """Say what draws wait for, once a quarter of an hour."""
    now = timezone.now()
    audit.run_once(
        key=f"remind_of_draws:{slot_in_shanghai(now, _QUARTER)}",
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


@shared_task
def publish_results(**_: Any) -> None:
    """Publish signed results that are due and how every house stands, once a day at night."""
    now = timezone.now()
    audit.run_once(
        key=f"publish_results:{now.astimezone(SHANGHAI):%Y-%m-%d}",
        name="inspections.publish_results",
        now=now,
        job=lambda: services.publish_results(now=now),
    )


@shared_task
def keep_root(**_: Any) -> None:
    """Check all signed results and write down the day's hash of them, once a day."""
    now = timezone.now()
    audit.run_once(
        key=f"keep_root:{now.astimezone(SHANGHAI):%Y-%m-%d}",
        name="inspections.keep_root",
        now=now,
        job=lambda: services.keep_root(now=now),
    )


@shared_task
def issue_orders(**_: Any) -> None:
    """Issue the 整改 orders that signing missed, every five minutes."""
    now = timezone.now()
    audit.run_once(
        key=f"issue_orders:{slot_in_shanghai(now, _FEW)}",
        name="inspections.issue_orders",
        now=now,
        job=lambda: {"issued": orders.issue_orders(now=now)},
    )


@shared_task
def see_to_orders(**_: Any) -> None:
    """Ask the rows what is mended, and take late orders a level up; once a day in the morning."""
    now = timezone.now()
    local = now.astimezone(SHANGHAI)
    if local.hour < _FROM_HOUR:
        return
    audit.run_once(
        key=f"see_to_orders:{local:%Y-%m-%d}",
        name="inspections.see_to_orders",
        now=now,
        job=lambda: {
            **orders.judge_orders(now=now),
            "escalated": orders.escalate_orders(now=now),
        },
    )


@shared_task
def warn(**_: Any) -> None:
    """Judge every house's risk, and tell of those that rose; once a day in the morning."""
    now = timezone.now()
    local = now.astimezone(SHANGHAI)
    if local.hour < _FROM_HOUR:
        return
    audit.run_once(
        key=f"warn:{local:%Y-%m-%d}",
        name="inspections.warn",
        now=now,
        job=lambda: services.warn(now=now),
    )


@shared_task
def choose_shadows(**_: Any) -> None:
    """Choose visits at which a second inspector answers alone; once a day in the morning."""
    now = timezone.now()
    local = now.astimezone(SHANGHAI)
    if local.hour < _FROM_HOUR:
        return
    audit.run_once(
        key=f"choose_shadows:{local:%Y-%m-%d}",
        name="inspections.choose_shadows",
        now=now,
        job=lambda: {"chosen": services.choose_shadows(now=now)},
    )
