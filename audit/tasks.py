"""The worker's part of what it leaves behind itself."""

from celery import shared_task
from django.utils import timezone

from audit import services
from common.intervals import day_in_shanghai


@shared_task(name="audit.tasks.forget_runs")
def forget_runs(**_: object) -> bool:
    """Forget runs that ended well some weeks ago, once a day."""
    now = timezone.now()
    return services.run_once(
        key=f"audit.forget_runs:{day_in_shanghai(now)}",
        name="audit.forget_runs",
        now=now,
        job=lambda: {"forgotten": services.forget_runs(now=now)},
    )
