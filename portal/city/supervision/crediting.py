"""诚信档案: what houses object to, what is decided about it, and who was honored."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from common.intervals import day_in_shanghai
from credit import services
from credit.types import EntryKind, Fact
from facilities.models import Facility
from inspections.selectors.credit import facts_of
from portal.city.people import SUPERVISION_LEAD
from portal.city.supervision.diary import at, workday
from portal.city.supervision.story import Story

Said = Mapping[str, Any]
_OBJECTED, _DECIDED, _HONORED = "16:45", "10:05", "13:40"


class Crediting(Story):
    """Notes down objections to entries, and honors."""

    def note(self, objections: list[Said], honors: list[Said]) -> None:
        """Note down each on its day."""
        for said in objections:
            self._note(said["back"], _OBJECTED, partial(self._object, said))
        for said in honors:
            self._note(said["back"], _HONORED, partial(self._honor, said))

    def _object(self, said: Said, now: datetime) -> None:
        house, day = self._houses[said["house"]], day_in_shanghai(now)
        actor = self._cast.actor(said.get("by") or self._cast.lead_of(house), now)
        kind = EntryKind(said["kind"])
        fact = next((one for one in facts_of(house, actor, today=day) if one.kind is kind), None)
        if fact is None:
            return  # the rows of this seed show nothing of the kind
        row = services.object_to_entry(
            facility=str(house.public_id), fact=fact, text=said["text"], actor=actor, now=now
        )
        if decided := said.get("decided"):
            moment = at(workday(day, decided["after"]), _DECIDED)
            decide = partial(self._decide, house, str(row.public_id), fact, decided)
            self._diary.note(moment, decide)

    def _decide(
        self, house: Facility, objection: str, fact: Fact, said: Said, now: datetime
    ) -> None:
        services.decide_objection(
            facility=str(house.public_id),
            objection=objection,
            fact=fact,
            is_upheld=said["upheld"],
            reason=said["reason"],
            actor=self._cast.actor(SUPERVISION_LEAD, now),
            now=now,
        )

    def _honor(self, said: Said, now: datetime) -> None:
        services.record_honor(
            facility=str(self._houses[said["house"]].public_id),
            title=said["title"],
            given_by=said["given_by"],
            given_on=workday(day_in_shanghai(now), -said["given"]),
            actor=self._cast.actor(SUPERVISION_LEAD, now),
            now=now,
        )
