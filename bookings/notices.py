"""Which news a booking sends, to whom and when."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from bookings.models import Booking
from bookings.types import Admission
from common.intervals import day_in_shanghai, moment_in_shanghai
from families import selectors as families
from notifications.types import Channel, Notice

EVENING_BEFORE = time(18, 0)
SHORTLY_BEFORE = timedelta(hours=2)


def subject_of(booking: Booking) -> str:
    """The name by which a booking's waiting news is called back."""
    return f"booking:{booking.public_id}"


def booked_notices(booking: Booking, admission: Admission, now: datetime) -> list[Notice]:
    """Booked, tomorrow, in two hours: for every guardian, in the portal and by e-mail."""
    first, last = admission.hours[0].session, admission.hours[-1].session
    facts = {
        "child": admission.child.name,
        "facility": first.facility_name,
        "starts_at": first.starts_at.isoformat(),
        "ends_at": last.ends_at.isoformat(),
        "booking": str(booking.public_id),
    }
    moments = {"booked": now, **_reminders(first.starts_at, now)}
    return [
        Notice(
            key=f"{kind}:{booking.public_id}:{guardian}:{channel}",
            kind=kind,
            recipient_id=guardian,
            channel=channel,
            run_at=run_at,
            payload=facts,
            subject=subject_of(booking),
        )
        for guardian in families.guardian_ids_of(booking.child_id)
        for kind, run_at in moments.items()
        for channel in (Channel.IN_APP, Channel.EMAIL)
    ]


def _reminders(starts_at: datetime, now: datetime) -> dict[str, datetime]:
    """The reminders whose moment is still to come."""
    evening = moment_in_shanghai(day_in_shanghai(starts_at) - timedelta(days=1), EVENING_BEFORE)
    moments = {
        "reminder_tomorrow": evening,
        "reminder_two_hours": starts_at - SHORTLY_BEFORE,
    }
    return {kind: moment for kind, moment in moments.items() if moment > now}


def ended_notices(
    booking: Booking, *, kind: str, facility: str, child: str, reason: str, now: datetime
) -> Iterable[Notice]:
    """A booking, or a part of it, will not take place: told to every guardian at once."""
    for guardian in families.guardian_ids_of(booking.child_id):
        for channel in (Channel.IN_APP, Channel.EMAIL):
            yield Notice(
                key=f"{kind}:{booking.public_id}:{guardian}:{channel}:{now.isoformat()}",
                kind=kind,
                recipient_id=guardian,
                channel=channel,
                run_at=now,
                payload={
                    "child": child,
                    "facility": facility,
                    "starts_at": booking.first_starts_at.isoformat(),
                    "booking": str(booking.public_id),
                    "reason": reason,
                },
                subject=f"ended:{booking.public_id}",
            )
