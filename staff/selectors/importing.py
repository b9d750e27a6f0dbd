"""People and papers as files name them: what rows are matched with, and what is exported."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from common.crypto import lookup_code
from facilities.selectors.importing import HouseRef
from imports.cleaners import alike
from staff.models import (
    Candidacy,
    Employment,
    HealthCertificate,
    Person,
    Qualification,
    RecordCheck,
    RosterWeek,
    TrainingRecord,
)
from staff.selectors.roster import House, board_of
from staff.types import EmploymentBasis, PlannedShift, StaffRole

T = TypeVar("T")
TAIL = 4  # characters of an identity number that may be shown


@dataclass(frozen=True, slots=True)
class PersonRef:
    """Somebody whom a row may name."""

    id: int
    public_id: str
    name: str
    tail: str  # of the identity number
    phone: str


class KnownPeople:
    """The people whom some houses engage or consider, as rows name them. Three statements."""

    def __init__(self, houses: Iterable[HouseRef]) -> None:
        pairs = _pairs([house.id for house in houses])
        rows = Person.objects.filter(pk__in={person for _, person in pairs}).order_by("pk")
        self._codes: dict[str, PersonRef] = {}
        self.by_id: dict[int, PersonRef] = {}
        for row in rows:
            self._keep(row)
        self._in_house: dict[int, dict[str, list[PersonRef]]] = defaultdict(dict)
        for facility_id, person_id in pairs:
            self.joins(facility_id, self.by_id[person_id])

    def _keep(self, row: Person) -> PersonRef:
        tail = str(row.identity_number)[-TAIL:]
        ref = PersonRef(row.pk, str(row.public_id), row.name, tail, row.phone)
        self._codes[row.identity_code] = self.by_id[row.pk] = ref
        return ref

    def add(self, row: Person, facility_id: int) -> PersonRef:
        """Somebody was just registered in a house."""
        ref = self.by_id.get(row.pk) or self._keep(row)
        self.joins(facility_id, ref)
        return ref

    def joins(self, facility_id: int, ref: PersonRef) -> None:
        there = self._in_house[facility_id].setdefault(alike(ref.name), [])
        if ref not in there:
            there.append(ref)

    def found(self, facility_id: int, name: str, identity: str = "") -> list[PersonRef]:
        """Who of a house bears a name; `identity` is a whole number, or its last characters."""
        named = self._in_house[facility_id].get(alike(name), [])
        if len(identity) > TAIL:
            ref = self._codes.get(lookup_code(identity))
            return [one for one in named if one == ref]
        return [one for one in named if not identity or one.tail == identity]

    def of_house(self, facility_id: int) -> list[PersonRef]:
        """Everybody of a house, by name."""
        refs = [ref for refs in self._in_house[facility_id].values() for ref in refs]
        return sorted(refs, key=lambda ref: (ref.name, ref.id))

    def homes(self, houses: Sequence[HouseRef]) -> dict[int, HouseRef]:
        """The first of the houses that each person belongs to, in the order of houses and names."""
        found: dict[int, HouseRef] = {}
        for house in houses:
            for ref in self.of_house(house.id):
                found.setdefault(ref.id, house)
        return found


def _pairs(house_ids: list[int]) -> list[tuple[int, int]]:
    """House and person, of those who are or were engaged, or are considered."""
    engaged = Employment.objects.filter(facility_id__in=house_ids)
    considered = Candidacy.objects.filter(facility_id__in=house_ids)
    return sorted(
        {
            *engaged.values_list("facility_id", "person_id"),
            *considered.values_list("facility_id", "person_id"),
        }
    )


# --- what is there already ------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class EngagementLine:
    """An engagement as a row says it."""

    role: StaffRole
    basis: EmploymentBasis
    starts_on: date
    through: date | None
    lent_by: str


def engagements_within(
    houses: Iterable[HouseRef],
) -> defaultdict[tuple[int, int], dict[str, EngagementLine]]:
    """Engagements by house and person, and then by public id."""
    rows = Employment.objects.filter(facility_id__in=[house.id for house in houses])
    found: defaultdict[tuple[int, int], dict[str, EngagementLine]] = defaultdict(dict)
    for row in rows.order_by("facility_id", "person_id", "starts_on", "pk"):
        found[row.facility_id, row.person_id][str(row.public_id)] = EngagementLine(
            StaffRole(row.role),
            EmploymentBasis(row.basis),
            row.starts_on,
            row.through,
            row.lent_by,
        )
    return found


def checks_of(person_ids: Iterable[int]) -> dict[tuple[int, str, date], str]:
    """Results of record checks by person, channel and day."""
    rows = RecordCheck.objects.filter(person_id__in=list(person_ids))
    columns = ("person_id", "channel", "checked_on", "result")
    return {(who, channel, on): result for who, channel, on, result in rows.values_list(*columns)}


def certificates_of(
    person_ids: Iterable[int],
) -> dict[tuple[int, str, str], tuple[str, date, date | None]]:
    """Issuer and days of certificates by person, kind and number; revoked ones among them."""
    rows = Qualification.objects.filter(person_id__in=list(person_ids))
    return {
        (row.person_id, row.kind, row.number): (row.issuer, row.issued_on, row.valid_through)
        for row in rows.order_by("pk")
    }


def health_of(person_ids: Iterable[int]) -> dict[tuple[int, date], tuple[str, str, date]]:
    """Institution, number and last day of health certificates by person and examination."""
    rows = HealthCertificate.objects.filter(person_id__in=list(person_ids))
    return {
        (row.person_id, row.examined_on): (row.institution, row.number, row.valid_through)
        for row in rows.order_by("pk")
    }


def trainings_of(person_ids: Iterable[int]) -> dict[tuple[int, str, str, date], TrainingRecord]:
    """Trainings by person, counter, title and day."""
    rows = TrainingRecord.objects.filter(person_id__in=list(person_ids))
    return {
        (row.person_id, row.category, row.title, row.taken_on): row
        for row in rows.order_by("person_id", "taken_on", "pk")
    }


def boards_from(house: HouseRef, monday: date) -> Iterator[PlannedShift]:
    """What stands on the boards of a house from a week on."""
    weeks = RosterWeek.objects.filter(facility_id=house.id, monday__gte=monday)
    for day in weeks.order_by("monday").values_list("monday", flat=True):
        yield from board_in(house, day)


def board_in(house: HouseRef, monday: date) -> list[PlannedShift]:
    """What stands on the board of one week."""
    return board_of(House(house.id, house.public_id, house.name, house.place.district), monday)
