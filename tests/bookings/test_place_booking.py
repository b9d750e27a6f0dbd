"""Booking from request to rows: everything is written together, or nothing at all."""

import uuid
from datetime import timedelta

import pytest

from audit.models import AuditEvent
from bookings import selectors
from bookings.models import BookedHour, Booking, Entitlement, LedgerEntry, UnmetDemand
from bookings.types import EntryKind
from common.refusals import Conflict, InvalidInput, NotFound, Refused
from families.types import GuardianRight
from notifications.models import OutboxMessage
from tests.bookings.situations import HOUR, NOW, TUESDAY
from tests.bookings.worlds import (
    a_house,
    a_parent,
    a_ready_family,
    add_guardian,
    book,
    hours_of,
    ready_children,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


@pytest.fixture
def house(law):
    return a_house()


@pytest.fixture
def family(house):
    return a_ready_family(house)


def rules_of(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [verdict.as_dict()["rule"] for verdict in refused.value.verdicts]


def nothing_was_written() -> bool:
    return not (Booking.objects.exists() or BookedHour.objects.exists()) and not (
        LedgerEntry.objects.exists() or OutboxMessage.objects.exists()
    )


def test_a_parent_books_two_hours_and_everything_is_written_together(house, family):
    parent, child = family
    sessions = hours_of(house, 2)

    [booking] = book(parent, (child, sessions))

    assert booking.hours.count() == 2
    for session in sessions:
        session.refresh_from_db()
        assert session.places_taken == 1
    entitlement = Entitlement.objects.get(child=child)
    assert (entitlement.year, entitlement.granted, entitlement.held) == (2026, 12, 2)
    kinds = LedgerEntry.objects.order_by("pk").values_list("kind", "units")
    assert list(kinds) == [("grant", 12), ("hold", 1), ("hold", 1)]
    assert LedgerEntry.objects.get(kind=EntryKind.GRANT).limit_id is not None
    assert AuditEvent.objects.filter(kind="bookings.booking.placed", child_id=child.pk).exists()
    told = set(OutboxMessage.objects.values_list("kind", flat=True))
    assert told == {"booked", "reminder_tomorrow", "reminder_two_hours"}


def test_a_refused_request_changes_nothing_but_the_memory_of_the_wish(house, family):
    parent, child = family
    [free, full] = hours_of(house, 2)
    full.places_taken = full.places = 3
    full.save()

    with pytest.raises(Refused) as refused:
        book(parent, (child, [free, full]))

    assert rules_of(refused)
    assert nothing_was_written()
    assert UnmetDemand.objects.count() == 2


def test_siblings_are_booked_together_or_not_at_all(house, family):
    parent, first = family
    [second] = ready_children([parent], house.subdistrict)
    [session] = hours_of(house, places=1)

    with pytest.raises(Refused):
        book(parent, (first, [session]), (second, [session]))

    assert nothing_was_written()


def test_siblings_get_their_places_in_one_request(house, family):
    parent, first = family
    [second] = ready_children([parent], house.subdistrict)
    [session] = hours_of(house, places=2)

    bookings = book(parent, (first, [session]), (second, [session]))

    assert {booking.child_id for booking in bookings} == {first.pk, second.pk}
    session.refresh_from_db()
    assert session.places_taken == 2


def test_the_same_key_and_request_answers_with_the_same_booking(house, family):
    parent, child = family
    sessions = hours_of(house)

    once = book(parent, (child, sessions), key="k")
    again = book(parent, (child, sessions), key="k")

    assert once == again
    assert Booking.objects.count() == 1


def test_the_same_key_with_another_request_is_a_conflict(house, family):
    parent, child = family
    [first, second] = hours_of(house, 2)
    book(parent, (child, [first]), key="k")

    with pytest.raises(Conflict):
        book(parent, (child, [second]), key="k")

    assert Booking.objects.count() == 1


def test_two_people_may_use_the_same_key(house, family):
    parent, child = family
    other_parent, other_child = a_ready_family(house)
    sessions = hours_of(house)

    book(parent, (child, sessions), key="k")
    book(other_parent, (other_child, sessions), key="k")

    assert Booking.objects.count() == 2


def test_a_refused_key_may_be_used_again(house, family):
    parent, child = family
    [session] = hours_of(house, counted_staff=0)
    with pytest.raises(Refused):
        book(parent, (child, [session]), key="k")
    type(session).objects.filter(pk=session.pk).update(counted_staff=1)

    assert book(parent, (child, [session]), key="k")


def test_another_parents_child_is_not_found_and_nothing_changes(house, family):
    _, child = family

    with pytest.raises(NotFound):
        book(a_parent(), (child, hours_of(house)))

    assert nothing_was_written()


def test_a_session_that_does_not_exist_is_not_found(house, family):
    parent, child = family
    ghost = hours_of(house)[0]
    ghost.public_id = uuid.uuid4()

    with pytest.raises(NotFound):
        book(parent, (child, [ghost]))


def test_a_read_only_guardian_is_refused(house, family):
    _, child = family
    grandmother = a_parent()
    add_guardian(child, grandmother, right=GuardianRight.READ)

    with pytest.raises(Refused) as refused:
        book(grandmother, (child, hours_of(house)))

    assert rules_of(refused) == ["guardian_may_book"]


@pytest.mark.parametrize("broken", ["no hours", "twice", "no key", "two houses", "child twice"])
def test_a_request_that_makes_no_sense_is_told_so_and_changes_nothing(house, family, broken):
    parent, child = family
    [session] = hours_of(house)
    wishes = {
        "no hours": [(child, [])],
        "twice": [(child, [session, session])],
        "no key": [(child, [session])],
        "two houses": [(child, [session, *hours_of(a_house())])],
        "child twice": [(child, [session]), (child, [session])],
    }[broken]

    with pytest.raises(InvalidInput):
        book(parent, *wishes, key="x" * 101 if broken == "no key" else "k")

    assert nothing_was_written()


def test_when_the_free_units_are_used_up_the_next_hour_is_charged(house, family):
    parent, child = family
    Entitlement.objects.create(child=child, year=2026, granted=12, used=11)

    [booking] = book(parent, (child, hours_of(house, 2)))

    paid = booking.hours.order_by("starts_at").values_list("charge_fen", flat=True)
    assert list(paid) == [0, 2000]


def test_alternatives_are_accepted_when_taken_at_once(house, family):
    parent, child = family
    [full, *_others] = hours_of(house, 3)
    type(full).objects.filter(pk=full.pk).update(places=0)

    with pytest.raises(Refused) as refused:
        book(parent, (child, [full]))

    assert refused.value.alternatives
    for alternative in refused.value.alternatives:
        offered = type(full).objects.filter(public_id__in=alternative["sessions"])
        [booking] = book(parent, (child, list(offered)))
        from bookings import services

        services.cancel_booking(booking=str(booking.public_id), actor=parent, now=NOW)


def test_a_house_within_a_walk_is_offered_and_one_beyond_is_not(law, family, house):
    from tests.facilities.factories import make_house

    parent, child = family
    near = make_house(subdistrict=house.subdistrict, latitude=house.latitude + 0.002)
    far = make_house(subdistrict=house.subdistrict, latitude=house.latitude + 0.2)
    [full] = hours_of(house, places=0)
    hours_of(near), hours_of(far)

    with pytest.raises(Refused) as refused:
        book(parent, (child, [full]))

    assert [row["facility"] for row in refused.value.alternatives] == [str(near.public_id)]
    assert refused.value.alternatives[0]["kind"] == "other_house"


def test_a_booking_takes_few_statements(house, family, django_assert_max_num_queries):
    parent, child = family
    book(parent, (child, hours_of(house, starts_at=TUESDAY + timedelta(days=1))))
    sessions = hours_of(house, 3)

    with django_assert_max_num_queries(26):
        book(parent, (child, sessions))


def test_the_bookings_of_the_actor_are_read_in_constant_queries(
    house, family, django_assert_num_queries
):
    parent, child = family
    for day in range(4):
        book(parent, (child, hours_of(house, starts_at=TUESDAY + timedelta(days=day))))

    with django_assert_num_queries(2):
        rows = selectors.coming_bookings_of(parent, now=NOW)

    assert len(rows) == 4
    assert rows[0].ends_at - rows[0].starts_at == HOUR
