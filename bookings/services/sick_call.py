"""A sick call: always succeeds, says what it breaks, and what would mend it."""

from datetime import datetime

from accounts.types import Actor
from bookings.selectors.repairs import broken_among, repairs_of
from bookings.types import SickCall
from common.concurrency import retried
from common.intervals import Interval
from common.refusals import InvalidInput
from facilities import selectors as facilities
from staff import services as staff
from staff.types import LeaveKind


def sick_call(
    *, person: str, starts_at: datetime, until: datetime, actor: Actor, now: datetime
) -> SickCall:
    """Note that somebody is sick; sessions count them no more, bookings stay, repairs are found.

    The first is one transaction and always succeeds for those who may; finding repairs reads only.

    :raises NotFound: when the person is not the actor's.
    :raises InvalidInput: when it ends before it starts.
    """
    if until <= starts_at:
        raise InvalidInput({"until": ["结束时间要晚于开始时间。"]})
    leave, in_breach = retried(
        lambda: staff.record_leave(
            person=person,
            kind=LeaveKind.SICK,
            during=Interval(starts_at, until),
            actor=actor,
            now=now,
        )
    )
    broken = broken_among(in_breach, actor=actor, now=now)
    return SickCall(
        person=person,
        leave=str(leave.public_id),
        in_breach=tuple(one.public_id for one in facilities.sessions_by_id(in_breach)),
        broken=tuple(broken),
        repairs=tuple(
            repair for hours in broken for repair in repairs_of(hours, actor=actor, now=now)
        ),
    )
