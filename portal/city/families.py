"""Children with the people who stand with them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.db.models import QuerySet

from common.crypto import lookup_code
from common.identity import check_character
from common.intervals import moment_in_shanghai, months_later
from facilities.models import Subdistrict
from families.models import AuthorizedPickup, Child, Guardian
from families.types import GuardianRight, Relation, Sex
from portal.city.chance import Chance
from portal.city.data import read
from portal.city.people import (
    PARENTS,
    SECOND_GUARDIAN,
    UNUSABLE,
    WITHOUT_PAPERS,
    add_people,
    demo_parents,
    fathers_name,
    mothers_name,
    surname_of,
    unlisted_phone,
)
from regulations.keys import LimitKey
from regulations.selectors import law_book

JINSHAN = "310116"
# Where the families with an account live; all their papers hold in both.
HOMES = ("310116001", "310116113")
_CHILDREN_AT_ONCE = 500
# Two months from either end: of age through the whole booking window, and before it.
_WELL_WITHIN = timedelta(days=60)
_SIBLINGS = timedelta(days=90)  # within so much of either end, so that they are no odd twins
_NEARLY_OLD_ENOUGH = timedelta(days=300)


@dataclass(frozen=True, slots=True)
class Family:
    """A child as far as papers and bookings depend on it."""

    child: int
    child_public_id: str
    born_on: date
    parent: int  # the first guardian
    parents_name: str
    subdistrict: int
    subdistrict_name: str
    district: str
    since: datetime
    account: int = 0  # the number of the parent's account, 0 without one


@dataclass(frozen=True, slots=True)
class Ages:
    """Between which days of birth a child may be in care on a day."""

    first: date
    last: date

    def draw(self, draw: Random) -> date:
        return self.first + timedelta(days=draw.randint(0, (self.last - self.first).days))

    def well_within(self) -> "Ages":
        return Ages(self.first + _WELL_WITHIN, self.last - _WELL_WITHIN)

    def oldest(self) -> "Ages":
        return Ages(self.first, self.first + _SIBLINGS)

    def youngest(self) -> "Ages":
        return Ages(self.last - _SIBLINGS, self.last)


def ages_on(today: date) -> Ages:
    """The days of birth of children who are of age today, by the law of 金山区."""
    law = law_book()
    youngest = law.limit(LimitKey.CHILD_AGE_MONTHS_MIN, jurisdiction=JINSHAN, care_on=today)
    oldest = law.limit(LimitKey.CHILD_AGE_MONTHS_MAX, jurisdiction=JINSHAN, care_on=today)
    if youngest is None or oldest is None:
        raise LookupError("The law says nothing about the age of children: load it first.")
    return Ages(
        first=months_later(today, -oldest.number) + timedelta(days=1),
        last=months_later(today, -youngest.number),
    )


class IdentityNumbers:
    """Numbers with a right check digit, in the range once kept for people over a hundred.

    No living child has one of them.
    """

    def __init__(self) -> None:
        self._given: Counter[tuple[str, date, Sex]] = Counter()

    def next(self, district: str, born_on: date, sex: Sex) -> str:
        turn = self._given[district, born_on, sex]
        self._given[district, born_on, sex] += 1
        hundred, pair = divmod(turn, 50)
        serial = 900 - 100 * hundred + 2 * pair + (sex is Sex.BOY)
        digits = f"{district}{born_on:%Y%m%d}{serial:03d}"
        return digits + check_character(digits)


def make_demo_families(
    chance: Chance, numbers: IdentityNumbers, *, today: date, since: date
) -> list[Family]:
    """Children of the parents with an account: one each, but the first has two."""
    maker = _Maker(chance.of("demo families"), numbers, since)
    homes = {place.code: place for place in _places().filter(code__in=HOMES)}
    parents = dict(zip(PARENTS, demo_parents(), strict=True))
    second = parents.pop(SECOND_GUARDIAN)
    made = []
    for number, parent in parents.items():
        # The first ones live where the staff with an account work.
        home = homes[HOMES[0] if number <= WITHOUT_PAPERS else maker.draw.choice(HOMES)]
        made += [
            (maker.child(home, parent.name, ages), number, parent.pk)
            for ages in _ages_of_children(number, ages_on(today).well_within())
        ]
    children = Child.objects.bulk_create(child for child, _, _ in made)
    families = [
        _family(child, parent, parents[number].name, number) for child, number, parent in made
    ]
    _stand_by(zip(children, (parent for _, _, parent in made), strict=True))
    _stand_by([(children[0], second.pk)], Relation.FATHER, GuardianRight.BOOK)
    _name_pickups(children, maker.draw)
    return families


def _ages_of_children(account: int, ages: Ages) -> tuple[Ages, ...]:
    return (ages.oldest(), ages.youngest()) if account == min(PARENTS) else (ages,)


def make_other_families(
    chance: Chance, numbers: IdentityNumbers, place: Subdistrict, how_many: int, *,
    first_number: int, today: date, since: date,
) -> Iterator[list[Family]]:  # fmt: skip
    """Families of a 街镇 that nobody signs in as, some hundred at a time."""
    maker = _Maker(chance.of("families", place.code), numbers, since)
    for start in range(0, how_many, _CHILDREN_AT_ONCE):
        count = min(_CHILDREN_AT_ONCE, how_many - start)
        yield _some_families(maker, place, count, first_number + 2 * start, ages_on(today))


def _some_families(
    maker: "_Maker", place: Subdistrict, count: int, first_number: int, ages: Ages
) -> list[Family]:
    since = moment_in_shanghai(maker.since, time(9))
    people = [
        (unlisted_phone(first_number + number), name(maker.draw))
        for number, name in enumerate((mothers_name, fathers_name) * count)
    ]
    parents = add_people(people, password=UNUSABLE, since=since)
    mothers, fathers = parents[::2], parents[1::2]
    children = Child.objects.bulk_create(
        maker.child(place, father.name, ages) for father in fathers
    )
    _stand_by((c, p.pk) for c, p in zip(children, mothers, strict=True))
    _stand_by(((c, p.pk) for c, p in zip(children, fathers, strict=True)), Relation.FATHER)
    return [
        _family(child, mother.pk, mother.name, 0)
        for child, mother in zip(children, mothers, strict=True)
    ]


class _Maker:
    """Draws children, one after the other."""

    def __init__(self, draw: Random, numbers: IdentityNumbers, since: date) -> None:
        self.draw = draw
        self.since = since
        self._numbers = numbers

    def child(self, home: Subdistrict, parents_name: str, ages: Ages) -> Child:
        names, draw = read("names"), self.draw
        sex = draw.choice([Sex.GIRL, Sex.BOY])
        born_on = ages.draw(draw)
        number = self._numbers.next(home.district.code, born_on, sex)
        registered = self._registered(born_on)
        return Child(
            name=surname_of(parents_name) + draw.choice(names[f"{sex.value}s"]),
            nickname=draw.choice(names["nicknames"]),
            sex=sex,
            born_on=born_on,
            identity_number=number,
            identity_code=lookup_code(number),
            subdistrict=home,
            allergies=draw.choice(names["allergies"]) if draw.random() < 0.15 else "无",
            medical_history=draw.choice(names["histories"]) if draw.random() < 0.15 else "无",
            history_declared_at=registered,
            created_at=registered,
        )

    def _registered(self, born_on: date) -> datetime:
        """Some weeks before the first bookings, or when the child was nearly old enough."""
        early = self.since - timedelta(days=self.draw.randint(3, 40))
        day = max(early, born_on + _NEARLY_OLD_ENOUGH)
        return moment_in_shanghai(day, time(8)) + timedelta(minutes=self.draw.randint(0, 700))


def _family(child: Child, parent: int, parents_name: str, account: int) -> Family:
    return Family(
        child=child.pk,
        child_public_id=str(child.public_id),
        born_on=child.born_on,
        parent=parent,
        parents_name=parents_name,
        subdistrict=child.subdistrict_id,
        subdistrict_name=child.subdistrict.name,
        district=child.subdistrict.district.code,
        since=child.created_at,
        account=account,
    )


def _stand_by(
    pairs: Iterable[tuple[Child, int]],
    relation: Relation = Relation.MOTHER,
    right: GuardianRight = GuardianRight.FULL,
) -> None:
    Guardian.objects.bulk_create(
        Guardian(child=child, user_id=user, relation=relation, right=right, since=child.created_at)
        for child, user in pairs
    )


def _name_pickups(children: Sequence[Child], draw: Random) -> None:
    """Every other child may also be collected by a grandparent."""
    guardians = dict(
        Guardian.objects.filter(child__in=children, right=GuardianRight.FULL).values_list(
            "child", "user"
        )
    )
    AuthorizedPickup.objects.bulk_create(
        AuthorizedPickup(
            child=child,
            name=draw.choice((mothers_name, fathers_name))(draw),
            phone=f"137{number:08d}",
            relation=draw.choice(("外婆", "外公", "奶奶", "爷爷")),
            named_by_id=guardians[child.pk],
            named_at=child.created_at,
        )
        for number, child in enumerate(children[::2], start=1)
    )


def _places() -> QuerySet[Subdistrict]:
    return Subdistrict.objects.select_related("district")
