"""Addresses of the bookings API."""

from django.urls import path

from bookings.api import views

urlpatterns = [
    path("facilities/<uuid:facility>/sessions/", views.sessions),
    path("children/<uuid:child>/entitlement/", views.entitlement),
    path("bookings/", views.bookings),
    path("bookings/family/", views.family),
    path("bookings/<uuid:booking>/", views.booking),
    path("bookings/<uuid:booking>/cancel/", views.cancel),
]
