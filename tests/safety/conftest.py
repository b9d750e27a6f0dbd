"""The people of these tests, the house they speak of, and the law they live under."""

from types import SimpleNamespace

import pytest
from django.test import Client

from accounts.types import Role, ScopeKind
from tests.facilities.conftest import load_the_law
from tests.facilities.factories import make_house, make_subdistrict
from tests.families.factories import make_grant, make_user
from tests.safety.factories import NOW


@pytest.fixture(autouse=True)
def law(db, monkeypatch):
    """The law, loaded as a fresh portal loads it."""
    load_the_law(monkeypatch)


@pytest.fixture(autouse=True)
def today_it_is_november(monkeypatch):
    """Pages and the worker are entered at NOW, whenever the tests are run."""
    clock = SimpleNamespace(now=lambda: NOW)
    monkeypatch.setattr("accounts.entrance.timezone", clock)
    monkeypatch.setattr("safety.tasks.timezone", clock)


@pytest.fixture
def house(law):
    return make_house("石化街道山龙社区“宝宝屋”")


@pytest.fixture
def other_house(law):
    return make_house("廊下镇景展社区“宝宝屋”", subdistrict=make_subdistrict("廊下镇"))


def somebody(name: str, role: Role, kind: ScopeKind, scope: str):
    user = make_user(name)
    make_grant(user, role, kind, scope)
    return user


@pytest.fixture
def operator(house):
    return somebody("蒋文君", Role.OPERATOR, ScopeKind.SUBDISTRICT, house.subdistrict.code)


@pytest.fixture
def other_operator(other_house):
    return somebody("陆海明", Role.OPERATOR, ScopeKind.SUBDISTRICT, other_house.subdistrict.code)


@pytest.fixture
def in_charge(house):
    return somebody("沈慧珍", Role.PERSON_IN_CHARGE, ScopeKind.FACILITY, str(house.public_id))


@pytest.fixture
def caregiver(house):
    return somebody("金晓蕾", Role.CAREGIVER, ScopeKind.FACILITY, str(house.public_id))


@pytest.fixture
def lead(house):
    return somebody("范立群", Role.SUPERVISION_LEAD, ScopeKind.DISTRICT, "310116")


@pytest.fixture
def inspector(house):
    return somebody("顾正平", Role.INSPECTOR, ScopeKind.DISTRICT, "310116")


@pytest.fixture
def health_officer(house):
    return somebody("汪洁如", Role.HEALTH_OFFICER, ScopeKind.DISTRICT, "310116")


@pytest.fixture
def elsewhere(house):
    """The supervision lead of another district."""
    return somebody("方敏之", Role.SUPERVISION_LEAD, ScopeKind.DISTRICT, "310106")


@pytest.fixture
def parent(house):
    return make_user("王芳")


@pytest.fixture
def everybody(
    operator, other_operator, in_charge, caregiver, lead, inspector, health_officer, elsewhere,
    parent,
):  # fmt: skip
    return {
        "operator": operator,
        "other_operator": other_operator,
        "in_charge": in_charge,
        "caregiver": caregiver,
        "lead": lead,
        "inspector": inspector,
        "health_officer": health_officer,
        "elsewhere": elsewhere,
        "parent": parent,
    }


@pytest.fixture
def browser():
    """A browser in which somebody is signed in."""

    def signed_in(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in
