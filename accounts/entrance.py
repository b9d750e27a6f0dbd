"""What every entrance does first: name the actor and read the clock, once."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.request import Request

from accounts.models import User
from accounts.selectors import actor_for
from accounts.types import Actor
from common.intervals import day_in_shanghai

ANYBODY = Actor(user_id=None, name="公众")


@dataclass(frozen=True, slots=True)
class Entrance:
    """Who asks, and when."""

    actor: Actor
    now: datetime


def enter(request: HttpRequest | Request) -> Entrance:
    """Build the actor and take the time. The only place of a page or API view that does."""
    now = timezone.now()  # noqa: TID251  the entrance itself
    user = request.user
    if not isinstance(user, User):
        return Entrance(actor=ANYBODY, now=now)
    entrance = Entrance(actor=actor_for(user, today=day_in_shanghai(now)), now=now)
    vars(request)["entrance"] = entrance  # so that the page's frame need not ask again
    return entrance
