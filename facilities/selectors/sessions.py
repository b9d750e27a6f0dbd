"""Reading sessions: the facts that rules reason about, and the locks that guard places."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import connection

from facilities.models import CareSession
from facilities.types import CareMode, SessionFacts, SessionStop

# One statement, whatever the number of sessions: the booking path and every list use it.
_FACTS = """
SELECT s.id, s.public_id, f.id, f.public_id, f.name, d.code, sd.code, sd.id, g.id, g.name,
       s.mode, s.starts_at, s.ends_at, s.opens_at, s.places, s.places_taken, s.counted_staff,
       s.children_per_staff, s.binding_limit,
       CASE WHEN s.stop <> '' THEN s.stop
            WHEN f.state <> 'open' THEN 'suspended'
            WHEN s.breach_id IS NOT NULL THEN 'breach'
            ELSE '' END,
       CASE WHEN s.stop <> '' THEN s.stop_reason ELSE f.state_reason END,
       EXISTS (SELECT 1 FROM facilities_liabilityinsurance i
               WHERE i.facility_id = f.id AND care.day BETWEEN i.valid_from AND i.valid_through),
       fee.per_session_fen, f.latitude, f.longitude
FROM facilities_caresession s
JOIN facilities_caregroup g ON g.id = s.care_group_id
JOIN facilities_facility f ON f.id = s.facility_id
JOIN facilities_subdistrict sd ON sd.id = f.subdistrict_id
JOIN facilities_district d ON d.id = sd.district_id
CROSS JOIN LATERAL (SELECT (s.starts_at AT TIME ZONE 'Asia/Shanghai')::date AS day) care
LEFT JOIN LATERAL (
    SELECT per_session_fen FROM facilities_fee
    WHERE facility_id = f.id AND mode = s.mode AND valid_from <= care.day
      AND (valid_through IS NULL OR valid_through >= care.day)
    LIMIT 1) fee ON true
"""


def session_facts(public_ids: Sequence[str]) -> dict[str, SessionFacts]:
    """The facts of the named sessions by public id; those that do not exist are absent."""
    rows = _facts("WHERE s.public_id = ANY(%s::uuid[])", [list(public_ids)])
    return {facts.public_id: facts for facts in rows}


def sessions_of(facility_public_id: str, *, starts: datetime, ends: datetime) -> list[SessionFacts]:
    """A house's sessions that start within a stretch of time, in order."""
    return _facts(
        "WHERE f.public_id = %s AND s.starts_at >= %s AND s.starts_at < %s"
        " ORDER BY s.starts_at, g.name, s.id",
        [facility_public_id, starts, ends],
    )


def session_of_group(care_group_id: int, *, starts_at: datetime) -> SessionFacts | None:
    """A group's session that starts at a moment, if one is published."""
    found = _facts("WHERE s.care_group_id = %s AND s.starts_at = %s", [care_group_id, starts_at])
    return found[0] if found else None


def sessions_within(
    *, facility_ids: Sequence[int], starts: datetime, ends: datetime
) -> list[SessionFacts]:
    """Sessions of several houses that start within a stretch of time, in order."""
    return _facts(
        "WHERE s.facility_id = ANY(%s) AND s.starts_at >= %s AND s.starts_at < %s"
        " ORDER BY s.starts_at, s.id",
        [list(facility_ids), starts, ends],
    )


def sessions_by_id(session_ids: Sequence[int]) -> list[SessionFacts]:
    """The facts of sessions by their numbers, in the house's order of locking."""
    return _facts("WHERE s.id = ANY(%s) ORDER BY s.care_group_id, s.starts_at", [list(session_ids)])


def _facts(where: str, params: list[Any]) -> list[SessionFacts]:
    with connection.cursor() as cursor:
        cursor.execute(_FACTS + where, params)
        return [_as_facts(row) for row in cursor.fetchall()]


def _as_facts(row: tuple[Any, ...]) -> SessionFacts:
    # Positional, in the order of the SELECT list: sixty thousand of these are made in a big test.
    (id_, public_id, facility_id, facility, name, district, subdistrict, subdistrict_id, group_id,
     group, mode, starts_at, ends_at, opens_at, places, taken, staff, per_staff, binding,
     stop, stop_reason, insured, fee, latitude, longitude) = row  # fmt: skip
    return SessionFacts(
        id=id_,
        public_id=str(public_id),
        facility_id=facility_id,
        facility=str(facility),
        facility_name=name,
        district=district,
        subdistrict=subdistrict,
        subdistrict_id=subdistrict_id,
        care_group_id=group_id,
        care_group=group,
        mode=CareMode(mode),
        starts_at=starts_at,
        ends_at=ends_at,
        opens_at=opens_at,
        places=places,
        places_taken=taken,
        counted_staff=staff,
        children_per_staff=per_staff,
        binding_limit=binding,
        stop=SessionStop(stop) if stop else None,
        stop_reason=stop_reason,
        insured=insured,
        fee_fen=fee,
        latitude=latitude,
        longitude=longitude,
    )


def lock_sessions(facts: Sequence[SessionFacts]) -> list[SessionFacts]:
    """Lock the sessions in the house's order, (group, start), and read again what may move.

    The third lock of the global order: after children and entitlements, before breaches.
    """
    locked = {
        row["id"]: row
        for row in CareSession.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=[one.id for one in facts])
        .order_by("care_group_id", "starts_at")
        .values(
            "id", "places", "places_taken", "counted_staff", "children_per_staff",
            "binding_limit", "stop", "stop_reason", "breach_id",
        )
    }  # fmt: skip
    return [_renewed(one, dict(locked[one.id])) for one in facts]


def lock_session_rows(session_ids: Sequence[int]) -> None:
    """Lock sessions in the same order without reading them, before places are given back."""
    list(
        CareSession.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=session_ids)
        .order_by("care_group_id", "starts_at")
        .values_list("pk")
    )


def _renewed(facts: SessionFacts, row: dict[str, Any]) -> SessionFacts:
    stop = facts.stop
    if row["stop"]:
        stop = SessionStop(row["stop"])
    elif row["breach_id"] is not None:
        stop = SessionStop.BREACH
    elif stop is SessionStop.BREACH:
        stop = None
    return replace(
        facts,
        places=row["places"],
        places_taken=row["places_taken"],
        counted_staff=row["counted_staff"],
        children_per_staff=row["children_per_staff"],
        binding_limit=row["binding_limit"],
        stop=stop,
        stop_reason=row["stop_reason"] if row["stop"] else facts.stop_reason,
    )


def breaches_to_come(facility_id: int, *, now: datetime) -> int:
    """How many sessions of a house that have not begun are short of staff."""
    return CareSession.objects.filter(
        facility_id=facility_id, breach__isnull=False, starts_at__gt=now
    ).count()
