"""What every page's frame shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.models import User
from portal.navigation import work_links


def page(request: HttpRequest) -> dict[str, Any]:
    """The frame's own values: large type, map tiles, whether the developer inbox is there."""
    return {
        "large_type": _reads_in_large_type(request),
        "icp_number": settings.ICP_NUMBER,
        "map_tile_url": settings.MAP_TILE_URL,
        "developer_inbox": settings.DEVELOPER_INBOX,
        "work_links": work_links(request),
    }


def _reads_in_large_type(request: HttpRequest) -> bool:
    """What was chosen in this browser, or else what the person chose anywhere."""
    chosen_here = request.COOKIES.get("large_type")
    if chosen_here:
        return chosen_here == "1"
    user = getattr(request, "user", None)
    return isinstance(user, User) and user.large_type
