"""One child and one hour: age, window, insurance, places, staff, and being in one place."""

from datetime import datetime
from decimal import Decimal

from bookings.messages import Remedy, remedy, sentence
from bookings.rules.lookup import limit_for
from bookings.types import Commitments
from common.intervals import age_in_months, day_in_shanghai, months_later
from facilities.types import SessionFacts, SessionStop
from families.types import ChildFacts
from regulations.keys import LimitKey
from regulations.rules import LawBook, judge
from regulations.types import Limit, Outcome, Verdict

_DAY = 24 * 60 * 60
_MINUTE = 60


def session_verdicts(
    child: ChildFacts,
    session: SessionFacts,
    commitments: Commitments,
    law: LawBook,
    now: datetime,
    siblings: int,
    *,
    is_walk_in: bool = False,
) -> list[Verdict]:
    """Everything that could stand between this child and this hour."""
    return [
        *age_verdicts(child, session, law),
        *_window(session, law, now, is_walk_in=is_walk_in),
        _insured(session, law),
        *_open(session, law),
        *_places(session, law, siblings),
        *_one_place(child, session, commitments, law),
    ]


def age_verdicts(child: ChildFacts, session: SessionFacts, law: LawBook) -> list[Verdict]:
    """Age on the day of care, not of booking: the third birthday is the first day too old."""
    on = day_in_shanghai(session.starts_at)
    youngest = limit_for(LimitKey.CHILD_AGE_MONTHS_MIN, session, law)
    oldest = limit_for(LimitKey.CHILD_AGE_MONTHS_MAX, session, law)
    months = age_in_months(child.born_on, on)
    verdicts = []
    if youngest:
        from_day = months_later(child.born_on, youngest.number)
        verdicts.append(
            judge(
                youngest,
                months,
                arithmetic=f"{on:%Y-%m-%d} 时满 {months} 个月",
                remedy=remedy(Remedy.TOO_YOUNG, child=child.name, day=from_day),
                subject=session.public_id,
            )
        )
    if oldest:
        # The running month of life, so that the whole of the day before the birthday counts.
        birthday = months_later(child.born_on, oldest.number)
        verdicts.append(
            judge(
                oldest,
                months + 1,
                arithmetic=f"{on:%Y-%m-%d} 时为第 {months + 1} 个月龄月",
                remedy=remedy(Remedy.TOO_OLD, child=child.name, day=birthday),
                subject=session.public_id,
            )
        )
    return verdicts


def _window(
    session: SessionFacts, law: LawBook, now: datetime, *, is_walk_in: bool
) -> list[Verdict]:
    opens = limit_for(LimitKey.BOOKING_OPENS_DAYS_AHEAD, session, law, now)
    closes = limit_for(LimitKey.BOOKING_CLOSES_MINUTES_BEFORE, session, law, now)
    verdicts = []
    if opens:
        early = max((session.opens_at - now).total_seconds(), 0) / _DAY
        verdicts.append(
            judge(
                opens,
                opens.number + _up(early),
                remedy=remedy(Remedy.NOT_YET_OPEN, moment=session.opens_at),
                subject=session.public_id,
            )
        )
    if closes and not (is_walk_in and now < session.ends_at):
        left = (session.starts_at - now).total_seconds() / _MINUTE
        said = Remedy.ALREADY_STARTED if left <= 0 else Remedy.TOO_LATE
        verdicts.append(
            judge(
                closes,
                _down(left),
                remedy=remedy(said, minutes=closes.number),
                subject=session.public_id,
            )
        )
    return verdicts


def _up(value: float) -> Decimal:
    return Decimal(value).quantize(Decimal("0.01"), rounding="ROUND_UP")


def _down(value: float) -> Decimal:
    return Decimal(value).quantize(Decimal("0.01"), rounding="ROUND_FLOOR")


def _insured(session: SessionFacts, law: LawBook) -> Verdict:
    return judge(
        limit_for(LimitKey.LIABILITY_INSURANCE_REQUIRED, session, law),
        int(session.insured),
        rule=LimitKey.LIABILITY_INSURANCE_REQUIRED,
        remedy=remedy(Remedy.UNINSURED, house=session.facility_name),
        subject=session.public_id,
    )


_STOPS = {
    SessionStop.CLOSURE: Remedy.CLOSED,
    SessionStop.SUSPENDED: Remedy.SUSPENDED,
    SessionStop.BREACH: Remedy.BREACH,
    SessionStop.OVERFULL: Remedy.OVERFULL,
    SessionStop.UNINSURED: Remedy.INSURED_AGAIN,
}


def _open(session: SessionFacts, law: LawBook) -> list[Verdict]:
    # A policy that is missing is told by its own rule, with its own clause; one that has just been
    # entered opens the session when the worker has judged it again.
    uninsured = session.stop is SessionStop.UNINSURED and not session.insured
    if session.stop is None or uninsured:
        return []
    return [
        judge(
            limit_for(LimitKey.SESSION_IS_OPEN, session, law),
            0,
            rule=LimitKey.SESSION_IS_OPEN,
            remedy=remedy(_STOPS[session.stop], reason=session.stop_reason),
            subject=session.public_id,
        )
    ]


def _places(session: SessionFacts, law: LawBook, siblings: int) -> list[Verdict]:
    """Both bounds: the room's places, and what the counted staff may care for."""
    wanted = session.places_taken + siblings + 1
    verdicts = []
    if wanted > session.places:
        verdicts.append(_full(session, law, wanted))
    if wanted > session.places_by_staff:
        verdicts.append(_short_of_staff(session, law, wanted))
    return verdicts


def _full(session: SessionFacts, law: LawBook, wanted: int) -> Verdict:
    """Full by the bound that made `places` what it is, named with its clause."""
    limit = _binding(session, law)
    area = session.binding_limit == LimitKey.AREA_M2_PER_HEAD
    return Verdict(
        rule=session.binding_limit,
        outcome=Outcome.FAILS,
        limit=limit,
        measured=Decimal(wanted),
        arithmetic=f"再约将达 {wanted} 人，最多 {session.places} 人",
        remedy=sentence(Remedy.FULL_BY_AREA if area else Remedy.FULL),
        subject=session.public_id,
    )


def _binding(session: SessionFacts, law: LawBook) -> Limit | None:
    try:
        key = LimitKey(session.binding_limit)
    except ValueError:  # 托额: the house's own licence; the class limit is the clause behind it
        key = LimitKey.CLASS_SIZE_MAX
    return limit_for(key, session, law)


def _short_of_staff(session: SessionFacts, law: LawBook, wanted: int) -> Verdict:
    staff = session.counted_staff
    return Verdict(
        rule=LimitKey.CHILDREN_PER_STAFF,
        outcome=Outcome.FAILS,
        limit=limit_for(LimitKey.CHILDREN_PER_STAFF, session, law),
        measured=(Decimal(wanted) / staff).quantize(Decimal("0.01")) if staff else None,
        arithmetic=(
            f"在岗 {staff} 人 × {session.children_per_staff} = {session.places_by_staff} 人，"
            f"再约将达 {wanted} 人"
        ),
        remedy=sentence(Remedy.SHORT_OF_STAFF),
        subject=session.public_id,
    )


def _one_place(
    child: ChildFacts, session: SessionFacts, commitments: Commitments, law: LawBook
) -> list[Verdict]:
    if not any(session.interval.overlaps(hour) for hour in commitments.hours):
        return []
    return [
        judge(
            limit_for(LimitKey.ONE_PLACE_AT_A_TIME, session, law),
            2,
            rule=LimitKey.ONE_PLACE_AT_A_TIME,
            remedy=remedy(Remedy.ELSEWHERE, child=child.name),
            subject=session.public_id,
        )
    ]
