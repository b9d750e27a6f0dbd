"""Who could fill an hour of a week that is being drafted."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from accounts.types import Actor
from common.intervals import Interval, day_in_shanghai
from common.refusals import NotFound
from facilities.selectors.access import facilities_of
from regulations.selectors import law_book
from staff import rules
from staff.models import Employment
from staff.selectors.access import MAY_KEEP_STAFF
from staff.selectors.facts import people_facts
from staff.selectors.roster import (
    MAY_ROSTER,
    House,
    board_of,
    house_for,
    published_shifts,
    week_facts,
    week_span,
)
from staff.types import EmploymentBasis, Filling, HourFacts, PlannedShift, StaffRole, WeekFacts


@dataclass(frozen=True, slots=True)
class Offer:
    """Somebody who could fill the hour."""

    person: str  # public id
    name: str
    hours: str  # of the week, without this one
    home: str  # the house they would be borrowed from; '' for one of the house
    filling: Filling


@dataclass(frozen=True, slots=True)
class HourToFill:
    """An hour of a house's week, and everybody who could fill it."""

    house: House
    monday: date
    session: str  # public id
    group: str  # name
    group_id: int
    during: Interval
    children: int
    needed: int
    counted: int
    offers: tuple[Offer, ...]


def hour_to_fill(
    actor: Actor, facility: str, monday: date, session: str, *, now: datetime
) -> HourToFill:
    """An hour by its session's public id, on the board of a week that the actor may change.

    Whom the actor keeps in other houses is offered as well, to be borrowed for the day.

    :raises NotFound: when the house is not theirs, or the week has no such hour any more.
    """
    house = house_for(actor, facility, *MAY_ROSTER)
    week = week_facts(house, monday, board_of(house, monday), now=now)
    hour = next((one for one in week.hours if one.public_id == session), None)
    if hour is None:
        raise NotFound
    homes = _homes(actor, week, hour)
    lent = people_facts(homes)
    busy = published_shifts(week_span(monday), person_ids=list(homes))
    around = _with(week, [one for one in busy if one.facility_id != house.id])
    found = rules.who_could_fill(around, hour, law_book(), borrowable=lent.values())
    judged = rules.judge_week(_only(week, hour), law_book()).hours[0]
    return HourToFill(
        house=house,
        monday=monday,
        session=session,
        group=hour.care_group,
        group_id=hour.care_group_id,
        during=hour.during,
        children=hour.children,
        needed=hour.needed,
        counted=judged.counted,
        offers=tuple(_offer(one, homes) for one in found),
    )


def _homes(actor: Actor, week: WeekFacts, hour: HourFacts) -> dict[int, str]:
    """Caregivers whom the actor keeps in other houses on that day, each with their house's name."""
    day = day_in_shanghai(hour.during.starts_at)
    houses = {one.pk: one.name for one in facilities_of(actor, *MAY_KEEP_STAFF)}
    houses.pop(week.facility_id, None)
    rows = (
        Employment.objects.filter(
            facility_id__in=houses, role=StaffRole.CAREGIVER, starts_on__lte=day
        )
        .exclude(basis=EmploymentBasis.BORROWED)
        .exclude(through__lt=day)
        .exclude(person_id__in=list(week.people))
        .order_by("person_id", "-starts_on", "pk")
    )
    return {pk: houses[home] for pk, home in rows.values_list("person_id", "facility_id")}


def _with(week: WeekFacts, elsewhere: list[PlannedShift]) -> WeekFacts:
    return replace(week, elsewhere=(*week.elsewhere, *elsewhere))


def _only(week: WeekFacts, hour: HourFacts) -> WeekFacts:
    return replace(week, hours=(hour,))


def _offer(filling: Filling, homes: dict[int, str]) -> Offer:
    return Offer(
        person=filling.person.public_id,
        name=filling.person.name,
        hours=f"{filling.minutes / 60:g}",
        home=homes[filling.person.id] if filling.is_borrowed else "",
        filling=filling,
    )
