"""What the floor of one house shows of the past weeks, for those who inspect it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import TruncDate

from bookings.models import BookedHour, FloorBreach, Stay
from bookings.types import HourState
from common.intervals import SHANGHAI
from facilities.models import RatioBreach
from facilities.rules import heads_per_child
from facilities.types import CareMode

_MADE = (HourState.LIVE, HourState.SETTLED)


@dataclass(frozen=True, slots=True)
class InTheRoom:
    """A child in a room, without saying which."""

    room: str
    area_m2: Decimal
    arrived_at: datetime
    left_at: datetime | None
    heads: int


def presences_since(facility_id: int, since: datetime) -> list[InTheRoom]:
    """Who was in which room since a moment. One statement."""
    hours = BookedHour.objects.filter(booking=OuterRef("booking")).order_by("starts_at", "pk")
    rows = (
        Stay.objects.filter(
            facility_id=facility_id,
            superseded_at__isnull=True,
            is_void=False,
            arrived_at__gte=since,
        )
        .annotate(mode=Subquery(hours.values("care_session__mode")[:1]))
        .order_by("arrived_at", "pk")
        .values_list("care_group__name", "care_group__area_m2", "arrived_at", "left_at", "mode")
    )
    return [
        InTheRoom(room, area, came, left, heads_per_child(CareMode(mode)) if mode else 1)
        for room, area, came, left, mode in rows
    ]


@dataclass(frozen=True, slots=True)
class ShortageSeen:
    """A stretch with too few people who count: by the roster, or as the clocks saw it."""

    room: str
    starts_at: datetime
    seconds: int | None  # None: by the roster, or not over
    children: int
    counted_staff: int
    is_actual: bool


def shortages_since(facility_id: int, since: datetime, *, now: datetime) -> list[ShortageSeen]:
    """The shortages since a moment, of hours that have begun; one that goes on is always of now.

    Two statements.
    """
    of_hours = RatioBreach.objects.filter(
        care_session__facility=facility_id,
        care_session__starts_at__gte=since,
        care_session__starts_at__lte=now,
    )
    # What was mended before its hour began never was.
    planned = of_hours.exclude(closed_at__lte=F("care_session__starts_at")).values_list(
        "care_session__care_group__name", "care_session__starts_at", "children", "counted_staff"
    )
    recent = Q(starts_at__gte=since) | Q(ends_at__isnull=True)
    actual = FloorBreach.objects.filter(
        recent, facility_id=facility_id, superseded_at__isnull=True
    ).values_list("care_group__name", "starts_at", "ends_at", "children", "counted_staff")
    seen = [
        ShortageSeen(room, at, None, children, counted, is_actual=False)
        for room, at, children, counted in planned.order_by("pk")
    ]
    seen += [
        ShortageSeen(room, at, _seconds(at, end), children, counted, is_actual=True)
        for room, at, end, children, counted in actual.order_by("pk")
    ]
    return sorted(seen, key=lambda one: (one.starts_at, one.is_actual))


def _seconds(starts_at: datetime, ends_at: datetime | None) -> int | None:
    return int((ends_at - starts_at).total_seconds()) if ends_at else None


def most_sessions_of_a_child(facility_id: int, since: datetime) -> int:
    """The most sessions that one child has in a house on one day, made or still to come."""
    rows = (
        BookedHour.objects.filter(
            care_session__facility=facility_id, starts_at__gte=since, state__in=_MADE
        )
        .values("child_id", day=TruncDate("starts_at", tzinfo=SHANGHAI))
        .annotate(n=Count("pk"))
        .order_by()
    )
    most: int | None = rows.aggregate(most=Max("n"))["most"]
    return most or 0


def days_of_care(facility_id: int, *, after: date, before: date) -> int:
    """On how many days between two, both left out, children were booked or came. Two statements."""
    first = datetime.combine(after + timedelta(days=1), time.min, SHANGHAI)
    until = datetime.combine(before, time.min, SHANGHAI)
    booked = BookedHour.objects.filter(
        care_session__facility=facility_id,
        starts_at__gte=first,
        starts_at__lt=until,
        state__in=_MADE,
    ).values_list(TruncDate("starts_at", tzinfo=SHANGHAI))
    came = Stay.objects.filter(
        facility_id=facility_id,
        arrived_at__gte=first,
        arrived_at__lt=until,
        superseded_at__isnull=True,
        is_void=False,
    ).values_list(TruncDate("arrived_at", tzinfo=SHANGHAI))
    return len({*booked.order_by().distinct(), *came.order_by().distinct()})


def children_to_come(facility_id: int, now: datetime) -> dict[int, date]:
    """The children who are booked from now on, and the last day of each."""
    rows = (
        BookedHour.objects.filter(
            care_session__facility=facility_id, ends_at__gt=now, state=HourState.LIVE
        )
        .values_list("child_id")
        .annotate(last=Max("starts_at"))
        .order_by("child_id")
    )
    return {child: last.astimezone(SHANGHAI).date() for child, last in rows}
