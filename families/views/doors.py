"""How a page comes to a child: through the door, leaving a trace when it only looks."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from accounts.entrance import enter
from accounts.types import Actor
from common.intervals import day_in_shanghai
from common.middleware import SAFE_METHODS
from families import services
from families.forms import Form
from families.selectors import child_for
from families.types import ChildRow, GuardianRight, Page


@dataclass(frozen=True, slots=True)
class Opened:
    """Who asks, when, and the child that was asked for."""

    actor: Actor
    now: datetime
    child: ChildRow

    @property
    def today(self) -> date:
        return day_in_shanghai(self.now)


def opened(
    request: HttpRequest,
    child: object,
    *,
    page: Page,
    right: GuardianRight = GuardianRight.READ,
) -> Opened:
    """Come to a child. :raises NotFound: when it is not there, or not the visitor's."""
    entrance = enter(request)
    known = child_for(entrance.actor, child, right=right)
    if request.method in SAFE_METHODS:
        services.record_look(
            actor=entrance.actor,
            now=entrance.now,
            child_id=known.id,
            child=known.public_id,
            page=page,
        )
    return Opened(entrance.actor, entrance.now, known)


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent to a form; an empty submission is one, too."""
    return request.POST if request.method == "POST" else None


def shown(
    request: HttpRequest, template: str, context: dict[str, object], *forms: Form
) -> HttpResponse:
    """Show a page; 422 when one of its forms was refused."""
    refused = any(form.errors for form in forms)
    return render(request, template, context, status=422 if refused else 200)
