"""What every change to a child begins and ends with: the held child, and the trace."""

from datetime import datetime
from typing import Any

from accounts.types import Actor
from audit import services as audit
from families.selectors.children import child_for, lock_children
from families.types import ChildRow, GuardianRight


def held_child(
    actor: Actor, child: object, *, right: GuardianRight = GuardianRight.FULL
) -> ChildRow:
    """Come through the door, lock the child, and look again: the right may just have ended.

    :raises NotFound: as `child_for`.
    :raises PermissionDenied: as `child_for`.
    """
    lock_children([child_for(actor, child, right=right).id])
    return child_for(actor, child, right=right)


def trace(
    kind: str, *, actor: Actor, child: ChildRow, now: datetime, subject: str = "", **data: Any
) -> None:
    """Leave the audit event of a change to a child, in its transaction."""
    audit.record(
        kind=kind,
        actor_id=actor.user_id,
        at=now,
        subject=subject or f"child:{child.public_id}",
        child_id=child.id,
        data=data,
    )
