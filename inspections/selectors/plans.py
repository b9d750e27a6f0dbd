"""A draw before it is frozen, as the lead looks at it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.types import Actor, Role
from facilities.selectors.access import district_for
from inspections.messages import DOMAINS, objection, said_month
from inspections.models import Draw
from inspections.rules.announcing import check_announced
from inspections.rules.draw import canonical, sha256
from inspections.selectors.draws import FrozenList, frozen_list
from inspections.selectors.facts import content_of_plan
from inspections.types import Announced, Objection, Obstacle, PlanRequest


@dataclass(frozen=True, slots=True)
class PlanPreview:
    """The list that would be frozen, and what it is known by until then."""

    district_name: str
    frozen: FrozenList
    seen: str
    obstacles: tuple[Objection, ...]


def plan_preview(request: PlanRequest, *, actor: Actor, now: datetime) -> PlanPreview:
    """The same list that `plan_draw` would freeze now.

    :raises NotFound: when the district is not the actor's to supervise.
    :raises InvalidInput: when month, source or moment make no sense.
    :raises Refused: when the month is over.
    """
    district = district_for(actor, request.district, Role.SUPERVISION_LEAD)
    check_announced(request.announced, now=now)
    content = content_of_plan(
        district=district.code, announced=request.announced, wanted=request.wanted, now=now
    )
    return PlanPreview(
        district_name=district.name,
        frozen=frozen_list(content),
        seen=fingerprint(content),
        obstacles=tuple(obstacles_to_plan(district.pk, request, content)),
    )


def fingerprint(content: dict[str, Any]) -> str:
    """What a list is known by while it is only looked at."""
    return sha256(canonical(content))


def obstacles_to_plan(
    district_id: int, request: PlanRequest, content: dict[str, Any]
) -> list[Objection]:
    """Why this list cannot be frozen; the page that shows it asks the same."""
    announced = request.announced
    found = []
    if Draw.objects.filter(
        district=district_id, month=announced.month, domain=announced.domain
    ).exists():
        found.append(drawn_already(announced))
    if not content["facilities"]:
        found.append(objection(Obstacle.NOTHING_TO_DRAW))
    elif request.seen and request.seen != fingerprint(content):
        found.append(objection(Obstacle.LIST_CHANGED))
    return found


def drawn_already(announced: Announced) -> Objection:
    """The month has been drawn in this domain."""
    return objection(
        Obstacle.DRAWN_ALREADY,
        month=said_month(announced.month),
        domain=DOMAINS[announced.domain],
    )
