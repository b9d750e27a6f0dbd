"""Who could stand in for a stretch of a published week, without breaking anything else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from accounts.types import Actor
from common.intervals import Interval, day_in_shanghai
from facilities import selectors as facilities
from facilities.models import Facility
from facilities.selectors.access import facilities_of
from regulations.rules import LawBook
from regulations.selectors import law_book
from staff import rules
from staff.models import Employment
from staff.selectors.access import MAY_KEEP_STAFF
from staff.selectors.facts import people_facts
from staff.selectors.roster import House, monday_of, published_shifts, week_facts, week_span
from staff.types import (
    EmploymentBasis,
    EmploymentFacts,
    PersonFacts,
    PlannedShift,
    StaffRole,
    WeekFacts,
    WeekVerdict,
)

_FARTHEST_M = 10_000  # a borrowed person has to come the same morning
_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class StandIn:
    """Somebody who could come, and from where."""

    id: int
    public_id: str
    name: str
    is_borrowed: bool
    home: str  # the house they come from; '' for their own
    distance_m: int
    moved_from_room: bool  # rostered in another room of the house at the time


def who_could_cover(
    house: House, *, care_group_id: int, during: Interval, actor: Actor, now: datetime
) -> list[StandIn]:
    """People who may care for a group over a stretch: the house's own first, then the nearest.

    Others are lent only by houses that the actor answers for as well.
    Each was tried against the whole week: putting them there breaks nothing that held.
    """
    law = law_book()
    monday = monday_of(day_in_shanghai(during.starts_at))
    shifts = published_shifts(week_span(monday), facility_ids=[house.id])
    week = week_facts(house, monday, shifts, now=now)
    known = rules.judge_week(week, law)
    own = [one for one in week.people.values() if _is_caregiver(one, house.id, during)]
    found = [
        StandIn(
            id=one.id,
            public_id=one.public_id,
            name=one.name,
            is_borrowed=False,
            home="",
            distance_m=0,
            moved_from_room=_is_rostered(one.id, week, during),
        )
        for one in sorted(own, key=lambda one: one.id)
        if not _cares_here(one.id, week, care_group_id, during)
        and _holds(week, one, care_group_id, during, known, law)
    ]
    return [*found, *_from_elsewhere(house, week, care_group_id, during, known, law, actor)]


def who_cares_for(session_ids: Sequence[int]) -> list[int]:
    """People rostered as caregivers for the whole of any of these sessions, by id."""
    sessions = facilities.sessions_by_id(session_ids)
    if not sessions:
        return []
    during = Interval(min(s.starts_at for s in sessions), max(s.ends_at for s in sessions))
    shifts = published_shifts(during, facility_ids=sorted({s.facility_id for s in sessions}))
    return sorted(
        {
            shift.person_id
            for shift in shifts
            if shift.role is StaffRole.CAREGIVER
            and any(
                shift.care_group_id == session.care_group_id and shift.covers(session.interval)
                for session in sessions
            )
        }
    )


def _from_elsewhere(
    house: House,
    week: WeekFacts,
    care_group_id: int,
    during: Interval,
    known: WeekVerdict,
    law: LawBook,
    actor: Actor,
) -> Iterable[StandIn]:
    day = day_in_shanghai(during.starts_at)
    kept = {one.pk for one in facilities_of(actor, *MAY_KEEP_STAFF)}
    within = facilities.neighbors_of(house.id, within_m=_FARTHEST_M)
    near = {pk: metres for pk, metres in within.items() if pk in kept}
    homes = _homes(near, known_here=set(week.people))
    nearest = sorted(homes, key=lambda pk: (near[homes[pk]], pk))[:_LOOKED_AT]
    people = people_facts(nearest)
    names = dict(Facility.objects.filter(pk__in=set(homes.values())).values_list("pk", "name"))
    busy = _by_person(published_shifts(week_span(week.monday), person_ids=nearest))
    for pk in nearest:
        lent = _as_lent(people[pk], house.id, during)
        there = replace(
            week,
            people={**week.people, pk: lent},
            elsewhere=(*week.elsewhere, *busy.get(pk, ())),
        )
        engaged = StaffRole.CAREGIVER in people[pk].roles_in(homes[pk], day)
        if engaged and _holds(there, lent, care_group_id, during, known, law):
            yield StandIn(
                id=pk,
                public_id=lent.public_id,
                name=lent.name,
                is_borrowed=True,
                home=names[homes[pk]],
                distance_m=near[homes[pk]],
                moved_from_room=False,
            )


def _homes(near: Mapping[int, int], *, known_here: set[int]) -> dict[int, int]:
    """Caregivers of the houses nearby, each with the house they belong to."""
    rows = (
        Employment.objects.filter(facility_id__in=near, role=StaffRole.CAREGIVER)
        .exclude(basis=EmploymentBasis.BORROWED)
        .exclude(person_id__in=known_here)
        .order_by("person_id", "-starts_on", "pk")
        .values_list("person_id", "facility_id")
    )
    return dict(rows)


def _as_lent(person: PersonFacts, facility_id: int, during: Interval) -> PersonFacts:
    day = day_in_shanghai(during.starts_at)
    lent = EmploymentFacts(facility_id, StaffRole.CAREGIVER, EmploymentBasis.BORROWED, day, day)
    return replace(person, employments=(*person.employments, lent))


def _by_person(shifts: Iterable[PlannedShift]) -> dict[int, list[PlannedShift]]:
    found: dict[int, list[PlannedShift]] = {}
    for shift in shifts:
        found.setdefault(shift.person_id, []).append(shift)
    return found


def _holds(
    week: WeekFacts,
    person: PersonFacts,
    care_group_id: int,
    during: Interval,
    known: WeekVerdict,
    law: LawBook,
) -> bool:
    """Whether with somebody there every hour counts one more, and the week breaks no more."""
    kept: list[PlannedShift] = []
    for shift in week.shifts:
        is_theirs = shift.person_id == person.id and shift.during.overlaps(during)
        kept += shift.without(during) if is_theirs else [shift]
    new = PlannedShift("", person.id, week.facility_id, care_group_id, StaffRole.CAREGIVER, during)
    judged = rules.judge_week(replace(week, shifts=(*kept, new)), law)
    helps = all(
        then.counted > was.counted
        for was, then in zip(known.hours, judged.hours, strict=True)
        if then.hour.care_group_id == care_group_id and then.hour.during.overlaps(during)
    )
    return helps and _failures(judged) <= _failures(known)


def _failures(judged: WeekVerdict) -> set[tuple[str, str]]:
    return {(one.rule, one.subject) for one in judged.failures}


def _is_caregiver(person: PersonFacts, facility_id: int, during: Interval) -> bool:
    return StaffRole.CAREGIVER in person.roles_in(facility_id, day_in_shanghai(during.starts_at))


def _is_rostered(person_id: int, week: WeekFacts, during: Interval) -> bool:
    return any(one.person_id == person_id and one.during.overlaps(during) for one in week.shifts)


def _cares_here(person_id: int, week: WeekFacts, care_group_id: int, during: Interval) -> bool:
    return any(
        one.person_id == person_id
        and one.care_group_id == care_group_id
        and one.role is StaffRole.CAREGIVER
        and one.during.overlaps(during)
        for one in week.shifts
    )
