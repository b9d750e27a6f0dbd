"""A Tuesday in the houses of a 街镇, and who looks at their people."""

from datetime import date, datetime
from types import SimpleNamespace

import pytest
from django.test import Client

from accounts.models import User
from accounts.types import Role, ScopeKind
from common.intervals import SHANGHAI
from facilities.models import Facility
from tests.families.factories import make_grant, make_operator, make_user

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=SHANGHAI)
TODAY = date(2026, 11, 24)


@pytest.fixture
def clock(monkeypatch):
    """Pages are entered at NOW, whenever the tests are run; `clock.now` may be moved."""
    clock = SimpleNamespace(now=NOW)
    monkeypatch.setattr("accounts.entrance.timezone", SimpleNamespace(now=lambda: clock.now))
    return clock


def operator_user(house: Facility) -> User:
    return make_operator(house.subdistrict)


def lead_user(house: Facility) -> User:
    """The 负责人 of one house, as an account."""
    user = make_user("周负责")
    make_grant(user, Role.PERSON_IN_CHARGE, ScopeKind.FACILITY, str(house.public_id))
    return user


def officer_user(district: str = "310116") -> User:
    user = make_user("郑督导")
    make_grant(user, Role.SUPERVISION_LEAD, ScopeKind.DISTRICT, district)
    return user


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
