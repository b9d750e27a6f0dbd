"""The API's entrances to imports: parse, one call, answer."""

from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import api_view, parser_classes, permission_classes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.entrance import enter
from common.api import body_of, query_of
from common.permissions import IsSignedIn
from imports import selectors, services
from imports.api import serializers as shapes
from imports.forms import read_upload

_PRIVATE = {"Cache-Control": "no-store"}


@extend_schema(
    operation_id="imports_create",
    request={"multipart/form-data": shapes.HandIn},
    responses={202: shapes.HandedIn},
)
@api_view(["POST"])
@permission_classes([IsSignedIn])
@parser_classes([MultiPartParser])
def imports(request: Request) -> Response:
    """Hand in an Excel file to be looked at; with `commit` all of it is written, or nothing."""
    body = body_of(request, shapes.HandIn)
    entrance = enter(request)
    job = services.hand_in(
        kind=body["kind"],
        upload=read_upload(body["file"]),
        commit=body["commit"],
        actor=entrance.actor,
        now=entrance.now,
        facility=body.get("facility", ""),
    )
    return Response(shapes.HandedIn({"id": job.public_id}).data, status=202, headers=_PRIVATE)


@extend_schema(operation_id="imports_retrieve", responses=shapes.Import)
@api_view(["GET"])
@permission_classes([IsSignedIn])
def one(request: Request, job: UUID) -> Response:
    """How far a file is, what is wrong with it, and what became of it."""
    query_of(request)
    detail = selectors.detail_of(selectors.job_for(enter(request).actor, job))
    return Response(shapes.Import(detail).data, headers=_PRIVATE)


@extend_schema(
    operation_id="imports_commit",
    request=None,
    responses={
        202: shapes.HandedIn,
        400: OpenApiResponse(description="It is not ready to be written."),
    },
)
@api_view(["POST"])
@permission_classes([IsSignedIn])
def commit(request: Request, job: UUID) -> Response:
    """Let a file that was looked at without faults be written."""
    body_of(request)
    entrance = enter(request)
    known = services.confirm(job=job, actor=entrance.actor, now=entrance.now)
    return Response(shapes.HandedIn({"id": known.public_id}).data, status=202, headers=_PRIVATE)
