"""What the worker does when hours and years have passed. Harmless the second time."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from bookings.models import BookedHour, Booking, Entitlement
from bookings.services.attendance import say_who_came
from bookings.services.ledger import Movement, movements_for, write
from bookings.types import WILL_NOT_TAKE_PLACE, BookingState, EntryKind, HourState
from common.intervals import day_in_shanghai
from families import selectors as families

BATCH = 200


def settle_hours(*, now: datetime) -> int:
    """Use up the 次 of hours that have passed, and complete their bookings; how many were settled.

    An hour that was neither cancelled nor closed was used, whether or not the child came; who came
    is said besides, from what the floor wrote down and from nothing else.
    """
    settled = 0
    while batch := _settle_batch(now):
        settled += batch
    say_who_came(now=now)
    return settled


@transaction.atomic
def _settle_batch(now: datetime) -> int:
    due = list(_due(now)[:BATCH])
    families.lock_children(sorted({hour.child_id for hour in due}))
    # Read again under the children's locks: a cancellation may have come first.
    hours = list(_due(now).filter(pk__in=[hour.pk for hour in due]))
    BookedHour.objects.filter(pk__in=[hour.pk for hour in hours]).update(state=HourState.SETTLED)
    write(movements_for(hours, EntryKind.CONSUME), actor_id=None, at=now)
    _complete([hour.booking_id for hour in hours])
    return len(hours)


def _due(now: datetime) -> QuerySet[BookedHour]:
    # What was not given is not used: `end_stopped_hours` gives it back.
    passed = BookedHour.objects.filter(state=HourState.LIVE, ends_at__lte=now)
    return passed.exclude(care_session__stop__in=WILL_NOT_TAKE_PLACE).order_by("pk")


def _complete(booking_ids: Sequence[int]) -> None:
    Booking.objects.filter(pk__in=booking_ids, state=BookingState.CONFIRMED).exclude(
        hours__state=HourState.LIVE
    ).update(state=BookingState.COMPLETED)


def lapse_entitlements(*, now: datetime) -> int:
    """Let the unused 次 of past years lapse, shown on the statement; how many children it met."""
    this_year = day_in_shanghai(now).year
    lapsed = 0
    over = Entitlement.objects.filter(
        year__lt=this_year, granted__gt=F("held") + F("used") + F("lapsed")
    )
    for entitlement_id, child_id in list(over.order_by("pk").values_list("pk", "child_id")):
        lapsed += _lapse(entitlement_id, child_id, now)
    return lapsed


@transaction.atomic
def _lapse(entitlement_id: int, child_id: int, now: datetime) -> bool:
    families.lock_children([child_id])
    entitlement = Entitlement.objects.get(pk=entitlement_id)
    left = entitlement.granted - entitlement.held - entitlement.used - entitlement.lapsed
    if left <= 0:
        return False
    move = Movement(entitlement_id, EntryKind.LAPSE, units=left, note="当年未使用")
    write([move], actor_id=None, at=now)
    return True
