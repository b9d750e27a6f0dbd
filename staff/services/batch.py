"""What follows from rows that were written: once, whether there was one row or five thousand.

A verb that brings in one paper settles at once. An import hands its batch to every verb and settles
when the last row stands: people are locked in their order, what must hold under the lock is judged
again, and sessions are counted once.
"""

from datetime import date, datetime

from accounts.types import Actor
from common.refusals import Refused
from regulations.rules import LawBook
from regulations.selectors import law_book
from staff import rules
from staff.messages import CANNOT_HIRE
from staff.selectors.access import MAY_KEEP_STAFF, lock_people
from staff.selectors.facts import hiring_facts
from staff.selectors.roster import House, house_for
from staff.services.recount import recount_people
from staff.services.withdraw import dismiss


class Batch:
    """Rows that belong together: what they share is read once, what follows is done once."""

    def __init__(self, actor: Actor, now: datetime) -> None:
        self.actor, self.now = actor, now
        self._houses: dict[str, House] = {}
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

    def judge_hiring(self, person_id: int, district: str, day: date) -> None:
        """Judge whether somebody may work. :raises Refused: with every verdict against it."""
        judged = rules.hiring_verdicts(
            hiring_facts(person_id), day=day, district=district, law=self.law
        )
        if short := [one for one in judged if not one.allows]:
            raise Refused(short, title=CANNOT_HIRE)

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
        for (person_id, district), day in sorted(self._hired.items()):
            self.judge_hiring(person_id, district, day)
        broken = [
            session
            for person_id, reason in sorted(self._dismissed.items())
            for session in dismiss(person_id, reason, actor=self.actor, now=self.now)
        ]
        return sorted({*broken, *self._recount()})

    def _recount(self) -> list[int]:
        causes = set(self._touched.values())
        return recount_people(
            sorted(self._touched),
            cause=causes.pop() if len(causes) == 1 else "brought_in",
            actor_id=self.actor.user_id,
            now=self.now,
        )
