"""Shapes of the floor: what a tablet at the door sends, and what it reads."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from bookings.types import Look
from common.api import PublicId, StrictSerializer
from facilities.types import CareMode, SessionStop

_Plain = serializers.Serializer[Any]
_LONGEST_CODE = 20
_LONGEST_NAME = 60
_LONGEST_NOTE = 120


class _Shown(StrictSerializer):
    """What is shown at the door: a pass or a booking, and one of them only."""

    pass_code = serializers.CharField(max_length=_LONGEST_CODE, required=False)
    booking = PublicId(required=False)
    collector = serializers.CharField(
        max_length=_LONGEST_NAME,
        required=False,
        help_text="public id or name of a guardian or pick-up of the child; at a check-out also a"
        " one-time code",
    )

    def validate(self, attrs: Mapping[str, Any]) -> Mapping[str, Any]:
        if ("pass_code" in attrs) == ("booking" in attrs):
            said = ["请给出 pass_code 或 booking，二者选一。"]
            raise serializers.ValidationError({"pass_code": said})
        return attrs


class CheckIn(_Shown):
    """A child comes in; `collector` brings it. What was not measured is left out."""

    temperature_c = serializers.DecimalField(
        max_digits=3, decimal_places=1, min_value=30, max_value=45, required=False
    )
    look = serializers.ChoiceField(choices=[look.value for look in Look], required=False)
    look_note = serializers.CharField(max_length=_LONGEST_NOTE, required=False)
    allergy_acknowledged = serializers.BooleanField(required=False, default=False)


class CheckOut(_Shown):
    """A child goes home with `collector`."""


class StayOut(_Plain):
    """A child in a room, from its arrival; `left_at` is null while it is there."""

    id = serializers.UUIDField()
    child = serializers.UUIDField()
    child_name = serializers.CharField()
    facility = serializers.UUIDField()
    facility_name = serializers.CharField()
    care_group = serializers.CharField()
    booking = serializers.UUIDField()
    arrived_at = serializers.DateTimeField()
    booked_until = serializers.DateTimeField()
    left_at = serializers.DateTimeField(allow_null=True)
    brought_by = serializers.CharField(allow_blank=True)
    collected_by = serializers.CharField(allow_blank=True)
    temperature_c = serializers.FloatField(allow_null=True)
    closed_by_guess = serializers.BooleanField()


class Breach(_Plain):
    id = serializers.UUIDField()
    cause = serializers.CharField()
    children = serializers.IntegerField()
    counted_staff = serializers.IntegerField()
    opened_at = serializers.DateTimeField()


class GroupToday(_Plain):
    """A care group now: the session that runs, or the next one of the day."""

    care_group = serializers.UUIDField()
    name = serializers.CharField()
    session = serializers.UUIDField(allow_null=True)
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    is_running = serializers.BooleanField()
    mode = serializers.ChoiceField(choices=[mode.value for mode in CareMode], allow_null=True)
    children_present = serializers.IntegerField(
        allow_null=True, help_text="null: nobody records arrivals today"
    )
    children_expected = serializers.IntegerField()
    places = serializers.IntegerField()
    places_left = serializers.IntegerField()
    counted_staff = serializers.IntegerField()
    needed_staff = serializers.IntegerField()
    margin = serializers.IntegerField(help_text="counted staff beyond those needed")
    stop = serializers.ChoiceField(choices=[stop.value for stop in SessionStop], allow_blank=True)
    stop_reason = serializers.CharField(allow_blank=True)
    breach = Breach(allow_null=True)
