"""The facts of people that rules reason about, read in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar

from django.db.models import Q

from common.intervals import Interval
from staff.models import (
    Employment,
    HealthCertificate,
    IntegrityEntry,
    Leave,
    Person,
    Qualification,
    RecordCheck,
)
from staff.types import (
    CheckChannel,
    CheckFacts,
    CheckResult,
    EmploymentBasis,
    EmploymentFacts,
    IntegrityKind,
    PaperFacts,
    PersonFacts,
    StaffRole,
)

HEALTH_CERTIFICATE = "health_certificate"

T = TypeVar("T")


def people_facts(person_ids: Iterable[int]) -> dict[int, PersonFacts]:
    """All that decides whether these people count, by id. Seven statements, however many."""
    ids = sorted(set(person_ids))
    people = Person.objects.filter(pk__in=ids).order_by("pk").only("id", "public_id", "name")
    employments, papers = _employments(ids), _qualifications(ids)
    health, checks, bans, leaves = _health(ids), _checks(ids), _bans(ids), _leaves(ids)
    return {
        person.pk: PersonFacts(
            id=person.pk,
            public_id=str(person.public_id),
            name=person.name,
            employments=employments[person.pk],
            qualifications=papers[person.pk],
            health_certificates=health[person.pk],
            record_checks=checks[person.pk],
            banned_on=bans.get(person.pk),
            leaves=leaves[person.pk],
        )
        for person in people
    }


def hiring_facts(person_ids: Iterable[int]) -> dict[int, PersonFacts]:
    """What decides whether these people may work at all, by id. Three statements."""
    ids = sorted(set(person_ids))
    checks, bans = _checks(ids), _bans(ids)
    return {
        person.pk: PersonFacts(
            id=person.pk,
            public_id=str(person.public_id),
            name=person.name,
            record_checks=checks[person.pk],
            banned_on=bans.get(person.pk),
        )
        for person in Person.objects.filter(pk__in=ids).only("id", "public_id", "name")
    }


def facts_of_papers(person_ids: Iterable[int]) -> dict[int, PersonFacts]:
    """Only people's papers, by id, without their names. Three statements, however many."""
    ids = sorted(set(person_ids))
    papers, health, checks = _qualifications(ids), _health(ids), _checks(ids)
    return {
        pk: PersonFacts(
            id=pk,
            public_id="",
            name="",
            qualifications=papers[pk],
            health_certificates=health[pk],
            record_checks=checks[pk],
        )
        for pk in ids
    }


def _grouped(rows: Iterable[tuple[int, T]]) -> defaultdict[int, tuple[T, ...]]:
    found: defaultdict[int, tuple[T, ...]] = defaultdict(tuple)
    for person_id, fact in rows:
        found[person_id] = (*found[person_id], fact)
    return found


def _employments(ids: Sequence[int]) -> defaultdict[int, tuple[EmploymentFacts, ...]]:
    rows = Employment.objects.filter(person_id__in=ids).order_by("person_id", "starts_on", "pk")
    return _grouped(
        (
            one.person_id,
            EmploymentFacts(
                facility_id=one.facility_id,
                role=StaffRole(one.role),
                basis=EmploymentBasis(one.basis),
                starts_on=one.starts_on,
                through=one.through,
            ),
        )
        for one in rows
    )


def _qualifications(ids: Sequence[int]) -> defaultdict[int, tuple[PaperFacts, ...]]:
    rows = Qualification.objects.filter(person_id__in=ids).order_by("person_id", "issued_on", "pk")
    return _grouped(
        (one.person_id, PaperFacts(one.kind, one.issued_on, _good_through(one)))
        for one in rows
        if one.revoked_on is None or one.revoked_on > one.issued_on
    )


def _good_through(paper: Qualification) -> date | None:
    ends = [
        day
        for day in (
            paper.valid_through,
            paper.revoked_on - timedelta(days=1) if paper.revoked_on else None,
        )
        if day is not None
    ]
    return min(ends, default=None)


def _health(ids: Sequence[int]) -> defaultdict[int, tuple[PaperFacts, ...]]:
    rows = HealthCertificate.objects.filter(person_id__in=ids)
    return _grouped(
        (one.person_id, PaperFacts(HEALTH_CERTIFICATE, one.examined_on, one.valid_through))
        for one in rows.order_by("person_id", "examined_on", "pk")
    )


def _checks(ids: Sequence[int]) -> defaultdict[int, tuple[CheckFacts, ...]]:
    rows = RecordCheck.objects.filter(person_id__in=ids).order_by("person_id", "checked_on", "pk")
    return _grouped(
        (
            one.person_id,
            CheckFacts(CheckChannel(one.channel), CheckResult(one.result), one.checked_on),
        )
        for one in rows
    )


def _bans(ids: Sequence[int]) -> dict[int, date]:
    rows = IntegrityEntry.objects.filter(person_id__in=ids, kind=IntegrityKind.BAN)
    return dict(rows.order_by("pk").values_list("person_id", "happened_on"))


def _leaves(ids: Sequence[int]) -> defaultdict[int, tuple[Interval, ...]]:
    rows = Leave.objects.filter(Q(person_id__in=ids), withdrawn_at__isnull=True)
    return _grouped(
        (one.person_id, Interval(one.starts_at, one.ends_at))
        for one in rows.order_by("person_id", "starts_at", "pk")
    )
