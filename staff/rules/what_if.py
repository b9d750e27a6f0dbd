"""What a planned week would come to without somebody, or with some more. Saves nothing."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from common.intervals import Interval
from regulations.rules import LawBook
from regulations.types import Verdict
from staff.rules.roster import judge_week
from staff.types import HourFacts, PersonFacts, PlannedShift, WeekFacts


@dataclass(frozen=True, slots=True)
class HourAfter:
    """An hour as it is planned, and as it would be."""

    hour: HourFacts
    counted: int
    then: int

    @property
    def places(self) -> int:
        return self._places(self.counted)

    @property
    def places_then(self) -> int:
        return self._places(self.then)

    @property
    def missing_then(self) -> int:
        """How many counted people the booked children would lack."""
        return max(0, self.hour.needed - self.then)

    @property
    def changes(self) -> bool:
        return self.counted != self.then

    def _places(self, counted: int) -> int:
        by_staff = counted * self.hour.children_per_staff
        return 0 if self.hour.is_stopped else min(self.hour.places, by_staff)


def what_if(
    week: WeekFacts, law: LawBook, *, without: int | None = None, more: int = 0
) -> tuple[HourAfter, ...]:
    """Every hour of a week if somebody did not come, and if more people who count did.

    Who comes more goes, hour by hour, where somebody is missing first, and then where most places
    can be given by it.
    """
    shifts = tuple(one for one in week.shifts if one.person_id != without)
    was, then = judge_week(week, law), judge_week(replace(week, shifts=shifts), law)
    hours = [
        HourAfter(before.hour, before.counted, after.counted)
        for before, after in zip(was.hours, then.hours, strict=True)
    ]
    return tuple(_with_more(hours, more))


def who_could_go(week: WeekFacts, law: LawBook, during: Interval) -> tuple[PersonFacts, ...]:
    """Those who could be away for a stretch, each alone, without a rule of the week giving way.

    Who is on leave then, or works in another house, is not asked to go anywhere.
    """
    known = Counter(judge_week(_touched(week, during), law).failures)
    return tuple(
        person
        for person in week.people.values()
        if not any(leave.overlaps(during) for leave in person.leaves)
        and not any(
            one.person_id == person.id and one.during.overlaps(during) for one in week.elsewhere
        )
        and not Counter(_failures_without(week, person.id, during, law)) - known
    )


def _failures_without(
    week: WeekFacts, person_id: int, during: Interval, law: LawBook
) -> tuple[Verdict, ...]:
    kept: list[PlannedShift] = []
    for shift in week.shifts:
        goes = shift.person_id == person_id and shift.during.overlaps(during)
        kept += shift.without(during) if goes else [shift]
    return judge_week(_touched(replace(week, shifts=tuple(kept)), during), law).failures


def _touched(week: WeekFacts, during: Interval) -> WeekFacts:
    """The hours that somebody's being away for a stretch can change."""
    return replace(week, hours=tuple(one for one in week.hours if one.during.overlaps(during)))


def _with_more(hours: list[HourAfter], more: int) -> list[HourAfter]:
    at_once: defaultdict[object, list[int]] = defaultdict(list)
    for index, one in enumerate(hours):
        if not one.hour.is_stopped:
            at_once[one.hour.during.starts_at].append(index)
    for indexes in at_once.values():
        for _ in range(more):
            best = max(indexes, key=lambda index: (*_gain(hours[index]), -index))
            if not any(_gain(hours[best])):
                break
            hours[best] = replace(hours[best], then=hours[best].then + 1)
    return hours


def _gain(one: HourAfter) -> tuple[int, int]:
    """What one more would mend, and how many places they would add."""
    added = replace(one, then=one.then + 1)
    return one.missing_then - added.missing_then, added.places_then - one.places_then
