"""The worker reminds of checks and takes overdue duties up; twice does no harm."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from audit.models import JobRun
from notifications.models import OutboxMessage
from notifications.types import Kind
from safety import services, tasks
from safety.models import DutyEscalation, IncidentDuty
from safety.types import HowTold, IncidentKind, Level, Recipient, RegisterKind
from tests.families.factories import actor_of
from tests.safety.factories import NOW, make_check, make_incident, make_item

STEP = timedelta(minutes=30)


def told(kind=Kind.REGISTERS_DUE):
    return sorted(OutboxMessage.objects.filter(kind=kind).values_list("recipient_id", flat=True))


# --- registers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days_ago", "is_told"),
    [(None, True), (0, False), (23, False), (24, True), (25, False), (31, True), (32, True)],
)
def test_people_of_a_house_are_told_when_a_check_comes_near_is_due_and_is_late(
    house, operator, in_charge, caregiver, other_operator, lead, days_ago, is_told
):
    item = make_item(house)
    if days_ago is not None:
        make_check(item, days_ago=days_ago)

    services.remind_of_registers(now=NOW)

    assert told() == (sorted([operator.pk, in_charge.pk]) if is_told else [])


def test_what_is_late_is_said_every_day_and_once_a_day(house, in_charge):
    make_check(make_item(house, name="主出入口摄像头"), days_ago=40)

    for now in (NOW, NOW + timedelta(hours=1), NOW + timedelta(days=1)):
        services.remind_of_registers(now=now)

    messages = OutboxMessage.objects.order_by("pk")
    assert [one.payload["what"] for one in messages] == [
        "主出入口摄像头（过期 9 天）", "主出入口摄像头（过期 10 天）"
    ]  # fmt: skip


def test_a_long_list_is_cut_short(house, in_charge):
    for _ in range(5):
        make_item(house, RegisterKind.TOY)

    services.remind_of_registers(now=NOW)

    [message] = OutboxMessage.objects.all()
    assert message.payload["count"] == 5
    assert message.payload["what"].endswith("等")


def test_the_task_reminds_once_a_day_in_the_morning(house, in_charge, monkeypatch):
    make_item(house)
    clock = SimpleNamespace(now=lambda: NOW.replace(hour=5))
    with monkeypatch.context() as early:
        early.setattr("safety.tasks.timezone", clock)
        assert tasks.remind_of_registers() is False
    assert told() == []

    assert tasks.remind_of_registers() is True
    assert tasks.remind_of_registers() is False

    assert told() == [in_charge.pk]
    assert JobRun.objects.get(name="safety.remind_of_registers").finished_at


def test_reminding_takes_the_same_queries_for_many_items(
    house, in_charge, django_assert_max_num_queries
):
    for _ in range(12):
        make_check(make_item(house), days_ago=40)

    with django_assert_max_num_queries(16):
        services.remind_of_registers(now=NOW)


# --- duties ---------------------------------------------------------------------------------------


@pytest.fixture
def guardians(house, in_charge, operator, lead, caregiver):
    """A duty to tell the parents, whose clock runs out twenty-five minutes from now."""
    incident = make_incident(house, caregiver)
    OutboxMessage.objects.all().delete()
    return incident.duties.get(recipient=Recipient.GUARDIANS)


def levels(duty):
    return set(duty.escalations.values_list("level", flat=True))


def test_a_clock_that_runs_is_left_alone(guardians):
    assert services.escalate_duties(now=guardians.due_at - timedelta(seconds=1)) == 0
    assert not OutboxMessage.objects.exists()


def test_the_house_is_reminded_then_the_street_then_the_district(
    guardians, in_charge, caregiver, operator, lead
):
    due = guardians.due_at
    hears = {
        due: {in_charge.pk, caregiver.pk},
        due + STEP: {in_charge.pk, caregiver.pk, operator.pk},
        due + 2 * STEP: {in_charge.pk, caregiver.pk, operator.pk, lead.pk},
    }
    subject = f"incident_duty:{guardians.pk}"

    for now, people in hears.items():
        services.escalate_duties(now=now)
        heard = OutboxMessage.objects.filter(subject=subject, kind=Kind.INCIDENT_OVERDUE)
        assert set(heard.values_list("recipient_id", flat=True)) == people


def test_twice_says_nothing_new(guardians):
    late = guardians.due_at + 3 * STEP
    services.escalate_duties(now=late)
    before = (DutyEscalation.objects.count(), OutboxMessage.objects.count())

    assert services.escalate_duties(now=late) == 0

    assert (DutyEscalation.objects.count(), OutboxMessage.objects.count()) == before


def test_a_worker_that_slept_goes_through_every_level(guardians):
    services.escalate_duties(now=guardians.due_at + timedelta(days=1))

    assert levels(guardians) == set(Level)


def test_what_was_told_in_time_is_not_escalated(guardians, in_charge):
    services.record_told(
        incident=str(guardians.incident.public_id),
        recipient=Recipient.GUARDIANS,
        how=HowTold.PHONE,
        note="",
        told_at=NOW,
        actor=actor_of(in_charge),
        now=NOW,
    )

    services.escalate_duties(now=guardians.due_at + timedelta(days=1))

    assert levels(guardians) == set()


def test_suspected_harm_never_goes_to_the_house_or_its_street(
    house, in_charge, operator, lead, caregiver
):
    make_incident(house, caregiver, kind=IncidentKind.SUSPECTED_HARM)
    OutboxMessage.objects.all().delete()

    services.escalate_duties(now=NOW + timedelta(days=1))

    assert DutyEscalation.objects.count() == IncidentDuty.objects.count() * len(Level)
    assert set(told(Kind.INCIDENT_RESTRICTED_OVERDUE)) == {lead.pk}
    assert told(Kind.INCIDENT_OVERDUE) == []
    assert not OutboxMessage.objects.filter(payload__icontains=house.name).exists()


def test_the_task_works_once_a_minute(guardians, monkeypatch):
    late = SimpleNamespace(now=lambda: guardians.due_at)
    monkeypatch.setattr("safety.tasks.timezone", late)

    assert tasks.escalate_duties() is True
    assert tasks.escalate_duties() is False

    assert levels(guardians) == {Level.HOUSE}
