"""风险预警: which signals a house gives, and to which level they add up. Pure.

A signal that reaches its threshold becomes a count; the points are those of the draw's own score
(`rules.risk`), so that a house is warned of what it is drawn for.
"""

from collections.abc import Collection, Mapping
from datetime import date

from inspections.rules.risk import score
from inspections.types import RiskReason
from inspections.warning_types import Counted, Judged, Level, Seen, Signal, WarningTerms


def judge(
    seen: Seen, terms: WarningTerms, *, today: date, without: Collection[RiskReason] = ()
) -> Judged:
    """The signals of a house with their points, the heaviest first, and its level."""
    measured = {
        reason: found
        for reason, found in _measured(seen, terms, today).items()
        if reason not in without
    }
    found = score({reason: count for reason, (_n, count) in measured.items()}, terms.points)
    signals = [Signal(one.reason, measured[one.reason][0], one.points) for one in found]
    points = sum(one.points for one in signals)
    return Judged(
        signals=tuple(sorted(signals, key=lambda one: -one.points)),
        points=points,
        level=level_of(points, terms),
    )


def level_of(points: int, terms: WarningTerms) -> Level:
    if points >= terms.high:
        return Level.HIGH
    return Level.ATTENTION if points >= terms.attention else Level.NONE


def _measured(seen: Seen, terms: WarningTerms, today: date) -> Mapping[RiskReason, tuple[int, int]]:
    """By reason: what is said of it, and how often it counts."""
    left = (seen.insured_through - today).days if seen.insured_through else None
    is_ending = left is not None and left <= terms.insurance_days
    behind = visits_behind(seen, today)
    return {
        RiskReason.OPEN_BREACHES: _each(seen.open_breaches),
        RiskReason.PAST_BREACHES: _each(seen.past_breaches),
        RiskReason.UNINSURED: _each(int(left is None)),
        RiskReason.MONTHS_UNVISITED: _each(seen.months_unvisited),
        RiskReason.SHORTAGE: _per(seen.shortage_minutes, terms.shortage_minutes),
        RiskReason.UNANSWERED: _each(seen.unanswered),
        RiskReason.PAPERS_ENDING: _each(seen.papers),
        RiskReason.INSURANCE_ENDING: (left or 0, int(is_ending)),
        RiskReason.REGISTERS_OVERDUE: _each(seen.registers),
        RiskReason.ORDERS_OVERDUE: _each(seen.orders),
        RiskReason.SEVERE_ORDERS: _each(seen.severe_orders),
        RiskReason.CASES_RISING: _rising(seen.cases, terms.cases),
        RiskReason.INCIDENTS_RISING: _rising(seen.incidents, terms.cases),
        RiskReason.CORRECTIONS: _per(seen.corrections, terms.corrections),
        RiskReason.VISITS_BEHIND: _each(behind),
    }


def _each(count: int) -> tuple[int, int]:
    return count, count


def _per(measured: int, every: int) -> tuple[int, int]:
    """Each full threshold counts once."""
    return measured, measured // every


def _rising(counted: Counted, at_least: int) -> tuple[int, int]:
    """What came on top of as many days before; a few are never many."""
    more = counted.now - counted.before
    return counted.now, max(more, 0) if counted.now >= at_least else 0


def visits_behind(seen: Seen, today: date) -> int:
    """How many visits of the year should have been made by now, and were not.

    The year's visits are spread evenly over it; a part of a visit is not owed yet.
    """
    first = date(today.year, 1, 1)
    days = (date(today.year + 1, 1, 1) - first).days
    passed = (today - first).days + 1
    return max((seen.visits_required or 0) * passed // days - seen.visits_done, 0)


def rises(level: Level, before: Level) -> bool:
    """Whether somebody must be told."""
    return level.rank > before.rank
