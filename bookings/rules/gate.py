"""May this child come in now, and may this person take it home? Every reason at once.

What the papers must be is asked of the rules that booking asks; only the door itself is new here.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from bookings.messages import LOOKS, Remedy, remedy, sentence
from bookings.rules.lookup import limit_for
from bookings.rules.papers import paper_verdicts
from bookings.rules.sessions import age_verdicts
from bookings.types import NOT_ADMITTED, MorningCheck
from common.intervals import day_in_shanghai
from facilities.types import SessionFacts
from families.types import ChildFacts
from regulations.keys import LimitKey
from regulations.rules import LawBook, judge
from regulations.types import Verdict

_MINUTE = 60


def entry_verdicts(
    child: ChildFacts,
    sessions: Sequence[SessionFacts],
    *,
    check: MorningCheck,
    has_allergies: bool,
    inside_since: datetime | None,
    law: LawBook,
    now: datetime,
) -> list[Verdict]:
    """Everything the door looks at, for a child with booked hours in a row today.

    What was not measured is not judged: the screen says that it was not.
    """
    first = sessions[0]
    return [
        _booked(first, law),
        *_time(sessions, law, now),
        *age_verdicts(child, first, law),
        *_papers(child, sessions, law, now),
        *_allergies(first, law, has_allergies=has_allergies, check=check),
        *_morning_check(first, law, check),
        *_not_inside_yet(first, law, inside_since),
    ]


def _booked(first: SessionFacts, law: LawBook) -> Verdict:
    key = LimitKey.ENTRY_BOOKING_REQUIRED
    return judge(limit_for(key, first, law), 1, rule=key)


def no_booking(
    which: Remedy, *, district: str, law: LawBook, now: datetime, moment: datetime | None = None
) -> Verdict:
    """Say why there is nothing to come in for: another day, another house, or nothing booked."""
    key = LimitKey.ENTRY_BOOKING_REQUIRED
    limit = law.limit(key, jurisdiction=district, care_on=day_in_shanghai(now))
    return judge(limit, 0, rule=key, remedy=sentence(which, moment=moment))


def _time(sessions: Sequence[SessionFacts], law: LawBook, now: datetime) -> list[Verdict]:
    first, last = sessions[0], sessions[-1]
    early = limit_for(LimitKey.ENTRY_MINUTES_EARLY_MAX, first, law)
    left = limit_for(LimitKey.ENTRY_MINUTES_LEFT_MIN, first, law)
    verdicts = []
    if early and now < first.starts_at:
        verdicts.append(
            judge(
                early,
                _minutes(first.starts_at, now, "ROUND_UP"),
                remedy=remedy(Remedy.ENTRY_TOO_EARLY, moment=first.starts_at, minutes=early.number),
                subject=first.public_id,
            )
        )
    elif left:
        over = now >= last.ends_at
        verdicts.append(
            judge(
                left,
                _minutes(last.ends_at, now, "ROUND_FLOOR"),
                remedy=remedy(
                    Remedy.ENTRY_OVER if over else Remedy.ENTRY_TOO_LATE, minutes=left.number
                ),
                subject=last.public_id,
            )
        )
    return verdicts


def _minutes(until: datetime, now: datetime, rounding: str) -> Decimal:
    left = Decimal((until - now).total_seconds()) / _MINUTE
    return left.quantize(Decimal("0.01"), rounding=rounding)


def _papers(
    child: ChildFacts, sessions: Sequence[SessionFacts], law: LawBook, now: datetime
) -> list[Verdict]:
    """The papers of a booking, but who may book: that was asked when it was booked."""
    return [
        verdict
        for verdict in paper_verdicts(child, sessions, law, now)
        if verdict.rule != LimitKey.GUARDIAN_MAY_BOOK
    ]


def _allergies(
    first: SessionFacts, law: LawBook, *, has_allergies: bool, check: MorningCheck
) -> list[Verdict]:
    if not has_allergies:
        return []
    key = LimitKey.ENTRY_ALLERGY_READ
    return [
        judge(
            limit_for(key, first, law),
            int(check.allergy_acknowledged),
            rule=key,
            remedy=remedy(Remedy.ENTRY_ALLERGY),
        )
    ]


def _morning_check(first: SessionFacts, law: LawBook, check: MorningCheck) -> list[Verdict]:
    verdicts = []
    if check.temperature_c is not None:
        key = LimitKey.ENTRY_TEMPERATURE_MAX
        say: Callable[[], str] = remedy(Remedy.ENTRY_FEVER, degrees=check.temperature_c)
        limit = limit_for(key, first, law)
        verdicts.append(judge(limit, check.temperature_c, rule=key, remedy=say))
    if check.look is not None:
        key = LimitKey.ENTRY_MORNING_CHECK
        say = remedy(Remedy.ENTRY_LOOK, look=LOOKS[check.look])
        well = int(check.look not in NOT_ADMITTED)
        verdicts.append(judge(limit_for(key, first, law), well, rule=key, remedy=say))
    return verdicts


def _not_inside_yet(
    first: SessionFacts, law: LawBook, inside_since: datetime | None
) -> list[Verdict]:
    if inside_since is None:
        return []
    key = LimitKey.ONE_PLACE_AT_A_TIME
    say = remedy(Remedy.ENTRY_INSIDE, moment=inside_since)
    return [judge(limit_for(key, first, law), 2, rule=key, remedy=say)]


def collector_verdict(
    which: Remedy | None, *, district: str, law: LawBook, now: datetime
) -> Verdict:
    """Whether somebody may take the child home; `which` says why not, None that they may."""
    key = LimitKey.COLLECTOR_AUTHORIZED
    limit = law.limit(key, jurisdiction=district, care_on=day_in_shanghai(now))
    return judge(limit, int(which is None), rule=key, remedy=sentence(which) if which else "")
