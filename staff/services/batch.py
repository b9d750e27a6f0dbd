"""What follows from rows that were written: once, whether there was one row or five thousand.

A verb that brings in one paper settles at once. An import hands its batch to every verb and settles
when the last row stands: people are locked in their order, what must hold under the lock is judged
again, and sessions are counted once.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import IntegrityError, transaction

from accounts.types import Actor
from audit import services as audit
from common.refusals import Refused
from regulations.rules import LawBook
from regulations.selectors import law_book
from staff import rules
from staff.messages import CANNOT_HIRE
from staff.models import Person
from staff.selectors.access import MAY_KEEP_STAFF, lock_people, person_for
from staff.selectors.facts import hiring_facts
from staff.selectors.roster import House, house_for
from staff.services.recount import recount_people
from staff.services.withdraw import dismiss
from staff.types import CheckFacts, PersonFacts

P = ParamSpec("P")
T = TypeVar("T")


def in_one_transaction(verb: Callable[P, T]) -> Callable[P, T]:
    """A verb with a transaction of its own; as a row of a batch it stands within the caller's."""

    @wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if kwargs.get("batch") is not None:
            return verb(*args, **kwargs)
        with transaction.atomic():
            return verb(*args, **kwargs)

    return run


def made(
    create: Callable[[], T], said: Callable[[IntegrityError], Exception], batch: "Batch | None"
) -> T:
    """Write a row, or raise what a constraint says in people's words.

    A row of a batch has a savepoint around it already, to which its caller goes back.
    """
    try:
        if batch is not None:
            return create()
        with transaction.atomic():
            return create()
    except IntegrityError as error:
        raise said(error) from None


class Batch:
    """Rows that belong together: what they share is read once, what follows is done once."""

    def __init__(self, actor: Actor, now: datetime) -> None:
        self.actor, self.now = actor, now
        self._houses: dict[str, House] = {}
        self._people: dict[str, Person] = {}
        self._facts: dict[int, PersonFacts] = {}
        self._events: list[dict[str, Any]] = []
        self._law: LawBook | None = None
        self._touched: dict[int, str] = {}  # person: the last cause
        self._hired: dict[tuple[int, str], date] = {}  # person, district: the latest first day
        self._dismissed: dict[int, str] = {}  # person: the reason

    @property
    def law(self) -> LawBook:
        if self._law is None:
            self._law = law_book()
        return self._law

    def house(self, facility: str) -> House:
        """A house in which the actor keeps staff. :raises NotFound: when it is not theirs."""
        if facility not in self._houses:
            self._houses[facility] = house_for(self.actor, facility, *MAY_KEEP_STAFF)
        return self._houses[facility]

    def person(self, public_id: str) -> Person:
        """Somebody whom the actor keeps. :raises NotFound: when they are not theirs."""
        if public_id not in self._people:
            self._people[public_id] = person_for(self.actor, public_id, *MAY_KEEP_STAFF)
        return self._people[public_id]

    def registered(self, person: Person, *, is_new: bool) -> None:
        """Somebody is before a house of the actor's now; of who is new nothing is known yet."""
        self._people[str(person.public_id)] = person
        if is_new:
            self._facts[person.pk] = PersonFacts(person.pk, str(person.public_id), person.name)

    def checked(self, person_id: int, check: CheckFacts) -> None:
        """A record check was written."""
        if known := self._facts.get(person_id):
            self._facts[person_id] = replace(known, record_checks=(*known.record_checks, check))

    def judge_hiring(self, person_id: int, district: str, day: date) -> None:
        """Judge whether somebody may work. :raises Refused: with every verdict against it."""
        if person_id not in self._facts:
            self._facts |= hiring_facts([person_id])
        judged = rules.hiring_verdicts(
            self._facts[person_id], day=day, district=district, law=self.law
        )
        if short := [one for one in judged if not one.allows]:
            raise Refused(short, title=CANNOT_HIRE)

    def record(self, **event: Any) -> None:
        """Leave an audit event when everything stands."""
        self._events.append(event)

    def touched(self, person_id: int, cause: str) -> None:
        """Somebody's sessions are to be counted anew."""
        self._touched[person_id] = cause

    def hired(self, person_id: int, district: str, day: date) -> None:
        """Somebody was engaged: under the lock it is judged once more."""
        self._hired[person_id, district] = max(day, self._hired.get((person_id, district), day))
        self.touched(person_id, "hired")

    def dismissed(self, person_id: int, reason: str) -> None:
        """Somebody may not work: every engagement ends, every later shift is withdrawn."""
        self._dismissed[person_id] = reason

    def settle(self) -> list[int]:
        """Do what follows; the ids of sessions that are in breach for it.

        :raises Refused: when somebody who was engaged may not work after all.
        """
        lock_people(sorted({*self._touched, *self._dismissed}))
        self._facts = hiring_facts(person_id for person_id, _ in self._hired)
        for (person_id, district), day in sorted(self._hired.items()):
            self.judge_hiring(person_id, district, day)
        broken = [
            session
            for person_id, reason in sorted(self._dismissed.items())
            for session in dismiss(person_id, reason, actor=self.actor, now=self.now)
        ]
        audit.record_all(self._events)
        return sorted({*broken, *self._recount()})

    def _recount(self) -> list[int]:
        causes = set(self._touched.values())
        return recount_people(
            sorted(self._touched),
            cause=causes.pop() if len(causes) == 1 else "brought_in",
            actor_id=self.actor.user_id,
            now=self.now,
        )
