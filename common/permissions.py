"""Permissions of the API. Deny by default."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class DenyAll(BasePermission):
    """What a view without permission of its own answers: no."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return False


class IsSignedIn(BasePermission):
    """Anybody who is signed in. What they may see, the selectors decide."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.user.is_authenticated
