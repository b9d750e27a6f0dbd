"""Putting somebody who fits into an hour that is short, with one tap."""

from datetime import date, datetime

from django.db import transaction

from accounts.types import Actor
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput
from facilities.selectors.access import care_group_name
from staff.models import DraftShift
from staff.selectors.filling import HourToFill, Offer, hour_to_fill
from staff.selectors.roster import MAY_ROSTER, house_for
from staff.services.board import open_locked, put_shift
from staff.services.people import hire
from staff.types import EmploymentBasis, NewEmployment, ShiftRequest, StaffRole


@transaction.atomic
def fill_hour(
    *,
    facility: str,
    monday: date,
    session: str,
    person: str,
    actor: Actor,
    now: datetime,
    revision: int | None = None,
) -> DraftShift:
    """Draft somebody (public id) into an hour; who is not of the house is borrowed for the day.

    :raises InvalidInput: when they no longer fit, so that the page may offer others.
    :raises Stale: when the board is no longer the revision that was seen.
    :raises NotFound: when the house or the hour is not the actor's.
    """
    open_locked(house_for(actor, facility, *MAY_ROSTER), monday)  # weeks before people
    hour = hour_to_fill(actor, facility, monday, session, now=now)
    offer = next((one for one in hour.offers if one.person == person), None)
    if offer is None:
        raise InvalidInput("这个人现在不合适了，请看看还有谁可以。")
    if offer.home:
        _borrow(hour, offer, actor, now)
    return put_shift(
        facility=facility,
        monday=monday,
        shift=ShiftRequest(
            person=person,
            care_group=care_group_name(hour.group_id),
            role=StaffRole.CAREGIVER,
            starts_at=hour.during.starts_at,
            ends_at=hour.during.ends_at,
        ),
        actor=actor,
        now=now,
        revision=revision,
    )


def _borrow(hour: HourToFill, offer: Offer, actor: Actor, now: datetime) -> None:
    day = day_in_shanghai(hour.during.starts_at)
    loan = NewEmployment(
        facility=hour.house.public_id,
        role=StaffRole.CAREGIVER,
        starts_on=day,
        basis=EmploymentBasis.BORROWED,
        through=day,
        lent_by=offer.home,
    )
    hire(person=offer.person, employment=loan, actor=actor, now=now)
