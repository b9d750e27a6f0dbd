"""The board: drafting a week. Nothing follows from a draft until it is published."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.types import Actor
from common.refusals import InvalidInput, NotFound
from facilities.selectors.access import as_uuid, group_in
from staff.models import DraftShift, RosterWeek
from staff.selectors.access import person_for
from staff.selectors.roster import (
    DAYS,
    MAY_ROSTER,
    House,
    house_for,
    published_shifts,
    week_span,
)
from staff.types import PlannedShift, ShiftRequest


@transaction.atomic
def open_week(*, facility: str, monday: date, actor: Actor, now: datetime) -> RosterWeek:
    """Open a house's week for drafting; a published week begins from what is published.

    :raises InvalidInput: when the day is no Monday.
    """
    return open_locked(house_for(actor, facility, *MAY_ROSTER), monday)


def open_locked(house: House, monday: date) -> RosterWeek:
    """The week, locked; one that is published and was not drafted on begins from what it is."""
    if monday.weekday():
        raise InvalidInput({"monday": ["一周从周一开始。"]})
    week, made = RosterWeek.objects.select_for_update(of=("self",)).get_or_create(
        facility_id=house.id, monday=monday
    )
    if not made and not week.revision and week.published_at is not None:
        there = published_shifts(week_span(monday), facility_ids=[house.id])
        replace_draft(week, there, keep_names=True)
    return week


@transaction.atomic
def put_shift(
    *,
    facility: str,
    monday: date,
    shift: ShiftRequest,
    actor: Actor,
    now: datetime,
    replaces: str = "",
) -> DraftShift:
    """Put a shift on the board of a week, in the place of another (public id) if one is named.

    What the rules say of it is shown, not refused: a draft may be wrong while it is made.

    :raises InvalidInput: when the times cannot be, or lie outside the week.
    :raises NotFound: when the house, the person, the group or the replaced shift is not there.
    """
    house = house_for(actor, facility, *MAY_ROSTER)
    week = open_locked(house, monday)
    span = week_span(monday)
    if not (span.starts_at <= shift.starts_at < shift.ends_at <= span.ends_at):
        raise InvalidInput({"starts_at": ["班次要在这一周内，结束晚于开始。"]})
    columns = {
        "person_id": person_for(actor, shift.person, *MAY_ROSTER).pk,
        "care_group_id": group_in(house.id, shift.care_group) if shift.care_group else None,
        "role": shift.role,
        "starts_at": shift.starts_at,
        "ends_at": shift.ends_at,
        "rest_starts_at": shift.rest_starts_at,
        "rest_ends_at": shift.rest_ends_at,
    }
    row = _draft_row(week, replaces) if replaces else DraftShift(week=week, facility_id=house.id)
    for name, value in columns.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise InvalidInput({"": [_said(error)]}) from None
    _touch(week)
    return row


def _said(error: IntegrityError) -> str:
    if "of_a_caregiver_is_in_a_group" in str(error):
        return "保育人员的班次要选班级。"
    return "休息时间要在班次之内。"


@transaction.atomic
def remove_shift(*, facility: str, monday: date, shift: str, actor: Actor, now: datetime) -> None:
    """Take a shift off the board."""
    week = open_locked(house_for(actor, facility, *MAY_ROSTER), monday)
    _draft_row(week, shift).delete()
    _touch(week)


@transaction.atomic
def copy_last_week(*, facility: str, monday: date, actor: Actor, now: datetime) -> int:
    """Fill the board with last week's published shifts, seven days later; how many there are.

    :raises InvalidInput: when nothing was published last week.
    """
    house = house_for(actor, facility, *MAY_ROSTER)
    week = open_locked(house, monday)
    week_long = timedelta(days=DAYS)
    last = published_shifts(week_span(monday - week_long), facility_ids=[house.id])
    if not last:
        raise InvalidInput({"": ["上一周没有发布过排班。"]})
    replace_draft(week, [shift.moved(week_long) for shift in last])
    return len(last)


@transaction.atomic
def take_proposal(
    *, facility: str, monday: date, shifts: Sequence[PlannedShift], actor: Actor, now: datetime
) -> int:
    """Put a proposed week on the board, in the place of what is there."""
    week = open_locked(house_for(actor, facility, *MAY_ROSTER), monday)
    replace_draft(week, shifts)
    return len(shifts)


def replace_draft(
    week: RosterWeek, shifts: Iterable[PlannedShift], *, keep_names: bool = False
) -> None:
    """Let the board of a locked week show these shifts and no others.

    With `keep_names` a drafted shift is called as the one it was made from: who looked at what is
    published may move it on the board.
    """
    week.draft.all().delete()
    DraftShift.objects.bulk_create(
        DraftShift(
            public_id=UUID(shift.key) if keep_names else uuid4(),
            week=week,
            facility_id=week.facility_id,
            person_id=shift.person_id,
            care_group_id=shift.care_group_id,
            role=shift.role,
            starts_at=shift.during.starts_at,
            ends_at=shift.during.ends_at,
            rest_starts_at=shift.rest.starts_at if shift.rest else None,
            rest_ends_at=shift.rest.ends_at if shift.rest else None,
        )
        for shift in shifts
    )
    _touch(week)


def _touch(week: RosterWeek) -> None:
    RosterWeek.objects.filter(pk=week.pk).update(revision=F("revision") + 1)


def _draft_row(week: RosterWeek, public_id: str) -> DraftShift:
    row = week.draft.filter(public_id=as_uuid(public_id)).first()
    if row is None:
        raise NotFound
    return row
