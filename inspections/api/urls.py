"""Addresses of draws for programs."""

from django.urls import path

from inspections.api import orders, views, visits

app_name = "inspections_api"
urlpatterns = [
    path("inspections/", visits.inspections, name="inspections"),
    path("draws/", views.draws, name="draws"),
    path("orders/", orders.orders, name="orders"),
    path("orders/<uuid:public_id>/close/", orders.close, name="close_order"),
    path("draws/<uuid:public_id>/", views.draw, name="draw"),
    path("draws/<uuid:public_id>/reveal/", views.reveal, name="reveal"),
]
