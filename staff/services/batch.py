"""What follows from rows that were written: once, whether there was one row or five thousand.

A verb that brings in one paper writes it and settles at once. An import hands its batch to every
verb: what is read is read for a few hundred records at a time (`expect`), their rows are written
together (`write`), and it settles when the last one stands: people are locked in their order, what
must hold under the lock is judged again, and sessions are counted once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import IntegrityError, connection, models, transaction
from django.db.models import F

from accounts.types import Actor
from audit import services as audit
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, Refused
from facilities.selectors.access import group_in
from regulations.rules import LawBook
from regulations.selectors import law_book
from staff import rules
from staff.messages import CANNOT_HIRE
from staff.models import Candidacy, Person, RosterWeek
from staff.selectors.access import (
    MAY_KEEP_STAFF,
    engaged_elsewhere,
    lock_people,
    people_visible_to,
    person_for,
)
from staff.selectors.facts import hiring_facts
from staff.selectors.roster import House, house_for
from staff.services.recount import recount_people
from staff.services.withdraw import dismiss
from staff.types import CheckFacts, PersonFacts

P = ParamSpec("P")
T = TypeVar("T")
M = TypeVar("M", bound=models.Model)
_NUMBERS_AT_ONCE = 250


def in_one_transaction(verb: Callable[P, T]) -> Callable[P, T]:
    """A verb with a transaction of its own; as a row of a batch it stands within the caller's."""

    @wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if kwargs.get("batch") is not None:
            return verb(*args, **kwargs)
        with transaction.atomic():
            return verb(*args, **kwargs)

    return run


def made(row: M, said: Callable[[IntegrityError], Exception], batch: "Batch | None") -> M:
    """Write a row, or raise what a constraint says in people's words.

    A row of a batch is written with the others, and what a constraint says of it is said then.
    """
    if batch is not None:
        batch.add(row, said)
        return row
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise said(error) from None
    return row


@dataclass(frozen=True, slots=True)
class _Pending:
    """A row that is to be written, and what is said when a constraint is against it."""

    record: int
    row: models.Model
    said: Callable[[IntegrityError], Exception]
    columns: Mapping[str, str]

    def fault(self, error: IntegrityError) -> InvalidInput:
        said = self.said(error)
        if not isinstance(said, InvalidInput):
            raise said
        return _renamed(said, self.columns)


def _renamed(said: InvalidInput, columns: Mapping[str, str]) -> InvalidInput:
    return InvalidInput({columns.get(name, name): told for name, told in said.faults.items()})


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
        self._elsewhere: dict[int, bool] = {}  # person: engaged, and in no house of the actor's
        self._codes: dict[str, Person | None] = {}  # by the code of an identity number
        self._considered: set[tuple[int, int]] = set()  # person, house
        self._numbers: list[int] = []  # drawn for people who are to be written
        self._record, self._columns = 0, dict[str, str]()
        self._pending: list[_Pending] = []
        self._candidacies: list[Candidacy] = []
        self._phones: list[Person] = []
        self._groups: dict[tuple[int, str], int] = {}
        self._faults: dict[int, InvalidInput] = {}
        self._weeks: dict[tuple[int, date], RosterWeek] = {}  # locked

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

    def expect(self, public_ids: Iterable[str]) -> None:
        """Read together those whom the next records are about, as far as they are the actor's."""
        missing = set(public_ids) - self._people.keys()
        found = people_visible_to(self.actor, *MAY_KEEP_STAFF).filter(public_id__in=missing)
        new = {str(person.public_id): person for person in found.order_by("pk")}
        self._people |= new
        self._know([person.pk for person in new.values()])

    def expect_numbers(self, codes: Iterable[str]) -> list[int]:
        """Read together who bears the identity numbers of the next records, by their codes.

        Returns the ids of those who are known already.
        """
        missing = set(codes) - self._codes.keys()
        found = {one.identity_code: one for one in Person.objects.filter(identity_code__in=missing)}
        self._codes |= {code: found.get(code) for code in missing}
        known = [one.pk for one in found.values()]
        pairs = Candidacy.objects.filter(person_id__in=known).values_list("person", "facility")
        self._considered.update(pairs)
        self._know(known)
        return known

    def _know(self, ids: Sequence[int]) -> None:
        unknown = [pk for pk in ids if pk not in self._facts]
        if not unknown:
            return
        self._facts |= hiring_facts(unknown)
        today = day_in_shanghai(self.now)
        elsewhere = engaged_elsewhere(self.actor, unknown, *MAY_KEEP_STAFF, today=today)
        self._elsewhere |= {pk: pk in elsewhere for pk in unknown}

    def bearer(self, code: str) -> Person | None:
        """Who bears an identity number, by its code."""
        if code not in self._codes:
            self.expect_numbers([code])
        return self._codes[code]

    def is_elsewhere(self, person: Person) -> bool:
        """Whether others engage somebody, and no house of the actor's does."""
        if person.pk not in self._elsewhere:
            self._know([person.pk])
        return self._elsewhere.get(person.pk, False)

    def number(self) -> int:
        """Draw the number of somebody new, so that what is theirs can be said before they stand."""
        if not self._numbers:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                    ["staff_person", "id", _NUMBERS_AT_ONCE],
                )
                self._numbers = [number for (number,) in cursor.fetchall()][::-1]
        return self._numbers.pop()

    def registered(self, person: Person, *, is_new: bool) -> None:
        """Somebody is before a house of the actor's now; of who is new nothing is known yet."""
        self._people[str(person.public_id)] = person
        if is_new:
            self._codes[person.identity_code] = person
            self._facts[person.pk] = PersonFacts(person.pk, str(person.public_id), person.name)
            self._elsewhere[person.pk] = False

    def considers(self, person: Person, facility_id: int) -> bool:
        """Whether a house has somebody's papers before it."""
        return (person.pk, facility_id) in self._considered

    def consider(self, candidacy: Candidacy) -> None:
        """A house is to have somebody's papers before it."""
        self._considered.add((candidacy.person_id, candidacy.facility_id))
        self._candidacies.append(candidacy)

    def group(self, house: House, public_id: str) -> int:
        """The id of a group of a house. :raises NotFound: when it has none such."""
        if (house.id, public_id) not in self._groups:
            self._groups[house.id, public_id] = group_in(house.id, public_id)
        return self._groups[house.id, public_id]

    def week(self, house: House, monday: date, open_it: Callable[[], RosterWeek]) -> RosterWeek:
        """The week of a house, locked; its board counts as changed when everything stands."""
        if (house.id, monday) not in self._weeks:
            self._weeks[house.id, monday] = open_it()
        return self._weeks[house.id, monday]

    def phoned(self, person: Person) -> None:
        """Somebody's number was changed and is to be written."""
        self._phones.append(person)

    # --- rows that are written together -----------------------------------------------------------
    def about(self, record: int) -> None:
        """What follows is about this record."""
        self._record = record

    def drop(self, record: int) -> None:
        """A record is at fault: nothing of it is written."""
        self._pending = [one for one in self._pending if one.record != record]

    @contextmanager
    def named(self, **columns: str) -> Iterator[None]:
        """What verbs say of their fields, at once or when a row is written, is said of columns."""
        self._columns = columns
        try:
            yield
        except InvalidInput as said:
            raise _renamed(said, columns) from None
        finally:
            self._columns = {}

    def add(self, row: models.Model, said: Callable[[IntegrityError], Exception]) -> None:
        """A row is to be written."""
        self._pending.append(_Pending(self._record, row, said, self._columns))

    def write(self) -> dict[int, InvalidInput]:
        """Write what was put off, a statement a table; what constraints say, by record."""
        pending, self._pending = self._pending, []
        try:
            with transaction.atomic():
                for model, rows in _by_model(pending).items():
                    models.QuerySet[models.Model](model).bulk_create(rows)
        except IntegrityError:
            self._faults |= _one_by_one(pending)
        if not self._faults:
            # Two who register somebody in a house at once have done the same thing.
            Candidacy.objects.bulk_create(self._candidacies, ignore_conflicts=True)
            Person.objects.bulk_update(self._phones, ["phone"])
        self._candidacies, self._phones = [], []
        return self._faults

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
        RosterWeek.objects.filter(pk__in=[week.pk for week in self._weeks.values()]).update(
            revision=F("revision") + 1
        )
        return sorted({*broken, *self._recount()})

    def _recount(self) -> list[int]:
        causes = set(self._touched.values())
        return recount_people(
            sorted(self._touched),
            cause=causes.pop() if len(causes) == 1 else "brought_in",
            actor_id=self.actor.user_id,
            now=self.now,
        )


def _by_model(pending: Iterable[_Pending]) -> dict[type[models.Model], list[models.Model]]:
    found: dict[type[models.Model], list[models.Model]] = {}
    for one in pending:
        found.setdefault(type(one.row), []).append(one.row)
    return found


def _one_by_one(pending: Iterable[_Pending]) -> dict[int, InvalidInput]:
    """Write rows that do not all stand together, to hear of each what is against it."""
    faults: dict[int, InvalidInput] = {}
    for one in pending:
        if one.record in faults:
            continue
        try:
            with transaction.atomic():
                one.row.save(force_insert=True)
        except IntegrityError as error:
            faults[one.record] = one.fault(error)
    return faults


def record_person(
    what: str,
    person: Person,
    actor: Actor,
    now: datetime,
    batch: Batch | None = None,
    **data: Any,
) -> None:
    """Write down in the audit what became of somebody; as a row of a batch, with the others."""
    record = batch.record if batch is not None else audit.record
    record(
        kind=f"staff.person.{what}",
        actor_id=actor.user_id,
        at=now,
        subject=f"person:{person.public_id}",
        data=data,
    )
