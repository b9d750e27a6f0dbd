"""What an attacker or an accident once got out of bookings, and no longer does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bookings import services
from bookings.models import BookedHour, Booking, Entitlement, Obligation, Series
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, NotFound
from facilities.models import CareSession
from families import services as families
from families.models import Guardian
from families.types import ConsentPurpose
from notifications.models import OutboxMessage
from tests.bookings.situations import HOUR, NOW, TUESDAY
from tests.bookings.worlds import (
    a_house,
    a_parent,
    a_ready_family,
    add_guardian,
    book,
    hours_of,
)
from tests.facilities.people import operator_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


@pytest.fixture
def house(law):
    return a_house()


@pytest.fixture
def family(house):
    return a_ready_family(house)


def next_week(session: CareSession) -> CareSession:
    copied = {
        field.attname: getattr(session, field.attname)
        for field in CareSession._meta.fields
        if field.name not in {"id", "public_id", "starts_at", "ends_at", "opens_at"}
    }
    week = timedelta(days=7)
    return CareSession.objects.create(
        **copied,
        starts_at=session.starts_at + week,
        ends_at=session.ends_at + week,
        opens_at=session.opens_at + week,
    )


def a_series(house, parent, child) -> Series:
    [first] = hours_of(house)
    next_week(first)
    return services.start_series(
        child=str(child.public_id), session=str(first.public_id), weeks=2, actor=parent, now=NOW
    )


def test_nobody_takes_the_key_of_a_series(house, family):
    parent, child = family
    series = a_series(house, parent, child)
    [other] = hours_of(house, starts_at=TUESDAY + 4 * HOUR)

    with pytest.raises(InvalidInput):
        book(parent, (child, [other]), key=f"series:{series.public_id}:2026-12-01")


def test_a_series_that_cannot_be_judged_stops_no_other(house, family, monkeypatch):
    from importlib import import_module

    module = import_module("bookings.services.series")
    a_series(house, *family)
    other = a_ready_family(house)
    second = a_series(house, *other)
    judge = module._judge_date

    def fails_for_the_first(series, one, now):
        if series.pk != second.pk:
            raise RuntimeError("broken")
        return judge(series, one, now)

    monkeypatch.setattr(module, "_judge_date", fails_for_the_first)

    assert services.continue_series(now=NOW + timedelta(days=7)) == 1


def test_a_series_that_ended_meanwhile_books_nothing_more(house, family):
    from importlib import import_module

    parent, child = family
    series = a_series(house, parent, child)
    stale = Series.objects.select_related("child", "made_by").get(pk=series.pk)
    services.end_series(series=str(series.public_id), actor=parent, now=NOW)

    judged = import_module("bookings.services.series").judge_dates(
        stale, now=NOW + timedelta(days=7)
    )

    assert judged == 0
    assert not BookedHour.objects.filter(state="live").exists()


def test_the_same_weekly_hour_is_wished_for_once(house, family):
    parent, child = family
    series = a_series(house, parent, child)
    first = CareSession.objects.order_by("starts_at").first()

    with pytest.raises(InvalidInput):
        services.start_series(
            child=str(child.public_id),
            session=str(first.public_id),
            weeks=2,
            actor=parent,
            now=NOW,
        )
    assert list(Series.objects.all()) == [series]


def test_a_guardian_who_goes_while_a_booking_waits_books_nothing(house, family, monkeypatch):
    from families import selectors

    _, child = family
    leaving = a_parent()
    standing = add_guardian(child, leaving)
    lock = selectors.lock_children

    def ends_first(ids):
        Guardian.objects.filter(pk=standing.pk).update(ended_at=NOW)
        return lock(ids)

    monkeypatch.setattr(selectors, "lock_children", ends_first)

    with pytest.raises(NotFound):
        book(leaving, (child, hours_of(house)))

    assert not Booking.objects.exists()


def test_a_withdrawn_consent_ends_what_rests_on_it_and_costs_nothing(house, family):
    parent, child = family
    book(parent, (child, hours_of(house)))
    families.withdraw_consent(
        child=str(child.public_id), purpose=ConsentPurpose.CARE, actor=parent, now=NOW
    )

    late = TUESDAY - timedelta(minutes=10)
    assert services.end_hours_without_consent(now=late) == 1
    assert services.end_hours_without_consent(now=late) == 0

    entitlement = Entitlement.objects.get(child=child)
    assert (entitlement.held, entitlement.used) == (0, 0)
    assert Booking.objects.get().state == "cancelled"


@pytest.mark.parametrize("stop", ["closure", "suspended", "uninsured"])
def test_an_hour_that_was_not_given_is_given_back_and_owed(house, family, stop):
    parent, child = family
    [session] = hours_of(house)
    book(parent, (child, [session]))
    CareSession.objects.filter(pk=session.pk).update(stop=stop, stop_reason="责任险到期")

    assert services.settle_hours(now=TUESDAY + HOUR) == 0
    assert services.end_stopped_hours(now=TUESDAY + HOUR) == 1

    assert Entitlement.objects.get(child=child).used == 0
    assert Obligation.objects.get().cause == "责任险到期"
    assert OutboxMessage.objects.filter(kind="cancelled_by_house").exists()


def test_a_suspended_house_gives_back_and_tells_at_once(house, family):
    parent, child = family
    book(parent, (child, hours_of(house)))
    operator = replace(operator_of(house.subdistrict), user_id=a_parent().user_id)

    ended = services.suspend_house(
        facility=str(house.public_id), reason="消防整改", actor=operator, now=NOW
    )

    assert len(ended) == 1
    assert Entitlement.objects.get(child=child).held == 0
    channels = OutboxMessage.objects.filter(kind="cancelled_by_house").values_list(
        "channel", flat=True
    )
    assert set(channels) == {"in_app", "email", "sms"}


def test_what_is_left_of_a_booking_keeps_its_reminders(house, family):
    parent, child = family
    [tuesday] = hours_of(house)
    [thursday] = hours_of(house, starts_at=TUESDAY + timedelta(days=2))
    book(parent, (child, [tuesday, thursday]))
    operator = replace(operator_of(house.subdistrict), user_id=a_parent().user_id)
    day = day_in_shanghai(TUESDAY)

    services.close_house(
        facility=str(house.public_id),
        starts_on=day,
        through=day,
        reason="检修",
        actor=operator,
        now=NOW,
    )

    waiting = OutboxMessage.objects.filter(kind__startswith="reminder", state="pending")
    assert set(waiting.values_list("good_until", flat=True)) == {thursday.starts_at}


def test_a_booking_whose_first_hour_was_used_is_completed_when_the_rest_is_cancelled(house, family):
    parent, child = family
    first, second = hours_of(house, 2, starts_at=TUESDAY)
    [booking] = book(parent, (child, [first, second]))
    services.settle_hours(now=TUESDAY + HOUR)
    BookedHour.objects.filter(care_session=second).update(
        starts_at=second.starts_at + HOUR, ends_at=second.ends_at + HOUR
    )

    services.cancel_booking(booking=str(booking.public_id), actor=parent, now=TUESDAY + HOUR)

    booking.refresh_from_db()
    assert booking.state == "completed"


def test_a_house_is_not_closed_for_centuries(house):
    operator = replace(operator_of(house.subdistrict), user_id=a_parent().user_id)

    with pytest.raises(InvalidInput):
        services.close_house(
            facility=str(house.public_id),
            starts_on=day_in_shanghai(NOW),
            through=day_in_shanghai(NOW).replace(year=2998),
            reason="检修",
            actor=operator,
            now=NOW,
        )


def test_a_family_is_never_charged_more_than_the_page_told(house, family):
    from bookings.types import BookingRequest, ChildRequest

    parent, child = family
    [session] = hours_of(house)
    Entitlement.objects.create(child=child, year=2026, granted=12, used=12)
    request = BookingRequest(
        children=(ChildRequest(str(child.public_id), (str(session.public_id),)),),
        idempotency_key="k",
        told_fen=0,
    )

    with pytest.raises(InvalidInput, match="20元"):
        services.place_booking(request=request, actor=parent, now=NOW)
    assert not Booking.objects.exists()

    assert services.place_booking(request=replace(request, told_fen=2000), actor=parent, now=NOW)


def test_who_has_left_the_child_is_reminded_of_nothing(house, family):
    from accounts.models import User
    from families import services as family_services

    parent, child = family
    leaving = a_parent()
    add_guardian(child, leaving)
    book(parent, (child, hours_of(house)))

    family_services.end_guardianship(
        child=str(child.public_id),
        guardian=str(User.objects.get(pk=leaving.user_id).public_id),
        actor=parent,
        now=NOW,
    )

    waiting = OutboxMessage.objects.filter(kind__startswith="reminder", state="pending")
    assert set(waiting.values_list("recipient_id", flat=True)) == {parent.user_id}
