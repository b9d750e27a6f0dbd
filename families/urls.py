"""Children and their papers. Nothing here is kept by a browser or a proxy."""

from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache

from families.views import children, papers, people, privacy, reviews

app_name = "families"


def _page(route: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
    kept: Callable[..., HttpResponseBase] = never_cache(view)
    return path(route, kept, name=name)


_CHILD = "children/<uuid:child>/"

urlpatterns = [
    _page("children/", children.children, "children"),
    _page("children/new/", children.new_child, "new_child"),
    _page(_CHILD, children.child, "child"),
    _page(f"{_CHILD}nickname/", children.nickname, "nickname"),
    _page(f"{_CHILD}looked/", children.looked, "looked"),
    _page(f"{_CHILD}export/", children.export, "export"),
    _page(f"{_CHILD}health-check/", papers.health_check, "health_check"),
    _page(
        f"{_CHILD}health-check/<uuid:check>/file/", papers.health_check_file, "health_check_file"
    ),
    _page(f"{_CHILD}agreement/", papers.agreement, "agreement"),
    _page(f"{_CHILD}agreement/<slug:subdistrict>/", papers.agreement, "agreement_of"),
    _page(f"{_CHILD}consents/", papers.consents, "consents"),
    _page(f"{_CHILD}history/", papers.history, "history"),
    _page(f"{_CHILD}family/", people.family, "family"),
    _page(f"{_CHILD}family/<uuid:guardian>/right/", people.guardian_right, "guardian_right"),
    _page(f"{_CHILD}family/<uuid:guardian>/end/", people.guardian_end, "guardian_end"),
    _page(f"{_CHILD}invitations/<uuid:invitation>/end/", people.invitation_end, "invitation_end"),
    _page(f"{_CHILD}pickups/", people.pickups, "pickups"),
    _page(f"{_CHILD}pickups/<uuid:pickup>/end/", people.pickup_end, "pickup_end"),
    _page("invitations/<uuid:invitation>/", people.invitation, "invitation"),
    _page("reviews/", reviews.reviews, "reviews"),
    _page("reviews/<uuid:check>/", reviews.review, "review"),
    _page("reviews/<uuid:check>/file/", reviews.review_file, "review_file"),
    _page("agreements/<slug:subdistrict>/", reviews.agreements, "agreements"),
    path("privacy/", privacy.privacy, name="privacy"),
]
