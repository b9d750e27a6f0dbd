"""Every look at a child's papers leaves a trace; reading is the one thing a GET may write down."""

from datetime import datetime

from accounts.types import Actor
from audit import services as audit
from families.types import Page


def record_look(
    *, actor: Actor, now: datetime, child_id: int, child: str, page: Page, role: str = ""
) -> None:
    """Write down who saw which paper of a child (its row and its public id), in which role."""
    audit.record(
        kind="families.child.seen",
        actor_id=actor.user_id,
        at=now,
        subject=f"child:{child}",
        child_id=child_id,
        data={"page": page.value, "role": role or "guardian"},
    )
