"""Giving back: by the family, by the house, by the passing of time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bookings import selectors, services
from bookings.models import BookedHour, Booking, Entitlement, LedgerEntry, Obligation
from common.intervals import day_in_shanghai
from common.refusals import NotFound, Refused
from facilities.models import CareSession
from facilities.services import set_counted_staff
from notifications.models import OutboxMessage
from tests.bookings.situations import HOUR, NOW, TUESDAY
from tests.bookings.worlds import a_house, a_parent, a_ready_family, book, hours_of
from tests.facilities.people import operator_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


@pytest.fixture
def house(law):
    return a_house()


@pytest.fixture
def family(house):
    return a_ready_family(house)


def balance(child):
    row = Entitlement.objects.get(child=child)
    return (row.granted, row.held, row.used, row.lapsed)


def test_cancelling_in_time_gives_back_what_was_told_before(house, family):
    parent, child = family
    sessions = hours_of(house, 2)
    [booking] = book(parent, (child, sessions))
    told = selectors.preview_cancel(actor=parent, booking=str(booking.public_id), now=NOW)

    outcome = services.cancel_booking(booking=str(booking.public_id), actor=parent, now=NOW)

    assert outcome == told
    assert outcome.free_units_returned == 2
    assert balance(child) == (12, 0, 0, 0)
    assert not CareSession.objects.filter(places_taken__gt=0).exists()
    row = selectors.booking_row_for(parent, str(booking.public_id))
    assert (row.state, row.cancel_cause) == ("cancelled", "family")


def test_cancelling_too_late_uses_the_unit_and_frees_the_place(house, family):
    parent, child = family
    [session] = hours_of(house)
    [booking] = book(parent, (child, [session]))

    services.cancel_booking(
        booking=str(booking.public_id), actor=parent, now=TUESDAY - timedelta(minutes=119)
    )

    assert balance(child) == (12, 0, 1, 0)
    session.refresh_from_db()
    assert session.places_taken == 0
    assert list(LedgerEntry.objects.order_by("pk").values_list("kind", flat=True)) == [
        "grant",
        "hold",
        "forfeit",
    ]


def test_hours_that_have_begun_stay_when_the_rest_is_cancelled(house, family):
    parent, child = family
    first, second = hours_of(house, 2)
    [booking] = book(parent, (child, [first, second]))

    services.cancel_booking(
        booking=str(booking.public_id), actor=parent, now=TUESDAY + timedelta(minutes=5)
    )

    states = booking.hours.order_by("starts_at").values_list("state", flat=True)
    assert list(states) == ["live", "forfeited"]
    assert Booking.objects.get().state == "confirmed"


def test_cancelling_twice_is_refused_and_changes_nothing(house, family):
    parent, child = family
    [booking] = book(parent, (child, hours_of(house)))
    services.cancel_booking(booking=str(booking.public_id), actor=parent, now=NOW)
    before = balance(child)

    with pytest.raises(Refused) as refused:
        services.cancel_booking(booking=str(booking.public_id), actor=parent, now=NOW)

    assert "已经取消" in refused.value.verdicts[0].remedy
    assert balance(child) == before


def test_another_parents_booking_is_not_found(house, family):
    parent, child = family
    [booking] = book(parent, (child, hours_of(house)))

    with pytest.raises(NotFound):
        services.cancel_booking(booking=str(booking.public_id), actor=a_parent(), now=NOW)

    assert Booking.objects.get().state == "confirmed"


def test_cancelling_calls_the_reminders_back(house, family):
    parent, child = family
    [booking] = book(parent, (child, hours_of(house)))
    services.cancel_booking(booking=str(booking.public_id), actor=parent, now=NOW)

    waiting = OutboxMessage.objects.filter(kind__startswith="reminder", state="pending")
    assert not waiting.exists()
    assert OutboxMessage.objects.filter(kind="cancelled_by_family").exists()


def test_the_house_closes_and_everything_is_given_back_and_owed_and_told(house, family):
    parent, child = family
    other_parent, other_child = a_ready_family(house)
    sessions = hours_of(house, 2)
    book(parent, (child, sessions))
    book(other_parent, (other_child, sessions[:1]))
    day = day_in_shanghai(TUESDAY)
    operator = replace(operator_of(house.subdistrict), user_id=a_parent().user_id)

    ended = services.close_house(
        facility=str(house.public_id),
        starts_on=day,
        through=day,
        reason="水管爆裂",
        actor=operator,
        now=TUESDAY - timedelta(minutes=10),
    )

    assert len(ended) == 2
    assert balance(child) == balance(other_child) == (12, 0, 0, 0)
    assert set(BookedHour.objects.values_list("state", flat=True)) == {"closed"}
    owed = Obligation.objects.all()
    assert {o.hour_id for o in owed} == set(BookedHour.objects.values_list("pk", flat=True))
    assert {o.named_person_id for o in owed} == {operator.user_id}
    told = OutboxMessage.objects.filter(kind="cancelled_by_house")
    assert set(told.values_list("recipient_id", flat=True)) == {
        parent.user_id,
        other_parent.user_id,
    }


def test_only_the_houses_own_people_close_it(house, family):
    day = day_in_shanghai(TUESDAY)

    with pytest.raises(NotFound):
        services.close_house(
            facility=str(house.public_id),
            starts_on=day,
            through=day,
            reason="不想开",
            actor=family[0],
            now=NOW,
        )


def test_hours_that_have_passed_are_settled_once(house, family):
    parent, child = family
    first, second = hours_of(house, 2)
    book(parent, (child, [first, second]))

    assert services.settle_hours(now=TUESDAY + HOUR) == 1
    assert services.settle_hours(now=TUESDAY + HOUR) == 0
    assert balance(child) == (12, 1, 1, 0)
    assert Booking.objects.get().state == "confirmed"

    assert services.settle_hours(now=TUESDAY + 2 * HOUR) == 1
    assert balance(child) == (12, 0, 2, 0)
    assert Booking.objects.get().state == "completed"
    first.refresh_from_db()
    assert first.places_taken == 1


def test_unused_units_of_a_past_year_lapse_once_and_show_on_the_statement(house, family):
    parent, child = family
    book(parent, (child, hours_of(house)))
    new_year = TUESDAY.replace(year=2027, month=1, day=1)
    services.settle_hours(now=new_year)

    assert services.lapse_entitlements(now=new_year) == 1
    assert services.lapse_entitlements(now=new_year) == 0

    assert balance(child) == (12, 0, 1, 11)
    statement = selectors.statement_of(
        actor=parent, child=str(child.public_id), year=2026, now=new_year
    )
    assert statement.balance.left == 0
    assert [line.kind for line in statement.lines] == ["grant", "hold", "consume", "lapse"]
    assert statement.lines[-1].left_after == 0
    assert statement.lines[0].clause is not None


def test_the_statement_of_a_child_that_never_booked_shows_what_the_law_grants(family):
    parent, child = family

    statement = selectors.statement_of(actor=parent, child=str(child.public_id), year=None, now=NOW)

    assert statement.balance.left == 12
    assert "12 次" in statement.grant_clause.quote or "12" in statement.grant_clause.quote


def test_fewer_staff_open_a_breach_that_ends_when_enough_families_cancel(house):
    [session] = hours_of(house, counted_staff=2, places=20)
    families = [a_ready_family(house) for _ in range(6)]
    bookings = [book(parent, (child, [session]))[0] for parent, child in families]

    broken = set_counted_staff(counted_staff={session.pk: 1}, cause="病假", actor_id=None, now=NOW)

    assert broken == [session.pk]
    parent, child = a_ready_family(house)
    with pytest.raises(Refused):
        book(parent, (child, [session]))
    services.cancel_booking(booking=str(bookings[0].public_id), actor=families[0][0], now=NOW)
    session.refresh_from_db()
    assert session.breach_id is None


def test_a_weekly_series_is_judged_date_by_date_and_ended_as_one(house, family):
    parent, child = family
    [first] = hours_of(house)
    later = [
        CareSession.objects.create(
            **{
                field.attname: getattr(first, field.attname)
                for field in CareSession._meta.fields
                if field.name not in {"id", "public_id", "starts_at", "ends_at", "opens_at"}
            },
            starts_at=first.starts_at + timedelta(days=7 * week),
            ends_at=first.ends_at + timedelta(days=7 * week),
            opens_at=first.opens_at + timedelta(days=7 * week),
        )
        for week in (1, 2)
    ]
    CareSession.objects.filter(pk=later[0].pk).update(places=0)

    series = services.start_series(
        child=str(child.public_id), session=str(first.public_id), weeks=3, actor=parent, now=NOW
    )
    assert [d.judged_at is not None for d in series.dates.order_by("on")] == [True, False, False]

    services.continue_series(now=NOW + timedelta(days=7))
    services.continue_series(now=NOW + timedelta(days=14))
    booked = [d.booking_id is not None for d in series.dates.order_by("on")]
    assert booked == [True, False, True]
    assert series.dates.order_by("on")[1].verdicts[0]["rule"] == "licensed_places"
    assert OutboxMessage.objects.filter(kind="series_date_refused").exists()

    ended = services.end_series(
        series=str(series.public_id), actor=parent, now=NOW + timedelta(days=14)
    )
    assert ended == 1
    assert services.continue_series(now=NOW + timedelta(days=30)) == 0
