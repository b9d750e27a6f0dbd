"""Counting staff anew: the only place from which a roster reaches a session.

The order is everything. Whoever changes a shift, a paper or a leave writes the change, then calls
this in the same transaction: it locks the sessions, and only then reads what it counts. Of two
changes to one session the second waits for the first, and counts what both left behind.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from common.intervals import Interval, day_in_shanghai
from facilities import selectors as facilities
from facilities import services as facilities_services
from facilities.types import SessionFacts
from regulations.rules import LawBook
from regulations.selectors import law_book
from staff import rules
from staff.models import RosterWeek, Shift
from staff.selectors.facts import people_facts
from staff.selectors.roster import as_hour, monday_of, published_shifts, week_span
from staff.types import PlannedShift, ShiftState, StaffRole

_HOUSES_AT_A_TIME = 10


@transaction.atomic
def recount(
    session_ids: Sequence[int], *, cause: str, actor_id: int | None, now: datetime
) -> list[int]:
    """Count the staff of sessions anew; the ids of those in breach whose count was changed.

    Sessions of a week that is not published keep what their timetable plans.
    """
    if not session_ids:
        return []
    facilities.lock_session_rows(session_ids)
    changed = _miscounted(facilities.sessions_by_id(session_ids), law_book())
    if not changed:
        return []
    return facilities_services.set_counted_staff(
        counted_staff=changed, cause=cause, actor_id=actor_id, now=now
    )


def recount_people(
    person_ids: Iterable[int],
    *,
    cause: str,
    actor_id: int | None,
    now: datetime,
    during: Interval | None = None,
) -> list[int]:
    """Count anew the sessions that these people are rostered in and that are not over."""
    return recount(
        sessions_of_people(person_ids, now, during), cause=cause, actor_id=actor_id, now=now
    )


def recount_week(
    facility_id: int, monday: date, *, cause: str, actor_id: int | None, now: datetime
) -> list[int]:
    """Count anew what is not over of a house's week."""
    during = week_span(monday)
    sessions = facilities.sessions_within(
        facility_ids=[facility_id], starts=during.starts_at, ends=during.ends_at
    )
    coming = [session.id for session in sessions if session.ends_at > now]
    return recount(coming, cause=cause, actor_id=actor_id, now=now)


def recount_everything(*, now: datetime) -> dict[str, int]:
    """Count anew all sessions of published weeks that are not over, a few houses at a time.

    The net under every other way: harmless, and usually changes nothing. So it looks without a
    lock, and only what seems to differ is locked and counted once more: `recount` decides.
    """
    law = law_book()
    weeks = RosterWeek.objects.filter(
        published_at__isnull=False, monday__gte=monday_of(day_in_shanghai(now))
    )
    houses = sorted(set(weeks.values_list("facility_id", flat=True)))
    judged = breaches = 0
    for start in range(0, len(houses), _HOUSES_AT_A_TIME):
        batch = houses[start : start + _HOUSES_AT_A_TIME]
        last = weeks.filter(facility_id__in=batch).order_by("-monday").values_list("monday")[0][0]
        sessions = facilities.sessions_within(
            facility_ids=batch,
            starts=now - timedelta(days=1),
            ends=week_span(last).ends_at,
        )
        coming = [session for session in sessions if session.ends_at > now]
        judged += len(coming)
        differ = sorted(_miscounted(coming, law))
        breaches += len(recount(differ, cause="recount", actor_id=None, now=now))
    return {"judged": judged, "in_breach": breaches}


def sessions_of_people(
    person_ids: Iterable[int], now: datetime, during: Interval | None = None
) -> list[int]:
    """The sessions that are not over and that these people are rostered in, by id."""
    shifts = Shift.objects.filter(
        person_id__in=list(person_ids),
        state=ShiftState.PUBLISHED,
        role=StaffRole.CAREGIVER,
        ends_at__gt=now,
    )
    if during is not None:
        shifts = shifts.filter(starts_at__lt=during.ends_at, ends_at__gt=during.starts_at)
    stretches = list(shifts.values_list("facility_id", "care_group_id", "starts_at", "ends_at"))
    if not stretches:
        return []
    found = facilities.sessions_within(
        facility_ids=sorted({facility for facility, *_ in stretches}),
        starts=min(starts for *_, starts, _ in stretches),
        ends=max(ends for *_, ends in stretches),
    )
    return [
        session.id
        for session in found
        if session.ends_at > now
        and any(
            group == session.care_group_id and starts < session.ends_at and session.starts_at < ends
            for _, group, starts, ends in stretches
        )
    ]


def _miscounted(sessions: Sequence[SessionFacts], law: LawBook) -> dict[int, int]:
    """What sessions of published weeks should count and do not, by id."""
    return {
        session.id: count
        for session, count in _counts(_rostered(sessions), law)
        if count != session.counted_staff
    }


def _rostered(sessions: Sequence[SessionFacts]) -> list[SessionFacts]:
    """Those whose week is published in their house."""
    wanted = {(one.facility_id, monday_of(day_in_shanghai(one.starts_at))) for one in sessions}
    condition = Q(pk__in=[])
    for facility_id, monday in wanted:
        condition |= Q(facility_id=facility_id, monday=monday)
    published = set(
        RosterWeek.objects.filter(condition, published_at__isnull=False).values_list(
            "facility_id", "monday"
        )
    )
    return [
        one
        for one in sessions
        if (one.facility_id, monday_of(day_in_shanghai(one.starts_at))) in published
    ]


def _counts(sessions: Sequence[SessionFacts], law: LawBook) -> Iterable[tuple[SessionFacts, int]]:
    if not sessions:
        return
    during = Interval(min(one.starts_at for one in sessions), max(one.ends_at for one in sessions))
    shifts = published_shifts(during, facility_ids=sorted({one.facility_id for one in sessions}))
    by_group: dict[int | None, list[PlannedShift]] = {}
    for shift in shifts:
        by_group.setdefault(shift.care_group_id, []).append(shift)
    counting = rules.Counting(people_facts(shift.person_id for shift in shifts), law)
    for session in sessions:
        yield session, _count(session, by_group.get(session.care_group_id, []), counting)


def _count(session: SessionFacts, shifts: Sequence[PlannedShift], counting: rules.Counting) -> int:
    return len(
        rules.counted_people(
            as_hour(session),
            shifts=shifts,
            counting=counting,
            facility_id=session.facility_id,
            district=session.district,
        )
    )
