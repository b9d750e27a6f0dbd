"""A house's hours as a family sees them: places left, price, and why not. The same rule as POST."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.types import Actor
from bookings import rules
from bookings.selectors.commitments import commitments_of
from bookings.types import Admission
from common.intervals import day_in_shanghai
from common.refusals import NotFound
from facilities import selectors as facilities
from facilities.selectors.house_lines import house_line
from facilities.types import SessionFacts
from families import selectors as families
from families.types import ChildFacts
from regulations.rules import LawBook
from regulations.selectors import law_book


@dataclass(frozen=True, slots=True)
class Offer:
    """One hour, judged for one child; for nobody in particular `admission` is None."""

    session: SessionFacts
    admission: Admission | None

    @property
    def is_bookable(self) -> bool | None:
        return self.admission.is_admitted if self.admission else None

    @property
    def verdicts(self) -> list[dict[str, Any]]:
        return [verdict.as_dict() for verdict in self.admission.verdicts] if self.admission else []


def offers_of(
    *,
    facility: str,
    starts: datetime,
    ends: datetime,
    actor: Actor,
    now: datetime,
    child: str | None = None,
) -> list[Offer]:
    """The hours of a house that start within a stretch of time, each judged for the child.

    :raises NotFound: when there is no such house, or a child is named that is not the actor's.
    """
    sessions = facilities.sessions_of(facility, starts=starts, ends=ends)
    house = None if sessions else house_line(facility)
    if child is None:
        return [Offer(session, None) for session in sessions]
    facts = families.child_facts(
        actor_id=actor.user_id or 0,
        child_public_ids=[child],
        subdistrict_id=house.subdistrict_id if house else sessions[0].subdistrict_id,
        today=day_in_shanghai(now),
    )
    if child not in facts:
        raise NotFound
    return judged_for(facts[child], sessions, law=law_book(), now=now)


def judged_for(
    child: ChildFacts, sessions: Sequence[SessionFacts], *, law: LawBook, now: datetime
) -> list[Offer]:
    """Judge each hour by itself for a child."""
    commitments = commitments_of([child.id], now=now)[child.id]
    return [
        Offer(
            session,
            rules.admission(
                child=child, sessions=[session], commitments=commitments, law=law, now=now
            ),
        )
        for session in sessions
    ]
