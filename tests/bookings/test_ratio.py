"""The live ratio: exact to the second, unknown while unknown, and written down as it was."""

from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from django.urls import reverse

from bookings import selectors, services
from bookings.models import FloorBreach
from bookings.rules.ratio import Episode, Seen, episodes, steps
from bookings.selectors.staffing import episodes_of
from common.refusals import InvalidInput, NotFound
from staff.models import StaffPresence
from staff.services import set_pin
from staff.types import ClockIn, ClockMethod
from tests.bookings.floors import booked, comes
from tests.bookings.pages import as_user, words_of
from tests.bookings.situations import NOW, TUESDAY
from tests.bookings.worlds import a_house, a_parent
from tests.facilities.factories import make_group
from tests.facilities.people import NOBODY
from tests.families.factories import actor_of, make_operator
from tests.staff.factories import make_caregiver, make_person, make_shift, stretch

SECOND = timedelta(seconds=1)
TEN = TUESDAY + timedelta(hours=1)


def at(second: int) -> datetime:
    return TUESDAY + second * SECOND


def test_twenty_who_leave_and_twenty_who_come_at_ten_are_twenty():
    children = [Seen(n, TUESDAY, TEN) for n in range(20)]
    children += [Seen(20 + n, TEN, None) for n in range(20)]

    assert [len(step.children) for step in steps(children, [])] == [20, 20]


def test_staff_who_hand_over_at_one_instant_leave_no_gap():
    children = [Seen(n, TUESDAY, None) for n in range(5)]
    staff = [Seen(100, TUESDAY, TEN), Seen(101, TEN, None)]

    assert episodes(steps(children, staff), children_per_staff=5) == []


def test_a_sixth_child_for_one_second_is_an_episode_of_one_second():
    children = [Seen(n, TUESDAY, None) for n in range(5)] + [Seen(5, at(60), at(61))]

    found = episodes(steps(children, [Seen(100, TUESDAY, None)]), children_per_staff=5)

    assert found == [Episode(at(60), at(61), 6, 1, 2, (0, 1, 2, 3, 4, 5), (100,))]


def test_children_alone_are_an_episode_that_goes_on():
    [found] = episodes(steps([Seen(1, TUESDAY, None)], []), children_per_staff=5)

    assert (found.starts_at, found.ends_at, found.needed) == (TUESDAY, None, 1)


@pytest.mark.parametrize("seed", range(60))
def test_episodes_are_those_found_by_looking_every_second(seed):
    random = Random(seed)
    length, ratio = 120, random.choice([3, 5])

    def somebody(who: int) -> Seen:
        came = random.randrange(length)
        stayed = random.choice([None, *range(1, length)])
        return Seen(who, at(came), None if stayed is None else at(came + stayed))

    children = [somebody(n) for n in range(random.randrange(14))]
    staff = [somebody(100 + n) for n in range(random.randrange(4))]

    def inside(people: list[Seen], moment: datetime) -> int:
        return sum(
            1
            for one in people
            if one.arrived_at <= moment and (one.left_at is None or moment < one.left_at)
        )

    short = {
        second
        for second in range(2 * length)
        if inside(children, at(second)) > ratio * inside(staff, at(second))
    }
    found = episodes(steps(children, staff), children_per_staff=ratio)
    covered = {
        second
        for one in found
        for second in range(2 * length)
        if one.starts_at <= at(second) and (one.ends_at is None or at(second) < one.ends_at)
    }

    assert covered == short
    for one, following in pairwise(found):
        assert one.ends_at is not None
        assert one.ends_at < following.starts_at


# --- on the floor --------------------------------------------------------------------------------


@pytest.fixture
def house(law):
    return a_house()


@pytest.fixture
def operator(house):
    return actor_of(make_operator(house.subdistrict))


@pytest.fixture
def stay_of(house, operator):
    """A child that has come, in a room with no staff yet."""
    _, _, booking, _ = booked(house)
    return comes(booking, operator, at=TUESDAY)


def clocked(person, house, operator, *, now, group=None, **said):
    return services.staff_comes(
        facility=str(house.public_id),
        clock=ClockIn(
            person=str(person.public_id),
            care_group=str(group.public_id) if group else "",
            **{"note": "忘带工牌", **said},
        ),
        actor=operator,
        now=now,
    )


def room_now(house, operator, now):
    return selectors.house_today(str(house.public_id), actor=operator, now=now).groups[0]


def test_until_somebody_clocks_in_the_roster_is_what_is_shown(house, operator, stay_of):
    room = room_now(house, operator, TUESDAY)

    assert (room.is_clocked, room.counted_staff) == (False, 2)
    assert episodes_of(house, stay_of.care_group_id, on=TUESDAY.date()) is None
    assert not FloorBreach.objects.exists()


def test_who_clocks_in_elsewhere_in_the_house_does_not_count_in_the_room(house, operator, stay_of):
    clocked(make_caregiver(house), house, operator, now=at(60))

    assert room_now(house, operator, at(61)).counted_staff == 0
    breach = FloorBreach.objects.get()
    assert (breach.starts_at, breach.ends_at, breach.needed) == (TUESDAY, None, 1)


def test_who_comes_into_the_room_ends_the_shortage_to_the_second(house, operator, stay_of):
    clocked(make_caregiver(house), house, operator, now=at(95), group=stay_of.care_group)

    breach = FloorBreach.objects.get()
    assert (breach.starts_at, breach.ends_at) == (TUESDAY, at(95))
    assert breach.child_ids == [stay_of.child_id]
    assert room_now(house, operator, at(100)).margin == 0


def test_who_does_not_count_ends_nothing(house, operator, stay_of):
    volunteer = make_caregiver(house)
    volunteer.qualifications.all().delete()
    clocked(volunteer, house, operator, now=at(95), group=stay_of.care_group)

    assert FloorBreach.objects.get().ends_at is None


def test_a_correction_keeps_what_was_written_down_before(house, operator, stay_of):
    presence = clocked(make_caregiver(house), house, operator, now=at(95), group=stay_of.care_group)
    services.correct_staff(
        presence=str(presence.public_id),
        arrived_at=at(-60),
        left_at=None,
        reason="八点五十九分就到了，忘了打卡",
        actor=operator,
        now=at(300),
    )

    was = FloorBreach.objects.get()
    assert (was.ends_at, was.superseded_at) == (at(95), at(300))
    assert StaffPresence.objects.filter(superseded_at__isnull=False).count() == 1


def test_somebody_is_in_one_room_at_a_time_and_moves_at_one_instant(house, operator, stay_of):
    person = make_caregiver(house)
    clocked(person, house, operator, now=at(10))
    clocked(person, house, operator, now=at(20), group=stay_of.care_group)

    first, second = StaffPresence.objects.order_by("arrived_at")
    assert first.left_at == second.arrived_at == at(20)


def test_a_pin_is_the_persons_own(house, operator):
    person = make_caregiver(house)
    set_pin(person=str(person.public_id), pin="135790", actor=operator, now=NOW)

    with pytest.raises(InvalidInput):
        clocked(person, house, operator, now=NOW, pin="135791", note="")
    made = clocked(person, house, operator, now=NOW, pin="135790", note="")

    assert made.method == ClockMethod.PIN
    assert StaffPresence.objects.count() == 1


def test_nobody_of_another_house_clocks_in_here_nor_does_a_stranger_keep_the_clock(house, operator):
    with pytest.raises(NotFound):
        clocked(make_caregiver(a_house()), house, operator, now=NOW)
    for stranger in (NOBODY, a_parent()):
        with pytest.raises(NotFound):
            clocked(make_caregiver(house), house, stranger, now=NOW)
    assert not StaffPresence.objects.exists()


def test_a_pin_that_was_guessed_wrong_too_often_rests_for_a_while(house, operator):
    person = make_caregiver(house)
    set_pin(person=str(person.public_id), pin="135790", actor=operator, now=NOW)
    for second in range(5):
        with pytest.raises(InvalidInput):
            clocked(person, house, operator, now=NOW + second * SECOND, pin="000001", note="")

    with pytest.raises(InvalidInput, match="15 分钟后再试"):
        clocked(person, house, operator, now=NOW + 6 * SECOND, pin="135790", note="")
    assert not StaffPresence.objects.exists()

    later = NOW + timedelta(minutes=16)
    assert clocked(person, house, operator, now=later, pin="135790", note="").person == person
    person.refresh_from_db()
    assert person.pin_wrong_tries == 0


def test_who_was_dismissed_clocks_in_no_more(house, operator):
    person = make_caregiver(house)
    person.employments.update(through=NOW.date() - timedelta(days=1))

    with pytest.raises(NotFound):
        clocked(person, house, operator, now=NOW)
    with pytest.raises(InvalidInput):
        services.staff_comes(
            facility=str(house.public_id),
            clock=ClockIn(badge=person.badge_code),
            actor=operator,
            now=NOW,
        )
    assert not StaffPresence.objects.exists()


def test_a_badge_names_its_person(house, operator):
    person = make_caregiver(house)
    clock = ClockIn(badge=person.badge_code)

    made = services.staff_comes(facility=str(house.public_id), clock=clock, actor=operator, now=NOW)
    left = services.staff_goes(
        facility=str(house.public_id), clock=clock, actor=operator, now=NOW + SECOND
    )

    assert (made.person, made.method, left.left_at) == (person, ClockMethod.BADGE, NOW + SECOND)
    with pytest.raises(InvalidInput):
        services.staff_goes(facility=str(house.public_id), clock=clock, actor=operator, now=NOW)


def test_a_badge_of_somebody_else_opens_nothing(house, operator):
    stranger = make_person()
    with pytest.raises(InvalidInput):
        services.staff_comes(
            facility=str(house.public_id),
            clock=ClockIn(badge=stranger.badge_code),
            actor=operator,
            now=NOW,
        )
    assert not StaffPresence.objects.exists()


# --- the page ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("clock")
class TestTheClock:
    def url(self, house):
        return reverse("bookings:clock", args=[house.public_id])

    def test_takes_a_pin_and_says_who_is_in(self, house, operator):
        person = make_caregiver(house, "王芳")
        set_pin(person=str(person.public_id), pin="135790", actor=operator, now=NOW)
        browser = as_user(operator)
        sent = {"person": str(person.public_id), "pin": "135790"}

        answer = browser.post(self.url(house), sent, follow=True)

        assert "王芳已到岗" in words_of(answer)
        assert "在岗" in words_of(browser.get(self.url(house)))
        gone = browser.post(self.url(house), {**sent, "goes": "on"}, follow=True)
        assert "王芳已离开" in words_of(gone)

    def test_refuses_a_wrong_pin_and_changes_nothing(self, house, operator):
        person = make_caregiver(house, "王芳")
        set_pin(person=str(person.public_id), pin="135790", actor=operator, now=NOW)

        answer = as_user(operator).post(
            self.url(house), {"person": str(person.public_id), "pin": "0000"}
        )

        assert answer.status_code == 422
        assert "密码不对" in words_of(answer)
        assert not StaffPresence.objects.exists()

    def test_names_who_is_rostered_and_has_not_come(self, house, operator, clock):
        group = make_group(house)
        make_shift(make_caregiver(house, "王芳"), group, stretch(TUESDAY.date(), 9, 12))
        clock.now = TUESDAY + timedelta(minutes=11)

        said = words_of(as_user(operator).get(self.url(house)))

        assert "1 人到了上班时间还没有打卡 王芳" in said

    def test_corrects_with_a_reason(self, house, operator):
        presence = clocked(make_caregiver(house, "王芳"), house, operator, now=NOW)
        url = reverse("bookings:correct_presence", args=[house.public_id, presence.public_id])
        browser = as_user(operator)

        assert browser.post(url, {"arrived": "09:30"}).status_code == 422
        answer = browser.post(url, {"arrived": "09:30", "reason": "忘了打卡"}, follow=True)

        assert "已更正" in words_of(answer)
        assert StaffPresence.objects.get(superseded_at__isnull=True).note == "忘了打卡"

    def test_is_not_there_for_strangers(self, house):
        assert as_user(a_parent()).get(self.url(house)).status_code == 404
