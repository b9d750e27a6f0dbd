"""The API's entrances to draws: parse, one call, answer."""

from datetime import date
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import api_view, permission_classes
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.entrance import Entrance, enter
from accounts.types import Role
from common.api import body_of, query_of
from common.intervals import day_in_shanghai
from common.pagination import PageQuery, Pages
from common.permissions import IsSignedIn
from common.refusals import InvalidInput, NotFound
from facilities.selectors.oversight import districts_under
from inspections import services
from inspections.api import serializers as shapes
from inspections.models import Draw
from inspections.selectors import draws as selectors
from inspections.selectors.access import draw_for
from inspections.types import OFFICERS, Announced, Domain, PlanRequest, RandomMethod

_REFUSED = {409: OpenApiResponse(description="The rules say no. Nothing was drawn.")}


@extend_schema(
    methods=["GET"],
    operation_id="draws_list",
    parameters=[PageQuery],
    responses=shapes.DrawPage,
    description="All draws with their commitments, the newest first. No sign-in is needed.",
)
@extend_schema(
    methods=["POST"],
    operation_id="draws_create",
    request=shapes.PlanDraw,
    responses={201: shapes.DrawDetail, **_REFUSED},
    description="Freeze the list of a month's draw and commit to it. It never changes again.",
)
@api_view(["GET", "POST"])
@permission_classes([AllowAny])
def draws(request: Request) -> Response:
    """All draws; or plan one."""
    return _plan(request) if request.method == "POST" else _list(request)


def _list(request: Request) -> Response:
    query_of(request, PageQuery)
    pages = Pages("-committed_at", "-pk")
    found = pages.paginate_queryset(selectors.public_draws(), request) or []
    lines = [selectors.draw_line_for_programs(one) for one in found]
    return pages.get_paginated_response(lines)


def _plan(request: Request) -> Response:
    if not request.user.is_authenticated:
        raise NotAuthenticated
    entrance = enter(request)
    sent = body_of(request, shapes.PlanDraw)
    asked = PlanRequest(
        district=_district(sent, entrance),
        announced=Announced(
            domain=Domain(sent["domain"]),
            month=_month(sent, entrance),
            method=RandomMethod(sent.get("random_method", RandomMethod.PUBLIC_VALUE)),
            source=sent["random_source"],
            known_at=sent["random_known_at"],
        ),
        wanted=sent.get("seats"),
    )
    draw = services.plan_draw(request=asked, actor=entrance.actor, now=entrance.now)
    return _shown(draw_for(entrance.actor, str(draw.public_id), *OFFICERS), status=201)


def _district(sent: dict[str, Any], entrance: Entrance) -> str:
    if "district" in sent:
        return str(sent["district"])
    own = districts_under(entrance.actor, Role.SUPERVISION_LEAD)
    if not own:
        raise NotFound
    if len(own) > 1:
        raise InvalidInput({"district": ["请说明是哪个区。"]})
    return own[0].code


def _month(sent: dict[str, Any], entrance: Entrance) -> date:
    if "month" in sent:
        return date.fromisoformat(f"{sent['month']}-01")
    return day_in_shanghai(entrance.now).replace(day=1)


@extend_schema(operation_id="draws_retrieve", responses=shapes.DrawDetail)
@api_view(["GET"])
@permission_classes([AllowAny])
def draw(request: Request, public_id: UUID) -> Response:
    """Everything that is needed to recompute a draw; for anybody once it is published."""
    query_of(request)
    entrance = enter(request)
    return _shown(selectors.readable_draw(entrance.actor, str(public_id)))


@extend_schema(
    operation_id="draws_reveal",
    request=shapes.RevealDraw,
    responses={200: shapes.DrawDetail, **_REFUSED},
)
@api_view(["POST"])
@permission_classes([IsSignedIn])
def reveal(request: Request, public_id: UUID) -> Response:
    """Enter the announced random value, once, as the second person."""
    entrance = enter(request)
    sent = body_of(request, shapes.RevealDraw)
    services.reveal_draw(
        draw=str(public_id),
        value=sent["value"],
        source=sent["source"],
        actor=entrance.actor,
        now=entrance.now,
    )
    return _shown(draw_for(entrance.actor, str(public_id), *OFFICERS))


def _shown(draw: Draw, status: int = 200) -> Response:
    return Response(
        selectors.draw_for_programs(draw), status=status, headers={"Cache-Control": "no-store"}
    )
