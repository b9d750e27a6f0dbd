"""The facts that a draw freezes: houses with their signals, officers with what keeps them away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q

from accounts.selectors import Officer, officers_of
from accounts.types import Role
from common.intervals import age_in_months, day_in_shanghai
from facilities.models import Facility
from facilities.selectors.oversight import HouseInDistrict, houses_in_district
from facilities.types import FacilityState
from inspections.models import ConflictOfInterest, Inspector, Visit
from inspections.rules.frozen import avoidance, frozen_content
from inspections.selectors.terms import decided, terms_in
from inspections.types import (
    DRAWN_ROLES,
    FIELD_VISITS,
    REGISTERED_ROLES,
    Announced,
    Domain,
    Exclusion,
    HouseFacts,
    InspectorFacts,
    RiskReason,
    VisitState,
)
from regulations.keys import LimitKey


@dataclass(frozen=True, slots=True)
class VisitCount:
    """The field visits of a year to one house."""

    done: int = 0
    planned: int = 0
    last_on: date | None = None  # of any year

    @property
    def counted(self) -> int:
        return self.done + self.planned


def content_of_plan(
    *, district: str, announced: Announced, wanted: int | None, now: datetime
) -> dict[str, Any]:
    """What a draw of this moment would freeze."""
    today = day_in_shanghai(now)
    return frozen_content(
        district=district,
        announced=announced,
        houses=house_facts(district, year=announced.month.year, now=now),
        inspectors=inspector_facts(district, today=today, roles=DRAWN_ROLES),
        terms=terms_in(district, on=announced.month),
        wanted=wanted,
    )


def house_facts(district: str, *, year: int, now: datetime) -> list[HouseFacts]:
    """The houses of a district as a draw looks at them."""
    houses = houses_for(district, now=now)
    today = day_in_shanghai(now)
    visits = visit_counts(district, year=year, today=today)
    return [_facts(house, visits.get(house.id, VisitCount()), today) for house in houses]


def houses_for(district: str, *, now: datetime) -> list[HouseInDistrict]:
    """All houses of a district, with the breaches that still count."""
    today = day_in_shanghai(now)
    days = decided(LimitKey.RISK_LOOKBACK_DAYS, district, on=today)
    return houses_in_district(district, on=today, since=now - timedelta(days=days))


def _facts(house: HouseInDistrict, visits: VisitCount, today: date) -> HouseFacts:
    since = max(visits.last_on or house.opened_on, house.opened_on)
    return HouseFacts(
        id=house.public_id,
        name=house.name,
        subdistrict=house.subdistrict,
        subdistrict_name=house.subdistrict_name,
        is_open=house.state is FacilityState.OPEN,
        visits=visits.counted,
        signals={
            RiskReason.OPEN_BREACHES: house.open_breaches,
            RiskReason.PAST_BREACHES: house.past_breaches,
            RiskReason.UNINSURED: int(not house.is_insured),
            RiskReason.MONTHS_UNVISITED: max(age_in_months(since, today), 0),
        },
    )


def why_away(house: Facility, officer: InspectorFacts) -> Exclusion | None:
    """Why an officer must keep away from a house, if they must. 回避"""
    facts = HouseFacts(
        id=str(house.public_id),
        name=house.name,
        subdistrict=house.subdistrict.code,
        subdistrict_name=house.subdistrict.name,
        is_open=True,
        visits=0,
    )
    return avoidance(facts, officer)


def visit_counts(district: str, *, year: int, today: date) -> Mapping[int, VisitCount]:
    """The field visits of a year by house: signed, and those still to come.

    One whose day has passed counts for nothing until it is made: it would keep a house from being
    drawn.
    """
    coming = Q(state=VisitState.PLANNED, planned_on__gte=today) | Q(state=VisitState.OPEN)
    to_come = coming & Q(planned_on__year=year)
    signed = Q(state=VisitState.SIGNED)
    rows = (
        Visit.objects.filter(facility__subdistrict__district__code=district, kind__in=FIELD_VISITS)
        .values_list("facility_id")
        .annotate(
            done=Count("pk", filter=signed & Q(done_on__year=year)),
            planned=Count("pk", filter=to_come),
            last_on=Max("done_on", filter=signed),
        )
        .order_by("facility_id")
    )
    return {house: VisitCount(done, planned, last_on) for house, done, planned, last_on in rows}


def inspector_facts(
    district: str, *, today: date, roles: Sequence[Role] = REGISTERED_ROLES
) -> list[InspectorFacts]:
    """The officers of a district as a draw looks at them, with or without an entry."""
    entries = {
        entry.user_id: entry
        for entry in Inspector.objects.filter(district__code=district).select_related("home")
    }
    avoids = _avoided_houses(district, today)
    return [
        _inspector(officer, entries.get(officer.id), avoids)
        for officer in officers_of(*roles, district=district, today=today)
    ]


def _inspector(
    officer: Officer, entry: Inspector | None, avoids: Mapping[int, frozenset[str]]
) -> InspectorFacts:
    if entry is None:
        return InspectorFacts(
            id=officer.public_id,
            name=officer.name,
            department=officer.department,
            is_registered=False,
            is_available=False,
        )
    return InspectorFacts(
        id=str(entry.public_id),
        name=officer.name,
        department=officer.department,
        is_registered=True,
        is_available=entry.is_available,
        skills=frozenset(Domain(skill) for skill in entry.skills),
        home=entry.home.code if entry.home else "",
        avoids=avoids.get(entry.pk, frozenset()),
    )


def _avoided_houses(district: str, today: date) -> Mapping[int, frozenset[str]]:
    lasting = Q(valid_through__isnull=True) | Q(valid_through__gte=today)
    rows = ConflictOfInterest.objects.filter(lasting, inspector__district__code=district)
    found: dict[int, frozenset[str]] = {}
    for entry, house in rows.values_list("inspector_id", "facility__public_id"):
        found[entry] = found.get(entry, frozenset()) | {str(house)}
    return found


def officer_facts(district: str, user_id: int, *, today: date) -> InspectorFacts | None:
    """An officer of the register by their account; None: they are not in it."""
    entry = (
        Inspector.objects.filter(district__code=district, user=user_id)
        .select_related("home", "user")
        .first()
    )
    if entry is None:
        return None
    officer = Officer(
        id=user_id,
        public_id=str(entry.user.public_id),
        name=entry.user.name,
        department="",
        roles=frozenset(),
    )
    return _inspector(officer, entry, _avoided_houses(district, today))
