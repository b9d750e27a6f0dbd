"""People at work for programs: who is in the actor's houses, and what each lacks."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from accounts.entrance import enter
from common.api import StrictSerializer, query_of
from common.pagination import PAGE_SIZE, PageSize
from common.permissions import IsSignedIn
from staff import selectors
from staff.selectors.people import PeoplePage
from staff.types import StaffRole

_Plain = serializers.Serializer[Any]


class PeopleQuery(StrictSerializer):
    """Whose people are asked for."""

    facility = serializers.UUIDField(required=False)
    page = serializers.IntegerField(min_value=1, max_value=10_000, required=False, default=1)
    page_size = PageSize(required=False, default=PAGE_SIZE)


class Lack(_Plain):
    """A verdict that stands in the way."""

    rule = serializers.CharField()
    wording = serializers.CharField()
    clause = serializers.CharField(source="limit.clause.article", allow_null=True)
    document = serializers.CharField(source="limit.clause.document", allow_null=True)
    remedy = serializers.CharField()


class NextEnd(_Plain):
    """The paper that lapses next."""

    kind = serializers.CharField()
    paper = serializers.CharField(source="label")
    through = serializers.DateField()
    days_left = serializers.IntegerField()


class StaffRow(_Plain):
    """Somebody in a house, today."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    facility = serializers.UUIDField()
    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=[role.value for role in StaffRole])
    )
    counts = serializers.BooleanField(help_text="toward the ratio, by papers and role")
    is_away = serializers.BooleanField()
    lacks = Lack(many=True)
    next_end = NextEnd(allow_null=True)


class StaffRows(_Plain):
    """A page of people."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = StaffRow(many=True)


@extend_schema(operation_id="staff_list", parameters=[PeopleQuery], responses=StaffRows)
@api_view(["GET"])
@permission_classes([IsSignedIn])
def people(request: Request) -> Response:
    """People of the actor's houses with what they lack; 404 for who keeps nor oversees any."""
    entrance = enter(request)
    asked = query_of(request, PeopleQuery)
    page = selectors.people_page(
        entrance.actor,
        now=entrance.now,
        facility=str(asked.get("facility", "")),
        page=asked["page"],
        size=asked["page_size"],
    )
    return Response(_page(request, page))


def _page(request: Request, page: PeoplePage) -> dict[str, Any]:
    here = request.build_absolute_uri()
    turned = {
        "next": page.number + 1 if page.has_next else None,
        "previous": page.number - 1 if page.has_previous else None,
    }
    links = {
        name: replace_query_param(here, "page", number) if number else None
        for name, number in turned.items()
    }
    return {**links, "results": StaffRow(page.rows, many=True).data}
