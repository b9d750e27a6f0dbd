"""Carrying out a repair: one click, judged again, everybody told, nothing dropped in silence."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

from django.db import transaction

from accounts.types import Actor
from audit import services as audit
from bookings.messages import GONE_MEANWHILE, SOMEBODY_INSIDE, TOO_FEW_STAFF_THAT_DAY
from bookings.models import BookedHour, Stay
from bookings.notices import room_notices
from bookings.rules.repairs import displacement_order
from bookings.selectors.bookings import live_hours_in_sessions, lock_booking
from bookings.selectors.repairs import (
    as_broken,
    broken_named,
    placed_hours_in,
    repairs_of,
)
from bookings.selectors.stays import LIVE
from bookings.services.close_house import end_hours_by_house
from bookings.services.place_booking import Asker, book_for
from bookings.types import (
    BookingRequest,
    BrokenHours,
    ChildRequest,
    OtherRoom,
    Repair,
    RepairKind,
)
from common.concurrency import retried
from common.refusals import InvalidInput, NotFound, Refused
from facilities import selectors as facilities
from facilities import services as places
from facilities.selectors.access import care_group_name
from families import selectors as families
from notifications import services as notifications
from notifications.types import Kind
from staff import services as staff
from staff.selectors.cover import who_cares_for


def apply_repair(*, key: str, actor: Actor, now: datetime) -> Repair:
    """Carry out the repair that a page named by its key, if it would still mend the hours.

    :raises NotFound: when the hours are not the actor's, or are not short any more.
    :raises InvalidInput: when it would no longer do; nothing is changed.
    :raises Refused: when putting people there would break another rule.
    """
    applied: Repair = retried(lambda: _apply(key, actor, now))
    return applied


@transaction.atomic
def _apply(key: str, actor: Actor, now: datetime) -> Repair:
    broken = broken_named(_sessions_in(key), actor=actor, now=now)
    # Children before staff before sessions, as everywhere.
    children = {hour.child_id for hour in placed_hours_in(_ids(broken))}
    families.lock_children(sorted(children))
    broken = broken_named(_sessions_in(key), actor=actor, now=now)
    repair = next((one for one in repairs_of(broken, actor=actor, now=now) if one.key == key), None)
    if repair is None:
        raise InvalidInput({"": [GONE_MEANWHILE]})
    _carry_out(repair, children, actor, now)
    if as_broken(facilities.sessions_by_id(_ids(broken)), now=now):
        raise InvalidInput({"": [GONE_MEANWHILE]})  # nothing is done by halves
    audit.record(
        kind="bookings.repair.applied",
        actor_id=actor.user_id,
        at=now,
        subject=f"facility:{broken.hours[0].facility}",
        data={"kind": repair.kind.value, "key": repair.key, "children": repair.children},
    )
    return repair


def _sessions_in(key: str) -> list[str]:
    _, _, rest = key.partition(":")
    sessions, _, _ = rest.partition(":")
    return sessions.split("+") if sessions else []


def _ids(broken: BrokenHours) -> list[int]:
    return [hour.id for hour in broken.hours]


def _carry_out(repair: Repair, children: set[int], actor: Actor, now: datetime) -> None:
    match repair.kind:
        case RepairKind.SWAP | RepairKind.BORROW:
            _bring(repair, actor, now)
        case RepairKind.MERGE:
            _merge(repair, children, actor, now)
        case RepairKind.NEIGHBOR:
            _turn_away(repair.broken, children, actor, now, offered=repair.room)
        case RepairKind.DISPLACE:
            _turn_away(repair.broken, children, actor, now, offered=None)


def _bring(repair: Repair, actor: Actor, now: datetime) -> None:
    first = repair.broken.hours[0]
    staff.cover(
        facility=first.facility,
        person_ids=[one.person_id for one in repair.people],
        care_group=care_group_name(first.care_group_id),
        during=repair.broken.during,
        actor=actor,
        now=now,
    )


# --- two groups in one room ----------------------------------------------------------------------


def _merge(repair: Repair, children: set[int], actor: Actor, now: datetime) -> None:
    """Staff go first, for as long as they work, so that the children find somebody there."""
    room, broken = repair.room, repair.broken
    if room is None:
        raise AssertionError("a merger has a room")
    if Stay.objects.filter(LIVE, child_id__in=children, left_at__isnull=True).exists():
        raise InvalidInput({"": [SOMEBODY_INSIDE]})
    for people, run in groupby(broken.hours, key=lambda hour: tuple(who_cares_for([hour.id]))):
        if people:
            staff.cover(
                facility=broken.hours[0].facility,
                person_ids=people,
                care_group=care_group_name(room.hours[0].care_group_id),
                during=BrokenHours(tuple(run)).during,
                actor=actor,
                now=now,
            )
    _move(_live(broken, children, now), broken, room, now)


def _live(broken: BrokenHours, children: set[int], now: datetime) -> list[BookedHour]:
    """The hours booked there; all their children are locked."""
    hours = live_hours_in_sessions(_ids(broken), now=now)
    if not {hour.child_id for hour in hours} <= children:
        raise InvalidInput({"": [GONE_MEANWHILE]})
    return hours


def _move(hours: Sequence[BookedHour], broken: BrokenHours, room: OtherRoom, now: datetime) -> None:
    target = {a.id: b for a, b in zip(broken.hours, room.hours, strict=True)}
    counts = Counter(hour.care_session_id for hour in hours)
    facilities.lock_session_rows([*target, *(other.id for other in target.values())])
    wanted = {target[session].id: many for session, many in counts.items()}
    _check_they_fit(wanted)
    places.free_places(counts)
    places.take_places(wanted)
    for hour in hours:
        hour.care_session_id = target[hour.care_session_id].id
    BookedHour.objects.bulk_update(hours, ["care_session"])
    places.close_breaches_that_hold_again(list(target), now=now)
    for booking_id in sorted({hour.booking_id for hour in hours}):
        booking = lock_booking(booking_id)
        theirs = [hour for hour in hours if hour.booking_id == booking_id]
        notifications.queue(room_notices(booking, theirs, room.name, now), now=now)


def _check_they_fit(wanted: Mapping[int, int]) -> None:
    """Whether locked sessions have the places: somebody may have booked or closed them."""
    there = facilities.sessions_by_id(list(wanted))
    if any(session.places_left < wanted[session.id] for session in there):
        raise InvalidInput({"": [GONE_MEANWHILE]})


# --- turning away, by the published order --------------------------------------------------------


def _turn_away(
    broken: BrokenHours,
    children: set[int],
    actor: Actor,
    now: datetime,
    *,
    offered: OtherRoom | None,
) -> None:
    """End as few hours as must be, and book the same times nearby where that is offered."""
    chosen = _chosen(broken)
    hours = [hour for hour in _live(broken, children, now) if hour.pk in chosen]
    end_hours_by_house(hours, reason=TOO_FEW_STAFF_THAT_DAY, actor=actor, now=now)
    if offered is not None:
        for child_id in sorted({hour.child_id for hour in hours}):
            theirs = [hour for hour in hours if hour.child_id == child_id]
            _book_nearby(theirs, broken, offered, actor, now)


def _chosen(broken: BrokenHours) -> set[int]:
    found: set[int] = set()
    for hour, too_many in zip(broken.hours, broken.children_too_many, strict=True):
        order = displacement_order(placed_hours_in([hour.id]))
        found |= {one.hour_id for one in order[:too_many]}
    return found


def _book_nearby(
    hours: Sequence[BookedHour],
    broken: BrokenHours,
    offered: OtherRoom,
    actor: Actor,
    now: datetime,
) -> None:
    """Book the same times nearby in the family's name.

    If the rules say no, or the family would pay more than it agreed to, it stays owed.
    """
    there = {a.id: b.public_id for a, b in zip(broken.hours, offered.hours, strict=True)}
    try:
        with transaction.atomic():
            guardian, child = families.booking_guardian_of(hours[0].child_id)
            [booking] = book_for(
                Asker(actor, guardian, is_walk_in=True, told=Kind.MOVED_NEARBY),
                request=BookingRequest(
                    children=(
                        ChildRequest(child, tuple(there[hour.care_session_id] for hour in hours)),
                    ),
                    idempotency_key=f"moved:{hours[0].pk}",
                    told_fen=sum(hour.charge_fen for hour in hours),
                ),
                now=now,
            )
    except (Refused, NotFound, InvalidInput):
        return
    for hour in hours:
        obligation = hour.obligation
        obligation.met_at, obligation.met_by = now, booking
        obligation.save(update_fields=["met_at", "met_by"])
