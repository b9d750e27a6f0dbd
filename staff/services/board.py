"""The board: drafting a week. Nothing follows from a draft until it is published."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.types import Actor
from common.intervals import Interval, day_in_shanghai
from common.refusals import InvalidInput, NotFound
from facilities.selectors.access import as_uuid
from staff import rules
from staff.models import DraftShift, RosterWeek
from staff.selectors.roster import (
    DAYS,
    MAY_ROSTER,
    House,
    as_planned,
    begun_shifts,
    house_for,
    published_shifts,
    week_span,
)
from staff.services.batch import Batch, in_one_transaction, made
from staff.types import PlannedShift, ShiftRequest

STALE = "刚刚有人改过这一周的排班，您看到的是旧的，这次没有保存。请看过最新的排班再改。"
BEGUN = "这个班次已经发布并且开始了：可以改结束时间和休息，不能改人、换班级或删除。"


class Stale(InvalidInput):
    """Somebody changed the board after this one looked at it. Nothing was overwritten."""

    def __init__(self) -> None:
        super().__init__(STALE)


@transaction.atomic
def open_week(*, facility: str, monday: date, actor: Actor, now: datetime) -> RosterWeek:
    """Open a house's week for drafting; a published week begins from what is published.

    :raises InvalidInput: when the day is no Monday.
    """
    return open_locked(house_for(actor, facility, *MAY_ROSTER), monday)


def open_locked(house: House, monday: date, *, seen: int | None = None) -> RosterWeek:
    """The week, locked; one that is published and was not drafted on begins from what it is.

    :raises Stale: when its draft is no longer the revision that was seen.
    """
    if monday.weekday():
        raise InvalidInput({"monday": ["一周从周一开始。"]})
    week, made = RosterWeek.objects.select_for_update(of=("self",)).get_or_create(
        facility_id=house.id, monday=monday
    )
    if seen is not None and seen != week.revision:
        raise Stale
    if not made and not week.revision and week.published_at is not None:
        there = published_shifts(week_span(monday), facility_ids=[house.id])
        replace_draft(week, there, keep_names=True)
    return week


@in_one_transaction
def put_shift(
    *,
    facility: str,
    monday: date,
    shift: ShiftRequest,
    actor: Actor,
    now: datetime,
    replaces: str = "",
    revision: int | None = None,
    batch: Batch | None = None,
) -> DraftShift:
    """Put a shift on the board of a week, in the place of another (public id) if one is named.

    What the rules say of it is shown, not refused: a draft may be wrong while it is made. Days
    gone by are not changed, and of a published shift that has begun only its end and break.

    :raises InvalidInput: when the times cannot be, lie outside the week, or are over.
    :raises Stale: when the board is no longer the revision that was seen.
    :raises NotFound: when the house, the person, the group or the replaced shift is not there.
    """
    rows = batch or Batch(actor, now)
    house = rows.house(facility)
    week = rows.week(house, monday, lambda: open_locked(house, monday, seen=revision))
    _check_times(shift, week_span(monday))
    row = _drafted(week, replaces, batch) if replaces else DraftShift(week=week)
    was = as_planned(row) if replaces else None
    for name, value in _columns(shift, house, rows).items():
        setattr(row, name, value)
    _check_not_over(row, was, house, now)
    if was is None:
        made(row, _said, batch)
    else:
        _change(row)
    if batch is None:
        rows.settle()
    return row


def _drafted(week: RosterWeek, public_id: str, batch: Batch | None) -> DraftShift:
    if batch is not None:
        batch.write()  # it may be of the same file
    return _draft_row(week, public_id)


def _change(row: DraftShift) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise _said(error) from None


def _columns(shift: ShiftRequest, house: House, rows: Batch) -> dict[str, object]:
    return {
        "facility_id": house.id,
        "person_id": rows.person(shift.person).pk,
        "care_group_id": rows.group(house, shift.care_group) if shift.care_group else None,
        "role": shift.role,
        "starts_at": shift.starts_at,
        "ends_at": shift.ends_at,
        "rest_starts_at": shift.rest_starts_at,
        "rest_ends_at": shift.rest_ends_at,
    }


def _check_times(shift: ShiftRequest, span: Interval) -> None:
    if not (span.starts_at <= shift.starts_at < shift.ends_at <= span.ends_at):
        raise InvalidInput({"starts_at": ["班次要在这一周内，结束晚于开始。"]})
    last = shift.ends_at - timedelta(microseconds=1)
    if day_in_shanghai(shift.starts_at) != day_in_shanghai(last):
        raise InvalidInput({"ends_at": ["一个班次排在同一天里。"]})
    if bool(shift.rest_starts_at) != bool(shift.rest_ends_at):
        raise InvalidInput({"rest_ends_at": ["休息要有开始和结束。"]})


def _check_not_over(row: DraftShift, was: PlannedShift | None, house: House, now: datetime) -> None:
    """Whether a changed row leaves alone what is over or has begun."""
    wanted = as_planned(row)
    for shift in filter(None, (was, wanted)):
        if day_in_shanghai(shift.during.starts_at) < day_in_shanghai(now):
            raise InvalidInput({"starts_at": ["过去的日子不能再改。"]})
    if was and rules.is_same_work(was, begun_shifts(house.id, week_span(row.week.monday), now)):
        if not rules.is_same_work(wanted, [was]):
            raise InvalidInput(BEGUN)
    elif wanted.during.ends_at <= now:
        raise InvalidInput({"ends_at": ["结束时间已经过了。"]})


def _said(error: IntegrityError) -> InvalidInput:
    if "of_a_caregiver_is_in_a_group" in str(error):
        return InvalidInput({"": ["保育人员的班次要选班级。"]})
    return InvalidInput({"": ["休息时间要在班次之内。"]})


@transaction.atomic
def remove_shift(
    *,
    facility: str,
    monday: date,
    shift: str,
    actor: Actor,
    now: datetime,
    revision: int | None = None,
) -> None:
    """Take a shift off the board; not one of a day gone by, nor a published one that has begun."""
    house = house_for(actor, facility, *MAY_ROSTER)
    week = open_locked(house, monday, seen=revision)
    row = _draft_row(week, shift)
    was = as_planned(row)
    if day_in_shanghai(row.starts_at) < day_in_shanghai(now):
        raise InvalidInput("过去的日子不能再改。")
    if rules.is_same_work(was, begun_shifts(house.id, week_span(monday), now)):
        raise InvalidInput(BEGUN)
    row.delete()
    _touch(week)


@transaction.atomic
def copy_last_week(
    *, facility: str, monday: date, actor: Actor, now: datetime, revision: int | None = None
) -> int:
    """Fill the board with last week's published shifts, seven days later; how many there are.

    What has begun stays as it is.

    :raises InvalidInput: when nothing was published last week.
    """
    house = house_for(actor, facility, *MAY_ROSTER)
    week = open_locked(house, monday, seen=revision)
    week_long = timedelta(days=DAYS)
    last = published_shifts(week_span(monday - week_long), facility_ids=[house.id])
    if not last:
        raise InvalidInput("上一周没有发布过排班。")
    return _replace_coming(week, [shift.moved(week_long) for shift in last], now)


@transaction.atomic
def take_proposal(
    *,
    facility: str,
    monday: date,
    shifts: Sequence[PlannedShift],
    actor: Actor,
    now: datetime,
    revision: int | None = None,
) -> int:
    """Put a proposed week on the board, in the place of what has not begun; how many shifts."""
    week = open_locked(house_for(actor, facility, *MAY_ROSTER), monday, seen=revision)
    return _replace_coming(week, shifts, now)


def _replace_coming(week: RosterWeek, shifts: Sequence[PlannedShift], now: datetime) -> int:
    """Replace what has not begun; who is at work already is not rostered twice."""
    begun = [as_planned(row) for row in week.draft.filter(starts_at__lte=now).order_by("pk")]
    coming = [
        shift
        for shift in shifts
        if shift.during.starts_at > now and not any(_collide(shift, other) for other in begun)
    ]
    week.draft.filter(starts_at__gt=now).delete()
    _create(week, coming, keep_names=False)
    _touch(week)
    return len(coming)


def _collide(shift: PlannedShift, other: PlannedShift) -> bool:
    return shift.person_id == other.person_id and shift.during.overlaps(other.during)


def replace_draft(
    week: RosterWeek, shifts: Iterable[PlannedShift], *, keep_names: bool = False
) -> None:
    """Let the board of a locked week show these shifts and no others.

    With `keep_names` a drafted shift is called as the one it was made from: who looked at what is
    published may move it on the board.
    """
    week.draft.all().delete()
    _create(week, shifts, keep_names=keep_names)
    _touch(week)


def _create(week: RosterWeek, shifts: Iterable[PlannedShift], *, keep_names: bool) -> None:
    DraftShift.objects.bulk_create(
        DraftShift(
            public_id=UUID(shift.key) if keep_names else uuid4(),
            week=week,
            **columns_of(shift, facility_id=week.facility_id),
        )
        for shift in shifts
    )


def columns_of(shift: PlannedShift, *, facility_id: int) -> dict[str, Any]:
    """A shift as the rows of drafts and of published weeks hold it."""
    return {
        "facility_id": facility_id,
        "person_id": shift.person_id,
        "care_group_id": shift.care_group_id,
        "role": shift.role,
        "starts_at": shift.during.starts_at,
        "ends_at": shift.during.ends_at,
        "rest_starts_at": shift.rest.starts_at if shift.rest else None,
        "rest_ends_at": shift.rest.ends_at if shift.rest else None,
    }


def _touch(week: RosterWeek) -> None:
    RosterWeek.objects.filter(pk=week.pk).update(revision=F("revision") + 1)


def _draft_row(week: RosterWeek, public_id: str) -> DraftShift:
    row = week.draft.filter(public_id=as_uuid(public_id)).first()
    if row is None:
        raise NotFound
    return row
