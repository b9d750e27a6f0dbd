"""Who was in which room, from when to when. A row is closed once and never rewritten."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q

from bookings.types import EscortKind, Look
from common.fields import EncryptedTextField
from common.models import PublicIdModel, choices, same, span


class FloorDay(models.Model):
    """On this day the house writes down who comes into this room. 开始登记"""

    care_group = models.ForeignKey(
        "facilities.CareGroup", on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["care_group", "on"], name="a_room_is_opened_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.on} #{self.pk}"


class Stay(PublicIdModel):
    """One child in one room, as somebody at the door wrote it down. 在屋记录

    A trigger lets a row be closed once and superseded once, and nothing else: a correction is a
    new row that `replaces` the old one, which keeps its facts. A row that never was true is
    replaced by one that `is_void`.
    """

    child = models.ForeignKey("families.Child", on_delete=models.PROTECT, related_name="stays")
    facility = models.ForeignKey(
        "facilities.Facility", on_delete=models.PROTECT, related_name="stays"
    )
    care_group = models.ForeignKey(
        "facilities.CareGroup", on_delete=models.PROTECT, related_name="stays"
    )
    booking = models.ForeignKey("bookings.Booking", on_delete=models.PROTECT, related_name="stays")
    arrived_at = models.DateTimeField()
    booked_until = models.DateTimeField()  # the end of the booked hours in a row
    brought_as = models.CharField(max_length=8, choices=choices(EscortKind))
    brought_by = models.CharField(max_length=60)
    brought_ref = models.UUIDField(null=True)
    # What was seen at the door: sensitive, and shown only to the family and to the house.
    temperature_c = models.DecimalField(max_digits=3, decimal_places=1, null=True)
    look = models.CharField(max_length=8, choices=choices(Look), default="", blank=True)
    look_note = EncryptedTextField()
    allergy_acknowledged = models.BooleanField(default=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()
    # Leaving: written once. NULL: still in.
    left_at = models.DateTimeField(null=True)
    collected_as = models.CharField(
        max_length=8, choices=choices(EscortKind), default="", blank=True
    )
    collected_by = models.CharField(max_length=60, default="", blank=True)
    collected_ref = models.UUIDField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    closed_by_guess = models.BooleanField(default=False)  # 系统推定
    # Corrections: both versions are kept.
    replaces = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    correction_reason = models.CharField(max_length=120, default="", blank=True)
    is_void = models.BooleanField(default=False)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["child", "-arrived_at"], name="stays_of_a_child"),
            models.Index(fields=["facility", "-arrived_at"], name="stays_of_a_house"),
            models.Index(
                fields=["care_group"],
                condition=Q(left_at__isnull=True, superseded_at__isnull=True, is_void=False),
                name="children_in_a_room",
            ),
            models.Index(fields=["booking"], name="stays_of_a_booking"),
        ]
        constraints = [
            ExclusionConstraint(
                name="a_child_is_in_one_room_at_a_time",
                expressions=[same("child"), span("arrived_at", "left_at")],
                condition=Q(superseded_at__isnull=True, is_void=False),
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gt=F("arrived_at")),
                name="a_child_leaves_after_it_came",
            ),
            models.CheckConstraint(
                condition=(
                    Q(left_at__isnull=True, closed_at__isnull=True, closed_by_guess=False)
                    & Q(closed_by__isnull=True)
                )
                | (
                    Q(left_at__isnull=False, closed_at__isnull=False)
                    & (
                        Q(closed_by__isnull=False, closed_by_guess=False)
                        | Q(closed_by__isnull=True, closed_by_guess=True)
                    )
                ),
                name="a_departure_was_seen_by_somebody_or_is_a_guess",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True)
                | Q(closed_by_guess=True)
                | (~Q(collected_by="") & ~Q(collected_as="")),
                name="a_child_leaves_with_somebody",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True, is_void=False, correction_reason="")
                | (Q(replaces__isnull=False) & ~Q(correction_reason="")),
                name="a_correction_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"stay #{self.pk}"


class FloorBreach(PublicIdModel):
    """A stretch in which a room had too few people who count, as the clocks at the door saw it.

    Made from arrivals and departures, to the second. A correction of those makes a new row and
    leaves the old one as it was, superseded. 实际师幼比不足
    """

    facility = models.ForeignKey(
        "facilities.Facility", on_delete=models.PROTECT, related_name="floor_breaches"
    )
    care_group = models.ForeignKey(
        "facilities.CareGroup", on_delete=models.PROTECT, related_name="floor_breaches"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    children = models.PositiveSmallIntegerField()  # at its worst moment
    counted_staff = models.PositiveSmallIntegerField()
    needed = models.PositiveSmallIntegerField()
    child_ids = models.JSONField(default=list)
    staff_ids = models.JSONField(default=list)
    seen_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["facility", "-starts_at"], name="floor_breaches_of_a_house")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["care_group", "starts_at"],
                condition=Q(superseded_at__isnull=True),
                name="a_room_falls_short_once_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="a_shortage_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"floor breach #{self.pk}"


class BreachAnswer(models.Model):
    """Somebody answers for a shortage: who, when, and what is being done. Append-only.

    Answered, it is escalated no further; it stays in the record however it ends.
    """

    planned = models.OneToOneField(
        "facilities.RatioBreach", null=True, on_delete=models.PROTECT, related_name="+"
    )
    actual = models.OneToOneField(
        FloorBreach, null=True, on_delete=models.PROTECT, related_name="answer"
    )
    words = models.CharField(max_length=200)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(planned__isnull=True) ^ Q(actual__isnull=True),
                name="an_answer_is_to_one_shortage",
            ),
            models.CheckConstraint(condition=~Q(words=""), name="an_answer_says_something"),
        ]

    def __str__(self) -> str:
        return f"answer #{self.pk}"


class CollectionCode(models.Model):
    """A code with which somebody a guardian named collects the child once. 一次性接人码

    Found by `code_key`, a keyed hash; `code` is sealed, to be shown to the guardian again, and
    forgotten when it is used.
    """

    child = models.ForeignKey("families.Child", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    collector = models.CharField(max_length=40)
    code = EncryptedTextField()
    code_key = models.CharField(max_length=64)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # taken back, or another was made

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["child", "on"],
                condition=Q(used_at__isnull=True, ended_at__isnull=True),
                name="a_child_has_one_code_a_day_that_opens",
            ),
            models.CheckConstraint(condition=~Q(collector=""), name="a_code_names_who_collects"),
        ]

    def __str__(self) -> str:
        return f"code {self.on} #{self.pk}"
