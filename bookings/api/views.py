"""The API's entrances to bookings: parse, one call, answer."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.entrance import Entrance, enter
from bookings import selectors, services
from bookings.api import serializers as shapes
from bookings.types import BookingRequest, ChildRequest
from common.api import body_of, query_of
from common.intervals import day_in_shanghai, moment_in_shanghai
from common.pagination import PageQuery, Pages
from common.permissions import IsSignedIn
from common.refusals import InvalidInput

_DAYS_WHEN_NOT_SAID = timedelta(days=7)
_MOST_DAYS = 31
_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The same key and body again: the first answer again. Another body: 422.",
)
_PLACING = {
    409: OpenApiResponse(description="The rules say no. Nothing was booked."),
    422: OpenApiResponse(description="The key was used for another request."),
}
_CANCELLING = {409: OpenApiResponse(description="Nothing is left, or the right does not reach.")}


def _private(shaped: Any, status: int = 200) -> Response:
    return Response(shaped, status=status, headers={"Cache-Control": "no-store"})


@extend_schema(
    operation_id="facilities_sessions",
    parameters=[shapes.SessionsQuery],
    responses=shapes.CareSession(many=True),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def sessions(request: Request, facility: UUID) -> Response:
    """The hours of a house; with `child`, whether that child can have each, and why not."""
    entrance = enter(request)
    query = query_of(request, shapes.SessionsQuery)
    starts, ends = _stretch(query, entrance)
    offers = selectors.offers_of(
        facility=str(facility),
        starts=starts,
        ends=ends,
        actor=entrance.actor,
        now=entrance.now,
        child=str(query["child"]) if "child" in query else None,
    )
    return _private(shapes.CareSession(offers, many=True).data)


def _stretch(query: dict[str, Any], entrance: Entrance) -> tuple[datetime, datetime]:
    first = query.get("from") or day_in_shanghai(entrance.now)
    last = query.get("to") or first + _DAYS_WHEN_NOT_SAID
    if not first <= last < first + timedelta(days=_MOST_DAYS):
        raise InvalidInput({"to": [f"请选择从起始日起 {_MOST_DAYS} 天以内的日期。"]})
    return (
        moment_in_shanghai(first, time.min),
        moment_in_shanghai(last + timedelta(days=1), time.min),
    )


@extend_schema(
    operation_id="children_entitlement",
    parameters=[shapes.YearQuery],
    responses=shapes.Entitlement,
)
@api_view(["GET"])
@permission_classes([IsSignedIn])
def entitlement(request: Request, child: UUID) -> Response:
    """A child's free 次 of a year: the balance and every entry."""
    entrance = enter(request)
    query = query_of(request, shapes.YearQuery)
    statement = selectors.statement_of(
        actor=entrance.actor, child=str(child), year=query.get("year"), now=entrance.now
    )
    return _private(shapes.Entitlement(statement).data)


@extend_schema(
    methods=["GET"],
    operation_id="bookings_list",
    parameters=[PageQuery],
    responses=shapes.BookingPage,
    description="The bookings of the actor's children, the latest care first.",
)
@extend_schema(
    methods=["POST"],
    operation_id="bookings_create",
    parameters=[_KEY],
    request=shapes.PlaceBooking,
    responses={201: shapes.Booking, **_PLACING},
    description="Book hours for one child: all of them, or nothing and every reason.",
)
@api_view(["GET", "POST"])
@permission_classes([IsSignedIn])
def bookings(request: Request) -> Response:
    """The actor's bookings; or book hours for one child."""
    return _book(request) if request.method == "POST" else _list(request)


def _list(request: Request) -> Response:
    query_of(request, PageQuery)
    pages = Pages("-first_starts_at", "-pk")
    found = pages.paginate_queryset(selectors.bookings_of(enter(request).actor), request) or []
    shaped = shapes.Booking([selectors.as_row(one) for one in found], many=True)
    answer: Response = pages.get_paginated_response(shaped.data)
    answer["Cache-Control"] = "no-store"
    return answer


def _book(request: Request) -> Response:
    body = body_of(request, shapes.PlaceBooking)
    [booking] = _placed([body], request)
    return _private(shapes.Booking(booking).data, status=201)


def _placed(children: list[dict[str, Any]], request: Request) -> list[selectors.BookingRow]:
    entrance = enter(request)
    wishes = tuple(
        ChildRequest(str(one["child"]), tuple(str(session) for session in one["sessions"]))
        for one in children
    )
    placed = services.place_booking(
        request=BookingRequest(children=wishes, idempotency_key=_key(request)),
        actor=entrance.actor,
        now=entrance.now,
    )
    return selectors.rows_of(placed, actor=entrance.actor)


def _key(request: Request) -> str:
    key: str = request.headers.get("Idempotency-Key", "")
    if not (key.isascii() and key.isprintable()):
        raise InvalidInput({"Idempotency-Key": ["幂等键只能用可见的英文字符。"]})
    return key


@extend_schema(
    operation_id="bookings_create_family",
    parameters=[_KEY],
    request=shapes.PlaceFamilyBooking,
    responses={201: shapes.FamilyBooking, **_PLACING},
)
@api_view(["POST"])
@permission_classes([IsSignedIn])
def family(request: Request) -> Response:
    """Book hours for several children: all of it, or nothing and every reason."""
    body = body_of(request, shapes.PlaceFamilyBooking)
    placed = _placed(body["children"], request)
    return _private(shapes.FamilyBooking({"bookings": placed}).data, status=201)


@extend_schema(operation_id="bookings_retrieve", responses=shapes.Booking)
@api_view(["GET"])
@permission_classes([IsSignedIn])
def booking(request: Request, booking: UUID) -> Response:
    """One of the actor's bookings."""
    query_of(request)
    found = selectors.booking_row_for(enter(request).actor, str(booking))
    return _private(shapes.Booking(found).data)


@extend_schema(
    operation_id="bookings_cancel",
    request=None,
    responses={200: shapes.Cancellation, **_CANCELLING},
)
@api_view(["POST"])
@permission_classes([IsSignedIn])
def cancel(request: Request, booking: UUID) -> Response:
    """Cancel what is left of a booking; answers what was given back and why."""
    body_of(request)
    entrance = enter(request)
    outcome = services.cancel_booking(booking=str(booking), actor=entrance.actor, now=entrance.now)
    return _private(shapes.Cancellation(outcome).data)
