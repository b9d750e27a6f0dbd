"""Finding the limit that governs an hour."""

from datetime import datetime

from common.intervals import day_in_shanghai
from facilities.types import SessionFacts
from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.types import Limit


def limit_for(
    key: LimitKey, session: SessionFacts, law: LawBook, now: datetime | None = None
) -> Limit | None:
    """The limit of the house's district for the day of care."""
    return law.limit(
        key,
        jurisdiction=session.district,
        care_on=day_in_shanghai(session.starts_at),
        booked_on=day_in_shanghai(now) if now else None,
    )
