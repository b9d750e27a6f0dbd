"""Asking somebody to stand with a child, by mobile number."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from accounts.types import Actor
from audit import services as audit
from common.refusals import InvalidInput, NotFound
from families import messages, rules
from families.models import Guardian, Invitation
from families.selectors.children import as_uuid, id_of, lock_children
from families.selectors.people import invitation_for, phone_of
from families.services.holding import held_child, trace
from families.types import ChildRow, NewInvitation
from notifications import services as notifications
from notifications.types import Channel, Kind, Notice

# Each one is a text to a number that somebody typed.
INVITATIONS_A_DAY = 6


def invite_guardian(
    *, actor: Actor, now: datetime, child: object, invitation: NewInvitation
) -> str:
    """Invite the owner of a mobile number; answer the invitation's public id.

    Whether the number has an account is not told, and not looked at.

    :raises InvalidInput: for one's own number, one that is no mobile number, or one that is
        invited or stands with the child already.
    """
    if not rules.is_mobile(invitation.phone):
        raise InvalidInput({"phone": [messages.PHONE_FAULT]})
    with transaction.atomic():
        known = held_child(actor, child)
        _refuse_known_numbers(known, actor, invitation.phone)
        _refuse_too_many(known, now)
        invited = Invitation.objects.create(
            child_id=known.id,
            phone=invitation.phone,
            relation=invitation.relation,
            right=invitation.right,
            invited_by_id=id_of(actor),
            invited_at=now,
        )
        trace(
            "families.guardian.invited",
            actor=actor,
            child=known,
            now=now,
            subject=f"invitation:{invited.public_id}",
            right=invitation.right,
        )
        notifications.queue([_invitation_by_text(invited, actor, now)], now=now)
    return str(invited.public_id)


def _refuse_known_numbers(child: ChildRow, actor: Actor, phone: str) -> None:
    sentence = ""
    if phone == phone_of(actor).number:
        sentence = messages.INVITE_YOURSELF
    elif Guardian.objects.filter(
        child_id=child.id, user__phone=phone, ended_at__isnull=True
    ).exists():
        sentence = messages.STANDS_ALREADY
    elif Invitation.objects.filter(child_id=child.id, phone=phone, ended_at__isnull=True).exists():
        sentence = messages.INVITED_ALREADY
    if sentence:
        raise InvalidInput({"phone": [sentence]})


def _refuse_too_many(child: ChildRow, now: datetime) -> None:
    lately = Invitation.objects.filter(child_id=child.id, invited_at__gt=now - timedelta(days=1))
    if lately.count() >= INVITATIONS_A_DAY:
        raise InvalidInput({"phone": [messages.INVITED_TOO_OFTEN]})


def _invitation_by_text(invited: Invitation, actor: Actor, now: datetime) -> Notice:
    return Notice(
        key=f"guardian_invited:{invited.public_id}",
        kind=Kind.GUARDIAN_INVITED,
        recipient_id=None,
        channel=Channel.SMS,
        run_at=now,
        payload={"inviter": actor.name or "家人", "url": reverse("families:children")},
        subject=f"invitation:{invited.public_id}",
        address=invited.phone,
    )


def withdraw_invitation(*, actor: Actor, now: datetime, child: object, invitation: object) -> None:
    """Take an invitation back before it is answered."""
    with transaction.atomic():
        known = held_child(actor, child)
        waiting = Invitation.objects.filter(
            child_id=known.id, public_id=as_uuid(invitation), ended_at__isnull=True
        )
        if not waiting.update(ended_at=now):
            raise NotFound
        notifications.call_back(f"invitation:{invitation}", now=now)
        trace(
            "families.invitation.withdrawn",
            actor=actor,
            child=known,
            now=now,
            subject=f"invitation:{invitation}",
        )


def answer_invitation(
    *, actor: Actor, now: datetime, invitation: object, accept: bool
) -> str | None:
    """Accept an invitation to one's own number, or decline it; answer the child's public id.

    :raises NotFound: when there is none for the actor.
    """
    with transaction.atomic():
        waiting = _held_invitation(actor, invitation)
        Invitation.objects.filter(pk=waiting.pk).update(accepted=accept, ended_at=now)
        if accept:
            _join(waiting, actor, now)
        audit.record(
            kind="families.guardian.joined" if accept else "families.invitation.declined",
            actor_id=actor.user_id,
            at=now,
            subject=f"invitation:{waiting.public_id}",
            child_id=waiting.child_id,
            data={"right": waiting.right},
        )
    return str(waiting.child.public_id) if accept else None


def _held_invitation(actor: Actor, public_id: object) -> Invitation:
    invitation_for(actor, public_id)
    found = Invitation.objects.select_related("child").get(public_id=as_uuid(public_id))
    lock_children([found.child_id])
    invitation_for(actor, public_id)  # it may have been taken back while we waited
    return found


def _join(waiting: Invitation, actor: Actor, now: datetime) -> None:
    Guardian.objects.get_or_create(
        child_id=waiting.child_id,
        user_id=actor.user_id,
        ended_at=None,
        defaults={
            "relation": waiting.relation,
            "right": waiting.right,
            "since": now,
            "invited_by_id": waiting.invited_by_id,
        },
    )
