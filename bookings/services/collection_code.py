"""A guardian lets somebody else collect the child, this once. 一次性接人码"""

import secrets
from datetime import date, datetime

from django.db import transaction

from accounts.types import Actor
from audit import services as audit
from bookings.models import CollectionCode
from bookings.selectors.bookings import booking_row_for
from common.crypto import lookup_code
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput
from families import selectors as families
from families.types import ChildRow, GuardianRight

_DIGITS = 6
_LONGEST_NAME = 30


def make_collection_code(*, booking: str, collector: str, actor: Actor, now: datetime) -> str:
    """Make a code for the day of a booking, for somebody named; an earlier one of the day ends.

    :raises NotFound: when there is no such booking for this actor.
    :raises PermissionDenied: when the actor has not the full right over the child.
    :raises InvalidInput: without a name, or when the day has passed.
    """
    row = booking_row_for(actor, booking)
    on = day_in_shanghai(row.starts_at)
    name = " ".join(collector.split())[:_LONGEST_NAME]
    if not name:
        raise InvalidInput({"collector": ["请填写来接的人的姓名。"]})
    if on < day_in_shanghai(now):
        raise InvalidInput({"": ["这次预约的日期已经过去。"]})
    with transaction.atomic():
        child = families.child_for(actor, row.child, right=GuardianRight.FULL)
        families.lock_children([child.id])
        families.child_for(actor, row.child, right=GuardianRight.FULL)
        return _write(child, on, name, actor, now)


def _write(child: ChildRow, on: date, collector: str, actor: Actor, now: datetime) -> str:
    child_id = child.id
    earlier = CollectionCode.objects.filter(
        child_id=child_id, on=on, used_at__isnull=True, ended_at__isnull=True
    )
    earlier.update(ended_at=now, code=b"")
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    CollectionCode.objects.create(
        child_id=child_id,
        on=on,
        collector=collector,
        code=code,
        code_key=key_of(child_id, on, code),
        made_by_id=actor.person,
        made_at=now,
    )
    audit.record(
        kind="bookings.collection_code.made",
        actor_id=actor.user_id,
        at=now,
        subject=f"child:{child.public_id}",
        child_id=child_id,
        data={"on": on.isoformat()},
    )
    return code


def key_of(child_id: int, on: date, code: str) -> str:
    """The keyed hash by which a code is known: of this child, on this day."""
    return lookup_code(f"collection:{child_id}:{on}:{code}")
