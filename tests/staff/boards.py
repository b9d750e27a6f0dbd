"""A house with a week to roster: its room, hours, people, and those who look at its board."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.types import Actor, Role, ScopeKind
from common.intervals import Interval
from facilities.models import CareGroup, CareSession, Facility
from staff import services
from staff.models import DraftShift, Person, RosterWeek
from staff.types import Published, ShiftRequest, StaffRole
from tests.facilities.factories import make_group, make_house, make_session, make_subdistrict
from tests.facilities.people import operator_of, person_in_charge_of
from tests.families.factories import make_grant, make_operator, make_user
from tests.staff.factories import make_caregiver, make_lead, stretch

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)  # a Friday, ten in the morning
MONDAY = date(2026, 11, 23)
TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)
HOURS = (9, 10, 11)


@dataclass
class Board:
    """A house with one group, open from nine to twelve, and whoever may roster it."""

    house: Facility
    group: CareGroup
    operator: Actor
    lead: Person
    caregiver: Person
    sessions: dict[tuple[date, int], CareSession] = field(default_factory=dict)
    now: datetime = NOW
    monday: date = MONDAY

    def put(
        self,
        person: Person,
        during: Interval,
        *,
        role: StaffRole = StaffRole.CAREGIVER,
        group: CareGroup | None = None,
        rest: Interval | None = None,
        **more: Any,
    ) -> DraftShift:
        """Put a shift on the board."""
        where = group or (self.group if role is StaffRole.CAREGIVER else None)
        return services.put_shift(
            facility=str(self.house.public_id),
            monday=self.monday,
            shift=ShiftRequest(
                person=str(person.public_id),
                care_group=str(where.public_id) if where else "",
                role=role,
                starts_at=during.starts_at,
                ends_at=during.ends_at,
                rest_starts_at=rest.starts_at if rest else None,
                rest_ends_at=rest.ends_at if rest else None,
            ),
            actor=self.operator,
            now=more.pop("now", self.now),
            **more,
        )

    def staff(self, *days: date, people: tuple[Person, ...] = ()) -> None:
        """Let the caregivers care, and the lead lead, on these days from nine to twelve."""
        for day in days:
            self.put(self.lead, stretch(day, 9, 12), role=StaffRole.PERSON_IN_CHARGE)
            for person in people or (self.caregiver,):
                self.put(person, stretch(day, 9, 12))

    def publish(self, **more: Any) -> Published:
        """Publish what is on the board."""
        asked = {"actor": self.operator, "now": self.now, **more}
        return services.publish_week(
            facility=str(self.house.public_id), monday=self.monday, **asked
        )

    @property
    def week(self) -> RosterWeek:
        return RosterWeek.objects.get(facility=self.house, monday=self.monday)

    def counted(self, day: date, hour: int) -> int:
        """How many count in an hour, as it stands in the session."""
        return CareSession.objects.get(pk=self.sessions[day, hour].pk).counted_staff

    def address(self, name: str, *more: Any) -> str:
        """A page of this week."""
        return reverse(f"rosters:{name}", args=[self.house.public_id, self.monday, *more])


def a_board(
    *,
    days: tuple[date, ...] = (TUESDAY,),
    hours: tuple[int, ...] = HOURS,
    places_taken: int = 0,
    now: datetime = NOW,
    monday: date = MONDAY,
    planned_staff: int = 2,
) -> Board:
    """A board with hours on some days; a lead who is for health too, and one caregiver."""
    group = make_group(make_house(subdistrict=make_subdistrict()), name="小苗班")
    house = group.facility
    board = Board(
        house,
        group,
        operator_of(house.subdistrict),
        make_lead(house, "周负责"),
        make_caregiver(house, "王芳"),
        now=now,
        monday=monday,
    )
    for day in days:
        for hour in hours:
            board.sessions[day, hour] = make_session(
                group,
                now=now,
                day=day,
                hour=hour,
                places=20,
                places_taken=places_taken,
                counted_staff=planned_staff,
            )
    return board


def in_charge(board: Board) -> Actor:
    """The 负责人 of the house, who rosters it."""
    return person_in_charge_of(board.house)


def browser_of(user: User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    return client


def everybody(board: Board) -> dict[str, User]:
    """One person of each kind who might open a page of the board's house."""
    house, district = board.house, board.house.subdistrict.district
    people = {
        "operator": make_operator(house.subdistrict, "李管理"),
        "other_operator": make_operator(make_subdistrict("廊下镇"), "赵管理"),
        "parent": make_user("陈静"),
    }
    for who, role, kind, scope in (
        ("in_charge", Role.PERSON_IN_CHARGE, ScopeKind.FACILITY, str(house.public_id)),
        ("caregiver", Role.CAREGIVER, ScopeKind.FACILITY, str(house.public_id)),
        ("officer", Role.SUPERVISION_LEAD, ScopeKind.DISTRICT, district.code),
        ("inspector", Role.INSPECTOR, ScopeKind.DISTRICT, district.code),
        ("health_officer", Role.HEALTH_OFFICER, ScopeKind.DISTRICT, district.code),
        ("other_officer", Role.SUPERVISION_LEAD, ScopeKind.DISTRICT, "310106"),
        ("auditor", Role.AUDITOR, ScopeKind.CITY, "310000"),
    ):
        people[who] = make_user(who)
        make_grant(people[who], role, kind, scope)
    return people
