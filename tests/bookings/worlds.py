"""Worlds in the database in which families book: a house, its hours, children in order."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import count

from accounts.models import User
from accounts.types import Actor
from bookings import services
from bookings.models import Booking
from bookings.types import BookingRequest, ChildRequest
from facilities.models import CareSession, Facility, Subdistrict
from families.models import (
    AgreementText,
    Child,
    ChildHealthCheck,
    Consent,
    Guardian,
    ServiceAgreement,
)
from families.types import REQUIRED_CONSENTS, GuardianRight, Relation, ReviewState, Sex
from tests.bookings.situations import NOW, TUESDAY
from tests.facilities.factories import make_group, make_house, make_session

_numbers = count(1)


def many_parents(how_many: int) -> list[Actor]:
    """People with accounts, quickly."""
    users = User.objects.bulk_create(
        User(phone=f"139{next(_numbers):08d}", name="家长", password="!") for _ in range(how_many)
    )
    return [Actor(user_id=user.pk, name=user.name) for user in users]


def a_parent() -> Actor:
    return many_parents(1)[0]


def ready_children(
    parents: Sequence[Actor],
    subdistrict: Subdistrict,
    *,
    born_on: date = date(2024, 9, 1),
) -> list[Child]:
    """One child for each parent, with every paper in order for houses of the 街镇."""
    children = Child.objects.bulk_create(
        Child(
            name=f"宝宝{next(_numbers)}",
            sex=Sex.GIRL,
            born_on=born_on,
            identity_number="110101199003070000",
            identity_code=f"code-{next(_numbers)}",
            subdistrict=subdistrict,
            history_declared_at=NOW,
            created_at=NOW,
        )
        for _ in parents
    )
    agreement, _ = AgreementText.objects.get_or_create(
        subdistrict=subdistrict,
        version=1,
        defaults={"text": "服务协议", "text_sha256": "0" * 64, "valid_from": date(2024, 1, 1)},
    )
    pairs = list(zip(parents, children, strict=True))
    for parent, child in pairs:
        add_guardian(child, parent)
    ServiceAgreement.objects.bulk_create(
        ServiceAgreement(
            child=child,
            agreement=agreement,
            text_sha256="0" * 64,
            signed_by_id=parent.user_id,
            signed_name="家长",
            signed_at=NOW,
        )
        for parent, child in pairs
    )
    ChildHealthCheck.objects.bulk_create(
        ChildHealthCheck(
            child=child,
            examined_on=date(2026, 6, 1),
            institution="石化街道社区卫生服务中心",
            valid_through=date(2028, 6, 1),
            state=ReviewState.ACCEPTED,
            handed_in_by_id=parent.user_id,
            handed_in_at=NOW,
            reviewed_by_id=parent.user_id,
            reviewed_at=NOW,
        )
        for parent, child in pairs
    )
    Consent.objects.bulk_create(
        Consent(
            child=child,
            purpose=purpose,
            given=True,
            text_sha256="0" * 64,
            by_id=parent.user_id,
            at=NOW,
        )
        for parent, child in pairs
        for purpose in REQUIRED_CONSENTS
    )
    return children


def add_guardian(
    child: Child, parent: Actor, *, right: GuardianRight = GuardianRight.FULL
) -> Guardian:
    return Guardian.objects.create(
        child=child, user_id=parent.user_id, relation=Relation.MOTHER, right=right, since=NOW
    )


def a_ready_family(house: Facility) -> tuple[Actor, Child]:
    parent = a_parent()
    return parent, ready_children([parent], house.subdistrict)[0]


def hours_of(
    house: Facility, how_many: int = 1, *, starts_at: datetime = TUESDAY, **facts: object
) -> list[CareSession]:
    """Hours in a row of a new group of the house."""
    group = make_group(house)
    return [
        make_session(group, starts_at=starts_at + timedelta(hours=i), now=NOW, **facts)
        for i in range(how_many)
    ]


def a_house() -> Facility:
    return make_house()


def book(
    parent: Actor,
    *wishes: tuple[Child, Sequence[CareSession]],
    key: str = "",
    now: datetime = NOW,
) -> list[Booking]:
    """Ask the service as an entrance would."""
    return services.place_booking(
        request=BookingRequest(
            children=tuple(
                ChildRequest(str(child.public_id), tuple(str(s.public_id) for s in sessions))
                for child, sessions in wishes
            ),
            idempotency_key=key or f"key-{next(_numbers)}",
        ),
        actor=parent,
        now=now,
    )
