"""What hours add up to: live bookings, chains without a pause, days that become full-day care.

不提供全日照护 (金教〔2023〕29号 三) is about the child's day: hours of all houses count together.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import pairwise

from bookings.messages import Remedy, remedy
from bookings.rules.lookup import limit_for
from bookings.types import Commitments
from common.intervals import Interval, day_in_shanghai
from facilities.types import SessionFacts
from regulations.keys import LimitKey
from regulations.rules import LawBook, judge
from regulations.types import Verdict


def pattern_verdicts(
    sessions: Sequence[SessionFacts], commitments: Commitments, law: LawBook, now: datetime
) -> list[Verdict]:
    """Judge the request together with what the child has booked already."""
    return [
        *_overlaps_within(sessions, law),
        judge(
            limit_for(LimitKey.LIVE_BOOKINGS_PER_CHILD_MAX, sessions[0], law, now),
            commitments.live_bookings + 1,
            rule=LimitKey.LIVE_BOOKINGS_PER_CHILD_MAX,
            arithmetic=f"已有 {commitments.live_bookings} 个未完成的预约",
            remedy=remedy(Remedy.TOO_MANY_LIVE),
        ),
        *_daily(sessions, commitments, law),
    ]


def _overlaps_within(sessions: Sequence[SessionFacts], law: LawBook) -> list[Verdict]:
    """Hours of one request that lie on top of each other (the sessions come in order)."""
    return [
        judge(
            limit_for(LimitKey.ONE_PLACE_AT_A_TIME, later, law),
            2,
            rule=LimitKey.ONE_PLACE_AT_A_TIME,
            remedy=remedy(Remedy.SAME_TIME),
            subject=later.public_id,
        )
        for earlier, later in pairwise(sessions)
        if earlier.interval.overlaps(later.interval)
    ]


def _daily(
    sessions: Sequence[SessionFacts], commitments: Commitments, law: LawBook
) -> list[Verdict]:
    booked = _by_day(commitments.hours)
    wanted: dict[date, list[SessionFacts]] = defaultdict(list)
    for session in sessions:
        wanted[day_in_shanghai(session.starts_at)].append(session)
    return [
        verdict
        for day, of_day in wanted.items()
        for verdict in _of_one_day(day, of_day, booked[day], law)
    ]


def _by_day(hours: Iterable[Interval]) -> dict[date, list[Interval]]:
    days: dict[date, list[Interval]] = defaultdict(list)
    for hour in hours:
        days[day_in_shanghai(hour.starts_at)].append(hour)
    return days


def _of_one_day(
    day: date, sessions: list[SessionFacts], booked: list[Interval], law: LawBook
) -> list[Verdict]:
    every = sorted([*booked, *(session.interval for session in sessions)])
    first = sessions[0]
    per_day = limit_for(LimitKey.SESSIONS_PER_DAY_MAX, first, law)
    in_a_row = limit_for(LimitKey.CONSECUTIVE_SESSIONS_MAX, first, law)
    chain = longest_chain(every)
    return [
        judge(
            per_day,
            len(every),
            rule=LimitKey.SESSIONS_PER_DAY_MAX,
            arithmetic=f"{day:%m月%d日} 已约 {len(booked)} 次，再约 {len(sessions)} 次",
            remedy=remedy(Remedy.FULL_DAY, most=per_day.number if per_day else 0),
        ),
        judge(
            in_a_row,
            chain,
            rule=LimitKey.CONSECUTIVE_SESSIONS_MAX,
            arithmetic=f"连续 {chain} 次",
            remedy=remedy(Remedy.TOO_LONG_A_CHAIN, most=in_a_row.number if in_a_row else 0),
        ),
    ]


def longest_chain(hours: Sequence[Interval]) -> int:
    """The most hours that follow one another without a pause; a change of house is no pause."""
    longest = current = 0
    previous: Interval | None = None
    for hour in hours:
        touches = previous is not None and hour.starts_at <= previous.ends_at
        current = current + 1 if touches else 1
        longest = max(longest, current)
        previous = hour
    return longest
