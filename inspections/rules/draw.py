"""The published algorithm `hash-order-1`: from a frozen list and a random value to a result.

Only SHA-256, whole numbers and the order of hexadecimal texts are used, so that it gives the same
on every machine, in every language, for ever. docs/verify_draw.md has it again in JavaScript; a
test holds the two together. To change it is to give it another name.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from inspections.types import Share, Taken

ALGORITHM = "hash-order-1"

_Entry = Mapping[str, Any]


def canonical(content: Mapping[str, Any]) -> str:
    """The one text of a frozen list: keys in order, no blanks, Chinese as it is written."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def joint_value(first: str, second: str) -> str:
    """The random value that two opened secrets make."""
    return sha256(f"{first}|{second}")


def drawn(content: Mapping[str, Any], commitment: str, value: str) -> list[Taken]:
    """Draw houses, and inspectors for each, in the order in which they were taken."""

    def lot(*parts: object) -> str:
        return sha256("|".join([commitment, value, *map(str, parts)]))

    shares = dict(_houses(content, lot))
    pairs = _inspectors(content, list(shares), lot)
    return [Taken(house, share, pairs[house]) for house, share in shares.items()]


def _houses(content: Mapping[str, Any], lot: Callable[..., str]) -> Iterator[tuple[str, Share]]:
    """First those that would otherwise miss their visits, then the control, then by tickets."""
    taken: set[str] = set()

    def take(share: Share, pool: Sequence[_Entry], seats: int, key: Callable[[_Entry], str]) -> Any:
        left = [house for house in pool if house["id"] not in taken]
        for house in sorted(left, key=lambda one: (key(one), one["id"]))[: max(seats, 0)]:
            taken.add(house["id"])
            yield house["id"], share

    def by(share: Share) -> Callable[[_Entry], str]:
        return lambda house: lot(share.value, house["id"])

    def first_ticket(house: _Entry) -> str:
        tickets = range(1, house["tickets"] + 1)
        return min(lot(Share.RISK.value, house["id"], number) for number in tickets)

    houses = content["facilities"]
    certain = [house for house in houses if house["certain"]]
    owing = [house for house in houses if house["owed"] > 0]
    yield from take(Share.QUOTA, certain, len(certain), by(Share.QUOTA))
    yield from take(Share.QUOTA, owing, content["quota"] - len(taken), by(Share.QUOTA))
    yield from take(Share.CONTROL, houses, content["control"], by(Share.CONTROL))
    yield from take(Share.RISK, houses, content["seats"] - len(taken), first_ticket)


def _inspectors(
    content: Mapping[str, Any], houses: Sequence[str], lot: Callable[..., str]
) -> dict[str, tuple[str, ...]]:
    """For each house in turn: who has the fewest visits so far, then by lot; never who avoids."""
    avoiding = {(one["inspector"], one["facility"]) for one in content["exclusions"]}
    visits = {one["id"]: 0 for one in content["inspectors"]}
    pairs: dict[str, tuple[str, ...]] = {}
    for house in houses:
        free = [one for one in visits if (one, house) not in avoiding]
        free.sort(key=lambda one: (visits[one], lot("inspector", house, one), one))
        pairs[house] = tuple(free[: content["inspectors_per_visit"]])
        for one in pairs[house]:
            visits[one] += 1
    return pairs
