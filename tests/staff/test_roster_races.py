"""What happens when rosters, sick calls, papers and bookings meet; each race with its control."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from common.refusals import InvalidInput, Refused
from facilities import selectors as facilities
from facilities.models import CareSession
from facilities.services import places, set_counted_staff, take_places
from staff import services
from staff.models import DraftShift, Employment, Qualification, Shift
from staff.services import publish
from staff.types import LeaveKind, ShiftState, StaffRole
from tests.facilities.races import Meanwhile, somebody_waits_for_a_lock
from tests.staff.boards import NOW, TUESDAY, Board, a_board
from tests.staff.factories import make_caregiver, make_employment, stretch

pytestmark = pytest.mark.usefixtures("transactional_db", "law")
_PATIENCE = 20
recount = import_module("staff.services.recount")  # the module; its public name is the function


def outcome_of(going_on: Meanwhile) -> BaseException | None:
    assert going_on.is_done_within(30)
    return going_on.failure


class Pause:
    """The first to come here waits until it is let on; those after pass."""

    def __init__(self) -> None:
        self.is_here, self._may_go_on = Event(), Event()

    def here(self) -> None:
        if not self.is_here.is_set():
            self.is_here.set()
            assert self._may_go_on.wait(_PATIENCE)

    def wait_for_it(self) -> None:
        assert self.is_here.wait(_PATIENCE)

    def let_on(self) -> None:
        self._may_go_on.set()


@contextmanager
def without_constraint(model: Any, name: str) -> Iterator[None]:
    (constraint,) = [one for one in model._meta.constraints if one.name == name]
    with connection.schema_editor() as schema:
        schema.remove_constraint(model, constraint)
    try:
        yield
    finally:
        model.objects.all().delete()
        with connection.schema_editor() as schema:
            schema.add_constraint(model, constraint)


# --- two houses roster the same person -----------------------------------------------------------


@pytest.fixture
def two_boards() -> tuple[Board, Board]:
    """Two houses that each drafted the same person into the same morning."""
    one, other = a_board(), a_board()
    shared = make_caregiver(one.house, "两边都要的人")
    make_employment(shared, other.house)
    for board in (one, other):
        board.staff(TUESDAY, people=(shared,))
    return one, other


def published_twice() -> int:
    return Shift.objects.filter(person__name="两边都要的人", state=ShiftState.PUBLISHED).count()


def test_one_house_wins_and_the_other_is_told_why(monkeypatch, two_boards):
    one, other = two_boards
    pause, written = Pause(), publish._write

    def write_after_a_while(*facts):
        pause.here()
        return written(*facts)

    monkeypatch.setattr(publish, "_write", write_after_a_while)
    first = Meanwhile(one.publish)
    pause.wait_for_it()
    second = Meanwhile(other.publish)
    assert somebody_waits_for_a_lock()
    pause.let_on()

    assert outcome_of(first) is None
    refused = outcome_of(second)
    assert isinstance(refused, Refused)
    assert [str(one.rule) for one in refused.verdicts] == ["staff_one_place_at_a_time"]
    assert "两边都要的人" in refused.verdicts[0].remedy
    assert published_twice() == 1
    assert other.counted(TUESDAY, 9) == 2  # as its timetable plans


def publish_both_without_the_lock(monkeypatch, one: Board, other: Board) -> list[Any]:
    """Both judge before either writes."""
    both_judged, written = Barrier(2, timeout=_PATIENCE), publish._write

    def write_after_both_judged(*facts):
        both_judged.wait()
        return written(*facts)

    monkeypatch.setattr(publish, "lock_people", list)
    monkeypatch.setattr(publish, "_write", write_after_both_judged)
    return [outcome_of(each) for each in [Meanwhile(one.publish), Meanwhile(other.publish)]]


def test_without_the_lock_the_constraint_still_lets_one_win(monkeypatch, two_boards):
    failures = publish_both_without_the_lock(monkeypatch, *two_boards)

    [told] = [one for one in failures if one is not None]
    assert isinstance(told, InvalidInput)
    assert "别处排了班" in str(told)
    assert published_twice() == 1


def test_without_lock_and_constraint_somebody_is_in_two_places(monkeypatch, two_boards):
    with without_constraint(Shift, "a_person_works_in_one_place_at_a_time"):
        failures = publish_both_without_the_lock(monkeypatch, *two_boards)

        assert failures == [None, None]
        assert published_twice() == 2


# --- two changes to one hour ---------------------------------------------------------------------


@pytest.fixture
def morning() -> Board:
    """Two caregivers in one room on Tuesday, published."""
    board = a_board(places_taken=4)
    board.staff(TUESDAY, people=(board.caregiver, make_caregiver(board.house, "李丽")))
    board.publish()
    assert board.counted(TUESDAY, 9) == 2
    return board


def sick(board: Board, name: str) -> Callable[[], object]:
    person = DraftShift.objects.get(person__name=name).person

    def call_in_sick() -> object:
        return services.record_leave(
            person=str(person.public_id),
            kind=LeaveKind.SICK,
            during=stretch(TUESDAY, 8, 18),
            actor=board.operator,
            now=NOW,
        )

    return call_in_sick


def paper_gone(board: Board, name: str) -> Callable[[], object]:
    paper = Qualification.objects.get(person__name=name)

    def revoke() -> object:
        return services.revoke_qualification(
            qualification=str(paper.public_id),
            on=TUESDAY,
            reason="被发证机关撤销",
            actor=board.operator,
            now=NOW,
        )

    return revoke


def leaves_the_house(board: Board, name: str) -> Callable[[], object]:
    employment = Employment.objects.get(person__name=name)

    def end() -> object:
        return services.end_employment(
            employment=str(employment.public_id),
            through=board.monday,
            reason="辞职",
            actor=board.operator,
            now=NOW,
        )

    return end


CHANGES = {
    "two fall sick": (sick, sick),
    "one falls sick while a paper of the other is revoked": (sick, paper_gone),
    "one falls sick while the other leaves the house": (sick, leaves_the_house),
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_two_changes_to_one_hour_are_both_counted(monkeypatch, morning, changes):
    first, second = changes[0](morning, "李丽"), changes[1](morning, "王芳")
    pause, counts = Pause(), recount._counts

    def count_and_pause(*facts):
        found = list(counts(*facts))
        pause.here()
        return found

    monkeypatch.setattr(recount, "_counts", count_and_pause)
    one = Meanwhile(first)
    pause.wait_for_it()
    other = Meanwhile(second)
    assert somebody_waits_for_a_lock()
    pause.let_on()

    assert (outcome_of(one), outcome_of(other)) == (None, None)
    assert [morning.counted(TUESDAY, hour) for hour in (9, 10, 11)] == [0, 0, 0]
    assert CareSession.objects.filter(breach__isnull=True).count() == 0


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_counting_before_the_lock_loses_one_of_them(monkeypatch, morning, changes):
    first, second = changes[0](morning, "李丽"), changes[1](morning, "王芳")
    both_counted, counts = Barrier(2, timeout=_PATIENCE), recount._counts

    def count_and_wait(*facts):
        found = list(counts(*facts))
        both_counted.wait()
        return found

    monkeypatch.setattr(recount, "_counts", count_and_wait)
    monkeypatch.setattr(facilities, "lock_session_rows", list)
    both = [Meanwhile(first), Meanwhile(second)]

    assert [outcome_of(one) for one in both] == [None, None]
    assert morning.counted(TUESDAY, 9) == 1  # and nobody is there


# --- the net under the rest looks without a lock --------------------------------------------------


@pytest.fixture
def drifted(monkeypatch, morning) -> Iterator[tuple[Board, dict[int, int]]]:
    """Nine o'clock counts nine; who looks finds that two are there, and then one falls sick."""
    CareSession.objects.filter(pk=morning.sessions[TUESDAY, 9].pk).update(counted_staff=9)
    looked, look, called = dict[int, int](), recount._miscounted, sick(morning, "李丽")

    def look_and_let_somebody_fall_sick(*facts):
        found = look(*facts)
        if not looked:
            looked.update(found)
            Meanwhile(called).finish()
        return found

    monkeypatch.setattr(recount, "_miscounted", look_and_let_somebody_fall_sick)
    yield morning, looked
    assert looked == {morning.sessions[TUESDAY, 9].pk: 2}


def test_what_changes_between_the_look_and_the_lock_is_not_overwritten(drifted):
    morning, _ = drifted

    services.recount_everything(now=NOW)

    assert [morning.counted(TUESDAY, hour) for hour in (9, 10, 11)] == [1, 1, 1]


def test_writing_what_the_look_saw_overwrites_it(monkeypatch, drifted):
    (morning, looked), count_anew = drifted, recount.recount

    def write_what_was_seen(ids, *, cause, **facts):
        if cause != "recount":  # the sick call counts as ever
            return count_anew(ids, cause=cause, **facts)
        return set_counted_staff(counted_staff=looked, cause=cause, **facts)

    monkeypatch.setattr(recount, "recount", write_what_was_seen)
    services.recount_everything(now=NOW)

    assert morning.counted(TUESDAY, 9) == 2  # and one of them is at home


def test_who_falls_sick_while_the_week_is_published_does_not_count(monkeypatch, morning):
    morning.put(make_caregiver(morning.house), stretch(TUESDAY, 9, 12))
    pause, written = Pause(), publish._write

    def write_after_a_while(*facts):
        pause.here()
        return written(*facts)

    monkeypatch.setattr(publish, "_write", write_after_a_while)
    publishing = Meanwhile(morning.publish)
    pause.wait_for_it()
    calling = Meanwhile(sick(morning, "李丽"))
    assert somebody_waits_for_a_lock()
    pause.let_on()

    assert (outcome_of(publishing), outcome_of(calling)) == (None, None)
    assert morning.counted(TUESDAY, 9) == 2  # three on the roster, one of them at home


# --- a booking comes while a week is published ---------------------------------------------------


def a_sixth_child_books_while_publishing(monkeypatch, board: Board) -> Meanwhile:
    """Between judging and counting the places of nine o'clock are taken by one more."""
    pause, written = Pause(), publish._write

    def write_after_a_while(*facts):
        pause.here()
        return written(*facts)

    monkeypatch.setattr(publish, "_write", write_after_a_while)
    publishing = Meanwhile(board.publish)
    pause.wait_for_it()
    session = board.sessions[TUESDAY, 9]
    with transaction.atomic():
        facilities.lock_session_rows([session.pk])
        take_places({session.pk: 1})
    pause.let_on()
    return publishing


@pytest.fixture
def five_children() -> Board:
    """Five children at nine, two people planned, one drafted: enough for five."""
    board = a_board(places_taken=5)
    board.staff(TUESDAY)
    return board


def test_a_booking_that_comes_first_is_seen_by_the_publication(monkeypatch, five_children):
    publishing = a_sixth_child_books_while_publishing(monkeypatch, five_children)

    assert outcome_of(publishing) is None
    session = CareSession.objects.get(pk=five_children.sessions[TUESDAY, 9].pk)
    assert (session.counted_staff, session.places_taken) == (1, 6)
    assert session.breach is not None
    assert (session.breach.children, session.breach.counted_staff) == (6, 1)


def test_without_looking_again_the_database_refuses(monkeypatch, five_children):
    monkeypatch.setattr(places, "open_or_close_breach", lambda *_, **__: None)

    publishing = a_sixth_child_books_while_publishing(monkeypatch, five_children)

    assert isinstance(outcome_of(publishing), IntegrityError)
    assert five_children.counted(TUESDAY, 9) == 2
    assert not Shift.objects.exists()


# --- two hands on one board ----------------------------------------------------------------------


def test_of_two_tabs_that_save_at_once_one_is_told(morning):
    row = DraftShift.objects.get(person=morning.caregiver)
    seen = morning.week.revision
    start = Barrier(2, timeout=_PATIENCE)

    def save(ends: int) -> Callable[[], object]:
        def work() -> object:
            start.wait()
            return morning.put(
                morning.caregiver,
                stretch(TUESDAY, 9, ends),
                replaces=str(row.public_id),
                revision=seen,
            )

        return work

    outcomes = [outcome_of(one) for one in [Meanwhile(save(10)), Meanwhile(save(11))]]

    assert sum(isinstance(one, services.Stale) for one in outcomes) == 1
    assert outcomes.count(None) == 1
    assert morning.week.revision == seen + 1


def test_without_a_revision_the_last_hand_overwrites(morning):
    row = str(DraftShift.objects.get(person=morning.caregiver).public_id)

    morning.put(morning.caregiver, stretch(TUESDAY, 9, 10), replaces=row)
    morning.put(morning.caregiver, stretch(TUESDAY, 9, 11), replaces=row)

    kept = DraftShift.objects.get(person=morning.caregiver, role=StaffRole.CAREGIVER)
    assert kept.ends_at == stretch(TUESDAY, 9, 11).ends_at
