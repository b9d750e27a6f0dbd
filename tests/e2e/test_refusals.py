"""Every no that a parent can meet: said on the page with its clause, and kept when insisted on."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from string import Formatter

import pytest
from playwright.sync_api import expect

from accounts.models import User
from bookings.messages import SENTENCES, Remedy
from bookings.models import BookedHour, Booking
from common.intervals import day_in_shanghai
from facilities.models import CareSession, Facility
from facilities.types import FacilityState, SessionStop
from families.models import Child, Consent
from families.types import ConsentPurpose, GuardianRight, Relation, ReviewState
from regulations.keys import LimitKey
from regulations.selectors import law_book
from tests.e2e.scenes import (
    a_family,
    a_neighbor_of,
    book,
    hours_of,
    now,
    the_day,
    timetable,
    today,
)
from tests.facilities.factories import make_group, make_house, make_session, make_subdistrict
from tests.families.factories import (
    make_agreement_text,
    make_guardian,
    make_health_check,
    make_user,
)

pytestmark = pytest.mark.usefixtures("law_in_force")


@dataclass(frozen=True)
class Wish:
    """What a parent wants and does not get."""

    parent: User
    child: Child
    hours: Sequence[CareSession]
    can_have_another: bool = False  # an hour that would be accepted is within reach

    @property
    def house(self) -> Facility:
        return self.hours[0].facility


def _number(key: LimitKey) -> int:
    limit = law_book().limit(key, jurisdiction="310116", care_on=the_day(), booked_on=today())
    assert limit is not None
    return limit.number


# --- the family's papers


def _a_reader() -> Wish:
    house = make_house()
    _, child = a_family(house)
    grandmother = make_user("外婆")
    make_guardian(
        child, grandmother, right=GuardianRight.READ, relation=Relation.GRANDPARENT, since=now()
    )
    return Wish(grandmother, child, hours_of(house, 9))


def _without_a_consent() -> Wish:
    house = make_house()
    return Wish(*a_family(house, consents=[ConsentPurpose.CARE]), hours_of(house, 9))


def _with_a_withdrawn_consent() -> Wish:
    house = make_house()
    user, child = a_family(house)
    Consent.objects.filter(child=child, purpose=ConsentPurpose.HEALTH).update(withdrawn_at=now())
    return Wish(user, child, hours_of(house, 9))


def _without_an_agreement() -> Wish:
    house = make_house(subdistrict=make_subdistrict("山阳镇"))
    make_agreement_text(house.subdistrict)
    return Wish(*a_family(make_house()), hours_of(house, 9))


def _without_a_history() -> Wish:
    house = make_house()
    return Wish(*a_family(house, history_declared_at=None), hours_of(house, 9))


def _with_a_health_check(state: ReviewState | None) -> Wish:
    house = make_house()
    user, child = a_family(house)
    child.health_checks.all().delete()
    if state is not None:
        make_health_check(child, by=user, state=state, valid_through=today() + timedelta(days=90))
    return Wish(user, child, hours_of(house, 9))


def _without_a_health_check() -> Wish:
    return _with_a_health_check(None)


def _with_a_health_check_that_waits() -> Wish:
    return _with_a_health_check(ReviewState.SUBMITTED)


def _with_a_health_check_sent_back() -> Wish:
    return _with_a_health_check(ReviewState.REJECTED)


def _with_a_health_check_that_ends_the_day_before() -> Wish:
    house = make_house()
    family = a_family(house, valid_through=the_day() - timedelta(days=1))
    return Wish(*family, hours_of(house, 9))


# --- the child's age


def _younger_than_one() -> Wish:
    house = make_house()
    return Wish(*a_family(house, born_on=the_day() - timedelta(days=350)), hours_of(house, 9))


def _three_on_the_day() -> Wish:
    house = make_house()
    return Wish(*a_family(house, born_on=_three_years_before(the_day())), hours_of(house, 9))


def _three_years_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 3)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 3, day=28)


# --- the hour's moment


def _not_open_yet() -> Wish:
    house = make_house()
    hours_of(house, 14)
    later = hours_of(house, 9, opens_at=now() + timedelta(days=1))
    return Wish(*a_family(house), later, can_have_another=True)


def _soon() -> Wish:
    house = make_house()
    hours_of(house, 14)
    soon = now() + timedelta(minutes=15)
    return Wish(
        *a_family(house),
        [make_session(make_group(house), starts_at=soon, now=now())],
        can_have_another=True,
    )


def _begun() -> Wish:
    house = make_house()
    hours_of(house, 14)
    begun = now() - timedelta(minutes=5)
    return Wish(
        *a_family(house),
        [make_session(make_group(house), starts_at=begun, now=now())],
        can_have_another=True,
    )


# --- the house


def _a_house_without_insurance() -> Wish:
    house = make_house(insured=False)
    hours_of(a_neighbor_of(house), 9)
    return Wish(*a_family(house), hours_of(house, 9), can_have_another=True)


def _a_house_insured_again() -> Wish:
    return _stopped(SessionStop.UNINSURED)


def _a_closed_day() -> Wish:
    return _stopped(SessionStop.CLOSURE)


def _an_overfull_hour() -> Wish:
    return _stopped(SessionStop.OVERFULL)


def _stopped(stop: SessionStop) -> Wish:
    house = make_house()
    hours_of(a_neighbor_of(house), 9)
    hours = hours_of(house, 9, 10, stop=stop, stop_reason="设备检修")
    return Wish(*a_family(house), hours[:1], can_have_another=True)


def _a_suspended_house() -> Wish:
    house = make_house(state=FacilityState.SUSPENDED, state_reason="正在整改")
    hours_of(a_neighbor_of(house), 9)
    return Wish(*a_family(house), hours_of(house, 9), can_have_another=True)


def _an_hour_in_breach() -> Wish:
    return _taken(places=10, places_taken=6, counted_staff=1)


# --- the places


def _full_by_class() -> Wish:
    return _taken(places=4, places_taken=4, binding_limit="class_size_max")


def _full_by_area() -> Wish:
    return _taken(places=4, places_taken=4, binding_limit="area_m2_per_head")


def _full_by_licence() -> Wish:
    return _taken(places=4, places_taken=4, binding_limit="licensed_places")


def _short_of_staff() -> Wish:
    return _taken(places=10, places_taken=5, counted_staff=1)


def _taken(**facts) -> Wish:
    house = make_house()
    hours_of(house, 14)
    return Wish(*a_family(house), hours_of(house, 9, **facts), can_have_another=True)


# --- what the child has booked, and what hours add up to


def _elsewhere_at_that_time() -> Wish:
    house = make_house()
    user, child = a_family(house)
    book(user, child, hours_of(a_neighbor_of(house), 9))
    return Wish(user, child, hours_of(house, 9, 14)[:1], can_have_another=True)


def _two_at_the_same_time() -> Wish:
    house = make_house()
    return Wish(*a_family(house), hours_of(house, 9) + hours_of(house, 9))


def _too_many_bookings() -> Wish:
    house = make_house()
    user, child = a_family(house)
    for ahead in range(_number(LimitKey.LIVE_BOOKINGS_PER_CHILD_MAX)):
        book(user, child, hours_of(house, 14, on=the_day() + timedelta(days=ahead + 1)))
    return Wish(user, child, hours_of(house, 9))


def _four_in_a_row() -> Wish:
    house = make_house()
    return Wish(*a_family(house), hours_of(house, 9, 10, 11, 12))


def _five_in_a_day() -> Wish:
    house = make_house()
    return Wish(*a_family(house), hours_of(house, 8, 10, 12, 14, 16))


def _without_a_fee() -> Wish:
    house = make_house(fee_fen=None)
    user, child = a_family(house)
    granted = _number(LimitKey.FREE_SESSIONS_PER_CHILD_YEAR)
    child.entitlements.create(year=the_day().year, granted=granted, used=granted)
    hours_of(a_neighbor_of(house), 9)
    return Wish(user, child, hours_of(house, 9), can_have_another=True)


SCENES: dict[str, dict[Callable[[], Wish], Remedy]] = {
    "what the family has to hand in": {
        _a_reader: Remedy.MAY_NOT_BOOK,
        _without_a_consent: Remedy.CONSENT,
        _with_a_withdrawn_consent: Remedy.CONSENT,
        _without_an_agreement: Remedy.AGREEMENT,
        _without_a_history: Remedy.HISTORY,
        _without_a_health_check: Remedy.HEALTH_CHECK_MISSING,
        _with_a_health_check_that_waits: Remedy.HEALTH_CHECK_WAITING,
        _with_a_health_check_sent_back: Remedy.HEALTH_CHECK_REJECTED,
        _with_a_health_check_that_ends_the_day_before: Remedy.HEALTH_CHECK_TOO_OLD,
    },
    "age and moment": {
        _younger_than_one: Remedy.TOO_YOUNG,
        _three_on_the_day: Remedy.TOO_OLD,
        _not_open_yet: Remedy.NOT_YET_OPEN,
        _soon: Remedy.TOO_LATE,
    },
    "the house": {
        _a_house_without_insurance: Remedy.UNINSURED,
        _a_house_insured_again: Remedy.INSURED_AGAIN,
        _a_closed_day: Remedy.CLOSED,
        _a_suspended_house: Remedy.SUSPENDED,
    },
    "places and staff": {
        _an_overfull_hour: Remedy.OVERFULL,
        _an_hour_in_breach: Remedy.BREACH,
        _full_by_class: Remedy.FULL,
        _full_by_area: Remedy.FULL_BY_AREA,
        _full_by_licence: Remedy.FULL,
        _short_of_staff: Remedy.SHORT_OF_STAFF,
    },
    "what is booked and paid already": {
        _elsewhere_at_that_time: Remedy.ELSEWHERE,
        _too_many_bookings: Remedy.TOO_MANY_LIVE,
        _without_a_fee: Remedy.NO_FEE,
    },
}
# Each hour could be had alone; together they cannot.
TOGETHER: dict[Callable[[], Wish], Remedy] = {
    _two_at_the_same_time: Remedy.SAME_TIME,
    _four_in_a_row: Remedy.TOO_LONG_A_CHAIN,
    _five_in_a_day: Remedy.FULL_DAY,
}
_OF_THEIR_OWN = {Remedy.ALREADY_STARTED, Remedy.LATE_CANCEL}  # tests below
# What is said at the door is met there: tests/bookings/test_floor_door.py and tests/e2e.
_AT_THE_DOOR = {
    remedy
    for remedy in Remedy
    if remedy is Remedy.NOT_INSIDE or remedy.startswith(("entry_", "collector_", "code_"))
}


def test_every_sentence_is_met_by_somebody():
    met = {remedy for scene in SCENES.values() for remedy in scene.values()}

    assert met | set(TOGETHER.values()) | _OF_THEIR_OWN | _AT_THE_DOOR == set(Remedy)


@pytest.mark.parametrize("scene", SCENES)
def test_an_hour_that_cannot_be_had_says_why_and_is_not_given(visit, scene):
    parent = visit()
    for situation, remedy in SCENES[scene].items():
        wish = situation()
        parent.signs_in(wish.parent)

        parent.goto(timetable(wish.house, wish.child, on=_day_of(wish)))
        _offers_none_of(parent, wish)
        parent.reads_why(_said(remedy))
        parent.finds_no_barrier()

        _insists_in_vain(parent, wish, remedy)
        if wish.can_have_another:
            _takes_another(parent, wish)


@pytest.mark.parametrize("situation", TOGETHER)
def test_hours_that_cannot_be_had_together_say_why_and_are_not_given(visit, situation):
    wish, parent = situation(), visit()
    parent.signs_in(wish.parent)

    parent.goto(timetable(wish.house, wish.child))
    for box in parent.page.locator("input[name=session]").all():
        box.check()
    expect(parent.page.locator("#summary button")).to_be_disabled()
    parent.reads_why(_said(TOGETHER[situation]))
    parent.finds_no_barrier()

    _insists_in_vain(parent, wish, TOGETHER[situation])


def test_an_hour_that_began_while_the_form_was_open_is_not_given(visit):
    wish, parent = _begun(), visit()
    parent.signs_in(wish.parent)

    parent.goto(timetable(wish.house, wish.child))

    _insists_in_vain(parent, wish, Remedy.ALREADY_STARTED)
    _takes_another(parent, wish)


def test_a_place_that_goes_while_the_form_is_open_is_answered_with_others(visit):
    house = make_house()
    [last, _] = hours_of(house, 9, 14, places=1)
    (user, child), (other_user, other_child) = a_family(house), a_family(house)
    parent = visit(user)
    parent.goto(timetable(house, child))
    parent.page.locator("input[name=session]").first.check()
    parent.sees("已选 1 个时段")

    faster = book(other_user, other_child, [last])
    answer = parent.tap("#summary button")

    assert answer.status == 422
    parent.sees("这次没有约上")
    parent.reads_why(_said(Remedy.FULL))
    parent.finds_no_barrier()
    assert list(Booking.objects.all()) == [faster]
    _takes_another(parent, Wish(user, child, [last]))


def test_what_could_be_had_instead_can_be_asked_before(visit):
    house = make_house()
    [full, _] = hours_of(house, 9, 14, places=2, places_taken=0)
    CareSession.objects.filter(pk=full.pk).update(places_taken=2)
    user, child = a_family(house)
    parent = visit(user)

    parent.goto(timetable(house, child))
    parent.follow("看看能换哪里")
    parent.reads_why(_said(Remedy.FULL))
    parent.finds_no_barrier()
    assert not Booking.objects.exists()

    _takes_another(parent, Wish(user, child, [full]))


def test_cancelling_too_late_tells_beforehand_what_is_lost(visit):
    house = make_house()
    user, child = a_family(house)
    soon = make_session(make_group(house), starts_at=now() + timedelta(minutes=50), now=now())
    booking = book(user, child, [soon])
    parent = visit(user)

    parent.goto(f"/bookings/{booking.public_id}/cancel/")
    parent.sees("现在取消，有些不能退回")
    parent.sees("算用掉")
    expect(parent.find("details.verdict-clause blockquote")).to_be_hidden()
    parent.find("details.verdict-clause summary").click()
    expect(parent.find("details.verdict-clause blockquote")).to_be_visible()
    parent.finds_no_barrier()
    parent.tap("button.btn-hurts")

    parent.sees("已过免费取消时间，1 次计为已使用")
    assert child.entitlements.get().used == 1


def _day_of(wish: Wish) -> date:
    return day_in_shanghai(wish.hours[0].starts_at)


def _said(remedy: Remedy) -> re.Pattern[str]:
    """The sentence, whatever its facts are."""
    parts: Iterable[tuple[str, str | None, object, object]] = Formatter().parse(SENTENCES[remedy])
    return re.compile("".join(re.escape(text) + (".+" if name else "") for text, name, *_ in parts))


def _offers_none_of(parent, wish: Wish) -> None:
    for hour in wish.hours:
        box = parent.page.locator(f"input[name=session][value='{hour.public_id}']")
        expect(box).to_have_count(0)


def _insists_in_vain(parent, wish: Wish, remedy: Remedy) -> None:
    """The form is sent all the same: refused with the same sentence, and nothing is written."""
    before = _what_is_booked()

    answer = parent.asks_for(wish.hours)

    assert answer.status == 422
    assert _what_is_booked() == before
    parent.sees("这次没有约上")
    parent.reads_why(_said(remedy))
    parent.finds_no_barrier()


def _what_is_booked() -> tuple[object, ...]:
    sessions = CareSession.objects.order_by("pk")
    return (
        Booking.objects.count(),
        BookedHour.objects.count(),
        *sessions.values_list("places_taken"),
    )


def _takes_another(parent, wish: Wish) -> None:
    """What is offered instead is had by one tap."""
    offered = parent.find("form.offer [name=session]").get_attribute("value")
    assert offered not in {str(hour.public_id) for hour in wish.hours}
    parent.tap("form.offer button")
    parent.sees("约好了")
    booking = wish.child.bookings.latest("pk")
    assert parent.at() == f"/bookings/{booking.public_id}/"
    assert str(booking.hours.get().care_session.public_id) == offered
