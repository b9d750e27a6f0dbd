"""Reading who somebody is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from accounts.messages import ROLES
from accounts.models import Grant, User
from accounts.types import Actor, HeldGrant, Place, Role, ScopeKind


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


def actor_of(user_id: int, *, today: date) -> Actor:
    """The actor a person is today, for work that is done later on their behalf.

    Somebody whose account was closed since then holds nothing.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return actor_for(user, today=today) if user else Actor(user_id=user_id)


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


def holders_of(*roles: Role, at: Place, today: date) -> list[int]:
    """The people who hold one of these roles over a place today, by id. Whom news goes to."""
    over = Q(scope_kind=ScopeKind.DISTRICT, scope=at.district)
    over |= Q(scope_kind=ScopeKind.CITY, scope__startswith=at.district[:2])
    if at.subdistrict:
        over |= Q(scope_kind=ScopeKind.SUBDISTRICT, scope=at.subdistrict)
    if at.facility:
        over |= Q(scope_kind=ScopeKind.FACILITY, scope=at.facility)
    lasting = Q(valid_through__isnull=True) | Q(valid_through__gte=today)
    held = Grant.objects.filter(over, lasting, role__in=roles, revoked_at__isnull=True)
    active = held.filter(user__is_active=True)
    return list(active.order_by("user_id").values_list("user_id", flat=True).distinct())


def roles_held(user_ids: Iterable[int], *, at: Place, today: date) -> frozenset[Role]:
    """The roles that any of these people hold over a place today."""
    lasting = Q(valid_through__isnull=True) | Q(valid_through__gte=today)
    held = Grant.objects.filter(lasting, user__in=list(user_ids), revoked_at__isnull=True)
    return _roles_of(held, at)


def roles_once_held(user_ids: Iterable[int], *, at: Place) -> frozenset[Role]:
    """The roles that any of these people hold over a place, or have held before they left."""
    return _roles_of(Grant.objects.filter(user__in=list(user_ids)), at)


def _roles_of(held: QuerySet[Grant], at: Place) -> frozenset[Role]:
    grants = [
        HeldGrant(Role(grant.role), ScopeKind(grant.scope_kind), grant.scope)
        for grant in held.order_by("pk")
    ]
    somebody = Actor(user_id=None, grants=tuple(grants))
    return frozenset(role for role in Role if somebody.may(role, at=at))


def password_is_right(user_id: int, password: str) -> bool:
    """Whether somebody types their own password, to put their name under something."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return user is not None and user.check_password(password)


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who holds a role over a district, and the department they hold it for."""

    id: int
    public_id: str
    name: str
    department: str
    roles: frozenset[Role]


def officers_of(*roles: Role, district: str, today: date) -> list[Officer]:
    """Who holds one of these roles over a district itself today; each person once, by id."""
    lasting = Q(valid_through__isnull=True) | Q(valid_through__gte=today)
    held = Grant.objects.filter(
        lasting, role__in=roles, scope_kind=ScopeKind.DISTRICT, scope=district,
        revoked_at__isnull=True, user__is_active=True,
    )  # fmt: skip
    by_user: dict[int, list[Grant]] = {}
    for grant in held.select_related("user").order_by("user_id", "pk"):
        by_user.setdefault(grant.user_id, []).append(grant)
    return [
        Officer(
            id=user_id,
            public_id=str(grants[0].user.public_id),
            name=grants[0].user.name,
            department=grants[0].department,
            roles=frozenset(Role(grant.role) for grant in grants),
        )
        for user_id, grants in by_user.items()
    ]


def names_of(ids: Iterable[int | None]) -> dict[int, str]:
    """How people are called, by id."""
    known = {one for one in ids if one is not None}
    return dict(User.objects.filter(pk__in=known).values_list("pk", "name")) if known else {}


def user_with_phone(phone: str) -> User | None:
    """Whoever signs in by this number, which a code has proven to be theirs."""
    return User.objects.filter(phone=phone).first()
