"""The worker's part of people at work. PostgreSQL remembers; the broker only carries."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from audit.services import run_once
from common.intervals import SHANGHAI, slot_in_shanghai
from staff import services

_SLOT = 5  # minutes
_FROM_HOUR = 7  # nobody is told of a paper at midnight


@shared_task(name="staff.tasks.propose_rosters")
def propose_rosters(**_: object) -> int:
    """Work out the roster that somebody waits for, one a run; harmless when there is none."""
    return services.work_out_next(now=timezone.now())


@shared_task(name="staff.tasks.recount")
def recount(**_: object) -> bool:
    """Count the staff of every coming session anew, every five minutes: the net under the rest."""
    now = timezone.now()
    return run_once(
        key=f"staff.recount:{slot_in_shanghai(now, _SLOT)}",
        name="staff.recount",
        now=now,
        job=lambda: services.recount_everything(now=now),
    )


@shared_task(name="staff.tasks.close_forgotten")
def close_forgotten(**_: object) -> bool:
    """Close presences that nobody clocked out of, every five minutes."""
    now = timezone.now()
    return run_once(
        key=f"staff.close_forgotten:{slot_in_shanghai(now, _SLOT)}",
        name="staff.close_forgotten",
        now=now,
        job=lambda: {"closed_by_guess": services.close_forgotten(now=now)},
    )


@shared_task(name="staff.tasks.remind_of_papers")
def remind_of_papers(**_: object) -> bool:
    """Remind of papers that lapse, once a day in the morning."""
    now = timezone.now()
    return _in_the_morning(now) and run_once(
        key=f"staff.remind_of_papers:{now.astimezone(SHANGHAI):%Y-%m-%d}",
        name="staff.remind_of_papers",
        now=now,
        job=lambda: {"papers": services.remind_of_papers(now=now)},
    )


@shared_task(name="staff.tasks.remind_of_rosters")
def remind_of_rosters(**_: object) -> bool:
    """Remind of weeks that nobody has published, once a day in the morning."""
    now = timezone.now()
    return _in_the_morning(now) and run_once(
        key=f"staff.remind_of_rosters:{now.astimezone(SHANGHAI):%Y-%m-%d}",
        name="staff.remind_of_rosters",
        now=now,
        job=lambda: {"houses": services.remind_of_rosters(now=now)},
    )


def _in_the_morning(now: datetime) -> bool:
    return now.astimezone(SHANGHAI).hour >= _FROM_HOUR
