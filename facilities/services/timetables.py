"""Timetables that come line by line from a file."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from accounts.types import Actor, Role
from audit import services as audit
from common.intervals import SHANGHAI, moment_in_shanghai
from common.refusals import InvalidInput, NotFound
from facilities.messages import BROKEN
from facilities.models import CareGroup, CareSession, TimetableEntry
from facilities.selectors.access import place_of
from facilities.services.registry import bad_hours, said_plainly
from facilities.types import CareMode, HoursChange, HoursRow
from regulations.rules import LawBook
from regulations.selectors import law_book

_MAY_BRING_IN = (Role.OPERATOR, Role.PERSON_IN_CHARGE)
_ENDS_OTHERWISE = (
    "这个班这一天 {starts:%H:%M} 起的安排已经在时间表里，到 {ends:%H:%M} 为止，不能改成别的时间；"
    "请先给原来的安排填上截止日期，再从之后的日期起另写一行。"
)
_OTHER_MODE = (
    "这个时段已经在时间表里，是另一种方式；请先给原来的安排填上截止日期，再从之后的日期起另写一行。"
)
_PUBLISHED = "这个时段到 {day} 为止的场次已经公布，截止日期不能早于那一天；临时不开请用“关闭几天”。"


class _Hours:
    """The lines of some groups' timetables, with those that are about to be entered."""

    def __init__(self, entries: Iterable[TimetableEntry]) -> None:
        self.fresh: list[TimetableEntry] = []
        self._by_day: dict[tuple[int, int], list[TimetableEntry]] = defaultdict(list)
        for entry in entries:
            self._on(entry).append(entry)

    def _on(self, entry: TimetableEntry) -> list[TimetableEntry]:
        return self._by_day[entry.care_group_id, entry.weekday]

    def same(self, wanted: TimetableEntry) -> TimetableEntry | None:
        """The line that is about the same: group, weekday, beginning and first day."""
        about = (wanted.starts, wanted.valid_from)
        return next(
            (one for one in self._on(wanted) if (one.starts, one.valid_from) == about), None
        )

    def enter(self, wanted: TimetableEntry) -> None:
        self.refuse_overlap(wanted)
        self._on(wanted).append(wanted)
        self.fresh.append(wanted)

    def refuse_overlap(self, wanted: TimetableEntry, but: TimetableEntry | None = None) -> None:
        if any(one is not but and _overlap(one, wanted) for one in self._on(wanted)):
            field, sentence = BROKEN["a_group_does_one_thing_at_a_time_on_a_weekday"]
            raise InvalidInput({field: [sentence]})


def _overlap(one: TimetableEntry, other: TimetableEntry) -> bool:
    by_clock = one.starts < other.ends and other.starts < one.ends
    one_ends = one.valid_through or date.max
    other_ends = other.valid_through or date.max
    return by_clock and one.valid_from <= other_ends and other.valid_from <= one_ends


@transaction.atomic
def bring_in_hours(
    *, rows: Sequence[HoursRow], actor: Actor, now: datetime
) -> list[HoursChange | InvalidInput]:
    """Enter lines of timetables, or correct their planned staff and last day; what each came to.

    What a line is about is its group, weekday, beginning and first day. A line that overlaps
    another, contradicts what is published, or is not a whole number of sessions comes to an
    `InvalidInput`, and the others are entered: whoever wants all or nothing undoes them. Sessions
    are not cut from lines here: whoever brings in many calls `publish_sessions` once, and the
    worker does anyway. Sessions that are published stay as they are.

    :raises NotFound: when a house is not the actor's.
    """
    groups = _locked_groups({row.care_group for row in rows}, actor)
    hours = _Hours(TimetableEntry.objects.filter(care_group__in=groups.values()).order_by("pk"))
    law = law_book()
    changes: list[HoursChange | InvalidInput] = []
    for row in rows:
        try:
            changes.append(_bring_in(row, groups[row.care_group], hours, law, actor, now))
        except InvalidInput as refused:
            changes.append(refused)
    with said_plainly():
        TimetableEntry.objects.bulk_create(hours.fresh)
    _record_added(hours.fresh, actor, now)
    return changes


def _locked_groups(public_ids: Iterable[str], actor: Actor) -> dict[str, CareGroup]:
    """Groups by their public ids, so that nobody else brings in hours for them meanwhile."""
    found = (
        CareGroup.objects.select_for_update(of=("self",), no_key=True)
        .select_related("facility__subdistrict__district")
        .filter(public_id__in=list(public_ids))
        .order_by("pk")
    )
    groups = {str(group.public_id): group for group in found}
    may = (actor.may(*_MAY_BRING_IN, at=place_of(group.facility)) for group in groups.values())
    if set(public_ids) != set(groups) or not all(may):
        raise NotFound
    return groups


def _bring_in(
    row: HoursRow, group: CareGroup, hours: _Hours, law: LawBook, actor: Actor, now: datetime
) -> HoursChange:
    district = place_of(group.facility).district
    times = (row.starts, row.ends, row.valid_from, row.valid_through)
    faults = bad_hours(*times, district, law)
    if faults:
        raise InvalidInput({field: [sentence] for field, sentence in faults.items()})
    wanted = TimetableEntry(**(asdict(row) | {"care_group": group}))
    entry = hours.same(wanted)
    if entry is None:
        hours.enter(wanted)
        return HoursChange.ADDED
    return _correct(entry, row, hours, actor, now)


def _correct(
    entry: TimetableEntry, row: HoursRow, hours: _Hours, actor: Actor, now: datetime
) -> HoursChange:
    _refuse_another_session(entry, row)
    before = {"planned_staff": entry.planned_staff, "valid_through": entry.valid_through}
    after = {"planned_staff": row.planned_staff, "valid_through": row.valid_through}
    if before == after or entry.pk is None:  # entered a moment ago, from the same file
        return HoursChange.NONE
    _refuse_an_end_before_what_is_published(entry, row)
    entry.planned_staff, entry.valid_through = row.planned_staff, row.valid_through
    hours.refuse_overlap(entry, but=entry)
    TimetableEntry.objects.filter(pk=entry.pk).update(**after)
    _record_changed(row, before, after, actor, now)
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


def _record_added(entries: Sequence[TimetableEntry], actor: Actor, now: datetime) -> None:
    """One event a group, with all of its lines."""
    by_group: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in entries:
        by_group[str(entry.care_group.public_id)].append(_written(entry))
    for group, lines in by_group.items():
        _record("added", group, {"lines": lines}, actor, now)


def _written(entry: TimetableEntry) -> dict[str, Any]:
    return {
        "weekday": entry.weekday,
        "starts": f"{entry.starts:%H:%M}",
        "ends": f"{entry.ends:%H:%M}",
        "mode": CareMode(entry.mode).value,
        "planned_staff": entry.planned_staff,
        "valid_from": f"{entry.valid_from}",
        "valid_through": _day(entry.valid_through),
    }


def _record_changed(
    row: HoursRow, before: dict[str, Any], after: dict[str, Any], actor: Actor, now: datetime
) -> None:
    facts: dict[str, Any] = {
        "weekday": row.weekday,
        "starts": f"{row.starts:%H:%M}",
        "valid_from": f"{row.valid_from}",
        "planned_staff": {"before": before["planned_staff"], "after": after["planned_staff"]},
        "valid_through": {
            "before": _day(before["valid_through"]),
            "after": _day(after["valid_through"]),
        },
    }
    _record("changed", row.care_group, facts, actor, now)


def _day(day: date | None) -> str | None:
    return f"{day}" if day else None


def _record(what: str, group: str, facts: dict[str, Any], actor: Actor, now: datetime) -> None:
    audit.record(
        kind=f"facilities.timetable.{what}",
        actor_id=actor.user_id,
        at=now,
        subject=f"care_group:{group}",
        data=facts,
    )
