"""Addresses of the imports API."""

from django.urls import path

from imports.api import views

app_name = "imports_api"
urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/<uuid:job>/", views.one, name="import"),
    path("imports/<uuid:job>/commit/", views.commit, name="commit"),
]
