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
    reasons = "，".join(reasons_for(grid, others))
    demands = [one for one in asked if isinstance(one, Needed | OnDuty)]
    if demands:
        left = _who_is_left(grid, demands, others)
        return f"{sentence}；{left}（{reasons}）。" if reasons else f"{sentence}；{left}。"
    return f"{sentence}；但{reasons}。" if reasons else f"{sentence}，互相冲突。"


def reasons_for(grid: Grid, facts: Sequence[Fact]) -> tuple[str, ...]:
    """Fact by fact, each by itself a whole sentence's worth."""
    return tuple(said(grid, fact) for fact in facts)


def said(grid: Grid, fact: Fact) -> str:
    """One fact in words."""
    match fact:
        case Needed(hour, people):
            return f"{hour_words(hour.during)} {hour.care_group}需要{people}名计入人员"
        case OnDuty(day, role, people):
            return f"{_weekday(day)}需要{people}名{ROLES[role]}当班"
        case Kept(shift):
            name = grid.week.people[shift.person_id].name
            return f"{name}{hour_words(shift.during)}的班保留不动"
        case OnLeave(person_id, during):
            return f"{_name(grid, person_id)}{_leave_words(during)}请假"
        case NotCounted(person_id, day):
            return f"{_name(grid, person_id)}{_papers(grid, person_id, day)}"
        case NotAllowed(person_id, day):
            verdicts = grid.problem.limits.not_allowed[person_id, day]
            return f"{_name(grid, person_id)}{_weekday(day)}{_shortly(verdicts)}"
        case Unavailable(person_id, day):
            return f"{_name(grid, person_id)}{_weekday(day)}{_times(grid, person_id, day)}"
        case ElsewhereThen(person_id, shift):
            return f"{_name(grid, person_id)}{hour_words(shift.during)}在别的宝宝屋上班"
        case LongestDay(person_id, day, most):
            return f"{_name(grid, person_id)}{_weekday(day)}最多工作{most / 60:g}小时"
        case LongestWeek(person_id, most):
            return f"{_name(grid, person_id)}一周最多工作{most / 60:g}小时"
        case RestDue(person_id, day):
            rule = grid.problem.rests
            after = rule.after_minutes if rule else 0
            return f"{_name(grid, person_id)}{_weekday(day)}连续工作不超过{after}分钟"


def hour_words(interval: Interval) -> str:
    """A stretch of the week as people say it, e.g. 周三 10:00–11:00."""
    return f"{_weekday(day_of(interval))} {_clock(interval)}"


def _clock(interval: Interval) -> str:
    starts, ends = (one.astimezone(SHANGHAI) for one in (interval.starts_at, interval.ends_at))
    return f"{starts:%H:%M}–{ends:%H:%M}"


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
        return grid.by_session[demand.hour.session_id]
    people = grid.engaged(demand.role, demand.day)
    return [cell for one in people for cell in grid.by_person_day[one, demand.day]]


def _name(grid: Grid, person_id: int) -> str:
    return grid.week.people[person_id].name


def _weekday(day: date) -> str:
    return f"周{_WEEKDAYS[day.weekday()]}"


def _leave_words(leave: Interval) -> str:
    """The day when it is one, its hours when it is a part of one, or from when to when."""
    starts, ends = (one.astimezone(SHANGHAI) for one in (leave.starts_at, leave.ends_at))
    last = (ends - timedelta(microseconds=1)).date()
    if starts.date() != last:
        return f"{day_words(starts.date())}至{day_words(last)}"
    is_whole = starts.time() == time() and ends.time() == time()
    return _weekday(last) if is_whole else hour_words(leave)


def _times(grid: Grid, person_id: int, day: date) -> str:
    times = grid.problem.availability[person_id, day]
    spans = [
        (one.starts_at.astimezone(SHANGHAI), one.ends_at.astimezone(SHANGHAI)) for one in times
    ]
    words = "、".join(f"{starts:%H:%M}–{ends:%H:%M}" for starts, ends in spans)
    return f"只能排{words}" if words else "不能来"


def _papers(grid: Grid, person_id: int, day: date) -> str:
    person = grid.week.people[person_id]
    verdicts = grid.problem.limits.not_counting[person_id, day]
    health = [one for one in verdicts if one.rule == LimitKey.STAFF_HEALTH_CERTIFICATE_REQUIRED]
    lapsed = _last_day(person.health_certificates, day)
    if health and lapsed and len(verdicts) == 1:
        return f"的健康证{_when(lapsed, day)}到期"
    return f"{_weekday(day)}{_shortly(verdicts)}"


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
