"""What a house can still give today to a child that stands before its door without a booking."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from accounts.types import Actor
from bookings import rules
from bookings.selectors.commitments import commitments_of
from bookings.selectors.today import KEEPS_THE_FLOOR
from bookings.types import Admission
from common.intervals import day_in_shanghai, moment_in_shanghai
from common.refusals import NotFound
from facilities import selectors as facilities
from facilities.models import Facility
from facilities.selectors.access import facility_for
from facilities.types import SessionFacts
from families import selectors as families
from families.selectors import FoundFamily
from regulations.selectors import law_book

_LATEST_CALLED = 2  # how many hours ahead a walk-in looks: whoever wants later, books


@dataclass(frozen=True, slots=True)
class WalkInHour:
    """An hour that runs or comes soon, judged for the child by the rule that books it."""

    session: SessionFacts
    admission: Admission

    @property
    def is_bookable(self) -> bool:
        return self.admission.is_admitted

    @property
    def is_free(self) -> bool:
        return any(hour.is_free for hour in self.admission.hours)

    @property
    def charge_fen(self) -> int:
        return sum(hour.charge_fen for hour in self.admission.hours)

    @property
    def verdicts(self) -> list[dict[str, Any]]:
        return [verdict.as_dict() for verdict in self.admission.verdicts]


@dataclass(frozen=True, slots=True)
class WalkIn:
    """The child that was found, and the hours of today."""

    house: str
    house_name: str
    child: str
    child_id: int
    child_name: str
    hours: tuple[WalkInHour, ...]


def house_of_the_door(actor: Actor, house: str) -> Facility:
    """A house whose floor the actor keeps. :raises NotFound: when it is not theirs."""
    return facility_for(actor, house, *KEEPS_THE_FLOOR)


def found_at_the_door(*, phone: str, child_name: str) -> FoundFamily:
    """The child of this name whose guardian has this number.

    :raises NotFound: when there is none; which of the two is wrong is not told.
    """
    return families.family_by_phone(phone, child_name)


def walk_in_of(*, actor: Actor, house: str, phone: str, child_name: str, now: datetime) -> WalkIn:
    """The hours of today that the house could give the child now, each with what is in the way.

    :raises NotFound: as `found_at_the_door`, or when the house is not the actor's.
    """
    here = house_of_the_door(actor, house)
    found = found_at_the_door(phone=phone, child_name=child_name)
    facts = families.child_facts(
        actor_id=found.guardian_id,
        child_public_ids=[found.child],
        subdistrict_id=here.subdistrict_id,
        today=day_in_shanghai(now),
    )
    if found.child not in facts:
        raise NotFound
    commitments = commitments_of([found.child_id], now=now)[found.child_id]
    law = law_book()
    return WalkIn(
        house=str(here.public_id),
        house_name=here.name,
        child=found.child,
        child_id=found.child_id,
        child_name=found.child_name,
        hours=tuple(
            WalkInHour(
                session,
                rules.admission(
                    child=facts[found.child],
                    sessions=[session],
                    commitments=commitments,
                    law=law,
                    now=now,
                    is_walk_in=True,
                ),
            )
            for session in sessions_to_walk_into(here, now=now)
        ),
    )


def sessions_to_walk_into(house: Facility, *, now: datetime) -> list[SessionFacts]:
    """The sessions of today that run now or begin soon."""
    day = moment_in_shanghai(day_in_shanghai(now), time())
    today = facilities.sessions_of(str(house.public_id), starts=day, ends=day + timedelta(days=1))
    soon = now + timedelta(hours=_LATEST_CALLED)
    return [session for session in today if session.ends_at > now and session.starts_at <= soon]
