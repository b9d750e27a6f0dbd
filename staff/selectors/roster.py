"""A house's week as the rules see it, drafted or published."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q

from accounts.types import Actor, Place, Role
from common.intervals import Interval, moment_in_shanghai
from facilities import selectors as facilities
from facilities.models import Facility
from facilities.selectors.access import facility_for
from facilities.types import SessionFacts
from staff.models import DraftShift, Employment, Leave, RosterOverride, RosterWeek, Shift
from staff.selectors.facts import people_facts
from staff.types import (
    HourFacts,
    PersonFacts,
    PlannedShift,
    ShiftState,
    StaffRole,
    WeekFacts,
)

MAY_ROSTER = (Role.OPERATOR, Role.PERSON_IN_CHARGE)
MAY_SEE_ROSTERS = (*MAY_ROSTER, Role.CAREGIVER, Role.SUPERVISION_LEAD, Role.INSPECTOR)
DAYS = 7  # of a week


@dataclass(frozen=True, slots=True)
class House:
    """A house as far as its roster depends on it."""

    id: int
    public_id: str
    name: str
    district: str
    subdistrict: str = ""

    @property
    def place(self) -> Place:
        """Where it stands, for asking whether a grant reaches it."""
        return Place(self.district, self.subdistrict, self.public_id)


def house_for(actor: Actor, facility: str, *roles: Role) -> House:
    """The house (public id) whose roster the actor may see or change by one of the roles.

    :raises NotFound: when there is none, or it is not theirs.
    """
    return as_house(facility_for(actor, facility, *roles))


def as_house(found: Facility) -> House:
    """A house as far as its roster depends on it."""
    within = found.subdistrict
    return House(found.pk, str(found.public_id), found.name, within.district.code, within.code)


def monday_of(day: date) -> date:
    """The Monday of the week a day lies in."""
    return day - timedelta(days=day.weekday())


def week_span(monday: date) -> Interval:
    """The week from Monday to Sunday, as moments in Shanghai."""
    return Interval(
        moment_in_shanghai(monday, time()),
        moment_in_shanghai(monday + timedelta(days=DAYS), time()),
    )


def as_hour(session: SessionFacts) -> HourFacts:
    """A session as the roster sees it."""
    return HourFacts(
        session_id=session.id,
        public_id=session.public_id,
        care_group_id=session.care_group_id,
        care_group=session.care_group,
        during=session.interval,
        children=session.places_taken,
        places=session.places,
        children_per_staff=session.children_per_staff,
        is_stopped=session.stop is not None and session.stop != "breach",
        counted_staff=session.counted_staff,
    )


def as_planned(row: Shift | DraftShift) -> PlannedShift:
    """A row as the rules see it."""
    rest = (
        Interval(row.rest_starts_at, row.rest_ends_at)
        if row.rest_starts_at and row.rest_ends_at
        else None
    )
    return PlannedShift(
        key=str(row.public_id),
        person_id=row.person_id,
        facility_id=row.facility_id,
        care_group_id=row.care_group_id,
        role=StaffRole(row.role),
        during=Interval(row.starts_at, row.ends_at),
        rest=rest,
    )


def published_shifts(
    during: Interval,
    *,
    facility_ids: Sequence[int] | None = None,
    person_ids: Iterable[int] | None = None,
    or_person_ids: Iterable[int] = (),
) -> list[PlannedShift]:
    """What is published and touches a stretch of time, by house or by person.

    `or_person_ids` adds to the shifts of the houses those of some people elsewhere.
    """
    rows = Shift.objects.filter(
        state=ShiftState.PUBLISHED, starts_at__lt=during.ends_at, ends_at__gt=during.starts_at
    )
    if facility_ids is not None:
        rows = rows.filter(Q(facility_id__in=facility_ids) | Q(person_id__in=list(or_person_ids)))
    if person_ids is not None:
        rows = rows.filter(person_id__in=list(person_ids))
    return [as_planned(row) for row in rows.order_by("starts_at", "pk")]


def begun_shifts(facility_id: int, during: Interval, now: datetime) -> list[PlannedShift]:
    """What is published in a house and has begun, of those who were not on leave by then."""
    rows = Shift.objects.filter(
        facility_id=facility_id,
        state=ShiftState.PUBLISHED,
        starts_at__gte=during.starts_at,
        starts_at__lt=during.ends_at,
    ).filter(starts_at__lte=now)
    away = Leave.objects.filter(
        person=OuterRef("person"),
        withdrawn_at__isnull=True,
        starts_at__lte=OuterRef("starts_at"),
        ends_at__gt=OuterRef("starts_at"),
    )
    return [as_planned(row) for row in rows.exclude(Exists(away)).order_by("starts_at", "pk")]


def drafted_shifts(week: RosterWeek) -> list[PlannedShift]:
    """What is on the board of a week."""
    return [as_planned(row) for row in week.draft.order_by("starts_at", "pk")]


def engaged_people(facility_id: int, first: date, last: date) -> list[int]:
    """Who is engaged in a house on any day of a stretch."""
    rows = Employment.objects.filter(
        Q(through__isnull=True) | Q(through__gte=first),
        facility_id=facility_id,
        starts_on__lte=last,
    )
    return sorted(set(rows.values_list("person_id", flat=True)))


def week_facts(
    house: House,
    monday: date,
    shifts: Sequence[PlannedShift],
    *,
    now: datetime,
    engaged: Sequence[int] | None = None,
    published: Sequence[PlannedShift] | None = None,
    overrides: tuple[frozenset[str], date | None] | None = None,
    sessions: Iterable[SessionFacts] | None = None,
    people: Mapping[int, PersonFacts] | None = None,
) -> WeekFacts:
    """Everything a week is judged by: its sessions, its people, and what they do elsewhere.

    Only what is not over is judged. What was worked in the house already stands with `elsewhere`:
    it adds to hours and to who was on duty, and cannot be changed. Who has read some of the rest
    already hands it in, so that nothing is read twice.
    """
    during = week_span(monday)
    shifts = [shift for shift in shifts if shift.during.ends_at > now]
    last = monday + timedelta(days=DAYS - 1)
    if engaged is None:
        engaged = engaged_people(house.id, monday, last)
    ids = {shift.person_id for shift in shifts} | set(engaged)
    if published is None:
        published = published_shifts(during, person_ids=ids)
    if sessions is None:
        sessions = facilities.sessions_within(
            facility_ids=[house.id], starts=during.starts_at, ends=during.ends_at
        )
    if people is None:
        people = people_facts(ids)
    rules_aside, through = overrides_of(house.id, monday) if overrides is None else overrides
    return WeekFacts(
        facility_id=house.id,
        facility=house.public_id,
        name=house.name,
        district=house.district,
        monday=monday,
        hours=tuple(as_hour(session) for session in sessions if session.ends_at > now),
        people={pk: people[pk] for pk in sorted(ids)},
        shifts=tuple(shifts),
        elsewhere=tuple(
            shift
            for shift in published
            if shift.person_id in ids
            and (shift.facility_id != house.id or shift.during.ends_at <= now)
        ),
        overridden=rules_aside,
        overrides_through=through,
    )


def overrides_of(facility_id: int, monday: date) -> tuple[frozenset[str], date | None]:
    """The rules set aside by name for a week, and until when."""
    rows = list(
        RosterOverride.objects.filter(
            week__facility_id=facility_id, week__monday=monday, withdrawn_at__isnull=True
        )
        .order_by("pk")
        .values_list("rule", "through")
    )
    return frozenset(rule for rule, _ in rows), min((day for _, day in rows), default=None)


def board_of(house: House, monday: date) -> list[PlannedShift]:
    """What the board of a week shows: the draft, or what is published where nobody drafted."""
    week = RosterWeek.objects.filter(facility_id=house.id, monday=monday).first()
    if week is None:
        return []
    if week.revision:
        return drafted_shifts(week)
    return published_shifts(week_span(monday), facility_ids=[house.id])


def published_and_set_aside(
    facility_id: int, monday: date
) -> tuple[bool, tuple[frozenset[str], date | None]]:
    """Whether a week is published, and what was set aside for it, as `overrides_of` says it."""
    rows = RosterWeek.objects.filter(facility_id=facility_id, monday=monday)
    columns = ("published_at", "overrides__rule", "overrides__through", "overrides__withdrawn_at")
    found = list(rows.order_by("overrides__pk").values_list(*columns))
    aside = [(rule, day) for _, rule, day, withdrawn in found if rule and withdrawn is None]
    names = frozenset(rule for rule, _ in aside)
    is_out = any(published_at is not None for published_at, *_ in found)
    return is_out, (names, min((day for _, day in aside), default=None))
