"""保教活动方案 as the bureau and the houses read them."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from accounts.selectors import holders_of, names_of
from accounts.types import Actor, Place
from common.refusals import NotFound
from facilities.models import District, Facility
from facilities.selectors.access import as_uuid, place_of, reached_by
from facilities.selectors.oversight import districts_under
from facilities.types import FacilityState
from guide import messages
from guide.models import ActivityPlan, PlanReading
from guide.plan_types import (
    ACKNOWLEDGERS,
    ISSUERS,
    READERS,
    HouseReading,
    PlanPage,
    PlanRow,
)
from guide.selectors.answers import Book
from regulations.keys import LimitKey
from regulations.selectors import clauses_by_code

_CLAUSE = "000-5-plan"


def plans_seen_by(actor: Actor) -> list[PlanRow]:
    """The plans of the actor's districts, the latest first. :raises NotFound: not a reader."""
    if not actor.holds(*READERS):
        raise NotFound
    houses = list(_houses(actor))
    plans = list(_visible(houses, actor).order_by("-issued_at", "-pk"))
    read = set(
        PlanReading.objects.filter(plan__in=plans, facility__in=houses).values_list(
            "plan_id", "facility_id"
        )
    )
    return [_row(plan, houses, {house for one, house in read if one == plan.pk}) for plan in plans]


def plan_for(actor: Actor, public_id: str) -> ActivityPlan:
    """A plan of a district of the actor's, or of one of their houses'. :raises NotFound:"""
    plan = (
        ActivityPlan.objects.select_related("district").filter(public_id=as_uuid(public_id)).first()
    )
    if plan is None or not actor.holds(*READERS):
        raise NotFound
    if not actor.may(*ISSUERS, at=Place(plan.district.code, "")):
        own = reached_by(actor, *READERS)
        if not Facility.objects.filter(own, subdistrict__district=plan.district_id).exists():
            raise NotFound
    return plan


def plan_page(actor: Actor, public_id: str) -> PlanPage:
    """A plan, whole; officers see every house, a house its own."""
    plan = plan_for(actor, public_id)
    houses = [one for one in _houses(actor) if one.subdistrict.district_id == plan.district_id]
    readings = {one.facility_id: one for one in plan.readings.filter(facility__in=houses)}
    names = names_of([plan.issued_by_id, *(one.read_by_id for one in readings.values())])
    clause = clauses_by_code()[_CLAUSE]
    rows = [_reading(house, readings.get(house.pk), names, actor) for house in houses]
    return PlanPage(
        row=_row(plan, houses, set(readings)),
        text=plan.text,
        issued_by=names.get(plan.issued_by_id, ""),
        has_file=bool(plan.file),
        article=clause.article,
        quote=clause.quote,
        source=clause.number or clause.document,
        houses=tuple(sorted(rows, key=lambda row: row.read_at is not None)),
        is_officer=actor.may(*ISSUERS, at=Place(plan.district.code, "")),
    )


def _reading(
    house: Facility, reading: PlanReading | None, names: dict[int, str], actor: Actor
) -> HouseReading:
    return HouseReading(
        id=str(house.public_id),
        name=house.name,
        subdistrict=house.subdistrict.name,
        read_at=reading.read_at if reading else None,
        read_by=names.get(reading.read_by_id, "") if reading else "",
        may_acknowledge=reading is None and actor.may(*ACKNOWLEDGERS, at=place_of(house)),
    )


def districts_to_issue(actor: Actor) -> list[District]:
    """The districts to whose houses somebody issues plans."""
    return districts_under(actor, *ISSUERS)


def acknowledgers_in(district_id: int, *, today: date) -> list[int]:
    """Everybody who runs a house of a district, each once."""
    houses = Facility.objects.filter(subdistrict__district=district_id).exclude(
        state=FacilityState.CLOSED
    )
    found: set[int] = set()
    for house in houses.select_related("subdistrict__district"):
        found.update(holders_of(*ACKNOWLEDGERS, at=place_of(house), today=today))
    return sorted(found)


def months_allowed(district: str, *, on: date) -> tuple[int | None, int | None]:
    """The youngest, and the age that is too old, for whom houses of a district care."""
    book = Book(district, on)
    least, most = (
        book.limit(key) for key in (LimitKey.CHILD_AGE_MONTHS_MIN, LimitKey.CHILD_AGE_MONTHS_MAX)
    )
    return least.number if least else None, most.number if most else None


def _houses(actor: Actor) -> QuerySet[Facility]:
    return (
        Facility.objects.filter(reached_by(actor, *READERS))
        .exclude(state=FacilityState.CLOSED)
        .select_related("subdistrict__district")
        .order_by("name", "pk")
    )


def _visible(houses: Iterable[Facility], actor: Actor) -> QuerySet[ActivityPlan]:
    own = {house.subdistrict.district_id for house in houses}
    issued = [district.pk for district in districts_under(actor, *ISSUERS)]
    districts = Q(district__in=own) | Q(district__in=issued)
    return ActivityPlan.objects.filter(districts).select_related("district")


def _row(plan: ActivityPlan, houses: Iterable[Facility], read: set[int]) -> PlanRow:
    asked = [one for one in houses if one.subdistrict.district_id == plan.district_id]
    return PlanRow(
        id=str(plan.public_id),
        title=plan.title,
        months_words=messages.MONTHS.format(first=plan.months_from, last=plan.months_through),
        district=plan.district.name,
        starts_on=plan.starts_on,
        issued_at=plan.issued_at,
        read=sum(one.pk in read for one in asked),
        houses=len(asked),
    )
