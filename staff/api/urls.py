"""Addresses of people at work for programs."""

from django.urls import path

from staff.api import people

app_name = "staff_api"
urlpatterns = [path("staff/", people.people, name="people")]
