"""The generated city: everybody the demo promises is there, and everything shows something.

The city is built once for this file, in a transaction that is rolled back behind it.
"""

from collections import Counter
from datetime import date, time, timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.hashers import check_password
from django.db import connection, transaction
from rest_framework.test import APIClient

from accounts.models import User
from accounts.selectors import actor_for
from accounts.types import Place, Role
from audit.models import AuditEvent
from babyhouse.embedded import demo_accounts
from bookings.models import (
    BookedHour,
    Booking,
    Entitlement,
    LedgerEntry,
    Obligation,
    Series,
    SeriesDate,
    UnmetDemand,
)
from bookings.services import place_booking, settle_hours
from bookings.types import BookingRequest, BookingState, ChildRequest, HourState
from common.intervals import SHANGHAI, age_in_months, day_in_shanghai, moment_in_shanghai
from common.invariants import findings
from facilities import selectors as facilities
from facilities.models import CareSession, Facility, RatioBreach, Subdistrict
from facilities.types import FacilityState, HostKind, SessionStop, SubdistrictKind
from families.models import AgreementText, Child, ChildHealthCheck, Guardian
from families.rules import identity_faults
from families.selectors import child_facts, needs_of, reviews_waiting
from families.types import GuardianRight, NeedKind, ReviewState, Sex
from notifications.models import InboxItem
from portal.city.build import build_city
from portal.city.coming import deliver
from portal.city.history import OFTEN
from portal.city.people import PARENTS, PASSWORD, phone_of
from portal.city.sizes import Scale
from safety.services import escalate_duties

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("city"),
    pytest.mark.xdist_group("city"),
]

TODAY = date(2026, 11, 22)  # a Sunday
DAWN = moment_in_shanghai(TODAY, time(0, 5))
MORNING = moment_in_shanghai(TODAY, time(10))
HOMES = ("石化街道", "山阳镇")


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    """金山区 on a Sunday morning, for every test of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        build_city(seed=1, scale=Scale.DEMO, today=TODAY, now=DAWN)
        yield
        transaction.set_rollback(True)


def user(number: int) -> User:
    return User.objects.get(phone=phone_of(number))


def actor(number: int):
    return actor_for(user(number), today=TODAY)


def children_of(number: int) -> list[Child]:
    return list(Child.objects.filter(guardians__user=user(number)).order_by("born_on"))


def blocking_needs(number: int) -> set[NeedKind]:
    return {need.kind for need in needs_of(actor(number), today=TODAY) if need.blocks}


# --- the accounts of the demo --------------------------------------------------------------------


def test_everybody_signs_in_with_the_password_that_is_printed():
    promised = [*PARENTS, 101, 102, 201, 202, 301, 302, 303, 311, 321, 391]

    people = [user(number) for number in promised]

    assert PASSWORD == demo_accounts.PASSWORD
    assert all(check_password(PASSWORD, one.password) for one in people[::9])
    assert len({one.password for one in people}) == 1
    assert all(one.phone_verified_at and one.name and one.is_active for one in people)


def test_a_token_is_given_for_the_printed_password():
    answer = APIClient().post(
        "/api/v1/auth/login/", {"phone": phone_of(4), "password": PASSWORD}, format="json"
    )

    assert answer.status_code == 200, answer.content
    assert answer.json()["token"]


@pytest.mark.parametrize("number", [1, 2, 3, 6, 101, 102, 201, 202, 301, 303, 311, 321, 391])
def test_everybody_finds_a_home_page(number, client, monkeypatch):
    monkeypatch.setattr("accounts.entrance.timezone", SimpleNamespace(now=lambda: MORNING))
    client.force_login(user(number))

    answer = client.get("/")

    assert answer.status_code == 200
    assert "UNDEFINED VARIABLE" not in answer.content.decode()


def test_nobody_else_can_sign_in():
    others = User.objects.exclude(phone__startswith="138000")

    assert others.exists()
    assert not any(one.has_usable_password() for one in others)


def test_the_first_parent_has_two_children_with_papers_in_order():
    older, younger = children_of(1)

    assert (younger.born_on - older.born_on).days > 270  # no odd twins
    assert blocking_needs(1) == set()


def test_the_second_guardian_may_book_for_the_first_child_only():
    [shared] = children_of(2)

    assert shared in children_of(1)
    assert shared == Child.objects.filter(guardians__user=user(1)).order_by("pk").first()
    assert Guardian.objects.get(user=user(2)).right == GuardianRight.BOOK


def test_the_third_parents_child_lacks_the_health_check_and_the_agreement_alone():
    assert blocking_needs(3) == {NeedKind.AGREEMENT, NeedKind.HEALTH_CHECK_MISSING}


def test_all_other_parents_have_one_child_with_papers_in_order():
    for number in list(PARENTS)[3:]:
        assert len(children_of(number)) == 1
        assert blocking_needs(number) == set(), phone_of(number)


def test_all_parents_live_in_two_streets_and_may_book_in_both():
    homes = Subdistrict.objects.filter(name__in=HOMES)
    for number in list(PARENTS)[3:]:
        [child] = children_of(number)
        assert child.subdistrict in homes
        for home in homes:
            [facts] = child_facts(
                actor_id=user(number).pk,
                child_public_ids=[str(child.public_id)],
                subdistrict_id=home.pk,
                today=TODAY,
            ).values()
            assert facts.agreement_signed
            assert facts.may_book
            assert facts.consents_missing == ()
            assert facts.health_check_through > TODAY + timedelta(days=30)  # type: ignore[operator]


def test_both_streets_are_lived_in():
    homes = Counter(
        child.subdistrict.name for number in list(PARENTS)[3:] for child in children_of(number)
    )

    assert set(homes) == set(HOMES)
    assert min(homes.values()) > 10


@pytest.mark.parametrize(
    ("number", "role", "at", "not_at"),
    [
        (101, Role.OPERATOR, "石化街道", "廊下镇"),
        (102, Role.OPERATOR, "廊下镇", "石化街道"),
        (301, Role.INSPECTOR, "朱泾镇", "静安寺街道"),
        (302, Role.INSPECTOR, "金山工业区", "静安寺街道"),
        (303, Role.SUPERVISION_LEAD, "亭林镇", "静安寺街道"),
        (311, Role.HEALTH_OFFICER, "石化街道", "静安寺街道"),
        (321, Role.INSPECTOR, "静安寺街道", "石化街道"),
    ],
)
def test_a_post_reaches_its_own_place_and_no_other(number, role, at, not_at):
    def place(name: str) -> Place:
        found = Subdistrict.objects.select_related("district").get(name=name)
        return Place(found.district.code, found.code)

    assert actor(number).may(role, at=place(at))
    assert not actor(number).may(role, at=place(not_at))


def test_the_staff_belong_to_one_house_of_the_first_street():
    scopes = {grant.scope for number in (201, 202) for grant in actor(number).grants}

    [house] = Facility.objects.filter(public_id__in=scopes)
    assert house.subdistrict.name == "石化街道"
    assert actor(201).holds(Role.PERSON_IN_CHARGE)
    assert actor(202).holds(Role.CAREGIVER)
    assert actor(391).holds(Role.AUDITOR)


# --- the places ----------------------------------------------------------------------------------


def test_jinshan_has_eleven_streets_and_one_of_them_no_house():
    streets = Subdistrict.objects.filter(district__code="310116")

    assert streets.count() == 11
    assert streets.filter(facilities__isnull=False).distinct().count() == 10
    assert streets.get(kind=SubdistrictKind.ZONE).name == "金山工业区"
    assert all(street.resident_children for street in streets)


def test_there_are_some_houses_in_many_kinds_of_hosts():
    houses = Facility.objects.filter(subdistrict__district__code="310116")

    assert 15 <= houses.count() <= 20
    assert houses.filter(subdistrict__name="石化街道").count() == 3
    assert houses.filter(subdistrict__name="山阳镇").count() == 2
    assert set(houses.values_list("host_kind", flat=True)) == set(HostKind)
    assert all(house.phone.startswith("021-5793") for house in houses)


def test_houses_lie_in_their_streets():
    for house in Facility.objects.select_related("subdistrict"):
        assert abs(house.latitude - house.subdistrict.latitude) < 0.02
        assert abs(house.longitude - house.subdistrict.longitude) < 0.02


def test_each_kind_of_bound_binds_somewhere():
    binding = set(CareSession.objects.values_list("binding_limit", flat=True))

    assert {"licensed_places", "area_m2_per_head", "class_size_max"} <= binding
    assert [
        one
        for one in CareSession.objects.filter(starts_at__gt=DAWN)
        if one.counted_staff * one.children_per_staff < one.places
    ]


def test_hours_stop_for_each_reason_and_say_why():
    stopped = dict(
        CareSession.objects.filter(starts_at__gt=DAWN)
        .exclude(stop="")
        .values_list("stop", "stop_reason")
    )

    assert {SessionStop.CLOSURE, SessionStop.SUSPENDED, SessionStop.UNINSURED} <= set(stopped)
    assert all(stopped.values())
    assert Facility.objects.filter(state=FacilityState.SUSPENDED).count() == 1


def test_one_house_is_closed_in_the_coming_week_and_owes_its_families_an_hour():
    closed = BookedHour.objects.filter(state=HourState.CLOSED)

    assert closed.exists()
    assert Obligation.objects.count() == closed.count()
    assert {owed.named_person_id for owed in Obligation.objects.all()} == {user(101).pk}


def test_every_street_has_an_agreement_that_is_worth_reading():
    texts = AgreementText.objects.select_related("subdistrict")

    assert texts.count() == Subdistrict.objects.count()
    for text in texts:
        assert 500 < len(text.text) < 1200
        assert text.subdistrict.name in text.text
        for needed in ("权利和义务", "收费标准", "收（退）费方法", "纠纷处理"):
            assert needed in text.text


# --- the children --------------------------------------------------------------------------------


def test_children_are_of_age_and_their_identity_numbers_hold():
    children = list(Child.objects.select_related("subdistrict__district"))

    for child in children:
        number = child.identity_number
        assert identity_faults(number, born_on=child.born_on, sex=Sex(child.sex)) == []
        assert number.startswith(child.subdistrict.district.code)
        assert number[14] == "9"  # of nobody alive
        assert 12 <= age_in_months(child.born_on, TODAY) <= 35
    assert len({child.identity_number for child in children}) == len(children)


def test_some_children_have_an_allergy_and_some_a_history():
    children = list(Child.objects.all())

    assert any(child.allergies != "无" for child in children)
    assert any(child.medical_history != "无" for child in children)
    assert all(child.allergies and child.medical_history for child in children)


def test_the_house_has_health_checks_to_look_at():
    assert len(reviews_waiting(actor(101))) >= 2
    assert len(reviews_waiting(actor(201))) >= 2
    waiting = ChildHealthCheck.objects.filter(state=ReviewState.SUBMITTED)
    assert all(check.child.guardians.first().user.phone.startswith("139") for check in waiting)


# --- the bookings --------------------------------------------------------------------------------


def test_there_are_six_weeks_of_past_and_a_week_to_come():
    settled = BookedHour.objects.filter(state=HourState.SETTLED)
    coming = BookedHour.objects.filter(state=HourState.LIVE)

    assert settled.earliest("starts_at").starts_at < DAWN - timedelta(weeks=6)
    assert settled.latest("ends_at").ends_at < DAWN
    assert coming.earliest("starts_at").starts_at > DAWN
    assert settled.count() > 250
    assert coming.count() > 60


def test_past_hours_ended_in_every_way():
    states = set(BookedHour.objects.values_list("state", flat=True))

    assert states == set(HourState)
    assert set(Booking.objects.values_list("state", flat=True)) == set(BookingState)


def test_some_children_have_used_up_their_free_hours_and_paid_for_more():
    for number in OFTEN:
        [child] = children_of(number)
        used_up = Entitlement.objects.get(child=child)
        assert used_up.granted == used_up.held + used_up.used
        assert BookedHour.objects.filter(child=child, charge_fen__gt=0).exists()
    assert all(entry.limit_id for entry in LedgerEntry.objects.filter(kind="grant"))


def test_an_hour_is_full_another_nearly_full_and_one_in_breach():
    coming = facilities.sessions_within(
        facility_ids=list(Facility.objects.values_list("pk", flat=True)),
        starts=DAWN,
        ends=DAWN + timedelta(days=7),
    )

    assert [one for one in coming if not one.stop and one.places_left == 0]
    assert [one for one in coming if not one.stop and 0 < one.places_left <= 2]
    assert RatioBreach.objects.filter(closed_at__isnull=True).count() == 1
    assert [one for one in coming if one.stop is SessionStop.BREACH]


def test_who_came_too_late_is_remembered_without_a_name():
    assert UnmetDemand.objects.filter(subdistrict__startswith="310116").exists()


def test_a_weekly_series_has_a_date_booked_and_dates_to_come():
    [series] = Series.objects.all()

    assert series.made_by == user(6)
    assert SeriesDate.objects.filter(series=series, booking__isnull=False).exists()
    assert SeriesDate.objects.filter(series=series, judged_at__isnull=True).exists()


def test_siblings_go_together():
    requests = Counter(Booking.objects.filter(placed_by=user(1)).values_list("request", flat=True))

    assert max(requests.values()) == 2


def test_parents_have_news_in_their_inbox():
    readers = InboxItem.objects.values("user").distinct().count()

    assert readers > 20
    assert InboxItem.objects.filter(user=user(1)).exists()


def test_every_place_has_bookings_of_its_own():
    for place in Subdistrict.objects.filter(facilities__state=FacilityState.OPEN).distinct():
        assert Booking.objects.filter(facility__subdistrict=place).exists(), place.name


def test_what_happened_to_a_child_can_be_looked_up():
    [child] = children_of(7)
    kinds = set(AuditEvent.objects.filter(child_id=child.pk).values_list("kind", flat=True))

    assert {"families.child.registered", "bookings.booking.placed"} <= kinds


def test_nothing_that_must_be_empty_is_not():
    for finding in findings(now=DAWN, examples=3):
        assert finding.holds, finding


def test_a_parent_books_an_hour_that_is_free():
    [child] = children_of(44)
    for session in CareSession.objects.filter(
        facility__subdistrict=child.subdistrict,
        opens_at__lt=MORNING,
        starts_at__gt=MORNING,
        stop="",
    ).order_by("starts_at", "pk"):
        day = day_in_shanghai(session.starts_at)
        busy = BookedHour.objects.filter(child=child, state=HourState.LIVE)
        if session.places_taken == 0 and day not in {day_in_shanghai(h.starts_at) for h in busy}:
            break
    request = BookingRequest(
        children=(ChildRequest(str(child.public_id), (str(session.public_id),)),),
        idempotency_key="a parent tries it",
    )

    [booking] = place_booking(request=request, actor=actor(44), now=MORNING)

    assert booking.state == BookingState.CONFIRMED


def test_no_moment_of_the_past_lies_in_the_future():
    with connection.cursor() as cursor:
        for table, column in (
            ("bookings_booking", "placed_at"),
            ("bookings_booking", "cancelled_at"),
            ("bookings_ledgerentry", "at"),
            ("families_child", "created_at"),
            ("families_consent", "at"),
            ("families_serviceagreement", "signed_at"),
            ("families_childhealthcheck", "reviewed_at"),
            ("accounts_user", "joined_at"),
        ):
            cursor.execute(f"SELECT max({column}) FROM {table}")
            assert cursor.fetchone()[0] <= DAWN, f"{table}.{column}"


def test_nobody_booked_before_being_registered_or_of_age():
    hours = BookedHour.objects.select_related("child", "booking")

    for hour in hours.iterator(chunk_size=500):
        assert hour.booking.placed_at > hour.child.created_at
        assert age_in_months(hour.child.born_on, day_in_shanghai(hour.starts_at)) >= 12


def test_hours_are_booked_within_their_window():
    for hour in BookedHour.objects.select_related("booking", "care_session"):
        assert hour.care_session.opens_at <= hour.booking.placed_at < hour.starts_at
        assert hour.starts_at.astimezone(SHANGHAI).hour in range(9, 17)


def test_no_child_is_cared_for_all_day():
    days = Counter(
        (hour.child_id, day_in_shanghai(hour.starts_at))
        for hour in BookedHour.objects.filter(state__in=[HourState.LIVE, HourState.SETTLED])
    )

    assert max(days.values()) <= 3


def test_the_worker_takes_over_without_a_fault():
    evening = moment_in_shanghai(TODAY + timedelta(days=1), time(21))
    settle_hours(now=evening)
    escalate_duties(now=evening)
    deliver(evening)

    assert not BookedHour.objects.filter(state=HourState.LIVE, ends_at__lte=evening).exists()
    for finding in findings(now=evening, examples=3):
        assert finding.holds, finding
