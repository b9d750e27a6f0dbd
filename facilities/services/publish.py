"""Cutting timetables into sessions, ahead of the day on which booking opens."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from audit import services as audit
from common.intervals import Interval, day_in_shanghai, moment_in_shanghai
from facilities.models import CareSession, Facility, RosteredWeek, TimetableEntry
from facilities.selectors.calendar import day_kind, timetable_weekday
from facilities.selectors.standing import HouseStanding, lock_houses, standings_of, terms_of
from facilities.types import CareMode, FacilityState
from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.selectors import law_book

# Sessions stand in the timetable this long before their booking opens, so that an operator sees
# them and a missing policy or room is noticed in time.
DAYS_BEFORE_OPENING = 14
_HOUSES_AT_A_TIME = 10
DAYS_OF_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class BookingWindow:
    """When booking opens for a day of care."""

    days_ahead: int
    at_hour: int

    def opens_at(self, care_on: date) -> datetime:
        return moment_in_shanghai(care_on - timedelta(days=self.days_ahead), time(self.at_hour))


def publish_sessions(
    *,
    now: datetime,
    days_ahead: int | None = None,
    facility_ids: Sequence[int] | None = None,
) -> dict[str, int]:
    """Make the sessions of the coming days that are not there yet; counts of what was done.

    Harmless the second time, and when two do it at once: a group has one session at a time.
    Sessions that exist are never touched (`rejudge_sessions` does that). Houses whose district
    has no booking window by any rule are counted in `without_window`.
    """
    law = law_book()
    totals: Counter[str] = Counter(houses=0, created=0, stopped=0, without_window=0)
    for batch in in_batches(_open_houses(facility_ids)):
        with transaction.atomic():
            totals.update(_publish(lock_houses(batch), law, now, days_ahead))
    return dict(totals)


def in_batches(facility_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """A few houses at a time: nobody waits long for a lock on one of them."""
    for start in range(0, len(facility_ids), _HOUSES_AT_A_TIME):
        yield facility_ids[start : start + _HOUSES_AT_A_TIME]


def _open_houses(facility_ids: Sequence[int] | None) -> list[int]:
    houses = Facility.objects.exclude(state=FacilityState.CLOSED)
    if facility_ids is not None:
        houses = houses.filter(pk__in=facility_ids)
    return list(houses.order_by("pk").values_list("pk", flat=True))


def _publish(
    facility_ids: Sequence[int], law: LawBook, now: datetime, days_ahead: int | None
) -> Counter[str]:
    counts: Counter[str] = Counter()
    today = day_in_shanghai(now)
    entries = _entries_of(facility_ids, today)
    rostered = _rostered(facility_ids, today)
    fresh: list[CareSession] = []
    for house in standings_of(facility_ids, since=today):
        window = booking_window(law, jurisdiction=house.jurisdiction, today=today)
        if window is None:
            counts["without_window"] += 1
            continue
        ahead = days_ahead if days_ahead is not None else window.days_ahead + DAYS_BEFORE_OPENING
        for day in _days(max(today, house.opened_on), today + timedelta(days=ahead)):
            fresh += _sessions_on(day, house, entries[house.id], law, window)
        counts["houses"] += 1
    for session in fresh:
        if (session.facility_id, _monday(session.starts_at)) in rostered:
            session.counted_staff = 0
    return counts + _insert([one for one in fresh if one.starts_at > now], now)


def _rostered(facility_ids: Sequence[int], today: date) -> set[tuple[int, date]]:
    """The weeks whose roster is published: people count there, not what was planned."""
    weeks = RosteredWeek.objects.filter(
        facility_id__in=facility_ids, monday__gt=today - timedelta(days=DAYS_OF_A_WEEK)
    )
    return set(weeks.values_list("facility_id", "monday"))


def _monday(moment: datetime) -> date:
    day = day_in_shanghai(moment)
    return day - timedelta(days=day.weekday())


def booking_window(law: LawBook, *, jurisdiction: str, today: date) -> BookingWindow | None:
    """When booking opens in a district by the rules of today; None where no rule says."""
    days = law.limit(LimitKey.BOOKING_OPENS_DAYS_AHEAD, jurisdiction=jurisdiction, care_on=today)
    hour = law.limit(LimitKey.BOOKING_OPENS_AT_HOUR, jurisdiction=jurisdiction, care_on=today)
    if days is None or hour is None or days.value is None or hour.value is None:
        return None
    return BookingWindow(days_ahead=days.number, at_hour=hour.number)


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


_Entry = dict[str, Any]


def _entries_of(facility_ids: Sequence[int], since: date) -> dict[int, list[_Entry]]:
    found: dict[int, list[_Entry]] = defaultdict(list)
    rows = (
        TimetableEntry.objects.filter(
            Q(valid_through__isnull=True) | Q(valid_through__gte=since),
            care_group__facility_id__in=facility_ids,
            care_group__is_active=True,
        )
        .order_by("care_group_id", "weekday", "starts")
        .values(
            "care_group_id", "care_group__facility_id", "care_group__licensed_places",
            "care_group__area_m2", "weekday", "starts", "ends", "mode", "planned_staff",
            "valid_from", "valid_through",
        )
    )  # fmt: skip
    for row in rows:
        found[row["care_group__facility_id"]].append(dict(row))
    return found


def _sessions_on(
    day: date, house: HouseStanding, entries: Iterable[_Entry], law: LawBook, window: BookingWindow
) -> Iterator[CareSession]:
    valid = [entry for entry in entries if _is_valid(entry, day)]
    offered = frozenset(entry["weekday"] for entry in valid)
    weekday = timetable_weekday(day_kind(day), offered)
    for entry in valid:
        if entry["weekday"] == weekday:
            yield from _cut(entry, day, house, law, window)


def _is_valid(entry: _Entry, day: date) -> bool:
    through = entry["valid_through"]
    return bool(entry["valid_from"] <= day and (through is None or day <= through))


def _cut(
    entry: _Entry, day: date, house: HouseStanding, law: LawBook, window: BookingWindow
) -> Iterator[CareSession]:
    terms = terms_of(
        house,
        licensed_places=entry["care_group__licensed_places"],
        area_m2=entry["care_group__area_m2"],
        mode=CareMode(entry["mode"]),
        day=day,
        law=law,
    )
    minutes = session_minutes(law, jurisdiction=house.jurisdiction, day=day)
    for interval in cut_into_sessions(entry["starts"], entry["ends"], day=day, minutes=minutes):
        yield CareSession(
            care_group_id=entry["care_group_id"],
            facility_id=house.id,
            mode=entry["mode"],
            starts_at=interval.starts_at,
            ends_at=interval.ends_at,
            opens_at=window.opens_at(day),
            places=terms.places,
            places_by=terms.places_by,
            binding_limit=terms.binding_limit,
            counted_staff=entry["planned_staff"],
            children_per_staff=terms.children_per_staff,
            stop=terms.stop,
            stop_reason=terms.stop_reason,
        )


def session_minutes(law: LawBook, *, jurisdiction: str, day: date) -> int | None:
    """How long one 次 of care is in a district; None where no rule says."""
    limit = law.limit(LimitKey.FREE_SESSION_MINUTES, jurisdiction=jurisdiction, care_on=day)
    return limit.number if limit and limit.value else None


def cut_into_sessions(
    starts: time, ends: time, *, day: date, minutes: int | None
) -> Iterator[Interval]:
    """Whole sessions only: what is left over at the end is no session.

    Where no rule says how long a session is, the whole stretch is one.
    """
    start, end = moment_in_shanghai(day, starts), moment_in_shanghai(day, ends)
    length = timedelta(minutes=minutes) if minutes else end - start
    while start + length <= end:
        yield Interval(start, start + length)
        start += length


def _insert(sessions: Sequence[CareSession], now: datetime) -> Counter[str]:
    missing = _not_there_yet(sessions, now)
    missing.sort(key=lambda session: (session.care_group_id, session.starts_at))
    CareSession.objects.bulk_create(missing, ignore_conflicts=True, batch_size=1000)
    made = CareSession.objects.filter(public_id__in=[one.public_id for one in missing])
    created = made.count() if missing else 0
    stopped = sum(1 for one in missing if one.stop)
    if created:
        audit.record(
            kind="facilities.sessions.published",
            actor_id=None,
            at=now,
            subject="sessions",
            data={
                "created": created,
                "houses": sorted({one.facility_id for one in missing}),
                "through": f"{day_in_shanghai(max(one.starts_at for one in missing))}",
            },
        )
    return Counter(created=created, stopped=stopped)


def _not_there_yet(sessions: Sequence[CareSession], now: datetime) -> list[CareSession]:
    groups = {session.care_group_id for session in sessions}
    there = set(
        CareSession.objects.filter(care_group_id__in=groups, starts_at__gte=now)
        .order_by()
        .values_list("care_group_id", "starts_at")
    )
    return [one for one in sessions if (one.care_group_id, one.starts_at) not in there]
