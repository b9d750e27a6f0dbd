"""Which hours a child was brought to, and which of them were cancelled."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random

from common.intervals import day_in_shanghai, moment_in_shanghai, months_later
from portal.city.families import JINSHAN, Family
from portal.city.sessions import Hour, Offer
from regulations.keys import LimitKey
from regulations.selectors import law_book

_LOYAL = 0.8  # how often a family goes to its own house
_CANCELS, _CANCELS_LATE = 0.08, 0.04
_TRIES = 3


class Ending(StrEnum):
    KEPT = "kept"
    CANCELLED = "cancelled"
    CANCELLED_LATE = "cancelled_late"


@dataclass(frozen=True, slots=True)
class Visit:
    """One booking of a child: hours in a row, when it was placed, and what became of it."""

    hours: tuple[Hour, ...]
    placed_at: datetime
    ending: Ending = Ending.KEPT
    ended_at: datetime | None = None

    @property
    def starts_at(self) -> datetime:
        return self.hours[0].starts_at


@dataclass(frozen=True, slots=True)
class Terms:
    """What the law of today says that bookings of the past kept to."""

    youngest_months: int
    cancel_before: timedelta


def terms_on(today: date) -> Terms:
    """The rules that a generated past keeps to. They are the same for every district."""
    law = law_book()
    youngest = law.limit(LimitKey.CHILD_AGE_MONTHS_MIN, jurisdiction=JINSHAN, care_on=today)
    cancel = law.limit(LimitKey.FREE_CANCEL_MINUTES_BEFORE, jurisdiction=JINSHAN, care_on=today)
    if youngest is None or cancel is None:
        raise LookupError("The law does not say when a booking may be cancelled: load it first.")
    return Terms(youngest.number, timedelta(minutes=cancel.number))


def visits_of(
    family: Family, offer: Offer, wanted: int, draw: Random, terms: Terms, *, until: datetime,
    now: datetime,
) -> Iterator[Visit]:  # fmt: skip
    """Up to so many visits of a child, at most one a day, taking their places in the offer."""
    days: set[date] = set()
    own = draw.choice(offer.houses)
    of_age = moment_in_shanghai(months_later(family.born_on, terms.youngest_months), time())
    starts = max(family.since + timedelta(days=3), of_age)
    for _ in range(wanted):
        house = own if draw.random() < _LOYAL else draw.choice(offer.houses)
        hours = _some_hours(house, offer, draw, days, starts, until)
        visit = _visit(hours, draw, terms, family, now) if hours else None
        if visit is None:
            continue
        days.add(day_in_shanghai(visit.starts_at))
        if visit.ending is Ending.KEPT:
            for hour in visit.hours:
                hour.left -= 1
        yield visit


def _some_hours(
    house: int, offer: Offer, draw: Random, days: set[date], starts: datetime, ends: datetime
) -> list[Hour]:
    hours, first, last = offer.within(house, starts, ends)
    for _ in range(_TRIES if first < last else 0):
        chosen = hours[draw.randrange(first, last)]
        if chosen.left > 0 and day_in_shanghai(chosen.starts_at) not in days:
            return offer.run(chosen, draw.choice((1, 1, 2)))
    return []


def _visit(
    hours: list[Hour], draw: Random, terms: Terms, family: Family, now: datetime
) -> Visit | None:
    """Place the booking some time after it opened; None when that would be still to come."""
    first = hours[0]
    opened = max(first.opens_at, family.since + timedelta(days=1))
    placed_at = _between(opened, min(first.starts_at - timedelta(hours=14), now), draw)
    if placed_at is None:
        return None
    deadline = first.starts_at - terms.cancel_before
    fate = draw.random()
    if fate < _CANCELS:
        ended_at = _between(placed_at, min(deadline, now), draw)
        if ended_at is not None:
            return Visit(tuple(hours), placed_at, Ending.CANCELLED, ended_at)
    if fate < _CANCELS + _CANCELS_LATE and first.starts_at <= now:
        # Every hour of it was late: the last one's deadline had passed as well.
        ended_at = _between(hours[-1].starts_at - terms.cancel_before, first.starts_at, draw)
        if ended_at is not None:
            return Visit(tuple(hours), placed_at, Ending.CANCELLED_LATE, ended_at)
    return Visit(tuple(hours), placed_at)


def _between(after: datetime, before: datetime, draw: Random) -> datetime | None:
    """A whole minute between two moments; None where there is none."""
    minutes = int((before - after).total_seconds() // 60) - 1
    return after + timedelta(minutes=draw.randint(1, minutes)) if minutes >= 1 else None
