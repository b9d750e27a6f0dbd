"""What was written down of a shortage stays; what is corrected is counted where it happened."""

from datetime import timedelta

from bookings import services
from bookings.models import FloorBreach
from staff.types import ClockIn
from tests.bookings.situations import TUESDAY
from tests.bookings.test_ratio import at, clocked, house, operator, stay_of
from tests.facilities.factories import make_group, make_house
from tests.staff.factories import make_caregiver, make_employment

__all__ = ["house", "operator", "stay_of"]
NEXT_MORNING = TUESDAY + timedelta(days=1)


def live():
    return FloorBreach.objects.filter(superseded_at=None)


def test_what_is_put_right_of_yesterday_is_counted_yesterday(house, operator, stay_of):
    presence = clocked(make_caregiver(house), house, operator, now=at(95), group=stay_of.care_group)

    services.correct_staff(
        presence=str(presence.public_id),
        arrived_at=at(30),
        left_at=None,
        reason="九点零三十秒就到了",
        actor=operator,
        now=NEXT_MORNING,
    )

    assert live().get().ends_at == at(30)
    assert FloorBreach.objects.get(superseded_at=NEXT_MORNING).ends_at == at(95)


def test_a_shortage_that_is_over_is_never_told_otherwise_in_place(house, operator, stay_of):
    """Same times, but who stood there did not count: a new row says so, the old one stays."""
    counted, doubtful = make_caregiver(house), make_caregiver(house)
    clocked(counted, house, operator, now=at(95), group=stay_of.care_group)
    was = live().get()
    FloorBreach.objects.filter(pk=was.pk).update(children=2)  # as it was seen then

    clocked(doubtful, house, operator, now=at(120), group=stay_of.care_group)

    was.refresh_from_db()
    assert (was.children, was.superseded_at) == (2, at(120))
    assert live().get().children == 1


def test_who_leaves_one_house_for_another_leaves_the_first_short_at_once(house, operator, stay_of):
    other = make_house(subdistrict=house.subdistrict)
    person = make_caregiver(house)
    make_employment(person, other)
    clocked(person, house, operator, now=at(60), group=stay_of.care_group)
    assert not live().filter(ends_at=None).exists()

    services.staff_comes(
        facility=str(other.public_id),
        clock=ClockIn(badge=person.badge_code, care_group=str(make_group(other).public_id)),
        actor=operator,
        now=at(600),
    )

    assert live().get(ends_at=None).starts_at == at(600)
