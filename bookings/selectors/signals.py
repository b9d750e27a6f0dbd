"""What the floor of many houses shows of the past days, in one statement: for early warnings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from bookings.models import BreachAnswer, FloorBreach, Stay
from facilities.models import Facility, RatioBreach

_HOUSE = OuterRef("pk")


@dataclass(frozen=True, slots=True)
class FloorSignals:
    """What was written down at the door and by the roster."""

    shortage_minutes: int = 0  # as the clocks saw it
    unanswered: int = 0  # shortages that nobody answered for in time
    corrections: int = 0  # of arrivals and departures


def floor_signals(
    houses: Sequence[int], *, since: datetime, unanswered_since: datetime, now: datetime
) -> dict[int, FloorSignals]:
    """By house; a shortage is unanswered when it was seen before `unanswered_since`."""
    short = FloorBreach.objects.filter(
        facility=_HOUSE, starts_at__gte=since, superseded_at__isnull=True
    )
    actual = short.filter(seen_at__lte=unanswered_since).filter(_nobody_answered("actual"))
    planned = RatioBreach.objects.filter(
        care_session__facility=_HOUSE,
        opened_at__gte=since,
        opened_at__lte=unanswered_since,
        closed_at__isnull=True,
    ).filter(_nobody_answered("planned"))
    corrected = Stay.objects.filter(facility=_HOUSE, replaces__isnull=False, recorded_at__gte=since)
    rows = Facility.objects.filter(pk__in=list(houses)).annotate(
        lasted=_lasted(short, now),
        actual=_count(actual, "facility"),
        planned=_count(planned, "care_session__facility"),
        corrected=_count(corrected, "facility"),
    )
    return {
        pk: FloorSignals(
            shortage_minutes=lasted // timedelta(minutes=1) if lasted else 0,
            unanswered=actual + planned,
            corrections=corrected,
        )
        for pk, lasted, actual, planned, corrected in rows.order_by("pk").values_list(
            "pk", "lasted", "actual", "planned", "corrected"
        )
    }


def _nobody_answered(column: str) -> Q:
    return Q(~Exists(BreachAnswer.objects.filter(**{column: OuterRef("pk")})))


def _count(rows: QuerySet[Any], house: str) -> Coalesce:
    counted = rows.order_by().values(house).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), Value(0))


def _lasted(rows: QuerySet[FloorBreach], now: datetime) -> Subquery:
    """How long all of them lasted together; one that goes on lasts until now."""
    length = ExpressionWrapper(
        Coalesce(F("ends_at"), Value(now)) - F("starts_at"), output_field=DurationField()
    )
    summed = rows.order_by().values("facility").annotate(n=Sum(length)).values("n")
    return Subquery(summed)
