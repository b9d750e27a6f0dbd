"""What the rows of many houses show, and what it adds up to: for warnings.

However many houses there are, the statements are the same few.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.types import Place
from bookings.selectors.signals import FloorSignals, floor_signals
from common.intervals import age_in_months, day_in_shanghai
from facilities.models import Facility
from facilities.selectors.oversight import HouseInDistrict, houses_in_district
from facilities.types import FacilityState
from inspections.models import Case, RectificationOrder
from inspections.order_types import OVER
from inspections.rules.warning import judge
from inspections.selectors.facts import VisitCount, visit_counts
from inspections.selectors.terms import visits_per_year, warning_terms
from inspections.types import Severity
from inspections.warning_types import NOT_FOR_THE_HOUSE, Counted, Judged, Seen, WarningTerms
from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.selectors import law_book
from safety.models import Incident
from safety.selectors.registers import rows_by_house
from staff.selectors.papers import papers_by_house
from staff.selectors.scope import StaffHouse

_HOUSE = OuterRef("pk")


@dataclass(frozen=True, slots=True)
class JudgedHouse:
    """A house with what its rows add up to: for officers, and by what the house may know."""

    house: HouseInDistrict
    judged: Judged
    own: Judged


def judged_houses(district: str, *, now: datetime, law: LawBook | None = None) -> list[JudgedHouse]:
    """The houses of a district that are not closed for good, as their rows are now."""
    law, today = law or law_book(), day_in_shanghai(now)
    terms = warning_terms(law, district, on=today)
    houses = [
        house
        for house in houses_in_district(district, on=today, since=_since(law, district, now))
        if house.state is not FacilityState.CLOSED
    ]
    seen = _seen(houses, district, terms, law, now)
    return [
        JudgedHouse(
            house,
            judge(seen[house.id], terms, today=today),
            judge(seen[house.id], terms, today=today, without=NOT_FOR_THE_HOUSE),
        )
        for house in houses
    ]


def _since(law: LawBook, district: str, now: datetime) -> datetime:
    limit = law.limit(
        LimitKey.RISK_LOOKBACK_DAYS, jurisdiction=district, care_on=day_in_shanghai(now)
    )
    return now - timedelta(days=limit.number if limit else 0)


def _seen(
    houses: Sequence[HouseInDistrict],
    district: str,
    terms: WarningTerms,
    law: LawBook,
    now: datetime,
) -> Mapping[int, Seen]:
    ids, today = [house.id for house in houses], day_in_shanghai(now)
    since = now - timedelta(days=terms.days)
    floor = floor_signals(
        ids,
        since=since,
        unanswered_since=now - timedelta(minutes=terms.unanswered_minutes),
        now=now,
    )
    papers = papers_by_house(
        [_staff_house(house, district) for house in houses],
        within=terms.paper_days,
        today=today,
        law=law,
    )
    registers = rows_by_house(dict.fromkeys(ids, district), now=now)
    reported = _reported(ids, since, terms.days, today)
    visits = visit_counts(district, year=today.year, today=today)
    required = visits_per_year(law, district, on=today)
    return {
        house.id: _seen_of(
            house,
            floor.get(house.id, FloorSignals()),
            visits.get(house.id, VisitCount()),
            today,
            papers=papers.get(house.id, 0),
            registers=sum(row.needs_somebody for row in registers.get(house.id, ())),
            visits_required=required,
            **reported.get(house.id, {}),
        )
        for house in houses
    }


def _seen_of(
    house: HouseInDistrict, floor: FloorSignals, visits: VisitCount, today: date, **more: Any
) -> Seen:
    visited = max(visits.last_on or house.opened_on, house.opened_on)
    return Seen(
        open_breaches=house.open_breaches,
        past_breaches=house.past_breaches,
        insured_through=house.insured_through,
        shortage_minutes=floor.shortage_minutes,
        unanswered=floor.unanswered,
        corrections=floor.corrections,
        months_unvisited=max(age_in_months(visited, today), 0),
        visits_done=visits.done,
        **more,
    )


def _staff_house(house: HouseInDistrict, district: str) -> StaffHouse:
    place = Place(district, house.subdistrict, house.public_id)
    return StaffHouse(house.id, house.public_id, house.name, district, place)


def _reported(
    ids: Sequence[int], since: datetime, days: int, today: date
) -> dict[int, dict[str, Any]]:
    """Overdue and severe orders, and what was reported lately and before. One statement.

    Suspected harm is counted nowhere: nobody learns of it by a number.
    """
    earlier = since - timedelta(days=days)
    orders = RectificationOrder.objects.filter(facility=_HOUSE).exclude(state__in=OVER)
    cases = Case.objects.filter(facility=_HOUSE, is_restricted=False)
    incidents = Incident.objects.filter(facility=_HOUSE, is_restricted=False)
    rows = Facility.objects.filter(pk__in=ids).annotate(
        n_orders=_count(orders.filter(due_on__lt=today)),
        n_severe=_count(orders.filter(severity=Severity.SEVERE)),
        n_cases=_count(cases.filter(received_at__gte=since)),
        n_cases_before=_count(cases.filter(received_at__gte=earlier, received_at__lt=since)),
        n_incidents=_count(incidents.filter(reported_at__gte=since)),
        n_incidents_before=_count(
            incidents.filter(reported_at__gte=earlier, reported_at__lt=since)
        ),
    )
    return {
        row["pk"]: {
            "orders": row["n_orders"],
            "severe_orders": row["n_severe"],
            "cases": Counted(row["n_cases"], row["n_cases_before"]),
            "incidents": Counted(row["n_incidents"], row["n_incidents_before"]),
        }
        for row in rows.order_by("pk").values(
            "pk", "n_orders", "n_severe", "n_cases", "n_cases_before", "n_incidents",
            "n_incidents_before",
        )
    }  # fmt: skip


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("facility").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), Value(0))


def districts_to_judge() -> list[str]:
    """Codes of the districts that have a house."""
    rows = Facility.objects.exclude(state=FacilityState.CLOSED).order_by(
        "subdistrict__district__code"
    )
    return list(rows.values_list("subdistrict__district__code", flat=True).distinct())
