"""People, children and papers for tests. Plain functions; everything has a sensible default.

`make_ready_child(parent, subdistrict)` gives a child that may be booked for today: agreement
signed, health check accepted, history declared, required consents given. No law needs to be
loaded: dates are written as they stand in the rows.
"""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from accounts.models import Grant, User
from accounts.selectors import actor_for
from accounts.types import Actor, Role, ScopeKind
from common.crypto import lookup_code
from common.identity import check_character
from common.intervals import SHANGHAI, day_in_shanghai
from facilities.models import Subdistrict
from families.messages import CONSENT_TEXTS
from families.models import (
    AgreementText,
    AuthorizedPickup,
    Child,
    ChildHealthCheck,
    Consent,
    Guardian,
    Invitation,
    ServiceAgreement,
)
from families.types import (
    REQUIRED_CONSENTS,
    ConsentPurpose,
    GuardianRight,
    Relation,
    ReviewState,
    Sex,
)
from tests.facilities.factories import make_subdistrict

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=SHANGHAI)
TODAY = day_in_shanghai(NOW)
BORN_ON = date(2024, 9, 1)
LONG_AGO = date(2024, 1, 1)

_numbers = count(1)


def make_user(name: str = "王芳", *, phone: str | None = None, verified: bool = True) -> User:
    """A person with an account and, unless told otherwise, a verified number."""
    user = User(
        phone=phone or f"137{next(_numbers):08d}",
        phone_verified_at=NOW if verified else None,
        name=name,
    )
    user.set_unusable_password()
    user.save()
    return user


def make_grant(user: User, role: Role, scope_kind: ScopeKind, scope: str, **more: Any) -> Grant:
    """A role within a scope."""
    return Grant.objects.create(user=user, role=role, scope_kind=scope_kind, scope=scope, **more)


def make_operator(subdistrict: Subdistrict, name: str = "李管理") -> User:
    """The 街镇管理员 of one 街镇."""
    user = make_user(name)
    make_grant(user, Role.OPERATOR, ScopeKind.SUBDISTRICT, subdistrict.code)
    return user


def actor_of(user: User, *, today: date = TODAY) -> Actor:
    """The actor a person is today."""
    return actor_for(user, today=today)


def make_identity_number(
    born_on: date = BORN_ON, sex: Sex = Sex.GIRL, *, serial: int | None = None
) -> str:
    """A number with a right check digit; another one each time unless `serial` is given."""
    ordinal = (serial if serial is not None else next(_numbers)) % 499
    last = ordinal * 2 + (sex is Sex.BOY)
    # The district part is spread too, so that hundreds of children of one day differ.
    digits = f"{310101 + (next(_numbers) if serial is None else 0) % 97}{born_on:%Y%m%d}{last:03d}"
    return digits + check_character(digits)


def make_child(
    guardian: User | None = None,
    *,
    name: str = "",
    nickname: str = "",
    sex: Sex = Sex.GIRL,
    born_on: date = BORN_ON,
    subdistrict: Subdistrict | None = None,
    identity_number: str = "",
    **facts: Any,
) -> Child:
    """A registered child without papers; with `guardian`, that person has the full right."""
    number = identity_number or make_identity_number(born_on, sex)
    ordinal = next(_numbers)
    child = Child.objects.create(
        name=name or f"宝宝{ordinal}",
        nickname=nickname,
        sex=sex,
        born_on=born_on,
        identity_number=number,
        identity_code=lookup_code(number),
        subdistrict=subdistrict or make_subdistrict(),
        created_at=facts.pop("created_at", NOW),
        **facts,
    )
    if guardian is not None:
        make_guardian(child, guardian)
    return child


def make_guardian(
    child: Child,
    user: User | None = None,
    *,
    right: GuardianRight = GuardianRight.FULL,
    relation: Relation = Relation.MOTHER,
    since: datetime = NOW,
    ended_at: datetime | None = None,
) -> Guardian:
    """A person's standing with a child."""
    return Guardian.objects.create(
        child=child,
        user=user or make_user(),
        right=right,
        relation=relation,
        since=since,
        ended_at=ended_at,
    )


def make_agreement_text(
    subdistrict: Subdistrict,
    *,
    version: int = 1,
    text: str = "宝宝屋服务协议\n\n家长如实告知孩子的健康情况。",
    valid_from: date = LONG_AGO,
) -> AgreementText:
    """A version of a 街镇's agreement; the same row when it is there already."""
    return AgreementText.objects.get_or_create(
        subdistrict=subdistrict,
        version=version,
        defaults={
            "text": text,
            "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
            "valid_from": valid_from,
        },
    )[0]


def make_signature(child: Child, agreement: AgreementText, user: User) -> ServiceAgreement:
    """A signature for one child under one version."""
    return ServiceAgreement.objects.create(
        child=child,
        agreement=agreement,
        text_sha256=agreement.text_sha256,
        signed_by=user,
        signed_name=user.name,
        signed_at=NOW,
    )


def make_health_check(
    child: Child,
    *,
    by: User,
    state: ReviewState = ReviewState.ACCEPTED,
    examined_on: date = date(2026, 10, 1),
    valid_through: date = date(2027, 10, 1),
    handed_in_at: datetime = NOW - timedelta(days=20),
    **facts: Any,
) -> ChildHealthCheck:
    """A health check; reviewed, unless it waits, by whoever handed it in."""
    reviewed = state is not ReviewState.SUBMITTED
    return ChildHealthCheck.objects.create(
        child=child,
        examined_on=examined_on,
        institution=facts.pop("institution", "石化街道社区卫生服务中心"),
        valid_through=valid_through,
        state=state,
        handed_in_by=by,
        handed_in_at=handed_in_at,
        reviewed_by=by if reviewed else None,
        reviewed_at=NOW if reviewed else None,
        **facts,
    )


def make_consent(child: Child, purpose: ConsentPurpose, *, by: User, given: bool = True) -> Consent:
    """An answer that stands."""
    return Consent.objects.create(
        child=child,
        purpose=purpose,
        given=given,
        text_sha256=CONSENT_TEXTS[purpose].sha256,
        by=by,
        at=NOW,
    )


def make_ready_child(
    guardian: User | None = None,
    subdistrict: Subdistrict | None = None,
    *,
    signed_for: Iterable[Subdistrict] = (),
    consents: Iterable[ConsentPurpose] = REQUIRED_CONSENTS,
    valid_through: date = date(2027, 10, 1),
    **facts: Any,
) -> Child:
    """A child whose papers are all in order, in its own 街镇 and those of `signed_for`."""
    guardian = guardian or make_user()
    place = subdistrict or make_subdistrict()
    facts.setdefault("history_declared_at", NOW)
    facts.setdefault("allergies", "无")
    facts.setdefault("medical_history", "无")
    child = make_child(guardian, subdistrict=place, **facts)
    for where in (place, *signed_for):
        make_signature(child, make_agreement_text(where), guardian)
    make_health_check(child, by=guardian, valid_through=valid_through)
    for purpose in consents:
        make_consent(child, purpose, by=guardian)
    return child


def make_invitation(
    child: Child,
    *,
    by: User,
    phone: str,
    right: GuardianRight = GuardianRight.BOOK,
    relation: Relation = Relation.GRANDPARENT,
) -> Invitation:
    """An invitation that waits for its answer."""
    return Invitation.objects.create(
        child=child, phone=phone, right=right, relation=relation, invited_by=by, invited_at=NOW
    )


def make_pickup(child: Child, *, by: User, name: str = "张阿姨") -> AuthorizedPickup:
    """Somebody who may bring and collect the child."""
    return AuthorizedPickup.objects.create(
        child=child, name=name, phone="13912345678", relation="阿姨", named_by=by, named_at=NOW
    )
