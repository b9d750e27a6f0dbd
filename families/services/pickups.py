"""Who may bring and collect the child. 接送人"""

from datetime import datetime

from django.db import transaction

from accounts.types import Actor
from common.identity import is_mobile, tidy
from common.refusals import InvalidInput, NotFound
from families import messages
from families.models import AuthorizedPickup
from families.selectors.children import as_uuid, id_of
from families.services.holding import held_child, trace
from families.types import NewPickup


def name_pickup(*, actor: Actor, now: datetime, child: object, pickup: NewPickup) -> str:
    """Name somebody who may bring and collect the child; answer the public id.

    :raises InvalidInput: without a name or with a number that is no mobile number.
    """
    faults = {}
    if not tidy(pickup.name):
        faults["name"] = [messages.NAME_FAULT]
    if not is_mobile(pickup.phone):
        faults["phone"] = [messages.PHONE_FAULT]
    if faults:
        raise InvalidInput(faults)
    with transaction.atomic():
        known = held_child(actor, child)
        named = AuthorizedPickup.objects.create(
            child_id=known.id,
            name=tidy(pickup.name),
            phone=pickup.phone,
            relation=tidy(pickup.relation),
            named_by_id=id_of(actor),
            named_at=now,
        )
        subject = f"pickup:{named.public_id}"
        trace("families.pickup.named", actor=actor, child=known, now=now, subject=subject)
    return str(named.public_id)


def end_pickup(*, actor: Actor, now: datetime, child: object, pickup: object) -> None:
    """Let somebody no longer bring and collect the child, from now on."""
    with transaction.atomic():
        known = held_child(actor, child)
        named = AuthorizedPickup.objects.filter(
            child_id=known.id, public_id=as_uuid(pickup), ended_at__isnull=True
        )
        if not named.update(ended_at=now):
            raise NotFound
        subject = f"pickup:{pickup}"
        trace("families.pickup.ended", actor=actor, child=known, now=now, subject=subject)
