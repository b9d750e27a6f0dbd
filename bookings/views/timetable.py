"""Choosing hours, and booking them: one form, one answer."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.entrance import Entrance, enter
from bookings import services
from bookings.forms import PlaceForm, TimetableQuestion
from bookings.selectors.instead import Instead, instead_of, refused_page
from bookings.selectors.timetable import ChildChoice, DayOffer, Timetable, timetable_of
from bookings.views.remedies import remedies_for
from common.answers import see
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, Refused
from facilities.types import CareMode

_DAYS = 8  # of one strip: today and the booking window
_STRIP = timedelta(days=_DAYS)
_STRIPS = 3
# Parts of the page that htmx may ask for alone; the part's id is the partial's name.
_PARTS = {"timetable", "summary"}


@login_not_required
@require_safe
def timetable(request: HttpRequest, facility: uuid.UUID) -> HttpResponse:
    """The hours of a house, judged for the chosen children. Anybody may look."""
    return _timetable(request, enter(request), facility, TimetableQuestion(request.GET).answer())


def _timetable(
    request: HttpRequest,
    entrance: Entrance,
    facility: uuid.UUID,
    asked: dict[str, Any],
    faults: Sequence[str] = (),
) -> HttpResponse:
    first = _first_of_strip(asked.get("day"), day_in_shanghai(entrance.now))
    page = timetable_of(
        house=str(facility),
        actor=entrance.actor,
        now=entrance.now,
        first_day=first,
        days=_DAYS,
        children=asked.get("child") or None,
        day=asked.get("day"),
        mode=asked.get("mode"),
        chosen=asked.get("session") or (),
    )
    links, today = _Links(page), day_in_shanghai(entrance.now)
    shown = {
        "page": page,
        "links": links,
        "earlier": links.strip(first - _STRIP) if first > today else "",
        "later": links.strip(first + _STRIP) if first + _STRIP < today + _STRIPS * _STRIP else "",
        "today": today,
        "key": uuid.uuid4(),
        "faults": faults,
    }
    return render(request, _template(request), shown, status=422 if faults else 200)


def _first_of_strip(asked: date | None, today: date) -> date:
    """The strip that a day is on; today's for days gone by or far away."""
    ahead = (asked - today).days if asked else 0
    return today + timedelta(days=ahead // _DAYS * _DAYS if 0 <= ahead < _DAYS * _STRIPS else 0)


def _template(request: HttpRequest) -> str:
    part = request.headers.get("HX-Target", "")
    return f"bookings/timetable.html#{part}" if part in _PARTS else "bookings/timetable.html"


class _Links:
    """Addresses of the same page with one thing chosen otherwise."""

    def __init__(self, page: Timetable) -> None:
        self._page = page

    def _to(self, **other: Any) -> str:
        page = self._page
        asked = {
            "child": [child.public_id for child in page.chosen_children],
            "day": page.day.isoformat(),
            "mode": page.mode.value if page.mode else None,
            **other,
        }
        given = {name: value for name, value in asked.items() if value}
        return f"?{urlencode(given, doseq=True)}"

    def here(self) -> str:
        return self._to()

    def days(self) -> list[tuple[DayOffer, str]]:
        return [(one, self._to(day=one.day.isoformat())) for one in self._page.days]

    def next_free(self) -> tuple[date, str] | None:
        """The next day of the strip on which something can be booked."""
        free = (one.day for one in self._page.days if one.bookable and one.day > self._page.day)
        found = next(free, None)
        return (found, self._to(day=found.isoformat())) if found else None

    def strip(self, first: date) -> str:
        return self._to(day=first.isoformat())

    def modes(self) -> list[tuple[CareMode | None, str]]:
        return [(mode, self._to(mode=mode and mode.value)) for mode in (None, *self._page.modes)]

    def remedies(self) -> list[tuple[str, str, str]]:
        """Where what the chosen children lack is mended: whose, what, and the address."""
        return [
            (child.called, words, address)
            for child in self._page.chosen_children
            for words, address in remedies_for(
                child.public_id, child.lacks, self._page.house.subdistrict_code
            )
        ]

    def children(self) -> list[tuple[ChildChoice, str]]:
        """Tapping a child adds it, or leaves it out; the last one stays."""
        chosen = [child.public_id for child in self._page.chosen_children]
        return [
            (child, self._to(child=_without(chosen, child.public_id)))
            for child in self._page.children
        ]


def _without(chosen: Sequence[str], child: str) -> list[str]:
    if child not in chosen:
        return [*chosen, child]
    return [one for one in chosen if one != child] or [child]


def place(request: HttpRequest, facility: uuid.UUID) -> HttpResponse:
    """Book the chosen hours for the chosen children: all of it, or every reason why not."""
    if request.method != "POST":
        return redirect("bookings:timetable", facility=facility)
    entrance, form = enter(request), PlaceForm(request.POST)
    if not form.is_valid():
        return _choose_again(request, entrance, facility, form.faults)
    try:
        placed = services.place_booking(
            request=form.request(), actor=entrance.actor, now=entrance.now
        )
    except Refused as refused:
        return _refused(request, entrance, form, refused)
    except InvalidInput as invalid:
        return _choose_again(request, entrance, facility, invalid.sentences)
    return see("bookings:detail", booking=placed[0].public_id)


def _choose_again(
    request: HttpRequest, entrance: Entrance, facility: uuid.UUID, faults: Sequence[str]
) -> HttpResponse:
    asked = TimetableQuestion(request.POST).answer()
    return _timetable(request, entrance, facility, asked, faults)


def _refused(
    request: HttpRequest, entrance: Entrance, form: PlaceForm, refused: Refused
) -> HttpResponse:
    page = refused_page(
        children=form.cleaned_data["child"],
        sessions=form.cleaned_data["session"],
        verdicts=refused.rows,
        alternatives=refused.alternatives,
        actor=entrance.actor,
        now=entrance.now,
    )
    return _instead(request, page, heading=_("这次没有约上"), title=refused.title, status=422)


@require_safe
def instead(request: HttpRequest, facility: uuid.UUID) -> HttpResponse:
    """Why some hours cannot be had, and what can. Looking books nothing."""
    entrance, asked = enter(request), TimetableQuestion(request.GET).answer()
    if not asked.get("child") or not asked.get("session"):
        return redirect("bookings:timetable", facility=facility)
    page = instead_of(
        children=asked["child"], sessions=asked["session"], actor=entrance.actor, now=entrance.now
    )
    heading = _("这个时段不能约") if page.verdicts else _("现在可以约")
    return _instead(request, page, heading=heading, title=_("原因如下"), status=200)


def _instead(
    request: HttpRequest, page: Instead, *, heading: str, title: str, status: int
) -> HttpResponse:
    again = {"child": page.children, "day": day_in_shanghai(page.hours[0].starts_at)}
    shown = {
        "page": page,
        "heading": heading,
        "title": title,
        "again": urlencode(again, doseq=True),
        "key": uuid.uuid4(),
        # A key for each form: each of them is a request of its own.
        "offers": [(row, uuid.uuid4()) for row in page.replacements],
        "remedies": [
            (called, words, address)
            for child, called, lacks in page.lacks
            for words, address in remedies_for(child, lacks, page.subdistrict)
        ],
    }
    return render(request, "bookings/instead.html", shown, status=status)
