"""What a draw is made from: who is in it, who is not and why, how many, and with which chances."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.intervals import SHANGHAI
from inspections.rules import risk
from inspections.rules.chances import RUNS, chances
from inspections.rules.draw import ALGORITHM
from inspections.types import (
    Announced,
    Domain,
    DrawTerms,
    Exclusion,
    HouseFacts,
    InspectorFacts,
)

_LAST_MONTH = date.max.month


@dataclass(frozen=True, slots=True)
class Left:
    """One exclusion: of a house, of an inspector, or of one for the other."""

    reason: Exclusion
    facility: str | None = None
    inspector: str | None = None


def frozen_content(
    *,
    district: str,
    announced: Announced,
    houses: Sequence[HouseFacts],
    inspectors: Sequence[InspectorFacts],
    terms: DrawTerms,
    wanted: int | None = None,
) -> dict[str, Any]:
    """All that decides a draw, with whole numbers and texts only; `wanted` asks for more houses."""
    people, left = _available(inspectors, announced.domain)
    pairs = list(_avoidances(houses, people))
    candidates, left_houses = _candidates(houses, people, pairs, terms)
    months = _LAST_MONTH - announced.month.month + 1
    entries = [_entry(house, terms, months) for house in candidates]
    content = {
        "algorithm": ALGORITHM,
        "district": district,
        "domain": announced.domain.value,
        "month": f"{announced.month:%Y-%m}",
        "random_method": announced.method.value,
        "random_source": announced.source,
        "random_known_at": announced.known_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "inspectors_per_visit": terms.inspectors_per_visit,
        **_seats(entries, terms, months, wanted),
        "facilities": entries,
        "inspectors": [
            {"id": one.id, "name": one.name, "department": one.department} for one in people
        ],
        "left_out": _left_out(houses, inspectors, {one.facility for one in left_houses}, left),
        "exclusions": [
            {"facility": one.facility, "inspector": one.inspector, "reason": one.reason.value}
            for one in [*left_houses, *left, *pairs]
        ],
    }
    return _with_chances(content)


def _available(
    inspectors: Sequence[InspectorFacts], domain: Domain
) -> tuple[list[InspectorFacts], list[Left]]:
    found: list[InspectorFacts] = []
    left: list[Left] = []
    for one in sorted(inspectors, key=lambda one: one.id):
        reason = unavailable(one, domain)
        if reason is None:
            found.append(one)
        else:
            left.append(Left(reason, inspector=one.id))
    return found, left


def _left_out(
    houses: Iterable[HouseFacts],
    inspectors: Iterable[InspectorFacts],
    left_houses: set[str | None],
    left: Iterable[Left],
) -> list[dict[str, str]]:
    """How those are called who are not in it."""
    people = {one.inspector for one in left}
    found = [(one.id, one.name) for one in houses if one.id in left_houses]
    found += [(one.id, one.name) for one in inspectors if one.id in people]
    return [{"id": one, "name": name} for one, name in sorted(found)]


def unavailable(inspector: InspectorFacts, domain: Domain | None) -> Exclusion | None:
    """Why somebody is drawn for no house at all."""
    if not inspector.is_registered:
        return Exclusion.NOT_REGISTERED
    if not inspector.is_available:
        return Exclusion.NOT_AVAILABLE
    if domain is not None and domain not in inspector.skills:
        return Exclusion.NO_SKILL
    return None


def avoidance(house: HouseFacts, inspector: InspectorFacts) -> Exclusion | None:
    """Why somebody must not go to a house. 回避"""
    if inspector.home and inspector.home == house.subdistrict:
        return Exclusion.SAME_SUBDISTRICT
    if house.id in inspector.avoids:
        return Exclusion.DECLARED_INTEREST
    return None


def _avoidances(
    houses: Iterable[HouseFacts], inspectors: Sequence[InspectorFacts]
) -> Iterator[Left]:
    for house in sorted(houses, key=lambda house: house.id):
        for one in inspectors:
            reason = avoidance(house, one)
            if reason is not None:
                yield Left(reason, facility=house.id, inspector=one.id)


def _candidates(
    houses: Sequence[HouseFacts],
    people: Sequence[InspectorFacts],
    pairs: Sequence[Left],
    terms: DrawTerms,
) -> tuple[list[HouseFacts], list[Left]]:
    found: list[HouseFacts] = []
    left: list[Left] = []
    for house in sorted(houses, key=lambda house: house.id):
        away = sum(pair.facility == house.id for pair in pairs)
        if not house.is_open:
            left.append(Left(Exclusion.NOT_OPEN, facility=house.id))
        elif len(people) - away < terms.inspectors_per_visit:
            left.append(Left(Exclusion.TOO_FEW_INSPECTORS, facility=house.id))
        else:
            found.append(house)
    return found, left


def owed(visits: int, terms: DrawTerms) -> int:
    """How many of the year's visits a house still lacks."""
    return max((terms.visits_per_year or 0) - visits, 0)


def _entry(house: HouseFacts, terms: DrawTerms, months: int) -> dict[str, Any]:
    points = risk.score(house.signals, terms.points)
    lacks = owed(house.visits, terms)
    return {
        "id": house.id,
        "name": house.name,
        "subdistrict": house.subdistrict_name,
        "visits": house.visits,
        "owed": lacks,
        # A draw takes a house once: with as many owed as months left it must be taken now.
        "certain": lacks >= months,
        "points": [
            {"reason": one.reason.value, "count": one.count, "points": one.points} for one in points
        ],
        "tickets": 1 + sum(one.points for one in points),
    }


def _seats(
    entries: Sequence[Mapping[str, Any]], terms: DrawTerms, months: int, wanted: int | None
) -> dict[str, int]:
    """How many houses by quota, by control and in all; whole numbers, rounded up."""
    certain = sum(entry["certain"] for entry in entries)
    due = _share_up(sum(entry["owed"] for entry in entries), 1, months)
    owing = sum(entry["owed"] > 0 for entry in entries)
    quota = min(max(certain, due), owing)
    usual = max(_share_up(len(entries), terms.houses_percent, 100), wanted or 0)
    control = _share_up(usual, terms.control_percent, 100)
    seats = min(max(usual, quota + control), len(entries))
    return {"quota": quota, "control": min(control, seats - quota), "seats": seats}


def _share_up(number: int, numerator: int, denominator: int) -> int:
    return -(-number * numerator // denominator)


def _with_chances(content: dict[str, Any]) -> dict[str, Any]:
    """Say with each house how likely it is to be drawn, before anybody can know whether it is."""
    found = chances(content)
    entries = [{**entry, "chance_permille": found[entry["id"]]} for entry in content["facilities"]]
    return {**content, "facilities": entries, "chances_simulated_runs": RUNS}
