"""What papers that end will do to a house, day by day. Pure: facts in, steps out.

Between two days on which something begins or ends nothing changes, so only those are judged; what
is judged is the same rule that counts people for a session.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.types import Limit, Verdict
from staff.messages import Change, change_words
from staff.rules.counting import Counting, record_check_valid_through
from staff.rules.papers import papers_ending
from staff.types import ForecastChange, ForecastHouse, ForecastStep, PersonFacts, StaffRole

_A_DAY = timedelta(days=1)


def forecast(
    house: ForecastHouse,
    people: Mapping[int, PersonFacts],
    law: LawBook,
    *,
    first: date,
    last: date,
) -> tuple[ForecastStep, ...]:
    """Every day within a stretch on which a house has more or fewer people who count, and why.

    `first` is the day that the first step is compared with; it makes none itself.
    """
    counting = Counting(people, law)
    before = counted_on(house, people, counting, first)
    steps = []
    for day in _turning_days(people.values(), house, law, first, last):
        after = counted_on(house, people, counting, day)
        if after != before:
            steps.append(_step(house, people, law, counting, day, before, after))
        before = after
    return tuple(steps)


def counted_on(
    house: ForecastHouse, people: Mapping[int, PersonFacts], counting: Counting, day: date
) -> frozenset[int]:
    """Who counts toward the ratio in a house on a day, leave and rosters aside."""
    return frozenset(
        person_id
        for person_id in people
        if counting.counts(person_id, facility_id=house.id, day=day, district=house.district)
    )


def children_for(house: ForecastHouse, counted: int, day: date, law: LawBook) -> int:
    """How many children that many people may care for in the house's rooms on a day."""
    limit = law.limit(LimitKey.CHILDREN_PER_STAFF, jurisdiction=house.district, care_on=day)
    if limit is None or limit.value is None:
        return house.places
    return min(house.places, counted * limit.number)


def _step(
    house: ForecastHouse,
    people: Mapping[int, PersonFacts],
    law: LawBook,
    counting: Counting,
    day: date,
    before: frozenset[int],
    after: frozenset[int],
) -> ForecastStep:
    months = law.limit(LimitKey.RECORD_CHECK_VALID_MONTHS, jurisdiction=house.district, care_on=day)
    lost = [_loss(house, people[one], counting, day, months) for one in sorted(before - after)]
    found = [_gain(people[one], day) for one in sorted(after - before)]
    return ForecastStep(
        day=day,
        counted_before=len(before),
        counted_after=len(after),
        children_before=children_for(house, len(before), day - _A_DAY, law),
        children_after=children_for(house, len(after), day, law),
        changes=(*lost, *found),
    )


def _loss(
    house: ForecastHouse, person: PersonFacts, counting: Counting, day: date, months: Limit | None
) -> ForecastChange:
    judged = counting.verdicts(person.id, facility_id=house.id, day=day, district=house.district)
    short = tuple(one for one in judged if not one.allows)
    words = change_words(_why(short), person.name, day - _A_DAY, _ended(person, short, day, months))
    return ForecastChange(person.id, person.public_id, person.name, words, is_loss=True)


def _why(short: Iterable[Verdict]) -> Change:
    rules = {one.rule for one in short}
    if LimitKey.STAFF_BAN in rules:
        return Change.BANNED
    return Change.LEAVES if LimitKey.COUNTED_ROLE_REQUIRED in rules else Change.LAPSES


def _ended(
    person: PersonFacts, short: Iterable[Verdict], day: date, months: Limit | None
) -> tuple[str, ...]:
    if _why(short) is not Change.LAPSES:
        return ()
    return papers_ending(person, day - _A_DAY, limit=months)


def _gain(person: PersonFacts, day: date) -> ForecastChange:
    words = change_words(Change.COMES, person.name, day, ())
    return ForecastChange(person.id, person.public_id, person.name, words, is_loss=False)


# --- on which days something may change -----------------------------------------------------------
def _turning_days(
    people: Iterable[PersonFacts], house: ForecastHouse, law: LawBook, first: date, last: date
) -> list[date]:
    days = {day for person in people for day in _days_of(person, house, law, first)}
    days |= {limit.valid_from for limit in law.limits}
    days |= {limit.valid_through + _A_DAY for limit in law.limits if limit.valid_through}
    return sorted(day for day in days if first < day <= last)


def _days_of(
    person: PersonFacts, house: ForecastHouse, law: LawBook, first: date
) -> Iterator[date]:
    for one in person.employments:
        if one.facility_id == house.id and one.role is StaffRole.CAREGIVER:
            yield one.starts_on
            yield from _next(one.through)
    for paper in (*person.qualifications, *person.health_certificates):
        yield paper.valid_from
        yield from _next(paper.valid_through)
    for limit in _month_limits(house, law, first):
        for check in person.record_checks:
            yield check.checked_on
            yield from _next(record_check_valid_through(check.checked_on, limit))
    if person.banned_on is not None:
        yield person.banned_on


def _month_limits(house: ForecastHouse, law: LawBook, first: date) -> list[Limit]:
    """How long queries are good: by the rule of today, and by every one that comes later."""
    key = LimitKey.RECORD_CHECK_VALID_MONTHS
    now = law.limit(key, jurisdiction=house.district, care_on=first)
    coming = [one for one in law.limits if one.key == key and one.valid_from > first]
    return [one for one in (now, *coming) if one is not None]


def _next(last: date | None) -> Iterator[date]:
    if last is not None:
        yield last + _A_DAY
