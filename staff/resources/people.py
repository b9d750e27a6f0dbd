"""People and their engagements: one row is one person in one role of a house."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from common.crypto import lookup_code
from common.refusals import InvalidInput
from imports.columns import Choice, Column, Day, Mobile, Text
from imports.kinds import Against, Record
from imports.types import Outcome
from staff import messages, services
from staff.resources.base import Identity, PersonKind
from staff.selectors.importing import (
    TAIL,
    EngagementLine,
    KnownPeople,
    PersonRef,
    checks_of,
    engagements_within,
)
from staff.types import (
    CheckChannel,
    CheckResult,
    EmploymentBasis,
    NewEmployment,
    NewPerson,
)

_ENDED = "表格导入的离职日期"


class PeopleImport(PersonKind):
    """Register people, enter their clean record checks, and engage them."""

    key: ClassVar[str] = "people"
    title: ClassVar[str] = "人员"
    hint: ClassVar[str] = (
        "一行是一个人在一家宝宝屋的一个岗位。岗位不填的只登记，不录用；"
        "录用的人要有公安机关和检察院的查询日期，或者已经登记过查询结果。"
    )
    identity: ClassVar[tuple[str, ...]] = ("house", "name", "identity_number", "role", "starts_on")

    identity_number = Column(
        "身份证号码",
        Identity(),
        aliases=("身份证", "身份证号", "证件号码"),
        required=True,
        example="310228199005170017",
        help="请把这一列设为“文本”格式；导出时只写后四位。",
    )
    phone = Column(
        "手机号码", Mobile(), aliases=("手机", "电话", "联系电话"), required=True,
        example="13800000000",
    )  # fmt: skip
    role = Column(
        "岗位",
        Choice(
            {name: role for role, name in messages.ROLES.items()},
            aliases={"保育员": next(iter(messages.ROLES)), "育婴师": next(iter(messages.ROLES))},
        ),
        aliases=("职务", "角色"),
        example="保育人员",
    )
    basis = Column(
        "聘用方式",
        Choice({name: basis for basis, name in messages.BASES.items()}),
        aliases=("方式", "用工方式"),
        example="聘用",
        help="不填就是聘用。",
    )
    starts_on = Column(
        "入职日期", Day(), aliases=("上岗日期", "聘用日期", "开始日期"), example="2026-12-01"
    )
    through = Column(
        "离职日期", Day(), aliases=("结束日期", "到期日期"), example="2027-11-30",
        help="含当天；不填就是没有期限。",
    )  # fmt: skip
    lent_by = Column("借出单位", Text(60), example="石化幼儿园", help="借用的人要填。")
    public_security_on = Column(
        "公安查询日期",
        Day(),
        aliases=("公安机关查询日期",),
        example="2026-11-20",
        help="公安机关查询违法犯罪记录、没有发现的那一天；查到的请在人员页登记。",
    )
    procuratorate_on = Column(
        "检察院查询日期",
        Day(),
        aliases=("检察院入职查询日期",),
        example="2026-11-20",
        help="检察院查询、没有发现的那一天。",
    )

    def begin(self) -> None:
        super().begin()
        self._engaged = engagements_within(self.houses)
        self._checked = checks_of(self.people.by_id)

    def save_many(self, records: Sequence[Record]) -> Sequence[Outcome | Against]:
        numbers = [record.identity_number for record in records if self._is_unknown(record)]
        elsewhere = self.batch.expect_numbers(lookup_code(number) for number in numbers)
        self._checked |= checks_of(elsewhere)
        return super().save_many(records)

    def _is_unknown(self, record: Record) -> bool:
        """Whether a row is about somebody who is not before its house yet."""
        number = record.identity_number
        known = self.people.found(record.house.id, record.name, number)
        return len(number) > TAIL and len(known) != 1

    def bring(self, record: Record) -> Outcome:
        person, is_new = self._registered(record)
        changed = self._phone(person, record)
        changed |= self._checks(person, record)
        engaged = self._engagement(person, record)
        if is_new or engaged is Outcome.CREATED:
            return Outcome.CREATED
        return Outcome.UPDATED if changed or engaged is Outcome.UPDATED else Outcome.UNCHANGED

    def _registered(self, record: Record) -> tuple[PersonRef, bool]:
        known = self.people.found(record.house.id, record.name, record.identity_number)
        if len(known) == 1:
            return known[0], False
        if len(record.identity_number) <= TAIL:
            raise InvalidInput({"identity_number": ["新登记的人请填写完整的身份证号码。"]})
        made = services.register_person(
            facility=record.house.public_id,
            person=NewPerson(record.name, record.identity_number, record.phone),
            actor=self.errand.actor,
            now=self.errand.now,
            batch=self.batch,
        )
        return self.people.add(made, record.house.id), True

    def _phone(self, person: PersonRef, record: Record) -> bool:
        if person.phone == record.phone:
            return False
        services.change_phone(
            person=person.public_id,
            phone=record.phone,
            actor=self.errand.actor,
            now=self.errand.now,
            batch=self.batch,
        )
        self.people.by_id[person.id] = replace(person, phone=record.phone)
        return True

    def _checks(self, person: PersonRef, record: Record) -> bool:
        days = {
            CheckChannel.PUBLIC_SECURITY: record.public_security_on,
            CheckChannel.PROCURATORATE: record.procuratorate_on,
        }
        new = [
            (channel, on)
            for channel, on in days.items()
            if on is not None and (person.id, channel.value, on) not in self._checked
        ]
        for channel, on in new:
            self._check(person, channel, on)
        return bool(new)

    def _check(self, person: PersonRef, channel: CheckChannel, on: date) -> None:
        column = (
            "public_security_on" if channel is CheckChannel.PUBLIC_SECURITY else "procuratorate_on"
        )
        with self.batch.named(checked_on=column):
            services.record_check(
                person=person.public_id,
                channel=channel,
                result=CheckResult.CLEAR,
                checked_on=on,
                actor=self.errand.actor,
                now=self.errand.now,
                batch=self.batch,
            )
        self._checked[person.id, channel.value, on] = CheckResult.CLEAR

    def _engagement(self, person: PersonRef, record: Record) -> Outcome:
        if record.role is None:
            return Outcome.UNCHANGED
        if record.starts_on is None:
            raise InvalidInput({"starts_on": ["填了岗位的，请填写入职日期。"]})
        wanted = EngagementLine(
            role=record.role,
            basis=record.basis or EmploymentBasis.EMPLOYED,
            starts_on=record.starts_on,
            through=record.through,
            lent_by=record.lent_by or "",
        )
        there = self._engaged[record.house.id, person.id]
        same = {key: one for key, one in there.items() if _is_the_same(one, wanted)}
        if not same:
            return self._hire(person, record, wanted)
        [(key, line)] = same.items()
        if line == wanted:
            return Outcome.UNCHANGED
        if wanted.through and replace(wanted, through=None) == line:
            return self._end(key, wanted.through)
        raise InvalidInput({"role": ["系统里这个岗位登记的内容不同，请在人员页修改。"]})

    def _hire(self, person: PersonRef, record: Record, wanted: EngagementLine) -> Outcome:
        made = services.hire(
            person=person.public_id,
            employment=NewEmployment(
                facility=record.house.public_id,
                role=wanted.role,
                starts_on=wanted.starts_on,
                basis=wanted.basis,
                through=wanted.through,
                lent_by=wanted.lent_by,
            ),
            actor=self.errand.actor,
            now=self.errand.now,
            batch=self.batch,
        )
        self._engaged[record.house.id, person.id][str(made.public_id)] = wanted
        return Outcome.CREATED

    def _end(self, employment: str, through: date) -> Outcome:
        services.end_employment(
            employment=employment,
            through=through,
            reason=_ENDED,
            actor=self.errand.actor,
            now=self.errand.now,
        )
        return Outcome.UPDATED

    def records(self) -> Iterator[dict[str, Any]]:
        houses = self._houses()
        people, engaged = KnownPeople(houses), engagements_within(houses)
        checked = _latest(checks_of(people.by_id))
        for house in houses:
            for person in people.of_house(house.id):
                lines: list[EngagementLine | None] = [*engaged[house.id, person.id].values()]
                for line in lines or [None]:
                    yield {
                        "house": house,
                        "name": person.name,
                        "identity_number": person.tail,
                        "phone": person.phone,
                        **_engagement(line),
                        "public_security_on": checked.get(
                            (person.id, CheckChannel.PUBLIC_SECURITY.value)
                        ),
                        "procuratorate_on": checked.get(
                            (person.id, CheckChannel.PROCURATORATE.value)
                        ),
                    }


def _is_the_same(line: EngagementLine, wanted: EngagementLine) -> bool:
    return line.role is wanted.role and line.starts_on == wanted.starts_on


def _engagement(line: EngagementLine | None) -> dict[str, Any]:
    names = ("role", "basis", "starts_on", "through", "lent_by")
    if line is None:
        return dict.fromkeys(names)
    return {name: getattr(line, name) or None for name in names}


def _latest(checks: dict[tuple[int, str, date], str]) -> dict[tuple[int, str], date]:
    """The day of the latest clean check, by person and channel."""
    found: dict[tuple[int, str], date] = {}
    for (person, channel, on), result in checks.items():
        if result == CheckResult.CLEAR:
            found[person, channel] = max(on, found.get((person, channel), on))
    return found
