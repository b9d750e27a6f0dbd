"""The API's entrance to visits and their signed findings."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.entrance import enter
from common.api import query_of
from common.pagination import PageQuery, Pages
from common.permissions import IsSignedIn
from inspections.selectors.visits_api import visits_seen_by, visits_shown
from inspections.types import (
    Department,
    FindingKind,
    PartState,
    Severity,
    VisitKind,
    VisitState,
)

_Plain = serializers.Serializer[Any]


class InspectionFinding(_Plain):
    """Something a signed result says is not as it should be."""

    id = serializers.UUIDField()
    code = serializers.CharField(help_text="of the checklist's item: the same when it recurs")
    kind = serializers.ChoiceField(choices=[one.value for one in FindingKind])
    severity = serializers.ChoiceField(choices=[one.value for one in Severity])
    text = serializers.CharField()
    note = serializers.CharField()
    found_on = serializers.DateField()


class InspectionPart(_Plain):
    """What one department found; only what the caller may read."""

    department = serializers.ChoiceField(choices=[one.value for one in Department])
    state = serializers.ChoiceField(choices=[one.value for one in PartState])
    version = serializers.IntegerField(allow_null=True, help_text="the newest signed one")
    signed_at = serializers.DateTimeField(allow_null=True)
    sha256 = serializers.CharField(help_text="of the signed text, in hexadecimal; '' before")
    findings = InspectionFinding(many=True)


class Inspection(_Plain):
    """A visit to a house."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=[one.value for one in VisitKind])
    domain = serializers.CharField(help_text="safety, health, or '' for all of it")
    facility = serializers.UUIDField()
    facility_name = serializers.CharField()
    planned_on = serializers.DateField()
    done_on = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(choices=[one.value for one in VisitState])
    parts = InspectionPart(many=True)


class InspectionPage(_Plain):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = Inspection(many=True)


@extend_schema(
    operation_id="inspections_list",
    parameters=[PageQuery],
    responses=InspectionPage,
    description="Visits in the caller's scope, the newest first, with what was signed.",
)
@api_view(["GET"])
@permission_classes([IsSignedIn])
def inspections(request: Request) -> Response:
    """Visits in scope."""
    query_of(request, PageQuery)
    actor = enter(request).actor
    pages = Pages("-planned_on", "-pk")
    found = pages.paginate_queryset(visits_seen_by(actor), request) or []
    answer = pages.get_paginated_response(visits_shown(actor, found))
    answer["Cache-Control"] = "no-store"
    return answer
