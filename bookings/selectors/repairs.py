"""Hours that are short of staff, and everything that could mend them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.types import Actor, Role
from bookings.messages import REPAIRS, repair_steps, short_words, when
from bookings.models import BookedHour
from bookings.rules import limit_for
from bookings.rules.repairs import repairs_for
from bookings.types import (
    WILL_NOT_TAKE_PLACE,
    BrokenHours,
    Candidate,
    HourState,
    OtherRoom,
    PlacedHour,
    Repair,
    RepairKind,
)
from common.intervals import Interval
from common.refusals import NotFound
from facilities import selectors as facilities
from facilities.geography import METERS_A_MINUTE
from facilities.models import Facility
from facilities.selectors.access import as_uuid, facilities_of, facility_for
from facilities.types import SessionFacts
from regulations.keys import LimitKey
from regulations.rules import LawBook, number_or
from regulations.selectors import law_book
from staff.selectors.access import home_of, person_for
from staff.selectors.cover import FARTHEST_M, StandIn, who_could_cover
from staff.selectors.roster import DAYS, House, as_house, house_for, published_shifts

MAY_REPAIR = (Role.OPERATOR, Role.PERSON_IN_CHARGE)
_AS_FAR_AS_ANYBODY_BOOKS = timedelta(days=60)


def broken_hours_of(facility: str, *, actor: Actor, now: datetime) -> list[BrokenHours]:
    """The coming stretches of a house (public id) whose staff do not suffice, in order of time.

    :raises NotFound: when the house is not the actor's.
    """
    house = facility_for(actor, facility, *MAY_REPAIR)
    return as_broken(_sessions_ahead(house.pk, now), now=now)


def _sessions_ahead(facility_id: int, now: datetime) -> list[SessionFacts]:
    """A house's sessions as far as anybody books, with those that run, and a week more."""
    return facilities.sessions_within(
        facility_ids=[facility_id],
        starts=now - timedelta(days=1),
        ends=now + _AS_FAR_AS_ANYBODY_BOOKS + timedelta(days=DAYS),
    )


def broken_among(session_ids: Sequence[int], *, actor: Actor, now: datetime) -> list[BrokenHours]:
    """Those of some sessions that are short, have not begun and are the actor's to mend."""
    kept = {house.pk for house in facilities_of(actor, *MAY_REPAIR)}
    found = as_broken(facilities.sessions_by_id(session_ids), now=now)
    return [one for one in found if one.hours[0].facility_id in kept]


def as_broken(sessions: Iterable[SessionFacts], *, now: datetime) -> list[BrokenHours]:
    """The sessions that are short of staff and still to come, joined where they touch."""
    short = sorted(
        (one for one in sessions if _is_short(one) and one.starts_at > now),
        key=lambda one: (one.care_group_id, one.starts_at),
    )
    runs: list[list[SessionFacts]] = []
    for session in short:
        last = runs[-1][-1] if runs else None
        touches = last is not None and (last.care_group_id, last.ends_at, last.mode) == (
            session.care_group_id,
            session.starts_at,
            session.mode,
        )
        if touches:
            runs[-1].append(session)
        else:
            runs.append([session])
    found = [BrokenHours(tuple(run)) for run in runs]
    return sorted(found, key=lambda one: (one.during, one.hours[0].id))


def _is_short(session: SessionFacts) -> bool:
    will_be_given = session.stop not in WILL_NOT_TAKE_PLACE
    return will_be_given and session.places_taken > session.places_by_staff


def repairs_of(
    broken: BrokenHours,
    *,
    actor: Actor,
    now: datetime,
    house: House | None = None,
    ahead: Sequence[SessionFacts] | None = None,
) -> list[Repair]:
    """What would mend a stretch now, the gentlest first.

    Until its week is published an hour counts its timetable's plan, and nobody who is moved. Who
    has read the house and its sessions ahead hands them in.
    """
    first = broken.hours[0]
    if house is None:
        house = house_for(actor, first.facility, *MAY_REPAIR)
    if ahead is None:
        ahead = _sessions_ahead(house.id, now)
    law = law_book()
    walk = _walk(first, law)
    near = facilities.open_neighbors(house.id, within_m=max(walk, FARTHEST_M))
    counts_people, people = who_could_cover(
        house,
        care_group_id=first.care_group_id,
        during=broken.during,
        sessions=ahead,
        near=[one for one in near if one.metres <= FARTHEST_M],
        law=law,
        actor=actor,
        now=now,
    )
    walkable = {one.id: one.metres for one in near if one.metres <= walk}
    return repairs_for(
        broken,
        candidates=[_candidate(one) for one in people],
        rooms=_rooms(broken, ahead, {}) if counts_people else [],
        neighbors=_rooms(broken, _sessions_at(broken, walkable), walkable),
    )


def _candidate(one: StandIn) -> Candidate:
    return Candidate(
        person_id=one.id,
        person=one.public_id,
        name=one.name,
        is_borrowed=one.is_borrowed,
        is_moved=one.moved_from_room,
        home=one.home,
        distance_m=one.distance_m,
    )


def _walk(session: SessionFacts, law: LawBook) -> int:
    """How far families are sent to another house, in metres."""
    limit = limit_for(LimitKey.WALKING_MINUTES_FOR_ALTERNATIVES, session, law)
    return number_or(limit, 0) * METERS_A_MINUTE


def _sessions_at(broken: BrokenHours, near: Mapping[int, int]) -> list[SessionFacts]:
    if not near:
        return []
    return facilities.sessions_within(
        facility_ids=list(near), starts=broken.during.starts_at, ends=broken.during.ends_at
    )


def _rooms(
    broken: BrokenHours, sessions: Iterable[SessionFacts], distances: Mapping[int, int]
) -> list[OtherRoom]:
    """Other groups with the same hours in the same mode, all of them open."""
    first, during = broken.hours[0], broken.during
    by_group: dict[int, list[SessionFacts]] = {}
    for session in sessions:
        is_then = during.starts_at <= session.starts_at < during.ends_at
        is_other = session.care_group_id != first.care_group_id
        if is_then and is_other and session.mode is first.mode:
            by_group.setdefault(session.care_group_id, []).append(session)
    times = [hour.interval for hour in broken.hours]
    return [
        OtherRoom(tuple(hours), distances.get(hours[0].facility_id, 0))
        for hours in by_group.values()
        if [hour.interval for hour in hours] == times and not any(hour.stop for hour in hours)
    ]


def broken_named(public_ids: Sequence[str], *, actor: Actor, now: datetime) -> BrokenHours:
    """The stretch made of these sessions, as they are now.

    :raises NotFound: when they are not one house's of the actor, or no longer short together.
    """
    facts = facilities.session_facts([str(as_uuid(one)) for one in public_ids])
    if not facts or len(facts) != len(public_ids):
        raise NotFound
    [house, *others] = {session.facility for session in facts.values()}
    if others:
        raise NotFound
    facility_for(actor, house, *MAY_REPAIR)
    [*found] = as_broken(facts.values(), now=now)
    if len(found) != 1 or len(found[0].hours) != len(public_ids):
        raise NotFound
    return found[0]


def placed_hours_in(session_ids: Sequence[int]) -> list[PlacedHour]:
    """Who is booked in sessions that will be given, as the order of displacement sees them."""
    rows = (
        BookedHour.objects.filter(care_session__in=session_ids, state=HourState.LIVE)
        .exclude(care_session__stop__in=WILL_NOT_TAKE_PLACE)
        .order_by("pk")
        .values_list("pk", "booking_id", "child_id", "booking__placed_at")
    )
    return [PlacedHour(*row) for row in rows]


# --- rows for pages and programs -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RepairRow:
    """One way of mending a stretch, in people's words."""

    key: str
    kind: RepairKind
    title: str
    steps: tuple[str, ...]
    cost: int
    hurts: bool  # families are moved or turned away: it is asked twice


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A stretch that is short, and what would mend it, for the one that is looked at."""

    id: str  # public id of its first session
    is_chosen: bool
    title: str  # 11月24日周二 09:00–11:00 · 宝宝一班
    why: str
    repairs: tuple[RepairRow, ...]


@dataclass(frozen=True, slots=True)
class RepairsPage:
    id: str
    name: str
    broken: tuple[BrokenRow, ...]


@dataclass(frozen=True, slots=True)
class SickPage:
    """Who calls in sick, and when they are on the roster next."""

    person: str
    name: str
    facility: str
    facility_name: str
    shifts: tuple[str, ...]


def repairs_page(facility: str, *, actor: Actor, now: datetime, chosen: str = "") -> RepairsPage:
    """Everything that is short in a house, and the repairs of one stretch: chosen, or the first.

    Repairs are tried against a whole week each: those of all stretches would take queries for
    every row.

    :raises NotFound: when the house is not theirs.
    """
    house = facility_for(actor, facility, *MAY_REPAIR)
    ahead = _sessions_ahead(house.pk, now)
    broken = as_broken(ahead, now=now)
    ids = [one.hours[0].public_id for one in broken]
    open_one = chosen if chosen in ids else next(iter(ids), "")
    return RepairsPage(
        id=str(house.public_id),
        name=house.name,
        broken=tuple(
            BrokenRow(
                id=one.hours[0].public_id,
                is_chosen=one.hours[0].public_id == open_one,
                title=f"{when([one.during])} · {one.hours[0].care_group}",
                why=short_words(one),
                repairs=_repair_rows(one, house, ahead, actor, now)
                if one.hours[0].public_id == open_one
                else (),
            )
            for one in broken
        ),
    )


def _repair_rows(
    broken: BrokenHours,
    house: Facility,
    ahead: Sequence[SessionFacts],
    actor: Actor,
    now: datetime,
) -> tuple[RepairRow, ...]:
    found = repairs_of(broken, actor=actor, now=now, house=as_house(house), ahead=ahead)
    return tuple(as_row(repair) for repair in found)


def as_row(repair: Repair) -> RepairRow:
    """A repair in people's words."""
    return RepairRow(
        key=repair.key,
        kind=repair.kind,
        title=REPAIRS[repair.kind],
        steps=repair_steps(repair),
        cost=repair.cost,
        hurts=repair.kind in (RepairKind.NEIGHBOR, RepairKind.DISPLACE),
    )


def sick_page(person: str, *, actor: Actor, now: datetime) -> SickPage:
    """Who calls in sick. :raises NotFound: when the person is not the actor's."""
    someone = person_for(actor, person, *MAY_REPAIR)
    coming = published_shifts(
        Interval(now, now + _AS_FAR_AS_ANYBODY_BOOKS), person_ids=[someone.pk]
    )
    house = home_of(someone.pk, actor, *MAY_REPAIR)
    return SickPage(
        person=str(someone.public_id),
        name=someone.name,
        facility=str(house.public_id),
        facility_name=house.name,
        shifts=tuple(when([shift.during]) for shift in coming[:_SHOWN]),
    )


_SHOWN = 6
