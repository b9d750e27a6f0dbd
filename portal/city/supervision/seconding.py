"""The second inspector's own sheet: whom the share falls on answers alone, and signs afterwards."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import cycle
from random import Random
from typing import Any

from accounts.models import User
from inspections import services
from inspections.models import ShadowVisit, Visit
from inspections.rules.visiting import answers_to
from inspections.selectors.shadow import shadow_items
from inspections.types import RowsSay
from portal.city.chance import Chance
from portal.city.data import read
from portal.city.supervision.cast import Cast

_BEFORE = timedelta(minutes=10)  # the first one signs


class Seconding:
    """Lets those who were chosen answer alone, or say why they did not, in turn."""

    def __init__(self, cast: Cast, chance: Chance) -> None:
        self._cast = cast
        self._chance = chance
        self._said: dict[str, Any] = read("year")["seconds"]
        self._ways = cycle(self._said["ways"])

    def in_turn(self, visit: Visit, people: Sequence[User]) -> list[User]:
        """Those who go, whoever answers alone last: another one opens the visit and answers."""
        shadow = _shadow_of(visit)
        alone = shadow.person_id if shadow else None
        return sorted(people, key=lambda one: one.pk == alone)

    def answer(self, visit: Visit, second: User, signed_at: datetime) -> None:
        """Let the second answer alone, if they are to, before they see what the first signs."""
        shadow = _shadow_of(visit)
        if shadow is None or shadow.person_id != second.pk:
            return
        now = signed_at - _BEFORE
        actor, name = self._cast.actor(second, now), str(shadow.public_id)
        if next(self._ways) == "declined":
            reason = self._said["declined"]
            services.decline_shadow(shadow=name, reason=reason, actor=actor, now=now)
        else:
            answers = self._answers(shadow)
            services.seal_shadow(shadow=name, answers=answers, actor=actor, now=now)

    def _answers(self, shadow: ShadowVisit) -> Mapping[str, str]:
        """What two see alike for the most part."""
        draw = self._chance.of("alone", shadow.public_id)
        return {
            row.item.code: self._answer(RowsSay(row.rows_say), row.answer, draw)
            for row in shadow_items(shadow)
        }

    def _answer(self, says: RowsSay, first: str, draw: Random) -> str:
        others = [one.value for one in answers_to(says) if one != first]
        return draw.choice(others) if draw.random() < self._said["differs"] else first


def _shadow_of(visit: Visit) -> ShadowVisit | None:
    return ShadowVisit.objects.filter(visit=visit).first()
