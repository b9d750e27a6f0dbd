"""Who only has somebody's papers before them changes neither their time nor their keys."""

from datetime import UTC, date, datetime, timedelta

import pytest

from audit.models import AuditEvent
from common.refusals import InvalidInput, NotFound
from staff import services
from staff.models import Employment, Leave, Shift, StaffPresence
from staff.types import CheckChannel, CheckResult, ClockMethod, LeaveKind, NewPerson
from tests.facilities.factories import make_group, make_house, make_session, make_subdistrict
from tests.facilities.people import operator_of, person_in_charge_of
from tests.staff.factories import make_caregiver, make_employment, make_leave, make_shift, stretch

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
TUESDAY = date(2026, 11, 24)
pytestmark = pytest.mark.usefixtures("law")


@pytest.fixture
def group():
    return make_group()


@pytest.fixture
def carer(group):
    """Somebody of a house, rostered on Tuesday and on sick leave."""
    person = make_caregiver(group.facility, "王芳")
    make_shift(person, group, stretch(TUESDAY, 8, 12))
    return person


@pytest.fixture
def considering(carer):
    """The operator of another street, whose house has the person's papers before it."""
    house = make_house(subdistrict=make_subdistrict("山阳镇"))
    operator = operator_of(house.subdistrict)
    services.register_person(
        facility=str(house.public_id),
        person=NewPerson(carer.name, str(carer.identity_number), carer.phone),
        actor=operator,
        now=NOW,
    )
    return operator


def test_who_considers_somebody_does_not_call_them_back_from_leave(group, carer, considering):
    session = make_session(group, now=NOW, day=TUESDAY, counted_staff=1)
    leave = make_leave(carer, stretch(TUESDAY, 0, 20))
    services.recount([session.pk], cause="test", actor_id=None, now=NOW)

    with pytest.raises(NotFound):
        services.end_leave(leave=str(leave.public_id), at=NOW, actor=considering, now=NOW)

    session.refresh_from_db()
    leave.refresh_from_db()
    assert (session.counted_staff, leave.withdrawn_at) == (0, None)


def test_who_considers_somebody_sends_them_on_no_leave(carer, considering):
    with pytest.raises(NotFound):
        services.record_leave(
            person=str(carer.public_id),
            kind=LeaveKind.SICK,
            during=stretch(TUESDAY, 0, 20),
            actor=considering,
            now=NOW,
        )
    assert not Leave.objects.exists()


def test_who_considers_somebody_sets_no_pin_of_theirs(carer, considering):
    with pytest.raises(NotFound):
        services.set_pin(person=str(carer.public_id), pin="135790", actor=considering, now=NOW)
    carer.refresh_from_db()
    assert carer.pin_hash == ""


def test_a_house_that_let_somebody_go_leaves_their_time_alone(carer):
    before = make_house(subdistrict=make_subdistrict("山阳镇"))
    make_employment(carer, before, through=date(2026, 6, 30))
    leave = make_leave(carer, stretch(TUESDAY, 0, 20))

    with pytest.raises(NotFound):
        services.end_leave(
            leave=str(leave.public_id), at=NOW, actor=operator_of(before.subdistrict), now=NOW
        )


def test_each_of_two_houses_may_note_that_somebody_is_sick(carer):
    other = make_house(subdistrict=make_subdistrict("山阳镇"))
    make_employment(carer, other)

    services.record_leave(
        person=str(carer.public_id),
        kind=LeaveKind.SICK,
        during=stretch(TUESDAY, 0, 20),
        actor=operator_of(other.subdistrict),
        now=NOW,
    )

    assert Leave.objects.get().person == carer


# --- the end of an engagement --------------------------------------------------------------------


def test_an_end_is_never_put_off_by_ending_once_more(group, carer):
    operator = operator_of(group.facility.subdistrict)
    engaged = Employment.objects.get(person=carer)
    services.end_employment(
        employment=str(engaged.public_id),
        through=TUESDAY,
        reason="辞职",
        actor=operator,
        now=NOW,
    )

    with pytest.raises(InvalidInput):
        services.end_employment(
            employment=str(engaged.public_id),
            through=date(2030, 1, 1),
            reason="再做几年",
            actor=operator,
            now=NOW,
        )

    engaged.refresh_from_db()
    assert (engaged.through, engaged.end_reason) == (TUESDAY, "辞职")


def test_shifts_that_were_withdrawn_are_written_down_under_the_persons_public_name(group, carer):
    services.end_employment(
        employment=str(Employment.objects.get(person=carer).public_id),
        through=date(2026, 11, 20),
        reason="辞职",
        actor=operator_of(group.facility.subdistrict),
        now=NOW,
    )

    assert Shift.objects.get().state == "withdrawn"
    said = AuditEvent.objects.get(kind="staff.shifts.withdrawn")
    assert said.subject == f"person:{carer.public_id}"


# --- the clock -----------------------------------------------------------------------------------


def came(person, group, at):
    return StaffPresence.objects.create(
        person=person,
        facility=group.facility,
        care_group=group,
        arrived_at=at,
        method=ClockMethod.BADGE,
    )


def test_a_shift_that_was_withdrawn_does_not_say_how_long_somebody_stayed(group, carer):
    """Cut short at noon: who forgot the clock is not counted until the evening."""
    eight = stretch(TUESDAY, 8, 12).starts_at
    long = make_shift(make_caregiver(group.facility), group, stretch(TUESDAY, 8, 18))
    Shift.objects.filter(pk=long.pk).update(
        person=carer, state="withdrawn", withdrawn_at=NOW, starts_at=eight
    )
    there = came(carer, group, eight)

    services.close_forgotten(now=eight + timedelta(hours=12))

    there.refresh_from_db()
    assert there.left_at == eight + timedelta(hours=4)


def test_who_clocked_out_meanwhile_is_not_put_back_by_a_correction(monkeypatch, group, carer):
    """The correction read that they were in; under the lock it is read again."""
    from staff.services import clock

    eight = stretch(TUESDAY, 8, 12).starts_at
    there, locked = came(carer, group, eight), clock.lock_people

    def lock_after_they_left(ids):
        StaffPresence.objects.filter(pk=there.pk).update(left_at=eight + timedelta(hours=1))
        return locked(ids)

    monkeypatch.setattr(clock, "lock_people", lock_after_they_left)

    with pytest.raises(InvalidInput):
        services.correct_presence(
            presence=str(there.public_id),
            arrived_at=eight + timedelta(minutes=5),
            left_at=None,
            reason="看错了时间",
            actor=operator_of(group.facility.subdistrict),
            now=eight + timedelta(hours=2),
        )

    assert StaffPresence.objects.get().superseded_at is None


# --- record checks -------------------------------------------------------------------------------


def answered(person, group, result):
    services.record_check(
        person=str(person.public_id),
        channel=CheckChannel.PUBLIC_SECURITY,
        result=result,
        checked_on=date(2026, 11, 20),
        actor=operator_of(group.facility.subdistrict),
        now=NOW,
    )


def test_a_hit_is_entered_though_the_channel_was_entered_as_clear_that_day(group, carer):
    """Rows are never taken back: a slip of the morning must not hide the hit until tomorrow."""
    answered(carer, group, CheckResult.CLEAR)
    answered(carer, group, CheckResult.HIT)

    assert Shift.objects.get().state == "withdrawn"
    assert Employment.objects.get().through == date(2026, 11, 20)
    with pytest.raises(InvalidInput):
        answered(carer, group, CheckResult.HIT)


def hit(person, actor):
    services.record_check(
        person=str(person.public_id),
        channel=CheckChannel.PROCURATORATE,
        result=CheckResult.HIT,
        checked_on=date(2026, 11, 20),
        actor=actor,
        now=NOW,
    )


def new_phone(person, actor):
    services.change_phone(person=str(person.public_id), phone="13811112222", actor=actor, now=NOW)


@pytest.mark.parametrize("change", [hit, new_phone])
def test_who_only_considers_somebody_tells_those_who_engage_them(carer, considering, change):
    """An answer that dismisses, and the number they are called at, are for who engages them."""
    before, phone = AuditEvent.objects.count(), carer.phone

    with pytest.raises(InvalidInput) as told:
        change(carer, considering)

    assert "由他们登记" in str(told.value)
    carer.refresh_from_db()
    assert carer.phone == phone
    assert not carer.record_checks.filter(result=CheckResult.HIT).exists()
    assert (Shift.objects.get().state, Employment.objects.get().through) == ("published", None)
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("change", [hit, new_phone])
def test_those_who_engage_them_and_their_street_enter_it(group, carer, considering, change):
    change(carer, person_in_charge_of(group.facility))

    carer.refresh_from_db()
    assert carer.phone == "13811112222" or carer.record_checks.filter(result="hit").exists()


@pytest.mark.parametrize("change", [hit, new_phone])
def test_of_whom_nobody_engages_any_more_whoever_considers_them_enters_it(
    carer, considering, change
):
    carer.employments.update(through=date(2026, 11, 19))

    change(carer, considering)

    carer.refresh_from_db()
    assert carer.phone == "13811112222" or carer.record_checks.filter(result="hit").exists()


def test_a_clear_answer_is_entered_by_who_considers_them(carer, considering):
    services.record_check(
        person=str(carer.public_id),
        channel=CheckChannel.PROCURATORATE,
        result=CheckResult.CLEAR,
        checked_on=date(2026, 11, 20),
        actor=considering,
        now=NOW,
    )

    assert carer.record_checks.filter(checked_on=date(2026, 11, 20)).count() == 1
