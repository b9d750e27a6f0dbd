"""Every look at an incident leaves a trace; reading is the one thing a GET may write down."""

from datetime import datetime

from accounts.types import Actor
from audit import services as audit
from safety.models import Incident
from safety.selectors.incidents import incident_row_for


def record_look(*, incident: str, actor: Actor, now: datetime) -> None:
    """Write down who read which incident, in the trail of each child that it touches.

    Of suspected harm no child's trail speaks: who is suspected may be the one who reads it.
    """
    found = incident_row_for(actor, incident)
    children: list[int | None] = [] if found.is_restricted else [*_children(found)]
    for child in children or [None]:
        audit.record(
            kind="safety.incident.seen",
            actor_id=actor.user_id,
            at=now,
            subject=f"incident:{found.public_id}",
            child_id=child,
            data={"role": _role(actor)},
        )


def _children(found: Incident) -> list[int]:
    return list(found.children.order_by("child_id").values_list("child_id", flat=True))


def _role(actor: Actor) -> str:
    return next((grant.role.value for grant in actor.grants), "")
