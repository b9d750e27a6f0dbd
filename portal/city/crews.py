"""Who works in which house: a lead, somebody for health, caregivers, a guard and helpers."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import count
from random import Random

from django.contrib.auth.hashers import make_password
from django.db.models import Max

from accounts.models import Grant, User
from accounts.types import Role, ScopeKind
from common.crypto import lookup_code
from common.intervals import moment_in_shanghai
from facilities.models import CareGroup, Facility, TimetableEntry
from families.types import Sex
from portal.city.chance import Chance
from portal.city.data import read
from portal.city.families import IdentityNumbers
from portal.city.people import (
    CAREGIVER,
    HOUSE_OF_THE_STAFF,
    PERSON_IN_CHARGE,
    UNUSABLE,
    add_people,
    fathers_name,
    mothers_name,
    phone_of,
)
from staff.models import Employment, Person
from staff.types import EmploymentBasis, StaffRole

PIN = "135790"  # of the two accounts that work in a house, told with their password
_SPARE = (1, 2)  # caregivers more than the timetable needs at once
_REGISTERED_BEFORE = timedelta(days=6)
_NEWCOMERS = 0.3
_AGES = (24, 54)
_FIRST_CANDIDATE = 90_000_001


@dataclass(slots=True)
class Member:
    """Somebody of a house, and since when."""

    person: Person
    role: StaffRole
    starts_on: date


@dataclass(slots=True)
class Crew:
    """The people of a house. `turn`: where among the houses of a shared 卫生保健人员 it comes."""

    house: Facility
    lead: Member
    caregivers: list[Member]
    others: list[Member] = field(default_factory=list)
    health: Member | None = None  # None: the lead
    turn: int | None = None  # None: their own
    borrowed: list[Person] = field(default_factory=list)

    @property
    def own(self) -> list[Member]:
        """Those whose papers this house keeps: somebody shared belongs to the first house."""
        health = [self.health] if self.health and not self.turn else []
        return [self.lead, *self.caregivers, *health, *self.others]


def make_crews(chance: Chance, numbers: IdentityNumbers, *, today: date) -> list[Crew]:
    """Draw and write down everybody who works in a house of the city, and engage them there."""
    maker = _Maker(chance, numbers, today)
    needed = _needed_at_once()
    houses = Facility.objects.select_related("subdistrict__district").order_by("pk")
    crews = [maker.crew(house, needed.get(house.pk, 0)) for house in houses]
    _look_after_health(crews, maker)
    _give_accounts(crews, pin=make_password(PIN, salt=chance.text("pin")[:22]))
    Person.objects.bulk_create((m.person for crew in crews for m in crew.own), batch_size=500)
    _engage(crews)
    return crews


def _needed_at_once() -> dict[int, int]:
    """How many caregivers the timetable of each house asks for on its busiest weekday."""
    rows = TimetableEntry.objects.order_by("care_group__facility", "weekday").values_list(
        "care_group__facility", "weekday", "care_group"
    )
    by_day: dict[tuple[int, int], int] = defaultdict(int)
    for house, weekday, _, staff in rows.annotate(staff=Max("planned_staff")):
        by_day[house, weekday] += staff
    needed: dict[int, int] = {}
    for (house, _), staff in by_day.items():
        needed[house] = max(staff, needed.get(house, 0))
    return needed


class _Maker:
    """Draws people, house after house."""

    def __init__(
        self, chance: Chance, numbers: IdentityNumbers, today: date, *, first: int = 1
    ) -> None:
        self._chance = chance
        self._identities = numbers
        self._today = today
        self._numbers = count(first)

    def crew(self, house: Facility, needed: int) -> Crew:
        draw = self._chance.of("crew", house.name)
        names: set[str] = set()

        def member(role: StaffRole, name: Callable[[Random], str] = mothers_name) -> Member:
            return self._member(house, role, _unlike(names, name, draw), draw)

        # The houses with an account lend, borrow and lose people: they have one more.
        spare = max(_SPARE) if house.subdistrict.code == "310116001" else draw.randint(*_SPARE)
        crew = Crew(
            house=house,
            lead=member(StaffRole.PERSON_IN_CHARGE),
            caregivers=[member(StaffRole.CAREGIVER) for _ in range(needed + spare)],
            others=[member(StaffRole.GUARD, fathers_name)],
        )
        crew.others += [member(StaffRole.VOLUNTEER) for _ in range(draw.choice((0, 1, 1, 2)))]
        crew.others += [member(StaffRole.ASSISTANT) for _ in range(draw.choice((0, 1)))]
        return crew

    def health_worker(self, house: Facility) -> Member:
        draw = self._chance.of("health worker", house.name)
        return self._member(house, StaffRole.HEALTH_WORKER, mothers_name(draw), draw)

    def _member(self, house: Facility, role: StaffRole, name: str, draw: Random) -> Member:
        is_new = role is StaffRole.CAREGIVER and draw.random() < _NEWCOMERS
        starts_on = (
            self._today - timedelta(days=draw.randint(70, 220))
            if is_new
            else house.opened_on + timedelta(days=draw.randint(0, 240))
        )
        return Member(self.person(name, role, starts_on, draw), role, starts_on)

    def person(self, name: str, role: StaffRole, since: date, draw: Random) -> Person:
        number = next(self._numbers)
        born_on = date(self._today.year - draw.randint(*_AGES), 1, 1) + timedelta(
            days=draw.randint(0, 364)
        )
        sex = Sex.BOY if role is StaffRole.GUARD else Sex.GIRL
        identity = self._identities.next(draw.choice(read("staff")["born_in"]), born_on, sex)
        return Person(
            name=name,
            identity_number=identity,
            identity_code=lookup_code(identity),
            phone=phone_at_work(number),
            born_on=born_on,
            badge_code=self._chance.text("badge", number)[:20],
            registered_at=moment_in_shanghai(since - _REGISTERED_BEFORE, time(10)),
        )


def phone_at_work(number: int) -> str:
    """The mobile number of somebody at work who has no account of the demo."""
    return f"136{number:08d}"


def make_candidate(chance: Chance, numbers: IdentityNumbers, *, today: date, since: date) -> Person:
    """Somebody whom a house has not engaged yet; written down, with no papers."""
    draw = chance.of("candidate")
    maker = _Maker(chance, numbers, today, first=_FIRST_CANDIDATE)
    person = maker.person(mothers_name(draw), StaffRole.CAREGIVER, since + _REGISTERED_BEFORE, draw)
    person.save()
    return person


def _unlike(names: set[str], name: Callable[[Random], str], draw: Random) -> str:
    """A name that nobody in the house has yet."""
    while (drawn := name(draw)) in names:
        continue
    names.add(drawn)
    return drawn


def _look_after_health(crews: Sequence[Crew], maker: _Maker) -> None:
    """A 卫生保健人员 of its own for a large house; small ones of a 街镇 share one, two by two.

    In a small house that is left over the lead is the one, as it often is.
    """
    by_street: dict[int, list[Crew]] = defaultdict(list)
    rooms = Counter(CareGroup.objects.order_by("pk").values_list("facility", flat=True))
    for crew in crews:
        if rooms[crew.house.pk] > 1:
            crew.health = maker.health_worker(crew.house)
        else:
            by_street[crew.house.subdistrict_id].append(crew)
    for small in by_street.values():
        for first, second in zip(small[::2], small[1::2], strict=False):
            first.health = second.health = maker.health_worker(first.house)
            first.turn, second.turn = 0, 1


def _give_accounts(crews: Sequence[Crew], *, pin: str) -> None:
    """Link the accounts of the demo, and give every other lead one that nobody signs in with."""
    named = {user.phone: user for user in User.objects.filter(phone__startswith="138")}
    others = [crew for crew in crews if crew.house.name != HOUSE_OF_THE_STAFF]
    [staffed] = [crew for crew in crews if crew.house.name == HOUSE_OF_THE_STAFF]
    for member, number in (
        (staffed.lead, PERSON_IN_CHARGE),
        (staffed.caregivers[0], CAREGIVER),
    ):
        user, person = named[phone_of(number)], member.person
        person.user, person.name, person.phone = user, user.name, phone_of(number)
        person.pin_hash = pin
    for crew, account in zip(others, _add_leads(others), strict=True):
        crew.lead.person.user = account


def _add_leads(crews: Sequence[Crew]) -> list[User]:
    if not crews:
        return []
    since = min(crew.lead.person.registered_at for crew in crews)
    people = [(crew.lead.person.phone, crew.lead.person.name) for crew in crews]
    users = add_people(people, password=UNUSABLE, since=since)
    Grant.objects.bulk_create(
        Grant(
            user=user,
            role=Role.PERSON_IN_CHARGE,
            scope_kind=ScopeKind.FACILITY,
            scope=str(crew.house.public_id),
            scope_name=crew.house.name,
            department=crew.house.operator_name,
        )
        for crew, user in zip(crews, users, strict=True)
    )
    return users


def _engage(crews: Iterable[Crew]) -> None:
    Employment.objects.bulk_create(
        (row for crew in crews for row in _employments(crew)), batch_size=1000
    )


def _employments(crew: Crew) -> Iterator[Employment]:
    roles = [(member, member.role) for member in crew.own]
    if crew.health is None or crew.turn:
        roles.append((crew.health or crew.lead, StaffRole.HEALTH_WORKER))
    for member, role in roles:
        is_lead = member is crew.lead
        voluntary = role is StaffRole.VOLUNTEER
        yield Employment(
            person=member.person,
            facility=crew.house,
            role=role,
            basis=EmploymentBasis.VOLUNTARY if voluntary else EmploymentBasis.EMPLOYED,
            starts_on=max(member.starts_on, crew.house.opened_on),
            manager=None if is_lead else crew.lead.person,
            hired_by_id=crew.lead.person.user_id,
            hired_at=member.person.registered_at + _REGISTERED_BEFORE,
        )
