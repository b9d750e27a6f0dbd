"""Timetables that come line by line from a file."""

from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from accounts.types import Actor, Role
from audit import services as audit
from common.intervals import SHANGHAI, moment_in_shanghai
from common.refusals import InvalidInput
from facilities.models import CareGroup, CareSession, TimetableEntry
from facilities.selectors.access import care_group_for, place_of
from facilities.services.registry import bad_hours, said_plainly
from facilities.types import CareMode, HoursChange, HoursRow

_MAY_BRING_IN = (Role.OPERATOR, Role.PERSON_IN_CHARGE)
_ENDS_OTHERWISE = (
    "这个班这一天 {starts:%H:%M} 起的安排已经在时间表里，到 {ends:%H:%M} 为止，不能改成别的时间；"
    "请先给原来的安排填上截止日期，再从之后的日期起另写一行。"
)
_OTHER_MODE = (
    "这个时段已经在时间表里，是另一种方式；请先给原来的安排填上截止日期，再从之后的日期起另写一行。"
)
_PUBLISHED = "这个时段到 {day} 为止的场次已经公布，截止日期不能早于那一天；临时不开请用“关闭几天”。"


@transaction.atomic
def bring_in_hours(*, row: HoursRow, actor: Actor, now: datetime) -> HoursChange:
    """Enter a line of a timetable, or correct its planned staff and last day.

    What a line is about is its group, weekday, beginning and first day. Sessions are not cut from
    it here: whoever brings in many lines calls `publish_sessions` once, and the worker does
    anyway. Sessions that are published stay as they are.

    :raises NotFound: when the house is not the actor's.
    :raises InvalidInput: when it overlaps another line, contradicts what is published, or is not a
        whole number of sessions.
    """
    group = care_group_for(actor, row.care_group, *_MAY_BRING_IN)
    faults = bad_hours(
        row.starts, row.ends, row.valid_from, row.valid_through, place_of(group.facility).district
    )
    if faults:
        raise InvalidInput({field: [sentence] for field, sentence in faults.items()})
    entry = _entry(group, row)
    if entry is None:
        _add(group, row, actor, now)
        return HoursChange.ADDED
    return _correct(entry, row, actor, now)


def _entry(group: CareGroup, row: HoursRow) -> TimetableEntry | None:
    return (
        TimetableEntry.objects.select_for_update(no_key=True)
        .filter(
            care_group=group,
            weekday=row.weekday,
            starts=row.starts,
            valid_from=row.valid_from,
        )
        .first()
    )


def _add(group: CareGroup, row: HoursRow, actor: Actor, now: datetime) -> None:
    facts = asdict(row) | {"care_group": group}
    with said_plainly():
        TimetableEntry.objects.create(**facts)
    _record("added", row, _written(row), actor, now)


def _correct(entry: TimetableEntry, row: HoursRow, actor: Actor, now: datetime) -> HoursChange:
    _refuse_another_session(entry, row)
    before = (entry.planned_staff, entry.valid_through)
    if before == (row.planned_staff, row.valid_through):
        return HoursChange.NONE
    _refuse_an_end_before_what_is_published(entry, row)
    with said_plainly():
        TimetableEntry.objects.filter(pk=entry.pk).update(
            planned_staff=row.planned_staff, valid_through=row.valid_through
        )
    facts = {
        "weekday": row.weekday,
        "starts": f"{row.starts:%H:%M}",
        "valid_from": f"{row.valid_from}",
        "planned_staff": {"before": before[0], "after": row.planned_staff},
        "valid_through": {"before": _day(before[1]), "after": _day(row.valid_through)},
    }
    _record("changed", row, facts, actor, now)
    return HoursChange.CHANGED


def _refuse_another_session(entry: TimetableEntry, row: HoursRow) -> None:
    if entry.ends != row.ends:
        said = _ENDS_OTHERWISE.format(starts=entry.starts, ends=entry.ends)
        raise InvalidInput({"ends": [said]})
    if CareMode(entry.mode) is not row.mode:
        raise InvalidInput({"mode": [_OTHER_MODE]})


def _refuse_an_end_before_what_is_published(entry: TimetableEntry, row: HoursRow) -> None:
    if row.valid_through is None:
        return
    last = _last_published(entry, after=row.valid_through)
    if last:
        raise InvalidInput({"valid_through": [_PUBLISHED.format(day=last)]})


def _last_published(entry: TimetableEntry, *, after: date) -> date | None:
    """The last day after another on which a session of this line stands in the timetable."""
    midnight = moment_in_shanghai(after, time.max)
    sessions = CareSession.objects.filter(care_group_id=entry.care_group_id, starts_at__gt=midnight)
    for starts_at in sessions.order_by("-starts_at").values_list("starts_at", flat=True):
        local = starts_at.astimezone(SHANGHAI)
        if local.weekday() == entry.weekday and entry.starts <= local.time() < entry.ends:
            return local.date()
    return None


def _written(row: HoursRow) -> dict[str, Any]:
    return {
        "weekday": row.weekday,
        "starts": f"{row.starts:%H:%M}",
        "ends": f"{row.ends:%H:%M}",
        "mode": row.mode.value,
        "planned_staff": row.planned_staff,
        "valid_from": f"{row.valid_from}",
        "valid_through": _day(row.valid_through),
    }


def _day(day: date | None) -> str | None:
    return f"{day}" if day else None


def _record(what: str, row: HoursRow, facts: dict[str, Any], actor: Actor, now: datetime) -> None:
    audit.record(
        kind=f"facilities.timetable.{what}",
        actor_id=actor.user_id,
        at=now,
        subject=f"care_group:{row.care_group}",
        data=facts,
    )
