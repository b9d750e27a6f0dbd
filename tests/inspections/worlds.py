"""Generated districts, for rules: houses with signals, inspectors with homes and interests."""

from datetime import UTC, date, datetime
from random import Random
from typing import Any
from uuid import UUID

from inspections.rules.draw import canonical, sha256
from inspections.rules.frozen import frozen_content
from inspections.types import (
    Announced,
    Domain,
    DrawTerms,
    HouseFacts,
    InspectorFacts,
    RandomMethod,
    RiskReason,
)

POINTS = {
    RiskReason.OPEN_BREACHES: 5,
    RiskReason.PAST_BREACHES: 1,
    RiskReason.UNINSURED: 10,
    RiskReason.MONTHS_UNVISITED: 1,
}
STREETS = ("310116001", "310116101", "310116102")


def terms(**more: Any) -> DrawTerms:
    known: dict[str, Any] = {
        "visits_per_year": 2, "inspectors_per_visit": 2, "houses_percent": 20,
        "control_percent": 20, "points": POINTS,
    }  # fmt: skip
    return DrawTerms(**{**known, **more})


def announced(month: int = 6, *, domain: Domain = Domain.SAFETY) -> Announced:
    return Announced(
        domain=domain,
        month=date(2026, month, 1),
        method=RandomMethod.PUBLIC_VALUE,
        source="福利彩票3D",
        known_at=datetime(2026, month, 20, 13, 30, tzinfo=UTC),
    )


def house(number: int, *, street: str = STREETS[0], **facts: Any) -> HouseFacts:
    known: dict[str, Any] = {"is_open": True, "visits": 2, "signals": {}}
    return HouseFacts(
        id=_id(1, number), name=f"第{number}社区“宝宝屋”", subdistrict=street,
        subdistrict_name=street, **{**known, **facts},
    )  # fmt: skip


def inspector(number: int, **facts: Any) -> InspectorFacts:
    known: dict[str, Any] = {
        "is_registered": True, "is_available": True, "skills": frozenset(Domain), "home": "",
        "avoids": frozenset(),
    }  # fmt: skip
    return InspectorFacts(
        id=_id(2, number), name=f"检查员{number}", department="教育局", **{**known, **facts}
    )


def _id(kind: int, number: int) -> str:
    # Ids of any order: whoever is entered first is not drawn first.
    return str(UUID(hex=sha256(f"{kind}:{number}")[:32]))


def content(houses: list[HouseFacts], people: list[InspectorFacts], **more: Any) -> dict[str, Any]:
    """What a draw of these would freeze."""
    facts = {"announced": announced(), "terms": terms(), "wanted": None, **more}
    return frozen_content(district="310116", houses=houses, inspectors=people, **facts)


def random_district(draw: Random) -> tuple[list[HouseFacts], list[InspectorFacts]]:
    """Any district: some houses shut, some people without skill, near, related or away."""
    houses = [
        house(
            number,
            street=draw.choice(STREETS),
            is_open=draw.random() < 0.9,
            visits=draw.randint(0, 3),
            signals={reason: draw.choice((0, 0, 1, 4)) for reason in RiskReason},
        )
        for number in range(draw.randint(0, 12))
    ]
    people = [
        inspector(
            number,
            is_registered=draw.random() < 0.9,
            is_available=draw.random() < 0.9,
            skills=frozenset(draw.sample(list(Domain), draw.choice((0, 1, 2, 2, 2)))),
            home=draw.choice(("", "", "", *STREETS)),
            avoids=frozenset(one.id for one in houses if draw.random() < 0.2),
        )
        for number in range(draw.randint(0, 10))
    ]
    return houses, people


def random_content(draw: Random) -> dict[str, Any]:
    houses, people = random_district(draw)
    return content(
        houses,
        people,
        announced=announced(draw.randint(1, 12), domain=draw.choice(list(Domain))),
        wanted=draw.choice((None, 3)),
    )


def committed(found: dict[str, Any], nonce: str = "") -> tuple[str, str]:
    """A frozen text and its commitment."""
    text = canonical({**found, "nonce": nonce})
    return text, sha256(text)
