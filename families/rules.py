"""What holds for children and their papers. Pure: facts and limits in, faults and needs out."""

from collections.abc import Sequence
from datetime import date, timedelta

from common.identity import (
    birth_date_in,
    check_character,
    has_the_shape_of_an_identity_number,
)
from common.intervals import months_later
from families.types import (
    BirthFault,
    CheckFault,
    ChildFacts,
    GuardianRight,
    IdentityFault,
    Need,
    NeedKind,
    ReviewState,
    Sex,
)
from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.types import Limit

# How long before its last day a health check is on the list of what to do.
REMIND_BEFORE = timedelta(weeks=4)

_RANK = {GuardianRight.READ: 0, GuardianRight.BOOK: 1, GuardianRight.FULL: 2}


# How long somebody may wait with the answer. A setting of the product, not of the law.
INVITATION_GOOD_FOR = timedelta(days=14)


def reaches(held: GuardianRight, needed: GuardianRight) -> bool:
    """Whether a right includes another: full > book > read."""
    return _RANK[held] >= _RANK[needed]


def identity_faults(number: str, *, born_on: date, sex: Sex) -> list[IdentityFault]:
    """All that is wrong with an 18-digit 居民身份证号码 of this child; empty: nothing."""
    if not has_the_shape_of_an_identity_number(number):
        return [IdentityFault.SHAPE]
    faults = []
    inside = birth_date_in(number)
    if inside is None:
        faults.append(IdentityFault.BIRTH_DATE)
    elif inside != born_on:
        faults.append(IdentityFault.OTHER_BIRTH_DATE)
    if _sex_in(number) is not sex:
        faults.append(IdentityFault.OTHER_SEX)
    if check_character(number[:-1]) != number[-1]:
        faults.append(IdentityFault.CHECK_DIGIT)
    return faults


def _sex_in(number: str) -> Sex:
    return Sex.BOY if int(number[-2]) % 2 else Sex.GIRL


def birth_fault(born_on: date, *, today: date, oldest: Limit | None) -> BirthFault | None:
    """Why a child born on this day is not registered; None: nothing stands against it.

    The portal keeps no data of children it can no longer serve.
    """
    if born_on > today:
        return BirthFault.IN_FUTURE
    if oldest is not None and months_later(born_on, oldest.number) <= today:
        return BirthFault.TOO_OLD
    return None


def valid_through(examined_on: date, *, valid_months: Limit | None) -> date | None:
    """The last day on which a health check counts; None: no rule says."""
    return months_later(examined_on, valid_months.number) if valid_months else None


def health_check_fault(
    examined_on: date, *, born_on: date, today: date, valid_months: Limit | None
) -> CheckFault | None:
    """Why an examination on this day does not count; None: it does."""
    if examined_on > today:
        return CheckFault.IN_FUTURE
    if examined_on < born_on:
        return CheckFault.BEFORE_BIRTH
    through = valid_through(examined_on, valid_months=valid_months)
    if through is None:
        return CheckFault.NO_RULE
    return CheckFault.EXPIRED if through < today else None


def ends_the_last_full(rights_left: Sequence[GuardianRight]) -> bool:
    """Whether nobody with the full right would be left with the child."""
    return GuardianRight.FULL not in rights_left


def needs_of(child: ChildFacts, *, law: LawBook, today: date) -> list[Need]:
    """Everything this child lacks today, what blocks a booking first."""

    def limit(key: LimitKey) -> Limit | None:
        return law.limit(key, jurisdiction=child.district, care_on=today)

    consent = limit(LimitKey.GUARDIAN_CONSENT_REQUIRED)
    needs = [
        Need(NeedKind.CONSENT, blocks=True, limit=consent, purpose=purpose)
        for purpose in child.consents_missing
    ]
    if not child.agreement_signed:
        agreement = limit(LimitKey.SERVICE_AGREEMENT_REQUIRED)
        needs.append(Need(NeedKind.AGREEMENT, blocks=True, limit=agreement))
    if not child.history_declared:
        history = limit(LimitKey.HEALTH_HISTORY_REQUIRED)
        needs.append(Need(NeedKind.HISTORY, blocks=True, limit=history))
    kind = _health_check_need(child, today)
    if kind is not None:
        needs.append(_health_check(kind, child, today, limit(_CLAUSE_OF[kind])))
    return sorted(needs, key=lambda need: not need.blocks)


_CLAUSE_OF = {
    NeedKind.HEALTH_CHECK_MISSING: LimitKey.CHILD_HEALTH_CHECK_REQUIRED,
    NeedKind.HEALTH_CHECK_WAITING: LimitKey.CHILD_HEALTH_CHECK_REQUIRED,
    NeedKind.HEALTH_CHECK_REJECTED: LimitKey.CHILD_HEALTH_CHECK_REQUIRED,
    NeedKind.HEALTH_CHECK_EXPIRED: LimitKey.CHILD_HEALTH_CHECK_VALID_MONTHS,
    NeedKind.HEALTH_CHECK_EXPIRING: LimitKey.CHILD_HEALTH_CHECK_VALID_MONTHS,
}


def _health_check(kind: NeedKind, child: ChildFacts, today: date, limit: Limit | None) -> Need:
    through = child.health_check_through
    return Need(
        kind,
        blocks=through is None or through < today,
        limit=limit,
        through=through,
        days=(through - today).days if through else None,
    )


def _health_check_need(child: ChildFacts, today: date) -> NeedKind | None:
    through = child.health_check_through
    if through is not None and through >= today + REMIND_BEFORE:
        return None
    # What was handed in last decides what the family can do now.
    if child.health_check_state is ReviewState.SUBMITTED:
        return NeedKind.HEALTH_CHECK_WAITING
    if child.health_check_state is ReviewState.REJECTED:
        return NeedKind.HEALTH_CHECK_REJECTED
    if through is None:
        return NeedKind.HEALTH_CHECK_MISSING
    return NeedKind.HEALTH_CHECK_EXPIRED if through < today else NeedKind.HEALTH_CHECK_EXPIRING
