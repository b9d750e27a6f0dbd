"""How each of the actor's houses stands."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from accounts.types import Actor
from safety.selectors.houses import House, houses_kept_by
from safety.selectors.incidents import open_by_house
from safety.selectors.registers import rows_by_house
from safety.types import READERS, HouseRow, ItemState, RegisterRow


def houses_of(actor: Actor, *, now: datetime) -> list[HouseRow]:
    """The actor's houses with how their registers stand, the most burdened first."""
    houses = houses_kept_by(actor, *READERS)
    ids = [house.id for house in houses]
    rows = rows_by_house({house.id: house.district for house in houses}, now=now)
    incidents = open_by_house(actor, ids, now=now)
    listed = [
        _row(house, rows.get(house.id, []), incidents.get(house.id, (0, 0))) for house in houses
    ]
    return sorted(listed, key=lambda one: (-one.untold, -one.burden, -one.due_soon))


def _row(house: House, rows: Sequence[RegisterRow], incidents: tuple[int, int]) -> HouseRow:
    states = Counter(row.state for row in rows)
    return HouseRow(
        id=house.id,
        public_id=house.public_id,
        name=house.name,
        subdistrict=house.subdistrict,
        items=len(rows),
        failed=states[ItemState.FAILED],
        overdue=states[ItemState.OVERDUE],
        never=states[ItemState.NEVER],
        due_soon=states[ItemState.DUE_SOON],
        open_incidents=incidents[0],
        untold=incidents[1],
    )
