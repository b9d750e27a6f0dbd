"""Addresses of the bookings API."""

from django.urls import path

from bookings.api import views

app_name = "bookings_api"
urlpatterns = [
    path("facilities/<uuid:facility>/sessions/", views.sessions, name="sessions"),
    path("children/<uuid:child>/entitlement/", views.entitlement, name="entitlement"),
    path("bookings/", views.bookings, name="bookings"),
    path("bookings/family/", views.family, name="family"),
    path("bookings/<uuid:booking>/", views.booking, name="booking"),
    path("bookings/<uuid:booking>/cancel/", views.cancel, name="cancel"),
]
