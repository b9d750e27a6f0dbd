"""The worker's part of safety. Every run has a logical name, and each name is done once."""

from celery import shared_task
from django.utils import timezone

from audit.services import run_once
from common.intervals import SHANGHAI, slot_in_shanghai
from safety import services

_FROM_HOUR = 7  # nobody is told of a toy at midnight


@shared_task(name="safety.tasks.remind_of_registers")
def remind_of_registers(**_: object) -> bool:
    """Remind houses of checks that are due, once a day in the morning."""
    now = timezone.now()
    local = now.astimezone(SHANGHAI)
    if local.hour < _FROM_HOUR:
        return False
    return run_once(
        key=f"safety.remind_of_registers:{local:%Y-%m-%d}",
        name="safety.remind_of_registers",
        now=now,
        job=lambda: {"houses": services.remind_of_registers(now=now)},
    )


@shared_task(name="safety.tasks.escalate_duties")
def escalate_duties(**_: object) -> bool:
    """Take overdue duties to tell one level up, every minute."""
    now = timezone.now()
    return run_once(
        key=f"safety.escalate_duties:{slot_in_shanghai(now)}",
        name="safety.escalate_duties",
        now=now,
        job=lambda: {"steps": services.escalate_duties(now=now)},
    )
