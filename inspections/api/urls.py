"""Addresses of draws for programs."""

from django.urls import path

from inspections.api import views

app_name = "inspections_api"
urlpatterns = [
    path("draws/", views.draws, name="draws"),
    path("draws/<uuid:public_id>/", views.draw, name="draw"),
    path("draws/<uuid:public_id>/reveal/", views.reveal, name="reveal"),
]
