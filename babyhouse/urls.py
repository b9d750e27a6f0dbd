"""Every address of the portal."""

from django.urls import include, path

urlpatterns = [
    path("", include("portal.urls")),
    path("account/", include("allauth.account.urls")),
]
