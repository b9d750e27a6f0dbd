"""Every address of the API: what programs outside hold on to. Described in docs/openapi.yaml."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

import common.schema  # noqa: F401  describes our tokens

urlpatterns = [
    path("", include("accounts.api.urls")),
    path("", include("families.api.urls")),
    path("", include("facilities.api.urls")),
    path("", include("imports.api.urls")),
    path("", include("staff.api.urls")),
    path("", include("staff.api.roster_urls")),
    path("", include("bookings.api.urls")),
    path("", include("inspections.api.urls")),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    # The script comes from an address of its own: our pages run nothing that stands in them.
    path("docs/", SpectacularSwaggerSplitView.as_view(), name="docs"),
]
