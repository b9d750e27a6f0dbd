"""Since when the rows are asked whether it is mended, and what they must have seen before."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from bookings.models import BookedHour, Booking, FloorBreach, Stay
from common.intervals import SHANGHAI
from common.refusals import Refused
from facilities.models import Facility, LiabilityInsurance
from inspections.models import RectificationOrder
from inspections.selectors.orders import order_page
from inspections.selectors.prefill import prefilled, said_of
from inspections.services import orders
from inspections.types import Prefill, RowsSay
from tests.bookings.worlds import a_ready_family, book, hours_of, many_parents, ready_children
from tests.facilities.factories import make_breach, make_group, make_insurance, make_session
from tests.inspections.order_situations import (
    at,
    claimed,
    make_keeper,
    make_order,
    planned,
    scheduled,
    state_of,
)
from tests.inspections.situations import NOW, Jinshan
from tests.staff.factories import make_caregiver

FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)  # the finding is signed on Sunday
TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=n) for n in (1, 2, 3))


@pytest.fixture
def house(jinshan: Jinshan) -> Facility:
    found = jinshan.houses[0]
    make_caregiver(found)
    make_keeper(jinshan, found)
    return found


def nine(day: date) -> datetime:
    return datetime.combine(day, time(9), SHANGHAI)


def some_booking(house: Facility) -> Booking:
    """Any booking of the house's, far ahead: stays name one."""
    known = Booking.objects.filter(facility=house).first()
    if known is None:
        parent, child = a_ready_family(house)
        [known] = book(parent, (child, hours_of(house)))
        BookedHour.objects.update(state="closed")
    return known


def children_come(house: Facility, day: date, how_many: int = 1, *, area: int = 60) -> None:
    """So many are in one room from nine to ten."""
    parents = many_parents(how_many)
    group, booking = make_group(house, area_m2=area), some_booking(house)
    moments = {"arrived_at": nine(day), "booked_until": nine(day) + timedelta(hours=1)}
    Stay.objects.bulk_create(
        Stay(
            child=child, facility=house, care_group=group, booking=booking, brought_as="guardian",
            brought_by="妈妈", recorded_by_id=parent.user_id, recorded_at=nine(day),
            left_at=nine(day) + timedelta(hours=1), collected_as="guardian", collected_by="妈妈",
            closed_by_id=parent.user_id, closed_at=nine(day) + timedelta(hours=1), **moments,
        )
        for parent, child in zip(parents, ready_children(parents, house.subdistrict), strict=True)
    )  # fmt: skip


def a_room_falls_short(house: Facility, day: date, **facts: Any) -> None:
    moments = {"starts_at": nine(day), "ends_at": nine(day) + timedelta(minutes=5), **facts}
    FloorBreach.objects.create(
        facility=house, care_group=make_group(house), children=6, counted_staff=1, needed=2,
        seen_at=nine(day), **moments,
    )  # fmt: skip


def a_child_stays_all_day(house: Facility, day: date) -> None:
    booking, group = some_booking(house), make_group(house)
    child = ready_children(many_parents(1), house.subdistrict)[0]
    for hour in range(9, 14):
        session = make_session(group, now=NOW, day=day, hour=hour)
        BookedHour.objects.create(
            booking=booking, child=child, care_session=session, starts_at=session.starts_at,
            ends_at=session.ends_at, state="settled", charge_fen=100,
        )  # fmt: skip


BAD: dict[Prefill, Callable[[Facility, date], None]] = {
    Prefill.RATIO: a_room_falls_short,
    Prefill.CLASS_SIZE: lambda house, day: children_come(house, day, 21, area=900),
    Prefill.AREA: lambda house, day: children_come(house, day, 2, area=3),
    Prefill.WHOLE_DAY: a_child_stays_all_day,
    Prefill.ENOUGH_STAFF: lambda house, day: children_come(house, day, 6),
}
every_kind = pytest.mark.parametrize("kind", BAD)


def judged(day: date) -> dict[str, int]:
    """The worker's round at seven in the morning."""
    return orders.judge_orders(now=datetime.combine(day, time(7), SHANGHAI))


def a_finding_of(jinshan: Jinshan, house: Facility, kind: Prefill) -> RectificationOrder:
    """What was broken on Friday is found on Sunday."""
    BAD[kind](house, FRIDAY)
    return make_order(jinshan, house, prefill=kind)


@every_kind
class TestPastDays:
    def test_are_those_since_the_signature(self, jinshan: Jinshan, house: Facility, kind: Prefill):
        order = a_finding_of(jinshan, house, kind)
        children_come(house, MONDAY)
        if kind is Prefill.WHOLE_DAY:
            one_hour_on(house, MONDAY)

        assert judged(TUESDAY)["turn_green"] == 1

        assert state_of(order) == "recheck_due"
        assert "2026年11月22日 10:00以来" in order.steps.get(event="turn_green").reason or (
            kind is Prefill.ENOUGH_STAFF
        )
        # What a visit of the same day reads looks back as far as ever.
        said = prefilled(order.facility, now=at(TUESDAY))[kind]
        assert said.rows_say is RowsSay.FAILS

    def test_in_which_nobody_came_tell_nothing(
        self, jinshan: Jinshan, house: Facility, kind: Prefill
    ):
        order = a_finding_of(jinshan, house, kind)

        assert judged(THURSDAY) == {"turn_green": 0, "turn_red": 0}

        assert state_of(order) == "issued"

    def test_must_be_whole(self, jinshan: Jinshan, house: Facility, kind: Prefill):
        """Neither the rest of the day of the signature nor this morning is a day."""
        a_finding_of(jinshan, house, kind)
        children_come(house, NOW.date())
        children_come(house, MONDAY)
        one_hour_on(house, MONDAY)

        assert judged(MONDAY)["turn_green"] == 0
        assert judged(TUESDAY)["turn_green"] == 1

    def test_in_which_it_happens_again_do_not_turn_it(
        self, jinshan: Jinshan, house: Facility, kind: Prefill
    ):
        order = a_finding_of(jinshan, house, kind)
        children_come(house, MONDAY)
        BAD[kind](house, TUESDAY)
        children_come(house, WEDNESDAY)

        assert judged(THURSDAY)["turn_green"] == 0
        assert state_of(order) == "issued"

    def test_begin_anew_when_the_house_says_it_is_mended(
        self, jinshan: Jinshan, house: Facility, kind: Prefill
    ):
        order = a_finding_of(jinshan, house, kind)
        BAD[kind](house, MONDAY)
        claimed(jinshan, order, now=at(TUESDAY))
        assert judged(WEDNESDAY)["turn_green"] == 0

        children_come(house, WEDNESDAY)
        one_hour_on(house, WEDNESDAY)

        assert judged(THURSDAY)["turn_green"] == 1
        assert state_of(order) == "recheck_due"

    def test_turn_it_back_when_it_happens_again(
        self, jinshan: Jinshan, house: Facility, kind: Prefill
    ):
        order = a_finding_of(jinshan, house, kind)
        children_come(house, MONDAY)
        one_hour_on(house, MONDAY)
        judged(TUESDAY)
        BAD[kind](house, TUESDAY)

        assert judged(WEDNESDAY)["turn_red"] == 1
        assert state_of(order) == "issued"
        # And from there on, good days turn it once more.
        children_come(house, WEDNESDAY + timedelta(days=1))
        one_hour_on(house, WEDNESDAY + timedelta(days=1))
        assert judged(THURSDAY + timedelta(days=1))["turn_green"] == 1


def one_hour_on(house: Facility, day: date) -> None:
    session = make_session(make_group(house), now=NOW, day=day, hour=15)
    child = ready_children(many_parents(1), house.subdistrict)[0]
    BookedHour.objects.create(
        booking=some_booking(house), child=child, care_session=session,
        starts_at=session.starts_at, ends_at=session.ends_at, state="settled", charge_fen=100,
    )  # fmt: skip


class TestShortages:
    def test_by_the_roster_count_and_a_booked_day_is_a_day(self, jinshan: Jinshan, house: Facility):
        order = a_finding_of(jinshan, house, Prefill.RATIO)
        one_hour_on(house, MONDAY)
        session = make_session(make_group(house), now=NOW, day=MONDAY, hour=9)
        make_breach(session, now=nine(MONDAY) - timedelta(hours=1), children=11)

        assert judged(TUESDAY)["turn_green"] == 0
        assert state_of(order) == "issued"

    def test_that_were_mended_before_the_hour_never_were(self, jinshan: Jinshan, house: Facility):
        a_finding_of(jinshan, house, Prefill.RATIO)
        one_hour_on(house, MONDAY)
        session = make_session(make_group(house), now=NOW, day=MONDAY, hour=9)
        make_breach(session, now=nine(MONDAY) - timedelta(hours=2), children=9)
        session.breaches.update(closed_at=nine(MONDAY) - timedelta(hours=1))

        assert judged(TUESDAY)["turn_green"] == 1

    def test_that_still_go_on_are_of_today_whenever_they_began(
        self, jinshan: Jinshan, house: Facility
    ):
        order = make_order(jinshan, house, prefill=Prefill.RATIO)
        a_room_falls_short(house, FRIDAY, ends_at=None)
        children_come(house, MONDAY)

        assert judged(TUESDAY)["turn_green"] == 0
        assert state_of(order) == "issued"

    def test_keep_an_officer_from_taking_the_evidence(self, jinshan: Jinshan, house: Facility):
        order = a_finding_of(jinshan, house, Prefill.RATIO)
        claimed(jinshan, order, now=at(MONDAY))
        asked = {"order": str(order.public_id), "actor": jinshan.actor("inspector_1")}
        a_room_falls_short(house, TUESDAY)

        with pytest.raises(Refused) as no:
            orders.ask_recheck(now=at(WEDNESDAY), **asked)
        assert no.value.verdicts[0].as_dict()["rule"] == "rows_are_red"

        FloorBreach.objects.filter(starts_at__gt=NOW).delete()
        orders.ask_recheck(now=at(WEDNESDAY), **asked)
        assert state_of(order) == "recheck_due"


class TestAfterAFailedRecheck:
    """Somebody went and saw that it is not so: rows that say otherwise do not suffice any more."""

    @pytest.fixture
    def failed(self, jinshan: Jinshan, house: Facility) -> RectificationOrder:
        LiabilityInsurance.objects.filter(facility=house).delete()
        order = make_order(jinshan, house, prefill=Prefill.INSURANCE)
        make_insurance(house)
        orders.judge_orders(now=NOW)
        scheduled(jinshan, order)
        orders.record_recheck(
            order=str(order.public_id), passed=False, note="保单不是这家的",
            actor=jinshan.actor("inspector_1"), now=NOW,
        )  # fmt: skip
        return order

    def test_the_house_has_to_say_again_that_it_is_mended(self, jinshan: Jinshan, failed):
        assert orders.judge_orders(now=NOW + timedelta(days=1))["turn_green"] == 0
        assert state_of(failed) == "issued"

        claimed(jinshan, failed, now=NOW + timedelta(days=1))

        assert orders.judge_orders(now=NOW + timedelta(days=2))["turn_green"] == 1

    def test_a_plan_alone_is_no_claim(self, jinshan: Jinshan, failed):
        planned(jinshan, failed)

        assert orders.judge_orders(now=NOW + timedelta(days=1))["turn_green"] == 0

    def test_without_a_failure_the_rows_suffice(self, jinshan: Jinshan, house: Facility):
        order = make_order(jinshan, house, prefill=Prefill.NAME_AND_SIGN)

        assert orders.judge_orders(now=NOW)["turn_green"] == 1
        assert state_of(order) == "recheck_due"


@pytest.mark.parametrize("key", Prefill)
def test_one_item_alone_says_what_it_says_among_all(house: Facility, key: Prefill):
    for kind in BAD.values():
        kind(house, FRIDAY)
    one_hour_on(house, WEDNESDAY)
    fresh = Facility.objects.select_related("subdistrict__district").get(pk=house.pk)

    for since in (None, nine(THURSDAY) - timedelta(days=9)):
        alone = said_of(fresh, key, now=NOW, since=since)
        assert alone == prefilled(fresh, now=NOW, since=since)[key]


class TestThePage:
    @pytest.mark.parametrize("kind", [Prefill.RATIO, Prefill.ENOUGH_STAFF, Prefill.CERTIFICATES])
    def test_says_since_when_in_few_statements(
        self, jinshan: Jinshan, house: Facility, kind: Prefill, django_assert_max_num_queries
    ):
        for _ in range(3):
            make_caregiver(house)
        order = make_order(jinshan, house, prefill=kind)
        client = Client()
        client.force_login(jinshan.users["lead"])
        client.get(f"/inspections/orders/{order.public_id}/")  # the law is read once

        with django_assert_max_num_queries(20):
            answer = client.get(f"/inspections/orders/{order.public_id}/")

        words = answer.content.decode()
        assert "怎么判定" in words
        assert ("只看2026年11月22日 10:00以后的数据" in words) is (kind is not Prefill.CERTIFICATES)

    def test_says_after_a_failure_that_the_house_comes_first(
        self, jinshan: Jinshan, house: Facility
    ):
        order = make_order(jinshan, house, prefill=Prefill.RATIO)
        claimed(jinshan, order)
        orders.ask_recheck(order=str(order.public_id), actor=jinshan.actor("inspector_1"), now=NOW)
        scheduled(jinshan, order)
        orders.record_recheck(
            order=str(order.public_id), passed=False, note="仍然不足",
            actor=jinshan.actor("inspector_1"), now=NOW,
        )  # fmt: skip

        page = order_page(make_keeper(jinshan, house), str(order.public_id), now=NOW)

        assert "重新报告完成以后" in page.judged

    def test_says_nothing_of_rows_where_only_evidence_tells(self, jinshan: Jinshan):
        order = make_order(jinshan)

        page = order_page(jinshan.actor("lead"), str(order.public_id), now=NOW)

        assert page.judged == ""
