"""From now on the house writes down who comes: only then is an empty record an empty room."""

from datetime import datetime

from django.db import transaction

from accounts.types import Actor
from audit import services as audit
from bookings.models import FloorDay
from bookings.selectors.today import KEEPS_THE_FLOOR
from common.intervals import day_in_shanghai
from facilities import selectors as facilities
from facilities.selectors.access import facility_for


@transaction.atomic
def open_floor(*, house: str, actor: Actor, now: datetime) -> int:
    """Begin today's record in every room of a house; how many rooms were not open yet.

    :raises NotFound: when the actor does not keep its floor.
    """
    here = facility_for(actor, house, *KEEPS_THE_FLOOR)
    today = day_in_shanghai(now)
    rooms = [room.id for room in facilities.rooms_today(here.pk, now=now)]
    known = set(
        FloorDay.objects.filter(care_group__in=rooms, on=today).values_list("care_group", flat=True)
    )
    opened = [room for room in rooms if room not in known]
    FloorDay.objects.bulk_create(
        [
            FloorDay(care_group_id=room, on=today, opened_at=now, opened_by_id=actor.person)
            for room in opened
        ],
        ignore_conflicts=True,
    )
    if opened:
        audit.record(
            kind="bookings.floor.opened",
            actor_id=actor.user_id,
            at=now,
            subject=f"facility:{here.public_id}",
            data={"on": today.isoformat(), "rooms": opened},
        )
    return len(opened)
