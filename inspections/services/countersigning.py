"""The second of two inspectors: they sign what the first one signed, or send it back."""

from datetime import datetime

from django.db import transaction

from accounts.types import Actor
from audit import services as audit
from common.refusals import InvalidInput, Refused
from inspections.messages import objection
from inspections.models import HalfSignature, Signature, VisitPart, VisitResult
from inspections.selectors.access import lock_visit
from inspections.selectors.goers import half_signature_of, signs_with_another
from inspections.selectors.parts import lock_part, part_to_answer
from inspections.services.signing import (
    keep_signers_away,
    name_faults,
    seal_part,
    sha256_of_items,
)
from inspections.types import Obstacle, PartState, Side
from inspections.words import worded
from notifications import services as notifications


@transaction.atomic
def countersign_part(
    *, part: str, name: str, password: str, actor: Actor, now: datetime
) -> VisitResult:
    """Sign as the second of two inspectors, in one's own session: now the result is sealed.

    :raises NotFound: when the part is not the actor's to answer.
    :raises InvalidInput: when the name or the password is missing or wrong.
    :raises Refused: when it waits for nobody, the actor signed first or must keep away, or others
        were sent.
    """
    found = part_to_answer(actor, part)
    faults = name_faults(name, password, actor)
    if faults:
        raise InvalidInput(faults)
    visit = lock_visit(found.visit_id)
    locked, half = _half_signed(found)
    if half.signed_by_id == actor.person:
        raise Refused([objection(Obstacle.ONE_PERSON_SIGNS_ONCE)])
    signs_with_another(locked, actor, now=now)
    keep_signers_away(locked, actor, now)
    if half.sha256 != sha256_of_items(locked):
        raise Refused([objection(Obstacle.ANSWERS_DIFFER)])
    return seal_part(visit, locked, _all_signatures(half, actor, now), actor, now)


def _half_signed(found: VisitPart) -> tuple[VisitPart, HalfSignature]:
    locked = lock_part(found.pk)
    half = half_signature_of(locked) if locked.state == PartState.HALF else None
    if half is None:
        raise Refused([objection(Obstacle.PART_IS_NOT_HALF_SIGNED)])
    return locked, half


def _all_signatures(half: HalfSignature, actor: Actor, now: datetime) -> list[Signature]:
    inspector, house = Side.INSPECTOR.value, Side.HOUSE.value
    return [
        Signature(
            side=inspector, name=half.name, user_id=half.signed_by_id, signed_at=half.signed_at
        ),
        Signature(side=inspector, name=actor.name, user_id=actor.person, signed_at=now),
        Signature(
            side=house,
            name=half.house_name,
            position=half.house_position,
            absent_because=half.absent_because,
            has_refused=half.has_refused,
            signed_at=half.signed_at,
        ),
    ]


@transaction.atomic
def send_back_part(*, part: str, reason: str, actor: Actor, now: datetime) -> VisitPart:
    """Let a half signed part be answered again; the house signs anew as well.

    :raises NotFound: when the part is not the actor's to answer.
    :raises InvalidInput: when no reason is given.
    :raises Refused: when it waits for nobody.
    """
    found = part_to_answer(actor, part)
    reason = worded(reason, "退回的原因")
    locked, half = _half_signed(found)
    half.sent_back_because, half.sent_back_by_id, half.sent_back_at = reason, actor.person, now
    half.save(update_fields=["sent_back_because", "sent_back_by", "sent_back_at"])
    notifications.call_back(f"half_signature:{half.pk}", now=now)
    locked.state = PartState.OPEN
    locked.save(update_fields=["state"])
    audit.record(
        kind="inspections.result.sent_back",
        actor_id=actor.user_id,
        at=now,
        subject=f"visit:{locked.visit.public_id}",
        data={"version": locked.version, "reason": reason},
    )
    return locked
