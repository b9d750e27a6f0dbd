"""The API's entrances to 整改 orders: parse, one call, answer."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.entrance import enter
from common.api import body_of, query_of
from common.intervals import day_in_shanghai
from common.pagination import Pages
from common.permissions import IsSignedIn
from inspections.api import order_shapes as shapes
from inspections.selectors.orders import order_line, visible_orders
from inspections.services import orders as services

_PRIVATE = {"Cache-Control": "no-store"}


@extend_schema(
    operation_id="orders_list", parameters=[shapes.OrderQuery], responses=shapes.OrderList
)
@api_view(["GET"])
@permission_classes([IsSignedIn])
def orders(request: Request) -> Response:
    """The orders in which the caller has a part, the newest first."""
    entrance = enter(request)
    asked = query_of(request, shapes.OrderQuery)
    found = visible_orders(entrance.actor).filter(**_wanted(asked))
    pages = Pages("-issued_on", "-pk")
    today = day_in_shanghai(entrance.now)
    lines = [order_line(one, today) for one in pages.paginate_queryset(found, request) or []]
    answer = pages.get_paginated_response(lines)
    answer["Cache-Control"] = "no-store"
    return answer


def _wanted(asked: dict[str, Any]) -> dict[str, Any]:
    names = {"order_state": "state", "facility": "facility__public_id"}
    return {names[key]: value for key, value in asked.items() if key in names}


@extend_schema(
    operation_id="orders_close",
    request=None,
    responses={
        200: shapes.OrderLine,
        409: OpenApiResponse(
            description="No 再检查 was passed, or a second person has to sign. Nothing changed."
        ),
    },
)
@api_view(["POST"])
@permission_classes([IsSignedIn])
def close(request: Request, public_id: UUID) -> Response:
    """Close an order whose 再检查 was passed."""
    entrance = enter(request)
    body_of(request)
    order = services.close_order(order=str(public_id), actor=entrance.actor, now=entrance.now)
    shown = visible_orders(entrance.actor).get(pk=order.pk)
    return Response(order_line(shown, day_in_shanghai(entrance.now)), headers=_PRIVATE)
