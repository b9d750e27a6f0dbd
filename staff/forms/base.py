"""What the forms of staff have in common."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DayInput, FaultyForm

NAME, NUMBER, ISSUER, REASON, FACTS = 40, 40, 80, 120, 400

W = TypeVar("W", bound=StrEnum)


class Form(FaultyForm):
    """A form that asks for every field in the same words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = _("这一项要填写。")


def text(label: Any, most: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, **more)


def long_text(label: Any, most: int, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea(attrs={"rows": 3}), **more
    )


def day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), **more)


def word(label: Any, words: Mapping[W, str], **more: Any) -> forms.TypedChoiceField:
    """One of some words."""
    kind = type(next(iter(words)))
    choices = [(one.value, said) for one, said in words.items()]
    return forms.TypedChoiceField(label=label, choices=choices, coerce=kind, **more)
