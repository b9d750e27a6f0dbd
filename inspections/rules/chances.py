"""How likely each house is to be drawn: exact where a rule decides, else by simulation.

A draw has three parts, one after the other, and the chances of the last depend on who was taken by
the first two. There is no short formula for that, so the same parts are played many times with
other random numbers. This is a forecast to be read; the draw itself never uses it.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

RUNS = 4000
_SEED = 20261122
CERTAIN = 1000  # in thousandths


def chances(content: Mapping[str, Any], *, runs: int = RUNS) -> dict[str, int]:
    """Thousandths by house, rounded to the nearest."""
    houses: Sequence[Mapping[str, Any]] = content["facilities"]
    if content["seats"] >= len(houses):
        return {house["id"]: CERTAIN for house in houses}
    chance = Random(_SEED)  # noqa: S311  a forecast, not a draw
    times = [0] * len(houses)
    for _ in range(runs):
        for number in _one_run(content, houses, chance):
            times[number] += 1
    return {
        house["id"]: (2 * CERTAIN * n + runs) // (2 * runs)
        for house, n in zip(houses, times, strict=True)
    }


def _one_run(
    content: Mapping[str, Any], houses: Sequence[Mapping[str, Any]], chance: Random
) -> set[int]:
    taken = {n for n, house in enumerate(houses) if house["certain"]}
    owing = [n for n, house in enumerate(houses) if house["owed"] > 0 and n not in taken]
    taken.update(_some(owing, content["quota"] - len(taken), chance))
    rest = [n for n in range(len(houses)) if n not in taken]
    taken.update(_some(rest, content["control"], chance))
    rest = [n for n in range(len(houses)) if n not in taken]
    tickets = [houses[n]["tickets"] for n in rest]
    for _ in range(min(content["seats"] - len(taken), len(rest))):
        at = _by_tickets(tickets, chance)
        taken.add(rest[at])
        tickets[at] = 0
    return taken


def _some(pool: Sequence[int], seats: int, chance: Random) -> list[int]:
    return chance.sample(pool, min(max(seats, 0), len(pool)))


def _by_tickets(tickets: Sequence[int], chance: Random) -> int:
    """Draw one ticket; whose it is. The first drawn of each owner decides the order."""
    number = chance.randrange(sum(tickets))
    for at, held in enumerate(tickets):
        if number < held:
            return at
        number -= held
    raise AssertionError("unreachable")
