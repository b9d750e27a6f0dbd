"""The worker's part of bookings. Every run has a logical name, and each name is done once."""

from celery import shared_task
from django.utils import timezone

from audit.services import run_once
from bookings import services
from common.intervals import day_in_shanghai, slot_in_shanghai

_SLOT = 5  # minutes


@shared_task(name="bookings.tasks.settle")
def settle(**_: object) -> bool:
    """Use up the hours that have passed and end those that cannot be, every five minutes."""
    now = timezone.now()
    return run_once(
        key=f"bookings.settle:{slot_in_shanghai(now, _SLOT)}",
        name="bookings.settle",
        now=now,
        job=lambda: {
            "ended_without_consent": services.end_hours_without_consent(now=now),
            "ended_by_house": services.end_stopped_hours(now=now),
            "settled": services.settle_hours(now=now),
        },
    )


@shared_task(name="bookings.tasks.close_forgotten")
def close_forgotten(**_: object) -> bool:
    """Close the stays that nobody closed, some time after the house has, every five minutes."""
    now = timezone.now()
    return run_once(
        key=f"bookings.close_forgotten:{slot_in_shanghai(now, _SLOT)}",
        name="bookings.close_forgotten",
        now=now,
        job=lambda: {"closed_by_guess": services.close_forgotten(now=now)},
    )


@shared_task(name="bookings.tasks.lapse")
def lapse(**_: object) -> bool:
    """Let what is left of past years lapse, once a day."""
    now = timezone.now()
    return run_once(
        key=f"bookings.lapse:{day_in_shanghai(now)}",
        name="bookings.lapse",
        now=now,
        job=lambda: {"lapsed": services.lapse_entitlements(now=now)},
    )


@shared_task(name="bookings.tasks.continue_series")
def continue_series(**_: object) -> bool:
    """Judge the dates of weekly series that have opened, every five minutes."""
    now = timezone.now()
    return run_once(
        key=f"bookings.continue_series:{slot_in_shanghai(now, _SLOT)}",
        name="bookings.continue_series",
        now=now,
        job=lambda: {"judged": services.continue_series(now=now)},
    )


@shared_task(name="bookings.tasks.watch_breaches")
def watch_breaches(**_: object) -> bool:
    """Bring the floors up to date and escalate what nobody answered, every minute."""
    now = timezone.now()
    return run_once(
        key=f"bookings.watch_breaches:{slot_in_shanghai(now)}",
        name="bookings.watch_breaches",
        now=now,
        job=lambda: {
            **services.watch_the_floor(now=now),
            "notices": services.escalate_breaches(now=now),
        },
    )
