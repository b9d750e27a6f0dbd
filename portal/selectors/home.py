"""What the home page puts together for families, and for whoever comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.types import Actor
from bookings import selectors as bookings
from bookings.selectors.balances import ChildBalance, balances_of
from common.intervals import day_in_shanghai
from facilities import selectors as facilities
from facilities.selectors.finder import HouseRow
from facilities.selectors.house_lines import center_of
from families import selectors as families
from families.selectors.people import invitations_to
from families.types import ChildRow, InvitationRow, NeedRow

_HOUSES_SHOWN = 6


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
