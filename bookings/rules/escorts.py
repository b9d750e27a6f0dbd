"""Who is meant by what was chosen, typed or sent: a guardian, a pick-up, somebody else. Pure."""

import re
from collections.abc import Sequence
from typing import Protocol

from bookings.messages import Remedy
from bookings.types import Escort, EscortKind

_CODE = re.compile(r"[0-9]{6}")
LONGEST_NAME = 60


class Known(Protocol):
    """Somebody on the child's list; `families.selectors.Collector` is one."""

    @property
    def ref(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def relation(self) -> str: ...
    @property
    def is_guardian(self) -> bool: ...


def escort_who_brings(said: str, known: Sequence[Known]) -> Escort:
    """Who brought the child. Anybody may bring one; who is not on the list is written as said."""
    found = _found(said, known)
    return as_escort(found) if found else Escort(EscortKind.OTHER, said.strip()[:LONGEST_NAME])


def as_escort(known: Known) -> Escort:
    """Somebody of the list as written down: 王芳（妈妈）."""
    kind = EscortKind.GUARDIAN if known.is_guardian else EscortKind.PICKUP
    name = f"{known.name}（{known.relation}）" if known.relation else known.name
    return Escort(kind, name[:LONGEST_NAME], known.ref)


def who_collects(said: str, known: Sequence[Known], barred: Sequence[Known]) -> Escort | Remedy:
    """Who is meant to take the child home: somebody of the list, or why not.

    A name is only taken where exactly one person of the list bears it.
    """
    if not said.strip():
        return Remedy.COLLECTOR_MISSING
    found = _found(said, known)
    if found:
        return as_escort(found)
    return Remedy.COLLECTOR_ENDED if _found(said, barred) else Remedy.COLLECTOR_UNKNOWN


def is_code(said: str) -> bool:
    """Whether this looks like a one-time code: six digits."""
    return _CODE.fullmatch("".join(said.split())) is not None


def _found(said: str, known: Sequence[Known]) -> Known | None:
    wanted = said.strip()
    if not wanted:
        return None
    meant = [one for one in known if wanted in (one.ref, one.name)]
    return meant[0] if len(meant) == 1 else None
