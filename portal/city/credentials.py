"""Papers of people at work: in order for most, and on purpose not for some."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from common.intervals import moment_in_shanghai, months_later
from portal.city.chance import Chance
from portal.city.copying import copy_in
from portal.city.crews import Crew, Member
from portal.city.data import read
from staff.models import HealthCertificate, Qualification, RecordCheck, TrainingRecord
from staff.types import (
    CheckChannel,
    CheckResult,
    QualificationKind,
    StaffRole,
    TrainingCategory,
)

_A_YEAR = 12  # months: papers of last year stand before those of this one
_DAY = timedelta(days=1)
# So that none of them lapses within the weeks that are rostered, unless it is meant to.
_HEALTH_LEFT_DAYS = (45, 310)
_CHECKED_DAYS_AGO = (40, 300)
_CARERS = (
    QualificationKind.INFANT_CARER,
    QualificationKind.INFANT_CARER,
    QualificationKind.CHILDCARE_WORKER,
    QualificationKind.NURSERY_ASSISTANT,
)
_KINDS = {
    StaffRole.PERSON_IN_CHARGE: (QualificationKind.TEACHER,),
    StaffRole.HEALTH_WORKER: (QualificationKind.HEALTH_CARE_WORKER,),
}
_TRAINED = frozenset({StaffRole.CAREGIVER, StaffRole.PERSON_IN_CHARGE, StaffRole.HEALTH_WORKER})


@dataclass(frozen=True, slots=True)
class Odd:
    """What is not as with everybody, by the key of the person."""

    certificate_through: Mapping[int, date] = field(default_factory=dict)
    health_through: Mapping[int, date] = field(default_factory=dict)
    # Who answered no more: that channel's last query is so old that it is no longer good.
    silent_since: Mapping[int, date] = field(default_factory=dict)
    untrained: frozenset[int] = frozenset()


def give_papers(crews: Sequence[Crew], odd: Odd, chance: Chance, *, today: date) -> None:
    """Write down certificates, health, record checks and training of everybody at work."""
    giver = _Giver(odd, today)
    for crew in crews:
        draw = chance.of("papers of the crew", crew.house.name)
        for member in crew.own:
            giver.give(member, crew, draw)
    giver.write()


class _Giver:
    """Collects the papers of people, to be written at once."""

    def __init__(self, odd: Odd, today: date) -> None:
        self._odd = odd
        self._today = today
        self._certificates: list[Qualification] = []
        self._health: list[HealthCertificate] = []
        self._checks: list[RecordCheck] = []
        self._trainings: list[TrainingRecord] = []

    def give(self, member: Member, crew: Crew, draw: Random) -> None:
        by = crew.lead.person.user_id
        self._certificates += self._certificates_of(member, by, draw)
        self._health += self._health_of(member, by, draw)
        self._checks += self._checks_of(member, by, draw)
        if member.role in _TRAINED:
            self._trainings += self._trainings_of(member, by)

    def write(self) -> None:
        for rows in (self._certificates, self._health, self._checks, self._trainings):
            copy_in(rows)

    def _certificates_of(
        self, member: Member, by: int | None, draw: Random
    ) -> Iterator[Qualification]:
        through = self._odd.certificate_through.get(member.person.pk)
        kinds = _KINDS.get(member.role, ())
        if member.role is StaffRole.CAREGIVER:
            kinds = (QualificationKind.INFANT_CARER if through else draw.choice(_CARERS),)
        for kind in kinds:
            issued_on = member.starts_on - timedelta(days=draw.randint(60, 900))
            yield _certificate(member, kind, issued_on, through, by)
        if member.role in _TRAINED and draw.random() < 0.4:
            issued_on = self._today - timedelta(days=draw.randint(50, 500))
            through = months_later(issued_on, 2 * _A_YEAR)
            yield _certificate(member, QualificationKind.FIRST_AID, issued_on, through, by)
        if member.role in _TRAINED and member.person.pk not in self._odd.untrained:
            yield from self._annual(member, by)

    def _annual(self, member: Member, by: int | None) -> Iterator[Qualification]:
        """The certificate of the newest year whose trainings are all behind them."""
        last = max(training["day"] for training in read("staff")["trainings"])
        ends = [day for training, day in _training_days(self._today) if training["day"] == last]
        issued_on = max(ends, default=None)
        if issued_on is not None and member.starts_on < issued_on:
            through = date(issued_on.year, 12, 31)
            kind = QualificationKind.ANNUAL_TRAINING
            yield _certificate(member, kind, issued_on, through, by)

    def _health_of(
        self, member: Member, by: int | None, draw: Random
    ) -> Iterator[HealthCertificate]:
        left = self._today + timedelta(days=draw.randint(*_HEALTH_LEFT_DAYS))
        through = self._odd.health_through.get(member.person.pk, left)
        clinic = draw.choice(read("staff")["clinics"])
        for end in (months_later(through, -_A_YEAR), through):
            examined_on = months_later(end, -_A_YEAR) + _DAY
            if end is through or examined_on > member.starts_on - timedelta(days=60):
                yield HealthCertificate(
                    person=member.person,
                    number=f"JK{examined_on:%y%m%d}{member.person.pk:06d}",
                    institution=clinic,
                    examined_on=examined_on,
                    valid_through=end,
                    verified_by_id=by,
                    verified_at=_entered(examined_on + 3 * _DAY, self._today),
                )

    def _checks_of(self, member: Member, by: int | None, draw: Random) -> Iterator[RecordCheck]:
        newest = self._today - timedelta(days=draw.randint(*_CHECKED_DAYS_AGO))
        for channel in CheckChannel:
            last = newest - timedelta(days=draw.randint(0, 6))
            silent = self._odd.silent_since.get(member.person.pk)
            if channel is CheckChannel.PROCURATORATE and silent is not None:
                last = months_later(silent, -_A_YEAR)
            renewed = months_later(last, -_A_YEAR) + 10 * _DAY
            before = renewed if member.starts_on < renewed else member.starts_on - 8 * _DAY
            for checked_on in (before, last) if before < last else (last,):
                yield a_check(member.person.pk, channel, checked_on, by, self._today)

    def _trainings_of(self, member: Member, by: int | None) -> Iterator[TrainingRecord]:
        said = list(_training_days(self._today))
        if member.person.pk in self._odd.untrained:
            begun = date(self._today.year, 4, 1)  # one training of this year, and no other
            said = [(training, day) for training, day in said if day < begun]
        for training, taken_on in said:
            if member.starts_on <= taken_on < self._today:
                yield TrainingRecord(
                    person=member.person,
                    category=TrainingCategory(training["category"]),
                    title=training["title"],
                    provider=training["provider"],
                    taken_on=taken_on,
                    lessons=training["lessons"],
                    topics=training["topics"],
                    recorded_by_id=by,
                    recorded_at=_entered(taken_on + 2 * _DAY, self._today),
                )


def a_check(
    person_id: int, channel: CheckChannel, checked_on: date, by: int | None, today: date
) -> RecordCheck:
    """A query that found nothing."""
    return RecordCheck(
        person_id=person_id,
        channel=channel,
        result=CheckResult.CLEAR,
        checked_on=checked_on,
        recorded_by_id=by,
        recorded_at=_entered(checked_on + _DAY, today),
    )


def _training_days(today: date) -> Iterable[tuple[Mapping[str, str], date]]:
    """The trainings of last year and of this one, as far as they are over."""
    for year in (today.year - 1, today.year):
        for training in read("staff")["trainings"]:
            month, day = map(int, training["day"].split("-"))
            if date(year, month, day) < today:
                yield training, date(year, month, day)


def _certificate(
    member: Member,
    kind: QualificationKind,
    issued_on: date,
    through: date | None,
    by: int | None,
) -> Qualification:
    return Qualification(
        person=member.person,
        kind=kind,
        number=f"{issued_on:%Y}{member.person.pk:08d}",
        issuer=read("staff")["issuers"][kind.value],
        issued_on=issued_on,
        valid_through=through,
        verified_by_id=by,
        verified_at=max(
            member.person.registered_at, moment_in_shanghai(issued_on + 2 * _DAY, time(15))
        ),
    )


def _entered(day: date, today: date) -> datetime:
    """In the afternoon of a day, or yesterday's."""
    return moment_in_shanghai(min(day, today - _DAY), time(15, 30))
