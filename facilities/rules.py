"""How many children a room may hold, and why. Pure."""

from datetime import date
from decimal import Decimal

from facilities.types import CareMode, PlacesLimit
from regulations.keys import LimitKey
from regulations.rules import LawBook, number_or

LICENSED_PLACES = "licensed_places"  # 托额: what the house was set up for


def heads_per_child(mode: CareMode) -> int:
    """How many people share the floor for each child.

    In 亲子托 the parent is in the room. In 老小托 the grandparent is in sight but in a space of
    their own (金教〔2023〕29号 四.2). A product decision: the clause says 人均 and no more.
    """
    return 2 if mode is CareMode.WITH_PARENT else 1


def places_of(
    *,
    licensed_places: int,
    area_m2: Decimal,
    mode: CareMode,
    law: LawBook,
    jurisdiction: str,
    care_on: date,
) -> tuple[int, list[PlacesLimit]]:
    """The places of a session, and every bound on them with the tightest first."""
    bounds = [PlacesLimit(LICENSED_PLACES, licensed_places, f"托额 {licensed_places} 人")]
    by_class = law.limit(LimitKey.CLASS_SIZE_MAX, jurisdiction=jurisdiction, care_on=care_on)
    if by_class and by_class.value is not None:
        bounds.append(
            PlacesLimit(by_class.key, by_class.number, f"每班不超过 {by_class.number} 人")
        )
    by_area = law.limit(LimitKey.AREA_M2_PER_HEAD, jurisdiction=jurisdiction, care_on=care_on)
    if by_area and by_area.value:
        bounds.append(_by_area(by_area.key, area_m2, by_area.value, heads_per_child(mode)))
    bounds.sort(key=lambda bound: bound.places)
    return bounds[0].places, bounds


def _by_area(key: str, area_m2: Decimal, per_head: Decimal, heads: int) -> PlacesLimit:
    places = int(area_m2 // (per_head * heads))
    each = f"{per_head.normalize():f} ㎡/人" + (f" × {heads} 人（幼儿和家长）" if heads > 1 else "")
    return PlacesLimit(key, places, f"{area_m2.normalize():f} ㎡ ÷ {each} = {places} 人")


def children_per_staff(*, law: LawBook, jurisdiction: str, care_on: date) -> int | None:
    """How many children one counted member of staff may care for; None where no rule says."""
    limit = law.limit(LimitKey.CHILDREN_PER_STAFF, jurisdiction=jurisdiction, care_on=care_on)
    return number_or(limit, None)
