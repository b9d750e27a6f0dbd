"""Reading who somebody is."""

from datetime import date

from django.db.models import Q

from accounts.models import Grant, User
from accounts.types import Actor, HeldGrant, Role, ScopeKind


def actor_for(user: User, *, today: date) -> Actor:
    """The actor a signed-in user is today: lapsed and revoked grants are gone."""
    grants = Grant.objects.filter(
        Q(valid_through__isnull=True) | Q(valid_through__gte=today),
        user=user,
        revoked_at__isnull=True,
    ).order_by("pk")
    held = tuple(
        HeldGrant(Role(grant.role), ScopeKind(grant.scope_kind), grant.scope) for grant in grants
    )
    return Actor(user_id=user.pk, name=user.name, grants=held)
