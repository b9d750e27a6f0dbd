"""Pages about houses."""

from django.urls import path

from facilities import views

app_name = "facilities"
urlpatterns = [
    path("find/", views.finder, name="finder"),
    path("houses/<uuid:public_id>/", views.house, name="house"),
]
