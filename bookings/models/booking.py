"""Bookings and the ledger of free 次, with the constraints that hold whoever writes."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q

from bookings.types import BookingState, CancelCause, EntryKind, HourState
from common.models import PublicIdModel, choices, same, span


class IdempotentRequest(models.Model):
    """A request that was answered with yes, so that sending it again answers the same."""

    principal = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    key = models.CharField(max_length=100)
    body_sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["principal", "key"], name="a_request_is_carried_out_once"
            )
        ]

    def __str__(self) -> str:
        return f"request #{self.pk}"


class Entitlement(models.Model):
    """A child's free 次 of one calendar year in Shanghai. 免费次数"""

    child = models.ForeignKey(
        "families.Child", on_delete=models.PROTECT, related_name="entitlements"
    )
    year = models.PositiveSmallIntegerField()
    granted = models.PositiveSmallIntegerField(default=0)
    held = models.SmallIntegerField(default=0)
    used = models.SmallIntegerField(default=0)
    lapsed = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["child", "year"], name="a_child_has_one_entitlement_a_year"
            ),
            models.CheckConstraint(
                condition=Q(held__gte=0)
                & Q(used__gte=0)
                & Q(lapsed__gte=0)
                & Q(granted__gte=F("held") + F("used") + F("lapsed")),
                name="free_units_are_never_overspent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} #{self.pk}"


class Series(PublicIdModel):
    """The same hour every week, each date judged by itself."""

    child = models.ForeignKey("families.Child", on_delete=models.PROTECT, related_name="series")
    care_group = models.ForeignKey(
        "facilities.CareGroup", on_delete=models.PROTECT, related_name="+"
    )
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    first_on = models.DateField()
    through = models.DateField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"series #{self.pk}"


class SeriesDate(models.Model):
    """What became of one date of a series: booked, or refused and why."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="dates")
    on = models.DateField()
    booking = models.ForeignKey(
        "bookings.Booking", null=True, on_delete=models.PROTECT, related_name="+"
    )
    verdicts = models.JSONField(default=list)
    judged_at = models.DateTimeField(null=True)  # NULL: its sessions are not open yet

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "on"], name="a_series_has_a_date_once")
        ]

    def __str__(self) -> str:
        return f"{self.on} #{self.pk}"


class Booking(PublicIdModel):
    """One child's booked hours of one request in one house. 预约"""

    child = models.ForeignKey("families.Child", on_delete=models.PROTECT, related_name="bookings")
    facility = models.ForeignKey(
        "facilities.Facility", on_delete=models.PROTECT, related_name="bookings"
    )
    request = models.ForeignKey(
        IdempotentRequest, on_delete=models.PROTECT, related_name="bookings"
    )
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    placed_at = models.DateTimeField()
    state = models.CharField(
        max_length=9, choices=choices(BookingState), default=BookingState.CONFIRMED.value
    )
    pass_code = models.CharField(max_length=12, unique=True)
    first_starts_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    cancel_cause = models.CharField(
        max_length=6, choices=choices(CancelCause), default="", blank=True
    )
    cancel_reason = models.CharField(max_length=120, default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["child", "-first_starts_at"], name="bookings_of_a_child"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="cancelled")
                | (Q(cancelled_at__isnull=False) & ~Q(cancel_cause="")),
                name="a_cancelled_booking_says_when_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"booking #{self.pk}"


class BookedHour(models.Model):
    """One place in one session, paid by a free 次 or by a fee."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="hours")
    child = models.ForeignKey("families.Child", on_delete=models.PROTECT, related_name="+")
    care_session = models.ForeignKey(
        "facilities.CareSession", on_delete=models.PROTECT, related_name="booked_hours"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=choices(HourState), default=HourState.LIVE.value)
    entitlement = models.ForeignKey(
        Entitlement, null=True, on_delete=models.PROTECT, related_name="hours"
    )
    charge_fen = models.PositiveIntegerField(default=0)
    refunded_fen = models.PositiveIntegerField(default=0)
    attended = models.BooleanField(null=True)  # from the floor's record; NULL: nobody knows

    class Meta:
        indexes = [
            models.Index(fields=["care_session"], name="hours_of_a_session"),
            models.Index(fields=["ends_at"], condition=Q(state="live"), name="live_hours_by_end"),
            models.Index(
                fields=["ends_at"],
                condition=Q(state="settled", attended__isnull=True),
                name="hours_of_which_nobody_knows",
            ),
        ]
        constraints = [
            ExclusionConstraint(
                name="a_child_is_in_one_place_at_a_time",
                expressions=[same("child"), span("starts_at", "ends_at")],
                condition=Q(state__in=["live", "settled"]),
            ),
            models.CheckConstraint(
                condition=Q(entitlement__isnull=True) | Q(charge_fen=0),
                name="an_hour_is_free_or_charged",
            ),
            models.CheckConstraint(
                condition=Q(attended__isnull=True) | Q(state="settled"),
                name="only_a_settled_hour_was_attended_or_not",
            ),
            models.CheckConstraint(
                condition=Q(refunded_fen__lte=F("charge_fen")),
                name="no_more_is_refunded_than_was_charged",
            ),
        ]

    def __str__(self) -> str:
        return f"hour #{self.pk}"


class LedgerEntry(models.Model):
    """One movement of free 次. A trigger refuses UPDATE and DELETE; balances are sums of these."""

    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=7, choices=choices(EntryKind))
    units = models.PositiveSmallIntegerField()
    hour = models.ForeignKey(BookedHour, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    limit_id = models.BigIntegerField(null=True)  # which row of the law a grant rests on
    note = models.CharField(max_length=120, default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["entitlement", "at"], name="entries_of_an_entitlement")]
        constraints = [
            models.CheckConstraint(condition=Q(units__gt=0), name="an_entry_moves_something"),
            models.UniqueConstraint(
                fields=["hour", "kind"],
                condition=Q(hour__isnull=False),
                name="an_hour_moves_free_units_once_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.units} #{self.pk}"


class Obligation(models.Model):
    """What a family is owed for an hour the house did not give."""

    hour = models.OneToOneField(BookedHour, on_delete=models.PROTECT, related_name="obligation")
    cause = models.CharField(max_length=120)
    named_person_id = models.BigIntegerField()  # who decided it
    owed_since = models.DateTimeField()
    met_at = models.DateTimeField(null=True)
    met_by = models.ForeignKey(
        Booking, null=True, on_delete=models.PROTECT, related_name="+"
    )  # the booking that made it good

    def __str__(self) -> str:
        return f"obligation #{self.pk}"


class UnmetDemand(models.Model):
    """A wish that was refused, without a name: the denominator of 有需求的. Nobody deletes it."""

    at = models.DateTimeField()
    facility_id = models.BigIntegerField()
    care_session_id = models.BigIntegerField()
    subdistrict = models.CharField(max_length=9)  # where the child lives
    age_months = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=40)

    class Meta:
        indexes = [models.Index(fields=["facility_id", "at"], name="unmet_demand_of_a_house")]

    def __str__(self) -> str:
        return f"{self.rule} #{self.pk}"
