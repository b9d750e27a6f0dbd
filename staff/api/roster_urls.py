"""Addresses of rosters for programs."""

from django.urls import path

from staff import roster_urls  # noqa: F401  knows how a day stands in an address
from staff.api import rosters

app_name = "rosters_api"
urlpatterns = [
    path(
        "rosters/<uuid:facility>/<day:monday>/publish/",
        rosters.publish,
        name="publish",
    ),
]
