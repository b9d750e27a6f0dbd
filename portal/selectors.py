"""What the home page puts together for whoever comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.types import Actor, Role, ScopeKind
from bookings import selectors as bookings
from bookings.selectors.balances import ChildBalance, balances_of
from common.intervals import day_in_shanghai
from common.refusals import NotFound
from facilities import selectors as facilities
from facilities.selectors.finder import HouseRow
from facilities.selectors.house_lines import center_of, house_line
from families import selectors as families
from families.selectors.people import invitations_to
from families.types import ChildRow, InvitationRow, NeedRow
from inspections.types import OFFICERS as INSPECTING

_HOUSES_SHOWN = 6
_HOUSES_OF_A_STREET = 50
_RUNS_HOUSES = (Role.OPERATOR, Role.PERSON_IN_CHARGE)


@dataclass(frozen=True, slots=True)
class Here:
    """A point to look around from."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Nearby:
    """The nearest houses where a child may still come."""

    around: str  # the 街镇 it is reckoned from; '' for a position, or for nowhere
    is_position: bool
    rows: tuple[HouseRow, ...]


@dataclass(frozen=True, slots=True)
class FamilyHome:
    """What a family has to do and has in front of it."""

    children: tuple[ChildRow, ...]
    invitations: tuple[InvitationRow, ...]
    needs: tuple[NeedRow, ...]
    balances: tuple[ChildBalance, ...]
    next: bookings.BookingRow | None
    more_coming: int


@dataclass(frozen=True, slots=True)
class HouseLink:
    """A house that somebody runs."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class WorkHome:
    """Where somebody who works in the portal begins."""

    may_review: bool
    reviews_waiting: int
    houses: tuple[HouseLink, ...]
    sees_floors: bool
    may_inspect: bool


def family_home(actor: Actor, *, now: datetime) -> FamilyHome:
    """The actor's children: what to do, what is left, what comes."""
    overviews = families.overviews_of(actor, today=day_in_shanghai(now))
    needs = [need for overview in overviews for need in overview.needs]
    children = tuple(overview.child for overview in overviews)
    coming = bookings.coming_bookings_of(actor, now=now) if children else []
    return FamilyHome(
        children=children,
        invitations=tuple(invitations_to(actor, now=now)),
        needs=tuple(sorted(needs, key=lambda need: (not need.blocks, need.is_waiting))),
        balances=tuple(balances_of(children, now=now)),
        next=coming[0] if coming else None,
        more_coming=max(len(coming) - 1, 0),
    )


def nearby(*, here: Here | None, children: Sequence[ChildRow], now: datetime) -> Nearby:
    """Houses with free places: around a position, or the first child's 街镇, or anywhere."""
    around, point = "", here
    if point is None and children:
        around, *center = center_of(children[0].subdistrict_id)
        point = Here(*center)
    found = facilities.houses_near(
        now=now,
        latitude=point.latitude if point else None,
        longitude=point.longitude if point else None,
        only_free=True,
        size=_HOUSES_SHOWN,
    )
    return Nearby(around=around, is_position=here is not None, rows=found.rows)


def work_home(actor: Actor, *, now: datetime) -> WorkHome:
    """What waits for somebody with a role, and the houses they run."""
    may_review = families.may_review(actor)
    return WorkHome(
        may_review=may_review,
        reviews_waiting=len(families.reviews_waiting(actor)) if may_review else 0,
        houses=tuple(_houses_run_by(actor, now)),
        sees_floors=actor.holds(*bookings.MAY_SEE_THE_FLOOR),
        may_inspect=actor.holds(*INSPECTING),
    )


def _houses_run_by(actor: Actor, now: datetime) -> list[HouseLink]:
    found: dict[str, HouseLink] = {}
    for grant in actor.grants:
        if grant.role not in _RUNS_HOUSES:
            continue
        for house in _houses_in(grant.scope_kind, grant.scope, now):
            found.setdefault(house.id, house)
    return list(found.values())


def _houses_in(kind: ScopeKind, scope: str, now: datetime) -> list[HouseLink]:
    if kind is ScopeKind.FACILITY:
        try:
            line = house_line(scope)
        except NotFound:  # closed for good since the role was granted
            return []
        return [HouseLink(line.id, line.name)]
    if kind is not ScopeKind.SUBDISTRICT:
        return []
    rows = facilities.houses_near(now=now, subdistrict=scope, size=_HOUSES_OF_A_STREET).rows
    return [HouseLink(row.id, row.name) for row in sorted(rows, key=lambda row: row.name)]
