"""The people of houses with what each lacks today, and one person's passport."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q

from accounts.types import Actor
from common.intervals import Interval, day_in_shanghai, moment_in_shanghai
from common.refusals import NotFound
from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.selectors import law_book
from regulations.types import Verdict
from staff import rules
from staff.messages import BASES, ROLES
from staff.models import Candidacy, Employment, Person
from staff.selectors.access import MAY_KEEP_STAFF, person_for
from staff.selectors.facts import people_facts
from staff.selectors.scope import StaffHouse, lasting, staff_houses
from staff.types import (
    EmploymentBasis,
    PaperEnd,
    PersonFacts,
    QualificationKind,
    StaffRole,
)

PEOPLE_A_PAGE = 100
_A_DAY = timedelta(days=1)
_CONSIDERED = 100
# What a role that never counts is not asked for.
_FOR_CARERS = frozenset({LimitKey.COUNTED_ROLE_REQUIRED, LimitKey.STAFF_QUALIFICATION_REQUIRED})


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody in a house, today."""

    id: str
    name: str
    facility: str  # public id
    house: str
    roles: tuple[StaffRole, ...]
    role_words: str
    basis_words: str
    starts_on: date  # later than today: not yet there
    is_carer: bool
    counts: bool
    lacks: tuple[Verdict, ...]
    next_end: PaperEnd | None
    is_away: bool
    is_banned: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """What is missing, as sentences."""
        return tuple(one.remedy for one in self.lacks)


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """Somebody whose papers a house has before it."""

    id: str
    name: str
    facility: str
    house: str
    since: datetime
    lacks: tuple[Verdict, ...]  # what stands in the way of engaging them today


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of people, and the houses to choose from."""

    houses: tuple[StaffHouse, ...]
    facility: str  # the chosen one's public id; '' for all
    rows: tuple[PersonRow, ...]
    candidates: tuple[CandidateRow, ...]
    number: int
    total: int
    size: int

    @property
    def has_next(self) -> bool:
        return self.number * self.size < self.total

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def is_whole(self) -> bool:
        return not self.has_next and not self.has_previous


def people_page(
    actor: Actor, *, now: datetime, facility: str = "", page: int = 1, size: int = PEOPLE_A_PAGE
) -> PeoplePage:
    """People of the actor's houses with what they lack. Statements do not grow with people.

    :raises NotFound: when the actor sees no house's people, or not the named one's.
    """
    houses = staff_houses(actor)
    chosen = [one for one in houses if not facility or one.public_id == facility]
    if facility and not chosen:
        raise NotFound
    by_id = {house.id: house for house in chosen}
    today = day_in_shanghai(now)
    engaged = (
        Employment.objects.filter(lasting(today), facility_id__in=list(by_id))
        .order_by("facility__name", "facility_id", "person__name", "person_id")
        .values_list("facility_id", "person_id", "facility__name", "person__name")
        .distinct()
    )
    total = engaged.count()
    page = min(page, max(-(-total // size), 1))  # what is past the last page shows the last
    pairs = [(by_id[row[0]], row[1]) for row in engaged[(page - 1) * size : page * size]]
    considered = _considered(by_id, today) if page == 1 else []
    facts = people_facts({person for _, person in pairs} | {one.person_id for one in considered})
    law = law_book()
    return PeoplePage(
        houses=tuple(houses),
        facility=facility,
        rows=tuple(person_row(facts[person], house, now=now, law=law) for house, person in pairs),
        candidates=tuple(
            _candidate(one, facts[one.person_id], by_id[one.facility_id], today, law)
            for one in considered
        ),
        number=page,
        total=total,
        size=size,
    )


def _considered(by_id: dict[int, StaffHouse], today: date) -> list[Candidacy]:
    engaged = Employment.objects.filter(
        lasting(today), person_id=OuterRef("person_id"), facility_id=OuterRef("facility_id")
    )
    rows = Candidacy.objects.filter(~Exists(engaged), facility_id__in=list(by_id))
    return list(rows.order_by("-since", "pk")[:_CONSIDERED])


def _candidate(
    candidacy: Candidacy, person: PersonFacts, house: StaffHouse, today: date, law: LawBook
) -> CandidateRow:
    judged = rules.hiring_verdicts(person, day=today, district=house.district, law=law)
    return CandidateRow(
        id=person.public_id,
        name=person.name,
        facility=house.public_id,
        house=house.name,
        since=candidacy.since,
        lacks=tuple(one for one in judged if not one.allows),
    )


def person_row(person: PersonFacts, house: StaffHouse, *, now: datetime, law: LawBook) -> PersonRow:
    """Somebody as a house has them today; who starts later is judged by their first day."""
    today = day_in_shanghai(now)
    there = [
        one
        for one in person.employments
        if one.facility_id == house.id and (one.through is None or one.through >= today)
    ]
    starts_on = min((one.starts_on for one in there), default=today)
    day = max(today, starts_on)
    roles = tuple(role for role in StaffRole if role in person.roles_in(house.id, day))
    judged = rules.counting_verdicts(
        person, facility_id=house.id, day=day, district=house.district, law=law
    )
    is_carer = StaffRole.CAREGIVER in roles
    return PersonRow(
        id=person.public_id,
        name=person.name,
        facility=house.public_id,
        house=house.name,
        roles=roles,
        role_words="、".join(ROLES[role] for role in roles),
        basis_words=_bases(one.basis for one in there),
        starts_on=starts_on,
        is_carer=is_carer,
        counts=starts_on <= today and all(one.allows for one in judged),
        lacks=lacks(judged, is_carer=is_carer),
        next_end=next_end(person, day=today, district=house.district, law=law),
        is_away=any(leave.contains(now) for leave in person.leaves),
        is_banned=person.banned_on is not None,
    )


def _bases(bases: Iterable[EmploymentBasis]) -> str:
    known = set(bases) - {EmploymentBasis.EMPLOYED}
    return "、".join(BASES[basis] for basis in EmploymentBasis if basis in known)


def lacks(judged: Sequence[Verdict], *, is_carer: bool) -> tuple[Verdict, ...]:
    """What somebody lacks for what they do: a guard is not asked for a 育婴师 certificate."""
    return tuple(
        one for one in judged if not one.allows and (is_carer or one.rule not in _FOR_CARERS)
    )


def next_end(person: PersonFacts, *, day: date, district: str, law: LawBook) -> PaperEnd | None:
    """The paper that ends next of those that are good; None: none has an end."""
    ends = rules.paper_ends(person, day=day, district=district, law=law)
    return next((end for end in ends if not end.has_lapsed), None)


def colleagues(houses: Iterable[StaffHouse], person: Person, today: date) -> list[tuple[str, str]]:
    """Who may be named as somebody's direct manager: public id, and name with house."""
    by_id = {house.id: house for house in houses}
    rows = (
        Employment.objects.filter(lasting(today), facility_id__in=list(by_id))
        .exclude(person=person)
        .order_by("facility__name", "person__name", "person_id")
        .values_list("person__public_id", "person__name", "facility_id")
        .distinct()
    )
    found: dict[str, str] = {}
    for public_id, name, facility_id in rows:
        found.setdefault(str(public_id), f"{name}（{by_id[facility_id].name}）")
    return list(found.items())


@dataclass(frozen=True, slots=True)
class Badge:
    """What stands on a badge."""

    id: str
    name: str
    code: str
    houses: tuple[str, ...]
    roles: str


def badge_of(actor: Actor, public_id: str, *, today: date) -> Badge:
    """Somebody's badge, for those who keep them. :raises NotFound: for anybody else."""
    person = person_for(actor, public_id, *MAY_KEEP_STAFF)
    rows = Employment.objects.filter(lasting(today), person=person).select_related("facility")
    theirs = list(rows.order_by("facility__name", "role"))
    return Badge(
        id=str(person.public_id),
        name=person.name,
        code=person.badge_code,
        houses=tuple(dict.fromkeys(one.facility.name for one in theirs)),
        roles="、".join(ROLES[role] for role in StaffRole if role in {one.role for one in theirs}),
    )


def names_by_id(ids: Iterable[int]) -> list[str]:
    """How people are called, in the order of their numbers."""
    rows = Person.objects.filter(pk__in=list(ids)).order_by("pk")
    return list(rows.values_list("name", flat=True))


# --- what the public reads ------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class PublicStaffFacts:
    """Who cares for children in a house, as facts and not as people (P15, G2)."""

    carers: int
    certified: int

    @property
    def percent(self) -> int | None:
        """持证上岗率; None where nobody is engaged."""
        return self.certified * 100 // self.carers if self.carers else None


def public_staff_facts(facility_id: int, today: date) -> PublicStaffFacts:
    """How many 保育人员 a house has, and how many hold a valid certificate. Two statements."""
    covering = Employment.objects.filter(
        lasting(today), facility_id=facility_id, role=StaffRole.CAREGIVER, starts_on__lte=today
    )
    carers = set(covering.values_list("person_id", flat=True))
    kinds = [kind for kind in QualificationKind if kind.is_for_childcare]
    good = Person.objects.filter(
        lasting_paper(today),
        pk__in=carers,
        qualifications__kind__in=kinds,
        qualifications__issued_on__lte=today,
    )
    return PublicStaffFacts(len(carers), good.distinct().count())


def lasting_paper(today: date) -> Q:
    """Certificates that are good on a day, from the person's side."""
    through = Q(qualifications__valid_through__isnull=True) | Q(
        qualifications__valid_through__gte=today
    )
    standing = Q(qualifications__revoked_on__isnull=True) | Q(qualifications__revoked_on__gt=today)
    return through & standing


def span_of(starts_on: date, through: date) -> Interval:
    """Whole days, as moments in Shanghai."""
    return Interval(
        moment_in_shanghai(starts_on, time()), moment_in_shanghai(through + _A_DAY, time())
    )
