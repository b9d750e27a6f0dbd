"""What a kind of import is: an import-export `Resource` that saves through a service."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import tablib  # type: ignore[import-untyped]
from django.core.exceptions import ValidationError
from django.db import transaction
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource
from import_export.results import RowResult

from accounts.types import Actor, Place, Role
from common.refusals import InvalidInput, NotFound, Refused
from imports import bounds, messages
from imports.columns import Column
from imports.tables import Table
from imports.types import Outcome, PlaceToImport

_TYPES = {
    Outcome.CREATED: RowResult.IMPORT_TYPE_NEW,
    Outcome.UPDATED: RowResult.IMPORT_TYPE_UPDATE,
    Outcome.UNCHANGED: RowResult.IMPORT_TYPE_SKIP,
}


Against = InvalidInput | Refused | NotFound


class Record:
    """One row as its columns read it: an attribute a column, None where nothing stands."""

    def __init__(self, row: int, names: Iterable[str]) -> None:
        self.row = row  # its number in the sheet
        for name in names:
            setattr(self, name, None)

    def __getattr__(self, name: str) -> Any:  # for the type checker: columns are attributes
        raise AttributeError(name)

    def facts(self, names: Iterable[str]) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in names)


@dataclass(frozen=True, slots=True)
class Errand:
    """For whom, where and when a kind is at work.

    `place` is the house or 街镇 that was chosen for the file: no row may reach beyond it.
    """

    actor: Actor
    place: Place
    now: datetime


class ImportKind(Resource):  # type: ignore[misc]
    """Base of every kind. What a kind in an app's `resources.py` must say:

    - `key`: its name in the API (`people`), `title`: its name for people (人员), `hint`: a sentence
      about what one row is;
    - its columns, in the template's order, as class attributes (`imports.columns.Column`);
    - `places(actor)`: the places that somebody may bring data in for. Kinds about houses inherit
      it from `facilities.resources.HouseKind`, with a `house` column that is read within scope;
    - `save(record)`: bring in one row **through a service of the app** and answer an `Outcome`.
      `InvalidInput({"column attribute": [sentence]})`, `Refused` and `NotFound` become messages at
      the row and column. Whatever is read must be compared first: what is there already and the
      same is `UNCHANGED`, and writes nothing, not even an audit event;
    - `records()`: what is there now within `self.errand.place`, as objects or dicts with the
      columns' attributes, in a fixed order: the export. Bringing an export in changes nothing.

    It may also say:

    - `roles`: who may bring it in (default: 街镇管理员 and 负责人);
    - `identity`: attributes that name what a row is about. Two rows of one file with the same
      identity and other values are asked about; two equal ones are one;
    - `begin()`: read once what all rows need (maps by name), before the first row. Then a row that
      changes nothing costs no SQL, and 5,000 of them no time;
    - `save_many(records)`: a row at a time costs about ten statements, and 5,000 rows may take
      longer than a minute. A kind whose files are long answers `None` from `save` for the rows
      that change something; they come to `save_many` together, a few hundred at a time, and it
      answers an `Outcome`, or what is against it, for each, in order. Its `save` writes nothing,
      and so has no savepoint around it;
    - `finish()`: what must follow in the same transaction, once, when no row was at fault;
    - `afterwards()`: what may follow after the commit, once, and harmless twice (publishing,
      recounting): a lost worker loses it, so a beat must come to the same.

    The looking and the doing are the same code: the preview runs every `save` in a transaction
    that is rolled back, without `finish` and `afterwards`. So a service called from `save` sends
    nothing by itself: it queues into the outbox, which is rolled back, too. `self.errand` holds
    actor, place and now; no kind reads the clock, and none saves a model.

        class PeopleImport(HouseKind):
            key, title = "people", "人员"
            hint = "一行一个人。"
            identity = ("phone",)

            name = Column("姓名", Text(40), required=True, example="王小梅")
            phone = Column("手机号码", Mobile(), aliases=["电话"], required=True,
                           example="13800000000")
            hired_on = Column("入职日期", Day(), example="2026-03-01")

            def begin(self) -> None:
                super().begin()                      # the houses within scope
                self._known = selectors.people_by_phone(self.errand.place)

            def save(self, record: Record) -> Outcome:
                wanted = NewPerson(house=record.house.public_id, name=record.name, ...)
                if self._known.get(record.phone) == wanted:
                    return Outcome.UNCHANGED
                services.enter_person(person=wanted, actor=self.errand.actor, now=self.errand.now)
                return Outcome.UPDATED if record.phone in self._known else Outcome.CREATED

            def records(self) -> Iterable[NewPerson]:
                return selectors.people_in(self.errand.place)

    Then name it in settings: `IMPORT_KINDS = (..., "staff.resources.PeopleImport")`.
    """

    key: ClassVar[str] = ""
    title: ClassVar[str] = ""
    hint: ClassVar[str] = ""
    roles: ClassVar[tuple[Role, ...]] = (Role.OPERATOR, Role.PERSON_IN_CHARGE)
    identity: ClassVar[tuple[str, ...]] = ()

    class Meta:
        force_init_instance = True  # `save` finds what is there, not the framework
        instance_loader_class = BaseInstanceLoader
        clean_model_instances = False
        skip_diff = True
        report_skipped = False
        use_transactions = False  # the job has one around all of it, `save_instance` one a row

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, field in cls.fields.items():
            field.attribute = name

    def __init__(self, errand: Errand, *, tell: Callable[[int], None] = lambda _done: None) -> None:
        super().__init__()
        self.errand = errand
        self._tell = tell
        self._numbers: Sequence[int] = ()
        self._seen: dict[tuple[Any, ...], Record] = {}
        self._gathered: list[tuple[int, Record]] = []
        self._settled = 0

    # --- what a kind says -------------------------------------------------------------------------
    @classmethod
    def places(cls, actor: Actor) -> list[PlaceToImport]:
        raise NotImplementedError

    def save(self, record: Record) -> Outcome | None:
        raise NotImplementedError

    def save_many(self, records: Sequence[Record]) -> Sequence[Outcome | Against]:
        raise NotImplementedError

    def records(self) -> Iterable[Any]:
        raise NotImplementedError

    def begin(self) -> None:
        """Read once what all rows need."""

    def finish(self) -> None:
        """Do what must follow in the same transaction."""

    def afterwards(self) -> None:
        """Do what may follow after the commit."""

    # --- what the importer asks -------------------------------------------------------------------
    @classmethod
    def columns(cls) -> list[Column]:
        return list(cls.fields.values())

    @classmethod
    def names(cls) -> dict[str, tuple[str, ...]]:
        """The columns' names with their aliases, as `tables.table_of` asks for them."""
        return {column.column_name: column.aliases for column in cls.columns()}

    @classmethod
    def required(cls) -> list[str]:
        return [column.column_name for column in cls.columns() if column.required]

    @classmethod
    def column_named(cls, attribute: str) -> str | None:
        """The name in the sheet of a record's attribute; None for what is no column."""
        column = cls.fields.get(attribute)
        return str(column.column_name) if column else None

    def bring_in(self, table: Table) -> Any:
        """Read and save every row, within the caller's transaction; import-export's `Result`."""
        self.begin()
        self._numbers = [row.number for row in table.rows]
        self._seen.clear()
        self._gathered.clear()
        dataset = tablib.Dataset(headers=list(table.columns))
        for row in table.rows:
            dataset.append([row.at(index) for index in table.columns.values()])
        result = self.import_data(dataset, use_transactions=False)
        for start in range(0, len(self._gathered), bounds.ROWS_SAVED_AT_A_TIME):
            self._save_together(self._gathered[start:][: bounds.ROWS_SAVED_AT_A_TIME], result)
        return result

    def _save_together(self, gathered: Sequence[tuple[int, Record]], result: Any) -> None:
        """Save rows that `save` has put off, and count each as what it came to."""
        with transaction.atomic():
            answers = self.save_many([record for _, record in gathered])
        for (number, _), answer in zip(gathered, answers, strict=True):
            result.totals[RowResult.IMPORT_TYPE_SKIP] -= 1
            if isinstance(answer, Outcome):
                result.totals[_TYPES[answer]] += 1
            else:
                result.append_invalid_row(number, {}, ValidationError(dict(_sentences(answer))))
        self._settled += len(gathered)
        self._tell(self._settled)

    def sheet_row(self, index: int) -> int:
        """The row in the sheet of import-export's row number, which begins at 1."""
        return self._numbers[index - 1]

    # --- import-export's hooks --------------------------------------------------------------------
    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        self._row = self.sheet_row(kwargs["row_number"])

    def init_instance(self, row: Any = None) -> Record:
        return Record(self._row, self.fields)

    def save_instance(
        self,
        instance: Record,
        is_create: bool,  # noqa: FBT001  the framework's signature
        row: Any,
        **kwargs: Any,
    ) -> None:
        if self._said_before(instance):
            return
        try:
            with self._savepoint():
                outcome = self.save(instance)
        except (InvalidInput, Refused, NotFound) as said:
            raise ValidationError(dict(_sentences(said))) from said
        if outcome is None:
            self._gathered.append((kwargs["row_number"], instance))
        else:
            self._outcome = outcome

    def _savepoint(self) -> AbstractContextManager[Any]:
        saves_together = type(self).save_many is not ImportKind.save_many
        return nullcontext() if saves_together else transaction.atomic()

    def _said_before(self, record: Record) -> bool:
        """Whether an equal row came before. :raises ValidationError: for one that says other."""
        if not self.identity:
            return False
        earlier = self._seen.setdefault(record.facts(self.identity), record)
        if earlier is record:
            return False
        if earlier.facts(self.fields) != record.facts(self.fields):
            raise ValidationError(messages.ANOTHER_ROW_SAYS_OTHERWISE.format(row=earlier.row))
        return True

    def after_import_row(self, row: Any, row_result: Any, **kwargs: Any) -> None:
        row_result.import_type = _TYPES[self._outcome]

    def import_row(self, row: Any, instance_loader: Any, **kwargs: Any) -> Any:
        self._outcome = Outcome.UNCHANGED
        put_off = len(self._gathered)
        result = super().import_row(row, instance_loader, **kwargs)
        if result.errors:  # no fault of the row: a bug, a lost database, a worker out of time
            raise result.errors[-1].error
        if len(self._gathered) == put_off:
            self._settled += 1
            self._tell(self._settled)
        return result


def _sentences(said: Against) -> Iterable[tuple[str, list[str]]]:
    match said:
        case InvalidInput():
            return [(field, list(sentences)) for field, sentences in said.faults.items()]
        case Refused():
            return [("", said.sentences)]
        case _:
            return [("", [messages.NOT_YOURS])]


Kinds = Mapping[str, type[ImportKind]]
