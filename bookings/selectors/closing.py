"""What closing a house for some days would end: told to the person who decides, before."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, Sum

from accounts.types import Actor, Role
from bookings.models import BookedHour
from bookings.types import HourState
from common.intervals import moment_in_shanghai
from facilities.selectors.access import facility_for

_MAY_CLOSE = (Role.OPERATOR, Role.PERSON_IN_CHARGE)


@dataclass(frozen=True, slots=True)
class HouseToClose:
    """The house, for those who may close it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ClosingPreview:
    """What would end."""

    bookings: int
    children: int
    hours: int
    free_units: int
    refund_fen: int


def house_to_close(actor: Actor, facility: str) -> HouseToClose:
    """The house. :raises NotFound: when there is none, or it is not the actor's to close."""
    house = facility_for(actor, facility, *_MAY_CLOSE)
    return HouseToClose(str(house.public_id), house.name)


def preview_closing(
    house: HouseToClose, *, starts_on: date, through: date, now: datetime
) -> ClosingPreview:
    """Count what closing the house on these days would end."""
    hours = BookedHour.objects.filter(
        care_session__facility__public_id=house.id,
        state=HourState.LIVE,
        starts_at__gt=now,
        starts_at__gte=moment_in_shanghai(starts_on, time.min),
        starts_at__lt=moment_in_shanghai(through + timedelta(days=1), time.min),
    )
    found = hours.aggregate(
        bookings=Count("booking", distinct=True),
        children=Count("child", distinct=True),
        hours=Count("pk"),
        free_units=Count("pk", filter=Q(entitlement__isnull=False)),
        refund_fen=Sum("charge_fen", default=0),
    )
    return ClosingPreview(**found)
