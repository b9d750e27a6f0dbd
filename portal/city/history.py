"""Bookings as the past left them, written in bulk. No service books an hour that has passed."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection

from audit.models import AuditEvent
from bookings.models import BookedHour, Booking, Entitlement, IdempotentRequest, LedgerEntry
from bookings.types import BookingState, CancelCause, EntryKind, HourState
from portal.city.chance import Chance
from portal.city.copying import copy_in
from portal.city.families import Family
from portal.city.ledger import Story, play, year_of
from portal.city.sessions import Hour, Offer
from portal.city.visits import Ending, Terms, Visit, visits_of
from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.types import Limit

# Accounts whose children come so often that their free 次 of the year are used up.
OFTEN = (59, 60)
_VISITS_OF_OFTEN = 16
_BY_THE_WORKER = {EntryKind.CONSUME, EntryKind.LAPSE}


@dataclass(frozen=True, slots=True)
class Past:
    """What the bookings of a past are drawn from."""

    chance: Chance
    law: LawBook
    terms: Terms
    bookings: tuple[int, int]  # a child, at least and at most
    until: datetime  # the last hour that may be booked begins before
    now: datetime


@dataclass(slots=True)
class _Rows:
    """Rows of some families, in the order in which the database must meet them."""

    requests: list[IdempotentRequest] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)
    entitlements: list[Entitlement] = field(default_factory=list)
    hours: list[BookedHour] = field(default_factory=list)
    entries: list[LedgerEntry] = field(default_factory=list)
    events: list[AuditEvent] = field(default_factory=list)

    def write(self) -> None:
        for rows in (
            self.requests,
            self.bookings,
            self.entitlements,
            self.hours,
            self.entries,
            self.events,
        ):
            copy_in(rows)


def write_history(families: Sequence[Family], offer: Offer, past: Past) -> None:
    """Draw and write the bookings of some families; places are counted by `count_places`."""
    rows = _Rows()
    if not offer.houses:
        return
    for family in families:
        draw = past.chance.of("visits", family.child_public_id)
        usual = draw.randint(*past.bookings)
        wanted = max(usual, _VISITS_OF_OFTEN) if family.account in OFTEN else usual
        visits = visits_of(family, offer, wanted, draw, past.terms, until=past.until, now=past.now)
        _Writer(rows, family, past).write(list(visits))
    rows.write()


def count_places(facilities: Sequence[int]) -> None:
    """Let the sessions of some houses count the places that were taken in them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE facilities_caresession s SET places_taken = taken.places
            FROM (SELECT care_session_id, count(*) AS places FROM bookings_bookedhour
                  WHERE state IN ('live', 'settled') GROUP BY care_session_id) taken
            WHERE taken.care_session_id = s.id AND s.facility_id = ANY(%s)
              AND s.places_taken <> taken.places
            """,
            [list(facilities)],
        )


class _Writer:
    """Turns one child's visits into rows."""

    def __init__(self, rows: _Rows, family: Family, past: Past) -> None:
        self._rows = rows
        self._family = family
        self._past = past
        self._entitlements: dict[int, Entitlement] = {}
        self._hours: dict[tuple[int, int], BookedHour] = {}

    def write(self, visits: Sequence[Visit]) -> None:
        story = play(visits, grant_on=self._grant_on, now=self._past.now)
        for year, account in story.accounts.items():
            self._entitlements[year] = Entitlement(
                child_id=self._family.child,
                year=year,
                granted=account.granted,
                held=account.held,
                used=account.used,
                lapsed=account.lapsed,
            )
        self._rows.entitlements += self._entitlements.values()
        for visit in visits:
            self._book(visit, story)
        self._rows.entries += self._entries(story)

    def _grant_on(self, day: date) -> Limit | None:
        return self._past.law.limit(
            LimitKey.FREE_SESSIONS_PER_CHILD_YEAR,
            jurisdiction=self._family.district,
            care_on=day,
        )

    def _book(self, visit: Visit, story: Story) -> None:
        number = len(self._rows.bookings)
        key = f"city:{self._family.child_public_id}:{visit.placed_at:%Y%m%d%H%M}:{number}"
        request = IdempotentRequest(
            principal_id=self._family.parent,
            key=key,
            body_sha256=hashlib.sha256(key.encode()).hexdigest(),
            created_at=visit.placed_at,
        )
        booking = self._booking(visit, request)
        self._rows.requests.append(request)
        self._rows.bookings.append(booking)
        for hour in visit.hours:
            row = self._hour(booking, visit, hour, is_free=story.is_free(visit, hour))
            self._hours[id(visit), hour.id] = row
            self._rows.hours.append(row)
        self._rows.events += self._events(booking, visit)

    def _booking(self, visit: Visit, request: IdempotentRequest) -> Booking:
        booking = Booking(
            child_id=self._family.child,
            facility_id=visit.hours[0].facility,
            request=request,
            placed_by_id=self._family.parent,
            placed_at=visit.placed_at,
            state=self._state_of(visit),
            first_starts_at=visit.starts_at,
        )
        booking.pass_code = self._past.chance.code(booking.public_id)
        if visit.ending is not Ending.KEPT:
            booking.cancelled_at = visit.ended_at
            booking.cancelled_by_id = self._family.parent
            booking.cancel_cause = CancelCause.FAMILY
        return booking

    def _state_of(self, visit: Visit) -> BookingState:
        if visit.ending is not Ending.KEPT:
            return BookingState.CANCELLED
        is_over = visit.hours[-1].ends_at <= self._past.now
        return BookingState.COMPLETED if is_over else BookingState.CONFIRMED

    def _hour(self, booking: Booking, visit: Visit, hour: Hour, *, is_free: bool) -> BookedHour:
        charge = 0 if is_free else hour.fee_fen
        return BookedHour(
            booking=booking,
            child_id=self._family.child,
            care_session_id=hour.id,
            starts_at=hour.starts_at,
            ends_at=hour.ends_at,
            state=self._hour_state(visit, hour),
            entitlement=self._entitlements[year_of(hour)] if is_free else None,
            charge_fen=charge,
            refunded_fen=charge if visit.ending is Ending.CANCELLED else 0,
        )

    def _hour_state(self, visit: Visit, hour: Hour) -> HourState:
        if visit.ending is Ending.CANCELLED:
            return HourState.CANCELLED
        if visit.ending is Ending.CANCELLED_LATE:
            return HourState.FORFEITED
        return HourState.SETTLED if hour.ends_at <= self._past.now else HourState.LIVE

    def _entries(self, story: Story) -> Iterator[LedgerEntry]:
        for entry in story.entries:
            at_hour = (id(entry.visit), entry.hour.id) if entry.hour else None
            yield LedgerEntry(
                entitlement=self._entitlements[entry.year],
                kind=entry.kind,
                units=entry.units,
                hour=self._hours[at_hour] if at_hour else None,
                at=entry.at,
                actor_id=None if entry.kind in _BY_THE_WORKER else self._family.parent,
                limit_id=entry.limit_id,
                note=entry.note,
            )

    def _events(self, booking: Booking, visit: Visit) -> Iterator[AuditEvent]:
        facts = {
            "actor_id": self._family.parent,
            "subject": f"booking:{booking.public_id}",
            "child_id": self._family.child,
        }
        sessions = {"sessions": [hour.public_id for hour in visit.hours]}
        yield AuditEvent(at=visit.placed_at, kind="bookings.booking.placed", data=sessions, **facts)
        if visit.ended_at is not None:
            yield AuditEvent(at=visit.ended_at, kind="bookings.booking.cancelled", **facts)
