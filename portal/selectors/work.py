"""Where somebody who works in the portal begins: what to do next, and where everything is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse

from accounts.types import Actor, Role
from bookings import selectors as bookings
from bookings.selectors.breaches import MAY_SEE_BREACHES, unsettled_in
from common.intervals import day_in_shanghai
from facilities.models import Facility
from facilities.selectors.access import facilities_of, place_of
from families import selectors as families
from inspections.selectors.due import visits_due
from inspections.selectors.inbox import house_inbox_of, inbox_of
from inspections.selectors.publishing import draws_to_publish
from inspections.types import LOOKERS, OFFICERS
from portal import messages
from regulations.selectors import law_book
from safety import selectors as safety
from safety.selectors.incidents import open_by_house
from safety.types import INCIDENT_READERS, KEEPERS, RESTRICTED_READERS, ItemState
from staff import selectors as staff

_RUNS_HOUSES = (Role.OPERATOR, Role.PERSON_IN_CHARGE)
_HERE = (*_RUNS_HOUSES, *OFFICERS)
_A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Todo:
    """A thing that waits for somebody, and the page on which it is done."""

    title: str
    note: str
    tag: str
    is_urgent: bool
    symbol: str
    url: str


@dataclass(frozen=True, slots=True)
class HouseLink:
    """A house that somebody runs."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class WorkHome:
    """Where somebody who works in the portal begins."""

    todos: tuple[Todo, ...]  # the most urgent first
    houses: tuple[HouseLink, ...]
    sees_floors: bool
    sees_breaches: bool
    may_review: bool
    looks: bool  # comes to houses to look
    monday: date  # of the week that is rostered next


def work_home(actor: Actor, *, now: datetime) -> WorkHome:
    """What waits for somebody with a role, and the houses they run. Statements do not grow."""
    houses = facilities_of(actor, *_HERE) if actor.holds(*_HERE) else []
    run = [house for house in houses if actor.may(*_RUNS_HOUSES, at=place_of(house))]
    todos = sorted(_todos(actor, houses, run, now), key=lambda todo: not todo.is_urgent)
    return WorkHome(
        todos=tuple(todos),
        houses=tuple(HouseLink(str(house.public_id), house.name) for house in run),
        sees_floors=actor.holds(*bookings.MAY_SEE_THE_FLOOR),
        sees_breaches=actor.holds(*MAY_SEE_BREACHES),
        may_review=families.may_review(actor),
        looks=actor.holds(*LOOKERS),
        monday=_next_monday(now),
    )


def _todos(
    actor: Actor, houses: Sequence[Facility], run: Sequence[Facility], now: datetime
) -> Iterator[Todo]:
    yield from _breaches(_over(actor, houses, MAY_SEE_BREACHES), now)
    yield from _incidents(actor, _over(actor, houses, INCIDENT_READERS), now)
    yield from _visits(actor, now)
    yield from _draws(actor, now)
    yield from _inbox(actor, now)
    yield from _of_houses(actor, now)
    yield from _reviews(actor)
    if run:
        yield from _papers(run, now)
        yield from _rosters(run, now)
        yield from _registers(_over(actor, run, KEEPERS), now)


def _over(actor: Actor, houses: Sequence[Facility], roles: Sequence[Role]) -> list[Facility]:
    return [house for house in houses if actor.may(*roles, at=place_of(house))]


def _breaches(houses: Sequence[Facility], now: datetime) -> Iterator[Todo]:
    if not houses:
        return
    going_on, unanswered = unsettled_in([house.pk for house in houses], now=now)
    if going_on:
        yield Todo(
            *messages.breaches_said(going_on, unanswered),
            is_urgent=unanswered > 0,
            symbol="alert-triangle",
            url=reverse("bookings:breaches"),
        )


def _incidents(actor: Actor, houses: Sequence[Facility], now: datetime) -> Iterator[Todo]:
    if not houses:
        return
    ids = [house.pk for house in houses]
    reads_all = actor.holds(*RESTRICTED_READERS)
    found = open_by_house(actor, ids, now=now) if reads_all else safety.open_incidents(ids, now=now)
    still_open = sum(pair[0] for pair in found.values())
    untold = sum(pair[1] for pair in found.values())
    if still_open:
        yield Todo(
            *messages.incidents_said(still_open, untold),
            is_urgent=untold > 0,
            symbol="urgent",
            url=reverse("safety:incidents"),
        )


def _visits(actor: Actor, now: datetime) -> Iterator[Todo]:
    if not actor.holds(*LOOKERS):
        return
    due = visits_due(actor, today=day_in_shanghai(now))
    if due.late or due.soon:
        yield Todo(
            *messages.visits_said(due.late, due.soon),
            is_urgent=due.late > 0,
            symbol="clipboard-check",
            url=reverse("inspections:programme" if actor.holds(*OFFICERS) else "visits:today"),
        )


def _draws(actor: Actor, now: datetime) -> Iterator[Todo]:
    """What was promised to the public, and for which nothing is left to wait."""
    if actor.holds(Role.SUPERVISION_LEAD) and (due := draws_to_publish(actor, now=now)):
        yield Todo(
            *messages.draws_said(due),
            is_urgent=False,
            symbol="arrows-shuffle",
            url=reverse("inspections:draws"),
        )


def _inbox(actor: Actor, now: datetime) -> Iterator[Todo]:
    inbox = inbox_of(actor, now=now)
    if inbox.to_answer or inbox.to_countersign:
        yield Todo(
            *messages.parts_said(inbox.to_answer, inbox.to_countersign),
            is_urgent=inbox.to_countersign > 0,
            symbol="signature",
            url=reverse("visits:today"),
        )
    if inbox.orders_waiting or inbox.orders_late:
        yield Todo(
            *messages.orders_said(inbox.orders_waiting, inbox.orders_late),
            is_urgent=inbox.orders_late > 0,
            symbol="checklist",
            url=reverse("orders:board"),
        )
    if inbox.cases_open:
        yield Todo(
            *messages.cases_said(inbox.cases_open, inbox.cases_late),
            is_urgent=inbox.cases_late > 0,
            symbol="message-report",
            url=reverse("cases:cases"),
        )
    if inbox.briefs:
        yield Todo(
            *messages.briefs_said(inbox.briefs),
            is_urgent=False,
            symbol="file-spreadsheet",
            url=reverse("dossier:briefs"),
        )


def _of_houses(actor: Actor, now: datetime) -> Iterator[Todo]:
    """What inspection asks of those who run houses."""
    inbox = house_inbox_of(actor, now=now)
    if inbox.orders_waiting:
        yield Todo(
            *messages.own_orders_said(inbox.orders_waiting, inbox.orders_late),
            is_urgent=inbox.orders_late > 0,
            symbol="checklist",
            url=reverse("orders:mine"),
        )
    if inbox.questions:
        yield Todo(
            *messages.questions_said(inbox.questions, inbox.questions_late),
            is_urgent=inbox.questions_late > 0,
            symbol="message-report",
            url=reverse("cases:questions"),
        )
    if inbox.self_checks:
        yield Todo(
            *messages.self_checks_said(inbox.self_checks),
            is_urgent=False,
            symbol="clipboard-check",
            url=reverse("visits:mine"),
        )


def _reviews(actor: Actor) -> Iterator[Todo]:
    if not families.may_review(actor):
        return
    waiting = len(families.reviews_waiting(actor))
    if waiting:
        yield Todo(
            *messages.reviews_said(waiting),
            is_urgent=False,
            symbol="checklist",
            url=reverse("families:reviews"),
        )


def _papers(run: Sequence[Facility], now: datetime) -> Iterator[Todo]:
    houses = [staff.staff_house(house) for house in run]
    due = staff.papers_ending(houses, today=day_in_shanghai(now), law=law_book())
    if due.lapsed or due.soon:
        yield Todo(
            *messages.papers_said(due.lapsed, due.soon),
            is_urgent=due.lapsed > 0,
            symbol="certificate",
            url=reverse("staff:papers"),
        )


def _rosters(run: Sequence[Facility], now: datetime) -> Iterator[Todo]:
    monday = _next_monday(now)
    late = staff.without_roster([staff.staff_house(house) for house in run], monday)
    if late:
        yield Todo(
            *messages.rosters_said([house.name for house in late], monday),
            is_urgent=False,
            symbol="calendar-week",
            url=_roster_of(late[0].public_id, monday) if len(late) == 1 else reverse(_CHOOSE),
        )


_CHOOSE = "rosters:choose"


def _roster_of(house: str, monday: date) -> str:
    return reverse("rosters:board", args=[house, monday])


def _registers(run: Sequence[Facility], now: datetime) -> Iterator[Todo]:
    found = safety.overdue_registers([house.pk for house in run], now=now)
    if found:
        yield Todo(
            *messages.registers_said(len(found), found[0].name),
            is_urgent=any(row.state is ItemState.FAILED for row in found),
            symbol="shield-check",
            url=reverse("safety:overview"),
        )


def _next_monday(now: datetime) -> date:
    return staff.monday_of(day_in_shanghai(now)) + _A_WEEK
