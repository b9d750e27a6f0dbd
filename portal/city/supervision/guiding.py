"""保教活动方案 that the district issues, and answers of its own in 百问百答."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from common.intervals import day_in_shanghai
from facilities.models import Facility
from guide import services
from guide.plan_types import NewPlan
from guide.types import AnswerText, Audience
from portal.city.families import JINSHAN
from portal.city.supervision.diary import at, workday
from portal.city.supervision.story import Story

Said = Mapping[str, Any]
_ISSUED, _READ = "09:15", "12:35"
_DRAFTED, _ENDED = "11:10", "14:50"


class Guiding(Story):
    """Notes down what is issued and written."""

    def note(self, plans: list[Said], answers: list[Said]) -> None:
        """Note down the plans with who reads them, and the drafts with how they end."""
        for said in plans:
            self._note(said["back"], _ISSUED, partial(self._issue, said))
        for said in answers:
            self._note(said["back"], _DRAFTED, partial(self._draft, said))

    def _issue(self, said: Said, now: datetime) -> None:
        day = day_in_shanghai(now)
        first, last = said["months"]
        row = services.issue_plan(
            district=JINSHAN,
            plan=NewPlan(said["title"], first, last, said["text"], workday(day, said["begins"])),
            file=None,
            actor=self._cast.actor(said["by"], now),
            now=now,
        )
        for house, after in said["read"].items():
            moment = at(workday(day, after), _READ)
            self._diary.note(moment, partial(self._read, str(row.public_id), self._houses[house]))

    def _read(self, plan: str, house: Facility, now: datetime) -> None:
        services.acknowledge_plan(
            plan=plan,
            facility=str(house.public_id),
            actor=self._cast.actor(self._cast.lead_of(house), now),
            now=now,
        )

    def _draft(self, said: Said, now: datetime) -> None:
        day = day_in_shanghai(now)
        draft = services.draft_answer(
            actor=self._cast.actor(said["by"], now),
            now=now,
            jurisdiction=JINSHAN,
            text=AnswerText(
                said["title"], said["keywords"], said["body"], tuple(said["clauses"]),
                valid_from=day,
            ),
            audience=Audience(said["audience"]),
            code=said.get("code", ""),
            note=said["note"],
        )  # fmt: skip
        for name, verb in (("publish", services.publish_draft), ("drop", services.drop_draft)):
            if name in said:
                end = partial(self._end, verb, str(draft.public_id), said[name]["by"])
                self._diary.note(at(workday(day, said[name]["after"]), _ENDED), end)

    def _end(self, verb: Callable[..., object], draft: str, by: int, now: datetime) -> None:
        verb(draft=draft, actor=self._cast.actor(by, now), now=now)
