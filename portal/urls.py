"""Home, health, metrics."""

from django.urls import path

from portal import health, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("work/", views.work, name="work"),
    path("system/", views.system, name="system"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
