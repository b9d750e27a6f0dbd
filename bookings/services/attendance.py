"""Whether a child came to an hour that has passed: only what the floor wrote down says so."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from bookings.models import BookedHour
from bookings.types import HourState
from families import selectors as families

# How long after an hour the floor's record may still say who came: then nobody knows for good.
_LOOK_BACK = timedelta(days=2)
_BATCH = 500

# True: a stay overlaps the hour. False: none does, and the room was kept that day. Else unknown.
_SAY = """
UPDATE bookings_bookedhour h SET attended = said.came
FROM (
    SELECT due.id, CASE WHEN EXISTS (
        SELECT FROM bookings_stay y
        WHERE y.child_id = due.child_id AND y.facility_id = s.facility_id
          AND y.superseded_at IS NULL AND NOT y.is_void
          AND y.arrived_at < due.ends_at AND (y.left_at IS NULL OR y.left_at > due.starts_at)
    ) THEN true WHEN EXISTS (
        SELECT FROM bookings_floorday f
        WHERE f.care_group_id = s.care_group_id AND f."on" = care.day
    ) OR EXISTS (
        SELECT FROM bookings_stay y
        WHERE y.facility_id = s.facility_id AND y.care_group_id = s.care_group_id
          AND y.superseded_at IS NULL AND NOT y.is_void
          AND (y.arrived_at AT TIME ZONE 'Asia/Shanghai')::date = care.day
          AND y.arrived_at > due.starts_at - interval '1 day'
    ) THEN false END AS came
    FROM bookings_bookedhour due
    JOIN facilities_caresession s ON s.id = due.care_session_id
    CROSS JOIN LATERAL (SELECT (due.starts_at AT TIME ZONE 'Asia/Shanghai')::date AS day) care
    WHERE due.id = ANY(%s) AND due.state = 'settled'
) said
WHERE h.id = said.id AND h.attended IS DISTINCT FROM said.came
"""


def say_who_came(*, now: datetime) -> int:
    """Say of the hours that passed lately whether the child came; of how many it is now known."""
    unknown = BookedHour.objects.filter(
        state=HourState.SETTLED, attended__isnull=True, ends_at__gt=now - _LOOK_BACK
    )
    said, last = 0, 0
    while batch := list(unknown.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        said += _say(batch)
        last = batch[-1].pk
    return said


@transaction.atomic
def _say(hours: Sequence[BookedHour]) -> int:
    families.lock_children(sorted({hour.child_id for hour in hours}))
    return say_of(hours)


def say_again_for(hours: QuerySet[BookedHour]) -> int:
    """Say it anew after a correction, under the child's lock: known again, or unknown again."""
    return say_of(list(hours.filter(state=HourState.SETTLED).order_by("pk")))


def say_of(hours: Sequence[BookedHour]) -> int:
    """Write down who came; the caller holds the children."""
    if not hours:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_SAY, [[hour.pk for hour in hours]])
        return int(cursor.rowcount)
