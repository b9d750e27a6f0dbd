"""A 街镇 with two houses and one in the next, and those who bring data in for them."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from accounts.types import Role, ScopeKind
from regulations import services as regulations
from tests.facilities.factories import make_group, make_house, make_subdistrict
from tests.families.factories import NOW, actor_of, make_grant, make_operator, make_user


@pytest.fixture
def law(db):
    regulations.load(now=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def today_it_is_november(monkeypatch):
    """Pages, API and worker are entered at NOW, whenever the tests are run."""
    clock = SimpleNamespace(now=lambda: NOW)
    monkeypatch.setattr("accounts.entrance.timezone", clock)
    monkeypatch.setattr("imports.tasks.timezone", clock)


@pytest.fixture
def shihua(law):
    return make_subdistrict("石化街道")


@pytest.fixture
def house(shihua):
    house = make_house("石化街道“宝宝屋”", subdistrict=shihua)
    make_group(house, name="托小班")
    make_group(house, name="托大班")
    return house


@pytest.fixture
def second_house(shihua):
    house = make_house("石化街道临蒙社区“宝宝屋”", subdistrict=shihua)
    make_group(house, name="托小班")
    return house


@pytest.fixture
def foreign_house(law):
    house = make_house("廊下镇“宝宝屋”", subdistrict=make_subdistrict("廊下镇"))
    make_group(house, name="托小班")
    return house


@pytest.fixture
def operator_user(shihua):
    return make_operator(shihua)


@pytest.fixture
def operator(operator_user):
    return actor_of(operator_user)


@pytest.fixture
def in_charge_user(house):
    user = make_user("负责人")
    make_grant(user, Role.PERSON_IN_CHARGE, ScopeKind.FACILITY, str(house.public_id))
    return user


@pytest.fixture
def in_charge(in_charge_user):
    return actor_of(in_charge_user)


@pytest.fixture
def other_operator_user(foreign_house):
    return make_operator(foreign_house.subdistrict, "钱管理")


@pytest.fixture
def other_operator(other_operator_user):
    return actor_of(other_operator_user)
