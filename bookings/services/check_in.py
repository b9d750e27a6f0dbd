"""A child comes in: the door looks at everything, and writes it down once."""

from datetime import datetime

from django.db import transaction

from accounts.types import Actor
from audit import services as audit
from bookings.messages import NOT_LET_IN
from bookings.models import Stay
from bookings.notices import arrived_notices
from bookings.rules.escorts import escort_who_brings
from bookings.selectors.gate import Before, Door, before_the_door, read_door
from bookings.services.ratio import note_stay
from bookings.types import Escort, MorningCheck
from common.concurrency import retried
from common.refusals import Refused
from families import selectors as families
from notifications import services as notifications
from regulations.selectors import law_book


def check_in(
    *,
    actor: Actor,
    now: datetime,
    house: str = "",
    pass_code: str = "",
    booking: str = "",
    child: str = "",
    brought_by: str = "",
    check: MorningCheck | None = None,
) -> Stay:
    """Let a child in by its pass, its booking, or its name on today's list of `house`.

    One stay covers booked hours in a row. Scanned twice, the second is refused.

    :raises NotFound, InvalidInput: as `before_the_door`.
    :raises Refused: with everything that is missing; nothing is changed.
    """
    before = before_the_door(
        actor=actor, now=now, house=house, pass_code=pass_code, booking=booking, child=child
    )
    seen = check or MorningCheck()
    stay: Stay = retried(lambda: _check_in(before, brought_by, seen, actor, now))
    return stay


@transaction.atomic
def _check_in(
    before: Before, brought_by: str, check: MorningCheck, actor: Actor, now: datetime
) -> Stay:
    families.lock_children([before.child_id])
    door = read_door(before, now=now)
    verdicts = [v for v in door.verdicts(check, law=law_book(), now=now) if not v.allows]
    if verdicts:
        raise Refused(verdicts, title=NOT_LET_IN)
    escort = escort_who_brings(brought_by, door.child.collectors)
    stay = _write_down(door, escort, check, actor, now)
    _tell(stay, door, actor, now)
    note_stay(stay, now=now)
    return stay


def _write_down(
    door: Door, escort: Escort, check: MorningCheck, actor: Actor, now: datetime
) -> Stay:
    return Stay.objects.create(
        child_id=door.before.child_id,
        facility=door.before.house,
        care_group_id=door.sessions[0].care_group_id,
        booking_id=door.booking_id or 0,
        arrived_at=now,
        booked_until=door.sessions[-1].ends_at,
        brought_as=escort.kind,
        brought_by=escort.name,
        brought_ref=escort.ref,
        temperature_c=check.temperature_c,
        look=check.look.value if check.look else "",
        look_note=check.note,
        allergy_acknowledged=check.allergy_acknowledged,
        recorded_by_id=actor.person,
        recorded_at=now,
    )


def _tell(stay: Stay, door: Door, actor: Actor, now: datetime) -> None:
    audit.record(
        kind="bookings.stay.arrived",
        actor_id=actor.user_id,
        at=now,
        subject=f"stay:{stay.public_id}",
        child_id=stay.child_id,
        data={"role": role_on_the_floor(actor), "booking": str(stay.booking.public_id)},
    )
    guardians = door.child.facts.guardian_ids
    notifications.queue(arrived_notices(stay, door.child.facts.name, guardians, now), now=now)


def role_on_the_floor(actor: Actor) -> str:
    """The word of the role in which somebody works at the door, for the trace that is left."""
    return next((grant.role.value for grant in actor.grants), "")
