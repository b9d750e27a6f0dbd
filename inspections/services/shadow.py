"""Two who look at the same: choosing visits, and the second inspector's own sheet.

The second's answers are no findings and lead to no orders.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.types import Actor
from audit import services as audit
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, Refused, written
from inspections.messages import objection
from inspections.models import ShadowAnswer, ShadowSheet, ShadowVisit
from inspections.rules.agreement import is_chosen
from inspections.rules.sealing import sha256, text_of
from inspections.rules.visiting import answers_to
from inspections.selectors.shadow import (
    candidates,
    given_answers,
    lock_shadow,
    part_of_shadow,
    shadow_for,
    shadow_items,
)
from inspections.selectors.terms import decided
from inspections.types import Answer, Obstacle, RowsSay
from inspections.words import LONGEST_REASON
from notifications import services as notifications
from notifications.types import IN_APP_AND_EMAIL, Kind, Notice
from regulations.keys import LimitKey


def choose_shadows(*, now: datetime) -> int:
    """Choose, of the planned visits to which several go, the stated share. Harmless twice."""
    return sum(
        _choose(visit.pk, str(visit.public_id), person, district, now)
        for visit, person, district in candidates(today=day_in_shanghai(now))
    )


@transaction.atomic
def _choose(visit_id: int, visit: str, person: int, district: str, now: datetime) -> bool:
    percent = decided(LimitKey.SHADOW_PERCENT, district, on=day_in_shanghai(now))
    if not is_chosen(visit, percent):
        return False
    shadow, is_new = ShadowVisit.objects.get_or_create(
        visit_id=visit_id, defaults={"person_id": person, "chosen_at": now}
    )
    if is_new:
        _tell(shadow, now)
    return is_new


def _tell(shadow: ShadowVisit, now: datetime) -> None:
    visit = shadow.visit
    payload = {
        "house": visit.facility.name,
        "when": f"{visit.planned_on.month}月{visit.planned_on.day}日",
        "url": f"/inspections/shadow/{shadow.public_id}/",
    }
    notifications.queue(
        [
            Notice(
                key=f"{Kind.SHADOW_CHOSEN}:{shadow.public_id}:{channel}",
                kind=Kind.SHADOW_CHOSEN,
                recipient_id=shadow.person_id,
                channel=channel,
                run_at=now,
                payload=payload,
                subject=f"visit:{visit.public_id}",
            )
            for channel in IN_APP_AND_EMAIL
        ],
        now=now,
    )


@transaction.atomic
def save_shadow(
    *, shadow: str, answers: Mapping[str, str], actor: Actor, now: datetime
) -> ShadowVisit:
    """Keep what the second inspector has answered so far: of several the last counts.

    :raises NotFound: when the sheet is not the actor's own.
    :raises InvalidInput: when an answer does not belong to its item.
    :raises Refused: when it is sealed, somebody else goes instead, or the visit has not begun.
    """
    row = _open(shadow, actor)
    items = {item.item.code: item for item in shadow_items(row)}
    known = given_answers(row)
    fresh = []
    for code, answer in answers.items():
        item = items.get(code)
        if item is None or answer not in answers_to(RowsSay(item.rows_say)):
            raise InvalidInput({code: ["请从列出的回答中选一个。"]})
        if known.get(item.pk) != answer:
            fresh.append(ShadowAnswer(shadow=row, item=item, answer=Answer(answer), at=now))
    ShadowAnswer.objects.bulk_create(fresh)
    return row


def _open(shadow: str, actor: Actor) -> ShadowVisit:
    """The actor's sheet, locked and still to be answered."""
    row = lock_shadow(shadow_for(actor, shadow).pk)
    if ShadowSheet.objects.filter(shadow=row).exists():
        raise Refused([objection(Obstacle.SHADOW_IS_SEALED)])
    if not row.visit.goers.filter(user_id=row.person_id).exists():  # somebody goes instead
        raise Refused([objection(Obstacle.VISIT_IS_NOT_YOURS)])
    if part_of_shadow(row) is None:
        raise Refused([objection(Obstacle.SHADOW_NOT_BEGUN)])
    return row


@transaction.atomic
def seal_shadow(
    *, shadow: str, answers: Mapping[str, str], actor: Actor, now: datetime
) -> ShadowSheet:
    """Save the last answers and seal the sheet: from now on nothing of it changes.

    :raises NotFound: when the sheet is not the actor's own.
    :raises Refused: when it is sealed already, or an item has no answer.
    """
    row = save_shadow(shadow=shadow, answers=answers, actor=actor, now=now)
    part = part_of_shadow(row)
    given = given_answers(row)
    items = shadow_items(row)
    open_items = [item for item in items if item.pk not in given]
    if part is None or open_items:
        names = "、".join(item.item.text for item in open_items[:3])
        raise Refused([objection(Obstacle.ITEMS_ARE_OPEN, n=len(open_items), items=names)])
    text = text_of(
        {
            "shadow": str(row.public_id),
            "part": str(part.public_id),
            "person": str(row.person.public_id),
            "items": [[item.item.code, item.rows_say, given[item.pk]] for item in items],
        }
    )
    sheet = ShadowSheet.objects.create(
        shadow=row, part=part, canonical=text, sha256=sha256(text), at=now
    )
    _record("inspections.shadow.sealed", row, actor, now, sha256=sheet.sha256)
    return sheet


@transaction.atomic
def decline_shadow(*, shadow: str, reason: str, actor: Actor, now: datetime) -> ShadowSheet:
    """Say why there is no second sheet of a visit.

    :raises NotFound: when the sheet is not the actor's own.
    :raises InvalidInput: when no reason is given.
    :raises Refused: when it is sealed already.
    """
    row = lock_shadow(shadow_for(actor, shadow).pk)
    if ShadowSheet.objects.filter(shadow=row).exists():
        raise Refused([objection(Obstacle.SHADOW_IS_SEALED)])
    said = written(reason, f"请写明原因，{LONGEST_REASON}字以内。", most=LONGEST_REASON)
    sheet = ShadowSheet.objects.create(shadow=row, declined_because=said, at=now)
    _record("inspections.shadow.declined", row, actor, now)
    return sheet


def _record(kind: str, row: ShadowVisit, actor: Actor, now: datetime, **data: str) -> None:
    audit.record(
        kind=kind,
        actor_id=actor.user_id,
        at=now,
        subject=f"visit:{row.visit.public_id}",
        data=data,
    )
