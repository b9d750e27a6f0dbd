"""A child comes without a booking: the house books for it, by the rules that bind every booking."""

from collections.abc import Sequence
from datetime import datetime

from accounts.phones import clean_mobile
from accounts.types import Actor
from bookings.models import Booking
from bookings.selectors.walk_in import (
    found_at_the_door,
    house_of_the_door,
    sessions_to_walk_into,
)
from bookings.services.place_booking import Asker, book_for
from bookings.types import BookingRequest, ChildRequest
from common.refusals import InvalidInput
from notifications.types import Kind


def walk_in(
    *,
    actor: Actor,
    now: datetime,
    house: str,
    phone: str,
    child_name: str,
    sessions: Sequence[str],
    key: str,
    told_fen: int | None = None,
) -> Booking:
    """Book hours of now for a child whose guardian is known by this number; tell the guardians.

    Same locks, same rules, same places as a booking made at home. Only that booking closes some
    time before the hour does not bind whoever is already there.

    :raises NotFound: when the house is not the actor's, or there is no such child.
    :raises InvalidInput: for hours that are not of now.
    :raises Refused: with every reason; nothing is changed.
    """
    here = house_of_the_door(actor, house)
    family = found_at_the_door(phone=clean_mobile(phone), child_name=child_name)
    now_open = {session.public_id for session in sessions_to_walk_into(here, now=now)}
    if not set(sessions) <= now_open:
        raise InvalidInput({"sessions": ["现场只能登记现在或马上开始的时段。"]})
    [booking] = book_for(
        Asker(actor, family.guardian_id, is_walk_in=True, told=Kind.WALKED_IN),
        request=BookingRequest(
            children=(ChildRequest(family.child, tuple(sessions)),),
            idempotency_key=key,
            told_fen=told_fen,
        ),
        now=now,
    )
    return booking
