"""Families and houses around the day after tomorrow: the browser lives by the real clock."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.types import Actor
from bookings import services
from bookings.models import Booking
from bookings.types import BookingRequest, ChildRequest
from common.intervals import day_in_shanghai
from facilities.models import CareSession, Facility
from families.models import Child
from families.types import Sex
from notifications import services as notifications
from tests.facilities.factories import make_group, make_house, make_session
from tests.families.factories import make_ready_child, make_user

_numbers = count(1)
# About a kilometer: a walk of a quarter of an hour.
_A_WALK_NORTH = 0.004


def now() -> datetime:
    return timezone.now()


def today() -> date:
    return day_in_shanghai(now())


def the_day() -> date:
    """A day on which nothing has begun, whatever the hour is now."""
    return today() + timedelta(days=2)


def two_years_old() -> date:
    return today() - timedelta(days=760)


def a_family(house: Facility, **facts: Any) -> tuple[User, Child]:
    """A parent, and a child whose papers are in order for the house."""
    parent = make_user("陈静")
    return parent, a_child_of(parent, house, **facts)


def a_child_of(parent: User, house: Facility, **facts: Any) -> Child:
    facts.setdefault("born_on", two_years_old())
    facts.setdefault("valid_through", today() + timedelta(days=200))
    facts.setdefault("sex", Sex.GIRL)
    return make_ready_child(parent, house.subdistrict, **facts)


def hours_of(
    house: Facility, *starts: int, on: date | None = None, **facts: Any
) -> list[CareSession]:
    """Hours of a new group of the house; every one is open, staffed and empty."""
    group = make_group(house)
    day = on or the_day()
    return [make_session(group, day=day, hour=hour, now=now(), **facts) for hour in starts]


def a_neighbor_of(house: Facility, **facts: Any) -> Facility:
    """Another house, a few minutes' walk away."""
    return make_house(
        subdistrict=house.subdistrict, latitude=house.latitude + _A_WALK_NORTH, **facts
    )


def book(parent: User, child: Child, hours: Sequence[CareSession]) -> Booking:
    """Book as the parent's own phone would have."""
    wish = ChildRequest(str(child.public_id), tuple(str(hour.public_id) for hour in hours))
    return services.place_booking(
        request=BookingRequest(children=(wish,), idempotency_key=f"key-{next(_numbers)}"),
        actor=Actor(user_id=parent.pk, name=parent.name),
        now=now(),
    )[0]


def the_worker_makes_its_round() -> None:
    """Hand over what waits in the outbox."""
    notifications.deliver_due(now=now())


def timetable(house: Facility, *children: Child, on: date | None = None) -> str:
    """The address of a house's hours for some children on a day."""
    asked = "".join(f"&child={child.public_id}" for child in children)
    return f"/houses/{house.public_id}/book/?day={on or the_day():%Y-%m-%d}{asked}"
