"""Pages of imports. Nothing here is kept by a browser or a proxy."""

from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache

from imports import views

app_name = "imports"


def _page(route: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
    kept: Callable[..., HttpResponseBase] = never_cache(view)
    return path(route, kept, name=name)


urlpatterns = [
    _page("imports/", views.index, "index"),
    _page("imports/jobs/<uuid:job>/", views.job, "job"),
    _page("imports/jobs/<uuid:job>/commit/", views.commit, "commit"),
    _page("imports/<slug:kind>/", views.upload, "upload"),
    _page("imports/<slug:kind>/template/", views.template, "template"),
    _page("imports/<slug:kind>/export/", views.export, "export"),
]
