"""People at work in the generated city: enough of them, rostered, and a few odd on purpose.

The city is built once for this file, in a transaction that is rolled back behind it.
"""

from collections import defaultdict
from datetime import date, datetime, time, timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.db.models import Q

from accounts.selectors import actor_for
from accounts.types import WORKER
from babyhouse.embedded import demo_accounts
from bookings.models import BookedHour, Stay
from bookings.types import HourState
from common.identity import birth_date_in, is_identity_number
from common.intervals import day_in_shanghai, moment_in_shanghai
from common.invariants import findings
from facilities.models import CareSession, Facility, RatioBreach
from portal.city import build
from portal.city.build import build_city
from portal.city.crews import PIN
from portal.city.people import CAREGIVER, HOUSE_OF_THE_STAFF, PERSON_IN_CHARGE, phone_of
from portal.city.sizes import SIZES, Scale, Size
from regulations.keys import LimitKey
from regulations.selectors import law_book
from staff.models import (
    Candidacy,
    DraftShift,
    Employment,
    Leave,
    Person,
    RosterWeek,
    Shift,
    StaffPresence,
    TrainingRecord,
)
from staff.rules import counting_verdicts, judge_week
from staff.selectors import house_for, monday_of, people_facts, published_shifts, week_facts
from staff.selectors.roster import week_span
from staff.services import recount, recount_everything
from staff.types import (
    CheckChannel,
    EmploymentBasis,
    LeaveKind,
    QualificationKind,
    StaffRole,
    TrainingCategory,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("city"),
    pytest.mark.xdist_group("city staff"),
]

TODAY = date(2026, 11, 25)  # a Wednesday
NOW = moment_in_shanghai(TODAY, time(9, 40))
MONDAY = monday_of(TODAY)
WEEK = timedelta(days=7)
STREET = "石化街道"


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    """A demo with fewer families and less history, on a morning while houses are open."""
    size = Size(houses=0, families=22, weeks=5, bookings=(2, 4))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "SIZES", {**SIZES, Scale.DEMO: size})
        with django_db_blocker.unblock(), transaction.atomic():
            build_city(seed=1, scale=Scale.DEMO, today=TODAY, now=NOW)
            yield
            transaction.set_rollback(True)


def house_of_the_staff() -> Facility:
    return Facility.objects.get(name=HOUSE_OF_THE_STAFF)


def open_houses() -> list[Facility]:
    return list(Facility.objects.filter(state="open").order_by("pk"))


def caregivers_in(street: str) -> list[Person]:
    engaged = Employment.objects.filter(
        role=StaffRole.CAREGIVER, facility__subdistrict__name=street
    )
    return list(Person.objects.filter(employments__in=engaged).distinct().order_by("pk"))


def refusals_of(person: Person, day: date) -> set[str]:
    """What stands in the way of counting in their first house on a day."""
    house = person.employments.order_by("pk").first().facility
    judged = counting_verdicts(
        people_facts([person.pk])[person.pk],
        facility_id=house.pk, day=day, district="310116", law=law_book(),
    )  # fmt: skip
    return {one.rule for one in judged if not one.allows}


def who_counts_no_more(since: date, day: date) -> dict[Person, set[str]]:
    """Those of the street who counted on one day and do not on another, and why."""
    return {
        person: refused
        for person in caregivers_in(STREET)
        if not refusals_of(person, since) and (refused := refusals_of(person, day))
    }


# --- people --------------------------------------------------------------------------------------


def test_every_house_has_the_people_it_needs():
    for house in Facility.objects.order_by("pk"):
        roles = list(house.employments.values_list("role", flat=True))
        needed = max(house.sessions.values_list("counted_staff", flat=True))
        assert roles.count(StaffRole.PERSON_IN_CHARGE) == 1, house
        assert roles.count(StaffRole.HEALTH_WORKER) == 1, house
        assert roles.count(StaffRole.GUARD) == 1, house
        assert roles.count(StaffRole.CAREGIVER) > needed, house
    assert Employment.objects.filter(role=StaffRole.VOLUNTEER).exists()
    assert Employment.objects.filter(role=StaffRole.ASSISTANT).exists()


def test_health_workers_are_of_three_kinds():
    """The lead in one house, somebody for two houses of a street, and somebody for one alone."""
    by_person: dict[int, list[Employment]] = defaultdict(list)
    rows = Employment.objects.filter(role=StaffRole.HEALTH_WORKER).select_related("facility")
    for row in rows:
        by_person[row.person_id].append(row)
    leads = set(
        Employment.objects.filter(role=StaffRole.PERSON_IN_CHARGE).values_list("person", flat=True)
    )
    shared = [found for found in by_person.values() if len(found) == 2]

    assert leads & set(by_person)
    assert any(len(found) == 1 and who not in leads for who, found in by_person.items())
    assert shared
    for one, other in shared:
        assert one.facility.subdistrict_id == other.facility.subdistrict_id


def test_numbers_are_right_and_nobodys():
    people = list(Person.objects.all())

    for person in people:
        assert is_identity_number(person.identity_number)
        assert birth_date_in(person.identity_number) == person.born_on
        assert person.phone.startswith("136") or person.user.phone == person.phone
    assert len({person.phone for person in people}) == len(people)


def test_the_accounts_of_the_house_are_its_lead_and_a_caregiver_with_a_pin():
    for number, role in (
        (PERSON_IN_CHARGE, StaffRole.PERSON_IN_CHARGE),
        (CAREGIVER, StaffRole.CAREGIVER),
    ):
        person = Person.objects.get(user__phone=phone_of(number))
        assert person.name == person.user.name
        assert role in person.employments.filter(facility=house_of_the_staff()).values_list(
            "role", flat=True
        )
        assert check_password(PIN, person.pin_hash)
        assert f"打卡密码 {PIN}" in dict(demo_accounts.ACCOUNTS)[phone_of(number)]
        assert refusals_of(person, TODAY) <= {LimitKey.COUNTED_ROLE_REQUIRED}


def test_who_leads_another_house_has_an_account_that_nobody_signs_in_with():
    leads = Employment.objects.filter(role=StaffRole.PERSON_IN_CHARGE).select_related(
        "person__user"
    )

    for lead in leads:
        held = actor_for(lead.person.user, today=TODAY).grants
        assert str(lead.facility.public_id) in {grant.scope for grant in held}
    assert sum(lead.person.user.has_usable_password() for lead in leads) == 1


# --- what is odd ---------------------------------------------------------------------------------


def test_a_certificate_lapses_in_about_three_weeks():
    found = who_counts_no_more(TODAY, TODAY + timedelta(days=25))

    [(person, refused)] = found.items()
    assert refused == {LimitKey.STAFF_QUALIFICATION_REQUIRED}
    [paper] = person.qualifications.filter(kind=QualificationKind.INFANT_CARER)
    assert paper.valid_through is not None
    assert 14 < (paper.valid_through - TODAY).days < 25
    assert DraftShift.objects.filter(
        person=person, starts_at__date__gt=paper.valid_through
    ).exists()


def test_a_health_certificate_lapsed_last_week_and_its_holder_counts_no_more():
    [(person, refused)] = who_counts_no_more(TODAY - timedelta(days=10), TODAY).items()

    assert refused == {LimitKey.STAFF_HEALTH_CERTIFICATE_REQUIRED}
    newest = person.health_certificates.latest("valid_through")
    assert 1 <= (TODAY - newest.valid_through).days <= 7
    assert Shift.objects.filter(person=person, starts_at__lt=NOW - WEEK).exists()
    assert not Shift.objects.filter(
        person=person, starts_at__date__gt=newest.valid_through
    ).exists()


def test_one_caregiver_and_one_candidate_were_checked_by_one_channel_only():
    silent = [
        person
        for person in caregivers_in(STREET)
        if refusals_of(person, TODAY) == {LimitKey.STAFF_RECORD_CHECKS_REQUIRED}
    ]
    [candidacy] = Candidacy.objects.all()

    assert len(silent) == 1
    assert not Shift.objects.filter(person=silent[0]).exists()
    assert candidacy.facility == house_of_the_staff()
    channels = candidacy.person.record_checks.values_list("channel", flat=True)
    assert list(channels) == [CheckChannel.PUBLIC_SECURITY]
    assert not candidacy.person.employments.exists()


def test_one_caregiver_lacks_training_and_the_others_do_not():
    lessons: dict[int, dict[str, int]] = {}
    settled = Employment.objects.filter(
        role=StaffRole.CAREGIVER, starts_on__lt=date(TODAY.year, 1, 1),
        facility__subdistrict__name=STREET,
    )  # fmt: skip
    for person in settled.values_list("person", flat=True):
        rows = TrainingRecord.objects.filter(person=person, taken_on__year=TODAY.year)
        lessons[person] = {
            category: sum(row.lessons for row in rows if row.category == category)
            for category in TrainingCategory
        }
    wanted = {
        category: law_book().limit(key, jurisdiction="310116", care_on=TODAY)
        for category, key in (
            (TrainingCategory.SKILLS, LimitKey.TRAINING_SKILL_HOURS),
            (TrainingCategory.ETHICS, LimitKey.TRAINING_ETHICS_HOURS),
        )
    }
    short = [
        person
        for person, taken in lessons.items()
        if any(taken[category] < wanted[category].number for category in wanted)
    ]

    assert len(short) == 1
    assert sum(lessons[short[0]].values()) > 0


def test_a_caregiver_is_lent_to_the_house_next_door():
    [loan] = Employment.objects.filter(basis=EmploymentBasis.BORROWED)
    shifts = Shift.objects.filter(person=loan.person)

    assert loan.facility.subdistrict.name == STREET
    assert loan.lent_by.startswith(STREET)
    assert shifts.filter(facility=loan.facility, starts_at__gt=NOW).exists()
    assert shifts.exclude(facility=loan.facility).filter(starts_at__gt=NOW).exists()


def test_somebody_is_on_leave_next_week_and_nobody_misses_them():
    [leave] = Leave.objects.filter(kind=LeaveKind.ANNUAL)

    assert monday_of(day_in_shanghai(leave.starts_at)) == MONDAY + WEEK
    away = Shift.objects.filter(starts_at__lt=leave.ends_at, ends_at__gt=leave.starts_at)
    assert away.exists()
    assert not away.filter(person=leave.person).exists()


# --- rosters -------------------------------------------------------------------------------------


def test_every_open_house_has_weeks_behind_and_ahead_and_a_draft():
    for house in open_houses():
        weeks = dict(
            RosterWeek.objects.filter(facility=house).values_list("monday", "published_at")
        )
        published = [monday for monday, at in weeks.items() if at is not None]
        assert sorted(published) == [MONDAY + n * WEEK for n in range(-4, 3)], house
        assert weeks[MONDAY + 3 * WEEK] is None
        assert DraftShift.objects.filter(facility=house).exists()
    assert not RosterWeek.objects.filter(facility__state="suspended").exists()


def test_counting_anew_changes_nothing():
    def counts() -> dict[int, tuple[int, int | None]]:
        rows = CareSession.objects.values_list("pk", "counted_staff", "breach")
        return {pk: (staff, breach) for pk, staff, breach in rows}

    before = counts()
    rostered = CareSession.objects.filter(starts_at__lt=week_span(MONDAY + 2 * WEEK).ends_at)

    judged = recount_everything(now=NOW)
    recount(list(rostered.values_list("pk", flat=True)), cause="test", actor_id=None, now=NOW)

    assert judged["judged"] > 500
    assert counts() == before


def test_the_only_breach_is_that_of_the_sick_call():
    [breach] = RatioBreach.objects.all()

    assert breach.care_session.facility == house_of_the_staff()
    [sick] = Leave.objects.filter(kind=LeaveKind.SICK)
    assert sick.starts_at == breach.care_session.starts_at
    assert breach.closed_at is None


def test_the_weeks_ahead_hold_by_the_rule_that_publishes():
    law = law_book()
    for house in open_houses():
        known = house_for(WORKER, str(house.public_id))
        for monday in (MONDAY + WEEK, MONDAY + 2 * WEEK):
            shifts = published_shifts(week_span(monday), facility_ids=[house.pk])
            judged = judge_week(week_facts(known, monday, shifts, now=NOW), law)
            assert judged.hours
            assert [one.remedy for one in judged.failures] == []


# --- the floor -----------------------------------------------------------------------------------


def test_people_came_for_their_shifts_and_are_there_now():
    there = StaffPresence.objects.filter(left_at__isnull=True)

    assert not StaffPresence.objects.filter(arrived_at__gt=NOW).exists()
    assert not StaffPresence.objects.filter(left_at__gt=NOW).exists()
    assert there.filter(facility=house_of_the_staff(), care_group__isnull=False).exists()
    assert {day_in_shanghai(one.arrived_at) for one in there} == {TODAY}
    with_pin = set(StaffPresence.objects.filter(method="pin").values_list("person", flat=True))
    assert with_pin == set(Person.objects.exclude(pin_hash="").values_list("pk", flat=True))


def test_who_is_sick_this_hour_is_not_there():
    [sick] = Leave.objects.filter(kind=LeaveKind.SICK)

    assert not StaffPresence.objects.filter(
        Q(left_at__isnull=True) | Q(left_at__gt=sick.starts_at),
        person=sick.person, arrived_at__lt=sick.ends_at,
    ).exists()  # fmt: skip


def test_somebody_forgot_to_clock_out():
    [forgotten] = StaffPresence.objects.filter(closed_by_guess=True)

    assert forgotten.facility == house_of_the_staff()
    assert Shift.objects.filter(person=forgotten.person, ends_at=forgotten.left_at).exists()


def test_a_morning_began_with_too_few_in_the_room():
    """Minutes in which the children of a room were more than those who had come may care for."""
    house = house_of_the_staff()
    short: dict[datetime, int] = {}
    for late in StaffPresence.objects.filter(facility=house, care_group__isnull=False):
        moment = late.arrived_at - timedelta(seconds=1)
        there = Q(arrived_at__lte=moment) & (Q(left_at__isnull=True) | Q(left_at__gt=moment))
        children = Stay.objects.filter(there, care_group=late.care_group_id).count()
        staff = StaffPresence.objects.filter(there, care_group=late.care_group_id).count()
        session = CareSession.objects.filter(
            care_group=late.care_group_id, starts_at__lte=moment, ends_at__gt=moment
        ).first()
        if session and children > staff * session.children_per_staff:
            short[late.arrived_at] = children

    assert short
    assert {day_in_shanghai(at) for at in short} == {day_in_shanghai(min(short))}


def test_most_children_came_and_a_few_did_not():
    hours = BookedHour.objects.filter(
        state=HourState.SETTLED, starts_at__gt=week_span(MONDAY - 4 * WEEK).starts_at
    )
    came = hours.filter(attended=True).count()
    missed = hours.filter(attended=False).count()

    assert not hours.filter(attended__isnull=True).exists()
    assert 0 < missed < came / 5
    assert Stay.objects.filter(left_at__isnull=True).exists()
    assert not Stay.objects.filter(left_at__gt=NOW).exists()
    assert all(stay.look_note == "" for stay in Stay.objects.all())
    older = BookedHour.objects.filter(state=HourState.SETTLED).exclude(pk__in=hours)
    assert {hour.attended for hour in older} == {None}


def test_nothing_that_must_be_empty_is_not():
    for finding in findings(now=NOW, examples=3):
        assert finding.holds, finding
