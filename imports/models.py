"""A file that somebody brings in, and what has become of it."""

from django.db import models
from django.db.models import F, Q

from common.fields import EncryptedTextField
from common.models import PublicIdModel, choices
from imports.types import ImportState

_OVER = [ImportState.PREVIEWED.value, ImportState.COMMITTED.value, ImportState.FAILED.value]


class ImportJob(PublicIdModel):
    """One file on its way in. The worker carries it out; nothing but the worker writes its data.

    `content` (base64) and `told` (JSON: faults, notes, preview) may hold names, numbers and papers
    of people: they are sealed, and emptied after a while. The file stands in PostgreSQL, where the
    job is: whichever worker takes it has it, and it cannot be lost without the job.
    """

    kind = models.CharField(max_length=30)
    file_name = models.CharField(max_length=120)
    file_sha256 = models.CharField(max_length=64)
    content = EncryptedTextField()
    # The place chosen: codes of district and 街镇, and a house's public id; '' is all of it.
    district = models.CharField(max_length=6)
    subdistrict = models.CharField(max_length=9, default="", blank=True)
    facility = models.CharField(max_length=36, default="", blank=True)
    place_name = models.CharField(max_length=60)
    actor_id = models.BigIntegerField()
    actor_name = models.CharField(max_length=40)
    state = models.CharField(
        max_length=10, choices=choices(ImportState), default=ImportState.WAITING.value
    )
    commit = models.BooleanField()  # whether it is to be written, or only looked at
    rows = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    faults = models.PositiveIntegerField(default=0)
    told = EncryptedTextField()
    tries = models.PositiveSmallIntegerField(default=0)
    uploaded_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)  # when a worker last took it
    finished_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)  # when the file and what was told were emptied

    class Meta:
        indexes = [
            models.Index(fields=["-uploaded_at"], name="imports_by_time"),
            models.Index(
                fields=["claimed_at"],
                condition=~Q(state__in=_OVER),
                name="imports_that_wait",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="committed") | Q(commit=True, faults=0),
                name="only_a_faultless_import_is_written",
            ),
            models.CheckConstraint(
                condition=Q(rows__gte=F("created") + F("updated") + F("unchanged")),
                name="an_import_brings_in_no_more_than_its_rows",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_OVER, finished_at__isnull=False)
                | (~Q(state__in=_OVER) & Q(finished_at__isnull=True)),
                name="an_import_that_is_over_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state} #{self.pk}"
