"""The child and the papers: what holds for a whole request."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bookings.messages import Remedy, remedy
from bookings.rules.lookup import limit_for
from common.intervals import day_in_shanghai
from facilities.types import SessionFacts
from families.types import ChildFacts, ReviewState
from regulations.keys import LimitKey
from regulations.rules import LawBook, judge
from regulations.types import Verdict

# What no other hour or house would mend.
PAPERS = frozenset(
    {
        LimitKey.GUARDIAN_MAY_BOOK,
        LimitKey.GUARDIAN_CONSENT_REQUIRED,
        LimitKey.HEALTH_HISTORY_REQUIRED,
    }
)


def paper_verdicts(
    child: ChildFacts, sessions: Sequence[SessionFacts], law: LawBook, now: datetime
) -> list[Verdict]:
    """The guardian's right, consents, agreement, declared history and health check."""
    first, last = sessions[0], sessions[-1]

    def required(key: LimitKey, *, present: bool, say: Callable[[], str]) -> Verdict:
        return judge(limit_for(key, first, law, now), int(present), rule=key, remedy=say)

    return [
        required(
            LimitKey.GUARDIAN_MAY_BOOK, present=child.may_book, say=remedy(Remedy.MAY_NOT_BOOK)
        ),
        required(
            LimitKey.GUARDIAN_CONSENT_REQUIRED,
            present=not child.consents_missing,
            say=remedy(Remedy.CONSENT, child=child.name),
        ),
        required(
            LimitKey.SERVICE_AGREEMENT_REQUIRED,
            present=child.agreement_signed,
            say=remedy(Remedy.AGREEMENT, child=child.name),
        ),
        required(
            LimitKey.HEALTH_HISTORY_REQUIRED,
            present=child.history_declared,
            say=remedy(Remedy.HISTORY, child=child.name),
        ),
        required(
            LimitKey.CHILD_HEALTH_CHECK_REQUIRED,
            present=_check_covers(child, last),
            say=_health_check_remedy(child, last),
        ),
    ]


def _check_covers(child: ChildFacts, last: SessionFacts) -> bool:
    through = child.health_check_through
    return through is not None and through >= day_in_shanghai(last.starts_at)


def _health_check_remedy(child: ChildFacts, last: SessionFacts) -> Callable[[], str]:
    if child.health_check_through is not None:
        return remedy(
            Remedy.HEALTH_CHECK_TOO_OLD, child=child.name, through=child.health_check_through
        )
    match child.health_check_state:
        case ReviewState.SUBMITTED:
            return remedy(Remedy.HEALTH_CHECK_WAITING, child=child.name, house=last.facility_name)
        case ReviewState.REJECTED:
            return remedy(Remedy.HEALTH_CHECK_REJECTED, child=child.name)
        case _:
            return remedy(Remedy.HEALTH_CHECK_MISSING, child=child.name)
