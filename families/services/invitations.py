"""Asking somebody to stand with a child, by mobile number."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse

from accounts.types import Actor
from audit import services as audit
from common.identity import is_mobile
from common.refusals import InvalidInput, NotFound
from families import messages, rules
from families.models import Guardian, Invitation
from families.selectors.children import as_uuid, id_of, lock_children
from families.selectors.people import invitation_for, phone_of, standing_invitations
from families.services.holding import held_child, trace
from families.services.news import tell_guardians
from families.types import ChildRow, NewInvitation
from notifications import services as notifications
from notifications.types import Channel, Kind, Notice

# Each one is a text to a number that somebody typed. Settings of the product, not of the law.
INVITATIONS_A_DAY = 6  # for one child
INVITATIONS_A_DAY_BY_ONE_PERSON = 10  # for all of that person's children
INVITATIONS_A_DAY_TO_ONE_NUMBER = 3  # whoever sends them


def invite_guardian(
    *, actor: Actor, now: datetime, child: object, invitation: NewInvitation
) -> str:
    """Invite the owner of a mobile number; answer the invitation's public id.

    Whether the number has an account is not told, and not looked at.

    :raises InvalidInput: for one's own number, one that is no mobile number, or one that is
        invited or stands with the child already; when there were too many lately.
    """
    if not is_mobile(invitation.phone):
        raise InvalidInput({"phone": [messages.PHONE_FAULT]})
    with transaction.atomic():
        known = held_child(actor, child)
        _end_lapsed(known, invitation.phone, now)
        _refuse_known_numbers(known, actor, invitation.phone)
        _refuse_too_many(known, actor, invitation.phone, now)
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
        notifications.queue([_invitation_by_text(invited, now)], now=now)
    return str(invited.public_id)


def _end_lapsed(child: ChildRow, phone: str, now: datetime) -> None:
    """One that can no longer be accepted must not stand in the way of the next."""
    asked = Invitation.objects.filter(child_id=child.id, phone=phone, ended_at__isnull=True)
    asked.exclude(pk__in=standing_invitations(now=now).values("pk")).update(ended_at=now)


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


def _refuse_too_many(child: ChildRow, actor: Actor, phone: str, now: datetime) -> None:
    """Count under locks: two at the same moment must not both be the last one allowed."""
    _queue_up(f"invitations by {actor.user_id}")
    _queue_up(f"invitations to {phone}")
    lately = Invitation.objects.filter(invited_at__gt=now - timedelta(days=1))
    limits = (
        (Q(child_id=child.id), INVITATIONS_A_DAY),
        (Q(invited_by_id=id_of(actor)), INVITATIONS_A_DAY_BY_ONE_PERSON),
        (Q(phone=phone), INVITATIONS_A_DAY_TO_ONE_NUMBER),
    )
    # One sentence for all three: whether others invite this number is not told.
    if any(lately.filter(whose).count() >= most for whose, most in limits):
        raise InvalidInput({"phone": [messages.INVITED_TOO_OFTEN]})


def _queue_up(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _invitation_by_text(invited: Invitation, now: datetime) -> Notice:
    # No name goes into it: whoever may choose it would write our texts.
    return Notice(
        key=f"guardian_invited:{invited.public_id}",
        kind=Kind.GUARDIAN_INVITED,
        recipient_id=None,
        channel=Channel.SMS,
        run_at=now,
        payload={"url": reverse("families:children")},
        subject=f"invitation:{invited.public_id}",
        address=invited.phone,
        good_until=now + rules.INVITATION_GOOD_FOR,
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

    :raises NotFound: when there is none for the actor, it has lapsed, or whoever sent it no
        longer stands with the child with the full right.
    """
    with transaction.atomic():
        waiting = _held_invitation(actor, invitation, now)
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


def _held_invitation(actor: Actor, public_id: object, now: datetime) -> Invitation:
    invitation_for(actor, public_id, now=now)
    found = Invitation.objects.select_related("child").get(public_id=as_uuid(public_id))
    lock_children([found.child_id])
    # While we waited it may have been taken back, or the inviter's right.
    invitation_for(actor, public_id, now=now)
    return found


def _join(waiting: Invitation, actor: Actor, now: datetime) -> None:
    guardian, is_new = Guardian.objects.get_or_create(
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
    if is_new:
        tell_guardians(Kind.GUARDIAN_JOINED, guardian, now=now)
