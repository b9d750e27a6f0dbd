"""Reading who somebody is."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from accounts.messages import ROLES
from accounts.models import Grant, User
from accounts.types import Actor, HeldGrant, Role, ScopeKind


@dataclass(frozen=True, slots=True)
class Profile:
    """A person's account as they see it themselves."""

    name: str
    phone: str
    email: str
    large_type: bool
    has_password: bool
    roles: tuple[tuple[str, str], ...]  # what, and where


def actor_for(user: User, *, today: date) -> Actor:
    """The actor a signed-in user is today: lapsed and revoked grants are gone."""
    held = tuple(
        HeldGrant(Role(grant.role), ScopeKind(grant.scope_kind), grant.scope)
        for grant in _grants_of(user, today)
    )
    return Actor(user_id=user.pk, name=user.name, grants=held)


def _grants_of(user: User, today: date) -> QuerySet[Grant]:
    lasting = Q(valid_through__isnull=True) | Q(valid_through__gte=today)
    return Grant.objects.filter(lasting, user=user, revoked_at__isnull=True).order_by("pk")


def profile_of(user: User, *, today: date) -> Profile:
    """A person's account as they see it themselves."""
    roles = tuple(
        (str(ROLES[Role(g.role)]), g.scope_name or g.scope) for g in _grants_of(user, today)
    )
    return Profile(
        name=user.name,
        phone=user.phone or "",
        email=user.email,
        large_type=user.large_type,
        has_password=user.has_usable_password(),
        roles=roles,
    )


def user_with_phone(phone: str) -> User | None:
    """Whoever signs in by this number, which a code has proven to be theirs."""
    return User.objects.filter(phone=phone).first()
