"""What children have booked already, read under their lock."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from bookings.models import Entitlement
from bookings.types import Commitments, EntitlementFacts
from common.intervals import Interval

# One statement for both: a booking asks this between two locks.
_COMMITMENTS = """
SELECT child_id, booking_id, starts_at, ends_at, state = 'live' AND ends_at > %(now)s,
       NULL::int, NULL::int, NULL::int, NULL::int, NULL::int
FROM bookings_bookedhour
WHERE child_id = ANY(%(children)s) AND state IN ('live', 'settled')
  AND starts_at > %(now)s - interval '2 days'
UNION ALL
SELECT child_id, id, NULL, NULL, NULL, year, granted, held, used, lapsed
FROM bookings_entitlement WHERE child_id = ANY(%(children)s)
"""


def commitments_of(child_ids: Sequence[int], *, now: datetime) -> dict[int, Commitments]:
    """Every hour that binds these children from two days ago on, and their free 次."""
    hours: dict[int, list[Interval]] = defaultdict(list)
    live: dict[int, set[int]] = defaultdict(set)
    free: dict[int, dict[int, EntitlementFacts]] = defaultdict(dict)
    for child, row, starts_at, ends_at, counts, year, *balance in _rows(child_ids, now):
        if year is not None:
            granted, held, used, lapsed = balance
            free[child][year] = EntitlementFacts(year, granted, held, used, lapsed, row)
            continue
        hours[child].append(Interval(starts_at, ends_at))
        if counts:
            live[child].add(row)
    return {
        child: Commitments(len(live[child]), tuple(hours[child]), free[child])
        for child in child_ids
    }


def _rows(child_ids: Sequence[int], now: datetime) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_COMMITMENTS, {"children": list(child_ids), "now": now})
        return list(cursor.fetchall())


def entitlements_of(child_ids: Sequence[int]) -> dict[int, dict[int, EntitlementFacts]]:
    """Children's free 次 by year, as the ledger's balances stand."""
    found: dict[int, dict[int, EntitlementFacts]] = {child: {} for child in child_ids}
    rows = Entitlement.objects.filter(child__in=child_ids).order_by("pk")
    for child, year, granted, held, used, lapsed in rows.values_list(
        "child_id", "year", "granted", "held", "used", "lapsed"
    ):
        found[child][year] = EntitlementFacts(year, granted, held, used, lapsed)
    return found
