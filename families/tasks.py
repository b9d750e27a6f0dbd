"""The worker's part of families."""

from celery import shared_task
from django.utils import timezone

from families import services


@shared_task(name="families.tasks.remind_of_expiring_checks")
def remind_of_expiring_checks(**_: object) -> int:
    """Remind once a day; a second run says nothing new."""
    return services.remind_of_expiring_checks(now=timezone.now())
