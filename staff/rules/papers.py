"""How long somebody's papers last. Pure.

What is good now lasts until the latest of its kind ends: a certificate that was renewed is not due.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.types import Limit
from staff.messages import CHANNELS, HEALTH_CERTIFICATE, QUALIFICATIONS, check_words
from staff.rules.counting import record_check_valid_through
from staff.types import (
    CheckResult,
    PaperEnd,
    PaperFacts,
    PersonFacts,
    QualificationKind,
)


def paper_ends(
    person: PersonFacts, *, day: date, district: str, law: LawBook
) -> tuple[PaperEnd, ...]:
    """Until when each of somebody's papers lasts, those that have lapsed too; the first first.

    Papers without an end are left out, and so are the papers of somebody who may not work at all.
    """
    ends = (
        *_certificate_ends(person, day),
        *_health_ends(person, day),
        *_check_ends(person, day, district, law),
    )
    return tuple(sorted(ends, key=lambda end: (end.through, end.label)))


def papers_ending(person: PersonFacts, last: date, *, limit: Limit | None) -> tuple[str, ...]:
    """What exactly ends with a day, in people's words: why somebody counts no more after it."""
    certificates = [
        QUALIFICATIONS[QualificationKind(one.kind)]
        for one in person.qualifications
        if one.valid_through == last and QualificationKind(one.kind).is_for_childcare
    ]
    health = [HEALTH_CERTIFICATE for one in person.health_certificates if one.valid_through == last]
    checks = [
        check_words(channel)
        for channel in CHANNELS
        if any(
            one.channel is channel and record_check_valid_through(one.checked_on, limit) == last
            for one in person.record_checks
        )
    ]
    return (*dict.fromkeys(certificates), *dict.fromkeys(health), *checks)


def _certificate_ends(person: PersonFacts, day: date) -> Iterable[PaperEnd]:
    for kind in QualificationKind:
        papers = [one for one in person.qualifications if one.kind == kind]
        if through := _last_day(papers):
            decides = kind.is_for_childcare and not _outlived(person, through)
            yield _end(person, kind.value, QUALIFICATIONS[kind], through, day, decides=decides)


def _outlived(person: PersonFacts, through: date) -> bool:
    """Whether another childcare certificate lasts longer: this one decides nothing then."""
    return any(
        QualificationKind(one.kind).is_for_childcare
        and (one.valid_through is None or one.valid_through > through)
        for one in person.qualifications
    )


def _health_ends(person: PersonFacts, day: date) -> Iterable[PaperEnd]:
    if through := _last_day(person.health_certificates):
        yield _end(person, "health_certificate", HEALTH_CERTIFICATE, through, day)


def _check_ends(person: PersonFacts, day: date, district: str, law: LawBook) -> Iterable[PaperEnd]:
    months = law.limit(LimitKey.RECORD_CHECK_VALID_MONTHS, jurisdiction=district, care_on=day)
    for channel in CHANNELS:
        done = [
            one.checked_on
            for one in person.record_checks
            if one.channel is channel and one.result is CheckResult.CLEAR
        ]
        through = record_check_valid_through(max(done), months) if done else None
        if through is not None:
            yield _end(person, channel.value, check_words(channel), through, day)


def _last_day(papers: Iterable[PaperFacts]) -> date | None:
    """The last day on which any of these is good; None: without end, or there is none."""
    ends = [one.valid_through for one in papers]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


def _end(
    person: PersonFacts, kind: str, label: str, through: date, day: date, *, decides: bool = True
) -> PaperEnd:
    return PaperEnd(
        person_id=person.id,
        kind=kind,
        label=label,
        through=through,
        days_left=(through - day) // timedelta(days=1),
        decides=decides,
    )
