"""What the API reads and writes about houses."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from common.api import CalendarDay, Finite, StrictSerializer
from common.pagination import PAGE_SIZE, PageSize
from facilities.types import CareMode, FacilityState

_Plain = serializers.Serializer[Any]


def _modes() -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=[mode.value for mode in CareMode])


class HouseQuery(StrictSerializer):
    """What the finder may be asked."""

    lat = Finite(min_value=-90, max_value=90, required=False)
    lon = Finite(min_value=-180, max_value=180, required=False)
    mode = serializers.ChoiceField(choices=[mode.value for mode in CareMode], required=False)
    date = CalendarDay(required=False)
    subdistrict = serializers.CharField(max_length=20, required=False)  # code or name
    district = serializers.CharField(max_length=20, required=False)  # code or name
    only_free = serializers.BooleanField(required=False, default=False)
    page = serializers.IntegerField(min_value=1, max_value=10_000, required=False, default=1)
    page_size = PageSize(required=False, default=PAGE_SIZE)

    def validate(self, attrs: Mapping[str, Any]) -> Mapping[str, Any]:
        if ("lat" in attrs) != ("lon" in attrs):
            missing = "lon" if "lat" in attrs else "lat"
            raise serializers.ValidationError({missing: ["lat 和 lon 要一起给。"]})
        return attrs


class HouseRow(_Plain):
    """A house in the finder's list, nearest first."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    district = serializers.CharField()
    subdistrict = serializers.CharField()
    subdistrict_code = serializers.CharField()
    address = serializers.CharField()
    phone = serializers.CharField()
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()
    distance_m = serializers.IntegerField(allow_null=True)
    walking_minutes = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(choices=[state.value for state in FacilityState])
    modes = serializers.ListField(child=_modes())
    hours = serializers.ListField(child=serializers.CharField())
    closed_because = serializers.CharField(allow_blank=True)
    price = serializers.CharField()
    next_free_at = serializers.DateTimeField(allow_null=True)
    places_left_today = serializers.IntegerField()
    places_left = serializers.IntegerField(help_text="on the asked date")
    has_outdoor_area = serializers.BooleanField()
    has_nursing_room = serializers.BooleanField()
    step_free = serializers.BooleanField()


class HouseRows(_Plain):
    """A page of houses."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = HouseRow(many=True)


class PlacesLimit(_Plain):
    key = serializers.CharField()
    places = serializers.IntegerField()
    arithmetic = serializers.CharField()


class RoomMode(_Plain):
    mode = _modes()
    places = serializers.IntegerField()
    limits = PlacesLimit(many=True)


class Room(_Plain):
    id = serializers.UUIDField()
    name = serializers.CharField()
    area_m2 = serializers.CharField(source="area")
    licensed_places = serializers.IntegerField()
    by_mode = RoomMode(many=True)


class ModeFacts(_Plain):
    mode = _modes()
    name = serializers.CharField()
    needs = serializers.CharField()


class Policy(_Plain):
    insurer = serializers.CharField()
    policy_number = serializers.CharField()
    sum_insured = serializers.CharField()
    valid_from = serializers.DateField()
    valid_through = serializers.DateField()
    is_current = serializers.BooleanField()


class Price(_Plain):
    mode = _modes()
    amount = serializers.CharField()
    approved_by = serializers.CharField()
    valid_from = serializers.DateField()
    is_current = serializers.BooleanField()


class ComingDay(_Plain):
    day = serializers.DateField()
    is_open = serializers.BooleanField()
    closed_because = serializers.CharField(allow_blank=True)
    places_left = serializers.IntegerField()


class ClosedDays(_Plain):
    starts_on = serializers.DateField()
    through = serializers.DateField()
    reason = serializers.CharField()


class Rule(_Plain):
    rule = serializers.CharField(source="key")
    title = serializers.CharField(source="label")
    amount = serializers.CharField()
    document = serializers.CharField(source="source")
    clause = serializers.CharField(source="article")
    quote = serializers.CharField()


class HouseDetail(_Plain):
    """A house with all its facts."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    district = serializers.CharField()
    subdistrict = serializers.CharField()
    address = serializers.CharField()
    phone = serializers.CharField()
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()
    host = serializers.CharField()
    operator_name = serializers.CharField()
    introduction = serializers.CharField(allow_blank=True)
    opened_on = serializers.DateField()
    state = serializers.ChoiceField(choices=[state.value for state in FacilityState])
    state_reason = serializers.CharField(allow_blank=True)
    modes = ModeFacts(many=True)
    places = serializers.IntegerField()
    rooms = Room(many=True)
    is_insured = serializers.BooleanField()
    policies = Policy(many=True)
    prices = Price(many=True)
    coming = ComingDay(many=True)
    closures = ClosedDays(many=True)
    places_left_today = serializers.IntegerField()
    next_free_at = serializers.DateTimeField(allow_null=True)
    rules = Rule(many=True)
