"""What a week would come to without somebody, or with some more: looked at, never saved."""

from dataclasses import replace

import pytest

from staff.models import DraftShift, Shift
from staff.rules import what_if, who_could_go
from tests.bookings.situations import the_law
from tests.staff.boards import TUESDAY, a_board, browser_of, everybody
from tests.staff.factories import make_caregiver, stretch
from tests.staff.weeks import LEAD, OTHER_GROUP, hour, shift, somebody, week


def both_rooms(**changes):
    """Two people with nine children in one room, one with two in the other, at nine."""
    at = stretch(TUESDAY, 9, 10)
    other = hour(children=2, care_group_id=OTHER_GROUP, public_id="other", session_id=7)
    return week(
        shift(1, at),
        shift(2, at),
        shift(3, at, group=OTHER_GROUP),
        hours=(hour(children=9), replace(other, **changes)),
    )


def then(**asked):
    return [(one.counted, one.then) for one in what_if(both_rooms(), the_law(), **asked)]


def test_without_somebody_only_their_hours_count_less():
    assert then(without=1) == [(2, 1), (1, 1)]
    assert then() == [(2, 2), (1, 1)]


def test_who_comes_more_goes_where_somebody_is_missing_first():
    first, second = what_if(both_rooms(children=8), the_law(), more=1)

    assert (first.then, second.then) == (2, 2)
    assert (second.places, second.places_then, second.missing_then) == (5, 10, 0)


def test_more_people_than_the_room_has_places_for_change_nothing():
    facts = week(shift(1, stretch(TUESDAY, 9, 10)), hours=(hour(children=3, places=8),))

    [one] = what_if(facts, the_law(), more=5)

    assert (one.then, one.places_then) == (2, 8)


def test_a_stopped_hour_takes_nobody():
    facts = replace(
        both_rooms(), hours=tuple(replace(h, is_stopped=True) for h in both_rooms().hours)
    )

    assert [one.places_then for one in what_if(facts, the_law(), more=3)] == [0, 0]


@pytest.fixture
def board(law, clock):
    board = a_board(places_taken=6)
    clock.now = board.now
    board.staff(TUESDAY, people=(board.caregiver, make_caregiver(board.house, "李丽")))
    return board


def test_the_page_says_what_would_be_short_and_saves_nothing(board):
    browser = browser_of(everybody(board)["operator"])
    before = list(DraftShift.objects.order_by("pk").values())

    said = browser.get(
        board.address("what_if"), {"without": str(board.caregiver.public_id)}
    ).content.decode()

    assert "人手不够的时段：现在 0 个，到时 3 个。" in said
    assert "还缺 1 人" in said
    assert list(DraftShift.objects.order_by("pk").values()) == before
    assert not Shift.objects.exists()


@pytest.mark.parametrize("asked", [{}, {"without": "x", "more": "99"}, {"more": "-1"}])
def test_what_cannot_be_read_was_not_asked(board, asked):
    answer = browser_of(everybody(board)["operator"]).get(board.address("what_if"), asked)

    assert answer.status_code == 200
    assert "会怎样</span>" not in answer.content.decode()


def test_it_takes_no_more_statements_than_the_board(board, django_assert_max_num_queries):
    browser = browser_of(everybody(board)["operator"])
    browser.get(board.address("what_if"), {"more": "2"})

    with django_assert_max_num_queries(20):
        browser.get(board.address("what_if"), {"more": "2"})


# --- who could go to a course --------------------------------------------------------------------


def free(facts, during):
    return [one.id for one in who_could_go(facts, the_law(), during)]


def test_who_is_needed_at_work_does_not_go_to_a_course():
    nine, noon = stretch(TUESDAY, 9, 10), stretch(TUESDAY, 12, 13)

    assert (
        free(both_rooms(), nine) == []
    )  # two are needed in one room, one in the other, and a lead
    assert free(both_rooms(), noon) == [LEAD, 1, 2, 3]


def test_where_one_more_is_there_than_needed_each_of_them_could_go():
    at = stretch(TUESDAY, 9, 10)

    assert free(week(shift(1, at), shift(2, at)), at) == [1, 2, 3]


def test_who_is_on_leave_is_not_asked():
    at = stretch(TUESDAY, 9, 10)
    away = somebody(3, leaves=(at,))

    assert free(week(shift(1, at), shift(2, at), people=(away,)), at) == [1, 2]


def test_the_page_names_who_misses_lessons_and_could_go(board, django_assert_max_num_queries):
    browser = browser_of(everybody(board)["operator"])
    asked = {"day": f"{TUESDAY}", "starts": "12:00", "ends": "14:00"}
    browser.get(board.address("training"), asked)

    with django_assert_max_num_queries(20):
        said = browser.get(board.address("training"), asked).content.decode()

    assert "王芳" in said
    assert "课时" in said
    assert "那时没有班" in said


def test_a_course_that_ends_before_it_begins_is_asked_about(board):
    asked = {"day": f"{TUESDAY}", "starts": "14:00", "ends": "12:00"}

    said = browser_of(everybody(board)["operator"]).get(board.address("training"), asked)

    assert "结束时间应晚于开始时间" in said.content.decode()
