"""What the people of a house must know of a child at its door. Whoever asks leaves a trace."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from common.refusals import NotFound
from families import messages
from families.models import AuthorizedPickup, Child, Guardian
from families.selectors.children import child_facts
from families.types import ChildFacts, ConsentPurpose, GuardianRight, Relation

_NONE_DECLARED = "无"


@dataclass(frozen=True, slots=True)
class Collector:
    """Somebody who brings or collects the child: a guardian, or whom one named."""

    ref: str  # the public id of the guardian's user, or of the pick-up
    name: str
    relation: str  # in people's words
    phone: str
    is_guardian: bool


@dataclass(frozen=True, slots=True)
class DoorChild:
    """A child before the door. Allergies only where a guardian agreed that they are shown."""

    facts: ChildFacts
    called: str
    allergies: str = field(repr=False)  # '' where none was declared
    medical_history: str = field(repr=False)
    collectors: tuple[Collector, ...]  # who may collect
    barred: tuple[Collector, ...]  # who might once, and may no more


@dataclass(frozen=True, slots=True)
class FoundFamily:
    """A guardian and a child, found by the guardian's number and the child's name."""

    guardian_id: int
    child_id: int
    child: str  # public id
    child_name: str


def at_the_door(child_id: int, *, subdistrict_id: int, today: date) -> DoorChild:
    """A child's papers, dangers and people. The caller has seen that the child belongs here."""
    child = Child.objects.get(pk=child_id)
    guardians = _guardians_of(child_id)
    facts = _facts_of(child, guardians, subdistrict_id, today)
    may_show = ConsentPurpose.HEALTH not in facts.consents_missing
    collectors, barred = _collectors(child_id, guardians)
    return DoorChild(
        facts=facts,
        called=child.nickname or child.name,
        allergies=_declared(child.allergies) if may_show else "",
        medical_history=_declared(child.medical_history) if may_show else "",
        collectors=collectors,
        barred=barred,
    )


def _declared(text: Any) -> str:
    said = str(text).strip()
    return "" if said == _NONE_DECLARED else said


def _guardians_of(child_id: int) -> list[Guardian]:
    everybody = Guardian.objects.filter(child_id=child_id).select_related("user")
    return list(everybody.order_by("since", "pk"))


def _facts_of(
    child: Child, guardians: list[Guardian], subdistrict_id: int, today: date
) -> ChildFacts:
    # A child always keeps one guardian with the full right; through that one its facts are read.
    full = next(g for g in guardians if g.ended_at is None and g.right == GuardianRight.FULL)
    found = child_facts(
        actor_id=full.user_id,
        child_public_ids=[str(child.public_id)],
        subdistrict_id=subdistrict_id,
        today=today,
    )
    return found[str(child.public_id)]


def _collectors(
    child_id: int, guardians: list[Guardian]
) -> tuple[tuple[Collector, ...], tuple[Collector, ...]]:
    """Who may collect, and who no longer may.

    Whose standing has ended does not come back through the list of pick-ups, unless somebody
    named them again after that.
    """
    standing = {g.user_id for g in guardians if g.ended_at is None}
    ended: dict[int, Guardian] = {g.user_id: g for g in guardians if g.user_id not in standing}
    ended_at = {g.user.phone: g.ended_at for g in ended.values()}
    may = [_guardian(g) for g in guardians if g.ended_at is None]
    barred = [_guardian(g) for g in ended.values()]
    named = AuthorizedPickup.objects.filter(child_id=child_id).order_by("pk")
    for one in named:
        if one.ended_at is None and not _is_barred(one, ended_at):
            may.append(_pickup(one))
        elif one.ended_at is None:
            barred.append(_pickup(one))
    return tuple(may), tuple(barred)


def _is_barred(pickup: AuthorizedPickup, ended_at: dict[str | None, datetime | None]) -> bool:
    ended = ended_at.get(pickup.phone)
    return ended is not None and pickup.named_at <= ended


def _guardian(guardian: Guardian) -> Collector:
    return Collector(
        ref=str(guardian.user.public_id),
        name=guardian.user.name or messages.SOMEBODY,
        relation=str(messages.RELATIONS[Relation(guardian.relation)]),
        phone=guardian.user.phone or "",
        is_guardian=True,
    )


def _pickup(pickup: AuthorizedPickup) -> Collector:
    return Collector(
        str(pickup.public_id), pickup.name, pickup.relation, pickup.phone, is_guardian=False
    )


def family_by_phone(phone: str, child_name: str) -> FoundFamily:
    """The child of this name whose guardian has this very number, proven to be theirs.

    :raises NotFound: when either is not so; which of them is not told.
    """
    standing = Guardian.objects.filter(
        user__phone=phone, user__phone_verified_at__isnull=False, ended_at__isnull=True
    ).select_related("child")
    for guardian in standing.defer(*_SEALED).order_by("pk"):
        if child_name and child_name in (guardian.child.name, guardian.child.nickname):
            child = guardian.child
            return FoundFamily(guardian.user_id, child.pk, str(child.public_id), child.name)
    raise NotFound


_SEALED = ("child__identity_number", "child__allergies", "child__medical_history")


def stands_fully_with(user_id: int, child_id: int) -> bool:
    """Whether somebody has the full right over a child today."""
    return Guardian.objects.filter(
        child_id=child_id, user_id=user_id, right=GuardianRight.FULL, ended_at__isnull=True
    ).exists()
