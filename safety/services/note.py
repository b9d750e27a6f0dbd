"""Adding to an incident what was learned later."""

from datetime import datetime

from django.db import transaction

from accounts.types import Actor
from audit import services as audit
from safety.models import Incident, IncidentNote
from safety.rules.incidents import decide, graver
from safety.selectors.houses import house_of
from safety.selectors.incidents import grade_of, incident_row_for, latest_facts, lock_incident
from safety.services.duties import open_duties
from safety.services.report import answers
from safety.types import Grade, IncidentFacts, Severity


@transaction.atomic
def add_note(
    *, incident: str, text: str, severity: Severity | None = None, goes_on: bool | None = None,
    people: int | None = None, actor: Actor, now: datetime,
) -> None:  # fmt: skip
    """Add what was learned later; with other answers the tree is asked again.

    Whoever must be told because of it gets a clock from now on; the grade only gets graver.

    :raises NotFound: when the incident (public id) is not the actor's to write in.
    """
    found = incident_row_for(actor, incident, writing=True)
    lock_incident(found.pk)
    before = latest_facts(found, found.notes.order_by("pk"))
    after = IncidentFacts(
        kind=before.kind,
        severity=before.severity if severity is None else severity,
        goes_on=before.goes_on if goes_on is None else goes_on,
        people=before.people if people is None else people,
    )
    grade = _ask_again(found, after, now) if after != before else None
    IncidentNote.objects.create(
        incident=found,
        at=now,
        by_id=actor.person,
        text=text.strip(),
        facts=answers(after) if after != before else {},
        grade=grade or "",
    )
    audit.record(
        kind="safety.incident.added_to",
        actor_id=actor.user_id,
        at=now,
        subject=f"incident:{found.public_id}",
        data={"grade": grade or ""},
    )


def _ask_again(found: Incident, facts: IncidentFacts, now: datetime) -> Grade | None:
    """Open what duties the new answers add; the grade where it got graver."""
    leaf, before = decide(facts), grade_of(found)
    open_duties(found, leaf.duties, house_of(found.facility_id), since=now, now=now)
    after = graver(before, leaf.grade)
    return after if after is not before else None
