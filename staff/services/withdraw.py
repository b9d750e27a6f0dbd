"""Taking published shifts back, because their person left or may not work."""

from datetime import date, datetime, time

from accounts.types import Actor
from audit import services as audit
from common.intervals import moment_in_shanghai
from staff.models import Shift
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
) -> list[int]:
    """Withdraw somebody's published shifts from a day on; ids of sessions in breach for it.

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
    withdrawn = list(shifts.order_by("pk").values_list("public_id", flat=True))
    shifts.update(state=ShiftState.WITHDRAWN, withdrawn_at=now)
    if withdrawn:
        audit.record(
            kind="staff.shifts.withdrawn",
            actor_id=actor.user_id,
            at=now,
            subject=f"person:{person_id}",
            data={"shifts": [str(one) for one in withdrawn], "cause": cause},
        )
    return recount(touched, cause=cause, actor_id=actor.user_id, now=now)
