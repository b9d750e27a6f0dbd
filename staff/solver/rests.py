"""Rests between pieces of work: nobody works on and on."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from common.intervals import Interval
from staff.solver.grid import minutes
from staff.solver.types import RestRule

if TYPE_CHECKING:
    from staff.solver.model import RosterModel

_Window = tuple[int, int]  # the first and the last segment, both of them worked


class RestWindows:
    """Writes down, for one person's day, that a long stretch has a pause in it.

    The way between two houses counts as a pause. What one kept shift does by itself is not
    judged: somebody decided it by hand.
    """

    def __init__(self, model: "RosterModel") -> None:
        self._model = model
        self._working: dict[tuple[int, Interval], Any] = {}
        self._free: dict[tuple[int, Interval, Interval], Any] = {}

    def require(self, person_id: int, day: date) -> None:
        rule = self._model.grid.problem.rests
        segments = self._model.grid.segments.get(day, ())
        if rule is None:
            return
        for first, last in _windows(segments, rule):
            if self._is_kept(person_id, day, segments[first], segments[last]):
                continue
            ends = [self._is_working(person_id, segments[one]) for one in (first, last)]
            pauses = [
                self._is_free(person_id, segments[starts : ends_with + 1])
                for starts, ends_with in _pauses(segments, first, last, rule)
            ]
            self._model.require(
                self._model.cp.add_bool_or([*(one.negated() for one in ends), *pauses])
            )

    def _is_kept(self, person_id: int, day: date, first: Interval, last: Interval) -> bool:
        return any(
            shift.during.starts_at <= first.starts_at and last.ends_at <= shift.during.ends_at
            for shift in self._model.grid.kept_on(person_id, day)
        )

    def _is_working(self, person_id: int, segment: Interval) -> Any:
        key = (person_id, segment)
        if key not in self._working:
            literal = self._model.cp.new_bool_var(f"working_{person_id}_{segment.starts_at}")
            # Two kept shifts at once count as two until their clash is found out.
            self._model.cp.add(self._model.is_working(*key) >= 1).only_enforce_if(literal)
            self._model.cp.add(self._model.is_working(*key) == 0).only_enforce_if(literal.negated())
            self._working[key] = literal
        return self._working[key]

    def _is_free(self, person_id: int, segments: tuple[Interval, ...]) -> Any:
        key = (person_id, segments[0], segments[-1])
        if key not in self._free:
            literal = self._model.cp.new_bool_var(f"free_{person_id}_{segments[0].starts_at}")
            for segment in segments:
                working = self._is_working(person_id, segment)
                self._model.cp.add_implication(literal, working.negated())
            self._free[key] = literal
        return self._free[key]


def _windows(segments: tuple[Interval, ...], rule: RestRule) -> Iterator[_Window]:
    """The stretches that are too long to be worked without a pause."""
    for first in range(len(segments)):
        for last in range(first + 1, len(segments)):
            if _gap(segments[last - 1], segments[last]) >= rule.at_least_minutes:
                break  # the house is closed for long enough
            whole = Interval(segments[first].starts_at, segments[last].ends_at)
            if minutes(whole) > rule.after_minutes:
                yield first, last


def _pauses(
    segments: tuple[Interval, ...], first: int, last: int, rule: RestRule
) -> Iterator[_Window]:
    """The shortest runs of segments within a window that make a rest when they are free."""
    for starts in range(first + 1, last):
        for ends in range(starts, last):
            free = _gap(segments[starts - 1], segments[ends + 1])
            if free >= rule.at_least_minutes:
                yield starts, ends
                break


def _gap(before: Interval, after: Interval) -> int:
    return int((after.starts_at - before.ends_at).total_seconds()) // 60
