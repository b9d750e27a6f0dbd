"""Pages of 整改, under /inspections/orders/."""

from django.urls import path

from inspections.views import orders

app_name = "orders"
urlpatterns = [
    path("inspections/orders/", orders.board, name="board"),
    path("inspections/orders/mine/", orders.mine, name="mine"),
    path("inspections/orders/evidence/<uuid:public_id>/", orders.evidence, name="evidence"),
    path("inspections/orders/<uuid:public_id>/", orders.order, name="order"),
    path("inspections/orders/<uuid:public_id>/<slug:name>/", orders.step, name="step"),
]
