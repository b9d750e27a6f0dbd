"""What the page offers is what the POST accepts: over ten thousand generated states."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.models import F

from accounts.types import Actor
from bookings import selectors
from bookings.models import BookedHour, Entitlement
from common.intervals import moment_in_shanghai
from common.refusals import Refused
from facilities.models import CareSession, Facility, LiabilityInsurance, RatioBreach
from facilities.types import SessionStop
from families.models import Child, ChildHealthCheck, Consent, Guardian
from families.types import GuardianRight
from tests.bookings.situations import NOW, TUESDAY
from tests.bookings.worlds import (
    a_house,
    a_parent,
    add_guardian,
    book,
    hours_of,
    many_parents,
    ready_children,
)
from tests.facilities.factories import make_subdistrict

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]

STATES = 10_000
BOUNDS = ["class_size_max", "area_m2_per_head", "licensed_places"]
CHILDREN = 10
HOURS = 20


def spoil_children(dice: random.Random, children: list[Child]) -> None:
    """Put something out of order for most children, often several things."""
    for child in children:
        if dice.random() < 0.1:
            add_guardian(child, a_parent())
            first = Guardian.objects.filter(child=child).order_by("pk")[:1]
            Guardian.objects.filter(pk__in=first).update(right=GuardianRight.READ)
        if dice.random() < 0.15:
            through = date(2026, 11, 22) + timedelta(days=dice.randrange(12))
            ChildHealthCheck.objects.filter(child=child).update(
                valid_through=max(through, date(2026, 6, 2))
            )
        if dice.random() < 0.1:
            consent = Consent.objects.filter(child=child).order_by("pk")[:1]
            Consent.objects.filter(pk__in=consent).update(withdrawn_at=NOW, withdrawn_by=F("by"))
        if dice.random() < 0.1:
            child.history_declared_at = None
        if dice.random() < 0.3:
            third_birthday = date(2026, 11, 20) + timedelta(days=dice.randrange(12))
            child.born_on = third_birthday.replace(year=2023)
        if dice.random() < 0.15:
            first_birthday = date(2026, 11, 20) + timedelta(days=dice.randrange(12))
            child.born_on = first_birthday.replace(year=2025)
        child.save()
        if dice.random() < 0.5:
            Entitlement.objects.create(
                child=child, year=2026, granted=12, used=dice.choice([0, 10, 11, 12])
            )


def spoil_hours(dice: random.Random, sessions: list[CareSession]) -> None:
    """Full, nearly full, short of staff, stopped, not yet open, just closed."""
    for session in sessions:
        session.places = dice.choice([0, 1, 2, 20, 20])
        session.counted_staff = dice.choice([0, 1, 1, 2, 2, 2])
        session.children_per_staff = 5
        most = min(session.places, session.counted_staff * 5)
        session.places_taken = dice.choice([0, 0, max(most - 1, 0), most])
        session.binding_limit = dice.choice(
            ["class_size_max", "area_m2_per_head", "licensed_places"]
        )
        if dice.random() < 0.1:
            session.stop, session.stop_reason = dice.choice(list(SessionStop)), "检修"
        if dice.random() < 0.1:
            session.breach = RatioBreach.objects.create(
                care_session=session, cause="病假", children=1, counted_staff=0, opened_at=NOW
            )
        if dice.random() < 0.1:
            session.opens_at = NOW + timedelta(seconds=dice.choice([0, 1, 3600]))
        session.save()


def a_world(dice: random.Random) -> tuple[Facility, list[Actor], list[Child], list[CareSession]]:
    house = a_house()
    parents = many_parents(CHILDREN)
    signed_here = house.subdistrict if dice.random() < 0.9 else make_subdistrict("山阳镇")
    children = ready_children(parents, signed_here)
    start = dice.choice([TUESDAY, NOW - timedelta(hours=3), NOW + timedelta(minutes=29)])
    sessions = hours_of(house, HOURS, starts_at=start)
    spoil_children(dice, children)
    spoil_hours(dice, sessions)
    if dice.random() < 0.1:
        LiabilityInsurance.objects.filter(facility=house).update(valid_through=date(2026, 11, 24))
    if dice.random() < 0.1:
        house.fees.all().delete()
    for parent, child in zip(parents, children, strict=True):
        _book_something(dice, parent, child, sessions)
    return house, parents, children, sessions


def _book_something(
    dice: random.Random, parent: Actor, child: Child, sessions: list[CareSession]
) -> None:
    """Give some children hours already, here or elsewhere, so that patterns bite."""
    for session in dice.sample(sessions, dice.choice([0, 0, 1, 2, 4])):
        try:
            with transaction.atomic():
                book(parent, (child, [session]))
        except Refused:
            continue


def states(dice: random.Random) -> Iterator[tuple[Actor, Child, CareSession, bool]]:
    """Every pair of a child and an hour of generated worlds, with what the page says of it."""
    while True:
        house, parents, children, sessions = a_world(dice)
        by_id = {str(session.public_id): session for session in sessions}
        for parent, child in zip(parents, children, strict=True):
            offers = selectors.offers_of(
                facility=str(house.public_id),
                starts=NOW - timedelta(days=1),
                ends=moment_in_shanghai(date(2026, 12, 2), TUESDAY.time()),
                actor=parent,
                now=NOW,
                child=str(child.public_id),
            )
            for offer in offers:
                yield parent, child, by_id[offer.session.public_id], bool(offer.is_bookable)


def booking_succeeds(parent: Actor, child: Child, session: CareSession) -> bool:
    try:
        with transaction.atomic():
            book(parent, (child, [session]))
            transaction.set_rollback(True)
    except Refused:
        return False
    return True


@pytest.mark.parametrize("seed", [1, 2])
def test_an_hour_is_listed_as_bookable_exactly_when_booking_it_succeeds(seed):
    dice = random.Random(seed)
    counted = {True: 0, False: 0}
    generator = states(dice)

    for _ in range(STATES // 2):
        parent, child, session, offered = next(generator)
        assert booking_succeeds(parent, child, session) is offered, (child.pk, session.pk)
        counted[offered] += 1

    assert min(counted.values()) > STATES // 20, counted
    assert not BookedHour.objects.filter(starts_at__lt=NOW).exists()
