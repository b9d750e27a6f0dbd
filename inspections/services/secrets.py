"""The local fallback: two persons seal a number each, and open it when both seals are there."""

import re
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.types import Actor
from common.refusals import InvalidInput, Refused
from inspections.messages import METHODS, SECRETS_SOURCE, objection, said_moment
from inspections.models import Draw, DrawSecret
from inspections.rules.draw import joint_value, sha256
from inspections.selectors.access import draw_for, lock_draw
from inspections.services.draws import record, write_result
from inspections.types import (
    SECOND_PERSONS,
    DrawState,
    Objection,
    Obstacle,
    RandomMethod,
)

_SEAL = re.compile(r"[0-9a-f]{64}")
_SECRET = re.compile(r"[0-9A-Za-z.,:+-]{16,200}")
PLANNER, OTHER = 1, 2


@transaction.atomic
def seal_secret(*, draw: str, seal: str, actor: Actor, now: datetime) -> DrawSecret:
    """Leave the SHA-256 of a secret that nobody else knows. Once for each of two persons.

    :raises NotFound: when the draw is not of the actor's district.
    :raises InvalidInput: when it is no SHA-256, or the other person's.
    :raises Refused: by the other method, a second time, or when the moment has come.
    """
    found = draw_for(actor, draw, *SECOND_PERSONS)
    seal = seal.strip().lower()
    if not _SEAL.fullmatch(seal):
        raise InvalidInput({"seal": ["指纹是64位的十六进制数。请用页面上的按钮生成。"]})
    locked = lock_draw(found.pk)
    seats = _seats(locked)
    reasons = _not_by_secrets(locked)
    if not reasons and _seat_of(locked, actor) in seats:
        reasons = [objection(Obstacle.SEALED_ALREADY)]
    if reasons:
        raise Refused(reasons)
    if any(other.seal == seal for other in seats.values()):
        raise InvalidInput({"seal": ["这是另一人的指纹。请封存您自己的数字。"]})
    return _write_seal(locked, seal, actor, now)


def _write_seal(draw: Draw, seal: str, actor: Actor, now: datetime) -> DrawSecret:
    try:
        with transaction.atomic():
            row = DrawSecret.objects.create(
                draw=draw,
                person_id=actor.person,
                seat=_seat_of(draw, actor),
                seal=seal,
                sealed_at=now,
            )
    except IntegrityError as error:
        raise Refused([objection(Obstacle.SEALED_ALREADY)]) from error
    record(draw, "sealed", actor, now, seat=row.seat, seal=seal)
    return row


@transaction.atomic
def open_secret(*, draw: str, secret: str, actor: Actor, now: datetime) -> Draw:
    """Tell the secret of one's seal. When the second is told, the draw's result follows.

    Who planned the draw opens first, so that it is the other person who completes it.

    :raises NotFound: when the draw is not of the actor's district.
    :raises InvalidInput: when the secret is too short to be one.
    :raises Refused: before both are sealed, too early, out of turn, twice, or when it differs.
    """
    found = draw_for(actor, draw, *SECOND_PERSONS)
    secret = secret.strip()
    if not _SECRET.fullmatch(secret):
        raise InvalidInput({"secret": ["请输入封存的那一串：至少16个数字或英文字母，不空格。"]})
    locked = lock_draw(found.pk)
    seats = _seats(locked)
    reasons = _not_by_secrets(locked) or _obstacles_to_open(locked, seats, secret, actor, now)
    if reasons:
        raise Refused(reasons)
    own = seats[_seat_of(locked, actor)]
    own.secret, own.opened_at = secret, now
    own.save(update_fields=["secret", "opened_at"])
    record(locked, "opened", actor, now, seat=own.seat)
    if own.seat == PLANNER:
        return locked
    value = joint_value(seats[PLANNER].secret, secret)
    return write_result(locked, value=value, source=SECRETS_SOURCE, actor=actor, now=now)


def _seats(draw: Draw) -> dict[int, DrawSecret]:
    return {row.seat: row for row in DrawSecret.objects.filter(draw=draw).order_by("seat")}


def _seat_of(draw: Draw, actor: Actor) -> int:
    return PLANNER if draw.planned_by_id == actor.user_id else OTHER


def _not_by_secrets(draw: Draw) -> list[Objection]:
    if draw.state != DrawState.PLANNED:
        return [objection(Obstacle.REVEALED_ALREADY)]
    method = RandomMethod(draw.method)
    if method is not RandomMethod.TWO_SECRETS:
        return [objection(Obstacle.OTHER_METHOD, method=METHODS[method])]
    return []


def _obstacles_to_open(
    draw: Draw, seats: dict[int, DrawSecret], secret: str, actor: Actor, now: datetime
) -> list[Objection]:
    own = seats.get(_seat_of(draw, actor))
    if own is None or own.person_id != actor.user_id or len(seats) < OTHER:
        return [objection(Obstacle.NOT_SEALED)]
    found = []
    if now < draw.known_at:
        found.append(objection(Obstacle.TOO_EARLY, moment=said_moment(draw.known_at)))
    if own.opened_at is not None:
        found.append(objection(Obstacle.OPENED_ALREADY))
    elif own.seal != sha256(secret):
        found.append(objection(Obstacle.WRONG_SECRET))
    if own.seat == OTHER and seats[PLANNER].opened_at is None:
        found.append(objection(Obstacle.FIRST_OPENS_FIRST))
    return found
