"""A department that was asked to come and never came: its part ends, and says why."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.types import Actor, Role
from audit import services as audit
from common.refusals import NotFound, Refused
from inspections.messages import objection
from inspections.models import Visit, VisitPart, VisitResult
from inspections.selectors.access import lock_visit, visit_for
from inspections.selectors.parts import lock_part, untouched_parts
from inspections.services.opening import add_items
from inspections.services.signing import close_if_done, why_closed
from inspections.types import Department, Obstacle, PartState, VisitState
from inspections.words import worded


@transaction.atomic
def release_part(*, visit: str, part: str, reason: str, actor: Actor, now: datetime) -> VisitPart:
    """Let a department go that never came to a visit; the reason stays.

    Its items are education's again while education still answers (金教〔2023〕29号 五: it checks
    the daily work for those who do not come); otherwise nobody looked at them, and the results
    say so. The visit is done when all others have signed, on the day on which the last one did.

    :raises NotFound: when the visit is not the actor's to supervise, or has no such part.
    :raises InvalidInput: when no reason is given.
    :raises Refused: when something is answered or signed in it, or no other department is there.
    """
    locked = lock_visit(visit_for(actor, visit, Role.SUPERVISION_LEAD).pk)
    gone = _part_to_release(locked, part)
    reason = worded(reason, "没有来的原因")
    heir = _heir(locked, gone)
    gone.state, gone.absent_because, gone.gives_back = PartState.ABSENT, reason, heir is not None
    gone.released_by_id, gone.released_at = actor.person, now
    gone.save(update_fields=["state", "absent_because", "gives_back", "released_by", "released_at"])
    if heir is not None:
        _give_back(locked, gone, heir, now)
    close_if_done(locked, _last_signed(locked) or now)
    audit.record(
        kind="inspections.visit.department_released",
        actor_id=actor.user_id,
        at=now,
        subject=f"visit:{locked.public_id}",
        data={"department": gone.department, "reason": reason, "gives_back": gone.gives_back},
    )
    return gone


def _part_to_release(visit: Visit, public_id: str) -> VisitPart:
    """The part, locked after those before it by id, so that nobody answers it meanwhile."""
    parts = _locked(visit.parts.order_by("pk"))
    found = next((one for one in parts if str(one.public_id) == public_id), None)
    if found is None:
        raise NotFound
    if visit.state != VisitState.OPEN:
        raise Refused([objection(Obstacle.VISIT_IS_OVER)])
    if found.state != PartState.OPEN:
        raise Refused([objection(why_closed(found))])
    if not [one for one in parts if one.pk != found.pk and one.state != PartState.ABSENT]:
        raise Refused([objection(Obstacle.NOBODY_ELSE_CAME)])
    if found.pk not in {one.pk for one in untouched_parts(visit)}:
        raise Refused([objection(Obstacle.PART_WAS_ANSWERED)])
    return found


def _locked(parts: Iterable[VisitPart]) -> list[VisitPart]:
    return [lock_part(one.pk) for one in parts]


def _heir(visit: Visit, gone: VisitPart) -> VisitPart | None:
    """Education's part, while it is answered for the first time."""
    rows = visit.parts.filter(
        department=Department.EDUCATION, state=PartState.OPEN, version=1
    ).exclude(pk=gone.pk)
    return rows.first()


def _give_back(visit: Visit, gone: VisitPart, heir: VisitPart, now: datetime) -> None:
    """Ask education what it is not asked already, as the rows are now."""
    there = heir.items.values("item_id")
    rows = gone.items.exclude(item__in=there).select_related("item").order_by("item__position")
    add_items(visit.facility, [(heir, row.item) for row in rows], now)


def _last_signed(visit: Visit) -> datetime | None:
    rows = VisitResult.objects.filter(part__visit=visit)
    last: datetime | None = rows.aggregate(last=Max("signed_at"))["last"]
    return last
