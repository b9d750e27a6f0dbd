"""The floor for programs: a house now, and a child that comes in or goes home."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.entrance import enter
from bookings import selectors, services
from bookings.api import floor_serializers as shapes
from bookings.selectors.gate import tidy_code
from bookings.types import Look, MorningCheck
from common.api import body_of, query_of
from common.permissions import IsSignedIn

_MISSING = {409: OpenApiResponse(description="What is missing at the door. Nothing was changed.")}


@extend_schema(operation_id="facilities_today", responses=shapes.GroupToday(many=True))
@api_view(["GET"])
@permission_classes([IsSignedIn])
def today(request: Request, public_id: UUID) -> Response:
    """The care groups of a house now, for its operators and officers."""
    query_of(request)
    entrance = enter(request)
    floor = selectors.house_today(str(public_id), actor=entrance.actor, now=entrance.now)
    return Response(shapes.GroupToday(floor.groups, many=True).data)


@extend_schema(
    operation_id="checkins_create",
    request=shapes.CheckIn,
    responses={201: shapes.StayOut, **_MISSING},
)
@api_view(["POST"])
@permission_classes([IsSignedIn])
def checkins(request: Request) -> Response:
    """Let a child in, by its pass or its booking; for the people of the house."""
    body = body_of(request, shapes.CheckIn)
    entrance = enter(request)
    stay = services.check_in(
        actor=entrance.actor,
        now=entrance.now,
        **_shown(body),
        brought_by=body.get("collector", ""),
        check=MorningCheck(
            temperature_c=body.get("temperature_c"),
            look=Look(body["look"]) if "look" in body else None,
            note=body.get("look_note", ""),
            allergy_acknowledged=body["allergy_acknowledged"],
        ),
    )
    return _answer(stay)


@extend_schema(
    operation_id="checkouts_create",
    request=shapes.CheckOut,
    responses={201: shapes.StayOut, **_MISSING},
)
@api_view(["POST"])
@permission_classes([IsSignedIn])
def checkouts(request: Request) -> Response:
    """Let a child go home with somebody who may take it; for the people of the house."""
    body = body_of(request, shapes.CheckOut)
    entrance = enter(request)
    stay = services.check_out(
        actor=entrance.actor,
        now=entrance.now,
        **_shown(body),
        collector=body.get("collector", ""),
    )
    return _answer(stay)


def _shown(body: dict[str, Any]) -> dict[str, str]:
    if "pass_code" in body:
        return {"pass_code": tidy_code(body["pass_code"])}
    return {"booking": str(body["booking"])}


def _answer(stay: Any) -> Response:
    shaped = shapes.StayOut(selectors.stay_row(stay)).data
    return Response(shaped, status=201, headers={"Cache-Control": "no-store"})
