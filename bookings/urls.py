"""Pages of bookings. Nothing here is kept by a browser or a proxy."""

from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache

from bookings.views import closing, passes, series, statement, timetable

app_name = "bookings"


def _page(route: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
    kept: Callable[..., HttpResponseBase] = never_cache(view)
    return path(route, kept, name=name)


_HOUSE = "houses/<uuid:facility>/"
_BOOKING = "bookings/<uuid:booking>/"

urlpatterns = [
    _page(f"{_HOUSE}book/", timetable.timetable, "timetable"),
    _page(f"{_HOUSE}book/place/", timetable.place, "place"),
    _page(f"{_HOUSE}book/instead/", timetable.instead, "instead"),
    _page(f"{_HOUSE}close/", closing.close_house, "close_house"),
    _page("bookings/", passes.mine, "mine"),
    _page(_BOOKING, passes.detail, "detail"),
    _page(f"{_BOOKING}cancel/", passes.cancel, "cancel"),
    _page(f"{_BOOKING}calendar/", passes.calendar, "calendar"),
    _page("children/<uuid:child>/statement/", statement.statement, "statement"),
    _page("sessions/<uuid:session>/weekly/", series.weekly, "weekly"),
    _page("series/<uuid:series>/", series.series, "series"),
    _page("series/<uuid:series>/end/", series.end, "end_series"),
]
