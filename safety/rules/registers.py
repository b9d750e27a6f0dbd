"""When a check is due, and how an item stands. Pure."""

from datetime import date, timedelta

from common.intervals import age_in_months, months_later
from regulations.keys import LimitKey
from regulations.rules import judge
from regulations.types import Limit, Verdict
from safety.types import CheckResult, ItemState, RegisterKind

INTERVALS = {
    RegisterKind.VIDEO: LimitKey.REGISTER_VIDEO_TEST_DAYS,
    RegisterKind.ALARM: LimitKey.REGISTER_ALARM_TEST_DAYS,
    RegisterKind.EQUIPMENT: LimitKey.REGISTER_EQUIPMENT_CHECK_DAYS,
    RegisterKind.TOY: LimitKey.REGISTER_TOY_CHECK_DAYS,
    RegisterKind.WATER: LimitKey.REGISTER_WATER_TEST_DAYS,
    RegisterKind.WASHING: LimitKey.REGISTER_WASHING_CHECK_DAYS,
    RegisterKind.FIRE: LimitKey.REGISTER_FIRE_CHECK_DAYS,
    RegisterKind.PLAN: LimitKey.REGISTER_PLAN_REVIEW_MONTHS,
    RegisterKind.DRILL: LimitKey.REGISTER_DRILL_MONTHS,
}
_IN_MONTHS = frozenset({LimitKey.REGISTER_PLAN_REVIEW_MONTHS, LimitKey.REGISTER_DRILL_MONTHS})


def next_due(done_on: date, interval: Limit | None) -> date | None:
    """The last day on which the next check is in time; None where nothing is ruled."""
    if interval is None or interval.value is None:
        return None
    if interval.key in _IN_MONTHS:
        return months_later(done_on, interval.number)
    return done_on + timedelta(days=interval.number)


def elapsed(done_on: date, today: date, interval: Limit | None) -> int:
    """How many days, or begun months, the last check lies back, as the interval counts."""
    if interval is None or interval.key not in _IN_MONTHS:
        return (today - done_on).days
    whole = age_in_months(done_on, today)
    return whole if months_later(done_on, whole) == today else whole + 1


def check_is_timely(
    last_on: date | None, interval: Limit | None, *, kind: RegisterKind, today: date
) -> Verdict:
    """Whether the last check of an item lies no further back than the interval allows."""
    if last_on is None:
        return judge(interval, None, rule=INTERVALS[kind], on=today)
    past = elapsed(last_on, today, interval)
    unit = interval.unit if interval else ""
    sum_ = f"{last_on:%Y-%m-%d} → {today:%Y-%m-%d} = {past} {unit}".strip()
    return judge(interval, past, rule=INTERVALS[kind], on=today, arithmetic=sum_)


def state_of(
    *,
    last_on: date | None,
    last_result: CheckResult | None,
    due_on: date | None,
    remind_days: int,
    today: date,
) -> ItemState:
    """How an item stands: what failed comes before what is late."""
    if last_result is CheckResult.FAILED:
        return ItemState.FAILED
    if last_on is None:
        return ItemState.NEVER
    if due_on is None:
        return ItemState.NO_RULE
    if due_on < today:
        return ItemState.OVERDUE
    # A weekly check is not always just about due: at most a quarter of the interval ahead.
    ahead = min(remind_days, (due_on - last_on).days // 4)
    return ItemState.DUE_SOON if due_on <= today + timedelta(days=ahead) else ItemState.OK
