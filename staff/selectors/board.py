"""A week's board as its page shows it: people and shifts, hours and what they lack."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from accounts.types import Actor, Role
from common.intervals import Interval, day_in_shanghai
from common.refusals import NotFound
from facilities.selectors.access import groups_of
from regulations.selectors import law_book
from regulations.types import Outcome, Strength, Verdict
from staff import rules
from staff.messages import ROLES
from staff.models import RosterWeek
from staff.selectors.board_rows import (
    Board,
    Change,
    Day,
    DayCell,
    Duty,
    Elsewhere,
    Group,
    GroupDay,
    GroupHours,
    HourCell,
    PersonRow,
    ShiftRow,
)
from staff.selectors.overrides import overrides_of_week
from staff.selectors.roster import (
    DAYS,
    MAY_ROSTER,
    MAY_SEE_ROSTERS,
    House,
    drafted_shifts,
    engaged_people,
    house_for,
    published_shifts,
    week_facts,
    week_span,
)
from staff.selectors.standing import standing_of
from staff.types import (
    EmploymentBasis,
    HourVerdict,
    PersonFacts,
    PlannedShift,
    RosterStanding,
    StaffRole,
    WeekFacts,
    WeekVerdict,
)


def board(actor: Actor, facility: str, monday: date, *, now: datetime) -> Board:
    """The board of a house's week (public id), judged as a publication now would be.

    :raises NotFound: when the house is not the actor's to see, or the day is no Monday.
    """
    if monday.weekday():
        raise NotFound
    house = house_for(actor, facility, *MAY_SEE_ROSTERS)
    return _Reading(actor, house, monday, now).board()


class _Reading:
    """One reading of a week; every part of the page comes from the same rows."""

    def __init__(self, actor: Actor, house: House, monday: date, now: datetime) -> None:
        self._actor, self._house, self._monday, self._now = actor, house, monday, now
        self._span = week_span(monday)
        self._sunday = monday + timedelta(days=DAYS - 1)
        self._week = RosterWeek.objects.filter(facility_id=house.id, monday=monday).first()
        engaged = engaged_people(house.id, monday, self._sunday)
        drafted = drafted_shifts(self._week) if self._week and self._week.revision else None
        ids = {*engaged, *(shift.person_id for shift in drafted or ())}
        there = published_shifts(self._span, facility_ids=[house.id], or_person_ids=ids)
        self._published = [one for one in there if one.facility_id == house.id]
        self._shifts = self._published if drafted is None else drafted
        self._overrides = overrides_of_week(house.id, monday, today=day_in_shanghai(now))
        self._groups = {
            pk: Group(pk, public_id, name) for pk, public_id, name in groups_of(house.id)
        }
        self._facts: WeekFacts = week_facts(
            house,
            monday,
            self._shifts,
            now=now,
            engaged=engaged,
            published=there,
            overrides=(
                frozenset(one.rule for one in self._overrides),
                min((one.through for one in self._overrides), default=None),
            ),
        )
        self._law = law_book()
        self._judged: WeekVerdict = rules.judge_week(self._facts, self._law)

    def board(self) -> Board:
        return Board(
            house=self._house,
            monday=self._monday,
            sunday=self._sunday,
            today=day_in_shanghai(self._now),
            standing=self._standing(),
            revision=self._week.revision if self._week else 0,
            published_at=self._week.published_at if self._week else None,
            days=self._days(),
            groups=tuple(self._groups.values()),
            people=self._people(),
            hours=self._hours(),
            duties=self._duties(),
            verdicts=tuple(one.as_dict() for one in _each_once(self._judged.failures)),
            may_be_set_aside=_may_be_set_aside(self._judged.failures),
            overrides=self._overrides,
            changes=self._changes(),
            added=len(self._new()),
            removed=len(_missing(self._coming(self._published), self._shifts)),
            may_edit=self._may(*MAY_ROSTER) and not self._is_past(),
            may_override=self._may(Role.OPERATOR) and not self._is_past(),
            is_past=self._is_past(),
        )

    def _may(self, *roles: Role) -> bool:
        return self._actor.may(*roles, at=self._house.place)

    def _is_past(self) -> bool:
        return self._span.ends_at <= self._now

    def _coming(self, shifts: Iterable[PlannedShift]) -> list[PlannedShift]:
        return [shift for shift in shifts if shift.during.ends_at > self._now]

    def _new(self) -> list[PlannedShift]:
        return _missing(self._coming(self._shifts), self._published)

    def _standing(self) -> RosterStanding:
        published = self._week is not None and self._week.published_at is not None
        return standing_of(
            is_published=published,
            shifts=self._coming(self._shifts),
            published=self._coming(self._published),
        )

    # --- people ----------------------------------------------------------------------------

    def _days(self) -> tuple[Day, ...]:
        today = day_in_shanghai(self._now)
        days = (self._monday + timedelta(days=n) for n in range(DAYS))
        return tuple(Day(day, day < today, day == today) for day in days)

    def _people(self) -> tuple[PersonRow, ...]:
        rows = (self._person(one) for one in self._facts.people.values())
        return tuple(sorted(rows, key=lambda row: (row.is_borrowed, row.name, row.id)))

    def _person(self, person: PersonFacts) -> PersonRow:
        here = [one for one in person.employments if one.facility_id == self._house.id]
        during = [one for one in here if self._is_engaged_this_week(one.starts_on, one.through)]
        roles = dict.fromkeys(ROLES[one.role] for one in during)
        minutes = sum(
            one.minutes for one in (*self._shifts, *self._away()) if one.person_id == person.id
        )
        return PersonRow(
            id=person.public_id,
            name=person.name,
            roles="、".join(roles),
            is_borrowed=bool(during)
            and all(one.basis is EmploymentBasis.BORROWED for one in during),
            hours=f"{minutes / 60:g}",
            days=tuple(self._cell(person, day.day) for day in self._days()),
        )

    def _is_engaged_this_week(self, starts_on: date, through: date | None) -> bool:
        return starts_on <= self._sunday and (through is None or through >= self._monday)

    def _away(self) -> list[PlannedShift]:
        return [one for one in self._facts.elsewhere if one.facility_id != self._house.id]

    def _cell(self, person: PersonFacts, day: date) -> DayCell:
        mine = [one for one in self._shifts if (one.person_id, _day(one)) == (person.id, day)]
        away = [one for one in self._away() if (one.person_id, _day(one)) == (person.id, day)]
        whole = Interval(week_span(day).starts_at, week_span(day + timedelta(days=1)).starts_at)
        return DayCell(
            day=day,
            shifts=tuple(self._shift(person, one) for one in mine),
            elsewhere=tuple(Elsewhere(one.during) for one in away),
            leaves=tuple(
                Interval(max(one.starts_at, whole.starts_at), min(one.ends_at, whole.ends_at))
                for one in person.leaves
                if one.overlaps(whole)
            ),
        )

    def _shift(self, person: PersonFacts, shift: PlannedShift) -> ShiftRow:
        group = self._groups.get(shift.care_group_id or 0)
        has_begun = shift.during.starts_at <= self._now
        return ShiftRow(
            key=shift.key,
            role=shift.role,
            role_name=ROLES[shift.role],
            group=group.public_id if group else "",
            group_name=group.name if group else "",
            during=shift.during,
            rest=shift.rest,
            is_over=_day(shift) < day_in_shanghai(self._now)
            or (has_begun and shift.during.ends_at <= self._now),
            is_begun=has_begun and rules.is_same_work(shift, self._published),
            is_new=bool(_missing([shift], self._published)),
            not_counted=self._why_not(person, shift),
        )

    def _why_not(self, person: PersonFacts, shift: PlannedShift) -> str:
        if shift.role is not StaffRole.CAREGIVER or shift.during.ends_at <= self._now:
            return ""
        judged = rules.counting_verdicts(
            person,
            facility_id=self._house.id,
            day=_day(shift),
            district=self._house.district,
            law=self._law,
        )
        return next((one.remedy for one in judged if not one.allows), "")

    # --- hours -----------------------------------------------------------------------------

    def _hours(self) -> tuple[GroupHours, ...]:
        return tuple(
            GroupHours(group.name, days)
            for group in self._groups.values()
            if (days := self._group_days(group.id))
        )

    def _group_days(self, group_id: int) -> tuple[GroupDay, ...]:
        days: dict[date, list[HourCell]] = {}
        for judged in self._judged.hours:
            if judged.hour.care_group_id == group_id:
                day = day_in_shanghai(judged.hour.during.starts_at)
                days.setdefault(day, []).append(_hour_cell(judged))
        return tuple(GroupDay(day, tuple(hours)) for day, hours in sorted(days.items()))

    def _duties(self) -> tuple[Duty, ...]:
        open_days = rules.open_days(self._facts)
        return tuple(self._duty(day) for day in open_days)

    def _duty(self, day: date) -> Duty:
        in_charge = self._names(StaffRole.PERSON_IN_CHARGE, day)
        health = self._names(StaffRole.HEALTH_WORKER, day)
        return Duty(day, in_charge, not in_charge, health, not health)

    def _names(self, role: StaffRole, day: date) -> tuple[str, ...]:
        there = rules.on_duty(self._facts, role, day)
        return tuple(self._facts.people[pk].name for pk in sorted(there))

    def _changes(self) -> tuple[Change, ...]:
        cells = (
            (group.name, day.day, hour)
            for group in self._hours()
            for day in group.days
            for hour in day.hours
        )
        return tuple(
            Change(
                day,
                name,
                hour.during,
                hour.before,
                hour.offered,
                hour.children,
                hour.is_short,
            )
            for name, day, hour in cells
            if hour.before != hour.offered or hour.is_short
        )


def _missing(shifts: Iterable[PlannedShift], among: Iterable[PlannedShift]) -> list[PlannedShift]:
    there = {one.content for one in among}
    return [shift for shift in shifts if shift.content not in there]


def _day(shift: PlannedShift) -> date:
    return day_in_shanghai(shift.during.starts_at)


def _hour_cell(judged: HourVerdict) -> HourCell:
    hour = judged.hour
    return HourCell(
        session=hour.public_id,
        during=hour.during,
        children=hour.children,
        needed=hour.needed,
        counted=judged.counted,
        margin=judged.margin,
        places=hour.places,
        offered=min(hour.places, judged.counted * hour.children_per_staff),
        before=min(hour.places, hour.counted_staff * hour.children_per_staff),
        is_stopped=hour.is_stopped,
        holds=judged.verdict.allows,
    )


def _each_once(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Every reason once: what is missing of a person is missing in each of their shifts."""
    return list({(one.rule, one.subject, one.remedy): one for one in verdicts}.values())


def _may_be_set_aside(verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            one.rule
            for one in verdicts
            if one.outcome is Outcome.FAILS
            and one.limit is not None
            and one.limit.strength is Strength.PRINCIPLE
        )
    )
