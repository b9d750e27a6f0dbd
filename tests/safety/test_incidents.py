"""What happened is taken down once, told of in time, and never unsaid."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import AuditEvent
from common.refusals import InvalidInput, NotFound
from notifications.models import OutboxMessage
from notifications.types import Kind, MessageState
from safety import selectors, services
from safety.models import (
    DutyTold,
    Incident,
    IncidentClosing,
    IncidentDuty,
    IncidentNote,
)
from safety.types import Grade, HowTold, IncidentKind, Recipient, Severity
from tests.families.factories import actor_of, make_child
from tests.safety.factories import NOW, a_report, make_incident

HARM = {"kind": IncidentKind.SUSPECTED_HARM, "what_happened": "手臂有成排的淤青。"}


def told(incident, user, recipient, *, how=HowTold.PHONE, now=NOW, told_at=None):
    services.record_told(
        incident=str(incident.public_id),
        recipient=recipient,
        how=how,
        note="",
        told_at=told_at or now,
        actor=actor_of(user),
        now=now,
    )


def tell_everybody(incident, user):
    for duty in IncidentDuty.objects.filter(incident=incident, told__isnull=True):
        told(incident, user, Recipient(duty.recipient))


def close(incident, user):
    services.close_incident(
        incident=str(incident.public_id), reason="已处理", actor=actor_of(user), now=NOW
    )


def page(user, incident):
    return selectors.incident_for(actor_of(user), incident.public_id, now=NOW)


def news(kind):
    rows = OutboxMessage.objects.filter(kind=kind)
    return sorted(rows.values_list("recipient_id", flat=True))


# --- reporting ------------------------------------------------------------------------------------


def test_a_report_starts_the_clocks_from_when_it_happened(house, in_charge, operator):
    happened_at = NOW - timedelta(minutes=20)

    incident = make_incident(house, in_charge, happened_at=happened_at)

    assert (incident.grade, incident.leaf) == (Grade.ORDINARY, "hurt_lightly")
    due = dict(incident.duties.values_list("recipient", "due_at"))
    assert due == {
        Recipient.GUARDIANS: happened_at + timedelta(minutes=30),
        Recipient.SUBDISTRICT: happened_at + timedelta(minutes=60),
    }
    assert AuditEvent.objects.get(kind="safety.incident.reported").actor_id == in_charge.pk


def test_the_departments_that_read_here_find_it_in_their_inbox(
    house, in_charge, operator, lead, health_officer, inspector, other_operator, elsewhere
):
    make_incident(house, in_charge, kind=IncidentKind.INFECTIOUS, people=3)

    assert news(Kind.INCIDENT_REPORTED) == sorted([operator.pk, lead.pk, health_officer.pk])
    for message in OutboxMessage.objects.filter(kind=Kind.INCIDENT_REPORTED):
        assert "传染" not in str(message.payload)


def test_its_words_lie_sealed_in_the_database(house, in_charge):
    make_incident(house, in_charge, what_happened="额头擦伤", who="王小满")

    with connection.cursor() as cursor:
        cursor.execute("SELECT what_happened, what_was_done, who FROM safety_incident")
        [row] = cursor.fetchall()
    for column in row:
        assert "擦伤".encode() not in bytes(column)
        assert "王小满".encode() not in bytes(column)
    assert Incident.objects.get().what_happened == "额头擦伤"


def test_the_same_form_sent_twice_is_one_incident(house, in_charge):
    key = "0b6e0000-0000-4000-8000-000000000001"
    send = {"incident": a_report(), "key": key, "now": NOW}
    first = services.report_incident(
        facility=str(house.public_id), actor=actor_of(in_charge), **send
    )
    second = services.report_incident(
        facility=str(house.public_id), actor=actor_of(in_charge), **send
    )

    assert first == second == key
    assert Incident.objects.count() == 1


def test_the_key_of_somebody_elses_form_reports_nothing(house, in_charge, operator):
    known = make_incident(house, in_charge)

    with pytest.raises(InvalidInput, match="刷新"):
        services.report_incident(
            facility=str(house.public_id),
            incident=a_report(),
            key=str(known.public_id),
            actor=actor_of(operator),
            now=NOW,
        )

    assert Incident.objects.count() == 1


def test_the_children_are_found_or_the_report_is_refused(house, in_charge):
    child = make_child()

    with pytest.raises(InvalidInput, match="没有找到这个孩子"):
        make_incident(house, in_charge, children=(str(child.public_id), "nobody"))
    assert not Incident.objects.exists()

    incident = make_incident(house, in_charge, children=(str(child.public_id),), people=0)

    assert page(in_charge, incident).children == (child.name,)
    assert incident.facts["people"] == 1
    assert AuditEvent.objects.get(kind="safety.incident.reported").child_id == child.pk


@pytest.mark.parametrize("ahead", [timedelta(minutes=1), -timedelta(days=400)])
def test_a_moment_that_makes_no_sense_is_refused(house, in_charge, ahead):
    with pytest.raises(InvalidInput) as refused:
        make_incident(house, in_charge, happened_at=NOW + ahead)

    assert "happened_at" in refused.value.faults
    assert not Incident.objects.exists()
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("who", ["other_operator", "elsewhere", "parent"])
def test_nobody_reports_of_a_house_that_is_not_theirs(house, everybody, who):
    with pytest.raises(NotFound):
        make_incident(house, everybody[who])

    assert not Incident.objects.exists()


# --- telling --------------------------------------------------------------------------------------


def test_a_duty_is_done_once(house, in_charge, operator):
    incident = make_incident(house, in_charge)

    told(incident, in_charge, Recipient.GUARDIANS)
    with pytest.raises(InvalidInput, match="登记过"):
        told(incident, in_charge, Recipient.GUARDIANS)

    assert DutyTold.objects.count() == 1
    assert page(in_charge, incident).row.untold == 1


def test_what_was_told_is_no_longer_news(house, in_charge, operator):
    incident = make_incident(house, in_charge)

    told(incident, operator, Recipient.SUBDISTRICT, how=HowTold.PORTAL)

    message = OutboxMessage.objects.get(kind=Kind.INCIDENT_REPORTED)
    assert message.state == MessageState.CANCELLED


def test_only_the_department_itself_says_that_it_has_read_here(house, in_charge, operator, lead):
    incident = make_incident(house, in_charge, severity=Severity.HOSPITAL)

    with pytest.raises(InvalidInput, match="只有收到的部门"):
        told(incident, in_charge, Recipient.EDUCATION, how=HowTold.PORTAL)
    with pytest.raises(InvalidInput, match="只有收到的部门"):
        told(incident, operator, Recipient.EDUCATION, how=HowTold.PORTAL)
    assert not DutyTold.objects.exists()

    told(incident, lead, Recipient.EDUCATION, how=HowTold.PORTAL)

    assert DutyTold.objects.get().by_id == lead.pk


def test_an_officer_who_only_reads_does_not_say_for_the_house_whom_it_told(
    house, in_charge, inspector, health_officer
):
    incident = make_incident(house, in_charge)

    for officer in (inspector, health_officer):
        with pytest.raises(NotFound):
            told(incident, officer, Recipient.GUARDIANS)
    assert not DutyTold.objects.exists()


@pytest.mark.parametrize("away", [timedelta(minutes=1), -timedelta(hours=1)])
def test_a_moment_of_telling_that_makes_no_sense_is_refused(house, in_charge, away):
    incident = make_incident(house, in_charge)

    with pytest.raises(InvalidInput):
        told(incident, in_charge, Recipient.GUARDIANS, told_at=NOW + away)

    assert not DutyTold.objects.exists()


def test_who_need_not_be_told_is_not_found(house, in_charge):
    incident = make_incident(house, in_charge)

    with pytest.raises(NotFound):
        told(incident, in_charge, Recipient.CYBERSPACE)


def test_a_late_word_is_noted_as_late(house, in_charge):
    incident = make_incident(house, in_charge, happened_at=NOW - timedelta(hours=2))

    told(incident, in_charge, Recipient.GUARDIANS)

    [done] = [duty for duty in page(in_charge, incident).duties if duty.told_at]
    assert done.was_late


# --- adding and closing ---------------------------------------------------------------------------


def test_what_was_learned_later_makes_it_graver_and_opens_more_clocks(house, in_charge, lead):
    incident = make_incident(house, in_charge, happened_at=NOW - timedelta(hours=3))
    before = set(incident.duties.values_list("pk", "due_at"))

    services.add_note(
        incident=str(incident.public_id),
        text="下午送到医院，观察一晚。",
        severity=Severity.HOSPITAL,
        actor=actor_of(in_charge),
        now=NOW,
    )

    shown = page(in_charge, incident)
    assert shown.row.grade is Grade.LARGER
    assert [note.grade_name for note in shown.notes] == ["较大"]
    assert before <= set(incident.duties.values_list("pk", "due_at"))
    education = incident.duties.get(recipient=Recipient.EDUCATION)
    assert education.due_at == NOW + timedelta(minutes=120)
    assert news(Kind.INCIDENT_REPORTED) == [lead.pk]


def test_a_note_never_makes_it_smaller(house, in_charge):
    incident = make_incident(house, in_charge, severity=Severity.LIFE)

    services.add_note(
        incident=str(incident.public_id),
        text="脱离危险。",
        severity=Severity.TREATED,
        actor=actor_of(in_charge),
        now=NOW,
    )

    assert page(in_charge, incident).row.grade is Grade.MAJOR
    assert IncidentNote.objects.get().grade == ""


def test_it_is_closed_when_everybody_was_told(house, in_charge):
    incident = make_incident(house, in_charge)

    with pytest.raises(InvalidInput, match="还没有告知：家长、街镇"):
        close(incident, in_charge)
    assert not IncidentClosing.objects.exists()
    tell_everybody(incident, in_charge)
    close(incident, in_charge)
    with pytest.raises(InvalidInput, match="已经结案"):
        close(incident, in_charge)

    shown = page(in_charge, incident)
    assert shown.row.is_closed
    assert (shown.closed_by, shown.closed_reason) == ("沈慧珍", "已处理")


def test_the_house_does_not_close_what_is_more_than_ordinary(house, in_charge, operator):
    incident = make_incident(house, in_charge, severity=Severity.HOSPITAL)
    tell_everybody(incident, in_charge)

    with pytest.raises(NotFound):
        close(incident, in_charge)
    assert not IncidentClosing.objects.exists()
    close(incident, operator)

    assert IncidentClosing.objects.get().by_id == operator.pk


@pytest.mark.parametrize("who", ["other_operator", "elsewhere", "parent", "inspector"])
def test_nobody_else_writes_in_it(house, in_charge, everybody, who):
    incident = make_incident(house, in_charge)
    stranger = everybody[who]

    for deed in (
        lambda: told(incident, stranger, Recipient.GUARDIANS),
        lambda: close(incident, stranger),
        lambda: services.add_note(
            incident=str(incident.public_id), text="x", actor=actor_of(stranger), now=NOW
        ),
    ):
        with pytest.raises(NotFound):
            deed()
    assert not DutyTold.objects.exists()
    assert not IncidentNote.objects.exists()
    assert not IncidentClosing.objects.exists()


@pytest.mark.parametrize(
    "table", ["incident", "incidentnote", "incidentclosing", "incidentduty", "dutytold",
              "incidentchild"],
)  # fmt: skip
def test_nothing_of_it_is_changed_or_removed(house, in_charge, table):
    child = make_child()
    incident = make_incident(house, in_charge, children=(str(child.public_id),))
    services.add_note(
        incident=str(incident.public_id), text="补充", actor=actor_of(in_charge), now=NOW
    )
    tell_everybody(incident, in_charge)
    close(incident, in_charge)

    for statement in (f"UPDATE safety_{table} SET id = id", f"DELETE FROM safety_{table}"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            connection.cursor().execute(statement)


# --- suspected harm: 未成年人保护法 第11条 ---------------------------------------------


@pytest.fixture
def harm(house, caregiver, everybody):
    return make_incident(house, caregiver, **HARM)


@pytest.mark.parametrize(
    "who", ["operator", "in_charge", "inspector", "health_officer", "other_operator", "elsewhere"]
)
def test_suspected_harm_is_not_found_by_the_house_nor_by_other_officers(harm, everybody, who):
    stranger = everybody[who]

    with pytest.raises(NotFound):
        page(stranger, harm)
    assert selectors.incidents_seen_by(actor_of(stranger), now=NOW) == []
    assert [
        (row.open_incidents, row.untold)
        for row in selectors.houses_of(actor_of(stranger), now=NOW + timedelta(days=1))
        if row.open_incidents
    ] == []


def test_no_number_gives_suspected_harm_away(harm, house):
    assert selectors.open_incidents([house.pk], now=NOW + timedelta(days=1)) == {}


def test_its_reporter_sees_that_it_was_received_and_nothing_else(harm, caregiver):
    receipt = page(caregiver, harm)
    [row] = selectors.incidents_seen_by(actor_of(caregiver), now=NOW + timedelta(days=1))

    assert receipt.row.is_receipt
    assert receipt.what_happened == ""
    assert receipt.duties == ()
    assert (row.is_receipt, row.untold, row.overdue, row.next_due_at) == (True, 0, 0, None)


def test_the_supervision_lead_reads_it_and_acts(harm, lead):
    shown = page(lead, harm)

    assert shown.what_happened == "手臂有成排的淤青。"
    assert {duty.recipient for duty in shown.duties} == {
        Recipient.POLICE, Recipient.CIVIL_AFFAIRS, Recipient.EDUCATION
    }  # fmt: skip
    assert shown.duties[0].article == "第十一条 第二款"
    told(harm, lead, Recipient.EDUCATION, how=HowTold.PORTAL)
    told(harm, lead, Recipient.POLICE)
    assert DutyTold.objects.count() == 2


def test_its_reporter_does_not_write_in_it(harm, caregiver):
    with pytest.raises(NotFound):
        told(harm, caregiver, Recipient.POLICE)
    with pytest.raises(NotFound):
        services.add_note(
            incident=str(harm.public_id), text="x", actor=actor_of(caregiver), now=NOW
        )
    assert not DutyTold.objects.exists()


def test_only_the_lead_hears_of_it_and_the_message_names_nobody(harm, lead, house):
    [message] = OutboxMessage.objects.all()

    assert (message.kind, message.recipient_id) == (Kind.INCIDENT_RESTRICTED, lead.pk)
    assert house.name not in str(message.payload)


def test_the_childs_trail_does_not_speak_of_it(house, caregiver, lead):
    child = make_child()
    incident = make_incident(house, caregiver, children=(str(child.public_id),), **HARM)

    services.record_look(incident=str(incident.public_id), actor=actor_of(lead), now=NOW)

    assert AuditEvent.objects.filter(kind__startswith="safety.incident").count() == 2
    assert not AuditEvent.objects.filter(child_id=child.pk).exists()


def test_a_look_at_an_ordinary_one_stands_in_the_childs_trail(house, in_charge, operator):
    child = make_child()
    incident = make_incident(house, in_charge, children=(str(child.public_id),))

    services.record_look(incident=str(incident.public_id), actor=actor_of(operator), now=NOW)

    look = AuditEvent.objects.get(kind="safety.incident.seen")
    assert (look.child_id, look.actor_id, look.data) == (
        child.pk,
        operator.pk,
        {"role": "operator"},
    )


def test_a_caregiver_sees_that_their_ordinary_report_was_received(house, caregiver):
    incident = make_incident(house, caregiver)

    assert page(caregiver, incident).row.is_receipt
    assert page(caregiver, incident).what_happened == ""
