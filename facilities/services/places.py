"""The ledger of places: taking, giving back, and what happens when staff change."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import connection, transaction

from audit import services as audit
from facilities.models import CareSession, RatioBreach, RosteredWeek


def take_places(wanted: Mapping[int, int]) -> None:
    """Take places in sessions that the caller has locked and judged, in one statement.

    :raises django.db.IntegrityError: when a session would be overbooked after all.
    """
    _move(wanted)


def free_places(given_back: Mapping[int, int]) -> None:
    """Give places back in sessions that the caller has locked, in one statement."""
    _move({session: -count for session, count in given_back.items()})


def _move(by_session: Mapping[int, int]) -> None:
    if not by_session:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE facilities_caresession s SET places_taken = s.places_taken + change.by
            FROM (SELECT unnest(%s::bigint[]) AS id, unnest(%s::int[]) AS by) change
            WHERE s.id = change.id
            """,
            [list(by_session), list(by_session.values())],
        )
        if cursor.rowcount != len(by_session):
            raise CareSession.DoesNotExist


def close_breaches_that_hold_again(session_ids: Sequence[int], *, now: datetime) -> int:
    """End the open breaches of locked sessions whose staff suffice again; how many ended."""
    held = [
        session
        for session in CareSession.objects.filter(
            pk__in=session_ids, breach__isnull=False
        ).order_by("care_group_id", "starts_at")
        if session.places_taken <= session.counted_staff * session.children_per_staff
    ]
    breaches = [session.breach_id for session in held]
    CareSession.objects.filter(pk__in=[session.pk for session in held]).update(breach=None)
    RatioBreach.objects.filter(pk__in=breaches).update(closed_at=now)
    return len(held)


def mark_rostered(*, facility_id: int, monday: date) -> None:
    """Let sessions that are cut from now on in this week count nobody until they are counted."""
    RosteredWeek.objects.get_or_create(facility_id=facility_id, monday=monday)


@transaction.atomic
def set_counted_staff(
    *,
    counted_staff: Mapping[int, int],
    cause: str,
    actor_id: int | None,
    now: datetime,
) -> list[int]:
    """Record how many counted staff sessions have, and open or close breaches as that demands.

    Always succeeds: reality may break the ratio, never silently. Returns the ids of sessions that
    are in breach afterwards.
    """
    sessions = list(
        CareSession.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=list(counted_staff))
        .order_by("care_group_id", "starts_at")
    )
    for session in sessions:
        session.counted_staff = counted_staff[session.pk]
        open_or_close_breach(session, cause=cause, now=now)
    CareSession.objects.bulk_update(sessions, ["counted_staff", "breach"])
    audit.record(
        kind="facilities.session.staffed",
        actor_id=actor_id,
        at=now,
        subject="sessions",
        data={"counted_staff": {str(k): v for k, v in counted_staff.items()}, "cause": cause},
    )
    return [session.pk for session in sessions if session.breach_id is not None]


def open_or_close_breach(session: CareSession, *, cause: str, now: datetime) -> None:
    """Open or close a locked session's breach as its numbers demand; the caller writes the rest."""
    suffices = session.places_taken <= session.counted_staff * session.children_per_staff
    if suffices and session.breach_id is not None:
        RatioBreach.objects.filter(pk=session.breach_id).update(closed_at=now)
        session.breach = None
    elif not suffices and session.breach_id is None:
        session.breach = RatioBreach.objects.create(
            care_session=session,
            cause=cause,
            children=session.places_taken,
            counted_staff=session.counted_staff,
            opened_at=now,
        )
