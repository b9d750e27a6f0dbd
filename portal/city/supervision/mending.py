"""What becomes of what was found: the steps of 整改 orders, by the hands of house and officers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from accounts.models import User
from accounts.types import Actor
from common.intervals import day_in_shanghai
from common.refusals import Refused
from facilities.models import Facility
from families.types import CleanFile
from inspections.models import RectificationOrder, Visit
from inspections.services import orders
from portal.city.chance import Chance
from portal.city.people import SUPERVISION_LEAD
from portal.city.supervision.cast import Cast, Who
from portal.city.supervision.diary import Diary, at, workday
from portal.city.supervision.pictures import evidence

Said = Mapping[str, Any]

# When in the day something usually happens, so that a day's steps follow each other.
_CLOCKS = {
    "ask_extension": "09:30",
    "plan": "10:00",
    "fail": "10:20",
    "pass": "10:30",
    "claim": "11:00",
    "put_up_sign": "11:30",
    "send_back": "13:30",
    "ask_recheck": "14:00",
    "schedule": "14:30",
    "withdraw": "15:00",
    "suspend": "15:20",
    "close": "15:30",
    "extend": "16:00",
    "judge": "07:30",
}
_BY_THE_LEAD = frozenset({"suspend", "extend", "withdraw", "close"})
_BY_THE_HOUSE = frozenset({"plan", "claim", "ask_extension"})


@dataclass(frozen=True, slots=True)
class _Step:
    """A step of the story, and where it is taken."""

    visit: Visit
    item: str
    said: Said
    finder: Who | User

    @property
    def does(self) -> str:
        return str(self.said["do"])


class Mending:
    """Notes down what follows from findings."""

    def __init__(self, diary: Diary, cast: Cast, chance: Chance) -> None:
        self._diary = diary
        self._cast = cast
        self._chance = chance
        self._verbs: dict[str, Callable[[_Step, str, Actor, datetime], object]] = {
            "plan": self._plan,
            "claim": self._claim,
            "schedule": self._schedule,
            "extend": self._extend,
            "pass": self._recheck,
            "fail": self._recheck,
            "ask_extension": self._with_reason(orders.ask_extension),
            "send_back": self._with_reason(orders.send_back),
            "suspend": self._with_reason(orders.suspend_by_order),
            "withdraw": self._with_reason(orders.withdraw_order),
            "ask_recheck": self._plainly(orders.ask_recheck),
            "close": self._plainly(orders.close_order),
        }

    def follow(self, visit: Visit, found: Said, finder: Who | User, now: datetime) -> None:
        """Issue the orders of a signed visit, and note down the steps of one finding."""
        orders.issue_orders(now=now)
        day = day_in_shanghai(now)
        for said in found.get("steps", ()):
            moment = at(workday(day, said.get("after", 0)), said.get("time", _CLOCKS[said["do"]]))
            step = _Step(visit, found["item"], said, finder)
            self._diary.note(moment, partial(self._take, step))

    def _take(self, step: _Step, now: datetime) -> None:
        if step.does == "put_up_sign":
            Facility.objects.filter(pk=step.visit.facility_id).update(has_sign=True)
            return
        if step.does == "judge":
            orders.judge_orders(now=now)
            return
        order = RectificationOrder.objects.filter(finding__visit=step.visit, code=step.item).first()
        if order is None:
            return  # an older order of the same item was open, and covers it
        actor = self._cast.actor(self._hand(step), now)
        try:
            self._verbs[step.does](step, str(order.public_id), actor, now)
        except Refused:
            # As in life: where the rows of this seed still say otherwise, it waits.
            return

    def _hand(self, step: _Step) -> Any:
        if "by" in step.said:
            return step.said["by"]
        if step.does in _BY_THE_LEAD:
            return SUPERVISION_LEAD
        if step.does in _BY_THE_HOUSE:
            return step.said.get("hand") or self._cast.lead_of(step.visit.facility)
        return step.finder

    def _plan(self, step: _Step, order: str, actor: Actor, now: datetime) -> None:
        orders.plan_rectification(
            order=order,
            plan=step.said["words"],
            promised_on=self._on(step, step.said["promised"]),
            actor=actor,
            now=now,
        )

    def _claim(self, step: _Step, order: str, actor: Actor, now: datetime) -> None:
        orders.claim_done(
            order=order, words=step.said["words"], files=self._files(step), actor=actor, now=now
        )

    def _schedule(self, step: _Step, order: str, actor: Actor, now: datetime) -> None:
        orders.schedule_recheck(
            order=order,
            on=workday(day_in_shanghai(now), step.said["in"]),
            inspectors=self._cast.entries(step.said["who"]),
            actor=actor,
            now=now,
        )

    def _extend(self, step: _Step, order: str, actor: Actor, now: datetime) -> None:
        orders.extend_order(
            order=order,
            until=workday(day_in_shanghai(now), step.said["in"]),
            reason=step.said["words"],
            actor=actor,
            now=now,
        )

    def _recheck(self, step: _Step, order: str, actor: Actor, now: datetime) -> None:
        orders.record_recheck(
            order=order,
            passed=step.does == "pass",
            note=step.said["words"],
            actor=actor,
            now=now,
        )

    @staticmethod
    def _with_reason(
        verb: Callable[..., object],
    ) -> Callable[[_Step, str, Actor, datetime], object]:
        return lambda step, order, actor, now: verb(
            order=order, reason=step.said["words"], actor=actor, now=now
        )

    @staticmethod
    def _plainly(verb: Callable[..., object]) -> Callable[[_Step, str, Actor, datetime], object]:
        return lambda _step, order, actor, now: verb(order=order, actor=actor, now=now)

    def _on(self, step: _Step, after: int) -> date:
        """A day counted from that of the visit."""
        return workday(step.visit.done_on or step.visit.planned_on, after)

    def _files(self, step: _Step) -> list[CleanFile]:
        draw = self._chance.of("evidence", step.visit.public_id, step.item, step.said.get("after"))
        return [evidence(draw) for _ in range(step.said.get("photos", 0))]
