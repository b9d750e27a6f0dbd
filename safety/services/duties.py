"""Opening the duties that a leaf of the tree answers with."""

from collections.abc import Sequence
from datetime import datetime

from accounts.selectors import holders_of
from accounts.types import Role
from common.intervals import day_in_shanghai
from notifications import services as notifications
from notifications.types import Notice
from regulations import messages as law_words
from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.selectors import law_book
from regulations.types import Limit
from safety import messages, notices
from safety.models import Incident, IncidentDuty
from safety.rules.incidents import Duty, due_at
from safety.selectors.duties import ON_THE_PORTAL
from safety.selectors.houses import House
from safety.types import RESTRICTED_READERS, Recipient


def open_duties(
    incident: Incident, duties: Sequence[Duty], house: House, *, since: datetime, now: datetime
) -> None:
    """Write down who must be told by when, and open the inboxes of those who read here.

    Those who must be told already keep their clock.
    """
    there = set(incident.duties.values_list("recipient", flat=True))
    law = law_book()
    told: list[Notice] = []
    for duty in duties:
        if duty.recipient.value in there:
            continue
        people = _people(incident, duty.recipient, house, now)
        row = _write(incident, duty, house, law, since, now, len(people))
        if not incident.is_restricted:
            told += notices.reported(incident, row, house.name, people, now=now)
    notifications.queue(told, now=now)


def _people(incident: Incident, recipient: Recipient, house: House, now: datetime) -> list[int]:
    roles = ON_THE_PORTAL.get(recipient, ())
    if incident.is_restricted:
        roles = RESTRICTED_READERS if recipient is Recipient.EDUCATION else ()
    return holders_of(*roles, at=house.place, today=day_in_shanghai(now)) if roles else []


def _write(
    incident: Incident, duty: Duty, house: House, law: LawBook, since: datetime, now: datetime,
    inboxes: int,
) -> IncidentDuty:  # fmt: skip
    clock = _limit(duty.clock, house, law, now)
    return IncidentDuty.objects.create(
        incident=incident,
        recipient=duty.recipient,
        due_at=due_at(since, clock),
        clock=duty.clock,
        law=duty.law or "",
        basis=_basis(clock, _limit(duty.law, house, law, now) if duty.law else None, since),
        notices=inboxes,
    )


def _limit(key: LimitKey, house: House, law: LawBook, now: datetime) -> Limit:
    limit = law.limit(key, jurisdiction=house.district, care_on=day_in_shanghai(now))
    if limit is None:
        raise LookupError(f"Nothing is stated on {key}: load the law first.")
    return limit


def _basis(clock: Limit, law: Limit | None, since: datetime) -> dict[str, str]:
    """The clock and its clause as they read on that day."""
    minutes = int((due_at(since, clock) - since).total_seconds() // 60)
    said = law or clock
    return {
        "clock": messages.clock_words(minutes),
        "source": law_words.source(said),
        "article": said.clause.article,
        "quote": said.clause.quote,
        "law": "" if law is None or law is clock else law_words.source(clock),
    }


def people_in_charge(house: House, now: datetime) -> list[int]:
    """The house's own person in charge."""
    return holders_of(Role.PERSON_IN_CHARGE, at=house.place, today=day_in_shanghai(now))
