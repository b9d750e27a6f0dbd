"""A district's year: what each house is owed, what was done, what is overdue, and when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from accounts.types import Actor, Role
from common.intervals import day_in_shanghai, months_later
from facilities import selectors as facilities
from facilities.selectors.oversight import HouseInDistrict, districts_with_open_houses
from facilities.types import FacilityState
from inspections.messages import DOMAINS, KINDS, VISIT_STATES
from inspections.models import Draw, Visit
from inspections.selectors.access import visit_for
from inspections.selectors.facts import VisitCount, houses_for, visit_counts
from inspections.selectors.terms import decided, monthly_draw_is_stated, terms_in
from inspections.types import (
    Domain,
    DrawState,
    VisitKind,
    VisitState,
)
from regulations import selectors as regulations
from regulations.keys import LimitKey
from regulations.messages import KINDS_OF_PLACE
from regulations.types import AppliesTo, RuleRow

_RULES = (LimitKey.FIELD_VISITS_PER_FACILITY_YEAR, LimitKey.RANDOM_CHECKS_PER_MONTH)
_WEEK = 7
_LIVE = (VisitState.PLANNED, VisitState.OPEN)


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit as the calendar shows it."""

    id: str
    house: str
    house_id: str
    kind: str
    domain: str
    planned_on: date
    state: VisitState
    state_words: str
    people: str
    is_overdue: bool
    draw: str  # public id; '' when no draw sent it
    withdrawn_because: str


@dataclass(frozen=True, slots=True)
class HouseYear:
    """What a house is owed in a year, and how far that is."""

    id: str
    name: str
    subdistrict: str
    is_open: bool
    required: int | None
    done: int
    planned: int
    owed: int
    last_on: date | None
    next_on: date | None
    overdue_on: date | None

    @property
    def is_fulfilled(self) -> bool:
        return self.required is not None and self.done >= self.required


@dataclass(frozen=True, slots=True)
class MonthCell:
    """A month's draw in one domain."""

    month: date
    words: str
    draw: str  # public id, '' when there is none
    kind: str  # is-ok, is-warn, is-bad, is-info or ''


@dataclass(frozen=True, slots=True)
class DomainYear:
    name: str
    months: tuple[MonthCell, ...]


@dataclass(frozen=True, slots=True)
class CalendarDay:
    day: date
    is_in_month: bool
    is_today: bool
    is_working: bool
    holiday: str
    visits: tuple[VisitRow, ...]


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """The year of a district."""

    district: str
    district_name: str
    year: int
    month: date
    previous: date
    following: date
    required: int | None
    rules: tuple[RuleRow, ...]
    houses: tuple[HouseYear, ...]
    fulfilled: int
    owed: int
    overdue: tuple[VisitRow, ...]
    others_owing: int
    domains: tuple[DomainYear, ...]
    weeks: tuple[tuple[CalendarDay, ...], ...]
    coming: tuple[VisitRow, ...]


def programme_of(district: str, district_name: str, *, month: date, now: datetime) -> ProgrammePage:
    """The year to which a month belongs, and the calendar of that month."""
    today = day_in_shanghai(now)
    terms = terms_in(district, on=month)
    visits = _visits(district, month.year, today)
    houses = _house_years(
        houses_for(district, now=now),
        visit_counts(district, year=month.year, today=today),
        visits,
        terms.visits_per_year,
    )
    still_open = [house for house in houses if house.is_open]
    return ProgrammePage(
        district=district,
        district_name=district_name,
        year=month.year,
        month=month,
        previous=months_later(month, -1),
        following=months_later(month, 1),
        required=terms.visits_per_year,
        rules=tuple(_rules(district, month)),
        houses=tuple(houses),
        fulfilled=sum(house.is_fulfilled for house in still_open),
        owed=sum(house.owed for house in still_open),
        overdue=tuple(visit for visit in visits if visit.is_overdue),
        others_owing=sum(house.owed > 0 for house in still_open),
        domains=tuple(_domains(district, month.year, today)),
        weeks=tuple(_weeks(month, visits, today)),
        coming=tuple(v for v in visits if _same_month(v.planned_on, month)),
    )


def _rules(district: str, on: date) -> list[RuleRow]:
    """What the law says of visits, with its basis and standing; for a 宝宝屋 by extension."""
    wanted = KINDS_OF_PLACE[AppliesTo.BABY_HOUSE]
    rows = regulations.rules_in_force(district, on)
    found = [row for row in rows if row.key in _RULES and row.standing != "replaced"]
    return [row for row in found if row.applies_to == wanted]


def _visits(district: str, year: int, today: date) -> list[VisitRow]:
    """The visits of a year, with those planned before and not made."""
    late = Q(state__in=_LIVE, planned_on__lt=today)
    rows = (
        Visit.objects.filter(
            late | Q(planned_on__year=year), facility__subdistrict__district__code=district
        )
        .select_related("facility", "draw")
        .prefetch_related("inspectors")
        .order_by("planned_on", "facility__name", "pk")
    )
    return [as_row(row, today) for row in rows]


def as_row(visit: Visit, today: date) -> VisitRow:
    """A visit as the calendar shows it; its inspectors must have been read with it."""
    state, kind = VisitState(visit.state), VisitKind(visit.kind)
    is_late = state in _LIVE and visit.planned_on < today
    return VisitRow(
        id=str(visit.public_id),
        house=visit.facility.name,
        house_id=str(visit.facility.public_id),
        kind=KINDS[kind],
        domain=DOMAINS[Domain(visit.domain)] if visit.domain else "",
        planned_on=visit.planned_on,
        state=state,
        state_words=VISIT_STATES[state],
        people="、".join(sorted(person.name for person in visit.inspectors.all())),
        is_overdue=is_late and kind is not VisitKind.SELF,  # a house takes its own time
        draw=str(visit.draw.public_id) if visit.draw else "",
        withdrawn_because=visit.withdrawn_because,
    )


def _house_years(
    houses: Sequence[HouseInDistrict],
    counts: Mapping[int, VisitCount],
    visits: Iterable[VisitRow],
    required: int | None,
) -> list[HouseYear]:
    """The houses, those that lack most first."""
    live: dict[str, list[VisitRow]] = defaultdict(list)
    for visit in visits:
        if visit.state in _LIVE:
            live[visit.house_id].append(visit)
    rows = [
        _house_year(house, counts.get(house.id, VisitCount()), live[house.public_id], required)
        for house in houses
        if house.state is not FacilityState.CLOSED
    ]
    return sorted(rows, key=lambda row: (not row.is_open, row.overdue_on is None, -row.owed))


def _house_year(
    house: HouseInDistrict, count: VisitCount, live: Sequence[VisitRow], required: int | None
) -> HouseYear:
    late = [visit.planned_on for visit in live if visit.is_overdue]
    to_come = [visit.planned_on for visit in live if not visit.is_overdue]
    return HouseYear(
        id=house.public_id,
        name=house.name,
        subdistrict=house.subdistrict_name,
        is_open=house.state is FacilityState.OPEN,
        required=required,
        done=count.done,
        planned=count.planned,
        owed=max((required or 0) - count.counted, 0),
        last_on=count.last_on,
        next_on=min(to_come, default=None),
        overdue_on=min(late, default=None),
    )


def _domains(district: str, year: int, today: date) -> list[DomainYear]:
    draws = {
        (draw.domain, draw.month): draw
        for draw in Draw.objects.filter(district__code=district, month__year=year)
    }
    stated = monthly_draw_is_stated(district, on=today)
    first = date(year, 1, 1)
    months = [months_later(first, n) for n in range(date.max.month)]
    return [
        DomainYear(
            name=words,
            months=tuple(
                _cell(month, draws.get((domain.value, month)), today, stated) for month in months
            ),
        )
        for domain, words in DOMAINS.items()
    ]


_CELLS = {
    DrawState.PLANNED: ("等随机数", "is-info"),
    DrawState.REVEALED: ("待公布", "is-warn"),
    DrawState.PUBLISHED: ("已公布", "is-ok"),
}


def _cell(month: date, draw: Draw | None, today: date, stated: bool) -> MonthCell:  # noqa: FBT001
    if draw is not None:
        words, kind = _CELLS[DrawState(draw.state)]
        return MonthCell(month, words, str(draw.public_id), kind)
    this_month = today.replace(day=1)
    if not stated or month > this_month:
        return MonthCell(month, "—", "", "")
    return MonthCell(
        month, *(("未抽", "", "is-bad") if month < this_month else ("待定", "", "is-warn"))
    )


def _weeks(month: date, visits: Iterable[VisitRow], today: date) -> list[tuple[CalendarDay, ...]]:
    by_day: dict[date, list[VisitRow]] = defaultdict(list)
    for visit in visits:
        by_day[visit.planned_on].append(visit)
    day = month - timedelta(days=month.weekday())
    weeks = []
    while day < months_later(month, 1):
        days = [day + timedelta(days=n) for n in range(_WEEK)]
        weeks.append(tuple(_calendar_day(one, month, today, by_day[one]) for one in days))
        day += timedelta(days=_WEEK)
    return weeks


def _calendar_day(day: date, month: date, today: date, visits: Sequence[VisitRow]) -> CalendarDay:
    kind = facilities.day_kind(day)
    return CalendarDay(
        day=day,
        is_in_month=_same_month(day, month),
        is_today=day == today,
        is_working=kind.is_working,
        holiday=kind.name,
        visits=tuple(visits),
    )


def _same_month(day: date, month: date) -> bool:
    return day.replace(day=1) == month


def missing_draws(*, today: date) -> list[tuple[str, date, Domain]]:
    """The draws of this month that should have been planned by now: district, month, domain."""
    month = today.replace(day=1)
    made = set(Draw.objects.filter(month=month).values_list("district__code", "domain"))
    return [
        (district, month, domain)
        for district in districts_with_open_houses()
        if monthly_draw_is_stated(district, on=today)
        and today.day > decided(LimitKey.DRAW_PLANNED_BY_DAY, district, on=today)
        for domain in Domain
        if (district, domain.value) not in made
    ]


def visit_row(actor: Actor, public_id: str, *, now: datetime) -> VisitRow:
    """A visit that the actor supervises. :raises NotFound:"""
    return as_row(visit_for(actor, public_id, Role.SUPERVISION_LEAD), day_in_shanghai(now))
