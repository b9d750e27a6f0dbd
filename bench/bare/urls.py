"""Two addresses: the transaction in SQL, and the same by the ORM."""

from django.urls import path

from bench.bare import views

urlpatterns = [
    path("", views.here),
    path("sql/", views.book_by_sql),
    path("orm/", views.book_by_orm),
]
