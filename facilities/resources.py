"""What comes in and goes out as Excel: timetables. And the base for kinds about houses."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from accounts.types import Actor
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput
from facilities import services
from facilities.messages import MODE_NAMES
from facilities.selectors.importing import (
    GroupRef,
    HoursLine,
    HouseRef,
    by_name,
    groups_within,
    hours_to_export,
    hours_within,
    houses_within,
    places_to_import,
)
from facilities.types import HoursChange, HoursRow
from imports import cleaners, messages
from imports.cleaners import Unclear
from imports.columns import Choice, Clock, Column, Day, Reading, Text, Weekday, Whole
from imports.kinds import ImportKind, Record
from imports.types import Cell, Outcome, PlaceToImport


class HouseName(Reading):
    """A house within scope; any other, and none at all, get the same answer."""

    accepts = "宝宝屋的全称，与系统里的一致"

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, HouseRef] = {}

    def know(self, houses: Iterable[HouseRef]) -> None:
        self._known = by_name(houses)

    def read(self, cell: Cell) -> HouseRef:
        found = self._known.get(cleaners.alike(cell.text))
        if found is None:
            raise Unclear(messages.NOT_YOURS)
        return found

    def show(self, value: HouseRef) -> str:
        return value.name


class HouseKind(ImportKind):
    """A kind whose rows begin with a house. `self.houses` are those within scope, by name.

    A kind that overrides `begin` calls `super().begin()` first.
    """

    houses: list[HouseRef]

    house = Column(
        "宝宝屋",
        HouseName(),
        aliases=("宝宝屋名称", "点位", "点位名称", "托育点", "机构名称"),
        required=True,
        example="石化街道“宝宝屋”",
        help="只能写您管理的宝宝屋。",
    )

    @classmethod
    def places(cls, actor: Actor) -> list[PlaceToImport]:
        return places_to_import(actor, *cls.roles)

    def begin(self) -> None:
        self.houses = self._houses()
        self.fields["house"].widget.know(self.houses)

    def _houses(self) -> list[HouseRef]:
        return houses_within(self.errand.actor, self.errand.place, *self.roles)


_OUTCOMES = {
    HoursChange.ADDED: Outcome.CREATED,
    HoursChange.CHANGED: Outcome.UPDATED,
    HoursChange.NONE: Outcome.UNCHANGED,
}
_MOST_STAFF = 50  # in one room at a time: more is a slip of the pen


class TimetableImport(HouseKind):
    """Timetables: a line is a stretch of a weekday in which a group cares."""

    key: ClassVar[str] = "timetables"
    title: ClassVar[str] = "时间表"
    hint: ClassVar[str] = "一行是一个班在一周中某一天的一段开放时间。"
    identity: ClassVar[tuple[str, ...]] = ("house", "group", "weekday", "starts", "valid_from")

    group = Column(
        "班级", Text(30), aliases=("班", "班名", "班级名称"), required=True, example="托小班"
    )
    weekday = Column("星期", Weekday(), aliases=("周几", "星期几"), required=True, example="周一")
    starts = Column(
        "开始时间", Clock(), aliases=("开始", "起", "开放时间"), required=True, example="9:00"
    )
    ends = Column(
        "结束时间",
        Clock(),
        aliases=("结束", "止", "关闭时间"),
        required=True,
        example="11:00",
        help="起止之间应正好是若干个时段。",
    )
    mode = Column(
        "方式",
        Choice({name: mode for mode, name in MODE_NAMES.items()}),
        aliases=("托育方式", "模式", "服务方式"),
        required=True,
        example="单独托",
    )
    planned_staff = Column(
        "计划人数",
        Whole(least=0, most=_MOST_STAFF, units="人名"),
        aliases=("计划照护人数", "照护人员", "人员数"),
        required=True,
        example="2",
        help="没有排班时，按这个人数计算能收几个孩子。",
    )
    valid_from = Column(
        "起始日期", Day(), aliases=("开始日期", "生效日期"), required=True, example="2026-12-01"
    )
    valid_through = Column(
        "截止日期",
        Day(),
        aliases=("结束日期", "失效日期"),
        example="2027-06-30",
        help="含当天；不填就是一直有效。",
    )

    def begin(self) -> None:
        super().begin()
        self._groups = groups_within(self.houses)
        self._there = hours_within(self.houses)
        self._touched: set[int] = set()

    def save(self, record: Record) -> Outcome | None:
        return Outcome.UNCHANGED if self._line(record) in self._there else None

    def save_many(self, records: Sequence[Record]) -> Sequence[Outcome | InvalidInput]:
        changes = services.bring_in_hours(
            rows=[self._line(record) for record in records],
            actor=self.errand.actor,
            now=self.errand.now,
        )
        self._touched.update(record.house.id for record in records)
        return [
            change if isinstance(change, InvalidInput) else _OUTCOMES[change] for change in changes
        ]

    def _line(self, record: Record) -> HoursRow:
        return HoursRow(
            care_group=self._group(record).public_id,
            weekday=record.weekday,
            starts=record.starts,
            ends=record.ends,
            mode=record.mode,
            planned_staff=record.planned_staff,
            valid_from=record.valid_from,
            valid_through=record.valid_through,
        )

    def _group(self, record: Record) -> GroupRef:
        groups = self._groups[record.house.public_id]
        found = groups.get(cleaners.alike(record.group))
        if found is None:
            named = "、".join(group.name for group in groups.values()) or "还没有班"
            raise InvalidInput({"group": [f"这个宝宝屋没有这个班。现有：{named}。"]})
        return found

    def afterwards(self) -> None:
        """Cut the new lines into sessions now, rather than within the hour."""
        if self._touched:
            services.publish_sessions(now=self.errand.now, facility_ids=sorted(self._touched))

    def records(self) -> list[HoursLine]:
        return hours_to_export(self._houses(), today=day_in_shanghai(self.errand.now))
