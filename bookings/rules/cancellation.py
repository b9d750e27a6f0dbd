"""What a cancellation gives back. Told before, recorded after; the same function."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bookings.messages import Remedy, remedy
from bookings.types import CancelOutcome
from common.intervals import day_in_shanghai
from regulations.keys import LimitKey
from regulations.rules import LawBook, judge
from regulations.types import Verdict

_PERCENT = 100


@dataclass(frozen=True, slots=True)
class LiveHour:
    """An hour that could be cancelled."""

    id: int
    starts_at: datetime
    is_free: bool
    charge_fen: int
    district: str


def deadline_of(hour: LiveHour, *, law: LawBook, booked_at: datetime) -> datetime:
    """Until when cancelling gives everything back, by the rule in force when it was booked."""
    limit = law.limit(
        LimitKey.FREE_CANCEL_MINUTES_BEFORE,
        jurisdiction=hour.district,
        care_on=day_in_shanghai(hour.starts_at),
        booked_on=day_in_shanghai(booked_at),
    )
    return hour.starts_at - timedelta(minutes=limit.number if limit else 0)


def is_in_time(hour: LiveHour, *, law: LawBook, booked_at: datetime, now: datetime) -> bool:
    return now <= deadline_of(hour, law=law, booked_at=booked_at)


def refund_of(hour: LiveHour, *, in_time: bool, law: LawBook, booked_at: datetime) -> int:
    """What is paid back, in fen."""
    if in_time:
        return hour.charge_fen
    share = law.limit(
        LimitKey.LATE_CANCEL_REFUND_PERCENT,
        jurisdiction=hour.district,
        care_on=day_in_shanghai(hour.starts_at),
        booked_on=day_in_shanghai(booked_at),
    )
    return hour.charge_fen * (share.number if share else 0) // _PERCENT


def cancel_outcome(
    hours: Sequence[LiveHour], *, law: LawBook, booked_at: datetime, now: datetime
) -> CancelOutcome:
    """Sum up what cancelling these hours now gives back and keeps. Each has its own clock."""
    in_time = [hour for hour in hours if is_in_time(hour, law=law, booked_at=booked_at, now=now)]
    late = [hour for hour in hours if hour not in in_time]
    charged = sum(hour.charge_fen for hour in hours)
    refund = sum(
        refund_of(hour, in_time=hour in in_time, law=law, booked_at=booked_at) for hour in hours
    )
    return CancelOutcome(
        in_time=not late,
        free_units_returned=sum(hour.is_free for hour in in_time),
        free_units_forfeited=sum(hour.is_free for hour in late),
        refund_fen=refund,
        kept_fen=charged - refund,
        deadline=min(deadline_of(hour, law=law, booked_at=booked_at) for hour in hours),
        verdict=_verdict(hours[0], law, booked_at, now, late=bool(late)),
    )


def _verdict(
    hour: LiveHour, law: LawBook, booked_at: datetime, now: datetime, *, late: bool
) -> Verdict:
    limit = law.limit(
        LimitKey.FREE_CANCEL_MINUTES_BEFORE,
        jurisdiction=hour.district,
        care_on=day_in_shanghai(hour.starts_at),
        booked_on=day_in_shanghai(booked_at),
    )
    minutes = int((hour.starts_at - now).total_seconds() // 60)
    return judge(
        limit,
        minutes,
        rule=LimitKey.FREE_CANCEL_MINUTES_BEFORE,
        remedy=remedy(Remedy.LATE_CANCEL) if late else "",
    )
