"""Changes of accounts: who there is, what they may do, how they sign in."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from knox.models import AuthToken

from accounts.models import Grant, User
from accounts.phones import clean_mobile, masked
from accounts.types import Actor, IssuedToken, Role, ScopeKind
from audit.services import record
from common.refusals import InvalidInput, NotFound

PHONE_TAKEN = "这个手机号已经被另一个账号使用。"


def create_user(
    *,
    phone: str,
    name: str,
    password: str | None = None,
    email: str = "",
    actor: Actor,
    now: datetime,
) -> User:
    """Open an account for a number that is known to be the person's own.

    :raises InvalidInput: when the number is none, or has an account already.
    """
    number = clean_mobile(phone)
    with transaction.atomic():
        try:
            with transaction.atomic():
                user = User.objects.create_user(
                    number, password, name=name, email=email, phone_verified_at=now
                )
        except IntegrityError as taken:
            raise InvalidInput({"phone": [PHONE_TAKEN]}) from taken
        _note("accounts.user.created", user.pk, actor=actor, now=now, phone=masked(number))
    return user


def claim_phone(*, user_id: int, phone: str) -> None:
    """Keep the number somebody typed at sign-up until a code proves that it is theirs.

    It is not their sign-in name yet: whoever merely types a number neither takes it from its
    owner nor leaves a password on what becomes the owner's account.
    """
    User.objects.filter(pk=user_id).update(claimed_phone=phone)


def confirm_phone(*, user_id: int, phone: str, now: datetime) -> None:
    """Make a number that a code has proven the person's sign-in name.

    :raises InvalidInput: when another account has it by now.
    """
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=user_id)
        if user.phone == phone and user.phone_verified_at is not None:
            return
        try:
            with transaction.atomic():
                user.phone, user.phone_verified_at, user.claimed_phone = phone, now, ""
                user.save(update_fields=["phone", "phone_verified_at", "claimed_phone"])
        except IntegrityError as taken:
            raise InvalidInput({"phone": [PHONE_TAKEN]}) from taken
        _note(
            "accounts.phone.confirmed",
            user_id,
            actor=Actor(user_id=user_id),
            now=now,
            phone=masked(phone),
        )


def forget_unproven(*, now: datetime) -> int:
    """Remove sign-ups whose number nobody proved within a day."""
    stale = User.objects.filter(
        phone__isnull=True, last_login__isnull=True, joined_at__lt=now - timedelta(days=1)
    ).exclude(claimed_phone="")
    return stale.delete()[0]


def edit_profile(*, name: str, email: str, actor: Actor, now: datetime) -> None:
    """Change how a person is called and where e-mail reaches them."""
    with transaction.atomic():
        user = _own_row(actor)
        changed = [k for k, v in {"name": name, "email": email}.items() if getattr(user, k) != v]
        if not changed:
            return
        user.name, user.email = name, email
        user.save(update_fields=changed)
        _note("accounts.user.edited", user.pk, actor=actor, now=now, fields=changed)


def choose_large_type(*, wanted: bool, actor: Actor) -> None:
    """Remember whether a person reads in large type. 长辈模式"""
    if actor.user_id is not None:
        User.objects.filter(pk=actor.user_id).update(large_type=wanted)


def choose_password(*, password: str, actor: Actor, now: datetime) -> User:
    """Give the account another password, and end every token that the old one opened."""
    with transaction.atomic():
        user = _own_row(actor)
        user.set_password(password)
        user.save(update_fields=["password"])
        AuthToken.objects.filter(user_id=user.pk).delete()
        _note("accounts.password.chosen", user.pk, actor=actor, now=now)
    return user


def note_sign_in(*, user_id: int, how: str, now: datetime) -> None:
    """Leave a trace that somebody signed in."""
    actor = Actor(user_id=user_id)
    _note("accounts.user.signed_in", user_id, actor=actor, now=now, how=how)


def issue_token(*, user: User, now: datetime) -> IssuedToken:
    """Give a program a token to speak for this person, until it expires."""
    with transaction.atomic():
        stored, token = AuthToken.objects.create(user)
        note_sign_in(user_id=user.pk, how="token", now=now)
    return IssuedToken(token=token, expires_at=stored.expiry)


def end_token(*, token_digest: str, actor: Actor, now: datetime) -> None:
    """Make a token worthless."""
    with transaction.atomic():
        AuthToken.objects.filter(digest=token_digest, user_id=actor.user_id).delete()
        _note("accounts.token.ended", actor.user_id, actor=actor, now=now)


def grant_role(
    *,
    user_id: int,
    role: Role,
    scope_kind: ScopeKind,
    scope: str,
    scope_name: str = "",
    department: str = "",
    valid_through: date | None = None,
    actor: Actor,
    now: datetime,
) -> Grant:
    """Let a person act in a role within a scope. Granting it again changes nothing."""
    with transaction.atomic():
        grant, is_new = Grant.objects.get_or_create(
            user_id=user_id,
            role=role.value,
            scope=scope,
            revoked_at=None,
            defaults={
                "scope_kind": scope_kind.value,
                "scope_name": scope_name,
                "department": department,
                "valid_through": valid_through,
            },
        )
        if is_new:
            facts = {"role": role.value, "scope": scope, "through": str(valid_through or "")}
            _note("accounts.role.granted", user_id, actor=actor, now=now, **facts)
    return grant


def revoke_role(*, grant_id: int, actor: Actor, now: datetime) -> None:
    """Take a role back, from this moment. :raises NotFound: when there is none to take."""
    with transaction.atomic():
        grant = Grant.objects.select_for_update(no_key=True).filter(pk=grant_id).first()
        if grant is None:
            raise NotFound
        if grant.revoked_at is not None:
            return
        grant.revoked_at = now
        grant.save(update_fields=["revoked_at"])
        facts = {"role": grant.role, "scope": grant.scope}
        _note("accounts.role.revoked", grant.user_id, actor=actor, now=now, **facts)


def _own_row(actor: Actor) -> User:
    if actor.user_id is None:
        raise NotFound
    return User.objects.select_for_update(no_key=True).get(pk=actor.user_id)


def _note(kind: str, user_id: int | None, *, actor: Actor, now: datetime, **facts: object) -> None:
    record(kind=kind, actor_id=actor.user_id, at=now, subject=f"user:{user_id}", data=facts)
