"""allauth, taught to sign in by mobile number."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts import services
from accounts.messages import SIGN_IN_FAULTS
from accounts.models import User
from accounts.selectors import user_with_phone
from common.refusals import InvalidInput
from notifications import services as post
from notifications.types import Channel, Kind, Notice


class PhoneAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Where a number is kept, and how a code reaches it. An entrance: it reads the clock.

    Whether a number has an account is told to that number alone, by SMS: pages, answers and the
    work done before them are the same either way.
    """

    error_messages = {**DefaultAccountAdapter.error_messages, **SIGN_IN_FAULTS}

    def phone_form_field(self, **kwargs: Any) -> Any:
        from accounts.forms import MobileField

        return MobileField(required=kwargs.get("required", True))

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        """The number of an account, and whether it is proven; a claimed one is not."""
        if user.phone:
            return user.phone, True
        return (user.claimed_phone, False) if user.claimed_phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:  # noqa: FBT001
        services.claim_phone(user_id=user.pk, phone=phone)
        user.claimed_phone = phone

    def set_phone_verified(self, user: User, phone: str) -> None:
        try:
            services.confirm_phone(user_id=user.pk, phone=phone, now=_now())
        except InvalidInput as taken:
            # Somebody else proved it between the form's look and now.
            messages.error(self.request, str(taken))
            raise ImmediateHttpResponse(redirect("account_login")) from taken
        user.refresh_from_db()

    def get_user_by_phone(self, phone: str) -> User | None:
        return user_with_phone(phone)

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        minutes = app_settings.PHONE_VERIFICATION_TIMEOUT // 60
        _text(Kind.CODE_SMS, phone, secret=code, minutes=minutes)

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        _text(Kind.UNKNOWN_ACCOUNT_SMS, phone)

    def send_account_already_exists_sms(self, phone: str, **kwargs: Any) -> None:
        _text(Kind.ACCOUNT_EXISTS_SMS, phone)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth counts by e-mail or username, so that without them five wrong passwords of
        # anybody would shut everybody out.
        return f"phone:{credentials.get('phone', '')}"

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        services.note_sign_in(user_id=user.pk, how="page", now=_now())
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        return answer

    def get_user_search_fields(self) -> list[str]:
        return ["name"]


def _text(kind: Kind, phone: str, *, secret: str = "", **payload: object) -> None:
    now = _now()
    notice = Notice(
        key=f"{kind}:{uuid.uuid4()}",
        kind=kind,
        recipient_id=None,
        channel=Channel.SMS,
        run_at=now,
        payload=payload,
        address=phone,
        secret=secret,
        good_until=now + timedelta(seconds=app_settings.PHONE_VERIFICATION_TIMEOUT),
    )
    post.queue([notice], now=now)


def _now() -> datetime:
    return timezone.now()  # noqa: TID251  allauth's views are ours by this adapter: an entrance
