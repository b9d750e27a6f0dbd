"""Every address of the portal. One line an app."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("", include("portal.urls")),
    path("", include("accounts.urls")),
    path("", include("notifications.urls")),
    path("", include("families.urls")),
    path("", include("regulations.urls")),
    path("", include("facilities.urls")),
    path("", include("imports.urls")),
    path("", include("safety.urls")),
    path("", include("guide.urls")),
    path("", include("guide.plan_urls")),
    path("", include("staff.urls")),
    path("", include("staff.roster_urls")),
    path("", include("bookings.urls")),
    path("", include("inspections.urls")),
    path("", include("inspections.visit_urls")),
    path("", include("inspections.order_urls")),
    path("", include("inspections.case_urls")),
    path("", include("inspections.dossier_urls")),
    path("", include("inspections.credit_urls")),
    path("account/", include("accounts.sign_in_urls")),
    path("language/", login_not_required(set_language), name="set_language"),
    path("api/v1/", include("babyhouse.api_urls")),
]

handler400 = "common.errors.bad_request"
handler403 = "common.errors.forbidden"
handler404 = "common.errors.not_found"
handler500 = "common.errors.failed"
