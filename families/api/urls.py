"""Addresses of families in the API."""

from django.urls import path

from families.api import views

app_name = "families_api"
urlpatterns = [path("children/", views.children, name="children")]
