"""What hours cost: free 次 first, in order of time, then the published fee."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bookings.messages import Remedy, remedy
from bookings.rules.lookup import limit_for
from bookings.types import Commitments, EntitlementFacts, PricedHour
from common.intervals import day_in_shanghai
from facilities.types import SessionFacts
from families.types import ChildFacts
from regulations.keys import LimitKey
from regulations.rules import LawBook, judge, number_or
from regulations.types import Limit, Verdict


def free_grant(child: ChildFacts, session: SessionFacts, law: LawBook) -> Limit | None:
    """The limit that grants this child free 次 in the year of the session's day; None: none."""
    return granted_by(law, district=child.district, on=day_in_shanghai(session.starts_at))


def granted_by(law: LawBook, *, district: str, on: date) -> Limit | None:
    """The limit by which a district grants free 次 on a day of care."""
    return law.limit(LimitKey.FREE_SESSIONS_PER_CHILD_YEAR, jurisdiction=district, care_on=on)


def entitlement_of(
    child: ChildFacts, session: SessionFacts, commitments: Commitments, law: LawBook
) -> EntitlementFacts:
    """The entitlement of the session's year: the row there is, or what would be granted."""
    year = day_in_shanghai(session.starts_at).year
    known = commitments.entitlements.get(year, EntitlementFacts(year=year, granted=0))
    limit = free_grant(child, session, law)
    stated = number_or(limit, 0)
    if stated <= known.granted:
        return known
    return replace(known, granted=stated)


def priced(
    child: ChildFacts, sessions: Sequence[SessionFacts], commitments: Commitments, law: LawBook
) -> tuple[PricedHour, ...]:
    """Price hours in order of time. Free 次 hold in every house of the child's own district."""
    left: dict[int, int] = {}
    hours = []
    for session in sessions:
        year = day_in_shanghai(session.starts_at).year
        if year not in left:
            left[year] = entitlement_of(child, session, commitments, law).left
        free = session.district == child.district and left[year] > 0
        left[year] -= free
        hours.append(PricedHour(session, is_free=free, charge_fen=0 if free else _fee(session)))
    return tuple(hours)


def _fee(session: SessionFacts) -> int:
    return session.fee_fen or 0


def unpriced_verdicts(hours: Sequence[PricedHour], law: LawBook) -> list[Verdict]:
    """An hour that is not free needs a published fee: nothing unpublished is ever charged."""
    return [
        judge(
            limit_for(LimitKey.PUBLISHED_FEE_REQUIRED, hour.session, law),
            0,
            rule=LimitKey.PUBLISHED_FEE_REQUIRED,
            remedy=remedy(Remedy.NO_FEE, house=hour.session.facility_name),
            subject=hour.session.public_id,
        )
        for hour in hours
        if not hour.is_free and hour.session.fee_fen is None
    ]
