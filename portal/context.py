"""What every page's frame shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.models import User


def page(request: HttpRequest) -> dict[str, Any]:
    """The frame's own values: large type, map tiles, whether the developer inbox is there."""
    user = getattr(request, "user", None)
    large = request.COOKIES.get("large_type") == "1"
    return {
        "large_type": large or (isinstance(user, User) and user.large_type),
        "map_tile_url": settings.MAP_TILE_URL,
        "developer_inbox": settings.DEVELOPER_INBOX,
    }
