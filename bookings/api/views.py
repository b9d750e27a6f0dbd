"""The API's entrances to bookings: parse, one call, answer."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.entrance import Entrance, enter
from bookings import selectors, services
from bookings.api import serializers as shapes
from bookings.types import BookingRequest, ChildRequest
from common.intervals import day_in_shanghai, moment_in_shanghai
from common.refusals import InvalidInput

_MOST_DAYS = 31
_KEY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=True)


@extend_schema(
    parameters=[
        OpenApiParameter("from", str, description="first day, Asia/Shanghai; today when absent"),
        OpenApiParameter("to", str, description="last day, inclusive; a week when absent"),
        OpenApiParameter("child", str, description="judge every hour for this child"),
    ],
    responses=shapes.OfferOut(many=True),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def sessions(request: Request, facility: UUID) -> Response:
    """The hours of a house; with `child`, whether that child can have each, and why not."""
    entrance = enter(request)
    query = _query(shapes.SessionsQuery, request)
    starts, ends = _days(query, entrance)
    offers = selectors.offers_of(
        facility=str(facility),
        starts=starts,
        ends=ends,
        actor=entrance.actor,
        now=entrance.now,
        child=str(query["child"]) if "child" in query else None,
    )
    return Response(shapes.OfferOut(offers, many=True).data)


def _query(shape: Any, request: Request) -> dict[str, Any]:
    parsed = shape(data=request.query_params.dict())
    parsed.is_valid(raise_exception=True)
    values: dict[str, Any] = parsed.validated_data
    return values


def _days(query: dict[str, Any], entrance: Entrance) -> tuple[datetime, datetime]:
    first = query.get("from") or day_in_shanghai(entrance.now)
    last = query.get("to") or first + timedelta(days=7)
    if not first <= last <= first + timedelta(days=_MOST_DAYS):
        raise InvalidInput({"to": [f"请选择从起始日起 {_MOST_DAYS} 天以内的日期。"]})
    return (
        moment_in_shanghai(first, time.min),
        moment_in_shanghai(last + timedelta(days=1), time.min),
    )


@extend_schema(
    parameters=[OpenApiParameter("year", int, description="this year when absent")],
    responses=shapes.EntitlementOut,
)
@api_view(["GET"])
@permission_classes([IsAuthenticated])
def entitlement(request: Request, child: UUID) -> Response:
    """A child's free 次 of a year: the balance and every entry."""
    entrance = enter(request)
    query = _query(shapes.YearQuery, request)
    statement = selectors.statement_of(
        actor=entrance.actor, child=str(child), year=query.get("year"), now=entrance.now
    )
    return Response(shapes.EntitlementOut(statement).data)


@extend_schema(
    methods=["GET"], responses=shapes.BookingOut(many=True), operation_id="bookings_list"
)
@extend_schema(
    methods=["POST"],
    parameters=[_KEY],
    request=shapes.PlaceBookingIn,
    responses={201: shapes.BookingOut},
    operation_id="bookings_create",
)
@api_view(["GET", "POST"])
@permission_classes([IsAuthenticated])
def bookings(request: Request) -> Response:
    """The actor's bookings; or book hours for one child."""
    entrance = enter(request)
    if request.method == "GET":
        coming = selectors.coming_bookings_of(entrance.actor, now=entrance.now)
        past = selectors.past_bookings_of(entrance.actor, now=entrance.now)
        return Response(shapes.BookingOut([*coming, *past], many=True).data)
    body = _body(shapes.PlaceBookingIn, request)
    [booking] = _place([body], request, entrance)
    return Response(shapes.BookingOut(booking).data, status=201)


def _body(shape: Any, request: Request) -> dict[str, Any]:
    parsed = shape(data=request.data)
    parsed.is_valid(raise_exception=True)
    values: dict[str, Any] = parsed.validated_data
    return values


def _place(
    children: list[dict[str, Any]], request: Request, entrance: Entrance
) -> list[selectors.BookingRow]:
    placed = services.place_booking(
        request=BookingRequest(
            children=tuple(
                ChildRequest(str(one["child"]), tuple(str(s) for s in one["sessions"]))
                for one in children
            ),
            idempotency_key=request.headers.get("Idempotency-Key", ""),
        ),
        actor=entrance.actor,
        now=entrance.now,
    )
    return selectors.rows_of(placed)


@extend_schema(
    parameters=[_KEY],
    request=shapes.FamilyBookingIn,
    responses={201: shapes.FamilyBookingOut},
    operation_id="bookings_create_family",
)
@api_view(["POST"])
@permission_classes([IsAuthenticated])
def family(request: Request) -> Response:
    """Book hours for several children: all of it, or nothing."""
    entrance = enter(request)
    body = _body(shapes.FamilyBookingIn, request)
    placed = _place(body["children"], request, entrance)
    return Response(shapes.FamilyBookingOut({"bookings": placed}).data, status=201)


@extend_schema(responses=shapes.BookingOut)
@api_view(["GET"])
@permission_classes([IsAuthenticated])
def booking(request: Request, booking: UUID) -> Response:
    """One of the actor's bookings."""
    entrance = enter(request)
    return Response(shapes.BookingOut(selectors.booking_row_for(entrance.actor, str(booking))).data)


@extend_schema(request=shapes.CancelIn, responses=shapes.CancelOut)
@api_view(["POST"])
@permission_classes([IsAuthenticated])
def cancel(request: Request, booking: UUID) -> Response:
    """Cancel a booking; answers what was given back and why."""
    entrance = enter(request)
    _body(shapes.CancelIn, request)
    outcome = services.cancel_booking(booking=str(booking), actor=entrance.actor, now=entrance.now)
    return Response(shapes.CancelOut(outcome).data)
