"""The worker's part of imports. PostgreSQL remembers what waits; the broker only hurries."""

from celery import shared_task
from django.utils import timezone

from audit.services import run_once
from common.intervals import day_in_shanghai
from imports import services


@shared_task(name="imports.tasks.carry_out")
def carry_out(job_id: int, **_: object) -> bool:
    """Carry out one job; harmless the second time."""
    return services.carry_out(job_id=job_id, now=timezone.now())


@shared_task(name="imports.tasks.pick_up")
def pick_up(**_: object) -> int:
    """Carry out what the broker has lost, or a dead worker has left: one job a run."""
    for job_id in services.jobs_waiting(now=timezone.now()):
        if services.carry_out(job_id=job_id, now=timezone.now()):
            return job_id
    return 0


@shared_task(name="imports.tasks.forget")
def forget(**_: object) -> bool:
    """Empty the files of jobs long done, once a day."""
    now = timezone.now()
    return run_once(
        key=f"imports.forget:{day_in_shanghai(now)}",
        name="imports.forget",
        now=now,
        job=lambda: {"forgotten": services.forget_files(now=now)},
    )
