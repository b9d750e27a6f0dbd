"""Shifts: one row is one stretch of somebody's work. It fills the board and publishes nothing."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, ClassVar

from common.intervals import SHANGHAI, Interval, day_in_shanghai, moment_in_shanghai
from common.refusals import InvalidInput
from facilities.selectors.importing import groups_within
from imports import cleaners
from imports.columns import Choice, Clock, Column, Day, Text
from imports.kinds import Record
from imports.types import Outcome
from staff import messages, services
from staff.resources.base import PersonKind
from staff.selectors.importing import KnownPeople, board_in, boards_from
from staff.selectors.roster import as_planned, monday_of
from staff.types import PlannedShift, ShiftRequest, StaffRole


class ShiftsImport(PersonKind):
    """Draft weeks. What is drafted already and the same stays; what overlaps is replaced."""

    key: ClassVar[str] = "shifts"
    title: ClassVar[str] = "排班"
    hint: ClassVar[str] = "一行是一个人的一个班次。导入只填排班表，检查后还要在排班页发布。"
    identity: ClassVar[tuple[str, ...]] = ("house", "name", "identity_number", "day", "starts")

    day = Column("日期", Day(), aliases=("上班日期",), required=True, example="2026-12-01")
    starts = Column(
        "上班", Clock(), aliases=("开始时间", "上班时间", "开始"), required=True, example="8:30"
    )
    ends = Column(
        "下班", Clock(), aliases=("结束时间", "下班时间", "结束"), required=True, example="16:30"
    )
    group = Column(
        "班级", Text(30), aliases=("班", "所在班"), example="托小班",
        help="保育人员要填；全屋的岗位不填。",
    )  # fmt: skip
    role = Column(
        "岗位",
        Choice({name: role for role, name in messages.ROLES.items()}),
        example="保育人员",
        help="不填就是保育人员。",
    )
    rest_starts = Column("休息开始", Clock(), example="12:00")
    rest_ends = Column("休息结束", Clock(), example="12:30")

    def begin(self) -> None:
        super().begin()
        self._groups = groups_within(self.houses)
        self._boards: dict[tuple[int, date], list[PlannedShift]] = {}

    def bring(self, record: Record) -> Outcome:
        person, monday = self.person(record), monday_of(record.day)
        group = self._group(record)
        wanted = _planned(record, person.id, group[0] if group else None)
        board = self._board(record, monday)
        if any(one.content == wanted.content for one in board):
            return Outcome.UNCHANGED
        replaced = _overlapping(board, wanted)
        made = services.put_shift(
            facility=record.house.public_id,
            monday=monday,
            shift=_request(wanted, person.public_id, group[1] if group else ""),
            actor=self.errand.actor,
            now=self.errand.now,
            replaces=replaced.key if replaced else "",
            batch=self.batch,
        )
        if replaced:
            board.remove(replaced)
        board.append(as_planned(made))
        return Outcome.UPDATED if replaced else Outcome.CREATED

    def _board(self, record: Record, monday: date) -> list[PlannedShift]:
        key = (record.house.id, monday)
        if key not in self._boards:
            self._boards[key] = board_in(record.house, monday)
        return self._boards[key]

    def _group(self, record: Record) -> tuple[int, str] | None:
        if record.group is None:
            return None
        groups = self._groups[record.house.public_id]
        found = groups.get(cleaners.alike(record.group))
        if found is None:
            named = "、".join(group.name for group in groups.values()) or "还没有班"
            raise InvalidInput({"group": [f"这个宝宝屋没有这个班。现有：{named}。"]})
        return found.id, found.public_id

    def records(self) -> Iterator[dict[str, Any]]:
        houses = self._houses()
        people, groups = KnownPeople(houses), groups_within(houses)
        monday = monday_of(day_in_shanghai(self.errand.now))
        for house in houses:
            names = {group.id: group.name for group in groups[house.public_id].values()}
            for shift in boards_from(house, monday):
                person = people.by_id[shift.person_id]
                yield {
                    "house": house,
                    "name": person.name,
                    "identity_number": person.tail,
                    "day": day_in_shanghai(shift.during.starts_at),
                    "starts": _clock(shift.during.starts_at),
                    "ends": _clock(shift.during.ends_at),
                    "group": names.get(shift.care_group_id or 0),
                    "role": shift.role,
                    "rest_starts": _clock(shift.rest.starts_at) if shift.rest else None,
                    "rest_ends": _clock(shift.rest.ends_at) if shift.rest else None,
                }


def _planned(record: Record, person_id: int, care_group_id: int | None) -> PlannedShift:
    return PlannedShift(
        key="",
        person_id=person_id,
        facility_id=record.house.id,
        care_group_id=care_group_id,
        role=record.role or StaffRole.CAREGIVER,
        during=_stretch(record.day, record.starts, record.ends, "ends"),
        rest=_rest(record),
    )


def _rest(record: Record) -> Interval | None:
    if record.rest_starts is None and record.rest_ends is None:
        return None
    if record.rest_starts is None or record.rest_ends is None:
        raise InvalidInput({"rest_ends": ["休息要有开始和结束。"]})
    return _stretch(record.day, record.rest_starts, record.rest_ends, "rest_ends")


def _stretch(day: date, starts: time, ends: time, column: str) -> Interval:
    if ends <= starts:
        raise InvalidInput({column: ["结束时间应晚于开始时间。"]})
    return Interval(moment_in_shanghai(day, starts), moment_in_shanghai(day, ends))


def _overlapping(board: list[PlannedShift], wanted: PlannedShift) -> PlannedShift | None:
    """The drafted shift that a row takes the place of."""
    there = [
        one
        for one in board
        if one.person_id == wanted.person_id and one.during.overlaps(wanted.during)
    ]
    if len(there) > 1:
        raise InvalidInput({"starts": ["这段时间已经排了几个班次，请先在排班页整理。"]})
    return there[0] if there else None


def _request(shift: PlannedShift, person: str, care_group: str) -> ShiftRequest:
    return ShiftRequest(
        person=person,
        care_group=care_group,
        role=shift.role,
        starts_at=shift.during.starts_at,
        ends_at=shift.during.ends_at,
        rest_starts_at=shift.rest.starts_at if shift.rest else None,
        rest_ends_at=shift.rest.ends_at if shift.rest else None,
    )


def _clock(moment: datetime) -> time:
    return moment.astimezone(SHANGHAI).time()
