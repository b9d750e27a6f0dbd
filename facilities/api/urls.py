"""Addresses of houses for programs."""

from django.urls import path

from facilities.api import views

app_name = "facilities_api"
urlpatterns = [
    path("facilities/", views.houses, name="houses"),
    path("facilities/<uuid:public_id>/", views.house, name="house"),
]
