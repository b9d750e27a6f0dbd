"""At the door: who may come in, who may take a child home, and what is written down of it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from bookings import selectors, services
from bookings.models import BookedHour, CollectionCode, Stay
from bookings.selectors.stays import versions_of
from bookings.types import Look, MorningCheck
from common.refusals import Conflict, InvalidInput, NotFound, Refused
from families.models import Child
from families.services import end_guardianship
from notifications.models import OutboxMessage
from tests.bookings.floors import (
    DOOR,
    booked,
    caregiver_of,
    comes,
    correction_of,
    goes,
    inspector_over,
    ref_of,
    rules_of,
)
from tests.bookings.situations import HOUR, NOW, TUESDAY
from tests.bookings.worlds import a_house, a_parent, a_ready_family, add_guardian, hours_of
from tests.families.factories import make_pickup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]

TEN = TUESDAY + HOUR
ELEVEN = TEN + HOUR


@pytest.fixture
def house(law):
    return a_house()


@pytest.fixture
def carer(house):
    return caregiver_of(house)


@pytest.fixture
def family(house):
    """Parent, child, booking of nine to ten on Tuesday."""
    parent, child, booking, _ = booked(house)
    return parent, child, booking


def counts() -> tuple[int, ...]:
    return Stay.objects.count(), OutboxMessage.objects.count(), AuditEvent.objects.count()


class TestComingIn:
    def test_the_pass_lets_the_child_in_once_and_tells_every_guardian(self, carer, family):
        parent, child, booking = family

        stay = comes(booking, carer, brought_by=ref_of(parent))

        assert (stay.child_id, stay.arrived_at, stay.left_at) == (child.pk, DOOR, None)
        assert stay.brought_by == "家长（妈妈）"
        told = OutboxMessage.objects.filter(kind="child_arrived", recipient_id=parent.user_id)
        assert told.count() == 2
        assert "36" not in str(told.values_list("payload", flat=True)[0].get("person"))
        assert AuditEvent.objects.filter(kind="bookings.stay.arrived", child_id=child.pk).exists()

    def test_scanned_again_it_is_refused_and_nothing_changes(self, carer, family):
        comes(family[2], carer)
        before = counts()

        with pytest.raises(Refused) as refused:
            comes(family[2], carer)

        assert rules_of(refused) == ["one_place_at_a_time"]
        assert counts() == before

    def test_too_early_waits_and_late_is_fine_until_the_end_is_near(self, carer, family):
        for at, rule in (
            (TUESDAY - timedelta(minutes=16), "entry_minutes_early_max"),
            (TEN - timedelta(minutes=9), "entry_minutes_left_min"),
            (TEN, "entry_minutes_left_min"),
        ):
            with pytest.raises(Refused) as refused:
                comes(family[2], carer, at=at)
            assert rules_of(refused) == [rule]
        assert not Stay.objects.exists()

        assert comes(family[2], carer, at=TUESDAY + timedelta(minutes=40)).pk

    def test_another_day_is_told_with_its_day(self, carer, family):
        with pytest.raises(Refused) as refused:
            comes(family[2], carer, at=DOOR - timedelta(days=1))

        assert "11月24日" in refused.value.verdicts[0].remedy

    def test_everything_that_is_missing_is_said_at_once(self, carer, family):
        _, child, booking = family
        Child.objects.filter(pk=child.pk).update(born_on=TUESDAY.date().replace(year=2023))
        child.health_checks.update(valid_through=NOW.date())
        sick = MorningCheck(temperature_c=Decimal("37.3"), look=Look.RASH)

        with pytest.raises(Refused) as refused:
            comes(booking, carer, check=sick)

        assert set(rules_of(refused)) == {
            "child_age_months_max",
            "child_health_check_required",
            "entry_temperature_max",
            "entry_morning_check",
        }
        assert not Stay.objects.exists()

    def test_a_tenth_of_a_degree_decides(self, carer, family):
        well = MorningCheck(temperature_c=Decimal("37.2"), look=Look.COUGH)

        assert comes(family[2], carer, check=well).temperature_c == Decimal("37.2")

    def test_declared_allergies_are_read_before_the_child_comes_in(self, carer, family):
        _, child, booking = family
        Child.objects.filter(pk=child.pk).update(allergies="花生")
        child.refresh_from_db()

        with pytest.raises(Refused) as refused:
            comes(booking, carer)
        assert rules_of(refused) == ["entry_allergy_read"]

        assert comes(booking, carer, check=MorningCheck(allergy_acknowledged=True)).pk

    def test_one_stay_covers_hours_in_a_row_of_two_bookings(self, house, carer):
        parent, _child, booking, [_first, _second] = booked(house, 2)

        stay = comes(booking, carer)

        assert stay.booked_until == ELEVEN
        row = selectors.booking_row_for(parent, str(booking.public_id))
        assert [one.id for one in selectors.stays_in(row)] == [str(stay.public_id)]

    def test_nobody_else_keeps_this_floor(self, house, family):
        for stranger in (family[0], caregiver_of(a_house()), inspector_over(house)):
            with pytest.raises(NotFound):
                comes(family[2], stranger)
        assert not Stay.objects.exists()


def test_a_pass_of_another_house_is_refused_without_saying_whose_it_is(family):
    elsewhere = a_house()

    with pytest.raises(Refused) as refused:
        services.check_in(
            actor=caregiver_of(elsewhere),
            now=DOOR,
            house=str(elsewhere.public_id),
            pass_code=family[2].pass_code,
        )

    assert rules_of(refused) == ["entry_booking_required"]
    assert family[1].name not in refused.value.verdicts[0].remedy


class TestTheScreen:
    def screen(self, house, carer, child, at=DOOR):
        return selectors.gate_of(
            actor=carer, now=at, house=str(house.public_id), child=str(child.public_id)
        )

    def test_is_green_when_nothing_is_missing_and_says_what_was_not_measured(
        self, house, carer, family
    ):
        gate = self.screen(house, carer, family[1])

        assert gate.may_enter
        assert [item.title for item in gate.items if item.state == "unknown"] == ["晨检"]
        assert all(item.title for item in gate.items)
        assert all(item.verdict["document"] for item in gate.items if item.state == "ok")

    def test_says_the_same_as_the_check_in(self, house, carer, family):
        family[1].health_checks.update(valid_through=NOW.date())

        gate = self.screen(house, carer, family[1])

        with pytest.raises(Refused) as refused:
            comes(family[2], carer)
        assert [i.verdict["rule"] for i in gate.missing] == rules_of(refused)

    def test_shows_nothing_of_a_child_that_has_nothing_to_do_here_today(self, house, carer, family):
        with pytest.raises(NotFound):
            self.screen(house, carer, family[1], at=DOOR - timedelta(days=1))


class TestGoingHome:
    def test_with_a_guardian_or_whom_one_named(self, house, carer, family):
        parent, child, booking = family
        aunt = make_pickup(child, by=User.objects.get(pk=parent.user_id))
        comes(booking, carer)

        stay = goes(booking, carer, at=TEN, collector=str(aunt.public_id))

        assert (stay.left_at, stay.collected_by) == (TEN, "张阿姨（阿姨）")
        assert OutboxMessage.objects.filter(kind="child_left").count() == 2

    @pytest.mark.parametrize("said", ["", "李强", "00000000-0000-4000-8000-000000000000"])
    def test_not_with_nobody_and_not_with_a_stranger(self, carer, family, said):
        comes(family[2], carer)
        before = counts()

        with pytest.raises(Refused) as refused:
            goes(family[2], carer, at=TEN, collector=said)

        assert rules_of(refused) == ["collector_authorized"]
        assert counts() == before

    def test_not_with_a_guardian_whose_standing_has_ended_nor_as_a_pickup(self, carer, family):
        parent, child, booking = family
        father = a_parent()
        add_guardian(child, father)
        phone = User.objects.get(pk=father.user_id).phone
        named = make_pickup(child, by=User.objects.get(pk=parent.user_id), name="李强")
        type(named).objects.filter(pk=named.pk).update(phone=phone)
        code = services.make_collection_code(
            booking=str(booking.public_id), collector="朋友", actor=father, now=NOW
        )
        comes(booking, carer)
        end_guardianship(actor=parent, now=DOOR, child=child.public_id, guardian=ref_of(father))

        for said in (ref_of(father), str(named.public_id), "李强", code):
            with pytest.raises(Refused):
                goes(booking, carer, at=TEN, collector=said)
        assert Stay.objects.get().left_at is None
        with pytest.raises(NotFound):
            selectors.booking_row_for(father, str(booking.public_id))

    def test_not_twice(self, carer, family):
        comes(family[2], carer)
        goes(family[2], carer, at=TEN, collector=ref_of(family[0]))

        with pytest.raises(Refused) as refused:
            goes(family[2], carer, at=TEN, collector=ref_of(family[0]))

        assert rules_of(refused) == ["child_is_inside"]


class TestTheOneTimeCode:
    @pytest.fixture
    def code(self, carer, family):
        comes(family[2], carer)
        return services.make_collection_code(
            booking=str(family[2].public_id), collector="邻居王阿姨", actor=family[0], now=DOOR
        )

    def test_opens_once(self, carer, family, code):
        stay = goes(family[2], carer, at=TEN, collector=f"{code[:3]} {code[3:]}")

        assert (stay.collected_as, stay.collected_by) == ("code", "邻居王阿姨")
        known = CollectionCode.objects.get()
        assert (known.code, known.used_at) == ("", TEN)

    def test_is_kept_sealed_and_shown_to_who_has_the_full_right(self, family, code):
        from bookings.selectors.collecting import collecting_of

        row = selectors.booking_row_for(family[0], str(family[2].public_id))

        assert collecting_of(family[0], row, now=DOOR).code == code
        with connection.cursor() as cursor:
            cursor.execute("SELECT code, code_key FROM bookings_collectioncode")
            [(sealed, key)] = cursor.fetchall()
        assert code.encode() not in bytes(sealed)
        assert code not in key

    def test_dies_of_too_many_wrong_tries_and_of_a_newer_one(self, carer, family, code):
        wrong = f"{(int(code) + 1) % 10**6:06d}"
        for _ in range(5):
            with pytest.raises(Refused):
                goes(family[2], carer, at=TEN, collector=wrong)

        with pytest.raises(Refused) as refused:
            goes(family[2], carer, at=TEN, collector=code)
        assert "作废" in refused.value.verdicts[0].remedy

        newer = services.make_collection_code(
            booking=str(family[2].public_id), collector="外婆", actor=family[0], now=TEN
        )
        assert goes(family[2], carer, at=TEN, collector=newer).collected_by == "外婆"

    def test_is_good_for_its_day_only(self, carer, family, code):
        with pytest.raises(Refused):
            goes(family[2], carer, at=TEN + timedelta(days=1), collector=code)


class TestCorrecting:
    def test_keeps_both_versions_and_tells_the_family_why(self, carer, family):
        parent, _child, booking = family
        stay = comes(booking, carer)
        earlier = DOOR - timedelta(minutes=10)

        new = services.correct_stay(
            stay=str(stay.public_id),
            correction=correction_of(stay, arrived_at=earlier),
            actor=carer,
            now=TEN,
        )

        newest, oldest = versions_of(stay)
        assert (newest.arrived_at, oldest.arrived_at) == (earlier, DOOR)
        assert (newest.correction_reason, oldest.superseded_at) == ("看错了时间", TEN)
        row = selectors.booking_row_for(parent, str(booking.public_id))
        assert {one.id for one in selectors.stays_in(row)} == {
            str(stay.public_id),
            str(new.public_id),
        }
        assert OutboxMessage.objects.filter(kind="stay_corrected").count() == 2

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"reason": " "}, "reason"),
            ({"arrived_at": TEN + timedelta(minutes=1)}, "arrived_at"),
            ({"arrived_at": DOOR - timedelta(days=1)}, "arrived_at"),
            ({"left_at": DOOR, "collected_by": "妈妈"}, "left_at"),
            ({"left_at": TEN}, "collected_by"),
        ],
    )
    def test_needs_a_reason_and_times_that_can_be(self, carer, family, changes, field):
        stay = comes(family[2], carer)
        before = counts()

        with pytest.raises(InvalidInput) as invalid:
            services.correct_stay(
                stay=str(stay.public_id),
                correction=correction_of(stay, **changes),
                actor=carer,
                now=TEN,
            )

        assert field in invalid.value.faults
        assert counts() == before

    def test_of_what_was_corrected_meanwhile_is_refused(self, carer, family):
        stay = comes(family[2], carer)
        change = {"actor": carer, "now": TEN, "stay": str(stay.public_id)}
        services.correct_stay(correction=correction_of(stay, is_void=True), **change)

        with pytest.raises(Conflict):
            services.correct_stay(correction=correction_of(stay, is_void=True), **change)

    def test_what_never_was_is_void_and_the_child_may_come_in(self, carer, family):
        stay = comes(family[2], carer)
        services.correct_stay(
            stay=str(stay.public_id),
            correction=correction_of(stay, is_void=True),
            actor=carer,
            now=TUESDAY,
        )

        assert comes(family[2], carer, at=TUESDAY).pk
        assert Stay.objects.count() == 3

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE bookings_stay SET arrived_at = arrived_at - interval '1 hour'",
            "UPDATE bookings_stay SET temperature_c = 36.5",
            "UPDATE bookings_stay SET brought_by = '别人'",
            "UPDATE bookings_stay SET left_at = left_at + interval '1 minute'",
            "UPDATE bookings_stay SET collected_by = '别人'",
            "DELETE FROM bookings_stay",
        ],
    )
    def test_the_database_refuses_to_rewrite_a_stay(self, carer, family, statement):
        comes(family[2], carer)
        goes(family[2], carer, at=TEN, collector=ref_of(family[0]))

        with (
            pytest.raises(IntegrityError, match="never rewritten"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    def test_the_database_refuses_to_empty_the_table(self, carer, family):
        comes(family[2], carer)

        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL babyhouse.tables_may_be_emptied = 'off'")
        with pytest.raises(IntegrityError, match="never rewritten"), transaction.atomic():
            connection.cursor().execute("TRUNCATE bookings_stay CASCADE")

        assert Stay.objects.count() == 1


class TestForgotten:
    def test_an_hour_after_the_house_has_closed_the_departure_is_guessed(self, house, carer):
        _parent, _child, booking, _ = booked(house)
        hours_of(house, 1, starts_at=TUESDAY + 6 * HOUR)  # another room, until four
        comes(booking, carer)
        four = TUESDAY + 7 * HOUR

        assert services.close_forgotten(now=four + timedelta(minutes=59)) == 0
        assert services.close_forgotten(now=four + HOUR) == 1
        assert services.close_forgotten(now=four + HOUR) == 0

        stay = Stay.objects.get()
        assert (stay.left_at, stay.closed_by_guess, stay.closed_by_id) == (TEN, True, None)
        assert OutboxMessage.objects.filter(kind="child_left_by_guess").count() == 2

    def test_a_correction_by_somebody_is_no_guess_any_more(self, carer, family):
        comes(family[2], carer)
        services.close_forgotten(now=TEN + HOUR)
        stay = Stay.objects.get()

        new = services.correct_stay(
            stay=str(stay.public_id),
            correction=correction_of(
                stay, left_at=TEN + timedelta(minutes=20), collected_by="妈妈"
            ),
            actor=carer,
            now=TEN + HOUR,
        )

        assert not new.closed_by_guess
        assert stay.closed_by_guess

    def test_a_correction_of_the_arrival_leaves_the_guess_a_guess(self, carer, family):
        comes(family[2], carer)
        services.close_forgotten(now=TEN + HOUR)
        stay = Stay.objects.get()

        new = services.correct_stay(
            stay=str(stay.public_id),
            correction=correction_of(stay, arrived_at=TUESDAY),
            actor=carer,
            now=TEN + HOUR,
        )

        assert new.closed_by_guess


class TestWhoCame:
    def attended(self) -> list[bool | None]:
        return list(
            BookedHour.objects.order_by("starts_at", "pk").values_list("attended", flat=True)
        )

    def test_is_unknown_where_nobody_wrote_anything_down(self, family):
        assert services.settle_hours(now=TEN) == 1

        assert self.attended() == [None]
        assert family[1].entitlements.get().used == 1

    def test_is_said_of_every_hour_a_stay_overlaps(self, house, carer):
        parent, _, booking, _ = booked(house, 3)
        comes(booking, carer)
        goes(booking, carer, at=TEN + timedelta(minutes=10), collector=ref_of(parent))

        services.settle_hours(now=TUESDAY + 3 * HOUR)

        assert self.attended() == [True, True, False]

    def test_leaving_on_the_hour_is_not_coming_to_the_next(self, house, carer):
        parent, _, booking, _ = booked(house, 2)
        comes(booking, carer)
        goes(booking, carer, at=TEN, collector=ref_of(parent))

        services.settle_hours(now=ELEVEN)

        assert self.attended() == [True, False]

    def test_is_no_only_in_a_room_that_was_kept(self, house, carer, family):
        booked(house)
        services.open_floor(house=str(house.public_id), actor=carer, now=DOOR)

        services.settle_hours(now=TEN)

        assert self.attended() == [False, False]

    def test_follows_a_correction(self, house, carer):
        _, _, booking, _ = booked(house, 2)
        stay = comes(booking, carer)
        services.settle_hours(now=ELEVEN)
        assert self.attended() == [True, True]

        services.correct_stay(
            stay=str(stay.public_id),
            correction=correction_of(
                stay, left_at=TEN - timedelta(minutes=20), collected_by="妈妈"
            ),
            actor=carer,
            now=ELEVEN,
        )

        assert self.attended() == [True, False]


class TestTheNumbersOfToday:
    def room(self, house, actor, at):
        return selectors.house_today(str(house.public_id), actor=actor, now=at).groups[0]

    def test_presence_is_unknown_until_somebody_keeps_the_floor(self, house, carer, family):
        assert self.room(house, carer, DOOR).children_present is None
        services.open_floor(house=str(house.public_id), actor=carer, now=DOOR)
        assert self.room(house, carer, DOOR).children_present == 0
        comes(family[2], carer)
        assert self.room(house, carer, DOOR).children_present == 1

    def test_who_was_not_collected_is_present_and_is_the_first_thing_to_do(
        self, house, carer, family
    ):
        comes(family[2], carer)
        late = TEN + timedelta(minutes=20)

        room = self.room(house, carer, late)
        floor = selectors.floor_of(house=str(house.public_id), actor=carer, now=late)

        assert (room.children_present, room.children_expected, room.needed_staff) == (1, 0, 1)
        assert [one.kind for one in floor.to_do] == ["overdue"]

    def test_an_officer_sees_numbers_and_no_child(self, house, carer, family):
        comes(family[2], carer)

        floor = selectors.floor_of(
            house=str(house.public_id), actor=inspector_over(house), now=TUESDAY
        )

        assert floor.present == 1
        assert not floor.lines
        assert not [one for one in floor.to_do if one.name]


class TestWalkingIn:
    def ask(self, house, actor, parent, child, sessions, **more):
        phone = User.objects.get(pk=parent.user_id).phone
        return services.walk_in(
            actor=actor,
            house=str(house.public_id),
            phone=more.pop("phone", phone),
            child_name=more.pop("child_name", child.name),
            sessions=[str(session.public_id) for session in sessions],
            key=more.pop("key", "walk-in-1"),
            now=more.pop("now", TUESDAY + timedelta(minutes=10)),
        )

    @pytest.fixture
    def visitors(self, house):
        parent, child = a_ready_family(house)
        User.objects.filter(pk=parent.user_id).update(phone_verified_at=timezone.now())
        return parent, child

    def test_takes_a_place_of_the_running_hour_and_tells_the_guardian(self, house, carer, visitors):
        [session] = hours_of(house)

        booking = self.ask(house, carer, *visitors, [session])

        session.refresh_from_db()
        assert session.places_taken == 1
        assert booking.placed_by_id == carer.user_id
        assert OutboxMessage.objects.filter(kind="walked_in").count() == 2
        assert comes(booking, carer, at=TUESDAY + timedelta(minutes=11)).pk

    def test_is_refused_by_the_same_rules_as_a_booking(self, house, carer, visitors):
        [session] = hours_of(house, places=1)
        session.places_taken = 1
        session.save()
        visitors[1].health_checks.update(valid_through=NOW.date())
        before = BookedHour.objects.count()

        with pytest.raises(Refused) as refused:
            self.ask(house, carer, *visitors, [session])

        assert set(rules_of(refused)) == {"child_health_check_required", "licensed_places"}
        assert BookedHour.objects.count() == before

    def test_asks_for_the_number_and_the_name(self, house, carer, visitors):
        [session] = hours_of(house)

        for wrong in ({"phone": "13999999999"}, {"child_name": "别人"}):
            with pytest.raises(NotFound):
                self.ask(house, carer, *visitors, [session], **wrong)
        assert not BookedHour.objects.exists()

    def test_is_for_hours_of_now_and_for_the_people_of_the_house(self, house, carer, visitors):
        [session] = hours_of(house)

        with pytest.raises(InvalidInput):
            self.ask(house, carer, *visitors, [session], now=TUESDAY - 5 * HOUR)
        for stranger in (visitors[0], inspector_over(house)):
            with pytest.raises(NotFound):
                self.ask(house, stranger, *visitors, [session])
