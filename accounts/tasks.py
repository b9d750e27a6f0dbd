"""The worker's part of accounts."""

from celery import shared_task
from django.utils import timezone

from accounts import services


@shared_task(name="accounts.tasks.forget_unproven")
def forget_unproven(**_: object) -> int:
    """Remove sign-ups that were never finished."""
    return services.forget_unproven(now=timezone.now())
