"""Signing programs in and out."""

from django.urls import path

from accounts.api import views

urlpatterns = [
    path("auth/login/", views.login, name="api_login"),
    path("auth/logout/", views.logout, name="api_logout"),
]
