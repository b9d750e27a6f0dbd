"""Pages of bookings. Nothing here is kept by a browser or a proxy."""

from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache

from bookings.views import (
    breaches,
    clock,
    closing,
    floor,
    gate,
    passes,
    repairs,
    series,
    statement,
    timetable,
    walk_in,
)

app_name = "bookings"


def _page(route: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
    kept: Callable[..., HttpResponseBase] = never_cache(view)
    return path(route, kept, name=name)


_HOUSE = "houses/<uuid:facility>/"
_BOOKING = "bookings/<uuid:booking>/"
_FLOOR = "floor/<uuid:facility>/"
_GATE = f"{_FLOOR}gate/"

urlpatterns = [
    _page(f"{_HOUSE}book/", timetable.timetable, "timetable"),
    _page(f"{_HOUSE}book/place/", timetable.place, "place"),
    _page(f"{_HOUSE}book/instead/", timetable.instead, "instead"),
    _page(f"{_HOUSE}close/", closing.close_house, "close_house"),
    _page("bookings/", passes.mine, "mine"),
    _page(_BOOKING, passes.detail, "detail"),
    _page(f"{_BOOKING}cancel/", passes.cancel, "cancel"),
    _page(f"{_BOOKING}calendar/", passes.calendar, "calendar"),
    _page(f"{_BOOKING}collect/", passes.collect, "collect"),
    _page("breaches/", breaches.breaches, "breaches"),
    _page("breaches/<uuid:breach>/", breaches.answer, "answer_breach"),
    _page("floor/", floor.floor, "floor"),
    _page(_FLOOR, floor.house, "floor_house"),
    _page(f"{_FLOOR}open/", floor.open_floor, "floor_open"),
    _page(f"{_FLOOR}walk-in/", walk_in.walk_in, "walk_in"),
    _page(f"{_FLOOR}stays/<uuid:stay>/", floor.stay, "stay"),
    _page(f"{_FLOOR}clock/", clock.clock, "clock"),
    _page(f"{_FLOOR}clock/<uuid:presence>/", clock.correct, "correct_presence"),
    _page(f"{_FLOOR}repairs/", repairs.repairs, "repairs"),
    _page("staff/<uuid:person>/sick/", repairs.sick, "sick"),
    _page(_GATE, gate.gate, "gate"),
    _page(f"{_GATE}<uuid:child>/", gate.child, "gate_child"),
    _page(f"{_GATE}<uuid:child>/in/", gate.come_in, "gate_in"),
    _page(f"{_GATE}<uuid:child>/out/", gate.go_home, "gate_out"),
    _page("children/<uuid:child>/statement/", statement.statement, "statement"),
    _page("sessions/<uuid:session>/weekly/", series.weekly, "weekly"),
    _page("series/<uuid:series>/", series.series, "series"),
    _page("series/<uuid:series>/end/", series.end, "end_series"),
]
