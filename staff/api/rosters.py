"""Rosters for programs: publishing a week."""

from datetime import date
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.entrance import enter
from common.api import StrictSerializer, body_of
from common.permissions import IsSignedIn
from facilities import selectors as facilities
from staff import services
from staff.types import Published


class Publication(StrictSerializer):
    """What is published: the board as it stands, or as it was seen."""

    revision = serializers.IntegerField(
        required=False,
        min_value=0,
        help_text="Of the draft that was seen; when it has changed since, nothing is published.",
    )


class PublishedWeek(serializers.Serializer[Any]):
    """What the publication did."""

    shifts = serializers.IntegerField(help_text="Published shifts of the week that are not over.")
    added = serializers.IntegerField()
    withdrawn = serializers.IntegerField()
    in_breach = serializers.ListField(
        child=serializers.UUIDField(),
        help_text="Sessions that are short of staff by the new roster: they take no bookings.",
    )


@extend_schema(
    operation_id="rosters_publish",
    request=Publication,
    parameters=[OpenApiParameter("monday", date, OpenApiParameter.PATH)],
    responses={
        200: PublishedWeek,
        409: OpenApiResponse(
            description="The week does not hold: the verdict of every hour, person and day that "
            "stands in the way. Nothing was published."
        ),
    },
)
@api_view(["POST"])
@permission_classes([IsSignedIn])
def publish(request: Request, facility: UUID, monday: date) -> Response:
    """Publish what is on the board of a house's week; sessions count its people at once."""
    entrance = enter(request)
    asked = body_of(request, Publication)
    published = services.publish_week(
        facility=str(facility),
        monday=monday,
        actor=entrance.actor,
        now=entrance.now,
        revision=asked.get("revision"),
    )
    return Response(PublishedWeek(_told(published)).data, headers={"Cache-Control": "no-store"})


def _told(published: Published) -> dict[str, Any]:
    short = facilities.sessions_by_id(published.in_breach)
    return {
        "shifts": published.shifts,
        "added": published.added,
        "withdrawn": published.withdrawn,
        "in_breach": [session.public_id for session in short],
    }
