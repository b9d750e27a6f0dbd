"""Nobody wrote down that a child left: some time after the house closed, the worker guesses."""

from datetime import datetime, timedelta

from django.db import transaction

from audit import services as audit
from bookings.models import Stay
from bookings.notices import left_notices
from bookings.selectors.gate import booked_end_of
from bookings.selectors.stays import LIVE, open_stay_of
from bookings.services.check_out import CLOSING
from bookings.services.ratio import note_stay
from common.intervals import day_in_shanghai
from facilities import selectors as facilities
from families import selectors as families
from notifications import services as notifications
from notifications.types import Kind
from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.selectors import law_book

_A_MOMENT = timedelta(seconds=1)


def close_forgotten(*, now: datetime) -> int:
    """Close stays still open long after the house's last session of their day; how many.

    Each is taken to have ended with its booked hours, and says that this is a guess.
    """
    law = law_book()
    inside = Stay.objects.filter(LIVE, left_at__isnull=True, booked_until__lt=now)
    waiting = inside.select_related("facility__subdistrict__district").order_by("pk")
    return sum(_close(stay.child_id, now) for stay in waiting if _is_forgotten(stay, law, now))


def _is_forgotten(stay: Stay, law: LawBook, now: datetime) -> bool:
    limit = law.limit(
        LimitKey.FORGOTTEN_CHECK_OUT_MINUTES,
        jurisdiction=stay.facility.subdistrict.district.code,
        care_on=day_in_shanghai(stay.arrived_at),
    )
    last = facilities.last_end_of_the_day(stay.facility_id, of=stay.arrived_at)
    closed_at = max(last or stay.booked_until, stay.booked_until)
    return limit is not None and now >= closed_at + timedelta(minutes=limit.number)


@transaction.atomic
def _close(child_id: int, now: datetime) -> bool:
    families.lock_children([child_id])
    stay = open_stay_of(child_id)
    if stay is None or stay.booked_until >= now:
        return False  # somebody wrote it down meanwhile
    stay.left_at = max(min(booked_end_of(stay), now), stay.arrived_at + _A_MOMENT)
    stay.closed_at = now
    stay.closed_by_guess = True
    stay.save(update_fields=CLOSING)
    note_stay(stay, now=now)
    audit.record(
        kind="bookings.stay.closed_by_guess",
        actor_id=None,
        at=now,
        subject=f"stay:{stay.public_id}",
        child_id=child_id,
        data={"left_at": stay.left_at.isoformat()},
    )
    told = families.guardian_ids_of(child_id)
    notifications.queue(
        left_notices(stay, stay.child.name, told, Kind.CHILD_LEFT_BY_GUESS, now), now=now
    )
    return True
