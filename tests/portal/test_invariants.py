"""Every query that must find nothing is shown something to find.

A violation is planted as the owner of the tables could: with the triggers off and the constraint
that would have refused it gone, inside a transaction that is rolled back.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Grant, User
from accounts.selectors import actor_for
from audit import services as audit
from bookings.models import BookedHour, Booking, IdempotentRequest, Stay
from bookings.services import close_house, settle_hours
from common.intervals import Interval, day_in_shanghai
from common.invariants import all_invariants, findings
from credit.invariants import INVARIANTS as CREDITED
from facilities.models import CareSession
from facilities.services import set_counted_staff
from families.models import Child
from guide.invariants import INVARIANTS as GUIDED
from inspections.invariants import INVARIANTS as INSPECTED
from notifications.services import deliver_due
from regulations import services as regulations
from safety import services as safety
from safety.models import Incident
from safety.types import IncidentFacts, IncidentKind, NewIncident
from staff.models import IntegrityEntry, Person, StaffPresence
from staff.types import CheckResult, ClockMethod, IntegrityKind
from tests.bookings.situations import NOW, TUESDAY
from tests.bookings.worlds import a_house, a_ready_family, book, hours_of
from tests.facilities.people import operator_of
from tests.staff.factories import make_caregiver, make_checks, make_shift

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


@dataclass
class World:
    """Two families with an hour each, in one session of a house; a third hour is settled."""

    session: CareSession
    hour: BookedHour
    other_hour: BookedHour
    settled_hour: BookedHour
    child: Child
    other_child: Child


@pytest.fixture
def world() -> World:
    regulations.load(now=NOW)
    house = a_house()
    before = NOW - timedelta(days=5)
    [past] = hours_of(house, starts_at=NOW - timedelta(days=1), opens_at=before)
    [session] = hours_of(house, starts_at=TUESDAY)
    parent, child = a_ready_family(house)
    other_parent, other_child = a_ready_family(house)
    book(parent, (child, [past]), now=before)
    settle_hours(now=NOW)
    book(parent, (child, [session]))
    book(other_parent, (other_child, [session]))
    deliver_due(now=NOW)
    settled, hour, other = BookedHour.objects.order_by("pk")
    return World(session, hour, other, settled, child, other_child)


def broken() -> set[str]:
    return {one.invariant.name for one in findings(now=LATER) if not one.holds}


def drop(table: str, constraint: str) -> None:
    sql(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")


def sql(statement: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement, params)


def triggers_off(table: str) -> None:
    sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")


# --- the violations ----------------------------------------------------------------------------


def more_children_than_places(world: World) -> None:
    drop("facilities_caresession", "a_session_is_never_overbooked")
    sql("UPDATE facilities_caresession SET places = 1 WHERE id = %s", world.session.pk)


def a_place_more_than_the_bounds(world: World) -> None:
    bounds = json.dumps([{"key": "class_size_max", "places": 3, "arithmetic": ""}])
    sql(
        "UPDATE facilities_caresession SET places_by = %s, places = 4 WHERE id = %s",
        bounds,
        world.session.pk,
    )


def no_staff_and_nobody_said_so(world: World) -> None:
    drop("facilities_caresession", "staff_suffice_or_a_breach_is_open")
    sql("UPDATE facilities_caresession SET counted_staff = 0 WHERE id = %s", world.session.pk)


def a_breach_that_was_closed_too_early(world: World) -> None:
    a_true_breach(world)
    sql("UPDATE facilities_ratiobreach SET closed_at = now()")


def a_breach_left_open(world: World) -> None:
    a_true_breach(world)
    sql("UPDATE facilities_caresession SET counted_staff = 2 WHERE id = %s", world.session.pk)


def a_breach_of_another_session(world: World) -> None:
    a_true_breach(world)
    sql(
        "UPDATE facilities_ratiobreach SET care_session_id = %s",
        world.settled_hour.care_session_id,
    )


def a_true_breach(world: World) -> None:
    set_counted_staff(
        counted_staff={world.session.pk: 0}, cause="sick_leave", actor_id=None, now=NOW
    )


def a_count_that_drifted(world: World) -> None:
    sql("UPDATE facilities_caresession SET places_taken = 1 WHERE id = %s", world.session.pk)


def a_child_in_two_places(world: World) -> None:
    drop("bookings_bookedhour", "a_child_is_in_one_place_at_a_time")
    sql(
        "UPDATE bookings_bookedhour SET child_id = %s WHERE id = %s",
        world.child.pk,
        world.other_hour.pk,
    )


def an_hour_at_another_time(world: World) -> None:
    sql(
        "UPDATE bookings_bookedhour SET starts_at = starts_at + interval '5 minutes' WHERE id = %s",
        world.hour.pk,
    )


def a_free_unit_too_many(world: World) -> None:
    drop("bookings_entitlement", "free_units_are_never_overspent")
    sql("UPDATE bookings_entitlement SET granted = 1 WHERE child_id = %s", world.child.pk)


def a_balance_that_was_touched_up(world: World) -> None:
    sql("UPDATE bookings_entitlement SET used = used - 1, lapsed = 1 WHERE used > 0")


def a_settled_hour_that_never_used_its_unit(world: World) -> None:
    triggers_off("bookings_ledgerentry")
    sql("DELETE FROM bookings_ledgerentry WHERE kind = 'consume'")


def a_booking_called_off_with_its_hour_still_live(world: World) -> None:
    sql(
        "UPDATE bookings_booking SET state = 'cancelled', cancelled_at = now(),"
        " cancel_cause = 'family' WHERE id = %s",
        world.hour.booking_id,
    )


def a_closed_session_with_a_child_to_come(world: World) -> None:
    sql("UPDATE facilities_caresession SET stop = 'closure' WHERE id = %s", world.session.pk)


def an_hour_ended_by_the_house(world: World) -> None:
    """All as it should be, until somebody takes a part of it away."""
    house = world.session.facility
    day = day_in_shanghai(TUESDAY)
    close_house(
        facility=str(house.public_id),
        starts_on=day,
        through=day,
        reason="停电",
        actor=replace(operator_of(house.subdistrict), user_id=world.hour.booking.placed_by_id),
        now=NOW,
    )
    deliver_due(now=NOW)
    assert broken() == set()


def nobody_owes_the_hour(world: World) -> None:
    an_hour_ended_by_the_house(world)
    sql("DELETE FROM bookings_obligation")


def nobody_was_told(world: World) -> None:
    an_hour_ended_by_the_house(world)
    sql("UPDATE notifications_outboxmessage SET kind = 'booked' WHERE kind = 'cancelled_by_house'")


def the_fee_was_kept(world: World) -> None:
    an_hour_ended_by_the_house(world)
    sql(
        "UPDATE bookings_bookedhour SET charge_fen = 1500, entitlement_id = NULL"
        " WHERE state = 'closed'"
    )
    triggers_off("bookings_ledgerentry")
    sql("DELETE FROM bookings_ledgerentry WHERE hour_id = %s", world.hour.pk)


def a_yes_without_a_booking(world: World) -> None:
    principal = Booking.objects.first().placed_by_id
    IdempotentRequest.objects.create(
        principal_id=principal, key="lost", body_sha256="0" * 64, created_at=NOW
    )


def a_consent_taken_back(world: World) -> None:
    withdraw(world, LATER - timedelta(minutes=11))


def withdraw(world: World, at: datetime) -> None:
    sql("UPDATE families_consent SET withdrawn_at = %s WHERE child_id = %s", at, world.child.pk)


def a_booking_nobody_wrote_down(world: World) -> None:
    triggers_off("audit_auditevent")
    sql("DELETE FROM audit_auditevent WHERE kind = 'bookings.booking.placed'")


def a_group_in_two_sessions(world: World) -> None:
    drop("facilities_caresession", "a_group_has_one_session_at_a_time")
    sql(
        "UPDATE facilities_caresession SET care_group_id = %s, starts_at = %s, ends_at = %s"
        " WHERE id = %s",
        world.session.care_group_id,
        world.session.starts_at,
        world.session.ends_at,
        world.settled_hour.care_session_id,
    )


def two_children_with_one_identity(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'families_child'::regclass"
            " AND contype = 'u' AND pg_get_constraintdef(oid) LIKE '%identity_code%'"
        )
        [(unique,)] = cursor.fetchall()
    drop("families_child", unique)
    sql("UPDATE families_child SET identity_code = 'the same'")


def a_child_whose_guardian_may_only_read(world: World) -> None:
    triggers_off("families_guardian")
    sql("UPDATE families_guardian SET \"right\" = 'read' WHERE child_id = %s", world.child.pk)


def a_signature_under_other_words(world: World) -> None:
    triggers_off("families_serviceagreement")
    sql("UPDATE families_serviceagreement SET text_sha256 = repeat('1', 64)")


def two_answers_that_stand(world: World) -> None:
    sql("DROP INDEX one_answer_to_a_purpose_stands_at_a_time")
    sql(
        "INSERT INTO families_consent (child_id, purpose, given, text_sha256, by_id, at, channel)"
        " SELECT child_id, purpose, false, text_sha256, by_id, at, channel FROM families_consent"
    )


def a_message_that_waits(world: World) -> None:
    sql("UPDATE notifications_outboxmessage SET run_at = %s WHERE state = 'pending'", NOW)


def a_message_that_got_lost(world: World) -> None:
    sql("DELETE FROM notifications_inboxitem")


def a_message_that_came_by_itself(world: World) -> None:
    sql(
        "UPDATE notifications_outboxmessage SET state = 'cancelled'"
        " WHERE state = 'sent' AND channel = 'in_app'"
    )


def two_limits_for_one_day(world: World) -> None:
    triggers_off("regulations_limitrow")
    drop("regulations_limitrow", "a_limit_is_stated_once_for_any_day")
    copy_a_limit("approved_by")


def a_limit_of_one_person(world: World) -> None:
    triggers_off("regulations_limitrow")
    drop("regulations_limitrow", "a_ready_limit_was_approved_by_a_second_person")
    sql(
        "UPDATE regulations_limitrow SET approved_by = entered_by"
        " WHERE id = (SELECT min(id) FROM regulations_limitrow)"
    )


def copy_a_limit(column: str) -> None:
    columns = (
        "slot_id, value, unit, words, comparison, valid_from, valid_through, governed_by,"
        f" strength, by_letter, clause_id, note, state, entered_by, {column}"
    )
    sql(
        f"INSERT INTO regulations_limitrow ({columns}) SELECT {columns}"
        " FROM regulations_limitrow ORDER BY id LIMIT 1"
    )


def an_event_without_a_proper_name(world: World) -> None:
    triggers_off("audit_auditevent")
    sql("UPDATE audit_auditevent SET kind = 'BOOKING_CREATE'")


def a_job_that_failed_for_good(world: World) -> None:
    sql(
        "INSERT INTO audit_jobrun (key, name, started_at, failure, result)"
        " VALUES ('settle:1', 'settle', %s, 'boom', '{}')",
        NOW - timedelta(days=2),
    )


def an_incident(world: World, kind: IncidentKind = IncidentKind.INJURY) -> Incident:
    """Reported an hour ago; its duties were taken all the way up."""
    house = world.session.facility
    reporter = User.objects.get(pk=world.hour.booking.placed_by_id)
    Grant.objects.create(
        user=reporter, role="supervision_lead", scope_kind="district", scope="310116"
    )
    public_id = safety.report_incident(
        facility=str(house.public_id),
        incident=NewIncident(IncidentFacts(kind), NOW - timedelta(days=1), "摔倒", "冷敷"),
        actor=actor_for(reporter, today=day_in_shanghai(NOW)),
        now=NOW,
    )
    safety.escalate_duties(now=NOW)
    deliver_due(now=NOW)
    assert broken() == set()
    return Incident.objects.get(public_id=public_id)


def an_incident_without_duties(world: World) -> None:
    an_incident(world)
    for table in ("dutyescalation", "incidentduty"):
        triggers_off(f"safety_{table}")
        sql(f"DELETE FROM safety_{table}")


def a_clock_that_ran_out_unheard(world: World) -> None:
    an_incident(world)
    triggers_off("safety_dutyescalation")
    sql("DELETE FROM safety_dutyescalation")


def an_escalation_without_a_message(world: World) -> None:
    an_incident(world)
    sql("UPDATE notifications_outboxmessage SET subject = '' WHERE kind = 'incident_overdue'")


def a_restricted_message_to_everybody(world: World) -> None:
    an_incident(world, IncidentKind.SUSPECTED_HARM)
    sql(
        "UPDATE notifications_outboxmessage SET kind = 'incident_overdue'"
        " WHERE kind = 'incident_restricted_overdue'"
    )


def a_restricted_incident_in_a_childs_trail(world: World) -> None:
    incident = an_incident(world, IncidentKind.SUSPECTED_HARM)
    triggers_off("audit_auditevent")
    sql(
        "UPDATE audit_auditevent SET child_id = %s WHERE subject = %s",
        world.child.pk,
        f"incident:{incident.public_id}",
    )


def somebody_rostered(world: World) -> Person:
    """A caregiver on the published roster of the session; all is as it should be."""
    group = world.session.care_group
    person = make_caregiver(group.facility)
    during = Interval(world.session.starts_at, world.session.ends_at)
    make_shift(person, group, during)
    sql("UPDATE facilities_caresession SET counted_staff = 1 WHERE id = %s", world.session.pk)
    assert broken() == set()
    return person


def one_on_two_rosters(world: World) -> None:
    person = somebody_rostered(world)
    drop("staff_shift", "a_person_works_in_one_place_at_a_time")
    later = world.session.starts_at + timedelta(minutes=59)
    make_shift(person, world.session.care_group, Interval(later, later + timedelta(hours=1)))


def one_with_a_hit_on_the_roster(world: World) -> None:
    make_checks(somebody_rostered(world), checked_on=day_in_shanghai(NOW), result=CheckResult.HIT)


def one_banned_on_the_roster(world: World) -> None:
    IntegrityEntry.objects.create(
        person=somebody_rostered(world),
        kind=IntegrityKind.BAN,
        happened_on=day_in_shanghai(NOW),
        facts="对幼儿有不当行为",
        recorded_at=NOW,
    )


def one_counted_whom_nobody_rostered(world: World) -> None:
    somebody_rostered(world)
    sql("UPDATE facilities_caresession SET counted_staff = 2 WHERE id = %s", world.session.pk)


def one_counted_who_has_a_break(world: World) -> None:
    somebody_rostered(world)
    sql(
        "UPDATE staff_shift SET rest_starts_at = ends_at - interval '5 minutes',"
        " rest_ends_at = ends_at"
    )


def one_counted_who_comes_later(world: World) -> None:
    somebody_rostered(world)
    sql("UPDATE staff_shift SET starts_at = starts_at + interval '1 minute'")


def one_in_two_rooms(world: World) -> None:
    drop("staff_staffpresence", "a_person_is_in_one_room_at_a_time")
    person = make_caregiver(world.session.facility)
    for hours in (3, 2):
        StaffPresence.objects.create(
            person=person,
            facility=world.session.facility,
            arrived_at=NOW - timedelta(hours=hours),
            left_at=NOW if hours > 2 else None,
            method=ClockMethod.BADGE,
        )


# --- the floor


def a_stay(world: World) -> Stay:
    """The first child came to its hour; who let it in is not what is looked at here."""
    booking = world.hour.booking
    stay = Stay.objects.create(
        child=world.child,
        facility_id=booking.facility_id,
        care_group_id=world.session.care_group_id,
        booking=booking,
        arrived_at=world.hour.starts_at,
        booked_until=world.hour.ends_at,
        brought_as="guardian",
        brought_by="妈妈",
        recorded_by_id=booking.placed_by_id,
        recorded_at=world.hour.starts_at,
    )
    audit.record(
        kind="bookings.stay.arrived",
        actor_id=None,
        at=world.hour.starts_at,
        subject=f"stay:{stay.public_id}",
    )
    assert broken() == set()
    return stay


def a_child_in_two_rooms(world: World) -> None:
    stay = a_stay(world)
    drop("bookings_stay", "a_child_is_in_one_room_at_a_time")
    again(stay)


def again(stay: Stay) -> None:
    stay.pk, stay.public_id = None, uuid4()
    stay.save(force_insert=True)


def a_stay_for_another_child(world: World) -> None:
    a_stay(world)
    triggers_off("bookings_stay")
    sql("UPDATE bookings_stay SET child_id = %s", world.other_child.pk)


def a_departure_out_of_nowhere(world: World) -> None:
    a_stay(world)
    drop("bookings_stay", "a_departure_was_seen_by_somebody_or_is_a_guess")
    drop("bookings_stay", "a_child_leaves_with_somebody")
    sql("UPDATE bookings_stay SET left_at = booked_until, collected_as = 'guardian'")


def collected_by_anybody(world: World) -> None:
    stay = a_stay(world)
    sql(
        "UPDATE bookings_stay SET left_at = booked_until, closed_at = booked_until,"
        " closed_by_id = recorded_by_id, collected_as = 'other', collected_by = '某人'"
        " WHERE id = %s",
        stay.pk,
    )


def a_stay_nobody_closed(world: World) -> None:
    a_stay(world)
    triggers_off("bookings_stay")
    sql(
        "UPDATE bookings_stay SET booked_until = %s::timestamptz - interval '2 days'",
        LATER,
    )


def a_version_superseded_by_none(world: World) -> None:
    a_stay(world)
    sql("UPDATE bookings_stay SET superseded_at = arrived_at")


def a_no_show_that_came(world: World) -> None:
    a_stay(world)
    sql("UPDATE bookings_bookedhour SET attended = true WHERE id = %s", world.settled_hour.pk)


def a_stay_without_a_trace(world: World) -> None:
    a_stay(world)
    triggers_off("audit_auditevent")
    sql("DELETE FROM audit_auditevent WHERE kind = 'bookings.stay.arrived'")


PLANTED: dict[str, tuple[Callable[[World], None], ...]] = {
    "capacity_exceeded": (more_children_than_places,),
    "staff_short_without_open_breach": (
        no_staff_and_nobody_said_so,
        a_breach_that_was_closed_too_early,
    ),
    "places_taken_drifted": (a_count_that_drifted,),
    "one_child_in_two_places": (a_child_in_two_places,),
    "hour_contradicts_its_session_or_booking": (an_hour_at_another_time,),
    "free_units_overspent": (a_free_unit_too_many,),
    "ledger_differs_from_balance": (a_balance_that_was_touched_up,),
    "hour_contradicts_its_ledger": (a_settled_hour_that_never_used_its_unit,),
    "booking_contradicts_its_hours": (a_booking_called_off_with_its_hour_still_live,),
    "live_hour_in_a_closed_session": (a_closed_session_with_a_child_to_come,),
    "dropped_in_silence": (nobody_owes_the_hour, nobody_was_told),
    "closed_hour_not_given_back": (the_fee_was_kept,),
    "request_without_its_booking": (a_yes_without_a_booking,),
    "booked_without_consent": (a_consent_taken_back,),
    "booking_without_its_audit_event": (a_booking_nobody_wrote_down,),
    "child_in_two_rooms": (a_child_in_two_rooms,),
    "stay_without_its_booking": (a_stay_for_another_child,),
    "departure_nobody_saw": (a_departure_out_of_nowhere,),
    "collected_by_nobody_known": (collected_by_anybody,),
    "stay_left_open": (a_stay_nobody_closed,),
    "correction_without_both_versions": (a_version_superseded_by_none,),
    "attendance_contradicts_the_floor": (a_no_show_that_came,),
    "stay_without_its_audit_event": (a_stay_without_a_trace,),
    "breach_open_though_staff_suffice": (a_breach_left_open,),
    "breach_and_session_disagree": (
        a_breach_that_was_closed_too_early,
        a_breach_of_another_session,
    ),
    "more_places_than_the_least_bound": (a_place_more_than_the_bounds,),
    "group_in_two_sessions": (a_group_in_two_sessions,),
    "incident_nobody_must_be_told_of": (an_incident_without_duties,),
    "duty_overdue_in_silence": (a_clock_that_ran_out_unheard,),
    "escalated_and_nobody_heard": (an_escalation_without_a_message,),
    "restricted_incident_gave_itself_away": (
        a_restricted_message_to_everybody,
        a_restricted_incident_in_a_childs_trail,
    ),
    "one_identity_two_children": (two_children_with_one_identity,),
    "child_without_a_full_guardian": (a_child_whose_guardian_may_only_read,),
    "signed_other_words": (a_signature_under_other_words,),
    "two_answers_stand": (two_answers_that_stand,),
    "outbox_stuck": (a_message_that_waits,),
    "sent_and_never_arrived": (a_message_that_got_lost,),
    "arrived_and_never_sent": (a_message_that_came_by_itself,),
    "limits_overlap": (two_limits_for_one_day,),
    "limit_approved_by_one_person": (a_limit_of_one_person,),
    "audit_kind_is_no_dotted_name": (an_event_without_a_proper_name,),
    "job_failed_and_never_ran_again": (a_job_that_failed_for_good,),
    "one_person_in_two_shifts": (one_on_two_rosters,),
    "nobody_barred_is_rostered": (one_with_a_hit_on_the_roster, one_banned_on_the_roster),
    "counted_more_than_are_rostered": (
        one_counted_whom_nobody_rostered,
        one_counted_who_has_a_break,
        one_counted_who_comes_later,
    ),
    "one_person_in_two_rooms": (one_in_two_rooms,),
}


# --- what is proven ------------------------------------------------------------------------------


def test_a_world_made_by_the_services_is_whole(world: World):
    assert broken() == set()


def test_the_worker_has_ten_minutes_after_a_consent_is_withdrawn(world: World):
    withdraw(world, LATER - timedelta(minutes=9))

    assert broken() == set()


def test_a_true_breach_is_no_violation(world: World):
    a_true_breach(world)

    assert broken() == set()


@pytest.mark.parametrize(
    ("name", "plant"),
    [
        pytest.param(name, plant, id=f"{name}-{plant.__name__}")
        for name, plants in PLANTED.items()
        for plant in plants
    ],
)
def test_a_planted_violation_is_seen(name, plant, world: World):
    plant(world)

    assert name in broken()


def shown_by_their_app() -> set[str]:
    """The invariants whose violations are planted beside the worlds of their apps."""
    beside = {"inspections": INSPECTED, "credit": CREDITED, "guide": GUIDED}
    return {
        one.name
        for app, invariants in beside.items()
        for one in invariants
        if f'"{one.name}"' in _tests_of(app)
    }


def _tests_of(app: str) -> str:
    folder = Path(__file__).parents[1] / app
    return "".join(path.read_text() for path in sorted(folder.glob("test_*.py")))


def test_every_invariant_is_shown_a_violation():
    every = {one.name for one in all_invariants()}

    assert every - set(PLANTED) == shown_by_their_app()
    assert set(PLANTED) <= every


def test_every_invariant_has_a_name_of_its_own_and_a_sentence():
    every = all_invariants()

    assert len({one.name for one in every}) == len(every)
    assert all(one.sentence.endswith(".") for one in every)


def test_the_command_prints_every_name_with_its_count(world: World):
    out = StringIO()

    call_command("check_invariants", stdout=out)

    lines = out.getvalue().splitlines()
    assert [line.split()[0] for line in lines] == [one.name for one in all_invariants()]
    assert {line.split()[1] for line in lines} == {"0"}


def test_the_command_ends_badly_and_says_why_when_something_is_broken(world: World):
    a_count_that_drifted(world)
    out = StringIO()

    with pytest.raises(CommandError, match="places_taken_drifted") as end:
        call_command("check_invariants", stdout=out, verbosity=2)

    assert end.value.returncode == 1
    assert "places_taken_drifted 1\n" in out.getvalue()
    assert f"({world.session.pk}, 1, 2)" in out.getvalue()


def test_the_command_speaks_json_when_asked(world: World):
    a_count_that_drifted(world)
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("check_invariants", "--json", stdout=out)

    rows = {row["name"]: row for row in json.loads(out.getvalue())}
    assert set(rows) == {one.name for one in all_invariants()}
    assert rows["places_taken_drifted"]["count"] == 1
    assert rows["capacity_exceeded"]["count"] == 0
