"""Who stands with a child, and with which right."""

from datetime import datetime

from django.db import transaction

from accounts.types import Actor
from common.refusals import InvalidInput, NotFound
from families import messages, rules
from families.models import Guardian, Invitation
from families.selectors.children import as_uuid
from families.services.holding import held_child, trace
from families.services.news import tell_guardians
from families.types import ChildRow, GuardianRight
from notifications import services as notifications
from notifications.types import Kind


def change_right(
    *, actor: Actor, now: datetime, child: object, guardian: object, right: GuardianRight
) -> None:
    """Give one of the child's guardians (a user's public id) another right.

    Whoever loses the full right invites nobody: their open invitations end.

    :raises InvalidInput: when nobody with the full right would be left.
    """
    with transaction.atomic():
        known = held_child(actor, child)
        changed = _guardian_for(known, guardian)
        if changed.right == right:
            return
        _keep_one_full(known, without=changed, instead=right)
        Guardian.objects.filter(pk=changed.pk).update(right=right)
        if right is not GuardianRight.FULL:
            _end_invitations_of(changed, now)
        trace(
            "families.guardian.right_changed",
            actor=actor,
            child=known,
            now=now,
            guardian=changed.user_id,
            before=changed.right,
            after=right,
        )
        tell_guardians(Kind.GUARDIAN_RIGHT_CHANGED, changed, now=now, right=right)


def end_guardianship(*, actor: Actor, now: datetime, child: object, guardian: object) -> None:
    """End a guardian's standing at once. With the full right anybody's, otherwise only one's own.

    Invitations of the one who goes end too, and nothing more of the child is told to them.

    :raises InvalidInput: when nobody with the full right would be left.
    """
    with transaction.atomic():
        known = held_child(actor, child, right=GuardianRight.READ)
        ended = _guardian_for(known, guardian)
        if ended.user_id != actor.user_id:
            known = held_child(actor, child, right=GuardianRight.FULL)
        _keep_one_full(known, without=ended, instead=None)
        Guardian.objects.filter(pk=ended.pk).update(ended_at=now)
        _end_invitations_of(ended, now)
        # Reminders that wait would tell where and when the child will be.
        notifications.call_back_for(child_id=known.id, recipient_id=ended.user_id, now=now)
        trace("families.guardian.ended", actor=actor, child=known, now=now, guardian=ended.user_id)
        tell_guardians(Kind.GUARDIAN_ENDED, ended, now=now)


def _end_invitations_of(inviter: Guardian, now: datetime) -> None:
    asked = Invitation.objects.filter(
        child_id=inviter.child_id, invited_by_id=inviter.user_id, ended_at__isnull=True
    )
    for public_id in list(asked.values_list("public_id", flat=True)):
        notifications.call_back(f"invitation:{public_id}", now=now)
    asked.update(ended_at=now)


def _guardian_for(child: ChildRow, public_id: object) -> Guardian:
    found = Guardian.objects.filter(
        child_id=child.id, user__public_id=as_uuid(public_id), ended_at__isnull=True
    ).first()
    if found is None:
        raise NotFound
    return found


def _keep_one_full(child: ChildRow, *, without: Guardian, instead: GuardianRight | None) -> None:
    others = Guardian.objects.filter(child_id=child.id, ended_at__isnull=True).exclude(
        pk=without.pk
    )
    left = [GuardianRight(right) for right in others.values_list("right", flat=True)]
    if rules.ends_the_last_full([*left, instead] if instead else left):
        raise InvalidInput(messages.ONE_FULL_STAYS)
