"""Taking published shifts back, because their person left or may not work."""

from datetime import date, datetime, time
from uuid import UUID

from django.db.models import F

from accounts.types import Actor
from audit import services as audit
from common.intervals import day_in_shanghai, moment_in_shanghai
from staff.models import Employment, Person, Shift
from staff.services.recount import recount
from staff.services.recount import sessions_of_people as sessions_of
from staff.types import ShiftState


def withdraw_shifts(
    person_id: int,
    *,
    after: date,
    cause: str,
    actor: Actor,
    now: datetime,
    facility_id: int | None = None,
    role: str | None = None,
) -> list[int]:
    """Withdraw somebody's published shifts from a day on; ids of sessions in breach for it.

    Of one house, and of one role, where those are named.

    Rows stay as evidence. The caller has locked the person and is in a transaction.
    """
    touched = sessions_of([person_id], now)
    shifts = Shift.objects.filter(
        person_id=person_id,
        state=ShiftState.PUBLISHED,
        starts_at__gte=max(now, moment_in_shanghai(after, time())),
    )
    if facility_id is not None:
        shifts = shifts.filter(facility_id=facility_id)
    if role is not None:
        shifts = shifts.filter(role=role)
    withdrawn = list(shifts.order_by("pk").values_list("public_id", flat=True))
    shifts.update(state=ShiftState.WITHDRAWN, withdrawn_at=now)
    if withdrawn:
        audit.record(
            kind="staff.shifts.withdrawn",
            actor_id=actor.user_id,
            at=now,
            subject=f"person:{_public_id_of(person_id)}",
            data={"shifts": [str(one) for one in withdrawn], "cause": cause},
        )
    return recount(touched, cause=cause, actor_id=actor.user_id, now=now)


def dismiss(person_id: int, reason: str, *, actor: Actor, now: datetime) -> list[int]:
    """End every engagement of somebody who may not work, today; ids of sessions in breach for it.

    An engagement that has not begun ends on its first day. The caller has locked the person.
    """
    today = day_in_shanghai(now)
    theirs = Employment.objects.filter(person_id=person_id)
    running = theirs.filter(starts_on__lte=today).exclude(through__lte=today)
    ended = running.update(through=today, end_reason=reason)
    ended += theirs.filter(starts_on__gt=today).update(through=F("starts_on"), end_reason=reason)
    audit.record(
        kind="staff.person.dismissed",
        actor_id=actor.user_id,
        at=now,
        subject=f"person:{_public_id_of(person_id)}",
        data={"reason": reason, "engagements": ended},
    )
    return withdraw_shifts(person_id, after=today, cause="dismissed", actor=actor, now=now)


def _public_id_of(person_id: int) -> UUID:
    return Person.objects.values_list("public_id", flat=True).get(pk=person_id)
