"""What the guide is asked, and what its desk sends, turned into types. Nothing is saved here."""

from datetime import date
from typing import Any

from django import forms

from common.forms import DayInput
from common.refusals import InvalidInput
from guide import messages
from guide.rules import with_labels
from guide.selectors.answers import PLACES
from guide.types import AnswerText, Audience
from regulations.messages import PLACES as NAMES

_CLAUSES = ("clause_1", "clause_2", "clause_3", "clause_4")
_LONGEST = 4000


def _day(label: str, hint: str = "", *, required: bool = False) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        required=required,
        widget=DayInput({"class": "form-control"}),
        error_messages={
            "invalid": "请按 2026-01-31 的样子填写日期。",
            "required": "请填写日期。",
        },
    )


class GuideQuestion(forms.Form):
    """What somebody looks for, for which place, as of which day."""

    q = forms.CharField(
        label="想问什么",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "class": "form-control"}),
        error_messages={"max_length": "请写得短一些，写几个词就行。"},
    )
    district = forms.ChoiceField(
        label="地区",
        choices=[(code, NAMES[code]) for code in PLACES],
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"invalid_choice": "请从列出的地区里选。"},
    )
    on = _day("哪一天的答案")

    def __init__(self, asked: Any, *, today: date) -> None:
        self.today = today
        known = {name: asked[name] for name in ("q", "district", "on") if asked.get(name)}
        super().__init__({"district": PLACES[0], "on": today.isoformat(), **known})

    def answerable(self) -> tuple[str, str, date]:
        """The question, place and day; where a part cannot be read, its default."""
        self.full_clean()
        said = self.cleaned_data
        return (
            said.get("q", ""),
            said.get("district") or PLACES[0],
            said.get("on") or self.today,
        )


class AnswerForm(forms.Form):
    """A question and its answer as somebody writes them."""

    audience = forms.ChoiceField(
        label="谁会问", choices=[(one.value, messages.AUDIENCES[one]) for one in Audience]
    )
    title = forms.CharField(label="问题", required=False, max_length=60)
    keywords = forms.CharField(
        label="还会怎么问（可以不填）",
        required=False,
        max_length=120,
        help_text="别的说法，用空格隔开，查找时用得上。",
    )
    body = forms.CharField(
        label="答案",
        required=False,
        max_length=_LONGEST,
        help_text="空一行是另一段，“- ”开头是一条。"
        "数值不要直接写，照抄表里的大括号，比如 {一个班的孩子}。",
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    clause_1 = forms.ChoiceField(label="依据的条款（可以不选）", required=False)
    clause_2 = forms.ChoiceField(label="依据的条款（二）", required=False)
    clause_3 = forms.ChoiceField(label="依据的条款（三）", required=False)
    clause_4 = forms.ChoiceField(label="依据的条款（四）", required=False)
    valid_from = _day("从哪一天起用", required=True)
    valid_through = _day("用到哪一天（可以不填）")
    note = forms.CharField(label="给发布人的话（可以不填）", required=False, max_length=200)

    def __init__(
        self, sent: Any = None, *, clauses: list[tuple[str, str]], is_new: bool,
        start: tuple[AnswerText, str] | None = None, today: date | None = None,
    ) -> None:  # fmt: skip
        super().__init__(sent, initial=_start(start, today))
        for name in _CLAUSES:
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker
            field.choices = [("", "不选"), *clauses]
        if not is_new:
            del self.fields["audience"]

    def text(self) -> AnswerText:
        """What was written."""
        said = self.cleaned_data
        return AnswerText(
            title=said["title"],
            keywords=said["keywords"],
            body=said["body"],
            clauses=tuple(dict.fromkeys(said[name] for name in _CLAUSES if said[name])),
            valid_from=said["valid_from"],
            valid_through=said["valid_through"],
        )

    def add_faults(self, invalid: InvalidInput) -> None:
        for field, sentences in invalid.faults.items():
            for sentence in sentences:
                self.add_error(field if field in self.fields else None, sentence)


def _start(start: tuple[AnswerText, str] | None, today: date | None) -> dict[str, Any]:
    if start is None:
        return {"valid_from": today}
    text, note = start
    chosen = dict(zip(_CLAUSES, text.clauses, strict=False))
    return {
        "title": text.title,
        "keywords": text.keywords,
        "body": with_labels(text.body),
        "valid_from": max(text.valid_from, today) if today else text.valid_from,
        "valid_through": text.valid_through,
        "note": note,
        **chosen,
    }
