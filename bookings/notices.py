"""Which news a booking sends, to whom and when."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bookings.messages import said_moment, when
from bookings.models import BookedHour, Booking, Stay
from bookings.types import Admission
from common.intervals import Interval, day_in_shanghai, moment_in_shanghai
from families import selectors as families
from notifications.types import IN_APP_AND_EMAIL, Channel, Kind, Notice, notices_to

NOT_SAID = "没有登记"
EVENING_BEFORE = time(18, 0)
SHORTLY_BEFORE = timedelta(hours=2)

# A family that stands before a closed door was told too late: the house's own ending goes by SMS.
_CHANNELS_OF_AN_END = {
    Kind.CANCELLED_BY_FAMILY: IN_APP_AND_EMAIL,
    Kind.CANCELLED_BY_HOUSE: (*IN_APP_AND_EMAIL, Channel.SMS),
}


def subject_of(booking: Booking) -> str:
    """The name by which a booking's waiting news is called back."""
    return f"booking:{booking.public_id}"


def booked_notices(
    booking: Booking, admission: Admission, now: datetime, *, told: Kind = Kind.BOOKED
) -> list[Notice]:
    """Booked, tomorrow, in two hours: for every guardian, in the portal and by e-mail."""
    first = admission.hours[0].session
    payload = {
        "child": admission.child.name,
        "house": first.facility_name,
        "when": when(hour.session.interval for hour in admission.hours),
        "url": f"/bookings/{booking.public_id}/",
    }
    moments = {told: now, **_reminders(first.starts_at, now)}
    return [
        Notice(
            key=f"{kind}:{booking.public_id}:{guardian}:{channel}",
            kind=kind,
            recipient_id=guardian,
            channel=channel,
            run_at=run_at,
            payload=payload,
            subject=subject_of(booking),
            child_id=booking.child_id,
            good_until=None if kind is told else first.starts_at,
        )
        for guardian in admission.child.guardian_ids
        for kind, run_at in moments.items()
        for channel in IN_APP_AND_EMAIL
    ]


def reminders_of(booking: Booking, left: Sequence[BookedHour], now: datetime) -> list[Notice]:
    """The reminders of the hours that are left of a booking, when the first of them was ended."""
    coming = [hour for hour in left if hour.starts_at > now]
    if not coming:
        return []
    first = coming[0].starts_at
    payload = {
        "child": booking.child.name,
        "house": booking.facility.name,
        "when": when(Interval(hour.starts_at, hour.ends_at) for hour in coming),
        "url": f"/bookings/{booking.public_id}/",
    }
    return [
        Notice(
            key=f"{kind}:{booking.public_id}:{coming[0].pk}:{guardian}:{channel}",
            kind=kind,
            recipient_id=guardian,
            channel=channel,
            run_at=run_at,
            payload=payload,
            subject=subject_of(booking),
            child_id=booking.child_id,
            good_until=first,
        )
        for guardian in families.guardian_ids_of(booking.child_id)
        for kind, run_at in _reminders(first, now).items()
        for channel in IN_APP_AND_EMAIL
    ]


def _reminders(starts_at: datetime, now: datetime) -> dict[Kind, datetime]:
    """The reminders whose moment is still to come."""
    evening = moment_in_shanghai(day_in_shanghai(starts_at) - timedelta(days=1), EVENING_BEFORE)
    moments = {
        Kind.REMINDER_TOMORROW: evening,
        Kind.REMINDER_TWO_HOURS: starts_at - SHORTLY_BEFORE,
    }
    return {kind: moment for kind, moment in moments.items() if moment > now}


def room_notices(
    booking: Booking, hours: Sequence[BookedHour], room: str, now: datetime
) -> list[Notice]:
    """The same hours, in another room of the house: for every guardian."""
    change = f"{Kind.ROOM_CHANGED}:{hours[0].pk}:{now.timestamp():.0f}"
    payload = {
        "child": booking.child.name,
        "house": booking.facility.name,
        "when": when(Interval(hour.starts_at, hour.ends_at) for hour in hours),
        "room": room,
        "url": f"/bookings/{booking.public_id}/",
    }
    return notices_to(
        families.guardian_ids_of(booking.child_id), IN_APP_AND_EMAIL, Kind.ROOM_CHANGED,
        key=change, run_at=now, payload=payload, subject=subject_of(booking),
        child_id=booking.child_id, good_until=hours[-1].ends_at,
    )  # fmt: skip


def ended_notices(
    booking: Booking,
    hours: Sequence[BookedHour],
    *,
    kind: Kind,
    given_back: str,
    now: datetime,
    reason: str = "",
) -> list[Notice]:
    """Hours of a booking will not take place: told to every guardian at once."""
    payload = {
        "child": booking.child.name,
        "house": booking.facility.name,
        "when": when(Interval(hour.starts_at, hour.ends_at) for hour in hours),
        "url": f"/bookings/{booking.public_id}/",
        "given_back": given_back,
        "reason": reason,
    }
    return notices_to(
        families.guardian_ids_of(booking.child_id), _CHANNELS_OF_AN_END[kind], kind,
        key=f"{kind}:{booking.public_id}:{hours[0].pk}", run_at=now, payload=payload,
        subject=f"ended:{booking.public_id}", child_id=booking.child_id,
    )  # fmt: skip


def arrived_notices(
    stay: Stay, child: str, guardian_ids: Sequence[int], now: datetime
) -> list[Notice]:
    """The child is in: for every guardian, in the portal and by e-mail."""
    return _stay_notices(stay, child, guardian_ids, Kind.CHILD_ARRIVED, stay.arrived_at, now)


def left_notices(
    stay: Stay, child: str, guardian_ids: Sequence[int], kind: Kind, now: datetime
) -> list[Notice]:
    """The child has gone, or is taken to have gone."""
    return _stay_notices(stay, child, guardian_ids, kind, stay.left_at or now, now)


def corrected_notices(
    stay: Stay, child: str, guardian_ids: Sequence[int], now: datetime
) -> list[Notice]:
    """What was written down of the child's stay was corrected."""
    return _stay_notices(stay, child, guardian_ids, Kind.STAY_CORRECTED, stay.arrived_at, now)


def _stay_notices(
    stay: Stay, child: str, guardian_ids: Sequence[int], kind: Kind, moment: datetime, now: datetime
) -> list[Notice]:
    leaves = kind is Kind.CHILD_LEFT
    payload = {
        "child": child,
        "house": stay.facility.name,
        "when": said_moment(moment),
        "person": (stay.collected_by if leaves else stay.brought_by) or NOT_SAID,
        "url": f"/bookings/{stay.booking.public_id}/",
    }
    return notices_to(
        guardian_ids, IN_APP_AND_EMAIL, kind,
        key=f"{kind}:{stay.public_id}", run_at=now, payload=payload,
        subject=f"stay:{stay.public_id}", child_id=stay.child_id,
    )  # fmt: skip
