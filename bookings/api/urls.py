"""Addresses of the bookings API."""

from django.urls import path

from bookings.api import floor, sick, views

app_name = "bookings_api"
urlpatterns = [
    path("facilities/<uuid:facility>/sessions/", views.sessions, name="sessions"),
    path("facilities/<uuid:public_id>/today/", floor.today, name="today"),
    path("staff/<uuid:person>/sick/", sick.sick, name="sick"),
    path("repairs/", sick.apply, name="repairs"),
    path("checkins/", floor.checkins, name="checkins"),
    path("checkouts/", floor.checkouts, name="checkouts"),
    path("children/<uuid:child>/entitlement/", views.entitlement, name="entitlement"),
    path("bookings/", views.bookings, name="bookings"),
    path("bookings/family/", views.family, name="family"),
    path("bookings/<uuid:booking>/", views.booking, name="booking"),
    path("bookings/<uuid:booking>/cancel/", views.cancel, name="cancel"),
]
