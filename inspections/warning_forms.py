"""What officers write about a warning. Nothing is saved here."""

from django import forms

from inspections.forms import Form
from inspections.warning_messages import LONGEST_WORDS


class AnswerForm(Form):
    """What an officer does about a warning."""

    words = forms.CharField(
        label="准备怎么做",
        max_length=LONGEST_WORDS,
        help_text="例如：明天电话了解，周五前安排巡查。写下以后不能改，可以再写。",
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )
