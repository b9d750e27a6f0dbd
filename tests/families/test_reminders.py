"""Before a health check lapses, the family is told once."""

from datetime import timedelta

import pytest

from families import rules, services
from families.types import GuardianRight, ReviewState
from notifications.models import OutboxMessage
from notifications.types import Kind
from tests.families.factories import (
    NOW,
    TODAY,
    make_guardian,
    make_health_check,
    make_ready_child,
    make_user,
)

pytestmark = pytest.mark.django_db


def told():
    rows = OutboxMessage.objects.filter(kind=Kind.HEALTH_CHECK_EXPIRING)
    return sorted(rows.values_list("recipient_id", flat=True))


def remind(now=NOW):
    return services.remind_of_expiring_checks(now=now)


@pytest.mark.parametrize(
    ("days", "is_told"),
    [(-1, False), (0, True), (7, True), (rules.REMIND_BEFORE.days, True), (40, False)],
)
def test_in_the_last_weeks(parent, shihua, days, is_told):
    make_ready_child(parent, shihua, valid_through=TODAY + timedelta(days=days))

    remind()

    assert told() == ([parent.pk] if is_told else [])


def test_every_guardian_of_today_once_however_often_it_runs(parent, shihua):
    child = make_ready_child(parent, shihua, valid_through=TODAY + timedelta(days=7))
    grandmother, gone = make_user(), make_user()
    make_guardian(child, grandmother, right=GuardianRight.READ)
    make_guardian(child, gone, ended_at=NOW)

    for day in range(3):
        remind(NOW + timedelta(days=day))

    assert told() == sorted([parent.pk, grandmother.pk])


@pytest.mark.parametrize(
    ("state", "is_told"),
    [
        (ReviewState.ACCEPTED, False),
        (ReviewState.SUBMITTED, False),
        (ReviewState.REJECTED, True),
    ],
)
def test_not_when_the_next_one_is_there(parent, shihua, state, is_told):
    child = make_ready_child(parent, shihua, valid_through=TODAY + timedelta(days=7))
    make_health_check(child, by=parent, state=state, valid_through=TODAY + timedelta(days=300))

    remind()

    assert bool(told()) is is_told


def test_the_workers_task_does_it(parent, shihua):
    from django.utils import timezone

    from families.tasks import remind_of_expiring_checks

    soon = timezone.now().date() + timedelta(days=7)
    make_ready_child(parent, shihua, valid_through=soon)

    assert remind_of_expiring_checks() == 1
    assert told() == [parent.pk]
