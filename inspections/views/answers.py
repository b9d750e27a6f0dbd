"""What the pages of inspections share: where one looks, and how one answers."""

from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.http import HttpRequest

from accounts.entrance import Entrance
from accounts.types import Role
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, NotFound, Refused
from facilities.selectors.oversight import districts_under
from inspections.types import OFFICERS

Choices = list[tuple[str, str]]


def say_no(request: HttpRequest, no: Refused | InvalidInput) -> None:
    """Tell on the next page why something was not done."""
    for sentence in no.sentences:
        messages.error(request, sentence)


def districts_of(entrance: Entrance, *roles: Role) -> Choices:
    """The districts of the actor, by code and name. :raises NotFound: when they have none."""
    found = [(row.code, row.name) for row in districts_under(entrance.actor, *roles)]
    if not found:
        raise NotFound
    return found


def district_asked(
    request: HttpRequest, entrance: Entrance, roles: Sequence[Role] = OFFICERS
) -> tuple[str, str]:
    """The district that the address names, or the actor's first. :raises NotFound:"""
    found = dict(districts_of(entrance, *roles))
    code = request.GET.get("district", "") or next(iter(found))
    if code not in found:
        raise NotFound
    return code, found[code]


def month_asked(request: HttpRequest, entrance: Entrance) -> date:
    """The month that the address names, or this one; what cannot be read is left out."""
    today = day_in_shanghai(entrance.now)
    try:
        month = date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return today.replace(day=1)
    return month if abs(month.year - today.year) <= 1 else today.replace(day=1)
