"""Houses for programs: the finder, and one house."""

from typing import Any
from uuid import UUID

from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from accounts.entrance import enter
from common.api import query_of
from facilities import selectors
from facilities.api.serializers import (
    HouseDetail,
    HouseQuery,
    HouseRow,
    HouseRows,
)
from facilities.selectors.finder import HousePage
from facilities.types import CareMode


@extend_schema(operation_id="facilities_list", parameters=[HouseQuery], responses=HouseRows)
@api_view(["GET"])
@permission_classes([AllowAny])
def houses(request: Request) -> Response:
    """Houses, nearest first when `lat` and `lon` are given."""
    entrance = enter(request)
    asked = _asked(request.query_params)
    page = selectors.houses_near(now=entrance.now, **asked)
    return Response(_page(request, page))


def _asked(params: QueryDict) -> dict[str, Any]:
    query = HouseQuery(data=params)
    query.is_valid(raise_exception=True)
    asked = query.validated_data
    return {
        "latitude": asked.get("lat"),
        "longitude": asked.get("lon"),
        "mode": CareMode(asked["mode"]) if "mode" in asked else None,
        "day": asked.get("date"),
        "subdistrict": selectors.subdistrict_named(asked.get("subdistrict", "")),
        "district": selectors.district_named(asked.get("district", "")),
        "only_free": asked["only_free"],
        "page": asked["page"],
        "size": asked["page_size"],
    }


def _page(request: Request, page: HousePage) -> dict[str, Any]:
    here = request.build_absolute_uri()

    def at(number: int) -> str:
        return replace_query_param(here, "page", number)

    return {
        "next": at(page.number + 1) if page.has_next else None,
        "previous": at(page.number - 1) if page.has_previous else None,
        "results": HouseRow(page.rows, many=True).data,
    }


@extend_schema(operation_id="facilities_retrieve", responses=HouseDetail)
@api_view(["GET"])
@permission_classes([AllowAny])
def house(request: Request, public_id: UUID) -> Response:
    """A house with all its facts."""
    query_of(request)
    entrance = enter(request)
    facts = selectors.house_facts(str(public_id), now=entrance.now)
    return Response(HouseDetail(facts).data)
