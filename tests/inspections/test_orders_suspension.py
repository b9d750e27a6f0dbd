"""What is 严重 stops a house at once, and only a passed 再检查 lets it go on."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.types import WORKER, Actor, HeldGrant, Role, ScopeKind
from bookings import services as bookings
from bookings.models import Booking, Entitlement, Obligation
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, NotFound, Refused
from facilities import services as facilities
from facilities.models import CareSession
from inspections.models import RectificationOrder
from inspections.services import orders
from inspections.types import Severity
from notifications.models import OutboxMessage
from tests.api.world import Caller, is_problem
from tests.bookings.floors import caregiver_of
from tests.bookings.situations import TUESDAY
from tests.bookings.worlds import a_house, a_ready_family, book, hours_of
from tests.facilities.factories import make_group, make_house, make_session
from tests.families.factories import make_ready_child, make_user
from tests.inspections.order_situations import DAY, make_order, rechecked, state_of
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


def walks_in(house, parent: Actor, child, hours, *, now) -> Booking:
    phone = User.objects.get(pk=parent.user_id).phone
    return bookings.walk_in(
        actor=caregiver_of(house), house=str(house.public_id), phone=phone,
        child_name=child.name, sessions=[str(hour.public_id) for hour in hours],
        key="walk-in-1", now=now,
    )  # fmt: skip


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

    def test_not_at_the_door(self, suspended, house):
        (parent, child), hours = suspended
        User.objects.filter(pk=parent.user_id).update(phone_verified_at=NOW)

        with pytest.raises(Refused) as no:
            walks_in(house, parent, child, hours, now=TUESDAY + timedelta(minutes=10))

        rules = {verdict.as_dict()["rule"] for verdict in no.value.verdicts}
        assert "session_is_open" in rules
        assert not Booking.objects.exists()

    def test_not_through_the_api(self, jinshan: Jinshan, house, order):
        now = timezone.now()
        session = make_session(make_group(house), now=now, day=day_in_shanghai(now) + DAY * 2)
        parent = make_user("陈静")
        child = make_ready_child(parent, house.subdistrict)
        suspend(jinshan, order)
        wish = {"child": str(child.public_id), "sessions": [str(session.public_id)]}

        for path, body in (("bookings/", wish), ("bookings/family/", {"children": [wish]})):
            refused = is_problem(Caller(parent).post(path, body), 409)
            assert "session_is_open" in {one["rule"] for one in refused["verdicts"]}
        session.refresh_from_db()
        assert session.places_taken == Booking.objects.count() == 0

    def test_not_instead_of_another(self, jinshan: Jinshan, house, order):
        """What a refusal offers nearby is never a house that is suspended."""
        other = make_house(subdistrict=house.subdistrict, latitude=house.latitude + 0.002)
        hours_of(house)
        [full] = hours_of(other, places=0)
        parent, child = a_ready_family(other)

        def offered() -> list[str]:
            with pytest.raises(Refused) as no:
                book(parent, (child, [full]))
            return [row["facility"] for row in no.value.alternatives]

        assert offered() == [str(house.public_id)]
        suspend(jinshan, order)
        assert offered() == []

    def test_its_sessions_are_stopped(self, suspended, house):
        coming = CareSession.objects.filter(facility=house, starts_at__gt=NOW)

        assert coming.exists()
        assert set(coming.values_list("stop", flat=True)) == {"suspended"}

    def test_the_control_an_open_house_is_booked(self, jinshan: Jinshan, house):
        parent, child = a_ready_family(house)

        book(parent, (child, hours_of(house)))

        assert Booking.objects.exists()


class TestWhatHasBeenHeld:
    def test_stays_as_it_was_and_only_what_is_to_come_ends(self, jinshan: Jinshan, house, order):
        """Suspended in the middle of an hour: the child in it stays in it."""
        parent, child = a_ready_family(house)
        hours = hours_of(house, 3)
        [booking] = book(parent, (child, hours))
        later = TUESDAY + timedelta(minutes=70)  # the first is over, the second runs

        orders.suspend_by_order(
            order=str(order.public_id), reason="消防通道堵塞", actor=jinshan.actor("lead"),
            now=later,
        )  # fmt: skip

        states = dict(booking.hours.values_list("care_session", "state"))
        assert [states[hour.pk] for hour in hours] == ["live", "live", "closed"]
        booking.refresh_from_db()
        assert booking.state == "confirmed"
        assert list(
            CareSession.objects.filter(pk__in=[one.pk for one in hours])
            .order_by("starts_at")
            .values_list("stop", flat=True)
        ) == ["", "", "suspended"]

    def test_nobody_joins_the_hour_that_runs(self, jinshan: Jinshan, house, order):
        hours = hours_of(house)
        parent, child = a_ready_family(house)
        User.objects.filter(pk=parent.user_id).update(phone_verified_at=NOW)
        orders.suspend_by_order(
            order=str(order.public_id), reason="消防通道堵塞", actor=jinshan.actor("lead"),
            now=TUESDAY + timedelta(minutes=5),
        )  # fmt: skip

        with pytest.raises(Refused):
            walks_in(house, parent, child, hours, now=TUESDAY + timedelta(minutes=10))

        assert not Booking.objects.exists()

    def test_the_control_while_it_is_open_they_do(self, jinshan: Jinshan, house):
        hours = hours_of(house)
        parent, child = a_ready_family(house)
        User.objects.filter(pk=parent.user_id).update(phone_verified_at=NOW)

        booking = walks_in(house, parent, child, hours, now=TUESDAY + timedelta(minutes=10))

        assert booking.state == "confirmed"


class TestNoWayRoundTheRecheck:
    @pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
    @pytest.mark.parametrize("scope", ["facility", "district", "city"])
    def test_not_by_any_role_nor_over_any_place(
        self, jinshan: Jinshan, house, order, role: Role, scope: str
    ):
        suspend(jinshan, order)
        scopes = {
            "facility": str(house.public_id), "district": "310116", "city": "310000",
        }  # fmt: skip
        actor = Actor(
            user_id=jinshan.users["lead"].pk, name="某人",
            grants=(HeldGrant(role, ScopeKind(scope), scopes[scope]),),
        )  # fmt: skip

        with pytest.raises((InvalidInput, NotFound)):
            facilities.resume(facility=str(house.public_id), actor=actor, now=NOW)

        house.refresh_from_db()
        assert (house.state, house.suspended_by) == ("suspended", "supervision")

    def test_not_by_the_worker(self, jinshan: Jinshan, house, order):
        suspend(jinshan, order)

        with pytest.raises(InvalidInput, match="再检查合格"):
            facilities.resume(facility=str(house.public_id), actor=WORKER, now=NOW)

    def test_not_by_making_it_the_operators_own(self, jinshan: Jinshan, house, order):
        suspend(jinshan, order)
        operator = Actor(
            user_id=make_user("镇").pk, name="镇",
            grants=(HeldGrant(Role.OPERATOR, ScopeKind.SUBDISTRICT, house.subdistrict.code),),
        )  # fmt: skip

        with pytest.raises(InvalidInput):
            facilities.suspend(
                facility=str(house.public_id), reason="装修", actor=operator, now=NOW
            )
        with pytest.raises(InvalidInput, match="再检查合格"):
            facilities.resume(facility=str(house.public_id), actor=operator, now=NOW)

        house.refresh_from_db()
        assert house.suspended_by == "supervision"

    def test_not_by_the_operators_suspension_that_came_first(self, jinshan: Jinshan, house, order):
        operator = Actor(
            user_id=make_user("镇").pk, name="镇",
            grants=(HeldGrant(Role.OPERATOR, ScopeKind.SUBDISTRICT, house.subdistrict.code),),
        )  # fmt: skip
        facilities.suspend(facility=str(house.public_id), reason="装修", actor=operator, now=NOW)
        suspend(jinshan, order)

        with pytest.raises(InvalidInput, match="再检查合格"):
            facilities.resume(facility=str(house.public_id), actor=operator, now=NOW)

    def test_not_by_lifting_it_while_the_order_is_open(self, jinshan: Jinshan, house, order):
        """`lift_suspension` is the order's last step; before that the database says no."""
        suspend(jinshan, order)
        rechecked(jinshan, order)

        with pytest.raises(IntegrityError, match="until its orders are over"), transaction.atomic():
            facilities.lift_suspension(
                facility=str(house.public_id), reason="", actor=jinshan.actor("lead"), now=NOW
            )

        house.refresh_from_db()
        assert house.state == "suspended"

    def test_what_the_operator_suspended_they_resume(self, jinshan: Jinshan, house):
        operator = Actor(
            user_id=make_user("镇").pk, name="镇",
            grants=(HeldGrant(Role.OPERATOR, ScopeKind.SUBDISTRICT, house.subdistrict.code),),
        )  # fmt: skip
        facilities.suspend(facility=str(house.public_id), reason="装修", actor=operator, now=NOW)

        facilities.resume(facility=str(house.public_id), actor=operator, now=NOW)

        house.refresh_from_db()
        assert house.state == "open"


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
