"""Writing a judged request: bookings, hours, holds and balances, in one statement.

Measured: statement by statement this is most of what a booking costs, and the children's locks are
held all the while. The constraints judge it as they would judge single statements.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from bookings.models import Booking
from bookings.types import Admission, BookingState, EntryKind, HourState
from common.intervals import day_in_shanghai

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_LENGTH = 10

# Whose entitlement of which year pays for a free hour.
Entitlements = Mapping[tuple[int, int], int]

_WRITE = """
WITH placed AS (
    INSERT INTO bookings_booking (public_id, child_id, facility_id, request_id, placed_by_id,
        placed_at, state, pass_code, first_starts_at, cancel_cause, cancel_reason)
    SELECT public_id, child, facility, %(request)s, %(actor)s, %(now)s, %(confirmed)s,
           pass_code, first_starts_at, '', ''
    FROM jsonb_to_recordset(%(bookings)s) AS wanted(
        public_id uuid, child bigint, facility bigint, pass_code text, first_starts_at timestamptz)
    RETURNING id, child_id
), hours AS (
    INSERT INTO bookings_bookedhour (booking_id, child_id, care_session_id, starts_at, ends_at,
        state, entitlement_id, charge_fen, refunded_fen)
    SELECT placed.id, child, session, starts_at, ends_at, %(live)s, entitlement, charge_fen, 0
    FROM jsonb_to_recordset(%(hours)s) AS wanted(
        child bigint, session bigint, starts_at timestamptz, ends_at timestamptz,
        entitlement bigint, charge_fen int)
    JOIN placed ON placed.child_id = wanted.child
    RETURNING id, entitlement_id
), holds AS (
    INSERT INTO bookings_ledgerentry (entitlement_id, kind, units, hour_id, at, actor_id, note)
    SELECT entitlement_id, %(hold)s, 1, id, %(now)s, %(actor)s, ''
    FROM hours WHERE entitlement_id IS NOT NULL
), balances AS (
    UPDATE bookings_entitlement e SET held = e.held + taken.units
    FROM (SELECT entitlement_id, count(*) AS units FROM hours
          WHERE entitlement_id IS NOT NULL GROUP BY entitlement_id) taken
    WHERE e.id = taken.entitlement_id
)
SELECT id, child_id FROM placed
"""


def write_bookings(
    *,
    request_id: int,
    admissions: Sequence[Admission],
    entitlements: Entitlements,
    actor_id: int,
    now: datetime,
) -> list[Booking]:
    """Write what was admitted, under the locks of its children; answers with the bookings.

    :raises django.db.IntegrityError: when a constraint says no after all; nothing is written.
    """
    bookings = [_booking(request_id, admission, actor_id, now) for admission in admissions]
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "request": request_id,
                "actor": actor_id,
                "now": now,
                "confirmed": BookingState.CONFIRMED,
                "live": HourState.LIVE,
                "hold": EntryKind.HOLD,
                "bookings": _as_json([_booking_row(booking) for booking in bookings]),
                "hours": _as_json(_hour_rows(admissions, entitlements)),
            },
        )
        ids = {child: pk for pk, child in cursor.fetchall()}
    for booking in bookings:
        booking.pk = ids[booking.child_id]
    return bookings


def _as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(rows, default=str)


def _booking(request_id: int, admission: Admission, actor_id: int, now: datetime) -> Booking:
    first = admission.hours[0].session
    return Booking(
        child_id=admission.child.id,
        facility_id=first.facility_id,
        request_id=request_id,
        placed_by_id=actor_id,
        placed_at=now,
        pass_code=new_pass_code(),
        first_starts_at=first.starts_at,
    )


def new_pass_code() -> str:
    """A code for the door that nobody guesses and a voice on the telephone can read out."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))


def _booking_row(booking: Booking) -> dict[str, Any]:
    return {
        "public_id": booking.public_id,
        "child": booking.child_id,
        "facility": booking.facility_id,
        "pass_code": booking.pass_code,
        "first_starts_at": booking.first_starts_at,
    }


def _hour_rows(admissions: Sequence[Admission], entitlements: Entitlements) -> list[dict[str, Any]]:
    return [
        {
            "child": admission.child.id,
            "session": hour.session.id,
            "starts_at": hour.session.starts_at,
            "ends_at": hour.session.ends_at,
            "entitlement": (
                entitlements[admission.child.id, day_in_shanghai(hour.session.starts_at).year]
                if hour.is_free
                else None
            ),
            "charge_fen": hour.charge_fen,
        }
        for admission in admissions
        for hour in admission.hours
    ]
