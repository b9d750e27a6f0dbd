"""Whatever changes about people, the sessions they work in follow at once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.intervals import Interval
from common.refusals import Refused
from facilities import selectors as facilities
from facilities.models import CareSession
from staff import services
from staff.models import Employment, Leave, Shift
from staff.services import publish_week
from staff.types import (
    CheckChannel,
    CheckResult,
    LeaveKind,
    NewEmployment,
    NewPerson,
    NewQualification,
    QualificationKind,
    ShiftRequest,
    StaffRole,
)
from tests.facilities.factories import make_group, make_session
from tests.facilities.people import operator_of
from tests.staff.factories import (
    identity_number,
    make_caregiver,
    make_lead,
    make_shift,
    stretch,
)

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
TUESDAY = MONDAY + timedelta(days=1)
pytestmark = pytest.mark.usefixtures("law")


@pytest.fixture
def group():
    return make_group()


@pytest.fixture
def house(group):
    return group.facility


@pytest.fixture
def operator(house):
    return operator_of(house.subdistrict)


@pytest.fixture
def session(group):
    return make_session(group, now=NOW, day=TUESDAY, hour=9, places_taken=6, places=20)


def counted(session: CareSession) -> int:
    session.refresh_from_db()
    return session.counted_staff


def put(house, operator, person, group, during, role=StaffRole.CAREGIVER):
    return services.put_shift(
        facility=str(house.public_id),
        monday=MONDAY,
        shift=ShiftRequest(
            person=str(person.public_id),
            care_group=str(group.public_id) if group else "",
            role=role,
            starts_at=during.starts_at,
            ends_at=during.ends_at,
        ),
        actor=operator,
        now=NOW,
    )


@pytest.fixture
def rostered(group, session):
    """Two caregivers and a lead on Tuesday morning."""
    carers = [make_caregiver(group.facility, name) for name in ("王芳", "李丽")]
    for person in carers:
        make_shift(person, group, stretch(TUESDAY, 8, 12))
    services.recount([session.pk], cause="test", actor_id=None, now=NOW)
    return carers


def test_a_published_week_decides_who_counts(house, operator, group, session):
    for person in [make_caregiver(house), make_caregiver(house), make_lead(house)]:
        put(house, operator, person, group, stretch(TUESDAY, 8, 12))

    done = publish_week(facility=str(house.public_id), monday=MONDAY, actor=operator, now=NOW)

    assert (done.shifts, done.added, done.in_breach) == (3, 3, ())
    assert counted(session) == 3


def test_a_week_with_too_few_people_is_refused_and_changes_nothing(house, operator, group, session):
    put(house, operator, make_lead(house), group, stretch(TUESDAY, 8, 12))

    with pytest.raises(Refused) as refused:
        publish_week(facility=str(house.public_id), monday=MONDAY, actor=operator, now=NOW)

    assert [one.rule for one in refused.value.verdicts] == ["children_per_staff"]
    assert "需要2名计入人员，现在1名" in refused.value.verdicts[0].remedy
    assert Shift.objects.count() == 0
    assert counted(session) == 2


def test_publishing_again_keeps_what_is_the_same(house, operator, group, session):
    people = [make_caregiver(house), make_lead(house)]
    drafts = [put(house, operator, one, group, stretch(TUESDAY, 8, 12)) for one in people]
    publish_week(facility=str(house.public_id), monday=MONDAY, actor=operator, now=NOW)
    kept = Shift.objects.get(person=people[0])

    services.remove_shift(
        facility=str(house.public_id),
        monday=MONDAY,
        shift=str(drafts[1].public_id),
        actor=operator,
        now=NOW,
    )
    third = make_lead(house)
    put(house, operator, third, group, stretch(TUESDAY, 8, 13))
    done = publish_week(facility=str(house.public_id), monday=MONDAY, actor=operator, now=NOW)

    assert (done.added, done.withdrawn) == (1, 1)
    assert Shift.objects.get(person=people[0]).pk == kept.pk
    assert Shift.objects.get(person=people[1]).state == "withdrawn"


def test_somebody_falls_sick_and_the_hour_is_in_breach_at_once(operator, rostered, session):
    assert counted(session) == 2

    _, broken = services.record_leave(
        person=str(rostered[0].public_id),
        kind=LeaveKind.SICK,
        during=stretch(TUESDAY, 0, 20),
        actor=operator,
        now=NOW,
    )

    assert broken == [session.pk]
    assert counted(session) == 1
    assert session.breach.cause == "leave_sick"


def test_a_leave_that_overlaps_another_is_joined_with_it(operator, rostered):
    for hours in ((8, 12), (10, 20)):
        services.record_leave(
            person=str(rostered[0].public_id),
            kind=LeaveKind.SICK,
            during=stretch(TUESDAY, *hours),
            actor=operator,
            now=NOW,
        )

    live = Leave.objects.get(withdrawn_at__isnull=True)
    assert Interval(live.starts_at, live.ends_at) == stretch(TUESDAY, 8, 20)


def test_who_is_back_counts_again_and_the_breach_closes(operator, rostered, session):
    leave, _ = services.record_leave(
        person=str(rostered[0].public_id),
        kind=LeaveKind.SICK,
        during=stretch(TUESDAY, 0, 20),
        actor=operator,
        now=NOW,
    )

    services.end_leave(leave=str(leave.public_id), at=NOW, actor=operator, now=NOW)

    assert counted(session) == 2
    assert session.breach is None


def test_a_revoked_certificate_lowers_the_count(operator, rostered, session):
    paper = rostered[0].qualifications.get()

    broken = services.revoke_qualification(
        qualification=str(paper.public_id),
        on=TUESDAY,
        reason="证书查询无效",
        actor=operator,
        now=NOW,
    )

    assert (broken, counted(session)) == ([session.pk], 1)

    services.add_qualification(
        person=str(rostered[0].public_id),
        paper=NewQualification(
            kind=QualificationKind.CHILDCARE_WORKER,
            number="BY1",
            issuer="上海市职业技能鉴定中心",
            issued_on=date(2026, 11, 1),
        ),
        actor=operator,
        now=NOW,
    )
    assert counted(session) == 2


def test_a_hit_dismisses_at_once_and_withdraws_every_shift(operator, rostered, session):
    broken = services.record_check(
        person=str(rostered[0].public_id),
        channel=CheckChannel.PUBLIC_SECURITY,
        result=CheckResult.HIT,
        checked_on=date(2026, 11, 20),
        actor=operator,
        now=NOW,
    )

    assert (broken, counted(session)) == ([session.pk], 1)
    assert Shift.objects.get(person=rostered[0]).state == "withdrawn"
    assert Employment.objects.get(person=rostered[0]).through == date(2026, 11, 20)


def test_nobody_is_hired_without_both_checks(house, operator):
    person = services.register_person(
        facility=str(house.public_id),
        person=NewPerson("周敏", identity_number(3), "13900001111"),
        actor=operator,
        now=NOW,
    )
    engagement = NewEmployment(str(house.public_id), StaffRole.CAREGIVER, date(2026, 11, 23))

    with pytest.raises(Refused):
        services.hire(person=str(person.public_id), employment=engagement, actor=operator, now=NOW)
    assert Employment.objects.count() == 0

    for channel in CheckChannel:
        services.record_check(
            person=str(person.public_id),
            channel=channel,
            result=CheckResult.CLEAR,
            checked_on=date(2026, 11, 19),
            actor=operator,
            now=NOW,
        )
    services.hire(person=str(person.public_id), employment=engagement, actor=operator, now=NOW)
    assert Employment.objects.count() == 1


def test_a_ban_follows_a_person_and_the_manager_everywhere(house, operator):
    manager, carer = make_lead(house, "陈洁"), make_caregiver(house, "王芳")
    carer.employments.update(manager=manager)

    services.ban(
        person=str(carer.public_id),
        facts="体罚幼儿",
        happened_on=date(2026, 11, 19),
        actor=operator,
        now=NOW,
    )

    elsewhere = make_group().facility
    for banned in (carer, manager):
        with pytest.raises(Refused) as refused:
            services.hire(
                person=str(banned.public_id),
                employment=NewEmployment(
                    str(elsewhere.public_id), StaffRole.VOLUNTEER, date(2026, 12, 1)
                ),
                actor=operator,
                now=NOW,
            )
        assert "staff_ban" in [one.rule for one in refused.value.verdicts]


def test_sessions_of_a_week_that_is_not_published_keep_their_plan(group):
    session = make_session(group, now=NOW, day=TUESDAY, counted_staff=2)

    services.recount([session.pk], cause="test", actor_id=None, now=NOW)

    assert counted(session) == 2


def test_counting_everything_finds_what_was_missed(rostered, session):
    CareSession.objects.update(counted_staff=9)

    assert services.recount_everything(now=NOW)["judged"] == 1
    assert counted(session) == 2


def statements_of(work) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        work()
    return [one["sql"] for one in captured]


def test_counting_everything_locks_nothing_where_nothing_differs(rostered, group, session):
    def look() -> None:
        assert services.recount_everything(now=NOW)["judged"] == CareSession.objects.count()

    few = statements_of(look)
    for hour in (10, 11):
        one = make_session(group, now=NOW, day=TUESDAY, hour=hour, places=20)
        services.recount([one.pk], cause="test", actor_id=None, now=NOW)
    for name in ("张敏", "刘静"):
        other = make_group()
        make_shift(make_caregiver(other.facility, name), other, stretch(TUESDAY, 8, 12))
        one = make_session(other, now=NOW, day=TUESDAY, hour=9, places=20)
        services.recount([one.pk], cause="test", actor_id=None, now=NOW)

    many = statements_of(look)

    assert len(many) == len(few)
    assert [sql for sql in many if "UPDATE" in sql] == []


def test_counting_everything_locks_only_what_differs(monkeypatch, rostered, group, session):
    right = make_session(group, now=NOW, day=TUESDAY, hour=10, places=20)
    services.recount([right.pk], cause="test", actor_id=None, now=NOW)
    CareSession.objects.filter(pk=session.pk).update(counted_staff=9)
    locked: list[int] = []
    monkeypatch.setattr(facilities, "lock_session_rows", locked.extend)

    services.recount_everything(now=NOW)

    assert locked == [session.pk]
    assert (counted(session), counted(right)) == (2, 2)
