"""Rosters, sick calls and bookings from many threads, each acknowledgement written down at once.

Run in a process of its own, on the database that DATABASE_URL names:

    python -m tests.faults.load world           make houses, people and families
    python -m tests.faults.load run ACKS SEED   change things until the database is away
    python -m tests.faults.load check ACKS      print as JSON what was acknowledged and is lost
"""

import json
import os
import random
import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import DatabaseError, InterfaceError, connection  # noqa: E402

from accounts.types import Actor  # noqa: E402
from audit.models import AuditEvent  # noqa: E402
from bookings import services as bookings  # noqa: E402
from bookings.models import Booking  # noqa: E402
from bookings.types import BookingRequest, ChildRequest  # noqa: E402
from common.invariants import findings  # noqa: E402
from common.refusals import InvalidInput, Refused  # noqa: E402
from facilities.models import CareSession, Facility  # noqa: E402
from families.models import Child, Guardian  # noqa: E402
from regulations import services as regulations  # noqa: E402
from staff import services as staff  # noqa: E402
from staff.models import Leave, Person, Shift  # noqa: E402
from staff.types import ShiftRequest, ShiftState, StaffRole  # noqa: E402
from tests.bookings.situations import NOW  # noqa: E402
from tests.bookings.worlds import many_parents, ready_children  # noqa: E402
from tests.facilities.factories import make_group, make_house, make_session  # noqa: E402
from tests.facilities.people import operator_of  # noqa: E402
from tests.staff.factories import make_caregiver, make_lead, stretch  # noqa: E402

HOUSES, WEEKS, DAYS, FAMILIES, THREADS = 6, 5, 3, 400, 8
MONDAY = (NOW + timedelta(days=1)).date()
AWAY = (DatabaseError, InterfaceError)


def world() -> None:
    """Houses with a lead, three caregivers and an hour a day; and families without a booking."""
    call_command("migrate", verbosity=0)
    regulations.load(now=datetime(2026, 1, 1, tzinfo=UTC))
    house = None
    for _ in range(HOUSES):
        house = make_house(**({"subdistrict": house.subdistrict} if house else {}))
        group = make_group(house)
        make_lead(house)
        for _ in range(3):
            make_caregiver(house)
        for week in range(WEEKS):
            for day in range(DAYS):
                on = MONDAY + timedelta(weeks=week, days=day)
                for hour in (9, 10):
                    make_session(group, day=on, hour=hour, now=NOW, places=20, counted_staff=2)
    assert house is not None
    ready_children(many_parents(FAMILIES), house.subdistrict)


class Loader:
    """What one thread does until the database is away."""

    def __init__(self, seed: int, write: Callable[[dict[str, Any]], None]) -> None:
        self.random = random.Random(seed)
        self.number = seed
        self.write = write

    def work(self) -> None:
        ways = (self.roster, self.roster, self.sick, self.book, self.book, self.book)
        while self.is_there():
            try:
                self.random.choice(ways)()
            except (Refused, InvalidInput):
                continue  # an answer too; nothing to remember
            except AWAY as trouble:  # the end, or a lock that was not had in time
                self.write({"what": "trouble", "said": f"{type(trouble).__name__}: {trouble}"})
        connection.close()

    def is_there(self) -> bool:
        """Whether the database still answers."""
        try:
            connection.close_if_unusable_or_obsolete()
            connection.ensure_connection()
        except AWAY:
            return False
        return True

    def roster(self) -> None:
        """Put a week's shifts on a board, more each time, and publish it."""
        house = self.random.choice(Facility.objects.select_related("subdistrict__district"))
        group = house.care_groups.get()
        monday = MONDAY + timedelta(weeks=self.random.randrange(WEEKS))
        operator = operator_of(house.subdistrict)
        people = list(Person.objects.filter(employments__facility=house).distinct().order_by("pk"))
        lead, *carers = people
        wanted = [(lead, StaffRole.PERSON_IN_CHARGE)]
        wanted += [(one, StaffRole.CAREGIVER) for one in self.random.sample(carers, 2)]
        for day in range(DAYS):
            hours = stretch(monday + timedelta(days=day), 9, 11)
            for person, role in wanted:
                shift = ShiftRequest(
                    person=str(person.public_id),
                    care_group=str(group.public_id) if role is StaffRole.CAREGIVER else "",
                    role=role,
                    starts_at=hours.starts_at,
                    ends_at=hours.ends_at,
                    rest_starts_at=None,
                    rest_ends_at=None,
                )
                with suppress(Refused, InvalidInput):  # there already, or on leave
                    staff.put_shift(
                        facility=str(house.public_id), monday=monday, shift=shift,
                        actor=operator, now=NOW,
                    )  # fmt: skip
        published = staff.publish_week(
            facility=str(house.public_id), monday=monday, actor=operator, now=NOW
        )
        self.write(
            {"what": "roster", "house": str(house.public_id), "monday": str(monday),
             "shifts": published.shifts}
        )  # fmt: skip

    def sick(self) -> None:
        """A caregiver calls in sick for a morning."""
        leads = Person.objects.filter(employments__role=StaffRole.PERSON_IN_CHARGE)
        person = self.random.choice(Person.objects.exclude(pk__in=leads))
        house = person.employments.order_by("pk").first().facility
        day = MONDAY + timedelta(days=self.random.randrange(7 * WEEKS))
        hours = stretch(day, 8, 12)
        called = bookings.sick_call(
            person=str(person.public_id), starts_at=hours.starts_at, until=hours.ends_at,
            actor=operator_of(house.subdistrict), now=NOW,
        )  # fmt: skip
        self.write({"what": "sick", "leave": called.leave})

    def book(self) -> None:
        """A family books an hour."""
        child = self.random.choice(Child.objects.all()[:FAMILIES])
        guardian = Guardian.objects.filter(child=child).values_list("user_id", flat=True)[0]
        session = self.random.choice(CareSession.objects.all())
        self.number += 1000
        wish = ChildRequest(str(child.public_id), (str(session.public_id),))
        [booking] = bookings.place_booking(
            request=BookingRequest(children=(wish,), idempotency_key=f"load-{self.number}"),
            actor=Actor(user_id=guardian),
            now=NOW,
        )
        self.write({"what": "booking", "id": str(booking.public_id), "hours": 1})


def run(acks: Path, seed: int) -> None:
    """Change things from many threads until the database is away."""
    out = os.open(acks, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def write(acknowledged: dict[str, Any]) -> None:
        os.write(out, json.dumps(acknowledged).encode() + b"\n")

    loaders = [Loader(seed * 100 + number, write) for number in range(THREADS)]
    threads = [threading.Thread(target=loader.work) for loader in loaders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def check(acks: Path) -> None:
    """Say what was acknowledged and is not there, and which invariants do not hold."""
    said = [json.loads(line) for line in acks.read_text().splitlines()]
    seen: Counter[tuple[str, ...]] = Counter()
    lost = []
    for one in said:
        key = (one["what"], str(one.get("house")), str(one.get("monday")))
        if not _is_there(one, seen[key]):
            lost.append(one)
        seen[key] += 1
    broken = [one.invariant.name for one in findings(now=NOW) if not one.holds]
    print(json.dumps({"acknowledged": len(said), "lost": lost, "broken": broken}))


def _times_published(one: dict[str, Any]) -> int:
    told = AuditEvent.objects.filter(
        kind="staff.roster.published", subject=f"facility:{one['house']}"
    )
    return told.filter(data__monday=one["monday"]).count()


def _is_there(one: dict[str, Any], nth: int) -> bool:
    """Whether what was acknowledged is there; `nth`: how often the same was before it."""
    match one["what"]:
        case "roster":
            # The board only grows here: what was published then is among what is published now.
            shifts = Shift.objects.filter(
                week__facility__public_id=one["house"], week__monday=one["monday"],
                week__published_at__isnull=False, state=ShiftState.PUBLISHED,
            )  # fmt: skip
            return shifts.count() >= one["shifts"] and _times_published(one) > nth
        case "trouble":
            return True
        case "sick":
            return Leave.objects.filter(public_id=one["leave"]).exists()
        case _:
            found = Booking.objects.filter(public_id=one["id"]).first()
            return found is not None and found.hours.count() == one["hours"]


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["world"]:
            world()
        case ["run", where, seed_of_the_round]:
            run(Path(where), int(seed_of_the_round))
        case ["check", where]:
            check(Path(where))
        case unknown:
            sys.exit(f"no such thing to do: {unknown}")
