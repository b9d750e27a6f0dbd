"""What the worker tells the people of a house in good time: checks that are due."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from accounts.selectors import holders_of
from common.intervals import day_in_shanghai
from notifications import services as notifications
from safety import notices
from safety.selectors.houses import House, all_houses
from safety.selectors.registers import rows_by_house
from safety.types import KEEPERS, NEEDS_SOMEBODY, ItemState, RegisterRow

_AT_ONCE = 50  # houses read together
_NAMED = 3  # items that a notice names


def remind_of_registers(*, now: datetime) -> int:
    """Tell the people of each house once a day what is overdue, and once what soon will be.

    Returns how many houses had something to be told. A second run of a day says nothing new.
    """
    houses = all_houses()
    parts = [houses[start : start + _AT_ONCE] for start in range(0, len(houses), _AT_ONCE)]
    return sum(_remind(part, now) for part in parts)


@transaction.atomic
def _remind(houses: Sequence[House], now: datetime) -> int:
    districts = {house.id: house.district for house in houses}
    rows = rows_by_house(districts, now=now)
    before = rows_by_house(districts, now=now - timedelta(days=1))
    reminded = 0
    for house in houses:
        due = _to_tell(rows.get(house.id, []), before.get(house.id, []))
        if due:
            _tell(house, due, now)
            reminded += 1
    return reminded


def _to_tell(rows: Sequence[RegisterRow], before: Sequence[RegisterRow]) -> list[RegisterRow]:
    """What needs somebody, and what has just come near its day or has reached it."""
    was_soon = {row.id for row in before if row.state is ItemState.DUE_SOON}
    return [
        row
        for row in rows
        if row.state in NEEDS_SOMEBODY
        or (row.state is ItemState.DUE_SOON and (row.id not in was_soon or row.days_left == 0))
    ]


def _tell(house: House, due: Sequence[RegisterRow], now: datetime) -> None:
    today = day_in_shanghai(now)
    people = holders_of(*KEEPERS, at=house.place, today=today)
    named = "、".join(f"{row.name}（{row.state_words}）" for row in due[:_NAMED])
    what = f"{named}等" if len(due) > _NAMED else named
    notifications.queue(
        notices.registers_due(
            house.name, house.public_id, f"{today}", what, len(due), people, now=now
        ),
        now=now,
    )
