"""Reporting an incident: the tree is asked, the clocks start, the inboxes open."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.selectors import holders_of
from accounts.types import Actor
from audit import services as audit
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput
from facilities.selectors.access import facility_for
from notifications import services as notifications
from safety import messages, notices
from safety.models import Incident, IncidentChild
from safety.rules.incidents import Leaf, decide
from safety.selectors.houses import House, house_of
from safety.selectors.incidents import child_ids
from safety.services.duties import open_duties
from safety.types import (
    REPORTERS,
    RESTRICTED_READERS,
    IncidentFacts,
    IncidentKind,
    NewIncident,
)

_NO_LONGER_AGO = timedelta(days=366)


def report_incident(
    *, facility: str, incident: NewIncident, key: str = "", actor: Actor, now: datetime
) -> str:
    """Take down what happened in a house (public id), and start the clocks; its public id.

    `key` is a UUID of the form that was sent: the same form sent twice is one incident.

    :raises NotFound: when the actor may not report of this house.
    :raises InvalidInput: when the moment is to come, or a child is not there.
    """
    place = facility_for(actor, facility, *REPORTERS)
    name = _as_uuid(key)
    if name and _is_known(name, actor):
        return str(name)
    try:
        with transaction.atomic():
            return _report(house_of(place.pk), incident, name, actor, now)
    except IntegrityError:
        # The same form came twice at once, or with somebody else's key.
        if name is None or not Incident.objects.filter(public_id=name).exists():
            raise
        if not _is_known(name, actor):
            raise InvalidInput(messages.SEND_AGAIN) from None
        return str(name)


def _is_known(name: uuid.UUID, actor: Actor) -> bool:
    return Incident.objects.filter(public_id=name, reported_by_id=actor.person).exists()


def _as_uuid(key: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(key)
    except ValueError:
        return None


def _report(
    house: House, said: NewIncident, name: uuid.UUID | None, actor: Actor, now: datetime
) -> str:
    _judge_moment(said.happened_at, now)
    children = _children(said.children)
    facts = replace(said.facts, people=max(said.facts.people, len(children)))
    leaf = decide(facts)
    row = _write(house, said, facts, leaf, name, actor, now)
    IncidentChild.objects.bulk_create(
        IncidentChild(incident=row, child_id=child) for child in children
    )
    open_duties(row, leaf.duties, house, since=row.happened_at, now=now)
    _tell_leads(row, house, now)
    _record(row, leaf, children, actor, now)
    return str(row.public_id)


def _judge_moment(happened_at: datetime, now: datetime) -> None:
    if happened_at > now:
        raise InvalidInput({"happened_at": [messages.IN_THE_FUTURE]})
    if happened_at < now - _NO_LONGER_AGO:
        raise InvalidInput({"happened_at": [messages.TOO_LONG_AGO]})


def _children(public_ids: Sequence[str]) -> list[int]:
    found = child_ids(public_ids)
    if len(found) != len(set(public_ids)):
        raise InvalidInput({"children": [messages.NO_SUCH_CHILD]})
    return [pk for pk, _ in found]


def _write(
    house: House, said: NewIncident, facts: IncidentFacts, leaf: Leaf, name: uuid.UUID | None,
    actor: Actor, now: datetime,
) -> Incident:  # fmt: skip
    named = {"public_id": name} if name else {}
    return Incident.objects.create(
        **named,
        facility_id=house.id,
        kind=facts.kind,
        is_restricted=facts.kind is IncidentKind.SUSPECTED_HARM,
        happened_at=said.happened_at,
        reported_at=now,
        reported_by_id=actor.person,
        grade=leaf.grade,
        facts=answers(facts),
        leaf=leaf.name,
        what_happened=said.what_happened.strip(),
        what_was_done=said.what_was_done.strip(),
        who=said.who.strip(),
    )


def answers(facts: IncidentFacts) -> dict[str, object]:
    """The answers to the tree's questions, to be kept."""
    return {"severity": facts.severity.value, "goes_on": facts.goes_on, "people": facts.people}


def _tell_leads(row: Incident, house: House, now: datetime) -> None:
    if row.is_restricted:
        leads = holders_of(*RESTRICTED_READERS, at=house.place, today=day_in_shanghai(now))
        notifications.queue(notices.restricted(row, leads, now=now), now=now)


def _record(
    row: Incident, leaf: Leaf, children: Sequence[int], actor: Actor, now: datetime
) -> None:
    # Of suspected harm no child's trail speaks: who is suspected may be the one who reads it.
    named: Sequence[int | None] = [None] if row.is_restricted or not children else children
    for child in named:
        audit.record(
            kind="safety.incident.reported",
            actor_id=actor.user_id,
            at=now,
            subject=f"incident:{row.public_id}",
            child_id=child,
            data={"leaf": leaf.name, "grade": leaf.grade.value},
        )
