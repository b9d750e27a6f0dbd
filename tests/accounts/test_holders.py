"""Whom news of a place goes to."""

from datetime import date, timedelta

import pytest

from accounts import services
from accounts.models import Grant, User
from accounts.selectors import actor_for, holders_of, names_of
from accounts.types import WORKER, Place, Role, ScopeKind
from tests.accounts.conftest import NOW

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
HOUSE = Place("310116", "310116001", "0b6e0000-0000-4000-8000-000000000001")
OTHER = "0b6e0000-0000-4000-8000-000000000002"


@pytest.fixture
def somebody():
    return User.objects.create(phone="13811110011", name="孙管理")


def _grant(user: User, role: Role, kind: ScopeKind, scope: str, **more) -> Grant:
    return services.grant_role(
        user_id=user.pk, role=role, scope_kind=kind, scope=scope, actor=WORKER, now=NOW, **more
    )


@pytest.mark.parametrize(
    ("kind", "scope", "reaches"),
    [
        (ScopeKind.FACILITY, HOUSE.facility, True),
        (ScopeKind.FACILITY, OTHER, False),
        (ScopeKind.SUBDISTRICT, "310116001", True),
        (ScopeKind.SUBDISTRICT, "310116107", False),
        (ScopeKind.DISTRICT, "310116", True),
        (ScopeKind.DISTRICT, "310106", False),
        (ScopeKind.CITY, "310000", True),
        (ScopeKind.CITY, "330000", False),
    ],
)
def test_a_role_reaches_exactly_where_its_holder_may_act(somebody, kind, scope, reaches):
    _grant(somebody, Role.OPERATOR, kind, scope)

    assert (somebody.pk in holders_of(Role.OPERATOR, at=HOUSE, today=TODAY)) is reaches
    assert actor_for(somebody, today=TODAY).may(Role.OPERATOR, at=HOUSE) is reaches


def test_another_role_over_the_place_is_not_meant(somebody):
    _grant(somebody, Role.CAREGIVER, ScopeKind.FACILITY, HOUSE.facility)

    assert holders_of(Role.OPERATOR, Role.PERSON_IN_CHARGE, at=HOUSE, today=TODAY) == []


def test_who_holds_two_roles_is_named_once(somebody):
    _grant(somebody, Role.OPERATOR, ScopeKind.SUBDISTRICT, HOUSE.subdistrict)
    _grant(somebody, Role.PERSON_IN_CHARGE, ScopeKind.FACILITY, HOUSE.facility)

    found = holders_of(Role.OPERATOR, Role.PERSON_IN_CHARGE, at=HOUSE, today=TODAY)

    assert found == [somebody.pk]


def test_who_no_longer_holds_it_is_left_in_peace(somebody):
    lapsed = _grant(somebody, Role.OPERATOR, ScopeKind.DISTRICT, "310116", valid_through=TODAY)
    assert holders_of(Role.OPERATOR, at=HOUSE, today=TODAY) == [somebody.pk]
    assert holders_of(Role.OPERATOR, at=HOUSE, today=TODAY + timedelta(days=1)) == []

    services.revoke_role(grant_id=lapsed.pk, actor=WORKER, now=NOW)

    assert holders_of(Role.OPERATOR, at=HOUSE, today=TODAY) == []


def test_an_account_that_was_shut_hears_nothing(somebody):
    _grant(somebody, Role.OPERATOR, ScopeKind.DISTRICT, "310116")
    User.objects.update(is_active=False)

    assert holders_of(Role.OPERATOR, at=HOUSE, today=TODAY) == []


def test_a_district_is_not_reached_by_its_houses(somebody):
    _grant(somebody, Role.PERSON_IN_CHARGE, ScopeKind.FACILITY, "")

    assert holders_of(Role.PERSON_IN_CHARGE, at=Place("310116", ""), today=TODAY) == []


def test_names_are_told_in_one_look(somebody):
    assert names_of([somebody.pk, None, 0]) == {somebody.pk: "孙管理"}
    assert names_of([None]) == {}
