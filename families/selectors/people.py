"""The people around a child: guardians, invitations, pick-ups, and the 街镇 to live in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.phones import masked
from accounts.types import Actor
from common.refusals import NotFound
from families import rules
from families.models import AuthorizedPickup, Child, Guardian, Invitation
from families.selectors.children import as_uuid, id_of
from families.types import (
    ChildRow,
    GuardianRight,
    GuardianRow,
    InvitationRow,
    PickupRow,
    Relation,
    SubdistrictRow,
)


@dataclass(frozen=True, slots=True)
class Phone:
    """A person's own number."""

    number: str
    is_verified: bool


def phone_of(actor: Actor) -> Phone:
    """The number by which somebody may be invited; '' when there is none."""
    columns = ("phone", "phone_verified_at")
    found = get_user_model().objects.filter(pk=id_of(actor)).values_list(*columns).first()
    number, verified_at = found or (None, None)
    return Phone(number or "", is_verified=verified_at is not None)


def guardians_of(child: ChildRow, actor: Actor) -> list[GuardianRow]:
    """The people who stand with the child today, the first one first."""
    standing = Guardian.objects.filter(child_id=child.id, ended_at__isnull=True)
    return [
        GuardianRow(
            user=str(guardian.user.public_id),
            name=guardian.user.name,
            phone_end=(guardian.user.phone or "")[-4:],
            relation=Relation(guardian.relation),
            right=GuardianRight(guardian.right),
            since=guardian.since,
            is_me=guardian.user_id == actor.user_id,
        )
        for guardian in standing.select_related("user").order_by("since", "pk")
    ]


_INVITATION = {
    "child_name": F("child__name"),
    "invited_by_name": F("invited_by__name"),
}


def standing_invitations(*, now: datetime) -> QuerySet[Invitation]:
    """Invitations that may still be accepted: not too old, and the inviter's full right stands."""
    inviter = Guardian.objects.filter(
        child_id=OuterRef("child_id"),
        user_id=OuterRef("invited_by_id"),
        right=GuardianRight.FULL,
        ended_at__isnull=True,
    )
    lately = now - rules.INVITATION_GOOD_FOR
    waiting = Invitation.objects.filter(ended_at__isnull=True, invited_at__gt=lately)
    return waiting.filter(Exists(inviter))


def open_invitations_of(child: ChildRow, *, now: datetime) -> list[InvitationRow]:
    """Invitations that wait for an answer; numbers whole only for the full right."""
    rows = standing_invitations(now=now).filter(child_id=child.id).annotate(**_INVITATION)
    return [_invitation(row, _shown(row.phone, child)) for row in rows.order_by("pk")]


def invitations_to(actor: Actor, *, now: datetime) -> list[InvitationRow]:
    """Invitations to the actor's own, verified number."""
    phone = phone_of(actor)
    if not phone.is_verified:
        return []
    rows = standing_invitations(now=now).filter(phone=phone.number).annotate(**_INVITATION)
    return [_invitation(row, row.phone) for row in rows.order_by("pk")]


def invitation_for(actor: Actor, public_id: object, *, now: datetime) -> InvitationRow:
    """Open the one door from an id to an invitation. :raises NotFound: for anybody else."""
    for row in invitations_to(actor, now=now):
        if row.public_id == str(as_uuid(public_id)):
            return row
    raise NotFound


def _shown(phone: str, child: ChildRow) -> str:
    """A number as the guardian's right lets it be seen."""
    return phone if rules.reaches(child.right, GuardianRight.FULL) else masked(phone)


def _invitation(row: Any, phone: str) -> InvitationRow:
    return InvitationRow(
        public_id=str(row.public_id),
        child_name=row.child_name,
        phone=phone,
        relation=Relation(row.relation),
        right=GuardianRight(row.right),
        invited_by=row.invited_by_name,
        invited_at=row.invited_at,
    )


def pickups_of(child: ChildRow) -> list[PickupRow]:
    """Who may bring and collect the child today; numbers whole only for the full right."""
    named = AuthorizedPickup.objects.filter(child_id=child.id, ended_at__isnull=True)
    return [
        PickupRow(
            str(one.public_id), one.name, _shown(one.phone, child), one.relation, one.named_at
        )
        for one in named.order_by("pk")
    ]


def guardian_ids_of(child_id: int) -> list[int]:
    """Who is told news of a child."""
    standing = Guardian.objects.filter(child_id=child_id, ended_at__isnull=True)
    return list(standing.order_by("user_id").values_list("user_id", flat=True))


def booking_guardian_of(child_id: int) -> tuple[int, str]:
    """A guardian who may book for a child, the first who stood with it, and its public id.

    :raises NotFound: when nobody may.
    """
    standing = Guardian.objects.filter(
        child_id=child_id,
        ended_at__isnull=True,
        right__in=[GuardianRight.FULL, GuardianRight.BOOK],
    ).select_related("child")
    for guardian in standing.order_by("since", "pk")[:1]:
        return guardian.user_id, str(guardian.child.public_id)
    raise NotFound


def subdistricts() -> list[SubdistrictRow]:
    """The 街镇 a child may live in, district by district."""
    places = Child.subdistrict.get_queryset().order_by("district__code", "code")
    return [
        SubdistrictRow(code, name, district)
        for code, name, district in places.values_list("code", "name", "district__name")
    ]


def subdistrict_id_of(code: str) -> int | None:
    """The row of a 街镇 by its code."""
    places = Child.subdistrict.get_queryset().filter(code=code)
    return places.values_list("pk", flat=True).first()
