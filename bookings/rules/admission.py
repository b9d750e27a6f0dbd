"""May this child have these hours? Every reason at once, and the price if the answer is yes.

The page that offers an hour and the POST that books it both call `admission`; there is no second
implementation to disagree with it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bookings.rules.papers import paper_verdicts
from bookings.rules.patterns import pattern_verdicts
from bookings.rules.prices import priced, unpriced_verdicts
from bookings.rules.sessions import session_verdicts
from bookings.types import Admission, Commitments
from facilities.types import SessionFacts
from families.types import ChildFacts
from regulations.rules import LawBook


def admission(
    *,
    child: ChildFacts,
    sessions: Sequence[SessionFacts],
    commitments: Commitments,
    law: LawBook,
    now: datetime,
    asked_by_siblings: Mapping[int, int] | None = None,
    is_walk_in: bool = False,
) -> Admission:
    """Judge one child's request for one or more hours.

    `asked_by_siblings` counts the places that other children of the same request take in each
    session, so that two siblings never share a last place. Whoever walks in is before the door:
    that booking closes some time before the hour does not concern them.
    """
    ordered = sorted(sessions, key=lambda session: session.starts_at)
    siblings = asked_by_siblings or {}
    verdicts = [
        *paper_verdicts(child, ordered, law, now),
        *(
            verdict
            for session in ordered
            for verdict in session_verdicts(
                child,
                session,
                commitments,
                law,
                now,
                siblings.get(session.id, 0),
                is_walk_in=is_walk_in,
            )
        ),
        *pattern_verdicts(ordered, commitments, law, now),
    ]
    hours = priced(child, ordered, commitments, law)
    verdicts += unpriced_verdicts(hours, law)
    return Admission(
        child=child,
        verdicts=tuple(verdict for verdict in verdicts if not verdict.allows),
        hours=hours,
    )


def opening_of(session: SessionFacts) -> datetime:
    """When booking of a session begins."""
    return session.opens_at
