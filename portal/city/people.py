"""Who signs in: the accounts that the demo promises, and people who never do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from django.contrib.auth.hashers import make_password

from accounts.models import Grant, User
from accounts.selectors import actor_for
from accounts.types import Actor, Role, ScopeKind
from facilities.models import District, Facility
from portal.city.chance import Chance
from portal.city.data import read

# The same for every account; only where DEMO_DATA_ALLOWED says so.
PASSWORD = "babyhouse-demo"  # noqa: S105
UNUSABLE = "!generated"  # whoever has it never signs in
PARENTS = range(1, 61)
SECOND_GUARDIAN = 2
WITHOUT_PAPERS = 3
OPERATOR, PERSON_IN_CHARGE, CAREGIVER, SUPERVISION_LEAD, HEALTH_OFFICER = 101, 201, 202, 303, 311
HOUSE_OF_THE_STAFF = "石化街道山龙社区“宝宝屋”"


@dataclass(frozen=True, slots=True)
class Post:
    """Somebody at work, and what they were granted."""

    number: int
    name: str
    role: Role
    scope_kind: ScopeKind
    scope: str  # '': the house of the staff
    scope_name: str
    department: str


_EDUCATION, _HEALTH = "金山区教育局", "金山区卫生健康委员会"
_POLICE, _FIRE = "上海市公安局金山分局", "金山区消防救援支队"
_MARKET = "金山区市场监督管理局"
_DISTRICT, _STREET = ScopeKind.DISTRICT, ScopeKind.SUBDISTRICT
_CENTER = "社区事务受理服务中心"

POSTS = (
    Post(101, "蒋文君", Role.OPERATOR, _STREET, "310116001", "石化街道", f"石化街道{_CENTER}"),
    Post(102, "陆海明", Role.OPERATOR, _STREET, "310116107", "廊下镇", f"廊下镇{_CENTER}"),
    Post(201, "沈慧珍", Role.PERSON_IN_CHARGE, ScopeKind.FACILITY, "", "", "山龙社区宝宝屋"),
    Post(202, "金晓蕾", Role.CAREGIVER, ScopeKind.FACILITY, "", "", "山龙社区宝宝屋"),
    Post(301, "顾正平", Role.INSPECTOR, _DISTRICT, "310116", "金山区", _EDUCATION),
    Post(302, "钟丽萍", Role.INSPECTOR, _DISTRICT, "310116", "金山区", _EDUCATION),
    Post(303, "范立群", Role.SUPERVISION_LEAD, _DISTRICT, "310116", "金山区", _EDUCATION),
    Post(311, "汪洁如", Role.HEALTH_OFFICER, _DISTRICT, "310116", "金山区", _HEALTH),
    Post(312, "吕建刚", Role.POLICE_OFFICER, _DISTRICT, "310116", "金山区", _POLICE),
    Post(313, "邵志远", Role.FIRE_OFFICER, _DISTRICT, "310116", "金山区", _FIRE),
    Post(314, "施雅琴", Role.MARKET_OFFICER, _DISTRICT, "310116", "金山区", _MARKET),
    Post(321, "方敏之", Role.INSPECTOR, _DISTRICT, "310106", "静安区", "静安区教育局"),
    Post(391, "石守正", Role.AUDITOR, ScopeKind.CITY, "310000", "上海市", "审计"),
)


def phone_of(number: int) -> str:
    """The mobile number of an account of the demo."""
    return f"138{number:08d}"


def unlisted_phone(number: int) -> str:
    """The mobile number of somebody who is nobody's demo account."""
    return f"139{number:08d}"


def make_people(chance: Chance, *, since: datetime) -> None:
    """Write down parents and posts, who all sign in by the demo's password."""
    # One hash for all: a real portal would never, and this one only where demo data are allowed.
    password = make_password(PASSWORD, salt=chance.text("salt")[:22])
    draw = chance.of("people")
    people = [(phone_of(number), _parents_name(number, draw)) for number in PARENTS]
    people += [(phone_of(post.number), post.name) for post in POSTS]
    add_people(people, password=password, since=since)
    _grant()


def add_people(people: list[tuple[str, str]], *, password: str, since: datetime) -> list[User]:
    """Write down people by number and name."""
    rows = User.objects.bulk_create(
        (
            User(phone=phone, name=name, password=password, phone_verified_at=since)
            for phone, name in people
        ),
        batch_size=1000,
    )
    # The column fills itself from the clock; a generated city knows only its own days.
    User.objects.filter(pk__in=[row.pk for row in rows]).update(joined_at=since)
    return rows


def surname_of(name: str) -> str:
    return name[0]


def mothers_name(draw: Random) -> str:
    return f"{draw.choice(read('names')['surnames'])}{draw.choice(read('names')['mothers'])}"


def fathers_name(draw: Random) -> str:
    return f"{draw.choice(read('names')['surnames'])}{draw.choice(read('names')['fathers'])}"


def _parents_name(number: int, draw: Random) -> str:
    name = mothers_name(draw)
    return fathers_name(draw) if number == SECOND_GUARDIAN else name


def _grant() -> None:
    house = Facility.objects.get(name=HOUSE_OF_THE_STAFF)
    users = {user.phone: user for user in User.objects.filter(phone__startswith="138")}
    Grant.objects.bulk_create(
        Grant(
            user=users[phone_of(post.number)],
            role=post.role,
            scope_kind=post.scope_kind,
            scope=post.scope or str(house.public_id),
            scope_name=post.scope_name or house.name,
            department=post.department,
        )
        for post in POSTS
    )


def add_health_officer(district: District, number: int, *, since: datetime) -> User:
    """Somebody who reviews the papers of a district, and never signs in."""
    [officer] = add_people([(unlisted_phone(number), "卫健审核员")], password=UNUSABLE, since=since)
    Grant.objects.create(
        user=officer,
        role=Role.HEALTH_OFFICER,
        scope_kind=ScopeKind.DISTRICT,
        scope=district.code,
        scope_name=district.name,
        department=f"{district.name}卫生健康委员会",
    )
    return officer


def give_addresses() -> None:
    """Give the first family e-mail addresses that nobody can have, once the old news has gone."""
    for number in (min(PARENTS), SECOND_GUARDIAN):
        User.objects.filter(phone=phone_of(number)).update(email=f"parent{number}@example.com")


def demo_parents() -> Iterator[User]:
    """The parents with an account, in order of their numbers."""
    phones = [phone_of(number) for number in PARENTS]
    yield from User.objects.filter(phone__in=phones).order_by("phone")


def actor_of(number: int, today: date) -> Actor:
    """The actor that somebody with an account is."""
    return actor_for(User.objects.get(phone=phone_of(number)), today=today)
