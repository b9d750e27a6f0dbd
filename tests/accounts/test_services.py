"""Accounts are opened, and roles given and taken, with a trace."""

from datetime import date, timedelta

import pytest

from accounts import services
from accounts.models import Grant, User
from accounts.selectors import actor_for
from accounts.types import WORKER, Actor, HeldGrant, Role, ScopeKind
from audit.models import AuditEvent
from common.refusals import InvalidInput, NotFound
from tests.accounts.conftest import NOW, PARENT

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
LEAD = Actor(user_id=77, name="监管")


def _grant(user: User, **more):
    asked = {
        "role": Role.INSPECTOR,
        "scope_kind": ScopeKind.DISTRICT,
        "scope": "310116",
        "actor": LEAD,
        "now": NOW,
        **more,
    }
    return services.grant_role(user_id=user.pk, **asked)


class TestAnAccount:
    def test_is_opened_once_for_a_number(self, parent: User) -> None:
        with pytest.raises(InvalidInput, match="另一个账号"):
            services.create_user(phone=PARENT, name="又一个", actor=WORKER, now=NOW)

        assert User.objects.get().name == "王小梅"

    def test_leaves_a_trace_without_the_whole_number(self, parent: User) -> None:
        event = AuditEvent.objects.get(kind="accounts.user.created")

        assert event.subject == f"user:{parent.pk}"
        assert PARENT not in str(event.data)

    def test_is_not_opened_for_what_is_no_number(self) -> None:
        with pytest.raises(InvalidInput):
            services.create_user(phone="123", name="谁", actor=WORKER, now=NOW)


class TestARole:
    def test_is_held_from_the_moment_it_is_given(self, parent: User) -> None:
        _grant(parent)

        held = HeldGrant(Role.INSPECTOR, ScopeKind.DISTRICT, "310116")
        assert actor_for(parent, today=TODAY).grants == (held,)
        assert AuditEvent.objects.get(kind="accounts.role.granted").actor_id == LEAD.user_id

    def test_given_twice_is_held_once(self, parent: User) -> None:
        assert _grant(parent) == _grant(parent)
        assert AuditEvent.objects.filter(kind="accounts.role.granted").count() == 1

    def test_lasts_through_its_last_day(self, parent: User) -> None:
        _grant(parent, valid_through=TODAY)

        assert actor_for(parent, today=TODAY).grants
        assert not actor_for(parent, today=TODAY + timedelta(days=1)).grants

    def test_is_gone_when_taken_back_and_may_be_given_again(self, parent: User) -> None:
        grant = _grant(parent)

        services.revoke_role(grant_id=grant.pk, actor=LEAD, now=NOW)
        services.revoke_role(grant_id=grant.pk, actor=LEAD, now=NOW)

        assert not actor_for(parent, today=TODAY).grants
        assert AuditEvent.objects.filter(kind="accounts.role.revoked").count() == 1
        assert _grant(parent) != grant
        assert Grant.objects.count() == 2

    def test_that_never_was_cannot_be_taken_back(self) -> None:
        with pytest.raises(NotFound):
            services.revoke_role(grant_id=1, actor=LEAD, now=NOW)


def test_a_number_proven_by_another_in_the_meantime_is_refused(parent: User) -> None:
    late = User.objects.create(claimed_phone=PARENT)

    with pytest.raises(InvalidInput, match="另一个账号"):
        services.confirm_phone(user_id=late.pk, phone=PARENT, now=NOW)

    late.refresh_from_db()
    assert late.phone is None
