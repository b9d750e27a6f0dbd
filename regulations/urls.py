"""The rules in force, for everybody to read."""

from django.urls import path

from regulations import views

app_name = "regulations"
urlpatterns = [
    path("rules/", views.in_force, name="in_force"),
]
