"""The floor of a house as it is now, for those who run it and those who look after it."""

from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Count

from accounts.types import Actor, Role
from bookings.models import FloorDay, Stay
from bookings.selectors.staffing import staff_present
from common.intervals import day_in_shanghai, moment_in_shanghai
from facilities import selectors as facilities
from facilities.models import Facility
from facilities.selectors import BreachRow, RoomToday, SessionToday
from facilities.selectors.access import facility_for
from facilities.types import CareMode

KEEPS_THE_FLOOR = (Role.OPERATOR, Role.PERSON_IN_CHARGE, Role.CAREGIVER)
MAY_SEE_THE_FLOOR = (
    *KEEPS_THE_FLOOR,
    Role.INSPECTOR,
    Role.SUPERVISION_LEAD,
    Role.HEALTH_OFFICER,
)


@dataclass(frozen=True, slots=True)
class GroupToday:
    """A room now: the session that runs, or the next one of the day.

    `children_present` is None where nobody writes down today who comes: unknown is not zero.
    Where it is known and a session runs, staff are needed for who is there, not for who is booked.
    """

    id: int
    care_group: str  # public id
    name: str
    session: str | None  # public id; None: nothing more today
    starts_at: datetime | None
    ends_at: datetime | None
    is_running: bool
    mode: CareMode | None
    children_present: int | None
    children_expected: int
    places: int
    places_left: int
    counted_staff: int
    is_clocked: bool  # counted by the clock at the door; False: by the roster
    needed_staff: int
    margin: int  # counted staff beyond those needed; below zero: too few
    stop: str
    stop_reason: str
    breach: BreachRow | None


@dataclass(frozen=True, slots=True)
class HouseToday:
    """A house now, room by room."""

    id: str
    name: str
    at: datetime
    groups: tuple[GroupToday, ...]


def house_today(public_id: str, *, actor: Actor, now: datetime) -> HouseToday:
    """The rooms of a house now. :raises NotFound: when it is not the actor's to see."""
    house = facility_for(actor, public_id, *MAY_SEE_THE_FLOOR)
    return HouseToday(
        id=str(house.public_id), name=house.name, at=now, groups=groups_today(house, now=now)
    )


def groups_today(house: Facility, *, now: datetime) -> tuple[GroupToday, ...]:
    """The rooms of a house now, in a fixed number of statements however many there are."""
    rooms = facilities.rooms_today(house.pk, now=now)
    present = _present(house.pk)
    kept = rooms_kept(house.pk, now=now) | set(present)
    staff = staff_present(house, now=now)
    return tuple(
        _group(
            room,
            present.get(room.id, 0) if room.id in kept else None,
            None if staff is None else staff.get(room.id, 0),
            now,
        )
        for room in rooms
    )


def _present(facility_id: int) -> dict[int, int]:
    """How many children are in each room, however late it is: who is there counts."""
    inside = Stay.objects.filter(
        facility_id=facility_id, left_at__isnull=True, superseded_at__isnull=True, is_void=False
    )
    counted = inside.order_by("care_group_id").values_list("care_group_id").annotate(Count("pk"))
    return dict(counted)


def rooms_kept(facility_id: int, *, now: datetime) -> set[int]:
    """The rooms in which somebody writes down today who comes."""
    today = day_in_shanghai(now)
    opened = FloorDay.objects.filter(care_group__facility_id=facility_id, on=today)
    used = Stay.objects.filter(
        facility_id=facility_id,
        arrived_at__gte=moment_in_shanghai(today, time()),
        arrived_at__lte=now,
        superseded_at__isnull=True,
        is_void=False,
    )
    found = opened.order_by().values_list("care_group_id", flat=True)
    return set(found.union(used.order_by().values_list("care_group_id", flat=True)))


def _group(room: RoomToday, present: int | None, staff: int | None, now: datetime) -> GroupToday:
    session = room.session_at(now)
    if session is None and present:
        session = room.sessions[-1] if room.sessions else None  # somebody was not collected
    is_running = session is not None and session.starts_at <= now
    expected = session.places_taken if session and session.ends_at > now else 0
    # The clock says who is there now; of an hour to come only the roster can tell.
    clocked = staff is not None and is_running
    counted = staff if staff is not None and is_running else _rostered(session)
    is_known = present is not None and is_running
    needed = _needed(session, (present or 0) if is_known else max(expected, present or 0))
    over = session is None or session.ends_at <= now
    return GroupToday(
        id=room.id,
        care_group=room.public_id,
        name=room.name,
        session=session.id if session else None,
        starts_at=session.starts_at if session else None,
        ends_at=session.ends_at if session else None,
        is_running=is_running,
        mode=session.mode if session else None,
        children_present=present,
        children_expected=expected,
        places=session.places if session else 0,
        places_left=0 if session is None or over else session.places_left,
        counted_staff=counted,
        is_clocked=clocked,
        needed_staff=needed,
        margin=counted - needed,
        stop=session.stop if session else "",
        stop_reason=session.stop_reason if session else "",
        breach=session.breach if session else None,
    )


def _rostered(session: SessionToday | None) -> int:
    return session.counted_staff if session else 0


def _needed(session: SessionToday | None, children: int) -> int:
    """How many staff that many children need; without any session of today, one at the least."""
    if session is None:
        return int(children > 0)
    return -(-children // session.children_per_staff)
