"""The words for facts that clash."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from common.intervals import SHANGHAI, Interval
from regulations.keys import LimitKey
from regulations.types import Verdict
from staff.messages import ROLES, day_words
from staff.solver.facts import bars
from staff.solver.grid import Cell, Grid, day_of
from staff.solver.types import (
    Bar,
    ElsewhereThen,
    Fact,
    Kept,
    LongestDay,
    LongestWeek,
    Needed,
    NotAllowed,
    NotCounted,
    OnDuty,
    OnLeave,
    RestDue,
    Unavailable,
)
from staff.types import PaperFacts

_WEEKDAYS = "一二三四五六日"
_SHORT = {
    LimitKey.COUNTED_ROLE_REQUIRED: "不在保育岗位",
    LimitKey.STAFF_QUALIFICATION_REQUIRED: "没有有效的资格证书",
    LimitKey.STAFF_HEALTH_CERTIFICATE_REQUIRED: "没有有效的健康证",
    LimitKey.STAFF_RECORD_CHECKS_REQUIRED: "违法犯罪记录查询不齐",
    LimitKey.RECORD_CHECK_VALID_MONTHS: "违法犯罪记录查询已过期",
    LimitKey.STAFF_BAN: "有禁止从业的记录",
}


def sentence_for(grid: Grid, facts: Sequence[Fact]) -> str:
    """All of a clash in one sentence: what is asked, who is left, what is in the way."""
    asked = [one for one in facts if isinstance(one, Needed | OnDuty | Kept)]
    others = [one for one in facts if one not in asked]
    sentence = "；".join(reasons_for(grid, asked))
    days = {_day(one) for one in asked}
    on = next(iter(days)) if len(days) == 1 else None
    reasons = "，".join(said(grid, one, on=on) for one in others)
    demands = [one for one in asked if isinstance(one, Needed | OnDuty)]
    if demands:
        left = _who_is_left(grid, demands, others)
        return f"{sentence}；{left}（{reasons}）。" if reasons else f"{sentence}；{left}。"
    return f"{sentence}；但{reasons}。" if reasons else f"{sentence}，互相冲突。"


def reasons_for(grid: Grid, facts: Sequence[Fact]) -> tuple[str, ...]:
    """Fact by fact, each by itself a whole sentence's worth."""
    return tuple(said(grid, fact) for fact in facts)


def said(grid: Grid, fact: Fact, *, on: date | None = None) -> str:
    """One fact in words; the weekday is left out for a day that is already spoken of."""
    match fact:
        case Needed(hour, people):
            return f"{_hour(hour.during)} {hour.care_group}需要{people}名计入人员"
        case OnDuty(day, role, people):
            return f"{_weekday(day)}需要{people}名{ROLES[role]}当班"
        case Kept(shift):
            return f"{_name(grid, shift.person_id)}{_hour(shift.during)}的班保留不动"
        case _:
            return f"{_name(grid, fact.person_id)}{_hindrance(grid, fact, on)}"


def _hindrance(grid: Grid, fact: Bar | LongestDay | LongestWeek | RestDue, on: date | None) -> str:
    match fact:
        case OnLeave(_, during):
            return f"{_leave(during, on)}请假"
        case NotCounted(person_id, day):
            return _papers(grid, person_id, day, on)
        case NotAllowed(person_id, day):
            return _weekday(day, on) + _shortly(grid.problem.limits.not_allowed[person_id, day])
        case Unavailable(person_id, day):
            return f"{_weekday(day, on)}{_times(grid, person_id, day)}"
        case ElsewhereThen(_, shift):
            return f"{_hour(shift.during, on)}在别的宝宝屋上班"
        case LongestDay(_, day, most):
            return f"{_weekday(day, on)}最多工作{_hours(most)}{_already(grid, fact)}"
        case LongestWeek(_, most):
            return f"一周最多工作{_hours(most)}{_already(grid, fact)}"
        case RestDue(_, day):
            rule = grid.problem.rests
            return f"{_weekday(day, on)}连续工作不超过{rule.after_minutes if rule else 0}分钟"


def _day(fact: Needed | OnDuty | Kept) -> date:
    match fact:
        case Needed(hour, _):
            return day_of(hour.during)
        case OnDuty(day, _, _):
            return day
        case Kept(shift):
            return day_of(shift.during)


def _who_is_left(grid: Grid, demands: list[Needed | OnDuty], others: list[Fact]) -> str:
    left = {
        cell.person_id
        for demand in demands
        for cell in _pieces(grid, demand)
        if not any(bars(grid, fact, cell) for fact in others)
    }
    names = [_name(grid, one) for one in sorted(left)]
    return f"可排的只有{'、'.join(names)}" if names else "没有可排的人"


def _pieces(grid: Grid, demand: Needed | OnDuty) -> list[Cell]:
    if isinstance(demand, Needed):
        return grid.cells_in(demand.hour.session_id)
    people = grid.engaged(demand.role, demand.day)
    return [cell for one in people for cell in grid.cells_on(one, demand.day)]


def _name(grid: Grid, person_id: int) -> str:
    return grid.week.people[person_id].name


def _weekday(day: date, on: date | None = None) -> str:
    return "" if day == on else f"周{_WEEKDAYS[day.weekday()]}"


def _hour(interval: Interval, on: date | None = None) -> str:
    """A stretch of the week as people say it, e.g. 周三 10:00–11:00."""
    return f"{_weekday(day_of(interval), on)} {_clock(interval)}".strip()


def _clock(interval: Interval) -> str:
    starts, ends = (one.astimezone(SHANGHAI) for one in (interval.starts_at, interval.ends_at))
    end = "24:00" if ends.time() == time() else f"{ends:%H:%M}"
    return f"{starts:%H:%M}–{end}"


def _leave(leave: Interval, on: date | None) -> str:
    """The day when it is one, its hours when it is a part of one, or from when to when."""
    starts, ends = (one.astimezone(SHANGHAI) for one in (leave.starts_at, leave.ends_at))
    last = (ends - timedelta(microseconds=1)).date()
    if starts.date() != last:
        return f"{day_words(starts.date())}至{day_words(last)}"
    is_whole = starts.time() == time() and ends.time() == time()
    return _weekday(last, on) if is_whole else _hour(leave, on)


def _times(grid: Grid, person_id: int, day: date) -> str:
    times = grid.problem.availability[person_id, day]
    spans = [
        (one.starts_at.astimezone(SHANGHAI), one.ends_at.astimezone(SHANGHAI)) for one in times
    ]
    words = "、".join(f"{starts:%H:%M}–{ends:%H:%M}" for starts, ends in spans)
    return f"只能排{words}" if words else "不能来"


def _hours(count: int) -> str:
    return f"{count / 60:g}小时"


def _already(grid: Grid, fact: LongestDay | LongestWeek) -> str:
    """What other houses have of somebody's hours."""
    elsewhere = sum(
        shift.minutes
        for shift in grid.at_work_elsewhere(fact.person_id)
        if isinstance(fact, LongestWeek) or day_of(shift.during) == fact.day
    )
    return f"（别的宝宝屋已排{_hours(elsewhere)}）" if elsewhere else ""


def _papers(grid: Grid, person_id: int, day: date, on: date | None) -> str:
    person = grid.week.people[person_id]
    verdicts = grid.problem.limits.not_counting[person_id, day]
    health = [one for one in verdicts if one.rule == LimitKey.STAFF_HEALTH_CERTIFICATE_REQUIRED]
    lapsed = _last_day(person.health_certificates, day)
    if health and lapsed and len(verdicts) == 1:
        return f"的健康证{_when(lapsed, day)}到期"
    return f"{_weekday(day, on)}{_shortly(verdicts)}"


def _last_day(papers: tuple[PaperFacts, ...], day: date) -> date | None:
    """The last day of a paper that is no longer good."""
    ended = [one.valid_through for one in papers if one.valid_through and one.valid_through < day]
    return max(ended, default=None)


def _when(day: date, near: date) -> str:
    """周二 within the same week, 11月3日周二 before it."""
    is_same_week = day.isocalendar()[:2] == near.isocalendar()[:2]
    return _weekday(day) if is_same_week else day_words(day)


def _shortly(verdicts: tuple[Verdict, ...]) -> str:
    return "、".join(_SHORT[LimitKey(one.rule)] for one in verdicts)
