"""Training: one row is what one person took of one course."""

from collections.abc import Iterator
from typing import Any, ClassVar

from common.intervals import day_in_shanghai
from common.refusals import InvalidInput
from imports.columns import Choice, Column, Day, Text, Whole, YesNo
from imports.kinds import Record
from imports.types import Outcome
from staff import messages, rules, services
from staff.resources.base import PersonKind
from staff.selectors.importing import KnownPeople, trainings_of
from staff.types import NewTraining, TrainingCategory

_MOST_LESSONS, _MOST_MINUTES = 200, 10_000


class TrainingImport(PersonKind):
    """Add 课时 to the two counters of the year."""

    key: ClassVar[str] = "training"
    title: ClassVar[str] = "培训"
    hint: ClassVar[str] = "一行是一个人参加的一次培训。只知道分钟的，填分钟，系统换算成课时。"
    identity: ClassVar[tuple[str, ...]] = (
        "house", "name", "identity_number", "category", "course", "taken_on",
    )  # fmt: skip

    category = Column(
        "计入",
        Choice({name: one for one, name in messages.TRAININGS.items()}),
        aliases=("类别", "培训类别"),
        required=True,
        example="综合技能",
    )
    course = Column(
        "培训名称", Text(80), aliases=("课程", "培训内容"), required=True, example="婴幼儿急救"
    )
    provider = Column(
        "培训机构", Text(80), aliases=("主办单位", "机构"), required=True, example="区早教中心"
    )
    taken_on = Column(
        "培训日期", Day(), aliases=("日期", "结业日期"), required=True, example="2026-11-20"
    )
    lessons = Column(
        "课时", Whole(least=1, most=_MOST_LESSONS, units="课时节"), aliases=("学时", "课时数"),
        example="8",
    )  # fmt: skip
    minutes = Column(
        "分钟", Whole(least=1, most=_MOST_MINUTES, units="分钟"), example="",
        help="没有写课时的培训才填；不足一课时的零头不计。",
    )  # fmt: skip
    certificate_number = Column("证书编号", Text(40), aliases=("结业证书",), example="PX20260001")
    is_online = Column("线上", YesNo(), aliases=("是否线上",), example="否")

    def begin(self) -> None:
        super().begin()
        self._taken = {
            key: (row.lessons, row.provider) for key, row in trainings_of(self.people.by_id).items()
        }

    def bring(self, record: Record) -> Outcome:
        person, lessons = self.person(record), self._lessons(record)
        key = (person.id, record.category.value, record.course, record.taken_on)
        if key in self._taken:
            if self._taken[key] == (lessons, record.provider):
                return Outcome.UNCHANGED
            there = "{} 课时，{}".format(*self._taken[key])
            raise InvalidInput({"course": [f"这次培训已经登记为{there}，和这一行不同，请核对。"]})
        training = NewTraining(
            category=record.category,
            taken_on=record.taken_on,
            lessons=lessons,
            title=record.course,
            provider=record.provider,
            certificate_number=record.certificate_number or "",
            is_online=bool(record.is_online),
        )
        with self.batch.named(title="course"):
            services.add_training(
                person=person.public_id,
                training=training,
                actor=self.errand.actor,
                now=self.errand.now,
                batch=self.batch,
            )
        self._taken[key] = (lessons, record.provider)
        return Outcome.CREATED

    def _lessons(self, record: Record) -> int:
        if record.lessons is not None and record.minutes is None:
            return int(record.lessons)
        if record.lessons is not None or record.minutes is None:
            raise InvalidInput({"lessons": ["课时和分钟填一个，不要都填，也不要都不填。"]})
        lessons = rules.lessons_in(
            record.minutes,
            self.batch.law,
            district=record.house.place.district,
            on=day_in_shanghai(self.errand.now),
        )
        if not lessons:
            raise InvalidInput({"minutes": ["不到一课时。"]})
        return lessons

    def records(self) -> Iterator[dict[str, Any]]:
        houses = self._houses()
        people = KnownPeople(houses)
        homes = people.homes(houses)
        for (person_id, category, title, on), row in trainings_of(people.by_id).items():
            yield {
                "house": homes[person_id],
                "name": people.by_id[person_id].name,
                "identity_number": people.by_id[person_id].tail,
                "category": TrainingCategory(category),
                "course": title,
                "provider": row.provider,
                "taken_on": on,
                "lessons": row.lessons,
                "minutes": None,
                "certificate_number": row.certificate_number or None,
                "is_online": row.is_online,
            }
