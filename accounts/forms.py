"""Reading what people type about themselves."""

from typing import Any

from allauth.account.forms import LoginForm, SignupForm
from allauth.core import context, ratelimit
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.phones import clean_mobile
from common.refusals import InvalidInput

_NAME_MAX = 40


class MobileField(forms.CharField):
    """A mobile number, however it is written: +86, spaces, full-width digits."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("手机号"))
        kwargs.setdefault("error_messages", {"required": _("请填写手机号。")})
        super().__init__(max_length=30, **kwargs)
        self.widget = forms.TextInput(
            attrs={
                "type": "tel",
                "inputmode": "tel",
                "autocomplete": "tel",
                "placeholder": _("11 位手机号"),
                "required": self.required,
            }
        )

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        try:
            return clean_mobile(text) if text else ""
        except InvalidInput as fault:
            raise ValidationError(str(fault), code="invalid_phone") from fault


def _name_field() -> forms.CharField:
    return forms.CharField(
        label=_("怎么称呼您"),
        max_length=_NAME_MAX,
        error_messages={"required": _("请填写您的姓名。")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "placeholder": _("您的姓名")}),
    )


class PasswordSignInForm(LoginForm):  # type: ignore[misc]
    """Mobile number and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        password = self.fields["password"]
        password.label, password.help_text = _("密码"), ""
        password.widget.attrs.pop("placeholder", None)
        password.error_messages["required"] = _("请填写密码。")


class SignUpForm(SignupForm):  # type: ignore[misc]
    """Mobile number, name, and a password for those who like one."""

    field_order = ["phone", "name", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = _name_field()
        password = self.fields["password1"]
        password.label = _("密码（可以不设）")
        password.help_text = _("不设密码，就用短信验证码登录。要设的话至少 10 位，不能全是数字。")
        password.widget.attrs.pop("placeholder", None)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        phone = cleaned.get("phone")
        if phone and not ratelimit.consume(
            context.request, action="verify_phone", key=phone, dry_run=True
        ):
            self.add_error("phone", _("刚给这个号码发过短信，请稍等一会儿再试。"))
        return cleaned

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        if self.account_already_exists and self.cleaned_data["password1"]:
            # As much work as for a new number: how long it takes must not tell them apart.
            User().set_password(self.cleaned_data["password1"])
        saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
        return saved


class ProfileForm(forms.Form):
    """Name and e-mail."""

    name = _name_field()
    email = forms.EmailField(
        label=_("邮箱（可以不填）"),
        required=False,
        help_text=_("填了以后，预约通知也会发到邮箱。"),
        error_messages={"invalid": _("邮箱格式不对，例如 name@example.com。")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class PasswordForm(forms.Form):
    """A new password. The old one is asked for unless a code has just proven who it is."""

    current = forms.CharField(
        label=_("现在的密码"),
        strip=False,
        error_messages={"required": _("请填写现在的密码。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label=_("新密码"),
        strip=False,
        help_text=_("至少 10 位，不能全是数字，也不要用太常见的密码。"),
        error_messages={"required": _("请填写新密码。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, is_proven: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        if is_proven:
            del self.fields["current"]

    def clean_current(self) -> str:
        current: str = self.cleaned_data["current"]
        if not self._user.check_password(current):
            raise ValidationError(_("现在的密码不对。"))
        return current

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self._user)
        return password
