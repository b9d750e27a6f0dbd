"""What papers that end will do to houses in the coming months."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.types import Actor
from common.intervals import Interval, day_in_shanghai
from facilities import selectors as facilities
from facilities.selectors.rooms import places_of_houses
from facilities.types import SessionFacts
from regulations.rules import LawBook
from regulations.selectors import law_book
from staff import rules
from staff.messages import step_words
from staff.selectors.facts import people_facts
from staff.selectors.roster import as_hour, published_shifts
from staff.selectors.scope import StaffHouse, houses_of_people, staff_houses
from staff.types import (
    ForecastHouse,
    ForecastStep,
    PersonFacts,
    PlannedShift,
    StaffRole,
)

HORIZON = timedelta(days=184)  # half a year: nobody hires for later than that


@dataclass(frozen=True, slots=True)
class StepRow:
    """A day on which a house can care for more or fewer children, in a sentence."""

    day: date
    words: str
    is_loss: bool
    children_before: int
    children_after: int
    people: tuple[tuple[str, str], ...]  # who it is about: public id, name
    sessions: int  # published ones in which they are rostered from then on
    short: int  # of those, how many lack staff for the children that are booked


@dataclass(frozen=True, slots=True)
class HouseForecast:
    """A house today, and what is to come."""

    house: StaffHouse
    counted: int
    children: int
    places: int
    steps: tuple[StepRow, ...]


def forecasts(actor: Actor, *, now: datetime, facility: str = "") -> list[HouseForecast]:
    """The forecast of each of the actor's houses. Statements do not grow with houses or people.

    :raises NotFound: when the actor sees no house's people, or not the named one's.
    """
    houses = staff_houses(actor, facility)
    engaged = houses_of_people(houses, day_in_shanghai(now))
    return forecasts_of(houses, people_facts(engaged), now=now)


def forecasts_of(
    houses: Sequence[StaffHouse], people: Mapping[int, PersonFacts], *, now: datetime
) -> list[HouseForecast]:
    """The forecast of these houses, of which these are the people."""
    today, law = day_in_shanghai(now), law_book()
    ids = [house.id for house in houses]
    places = places_of_houses(ids, on=today)
    rostered = _Rostered(ids, now)
    return [
        _forecast(house, _carers(people, house.id), places[house.id], rostered, today, law)
        for house in houses
    ]


def _forecast(
    house: StaffHouse,
    people: Mapping[int, PersonFacts],
    places: int,
    rostered: "_Rostered",
    today: date,
    law: LawBook,
) -> HouseForecast:
    seen = ForecastHouse(house.id, house.district, places)
    steps = rules.forecast(seen, people, law, first=today, last=today + HORIZON)
    counted = len(rules.counted_on(seen, people, rules.Counting(people, law), today))
    return HouseForecast(
        house=house,
        counted=counted,
        children=rules.children_for(seen, counted, today, law),
        places=places,
        steps=tuple(_row(house.id, step, rostered) for step in steps),
    )


def _carers(people: Mapping[int, PersonFacts], facility_id: int) -> dict[int, PersonFacts]:
    """Who is, was or will be engaged as a carer in a house."""
    return {
        person.id: person
        for person in people.values()
        if any(
            one.facility_id == facility_id and one.role is StaffRole.CAREGIVER
            for one in person.employments
        )
    }


def session_counts(facility_id: int, *, now: datetime, law: LawBook) -> dict[int, int]:
    """How many people each published session will have, by today's papers; by session."""
    rostered = _Rostered([facility_id], now)
    counting = rules.Counting(people_facts({one.person_id for one in rostered.shifts}), law)
    return {
        session.id: len(
            rules.counted_people(
                as_hour(session),
                shifts=rostered.shifts,
                counting=counting,
                facility_id=facility_id,
                district=session.district,
            )
        )
        for session in rostered.sessions
    }


def _row(facility_id: int, step: ForecastStep, rostered: "_Rostered") -> StepRow:
    lost = {change.person_id for change in step.changes if change.is_loss}
    touched = rostered.sessions_of(facility_id, lost, step.day)
    return StepRow(
        day=step.day,
        words=step_words(step),
        is_loss=step.is_loss,
        children_before=step.children_before,
        children_after=step.children_after,
        people=tuple((change.person, change.name) for change in step.changes),
        sessions=len(touched),
        short=sum(1 for one in touched if one.places_taken > one.places_by_staff),
    )


class _Rostered:
    """What is published in some houses from now on, read once."""

    def __init__(self, facility_ids: Sequence[int], now: datetime) -> None:
        self.shifts = [
            one
            for one in published_shifts(Interval(now, now + HORIZON), facility_ids=facility_ids)
            if one.role is StaffRole.CAREGIVER
        ]
        last = max((one.during.ends_at for one in self.shifts), default=None)
        self.sessions: list[SessionFacts] = (
            facilities.sessions_within(facility_ids=facility_ids, starts=now, ends=last)
            if last
            else []
        )

    def sessions_of(self, facility_id: int, people: Iterable[int], day: date) -> list[SessionFacts]:
        """Sessions from a day on in which one of these people is rostered."""
        who = set(people)
        theirs = [one for one in self.shifts if one.person_id in who]
        return [
            session
            for session in self.sessions
            if session.facility_id == facility_id
            and day_in_shanghai(session.starts_at) >= day
            and any(_meets(shift, session) for shift in theirs)
        ]


def _meets(shift: PlannedShift, session: SessionFacts) -> bool:
    return shift.care_group_id == session.care_group_id and shift.during.overlaps(session.interval)
