"""What is typed or dragged on a week's board, turned into types. Nothing is saved here."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import FaultyForm
from common.intervals import SHANGHAI, day_in_shanghai, moment_in_shanghai
from regulations.keys import LimitKey
from staff.messages import ROLES, RULES, day_words
from staff.selectors.board_rows import Board, DayCell, PersonRow, ShiftRow
from staff.types import ShiftRequest, StaffRole

_CHOOSE = _("请选择")
_MISSING = {"required": _("请填写。"), "invalid": _("请看看填得对不对。")}
_TIME = {"type": "time", "step": "900"}


class Faulty(FaultyForm):
    """A form about moments, whose fields are called by what begins or ends at them."""

    def called(self, field: str) -> str:
        return field.removesuffix("_at")


class RevisionForm(Faulty):
    """Which revision of the board was looked at; without one nothing is compared."""

    revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    @property
    def seen(self) -> int | None:
        """The revision that was seen; what cannot be read was never a revision."""
        return self.cleaned_data.get("revision") if self.is_valid() else None


class ShiftForm(RevisionForm):
    """A shift: who, as what, where, on which day, from when to when, and the break."""

    person = forms.ChoiceField(label=_("谁"), error_messages=_MISSING)
    role = forms.ChoiceField(
        label=_("岗位"),
        choices=[(role.value, name) for role, name in ROLES.items()],
        error_messages=_MISSING,
    )
    care_group = forms.ChoiceField(
        label=_("班级"), required=False, help_text=_("保育人员要选班级，其他岗位可以不选。")
    )
    day = forms.TypedChoiceField(
        label=_("哪一天"), coerce=date.fromisoformat, error_messages=_MISSING
    )
    starts = forms.TimeField(
        label=_("开始"),
        widget=forms.TimeInput(attrs=_TIME, format="%H:%M"),
        error_messages=_MISSING,
    )
    ends = forms.TimeField(
        label=_("结束"),
        widget=forms.TimeInput(attrs=_TIME, format="%H:%M"),
        error_messages=_MISSING,
    )
    rest_starts = forms.TimeField(
        label=_("休息从"),
        required=False,
        widget=forms.TimeInput(attrs=_TIME, format="%H:%M"),
        error_messages=_MISSING,
    )
    rest_ends = forms.TimeField(
        label=_("休息到"),
        required=False,
        widget=forms.TimeInput(attrs=_TIME, format="%H:%M"),
        help_text=_("不休息就空着。休息时不计入师幼比，也不算工时。"),
        error_messages=_MISSING,
    )

    def __init__(self, *args: Any, board: Board, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("person", ((one.id, _called(one)) for one in board.people))
        self._offer("care_group", ((one.public_id, one.name) for one in board.groups))
        self._offer("day", ((f"{one.day}", day_words(one.day)) for one in board.days))

    def _offer(self, field: str, choices: Iterable[tuple[str, Any]]) -> None:
        setattr(self.fields[field], "choices", [("", _CHOOSE), *choices])  # noqa: B010

    def clean(self) -> dict[str, Any]:
        """End at midnight means the end of the day."""
        given = super().clean() or self.cleaned_data
        if bool(given.get("rest_starts")) != bool(given.get("rest_ends")):
            self.add_error("rest_ends", _("休息要有开始和结束。"))
        return given

    def shift(self) -> ShiftRequest:
        """The shift that was asked for."""
        given = self.cleaned_data
        return ShiftRequest(
            person=given["person"],
            care_group=given["care_group"],
            role=StaffRole(given["role"]),
            starts_at=self._at("starts"),
            ends_at=self._at("ends"),
            rest_starts_at=self._at("rest_starts") if given["rest_starts"] else None,
            rest_ends_at=self._at("rest_ends") if given["rest_ends"] else None,
        )

    def _at(self, name: str) -> datetime:
        at: time = self.cleaned_data[name]
        return moment_in_shanghai(self.cleaned_data["day"], at)


def _called(person: PersonRow) -> str:
    return f"{person.name}（{person.roles}）" if person.roles else person.name


def as_initial(board: Board, person: PersonRow, shift: ShiftRow) -> dict[str, Any]:
    """What the form shows of a shift that is there."""
    return {
        "person": person.id,
        "role": shift.role.value,
        "care_group": shift.group,
        "day": f"{day_in_shanghai(shift.during.starts_at)}",
        "starts": _clock(shift.during.starts_at),
        "ends": _clock(shift.during.ends_at),
        "rest_starts": _clock(shift.rest.starts_at) if shift.rest else None,
        "rest_ends": _clock(shift.rest.ends_at) if shift.rest else None,
        "revision": board.revision,
    }


def _clock(moment: datetime) -> time:
    return moment.astimezone(SHANGHAI).time()


def found_shift(board: Board, key: str) -> tuple[PersonRow, ShiftRow] | None:
    """Somebody and their shift of that public id, if it is on the board."""
    cells: Iterable[tuple[PersonRow, DayCell]] = (
        (person, cell) for person in board.people for cell in person.days
    )
    return next(
        ((person, one) for person, cell in cells for one in cell.shifts if one.key == key), None
    )


class FillForm(RevisionForm):
    """Who is to fill an hour."""

    person = forms.UUIDField(error_messages={"required": _("请选一个人。")})


class OverrideForm(Faulty):
    """A 原则上 rule to be set aside for the week, and why."""

    rule = forms.TypedChoiceField(
        label=_("哪一条"),
        coerce=LimitKey,
        choices=[(rule.value, name) for rule, name in RULES.items()],
        error_messages=_MISSING,
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明为什么这一周做不到，怎么保证安全。区教育局看得到，署您的名字。"),
        error_messages={"required": _("请写明理由，区里看得到。")},
    )

    def __init__(self, *args: Any, failing: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [rule for rule in RULES if rule.value in set(failing)]
        if known:
            self.initial.setdefault("rule", known[0].value)


class ProposalForm(RevisionForm):
    """Which proposal is to be put on the board."""

    proposal = forms.UUIDField()
