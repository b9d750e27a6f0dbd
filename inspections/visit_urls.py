"""Pages of visits. Those under /inspections/visits/ work offline; no proxy keeps any."""

from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache

from inspections.views import parts, visits

app_name = "visits"


def _page(route: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
    kept: Callable[..., HttpResponseBase] = never_cache(view)
    return path(route, kept, name=name)


_PART = "inspections/visits/parts/<uuid:part>/"
_PHOTO = "inspections/visits/photos/<uuid:photo>/"
urlpatterns = [
    _page("inspections/", visits.today, "today"),
    _page("inspections/visits/mine/", visits.mine, "mine"),
    _page("inspections/visits/begin/", visits.begin, "begin"),
    _page("inspections/visits/worker.js", visits.worker, "worker"),
    _page("inspections/visits/<uuid:visit>/", visits.visit, "visit"),
    _page("inspections/visits/<uuid:visit>/open/", visits.open_planned, "open"),
    _page("inspections/visits/<uuid:visit>/join/", visits.join, "join"),
    _page("inspections/visits/<uuid:visit>/instead/", visits.instead, "instead"),
    _page("inspections/visits/<uuid:visit>/release/", visits.release, "release"),
    _page(_PART, parts.part, "part"),
    _page(f"{_PART}state/", parts.state, "state"),
    _page(f"{_PART}photos/", parts.photos, "photos"),
    _page(f"{_PART}sign/", parts.sign, "sign"),
    _page(f"{_PART}countersign/", parts.countersign, "countersign"),
    _page(f"{_PART}send_back/", parts.send_back, "send_back"),
    _page(f"{_PART}result/", parts.result, "result"),
    _page(f"{_PART}correct/", parts.correct, "correct"),
    _page(_PHOTO, parts.photo, "photo"),
    _page(f"{_PHOTO}remove/", parts.remove_photo, "remove_photo"),
]
