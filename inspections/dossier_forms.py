"""What is sent about 公示 and briefs, turned into types. Nothing is saved here."""

from django import forms

from inspections.forms import Form


def _text(label: str, hint: str = "", *, rows: int = 4, longest: int = 2000) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        max_length=longest,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class ObjectionForm(Form):
    """What somebody objects to, with or without a name."""

    text = _text("有什么异议", "写清哪里不对、依据是什么。")
    contact = forms.CharField(
        label="怎么联系您（可以不填）",
        required=False,
        max_length=100,
        help_text="只有办理的人看得到。",
    )


class AnswerForm(Form):
    """What is answered to an objection."""

    text = _text("答复（会公布）", rows=3, longest=500)
    is_upheld = forms.BooleanField(label="异议成立", required=False)


class DecisionForm(Form):
    """What becomes of a notice."""

    decision = forms.ChoiceField(label="决定", choices=[("confirm", "生效"), ("withdraw", "撤回")])
    reason = forms.CharField(
        label="撤回的原因（撤回时必填，会公布）", required=False, max_length=300
    )


class NoticeForm(Form):
    """Something else that is put up."""

    title = forms.CharField(label="题目", required=False, max_length=60)
    body = _text("内容")


class BriefForm(Form):
    """To whom a brief went, or who receipted it."""

    who = forms.CharField(label="交给谁、由谁签收", required=False, max_length=60)
    note = forms.CharField(label="说明（可以不填）", required=False, max_length=200)
