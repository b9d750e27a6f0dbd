"""What is 严重 stops a house at once, and only a passed 再检查 lets it go on."""

import pytest

from bookings import services as bookings
from bookings.models import Booking, Entitlement, Obligation
from common.refusals import InvalidInput, NotFound, Refused
from facilities import services as facilities
from facilities.models import CareSession
from inspections.models import RectificationOrder
from inspections.services import orders
from inspections.types import Severity
from notifications.models import OutboxMessage
from tests.bookings.worlds import a_house, a_ready_family, book, hours_of
from tests.inspections.order_situations import make_order, rechecked, state_of
from tests.inspections.situations import NOW, Jinshan


@pytest.fixture
def house(jinshan: Jinshan):
    return a_house()


@pytest.fixture
def order(jinshan: Jinshan, house) -> RectificationOrder:
    return make_order(jinshan, house, severity=Severity.SEVERE)


def suspend(jinshan: Jinshan, order: RectificationOrder, who: str = "lead") -> None:
    orders.suspend_by_order(
        order=str(order.public_id), reason="消防通道堵塞", actor=jinshan.actor(who), now=NOW
    )


def test_families_are_told_and_get_everything_back(jinshan: Jinshan, house, order):
    parent, child = a_ready_family(house)
    book(parent, (child, hours_of(house)))

    suspend(jinshan, order)

    house.refresh_from_db()
    assert (house.state, house.suspended_by) == ("suspended", "supervision")
    assert Booking.objects.get().state == "cancelled"
    assert Entitlement.objects.get(child=child).held == 0
    owed = Obligation.objects.get()
    assert owed.named_person_id == jinshan.users["lead"].pk
    told = OutboxMessage.objects.filter(kind="cancelled_by_house", recipient=parent.user_id)
    assert {one.channel for one in told} == {"in_app", "email", "sms"}


class TestASuspendedHouseCannotBeBooked:
    """By no route: at once, by the family form, from the waitlist, as a series, or at the door."""

    @pytest.fixture
    def suspended(self, jinshan: Jinshan, house, order):
        hours = hours_of(house)
        family = a_ready_family(house)
        suspend(jinshan, order)
        return family, hours

    def test_not_by_a_booking(self, suspended):
        (parent, child), hours = suspended

        with pytest.raises(Refused) as no:
            book(parent, (child, hours))

        rules = {verdict.as_dict()["rule"] for verdict in no.value.verdicts}
        assert "session_is_open" in rules
        assert not Booking.objects.exists()

    def test_not_by_a_series(self, suspended):
        (parent, child), hours = suspended

        bookings.start_series(
            child=str(child.public_id), session=str(hours[0].public_id), weeks=2, actor=parent,
            now=NOW,
        )  # fmt: skip
        bookings.continue_series(now=NOW)

        assert not Booking.objects.exists()

    def test_its_sessions_are_stopped(self, suspended, house):
        coming = CareSession.objects.filter(facility=house, starts_at__gt=NOW)

        assert coming.exists()
        assert set(coming.values_list("stop", flat=True)) == {"suspended"}

    def test_the_control_an_open_house_is_booked(self, jinshan: Jinshan, house):
        parent, child = a_ready_family(house)

        book(parent, (child, hours_of(house)))

        assert Booking.objects.exists()


class TestWhoSuspendsAndWhoLetsGoOn:
    @pytest.mark.parametrize("who", ["inspector", "inspector_1"])
    def test_only_the_lead(self, jinshan: Jinshan, house, order, who: str):
        with pytest.raises(Refused):
            suspend(jinshan, order, who)
        with pytest.raises(NotFound):
            suspend(jinshan, order, "jingan_lead")

        house.refresh_from_db()
        assert house.state == "open"

    @pytest.mark.parametrize("severity", [Severity.ORDINARY, Severity.SERIOUS])
    def test_only_for_what_is_severe(self, jinshan: Jinshan, house, severity: Severity):
        order = make_order(jinshan, house, severity=severity)

        with pytest.raises(Refused, match="原因"):
            suspend(jinshan, order)

        house.refresh_from_db()
        assert house.state == "open"

    def test_nobody_lifts_it_without_the_order(self, jinshan: Jinshan, house, order):
        suspend(jinshan, order)

        with pytest.raises(InvalidInput, match="再检查合格"):
            facilities.resume(facility=str(house.public_id), actor=jinshan.actor("lead"), now=NOW)

    def test_a_passed_recheck_and_the_lead_do(self, jinshan: Jinshan, house, order):
        suspend(jinshan, order)
        rechecked(jinshan, order)
        house.refresh_from_db()
        assert house.state == "suspended"

        close = {"order": str(order.public_id), "now": NOW}
        with pytest.raises(Refused):
            orders.close_order(actor=jinshan.actor("inspector_2"), **close)
        orders.close_order(actor=jinshan.actor("lead"), **close)

        house.refresh_from_db()
        assert (house.state, house.suspended_by, state_of(order)) == ("open", "", "closed")

    def test_an_upheld_appeal_does_as_well(self, jinshan: Jinshan, house, order):
        suspend(jinshan, order)

        orders.withdraw_order(
            order=str(order.public_id), reason="申诉成立", actor=jinshan.actor("lead"), now=NOW
        )

        house.refresh_from_db()
        assert house.state == "open"

    def test_two_orders_hold_it_until_both_are_over(self, jinshan: Jinshan, house, order):
        other = make_order(jinshan, house, severity=Severity.SEVERE, code="care-other")
        suspend(jinshan, order)
        suspend(jinshan, other)
        for one, after in ((order, "suspended"), (other, "open")):
            orders.withdraw_order(
                order=str(one.public_id), reason="申诉成立", actor=jinshan.actor("lead"), now=NOW
            )
            house.refresh_from_db()
            assert house.state == after
