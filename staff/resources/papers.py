"""Certificates, health certificates and record checks: one row is one paper."""

from collections.abc import Iterator
from typing import Any, ClassVar

from common.refusals import InvalidInput
from imports.columns import Choice, Column, Day, Text
from imports.kinds import Record
from imports.types import Outcome
from staff import messages, services
from staff.resources.base import PersonKind
from staff.selectors.importing import (
    KnownPeople,
    PersonRef,
    certificates_of,
    checks_of,
    health_of,
)
from staff.types import (
    CheckChannel,
    CheckResult,
    NewHealthCertificate,
    NewQualification,
    QualificationKind,
)

_HEALTH = "health_certificate"
_KINDS: dict[str, Any] = {
    **{name: kind for kind, name in messages.QUALIFICATIONS.items()},
    messages.HEALTH_CERTIFICATE: _HEALTH,
    **{f"{name}记录查询": channel for channel, name in messages.CHANNELS.items()},
}
_ALIASES: dict[str, Any] = {
    "育婴员": QualificationKind.INFANT_CARER,
    "育婴师证": QualificationKind.INFANT_CARER,
    "健康证": _HEALTH,
    "健康证明": _HEALTH,
    "公安查询": CheckChannel.PUBLIC_SECURITY,
    "检察院查询": CheckChannel.PROCURATORATE,
}
_OTHERWISE = "系统里登记的{what}是{there}，和这一行不同；请核对，登记错了的请在人员页处理。"


class PapersImport(PersonKind):
    """Enter papers whose originals somebody has seen."""

    key: ClassVar[str] = "papers"
    title: ClassVar[str] = "证件"
    hint: ClassVar[str] = "一行是一个人的一份证件、健康合格证明或一次违法犯罪记录查询。"
    identity: ClassVar[tuple[str, ...]] = (
        "house", "name", "identity_number", "kind", "number", "issued_on",
    )  # fmt: skip

    kind = Column(
        "证件", Choice(_KINDS, aliases=_ALIASES), aliases=("证件类型", "证书", "证书名称"),
        required=True, example="育婴师",
    )  # fmt: skip
    number = Column(
        "编号", Text(40), aliases=("证书编号", "证号"), example="YY20260001",
        help="资格证书要填；请把这一列设为“文本”格式。",
    )  # fmt: skip
    issuer = Column(
        "发证机构", Text(80), aliases=("检查机构", "颁发机构"), example="上海市职业技能鉴定中心",
        help="证书和健康合格证明要填。",
    )  # fmt: skip
    issued_on = Column(
        "发证日期", Day(), aliases=("检查日期", "查询日期"), required=True, example="2026-03-05"
    )
    valid_through = Column(
        "有效期至", Day(), aliases=("截止日期", "到期日期", "有效期"), example="2027-03-04",
        help="含当天；长期有效的不填。健康合格证明要填，记录查询不用填。",
    )  # fmt: skip
    result = Column(
        "结果",
        Choice({name: result for result, name in messages.RESULTS.items()}),
        aliases=("查询结果",),
        example="未发现",
        help="只有记录查询要填，其他不填。",
    )

    def begin(self) -> None:
        super().begin()
        ids = list(self.people.by_id)
        self._certificates, self._health = certificates_of(ids), health_of(ids)
        self._checked = checks_of(ids)

    def bring(self, record: Record) -> Outcome:
        person = self.person(record)
        match record.kind:
            case QualificationKind():
                return self._certificate(person, record)
            case CheckChannel():
                return self._check(person, record)
            case _:
                return self._examined(person, record)

    def _certificate(self, person: PersonRef, record: Record) -> Outcome:
        _needs(record, "number", "issuer")
        wanted = (record.issuer, record.issued_on, record.valid_through)
        key = (person.id, record.kind.value, record.number)
        if key in self._certificates:
            return _unless_otherwise(self._certificates[key], wanted)
        paper = NewQualification(
            record.kind, record.number, record.issuer, record.issued_on, record.valid_through
        )
        services.add_qualification(
            person=person.public_id, paper=paper, actor=self.errand.actor, now=self.errand.now,
            batch=self.batch,
        )  # fmt: skip
        self._certificates[key] = wanted
        return Outcome.CREATED

    def _examined(self, person: PersonRef, record: Record) -> Outcome:
        _needs(record, "issuer", "valid_through")
        wanted = (record.issuer, record.number or "", record.valid_through)
        key = (person.id, record.issued_on)
        if key in self._health:
            return _unless_otherwise(self._health[key], wanted)
        paper = NewHealthCertificate(
            institution=record.issuer,
            number=record.number or "",
            examined_on=record.issued_on,
            valid_through=record.valid_through,
        )
        with self.batch.named(examined_on="issued_on"):
            services.add_health_certificate(
                person=person.public_id, paper=paper, actor=self.errand.actor,
                now=self.errand.now, batch=self.batch,
            )  # fmt: skip
        self._health[key] = wanted
        return Outcome.CREATED

    def _check(self, person: PersonRef, record: Record) -> Outcome:
        _needs(record, "result")
        key = (person.id, record.kind.value, record.issued_on)
        if key in self._checked:
            return _unless_otherwise((self._checked[key],), (record.result.value,))
        with self.batch.named(checked_on="issued_on"):
            services.record_check(
                person=person.public_id,
                channel=record.kind,
                result=record.result,
                checked_on=record.issued_on,
                document_number=record.number or "",
                actor=self.errand.actor,
                now=self.errand.now,
                batch=self.batch,
            )
        self._checked[key] = record.result.value
        return Outcome.CREATED

    def records(self) -> Iterator[dict[str, Any]]:
        houses = self._houses()
        people = KnownPeople(houses)
        rows: dict[int, list[dict[str, Any]]] = {}
        for paper in _papers(people):
            rows.setdefault(paper.pop("person"), []).append(paper)
        for person_id, house in people.homes(houses).items():
            person = people.by_id[person_id]
            for paper in rows.get(person_id, []):
                yield {
                    "house": house,
                    "name": person.name,
                    "identity_number": person.tail,
                    "number": None,
                    "issuer": None,
                    "valid_through": None,
                    "result": None,
                    **paper,
                }


def _papers(people: KnownPeople) -> Iterator[dict[str, Any]]:
    for (person, kind, number), (issuer, on, through) in certificates_of(people.by_id).items():
        yield {
            "person": person, "kind": QualificationKind(kind), "number": number,
            "issuer": issuer, "issued_on": on, "valid_through": through,
        }  # fmt: skip
    for (person, on), (institution, number, until) in health_of(people.by_id).items():
        yield {
            "person": person, "kind": _HEALTH, "number": number or None, "issuer": institution,
            "issued_on": on, "valid_through": until,
        }  # fmt: skip
    for (person, channel, on), result in sorted(checks_of(people.by_id).items()):
        yield {
            "person": person, "kind": CheckChannel(channel), "issued_on": on,
            "result": CheckResult(result),
        }  # fmt: skip


def _needs(record: Record, *names: str) -> None:
    missing = {name: ["这一种证件要填这一列。"] for name in names if getattr(record, name) is None}
    if missing:
        raise InvalidInput(missing)


def _unless_otherwise(there: tuple[Any, ...], wanted: tuple[Any, ...]) -> Outcome:
    if there == wanted:
        return Outcome.UNCHANGED
    said = "、".join(f"{one}" for one in there if one)
    raise InvalidInput({"kind": [_OTHERWISE.format(what="这份证件", there=said)]})
