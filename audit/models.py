"""Rows that say what happened: audit events for good, the worker's runs for some weeks."""

from django.db import models


class AuditEvent(models.Model):
    """One thing that was done or seen. A trigger refuses UPDATE and DELETE."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=80)  # dotted, e.g. bookings.booking.placed
    actor_id = models.BigIntegerField(null=True)  # NULL: the worker
    subject = models.CharField(max_length=80)  # e.g. booking:0b6e…
    child_id = models.BigIntegerField(null=True)  # whose data it touches, for 谁看过我的孩子
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["child_id", "at"], name="audit_by_child"),
            models.Index(fields=["subject", "at"], name="audit_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} #{self.pk}"


class JobRun(models.Model):
    """A piece of the worker's work, named by its logical key so that it happens once."""

    key = models.CharField(max_length=120, unique=True)  # e.g. publish_sessions:2026-11-22T09
    name = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    failure = models.TextField(default="", blank=True)
    result = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["name", "-started_at"], name="latest_runs_of_a_job")]

    def __str__(self) -> str:
        return self.key


class JobPulse(models.Model):
    """When a regular job of the worker last ended, well and badly. One row a job."""

    task = models.CharField(max_length=100, unique=True)  # e.g. staff.tasks.recount
    ran_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failure = models.TextField(default="", blank=True)  # what went wrong at `failed_at`

    def __str__(self) -> str:
        return self.task
