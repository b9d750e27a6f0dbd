"""Who could stand in for a stretch of a published week, without breaking anything else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from accounts.types import Actor
from common.intervals import Interval, day_in_shanghai
from facilities import selectors as facilities
from facilities.selectors import Neighbor
from facilities.types import SessionFacts
from regulations.rules import LawBook
from staff import rules
from staff.models import Employment
from staff.selectors.access import MAY_KEEP_STAFF
from staff.selectors.facts import people_facts
from staff.selectors.roster import (
    DAYS,
    House,
    engaged_people,
    monday_of,
    published_and_set_aside,
    published_shifts,
    week_facts,
    week_span,
)
from staff.types import EmploymentBasis, Filling, PersonFacts, PlannedShift, StaffRole, WeekFacts

FARTHEST_M = 10_000  # a borrowed person has to come the same morning
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
    house: House,
    *,
    care_group_id: int,
    during: Interval,
    sessions: Sequence[SessionFacts],
    near: Sequence[Neighbor],
    law: LawBook,
    actor: Actor,
    now: datetime,
) -> tuple[bool, list[StandIn]]:
    """Whether the week is published, and if so who may care for a group over a stretch of it.

    The house's own people first, then the nearest. Others are lent only by houses that the actor
    answers for as well. Each was tried: putting them there makes nothing worse. `sessions` are at
    least those of the week, `near` the houses around.
    """
    monday = monday_of(day_in_shanghai(during.starts_at))
    is_out, aside = published_and_set_aside(house.id, monday)
    if not is_out:
        return False, []
    span = week_span(monday)
    engaged = engaged_people(house.id, monday, monday + timedelta(days=DAYS - 1))
    kept = {one.id: one for one in near if actor.may(*MAY_KEEP_STAFF, at=one.place)}
    homes = _homes(kept, known_here=engaged)
    shifts = published_shifts(span, facility_ids=[house.id], or_person_ids=[*engaged, *homes])
    ours = [one for one in shifts if one.facility_id == house.id]
    people = people_facts({*engaged, *homes, *(one.person_id for one in ours)})
    week = week_facts(
        house,
        monday,
        ours,
        now=now,
        engaged=engaged,
        published=shifts,
        overrides=aside,
        sessions=[one for one in sessions if span.starts_at <= one.starts_at < span.ends_at],
        people=people,
    )
    lent = {pk: people[pk] for pk in homes if pk not in week.people}
    around = replace(week, elsewhere=(*week.elsewhere, *_elsewhere(shifts, lent, house)))
    found = rules.who_could_care(
        around, care_group_id, during, law, borrowable=_carers(lent, homes, during), is_urgent=True
    )
    stand_ins = [_stand_in(one, week, kept, homes) for one in found]
    return True, sorted(stand_ins, key=lambda one: (one.is_borrowed, one.distance_m, one.id))


def _elsewhere(
    shifts: Sequence[PlannedShift], lent: Mapping[int, PersonFacts], house: House
) -> list[PlannedShift]:
    return [one for one in shifts if one.person_id in lent and one.facility_id != house.id]


def _carers(
    lent: Mapping[int, PersonFacts], homes: Mapping[int, int], during: Interval
) -> list[PersonFacts]:
    """Those who are caregivers at home on that day."""
    day = day_in_shanghai(during.starts_at)
    return [one for pk, one in lent.items() if StaffRole.CAREGIVER in one.roles_in(homes[pk], day)]


def _stand_in(
    filling: Filling, week: WeekFacts, near: Mapping[int, Neighbor], homes: Mapping[int, int]
) -> StandIn:
    person, home = filling.person, None
    if filling.is_borrowed:
        home = near[homes[person.id]]
    return StandIn(
        id=person.id,
        public_id=person.public_id,
        name=person.name,
        is_borrowed=filling.is_borrowed,
        home=home.name if home else "",
        distance_m=home.metres if home else 0,
        moved_from_room=any(
            one.person_id == person.id and one.during.overlaps(filling.shift.during)
            for one in week.shifts
        ),
    )


def _homes(near: Mapping[int, Neighbor], *, known_here: Sequence[int]) -> dict[int, int]:
    """The nearest caregivers of the houses around, each with the house they belong to."""
    rows = (
        Employment.objects.filter(facility_id__in=near, role=StaffRole.CAREGIVER)
        .exclude(basis=EmploymentBasis.BORROWED)
        .exclude(person_id__in=known_here)
        .order_by("person_id", "-starts_on", "pk")
        .values_list("person_id", "facility_id")
    )
    homes = dict(rows)
    nearest = sorted(homes, key=lambda pk: (near[homes[pk]].metres, pk))[:_LOOKED_AT]
    return {pk: homes[pk] for pk in nearest}


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
