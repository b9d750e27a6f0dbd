"""What booking should do, in plain Python: no database, no law book, no code of the product.

Kept naive on purpose. Numbers stand here as the rules page states them for 金山.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

HOUR = timedelta(hours=1)


@dataclass(eq=False)
class ModelSession:
    id: int
    starts_at: datetime
    places: int
    staff: int
    taken: int = 0
    closed: bool = False
    broken: bool = False  # an open breach

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + HOUR

    @property
    def opens_at(self) -> datetime:
        day = self.starts_at - timedelta(days=7)
        return day.replace(hour=9, minute=0)

    def recount(self) -> None:
        self.broken = self.taken > self.staff * 5


@dataclass(eq=False)
class ModelHour:
    session: ModelSession
    free_year: int | None
    state: str = "live"


@dataclass(eq=False)
class ModelBooking:
    child: "ModelChild"
    hours: list[ModelHour]


@dataclass(eq=False)
class ModelChild:
    id: int
    born_on: date
    granted: Counter[int] = field(default_factory=Counter)
    held: Counter[int] = field(default_factory=Counter)
    used: Counter[int] = field(default_factory=Counter)
    lapsed: Counter[int] = field(default_factory=Counter)
    bookings: list[ModelBooking] = field(default_factory=list)

    def busy(self) -> list[ModelHour]:
        kept = {"live", "settled"}
        return [h for b in self.bookings for h in b.hours if h.state in kept]

    def live_bookings(self, now: datetime) -> int:
        return sum(
            any(h.state == "live" and h.session.ends_at > now for h in b.hours)
            for b in self.bookings
        )


class Model:
    """The portal as it should be."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.free_units = {2026: 12, 2027: 12}

    def left(self, child: ModelChild, year: int) -> int:
        granted = max(child.granted[year], self.free_units[year])
        return granted - child.held[year] - child.used[year] - child.lapsed[year]

    def admits(self, child: ModelChild, sessions: list[ModelSession]) -> bool:
        return (
            all(self._session_admits(child, session) for session in sessions)
            and child.live_bookings(self.now) < 6
            and self._pattern_admits(child, sessions)
        )

    def _session_admits(self, child: ModelChild, session: ModelSession) -> bool:
        third = child.born_on.replace(year=child.born_on.year + 3)
        overlaps = any(
            h.session.starts_at < session.ends_at and session.starts_at < h.session.ends_at
            for h in child.busy()
        )
        return (
            session.starts_at.date() < third
            and session.opens_at <= self.now <= session.starts_at - timedelta(minutes=30)
            and not session.closed
            and not session.broken
            and session.taken < min(session.places, session.staff * 5)
            and not overlaps
        )

    def _pattern_admits(self, child: ModelChild, sessions: list[ModelSession]) -> bool:
        ordered = sorted(sessions, key=lambda s: s.starts_at)
        if any(a.ends_at > b.starts_at for a, b in pairwise(ordered)):
            return False
        for day in {s.starts_at.date() for s in sessions}:
            starts = sorted(
                {h.session.starts_at for h in child.busy() if h.session.starts_at.date() == day}
                | {s.starts_at for s in sessions if s.starts_at.date() == day}
            )
            if len(starts) > 4 or _chain(starts) > 3:
                return False
        return True

    def book(self, child: ModelChild, sessions: list[ModelSession]) -> ModelBooking:
        hours = []
        for session in sorted(sessions, key=lambda s: s.starts_at):
            year = session.starts_at.year
            free = self.left(child, year) > 0
            if free:
                child.granted[year] = max(child.granted[year], self.free_units[year])
                child.held[year] += 1
            session.taken += 1
            hours.append(ModelHour(session, year if free else None))
        booking = ModelBooking(child, hours)
        child.bookings.append(booking)
        return booking

    def cancellable(self, booking: ModelBooking) -> list[ModelHour]:
        return [h for h in booking.hours if h.state == "live" and h.session.starts_at > self.now]

    def cancel(self, booking: ModelBooking) -> tuple[int, int]:
        returned = forfeited = 0
        for hour in self.cancellable(booking):
            in_time = self.now <= hour.session.starts_at - 2 * HOUR
            hour.state = "cancelled" if in_time else "forfeited"
            self._free(hour)
            if hour.free_year is not None:
                booking.child.held[hour.free_year] -= 1
                if in_time:
                    returned += 1
                else:
                    forfeited += 1
                    booking.child.used[hour.free_year] += 1
        return returned, forfeited

    def _free(self, hour: ModelHour) -> None:
        hour.session.taken -= 1
        hour.session.recount()

    def close(self, day: date, sessions: list[ModelSession], children: list[ModelChild]) -> int:
        closing = [s for s in sessions if s.starts_at.date() == day and s.starts_at > self.now]
        for session in closing:
            session.closed = True
        ended = 0
        for child in children:
            for booking in child.bookings:
                hours = [h for h in booking.hours if h.state == "live" and h.session in closing]
                ended += bool(hours)
                for hour in hours:
                    hour.state = "closed"
                    self._free(hour)
                    if hour.free_year is not None:
                        child.held[hour.free_year] -= 1
        return ended

    def settle(self, children: list[ModelChild]) -> None:
        for child in children:
            for booking in child.bookings:
                for hour in booking.hours:
                    if hour.state == "live" and hour.session.ends_at <= self.now:
                        hour.state = "settled"
                        if hour.free_year is not None:
                            child.held[hour.free_year] -= 1
                            child.used[hour.free_year] += 1

    def lapse(self, children: list[ModelChild]) -> None:
        for child in children:
            for year in child.granted:
                if year < self.now.year:
                    left = child.granted[year] - (
                        child.held[year] + child.used[year] + child.lapsed[year]
                    )
                    child.lapsed[year] += max(left, 0)


def _chain(starts: list[datetime]) -> int:
    longest = run = 1
    for a, b in pairwise(starts):
        run = run + 1 if b == a + HOUR else 1
        longest = max(longest, run)
    return longest
