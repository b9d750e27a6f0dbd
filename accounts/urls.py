"""A person's own account."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("me/", views.me, name="me"),
    path("me/password/", views.password, name="password"),
    path("me/large-type/", views.large_type, name="large_type"),
]
