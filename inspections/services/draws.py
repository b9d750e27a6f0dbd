"""Freezing a draw's list, and letting its result follow from a value that nobody knew."""

import json
import re
import secrets
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.types import Actor, Role
from audit import services as audit
from common.refusals import InvalidInput, Refused
from facilities.selectors.access import district_for
from inspections.messages import METHODS, objection, said_moment
from inspections.models import Draw
from inspections.rules.announcing import LONGEST_SOURCE, check_announced
from inspections.rules.draw import canonical, drawn, sha256
from inspections.selectors.access import draw_for, lock_draw
from inspections.selectors.facts import content_of_plan
from inspections.selectors.plans import drawn_already, obstacles_to_plan
from inspections.types import (
    SECOND_PERSONS,
    Announced,
    DrawState,
    Objection,
    Obstacle,
    PlanRequest,
    RandomMethod,
)

# ASCII only, so that a value has one spelling in every language and on every keyboard.
_VALUE = re.compile(r"[0-9A-Za-z.,:+-]{1,200}")


def plan_draw(*, request: PlanRequest, actor: Actor, now: datetime, nonce: str = "") -> Draw:
    """Freeze the list of a month's draw and commit to it. It never changes again.

    :raises NotFound: when the district is not the actor's to supervise.
    :raises InvalidInput: when month, source or moment make no sense.
    :raises Refused: when it was drawn already, nothing can be drawn, or the list has changed.
    """
    district = district_for(actor, request.district, Role.SUPERVISION_LEAD)
    announced = request.announced
    check_announced(announced, now=now)
    content = content_of_plan(
        district=district.code, announced=announced, wanted=request.wanted, now=now
    )
    reasons = obstacles_to_plan(district.pk, request, content)
    if reasons:
        raise Refused(reasons)
    # The nonce keeps the list from being guessed from its hash before it is published.
    frozen = canonical({**content, "nonce": nonce or secrets.token_hex(16)})
    try:
        with transaction.atomic():
            return _commit(district.pk, announced, frozen, actor, now)
    except IntegrityError as error:
        if "a_district_draws_once_a_month" in str(error):
            raise Refused([drawn_already(announced)]) from error
        raise


def _commit(
    district_id: int, announced: Announced, frozen: str, actor: Actor, now: datetime
) -> Draw:
    draw = Draw.objects.create(
        district_id=district_id,
        month=announced.month,
        domain=announced.domain.value,
        canonical=frozen,
        commitment=sha256(frozen),
        method=announced.method.value,
        source=announced.source,
        known_at=announced.known_at,
        planned_by_id=actor.person,
        committed_at=now,
    )
    record(draw, "committed", actor, now, commitment=draw.commitment)
    return draw


@transaction.atomic
def reveal_draw(*, draw: str, value: str, source: str, actor: Actor, now: datetime) -> Draw:
    """Enter the public value, once, as the second person; the result follows from it.

    :raises NotFound: when the draw is not of the actor's district.
    :raises InvalidInput: when the value has characters that could be spelled in two ways.
    :raises Refused: by the same person, too early, a second time, or by the other method.
    """
    found = draw_for(actor, draw, *SECOND_PERSONS)
    value, source = value.strip(), source.strip()
    _check_value(value, source)
    locked = lock_draw(found.pk)
    reasons = [
        *obstacles_to_reveal(locked, actor, now=now),
        *_wrong_method(locked, RandomMethod.PUBLIC_VALUE),
    ]
    if reasons:
        raise Refused(reasons)
    return write_result(locked, value=value, source=source, actor=actor, now=now)


def _check_value(value: str, source: str) -> None:
    faults: dict[str, list[str]] = {}
    if not _VALUE.fullmatch(value):
        faults["value"] = ["请照公布的样子输入，只用数字、英文字母和 . , : + -，中间不空格。"]
    if not 0 < len(source) <= LONGEST_SOURCE:
        faults["source"] = ["请写明在哪里、哪一期看到这个数字（120字以内）。"]
    if faults:
        raise InvalidInput(faults)


def obstacles_to_reveal(draw: Draw, actor: Actor, *, now: datetime) -> list[Objection]:
    """Why this person may not reveal this draw now; the page asks the same."""
    if draw.state != DrawState.PLANNED:
        return [objection(Obstacle.REVEALED_ALREADY)]
    found = []
    if draw.planned_by_id == actor.user_id:
        found.append(objection(Obstacle.SAME_PERSON))
    if now < draw.known_at:
        found.append(objection(Obstacle.TOO_EARLY, moment=said_moment(draw.known_at)))
    return found


def _wrong_method(draw: Draw, method: RandomMethod) -> list[Objection]:
    said = RandomMethod(draw.method)
    return [] if said is method else [objection(Obstacle.OTHER_METHOD, method=METHODS[said])]


def write_result(draw: Draw, *, value: str, source: str, actor: Actor, now: datetime) -> Draw:
    """Write down the value of a locked draw, and what follows from it."""
    taken = drawn(json.loads(draw.canonical), draw.commitment, value)
    draw.random_value, draw.random_source = value, source
    draw.result = [
        {"facility": one.facility, "share": one.share.value, "inspectors": list(one.inspectors)}
        for one in taken
    ]
    draw.state = DrawState.REVEALED
    draw.revealed_by_id, draw.revealed_at = actor.person, now
    draw.save(
        update_fields=[
            "random_value", "random_source", "result", "state", "revealed_by", "revealed_at",
        ]
    )  # fmt: skip
    record(draw, "revealed", actor, now, value=value, source=source)
    return draw


def record(draw: Draw, what: str, actor: Actor, now: datetime, **data: str | int) -> None:
    """Leave the audit event of a step of a draw."""
    audit.record(
        kind=f"inspections.draw.{what}",
        actor_id=actor.user_id,
        at=now,
        subject=f"draw:{draw.public_id}",
        data=data,
    )
