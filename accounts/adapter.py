"""allauth, taught to sign in by mobile number."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter

from accounts.models import User


class PhoneAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Where a number is kept, and how a code reaches it."""

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified_at is not None) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:  # noqa: FBT001
        raise NotImplementedError

    def set_phone_verified(self, user: User, phone: str) -> None:
        raise NotImplementedError

    def get_user_by_phone(self, phone: str) -> User | None:
        return User.objects.filter(phone=phone).first()

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:
        raise NotImplementedError
