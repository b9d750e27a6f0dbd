"""Kinds whose rows begin with a house and a person."""

from collections.abc import Sequence
from typing import Any

from common.identity import identity_number_of, is_identity_number
from common.refusals import InvalidInput, NotFound, Refused
from facilities.resources import HouseKind
from imports import cleaners
from imports.cleaners import Unclear
from imports.columns import Column, Reading, Text
from imports.kinds import Against, Record
from imports.types import Cell, Outcome
from staff import services
from staff.selectors.importing import TAIL, KnownPeople, PersonRef

_WHOLE = 18  # characters of an identity number
_MASK = "*"
_NOBODY = "本宝宝屋没有登记这个人，请先登记或导入人员。"
_SEVERAL = "有同名的人，请填写身份证号码或它的后四位。"


class Identity(Reading):
    """A whole identity number, or its last four characters; an export shows no more than these."""

    accepts = "18 位身份证号码；已经登记过的人可以只填后四位"

    def read(self, cell: Cell) -> str:
        said = identity_number_of(cleaners.plain(cleaners.text(cell, longest=30)))
        tail = said.lstrip(_MASK)
        if len(tail) == TAIL:
            return tail
        if len(said) != _WHOLE or not is_identity_number(said):
            raise Unclear("身份证号码不对，请核对证件。")
        return said

    def show(self, value: Any) -> str:
        return f"{value}".rjust(_WHOLE, _MASK)


class PersonKind(HouseKind):
    """A kind about people of houses. Rows name somebody who is registered there."""

    name = Column("姓名", Text(40), aliases=("人员", "员工姓名"), required=True, example="王小梅")
    identity_number = Column(
        "身份证号码",
        Identity(),
        aliases=("身份证", "身份证号", "证件号码"),
        example="1234",
        help="同一家没有同名的人可以不填；导出时只写后四位。",
    )

    def begin(self) -> None:
        super().begin()
        self.people = KnownPeople(self.houses)
        self.batch = services.Batch(self.errand.actor, self.errand.now)

    def save(self, record: Record) -> Outcome | None:
        return None  # every row comes to `save_many`: what is the same costs nothing there

    def save_many(self, records: Sequence[Record]) -> Sequence[Outcome | Against]:
        self.batch.expect(self._named_in(records))
        answers = [self._answer(record) for record in records]
        faults = self.batch.write()
        return [
            faults.get(record.row, answer) for record, answer in zip(records, answers, strict=True)
        ]

    def bring(self, record: Record) -> Outcome:
        """Bring in one row, with `self.batch`. :raises InvalidInput: with what is against it."""
        raise NotImplementedError

    def _answer(self, record: Record) -> Outcome | Against:
        self.batch.about(record.row)
        try:
            return self.bring(record)
        except (InvalidInput, Refused, NotFound) as said:
            self.batch.drop(record.row)
            return said

    def _named_in(self, records: Sequence[Record]) -> set[str]:
        """Whom rows may be about, by public id."""
        return {
            ref.public_id
            for record in records
            for ref in self.people.found(record.house.id, record.name, record.identity_number or "")
        }

    def finish(self) -> None:
        self.batch.settle()

    def person(self, record: Record) -> PersonRef:
        """Whom a row is about. :raises InvalidInput: when that is nobody, or not clear."""
        known = self.people.found(record.house.id, record.name, record.identity_number or "")
        if not known:
            raise InvalidInput({"name": [_NOBODY]})
        if len(known) > 1:
            raise InvalidInput({"identity_number": [_SEVERAL]})
        return known[0]
