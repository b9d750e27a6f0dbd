"""What the worker tells people in good time: papers that lapse, and weeks that nobody rostered."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse

from accounts.selectors import holders_of
from accounts.types import Role
from common.intervals import day_in_shanghai
from notifications import services as notifications
from notifications.types import Channel, Kind, Notice
from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.selectors import law_book
from staff import rules
from staff.messages import day_words
from staff.models import Person
from staff.selectors.facts import people_facts
from staff.selectors.papers import reminder_days
from staff.selectors.roster import monday_of
from staff.selectors.scope import StaffHouse, every_house, houses_of_people
from staff.selectors.unrostered import without_roster
from staff.types import PaperEnd, PersonFacts

_AT_ONCE = 50  # houses read together
_A_WEEK = timedelta(days=7)


# --- papers ---------------------------------------------------------------------------------------
def remind_of_papers(*, now: datetime) -> int:
    """Tell houses, 街镇 and who they are of, once at each of the days before papers lapse.

    Returns how many papers are within one of them. A second run says nothing new, and a day on
    which the worker did not run is made up for.
    """
    houses = every_house()
    parts = [houses[start : start + _AT_ONCE] for start in range(0, len(houses), _AT_ONCE)]
    return sum(_remind_of_papers(part, now) for part in parts)


@transaction.atomic
def _remind_of_papers(houses: Sequence[StaffHouse], now: datetime) -> int:
    today, law = day_in_shanghai(now), law_book()
    where = houses_of_people(houses, today)
    facts = people_facts(where)
    due = [
        (facts[person_id], end, before)
        for person_id, theirs in where.items()
        for end, before in _within(facts[person_id], theirs[0].district, today, law)
    ]
    keepers = _keepers(where, due, today)
    themselves = _accounts(person.id for person, _, _ in due)
    notifications.queue(
        [
            notice
            for person, end, before in due
            for notice in (
                *(_to_house(person, end, before, one, now) for one in keepers[person.id]),
                *_to_themselves(person, end, before, themselves.get(person.id), now),
            )
        ],
        now=now,
    )
    return len(due)


def _within(
    person: PersonFacts, district: str, today: date, law: LawBook
) -> Iterable[tuple[PaperEnd, int]]:
    """Papers that are within one of the days before, and the closest of these."""
    if person.banned_on is not None:
        return
    days = reminder_days(district, today, law)
    for end in rules.paper_ends(person, day=today, district=district, law=law):
        before = [one for one in days if 0 <= end.days_left <= one]
        if before:
            yield end, min(before)


def _keepers(
    where: Mapping[int, list[StaffHouse]],
    due: Iterable[tuple[PersonFacts, PaperEnd, int]],
    today: date,
) -> dict[int, list[int]]:
    """Who keeps each of these people, by person; a house is asked about once."""
    of_house: dict[int, list[int]] = {}
    found: dict[int, list[int]] = {}
    for person, _, _ in due:
        for house in where[person.id]:
            if house.id not in of_house:
                of_house[house.id] = holders_of(
                    Role.PERSON_IN_CHARGE, Role.OPERATOR, at=house.place, today=today
                )
        found[person.id] = sorted({one for house in where[person.id] for one in of_house[house.id]})
    return found


def _accounts(person_ids: Iterable[int]) -> dict[int, int]:
    rows = Person.objects.filter(pk__in=set(person_ids), user__isnull=False)
    return {pk: user_id for pk, user_id in rows.values_list("pk", "user_id") if user_id}


def _to_house(
    person: PersonFacts, end: PaperEnd, before: int, recipient: int, now: datetime
) -> Notice:
    return Notice(
        key=f"{Kind.STAFF_PAPER_EXPIRING}:{_paper(person, end, before)}:{recipient}",
        kind=Kind.STAFF_PAPER_EXPIRING,
        recipient_id=recipient,
        channel=Channel.IN_APP,
        run_at=now,
        payload={
            "person": person.name,
            "paper": end.label,
            "through": day_words(end.through),
            "url": reverse("staff:person", args=[person.public_id]),
        },
        subject=f"person:{person.public_id}",
    )


def _to_themselves(
    person: PersonFacts, end: PaperEnd, before: int, user_id: int | None, now: datetime
) -> Iterable[Notice]:
    if user_id is not None:
        yield Notice(
            key=f"{Kind.MY_PAPER_EXPIRING}:{_paper(person, end, before)}:{user_id}",
            kind=Kind.MY_PAPER_EXPIRING,
            recipient_id=user_id,
            channel=Channel.IN_APP,
            run_at=now,
            payload={"paper": end.label, "through": day_words(end.through)},
            subject=f"person:{person.public_id}",
        )


def _paper(person: PersonFacts, end: PaperEnd, before: int) -> str:
    """A paper as of one reminder: one that was renewed has another last day."""
    return f"{person.public_id}:{end.kind}:{end.through}:{before}"


# --- rosters --------------------------------------------------------------------------------------
def remind_of_rosters(*, now: datetime) -> int:
    """Tell who is in charge of a house that next week is not rostered, and a day later the 街镇.

    Returns how many houses are late. Each of them is told once a week.
    """
    today, law = day_in_shanghai(now), law_book()
    monday = monday_of(today) + _A_WEEK
    late = [
        (house, days)
        for house in without_roster(every_house(), monday)
        if (days := _days_late(house, monday, today, law)) is not None
    ]
    with transaction.atomic():
        notifications.queue(
            [
                _roster_due(house, monday, recipient, now)
                for house, days in late
                for recipient in _answerable(house, days, today)
            ],
            now=now,
        )
    return len(late)


def _days_late(house: StaffHouse, monday: date, today: date, law: LawBook) -> int | None:
    """How many days ago the week should have been published; None: it is not due yet."""
    limit = law.limit(LimitKey.ROSTER_DUE_DAYS_BEFORE, jurisdiction=house.district, care_on=monday)
    if limit is None or limit.value is None:
        return None
    days = (today - (monday - timedelta(days=limit.number))).days
    return days if days >= 0 else None


def _answerable(house: StaffHouse, days_late: int, today: date) -> list[int]:
    roles = (Role.PERSON_IN_CHARGE,) if days_late == 0 else (Role.PERSON_IN_CHARGE, Role.OPERATOR)
    return holders_of(*roles, at=house.place, today=today)


def _roster_due(house: StaffHouse, monday: date, recipient: int, now: datetime) -> Notice:
    return Notice(
        key=f"{Kind.ROSTER_DUE}:{house.public_id}:{monday}:{recipient}",
        kind=Kind.ROSTER_DUE,
        recipient_id=recipient,
        channel=Channel.IN_APP,
        run_at=now,
        payload={
            "house": house.name,
            "monday": day_words(monday),
            "url": f"/staff/roster/{house.public_id}/{monday}/",
        },
        subject=f"roster:{house.public_id}:{monday}",
    )
