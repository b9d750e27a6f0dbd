"""Every look at somebody's passport leaves a trace; reading is all that a GET may write down."""

from datetime import datetime

from accounts.types import Actor
from audit import services as audit


def record_look(*, person: str, actor: Actor, now: datetime) -> None:
    """Write down who read whose papers. The caller has been shown them."""
    audit.record(
        kind="staff.person.seen", actor_id=actor.user_id, at=now, subject=f"person:{person}"
    )
