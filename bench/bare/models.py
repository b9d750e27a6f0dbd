"""The bare tables, which bench.limit makes, as the ORM sees them."""

from typing import ClassVar

from django.db import models


class Slot(models.Model):
    """Places, and how many of them are taken."""

    places = models.IntegerField()
    taken = models.IntegerField(default=0)

    objects: ClassVar[models.Manager["Slot"]] = models.Manager()

    class Meta:
        managed = False
        db_table = "bench_slot"

    def __str__(self) -> str:
        return f"slot #{self.pk}"


class Booking(models.Model):
    """A child in a slot, once."""

    slot_id = models.BigIntegerField()
    child_id = models.BigIntegerField()
    placed_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Booking"]] = models.Manager()

    class Meta:
        managed = False
        db_table = "bench_booking"

    def __str__(self) -> str:
        return f"booking #{self.pk}"


class Quota(models.Model):
    """What a child has used of a year."""

    child_id = models.BigIntegerField(primary_key=True)  # with the year, in the table itself
    year = models.IntegerField()
    granted = models.IntegerField()
    used = models.IntegerField(default=0)

    objects: ClassVar[models.Manager["Quota"]] = models.Manager()

    class Meta:
        managed = False
        db_table = "bench_quota"

    def __str__(self) -> str:
        return f"quota of {self.child_id}"
