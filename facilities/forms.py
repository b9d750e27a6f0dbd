"""What the finder is asked."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict

from facilities.messages import MODE_NAMES, WEEKDAYS
from facilities.selectors.calendar import day_kind
from facilities.selectors.finder import SubdistrictPoint
from facilities.selectors.houses import DAYS_SHOWN
from facilities.types import CareMode

_ANY = ("", "都可以")


class FinderForm(forms.Form):
    """Where, which mode, which day. Everything may be left out."""

    subdistrict = forms.ChoiceField(
        label="街镇",
        required=False,
        error_messages={"invalid_choice": "没有这个街镇，请重新选一个。"},
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    day = forms.TypedChoiceField(
        label="哪一天",
        required=False,
        coerce=date.fromisoformat,
        empty_value=None,
        error_messages={"invalid_choice": "请选今天起这几天里的一天。"},
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    mode = forms.ChoiceField(
        label="怎么托",
        required=False,
        choices=[_ANY, *((mode.value, MODE_NAMES[mode]) for mode in CareMode)],
        error_messages={"invalid_choice": "没有这种托法，请重新选一个。"},
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    only_free = forms.BooleanField(label="只看有空位的", required=False)
    lat = forms.FloatField(min_value=-90, max_value=90, required=False, widget=forms.HiddenInput())
    lon = forms.FloatField(
        min_value=-180, max_value=180, required=False, widget=forms.HiddenInput()
    )
    page = forms.IntegerField(min_value=1, max_value=10_000, required=False)

    def __init__(
        self,
        asked: QueryDict,
        *,
        places: dict[str, list[SubdistrictPoint]],
        today: date,
    ) -> None:
        super().__init__(asked)
        self.today = today
        self.fields["subdistrict"].choices = _grouped(places)  # type: ignore[attr-defined]
        self.fields["day"].choices = _days(today)  # type: ignore[attr-defined]

    def question(self) -> dict[str, Any]:
        """What to ask the finder; a part that cannot be read is left out."""
        self.full_clean()
        asked = self.cleaned_data
        here = asked.get("lat") is not None and asked.get("lon") is not None
        return {
            "latitude": asked["lat"] if here else None,
            "longitude": asked["lon"] if here else None,
            "mode": CareMode(asked["mode"]) if asked.get("mode") else None,
            "day": asked.get("day"),
            "subdistrict": asked.get("subdistrict", ""),
            "only_free": bool(asked.get("only_free")),
            "page": asked.get("page") or 1,
        }


def _grouped(places: dict[str, list[SubdistrictPoint]]) -> list[Any]:
    """One district's 街镇 in a plain list, several districts' in groups."""
    groups = [
        (district, [(point.code, point.name) for point in points])
        for district, points in places.items()
    ]
    return [("", "全部街镇"), *(groups[0][1] if len(groups) == 1 else groups)]


def _days(today: date) -> list[tuple[str, str]]:
    """Today and the days for which booking may be open, with their holidays."""
    days = [today + timedelta(days=offset) for offset in range(DAYS_SHOWN)]
    return [("", "最近几天"), *((f"{day}", _day_words(day, today)) for day in days)]


def _day_words(day: date, today: date) -> str:
    kind = day_kind(day)
    name = "今天" if day == today else WEEKDAYS[day.weekday()]
    return f"{day.month}月{day.day}日 {name}" + (f" {kind.name}" if kind.name else "")
