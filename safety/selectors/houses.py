"""The houses an actor reaches."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.types import Actor, Place, Role
from facilities.selectors.access import reached_by
from facilities.types import FacilityState
from safety.models import RegisterItem
from safety.types import REPORTERS

_STREET = "subdistrict__"
_COLUMNS = (
    "pk", "public_id", "name", "subdistrict__code", "subdistrict__name",
    "subdistrict__district__code",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class House:
    """A house as safety needs to know it."""

    id: int
    public_id: str
    name: str
    subdistrict: str  # name
    place: Place

    @property
    def district(self) -> str:
        return self.place.district


def _houses() -> Any:
    return RegisterItem.facility.get_queryset()


def house_of(pk: int) -> House:
    """A house by its row."""
    [row] = _houses().filter(pk=pk).values_list(*_COLUMNS)
    return _house(row)


def districts_of(ids: Iterable[int]) -> dict[int, str]:
    """In which district each of these houses stands, by its code."""
    rows = _houses().filter(pk__in=list(ids))
    return dict(rows.values_list("pk", "subdistrict__district__code"))


def all_houses() -> list[House]:
    """Every house that is not closed for good. For the worker."""
    rows = _houses().exclude(state=FacilityState.CLOSED).order_by("pk")
    return [_house(row) for row in rows.values_list(*_COLUMNS)]


def houses_kept_by(actor: Actor, *roles: Role) -> list[House]:
    """The houses over which the actor holds one of the roles, street by street."""
    if not actor.holds(*roles):
        return []
    rows = _houses().filter(reached_by(actor, *roles)).exclude(state=FacilityState.CLOSED)
    ordered = rows.order_by("subdistrict__code", "name", "pk")
    return [_house(row) for row in ordered.values_list(*_COLUMNS)]


def _house(row: tuple[Any, ...]) -> House:
    pk, public_id, name, street_code, street, district = row
    place = Place(district=district, subdistrict=street_code, facility=str(public_id))
    return House(pk, str(public_id), name, street, place)


def may_report_somewhere(actor: Actor) -> bool:
    """Whether the actor reports incidents anywhere."""
    return actor.holds(*REPORTERS)
