"""Who a program speaks for: knox's tokens, found in one query, and read without writing."""

from typing import Any

from django.utils import timezone
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed


class Tokens(TokenAuthentication):  # type: ignore[misc]
    """`Authorization: Token …`. An expired token opens nothing; it is cleared away elsewhere."""

    def authenticate_credentials(self, token: bytes) -> Any:
        # Other bytes are no token, and some of them no text that a database would look for.
        if not token.isalnum():
            raise AuthenticationFailed
        return super().authenticate_credentials(token)

    def _cleanup_token(self, auth_token: Any) -> bool:
        # knox reads all of the person's tokens here, and removes the expired ones: even in a GET.
        return auth_token.expiry is not None and auth_token.expiry < timezone.now()  # noqa: TID251
