"""One person's passport: what belongs to the human, across all houses (证照随人)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from accounts.selectors import names_of
from accounts.types import Actor
from common.intervals import Interval, day_in_shanghai
from facilities.models import Facility
from facilities.selectors.access import place_of
from regulations.rules import LawBook
from regulations.selectors import law_book
from regulations.types import Verdict
from staff import rules
from staff.messages import (
    BASES,
    CHANNELS,
    INTEGRITY,
    LEAVES,
    QUALIFICATIONS,
    RESULTS,
    ROLES,
    TOPICS,
    TRAININGS,
)
from staff.models import (
    Candidacy,
    Employment,
    HealthCertificate,
    IntegrityEntry,
    Leave,
    Person,
    Qualification,
    RecordCheck,
    TrainingRecord,
)
from staff.selectors.access import MAY_KEEP_STAFF, MAY_SEE_STAFF, person_for
from staff.selectors.facts import people_facts
from staff.selectors.papers import reminder_days
from staff.selectors.people import PersonRow, person_row
from staff.selectors.scope import StaffHouse, staff_house
from staff.selectors.training import training_facts
from staff.types import (
    CheckChannel,
    CheckResult,
    EmploymentBasis,
    IntegrityKind,
    LeaveKind,
    PaperEnd,
    PersonFacts,
    QualificationKind,
    StaffRole,
    TrainingCategory,
    TrainingStanding,
    TrainingTopic,
)

_TRAININGS_SHOWN = 60


@dataclass(frozen=True, slots=True)
class EmploymentRow:
    """An engagement, in whatever house."""

    id: str
    facility: str
    house: str
    role: str
    basis: str
    starts_on: date
    through: date | None
    lent_by: str
    manager: str
    end_reason: str
    is_over: bool
    may_end: bool  # it is the actor's house, and it goes on


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A certificate or a health certificate, with its state today."""

    id: str
    label: str
    number: str
    issuer: str
    issued_on: date
    through: date | None
    state: str  # good | ends | over | revoked
    state_words: str
    revoke_reason: str
    verified_by: str


@dataclass(frozen=True, slots=True)
class CheckRow:
    """The answer to a criminal-record query: result, day and channel."""

    channel: str
    result: str
    is_clear: bool
    checked_on: date
    through: date | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class TrainingRow:
    category: str
    title: str
    provider: str
    taken_on: date
    lessons: int
    certificate_number: str
    is_online: bool
    topics: str


@dataclass(frozen=True, slots=True)
class IntegrityRow:
    kind: str
    is_ban: bool
    is_praise: bool
    happened_on: date
    facts: str


@dataclass(frozen=True, slots=True)
class LeaveRow:
    id: str
    kind: str
    during: Interval
    may_end: bool


@dataclass(frozen=True, slots=True)
class Passport:
    """All that a house or an officer may know of somebody at work."""

    id: str
    name: str
    identity_tail: str  # the last four of the identity number, and no more
    phone: str
    may_keep: bool
    has_pin: bool
    standings: tuple[PersonRow, ...]  # in each house the actor sees, today
    hiring: tuple[Verdict, ...]  # what stands in the way of engaging them
    employments: tuple[EmploymentRow, ...]
    qualifications: tuple[PaperRow, ...]
    health: tuple[PaperRow, ...]
    checks: tuple[CheckRow, ...]
    ends: tuple[PaperEnd, ...]
    year: int
    training: tuple[TrainingStanding, ...]
    annual: Verdict
    trainings: tuple[TrainingRow, ...]
    integrity: tuple[IntegrityRow, ...]
    leaves: tuple[LeaveRow, ...]

    @property
    def is_banned(self) -> bool:
        return any(row.is_ban for row in self.integrity)


def passport_of(actor: Actor, public_id: str, *, now: datetime) -> Passport:
    """Somebody's passport. :raises NotFound: when they are not the actor's to see."""
    person = person_for(actor, public_id, *MAY_SEE_STAFF)
    facts = people_facts([person.pk])[person.pk]
    today, law = day_in_shanghai(now), law_book()
    employments = _engagements(person)
    houses = _houses(person, employments)
    seen = [house for house in houses if actor.may(*MAY_SEE_STAFF, at=house.place)]
    kept = {house.id for house in seen if actor.may(*MAY_KEEP_STAFF, at=house.place)}
    district = seen[0].district
    lasting = {one.facility_id for one in employments if _goes_on(one, today)}
    standings = [
        person_row(facts, house, now=now, law=law) for house in seen if house.id in lasting
    ]
    soon = max(reminder_days(district, today, law), default=0)
    hiring = rules.hiring_verdicts(facts, day=today, district=district, law=law)
    return Passport(
        id=str(person.public_id),
        name=person.name,
        identity_tail=str(person.identity_number)[-4:],
        phone=person.phone,
        may_keep=bool(kept),
        has_pin=bool(person.pin_hash),
        standings=tuple(standings),
        hiring=tuple(one for one in hiring if not one.allows),
        employments=tuple(_employment(one, today, kept) for one in employments),
        qualifications=_qualifications(person, today, soon),
        health=_health(person, today, soon),
        checks=_checks(person, facts, today, district, law),
        ends=rules.paper_ends(facts, day=today, district=district, law=law),
        year=today.year,
        training=rules.training_standings(
            facts,
            training_facts([person.pk], today.year)[person.pk],
            year=today.year,
            on=today,
            district=district,
            law=law,
        ),
        annual=rules.annual_certificate(
            facts, year=today.year, on=today, district=district, law=law
        ),
        trainings=_trainings(person),
        integrity=_integrity(person),
        leaves=_leaves(person, now, may_end=bool(kept)),
    )


def _engagements(person: Person) -> list[Employment]:
    rows = Employment.objects.filter(person=person).select_related(
        "facility__subdistrict__district", "manager"
    )
    return list(rows.order_by("-starts_on", "-pk"))


def _houses(person: Person, employments: Iterable[Employment]) -> list[StaffHouse]:
    considering = Facility.objects.filter(
        pk__in=Candidacy.objects.filter(person=person).values("facility_id")
    ).select_related("subdistrict__district")
    found = {one.facility_id: staff_house(one.facility) for one in employments}
    return list((found | {one.pk: staff_house(one) for one in considering}).values())


def _goes_on(employment: Employment, today: date) -> bool:
    return employment.through is None or employment.through >= today


def _employment(row: Employment, today: date, kept: set[int]) -> EmploymentRow:
    goes_on = _goes_on(row, today)
    return EmploymentRow(
        id=str(row.public_id),
        facility=place_of(row.facility).facility,
        house=row.facility.name,
        role=ROLES[StaffRole(row.role)],
        basis=BASES[EmploymentBasis(row.basis)],
        starts_on=row.starts_on,
        through=row.through,
        lent_by=row.lent_by,
        manager=row.manager.name if row.manager else "",
        end_reason=row.end_reason,
        is_over=not goes_on,
        may_end=goes_on and row.facility_id in kept,
    )


def _qualifications(person: Person, today: date, soon: int) -> tuple[PaperRow, ...]:
    rows = list(Qualification.objects.filter(person=person).order_by("-issued_on", "-pk"))
    seen_by = names_of(row.verified_by_id for row in rows)
    return tuple(
        _paper(
            str(row.public_id),
            QUALIFICATIONS[QualificationKind(row.kind)],
            row.number,
            row.issuer,
            row.issued_on,
            row.valid_through,
            today,
            soon,
            revoked_on=row.revoked_on,
            revoke_reason=row.revoke_reason,
            verified_by=seen_by.get(row.verified_by_id or 0, ""),
        )
        for row in rows
    )


def _health(person: Person, today: date, soon: int) -> tuple[PaperRow, ...]:
    rows = list(HealthCertificate.objects.filter(person=person).order_by("-examined_on", "-pk"))
    seen_by = names_of(row.verified_by_id for row in rows)
    return tuple(
        _paper(
            str(row.public_id),
            row.institution,
            row.number,
            row.institution,
            row.examined_on,
            row.valid_through,
            today,
            soon,
            verified_by=seen_by.get(row.verified_by_id or 0, ""),
        )
        for row in rows
    )


def _paper(
    public_id: str,
    label: str,
    number: str,
    issuer: str,
    issued_on: date,
    through: date | None,
    today: date,
    soon: int,
    *,
    revoked_on: date | None = None,
    revoke_reason: str = "",
    verified_by: str = "",
) -> PaperRow:
    state, words = _state(through, revoked_on, today, soon)
    return PaperRow(
        id=public_id,
        label=label,
        number=number,
        issuer=issuer,
        issued_on=issued_on,
        through=through,
        state=state,
        state_words=words,
        revoke_reason=revoke_reason,
        verified_by=verified_by,
    )


def _state(
    through: date | None, revoked_on: date | None, today: date, soon: int
) -> tuple[str, str]:
    if revoked_on is not None and revoked_on <= today:
        return "revoked", "已注销"
    if through is None:
        return "good", "长期有效"
    if through < today:
        return "over", "已过期"
    left = (through - today).days
    return ("good", "有效") if left > soon else ("ends", f"还有{left}天")


def _checks(
    person: Person, facts: PersonFacts, today: date, district: str, law: LawBook
) -> tuple[CheckRow, ...]:
    ends = {
        end.kind: end.through
        for end in rules.paper_ends(facts, day=today, district=district, law=law)
    }
    rows = RecordCheck.objects.filter(person=person).order_by("-checked_on", "channel")
    found, latest = [], set()
    for row in rows:
        is_latest = row.channel not in latest
        latest.add(row.channel)
        through = ends.get(row.channel) if is_latest else None
        found.append(
            CheckRow(
                channel=CHANNELS[CheckChannel(row.channel)],
                result=RESULTS[CheckResult(row.result)],
                is_clear=row.result == CheckResult.CLEAR,
                checked_on=row.checked_on,
                through=through,
                is_over=not is_latest or (through is not None and through < today),
            )
        )
    return tuple(found)


def _trainings(person: Person) -> tuple[TrainingRow, ...]:
    rows = TrainingRecord.objects.filter(person=person).order_by("-taken_on", "-pk")
    return tuple(
        TrainingRow(
            category=TRAININGS[TrainingCategory(row.category)],
            title=row.title,
            provider=row.provider,
            taken_on=row.taken_on,
            lessons=row.lessons,
            certificate_number=row.certificate_number,
            is_online=row.is_online,
            topics="、".join(TOPICS[TrainingTopic(topic)] for topic in row.topics),
        )
        for row in rows[:_TRAININGS_SHOWN]
    )


def _integrity(person: Person) -> tuple[IntegrityRow, ...]:
    rows = IntegrityEntry.objects.filter(person=person).order_by("-happened_on", "-pk")
    return tuple(
        IntegrityRow(
            kind=INTEGRITY[IntegrityKind(row.kind)],
            is_ban=row.kind == IntegrityKind.BAN,
            is_praise=row.kind == IntegrityKind.PRAISE,
            happened_on=row.happened_on,
            facts=row.facts,
        )
        for row in rows
    )


def _leaves(person: Person, now: datetime, *, may_end: bool) -> tuple[LeaveRow, ...]:
    rows = Leave.objects.filter(person=person, withdrawn_at__isnull=True, ends_at__gt=now)
    return tuple(
        LeaveRow(
            id=str(row.public_id),
            kind=LEAVES[LeaveKind(row.kind)],
            during=Interval(row.starts_at, row.ends_at),
            may_end=may_end,
        )
        for row in rows.order_by("starts_at")
    )
