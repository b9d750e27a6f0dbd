"""What the portal's own rows say of a house at one moment, item by item, with a way to them."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.urls import reverse

from bookings.selectors.record import (
    InTheRoom,
    children_to_come,
    days_of_care,
    most_sessions_of_a_child,
    presences_since,
    shortages_since,
)
from common.intervals import day_in_shanghai
from facilities.models import Facility
from facilities.selectors.terms import insured_through, modes_without_fee
from families.selectors.counted import papers_counted
from inspections.rules.crowding import Crowd, Presence, crowds
from inspections.rules.prefill import prefill
from inspections.rules.prefill_facts import (
    Coverage,
    Papers,
    Record,
    Register,
    Said,
    Shortage,
    Span,
)
from inspections.selectors.terms import decided
from inspections.types import Prefill
from regulations.keys import LimitKey
from regulations.selectors import law_book
from regulations.types import Outcome
from safety.selectors import registers_of, video_coverage
from safety.types import RegisterKind, RegisterRow, Risk
from staff.selectors.engaged import people_of_house


def prefilled(
    house: Facility, *, now: datetime, since: datetime | None = None
) -> dict[Prefill, Said]:
    """What the rows say of each item that they answer: of the last days, or since a moment."""
    return prefill(record_of(house, now=now, since=since), law_book())


def said_of(house: Facility, key: Prefill, *, now: datetime, since: datetime | None = None) -> Said:
    """What the rows say of one item; only the rows behind it are read."""
    record = record_of(house, now=now, since=since, only=key)
    return prefill(record, law_book())[key]


def record_of(
    house: Facility,
    *,
    now: datetime,
    since: datetime | None = None,
    only: Prefill | None = None,
) -> Record:
    """All that the rows of a house say, or what one item asks for.

    The house's subdistrict and district must be read with it.
    """

    def asks(*groups: Collection[Prefill]) -> bool:
        return only is None or any(only in group for group in groups)

    span = _span(house, since, now) if since else None
    today = day_in_shanghai(now)
    district = house.subdistrict.district.code
    days = decided(LimitKey.RISK_LOOKBACK_DAYS, district, on=today)
    since = since or now - timedelta(days=days)
    presences = presences_since(house.pk, since) if asks(_FLOOR, _CROWDED) else []
    return Record(
        district=district,
        facility_id=house.pk,
        day=today,
        days=days,
        name=house.name,
        has_sign=house.has_sign,
        has_separate_space=house.has_separate_space,
        has_outdoor_area=house.has_outdoor_area,
        has_nursing_room=house.has_nursing_room,
        insured_through=insured_through(house, on=today) if asks(_INSURED) else None,
        modes_without_fee=modes_without_fee(house, on=today) if asks(_PRICED) else (),
        crowds=_crowds(presences),
        stays=len(presences),
        sessions_of_a_child=most_sessions_of_a_child(house.pk, since) if asks(_HOURLY) else 0,
        shortages=_shortages(house.pk, since, now) if asks(_SHORT) else (),
        people=tuple(people_of_house(house.pk, on=today)) if asks(_STAFF) else (),
        cameras=_cameras(house.pk, now) if asks(_WATCHED) else {},
        registers=_registers(house.pk, now) if asks(_KEPT, _FOR_RISKS) else {},
        papers=_papers(house, now) if asks(_PAPERS) else Papers(0, 0, 0, 0),
        span=span,
    )


_CROWDED = frozenset({Prefill.ENOUGH_STAFF})
_INSURED = frozenset({Prefill.INSURANCE})
_PRICED = frozenset({Prefill.FEE_PUBLISHED})
_HOURLY = frozenset({Prefill.WHOLE_DAY})
_SHORT = frozenset({Prefill.RATIO})
_PAPERS = frozenset({Prefill.CHILD_HEALTH_CHECKS, Prefill.HEALTH_HISTORY, Prefill.AGREEMENTS})


def _crowds(presences: Iterable[InTheRoom]) -> tuple[Crowd, ...]:
    return tuple(
        crowds(
            Presence(one.room, one.area_m2, one.arrived_at, one.left_at, one.heads)
            for one in presences
        )
    )


def _shortages(house: int, since: datetime, now: datetime) -> tuple[Shortage, ...]:
    return tuple(
        Shortage(
            one.room, one.starts_at, one.seconds, one.is_actual, one.children, one.counted_staff
        )
        for one in shortages_since(house, since, now=now)
    )


def _span(house: Facility, since: datetime, now: datetime) -> Span:
    """Only whole days of care tell: neither the day of the finding nor today."""
    first, today = day_in_shanghai(since), day_in_shanghai(now)
    needed = decided(LimitKey.ORDER_EVIDENCE_DAYS, house.subdistrict.district.code, on=today)
    return Span(since, days_of_care(house.pk, after=first, before=today), needed)


_WATCHED = (Prefill.VIDEO_AREAS, Prefill.VIDEO_RETENTION, Prefill.VIDEO_LINKED, Prefill.ALARM)


def _cameras(house: int, now: datetime) -> dict[Prefill, Coverage]:
    verdicts = video_coverage(house, now=now).verdicts
    return {
        key: Coverage(f"{one.title}。", Outcome(one.outcome))
        for key, one in zip(_WATCHED, verdicts, strict=True)
    }


_KEPT = {
    Prefill.EQUIPMENT: (RegisterKind.EQUIPMENT,),
    Prefill.TOYS: (RegisterKind.TOY,),
    Prefill.WATER: (RegisterKind.WATER,),
    Prefill.WASHING: (RegisterKind.WASHING,),
    Prefill.FIRE_CHECKS: (RegisterKind.FIRE,),
}
_PLANS = (RegisterKind.PLAN, RegisterKind.DRILL)
_FOR_RISKS = {
    Prefill.FIRE_PLANS: (Risk.FIRE,),
    Prefill.ILLNESS_PLANS: (Risk.PUBLIC_HEALTH, Risk.ACUTE_ILLNESS),
}


def _registers(house: int, now: datetime) -> dict[Prefill, tuple[Register, ...]]:
    rows = registers_of(house, now=now)
    return {
        **{key: _of(rows, kinds) for key, kinds in _KEPT.items()},
        **{
            key: _of([one for one in rows if one.risk in risks], _PLANS)
            for key, risks in _FOR_RISKS.items()
        },
    }


def _of(rows: list[RegisterRow], kinds: tuple[RegisterKind, ...]) -> tuple[Register, ...]:
    return tuple(
        Register(f"{one.kind_name}“{one.name}”", one.state_words, one.needs_somebody)
        for one in rows
        if one.kind in kinds
    )


def _papers(house: Facility, now: datetime) -> Papers:
    counted = papers_counted(
        children_to_come(house.pk, now),
        subdistrict_id=house.subdistrict_id,
        today=day_in_shanghai(now),
    )
    return Papers(
        counted.children,
        counted.without_health_check,
        counted.without_history,
        counted.without_agreement,
    )


# --- the way to the rows -------------------------------------------------------------------------

_SAFETY = frozenset({*_WATCHED, *_KEPT, *_FOR_RISKS})
_STAFF = {
    Prefill.ANNUAL_TRAINING: "staff:training",
    **dict.fromkeys(
        (
            Prefill.STAFF_HEALTH,
            Prefill.CERTIFICATES,
            Prefill.RECORD_CHECKS,
            Prefill.REPEATED_CHECKS,
        ),
        "staff:papers",
    ),
    **dict.fromkeys(
        (
            Prefill.PERSON_IN_CHARGE,
            Prefill.HEALTH_WORKER,
            Prefill.GUARD,
            Prefill.BANNED,
            Prefill.ENOUGH_STAFF,
        ),
        "staff:people",
    ),
}
_FLOOR = frozenset({Prefill.CLASS_SIZE, Prefill.AREA, Prefill.BOOKING_REGISTER})


def link_to_rows(key: Prefill, house: Facility) -> str:
    """The page on which the rows behind an item are read; who may, that page decides."""
    public_id = house.public_id
    if key in _SAFETY:
        return reverse("safety:registers", args=[public_id])
    if key in _STAFF:
        return f"{reverse(_STAFF[key])}?facility={public_id}"
    if key is Prefill.RATIO:
        return reverse("bookings:breaches")
    if key in _FLOOR:
        return reverse("bookings:floor_house", args=[public_id])
    if key in _CHILDREN:
        return ""  # about children, no row is shown to anybody
    return reverse("facilities:house", args=[public_id])


_CHILDREN = _PAPERS | _HOURLY
