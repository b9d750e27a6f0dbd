"""A sick call for programs: always succeeds, and answers with what broke and what mends it."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.entrance import enter
from bookings import services
from bookings.messages import short_words
from bookings.selectors.repairs import as_row
from bookings.types import SickCall
from common.api import StrictSerializer, body_of
from common.permissions import IsSignedIn

_Plain = serializers.Serializer[Any]


class SickIn(StrictSerializer):
    """From when until when somebody is sick."""

    until = serializers.DateTimeField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # `from` is a word of Python's own.
        return {"from": serializers.DateTimeField(), **super().get_fields()}


class RepairOut(_Plain):
    """One way of mending a stretch; the key is what carries it out."""

    key = serializers.CharField()
    kind = serializers.CharField()
    cost = serializers.IntegerField()
    steps = serializers.ListField(child=serializers.CharField())


class BreachOut(_Plain):
    """How short a stretch is."""

    sessions = serializers.ListField(child=serializers.UUIDField())
    care_group = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    missing_staff = serializers.IntegerField()
    said = serializers.CharField()


class SickOut(_Plain):
    """What followed. No booking was touched."""

    leave = serializers.UUIDField()
    broken = serializers.ListField(child=serializers.UUIDField())
    repairs = RepairOut(many=True)
    breach = BreachOut(many=True)


class RepairIn(StrictSerializer):
    """The key of a repair."""

    key = serializers.CharField(max_length=2000)


@extend_schema(operation_id="staff_sick", request=SickIn, responses={201: SickOut})
@api_view(["POST"])
@permission_classes([IsSignedIn])
def sick(request: Request, person: UUID) -> Response:
    """Note that somebody of the actor's houses is sick."""
    body = body_of(request, SickIn)
    entrance = enter(request)
    call = services.sick_call(
        person=str(person),
        starts_at=body["from"],
        until=body["until"],
        actor=entrance.actor,
        now=entrance.now,
    )
    return Response(SickOut(_as_answer(call)).data, status=201)


@extend_schema(operation_id="repairs_apply", request=RepairIn, responses={200: RepairOut})
@api_view(["POST"])
@permission_classes([IsSignedIn])
def apply(request: Request) -> Response:
    """Carry out a repair, if it would still mend the hours it names."""
    body = body_of(request, RepairIn)
    entrance = enter(request)
    done = services.apply_repair(key=body["key"], actor=entrance.actor, now=entrance.now)
    return Response(RepairOut(as_row(done)).data)


def _as_answer(call: SickCall) -> dict[str, Any]:
    return {
        "leave": call.leave,
        "broken": list(call.in_breach),
        "repairs": [as_row(repair) for repair in call.repairs],
        "breach": [
            {
                "sessions": [hour.public_id for hour in one.hours],
                "care_group": one.hours[0].care_group,
                "starts_at": one.during.starts_at,
                "ends_at": one.during.ends_at,
                "missing_staff": one.short,
                "said": short_words(one),
            }
            for one in call.broken
        ],
    }
