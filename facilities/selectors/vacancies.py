"""Where a child may still come: places that can be booked now, house by house and day by day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from common.intervals import day_in_shanghai
from facilities.types import CareMode
from regulations.keys import LimitKey
from regulations.rules import number_or
from regulations.selectors import law_book


@dataclass(frozen=True, slots=True)
class FreeDay:
    """What is left of a house's day."""

    facility_id: int
    day: date
    places: int
    first_at: datetime | None  # when the first free place is; None: the day is full


@dataclass(frozen=True, slots=True)
class Vacancy:
    """What is left in a house, as far as a list says it."""

    today: int = 0
    on_day: int = 0
    next_free_at: datetime | None = None


# The same question as `SessionFacts.places_left`, asked of many houses at once: a test holds the
# two together.
_FREE = """
SELECT s.facility_id, care.day,
       SUM(GREATEST(LEAST(s.places, s.counted_staff * s.children_per_staff) - s.places_taken, 0)),
       MIN(s.starts_at) FILTER (
           WHERE LEAST(s.places, s.counted_staff * s.children_per_staff) > s.places_taken)
FROM facilities_caresession s
JOIN facilities_facility f ON f.id = s.facility_id
JOIN unnest(%(houses)s::bigint[], %(closes)s::int[]) AS booking(house, closes)
  ON booking.house = s.facility_id
CROSS JOIN LATERAL (SELECT (s.starts_at AT TIME ZONE 'Asia/Shanghai')::date AS day) care
WHERE s.starts_at > %(now)s
  AND s.starts_at > %(now)s + make_interval(mins => booking.closes)
  AND s.opens_at <= %(now)s
  AND s.stop = '' AND s.breach_id IS NULL AND f.state = 'open'
  AND (%(mode)s = '' OR s.mode = %(mode)s)
  AND EXISTS (SELECT 1 FROM facilities_liabilityinsurance i
              WHERE i.facility_id = s.facility_id
                AND care.day BETWEEN i.valid_from AND i.valid_through)
GROUP BY s.facility_id, care.day
ORDER BY s.facility_id, care.day
"""


def free_days(
    houses: Mapping[int, str], *, now: datetime, mode: CareMode | None = None
) -> list[FreeDay]:
    """What may be booked at `now` in houses, given as id → district code. One query and the law.

    Days without a session that takes bookings are absent.
    """
    closes = _closing_minutes(set(houses.values()), now)
    with connection.cursor() as cursor:
        cursor.execute(
            _FREE,
            {
                "houses": list(houses),
                "closes": [closes[district] for district in houses.values()],
                "now": now,
                "mode": mode.value if mode else "",
            },
        )
        return [FreeDay(*row) for row in cursor.fetchall()]


def vacancies(
    houses: Mapping[int, str], *, now: datetime, mode: CareMode | None, day: date | None
) -> dict[int, Vacancy]:
    """What is left in each house: today, on a day (today when none is named), and when next.

    `next_free_at` is no earlier than `day`, where one is named.
    """
    today = day_in_shanghai(now)
    asked = day or today
    found = dict.fromkeys(houses, Vacancy())
    for free in free_days(houses, now=now, mode=mode):
        known = found[free.facility_id]
        found[free.facility_id] = Vacancy(
            today=free.places if free.day == today else known.today,
            on_day=free.places if free.day == asked else known.on_day,
            next_free_at=known.next_free_at or (free.first_at if free.day >= asked else None),
        )
    return found


def _closing_minutes(districts: Iterable[str], now: datetime) -> dict[str, int]:
    law, today = law_book(), day_in_shanghai(now)
    found = {}
    for code in districts:
        limit = law.limit(LimitKey.BOOKING_CLOSES_MINUTES_BEFORE, jurisdiction=code, care_on=today)
        found[code] = number_or(limit, 0)
    return found
