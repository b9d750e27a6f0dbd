"""The words of 整改: how far an order is, and what may happen to it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from inspections.types import Severity


class OrderState(StrEnum):
    """How far an order is. Lateness is no state: it follows from the day."""

    ISSUED = "issued"  # 待整改: the house has to say how and until when
    PLANNED = "planned"  # 整改中
    CLAIMED = "claimed"  # 报完成: the house says it is mended
    RECHECK_DUE = "recheck_due"  # 待再检查
    PASSED = "passed"  # 再检查合格，待办结
    CLOSED = "closed"  # 已办结
    WITHDRAWN = "withdrawn"  # 已撤销

    @property
    def is_over(self) -> bool:
        return self in {OrderState.CLOSED, OrderState.WITHDRAWN}

    @property
    def waits_for_house(self) -> bool:
        return self in {OrderState.ISSUED, OrderState.PLANNED}


OVER = tuple(state.value for state in OrderState if state.is_over)


class OrderEvent(StrEnum):
    """What may happen to an order. Each time is a row that stays."""

    ISSUE = "issue"  # 发出
    PLAN = "plan"  # the house's plan, with a promised day
    CLAIM = "claim"  # the house says it is done, with evidence
    SEND_BACK = "send_back"  # the evidence does not show it
    ASK_RECHECK = "ask_recheck"  # an officer takes the evidence: somebody must go and look
    TURN_GREEN = "turn_green"  # the rows meet the rule: the worker asks for 再检查
    TURN_RED = "turn_red"  # and now they do not any more
    SCHEDULE = "schedule"  # who goes, and when
    PASS = "pass"  # noqa: S105  再检查合格
    FAIL = "fail"  # 再检查不合格
    CLOSE = "close"  # 办结
    ASK_EXTENSION = "ask_extension"
    EXTEND = "extend"  # 延期
    SUSPEND = "suspend"  # 责令暂停服务
    WITHDRAW = "withdraw"  # 撤销: an appeal was upheld


class Hand(StrEnum):
    """By whose hand something happens to an order."""

    WORKER = "worker"
    HOUSE = "house"  # OPERATOR or PERSON_IN_CHARGE of the house
    OFFICER = "officer"  # INSPECTOR; whoever checks for the order's own department
    LEAD = "lead"  # SUPERVISION_LEAD
    NOBODY = "nobody"  # parents, auditors, other districts


class Level(StrEnum):
    """How far up an overdue order has been told."""

    HOUSE = "house"
    SUBDISTRICT = "subdistrict"
    LEAD = "lead"


LEVELS = (Level.HOUSE, Level.SUBDISTRICT, Level.LEAD)


class OrderObstacle(StrEnum):
    """Why something does not happen to an order. The sentences: inspections.order_messages."""

    NOT_NOW = "not_now"
    NO_PASSED_RECHECK = "no_passed_recheck"
    SECOND_PERSON = "second_person"
    LEAD_CLOSES = "lead_closes"
    NOT_GOING = "not_going"
    KEEP_AWAY = "keep_away"
    EXTENDED_ALREADY = "extended_already"
    TOO_LONG = "too_long"
    NOT_SEVERE = "not_severe"
    SUSPENDED_ALREADY = "suspended_already"
    NOT_SCHEDULED = "not_scheduled"
    TOO_EARLY = "too_early"
    ROWS_ARE_RED = "rows_are_red"


@dataclass(frozen=True, slots=True)
class PastStep:
    """A thing that happened, as rules look at it."""

    event: OrderEvent
    actor: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order as rules look at it."""

    state: OrderState
    severity: Severity
    found_by: frozenset[int] = frozenset()  # who signed what it rests on
    steps: tuple[PastStep, ...] = field(default=())
    found_at: datetime | None = None  # when what it rests on was signed

    def count(self, event: OrderEvent) -> int:
        return sum(step.event is event for step in self.steps)

    @property
    def suspends(self) -> bool:
        return not self.state.is_over and self.count(OrderEvent.SUSPEND) > 0

    @property
    def asks_for_time(self) -> bool:
        """Whether the house asked for an extension, and nobody gave one since."""
        asked = {OrderEvent.ASK_EXTENSION, OrderEvent.EXTEND}
        events = [step.event for step in self.steps if step.event in asked]
        return bool(events) and events[-1] is OrderEvent.ASK_EXTENSION

    @property
    def passed_by(self) -> int | None:
        """Who signed the last 再检查 that was passed."""
        signed = [step.actor for step in self.steps if step.event is OrderEvent.PASS]
        return signed[-1] if signed else None


@dataclass(frozen=True, slots=True)
class Effectiveness:
    """有效结案率 of the orders that were due within some days, with its arithmetic."""

    since: date
    through: date
    due: int
    effective: int  # closed by 再检查 in time, and not found again
    late: int  # closed by 再检查 after the day
    recurred: int  # closed in time, and the same item found again
    open: int

    @property
    def percent(self) -> int | None:
        return None if not self.due else self.effective * 100 // self.due

    @property
    def arithmetic(self) -> str:
        if not self.due:
            return "这段时间没有到期的整改单"
        return f"{self.effective} ÷ {self.due} = {self.percent}%"
