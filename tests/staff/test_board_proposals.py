"""Asking the worker for a week: it is worked out once, said when it cannot be, taken by hand."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from common.intervals import day_in_shanghai
from facilities.models import CareSession
from staff import services
from staff.models import DraftShift, RosterProposal, Wish
from staff.selectors.problem import problem_of
from staff.selectors.roster import house_for
from staff.services import propose
from staff.types import ProposalState, WishKind
from tests.bookings.pages import words_of
from tests.families.factories import make_operator
from tests.staff.boards import Board, a_board, browser_of
from tests.staff.factories import make_caregiver, make_leave, stretch

pytestmark = pytest.mark.usefixtures("law")
SECONDS = 3.0


@pytest.fixture
def board() -> Board:
    """Next week by the real clock, with children on its Tuesday."""
    now = timezone.now()
    today = day_in_shanghai(now)
    monday = today + timedelta(days=7 - today.weekday())
    return a_board(days=(monday + timedelta(days=1),), now=now, monday=monday, places_taken=7)


@pytest.fixture
def operator(board):
    return browser_of(make_operator(board.house.subdistrict))


def the_tuesday(board: Board):
    return board.monday + timedelta(days=1)


def ask(board: Board) -> RosterProposal:
    return services.ask_for_proposal(
        facility=str(board.house.public_id),
        monday=board.monday,
        actor=board.operator,
        now=board.now,
    )


def test_a_week_is_asked_for_worked_out_taken_and_published(operator, board):
    colleague = make_caregiver(board.house, "李丽")
    asked = operator.post(board.address("ask"))
    assert asked.status_code == 303
    assert "已经收到" in words_of(operator.get(board.address("proposal")))

    assert services.work_out_next(now=timezone.now(), seconds=SECONDS)

    proposal = RosterProposal.objects.get()
    assert proposal.state == ProposalState.FOUND
    assert "符合全部要求" in words_of(operator.get(board.address("proposal")))
    assert not DraftShift.objects.exists()  # nothing is put where nobody asked
    taken = operator.post(
        board.address("take"), {"proposal": proposal.public_id, "revision": board.week.revision}
    )
    assert taken.status_code == 303
    assert {row.person for row in DraftShift.objects.filter(role="caregiver")} >= {
        board.caregiver,
        colleague,
    }
    done = board.publish(now=timezone.now())
    assert done.in_breach == ()
    assert board.counted(the_tuesday(board), 9) >= 2
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.TAKEN


def test_a_week_that_cannot_be_says_which_facts_clash(operator, board):
    make_leave(board.caregiver, stretch(the_tuesday(board), 8, 18))
    ask(board)

    services.work_out_next(now=timezone.now(), seconds=SECONDS)

    said = words_of(operator.get(board.address("proposal")))
    assert "这一周排不出来" in said
    assert "小苗班" in said
    assert not DraftShift.objects.exists()


def test_asking_twice_is_asking_once(board):
    assert ask(board) == ask(board)
    assert RosterProposal.objects.count() == 1

    with pytest.raises(IntegrityError), transaction.atomic():
        RosterProposal.objects.create(week=board.week, revision=0, asked_at=board.now)


def test_a_proposal_for_another_board_than_was_seen_is_not_taken(operator, board):
    make_caregiver(board.house)
    proposal = ask(board)
    services.work_out_next(now=timezone.now(), seconds=SECONDS)
    seen = board.week.revision
    row = board.put(board.caregiver, stretch(the_tuesday(board), 14, 15))

    answer = operator.post(
        board.address("take"), {"proposal": proposal.public_id, "revision": seen}, follow=True
    )

    assert "刚刚有人改过这一周的排班" in words_of(answer)
    assert list(DraftShift.objects.all()) == [row]
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.FOUND


def test_what_a_dead_worker_left_is_taken_again_and_given_up_after_that(monkeypatch, board):
    proposal = ask(board)

    def dies(*_, **__):
        raise MemoryError

    monkeypatch.setattr(propose.solver, "propose_week", dies)
    now = timezone.now()
    for _ in range(2):
        with pytest.raises(MemoryError):
            services.work_out_next(now=now)
        assert services.work_out_next(now=now) == 0  # somebody has it
        now += timedelta(minutes=3)
    assert services.work_out_next(now=now) == 0

    proposal.refresh_from_db()
    assert proposal.state == ProposalState.FAILED
    assert "请稍后再试" in proposal.sentence
    assert ask(board) != proposal


def test_the_solver_is_told_what_people_wish_and_cannot(board):
    day = the_tuesday(board)
    for kind, starts, ends in (("unavailable", 10, 11), ("avoid", 9, 10)):
        Wish.objects.create(
            person=board.caregiver,
            kind=WishKind(kind),
            weekday=1,
            starts=f"{starts}:00",
            ends=f"{ends}:00",
            said_at=board.now,
        )
    house = house_for(board.operator, str(board.house.public_id), *propose.MAY_ROSTER)

    problem = problem_of(house, board.monday, now=board.now)

    left = problem.availability[board.caregiver.pk, day]
    assert left[0].ends_at == stretch(day, 10, 11).starts_at
    assert left[1].starts_at == stretch(day, 10, 11).ends_at
    [wish] = problem.wishes
    assert (wish.person_id, wish.during, wish.is_preferred) == (
        board.caregiver.pk,
        stretch(day, 9, 10),
        False,
    )
    assert problem.weekend == {board.monday + timedelta(days=n) for n in (5, 6)}
    assert set(problem.wanted.values()) == {4}  # twenty places


def test_a_week_gone_by_is_not_asked_for(operator, board):
    past = a_board(days=(), now=board.now, monday=board.monday - timedelta(days=28))

    answer = operator.post(past.address("ask"))

    assert answer.status_code == 303
    assert not RosterProposal.objects.exists()
    assert CareSession.objects.count() == 3
