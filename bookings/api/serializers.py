"""Shapes of the API: what comes in is parsed strictly, what goes out is listed field by field."""

from typing import Any

from rest_framework import serializers

from bookings.types import BookingState, EntryKind, HourState
from common.api import StrictSerializer
from facilities.types import CareMode


def _words(words: Any) -> list[str]:
    return [word.value for word in words]


class PlaceBookingIn(StrictSerializer):
    child = serializers.UUIDField()
    sessions = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=24)


class FamilyBookingIn(StrictSerializer):
    children = PlaceBookingIn(many=True, allow_empty=False, max_length=6)


class CancelIn(StrictSerializer):
    """An empty body."""


class SessionsQuery(StrictSerializer):
    # The contract's names; `from` is a word of Python's own.
    to = serializers.DateField(required=False)
    child = serializers.UUIDField(required=False)

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        fields["from"] = serializers.DateField(required=False)
        return fields


class YearQuery(StrictSerializer):
    year = serializers.IntegerField(required=False, min_value=2000, max_value=2100)


class VerdictOut(serializers.Serializer[Any]):
    rule = serializers.CharField()
    outcome = serializers.CharField()
    wording = serializers.CharField()
    strength = serializers.CharField(allow_null=True)
    measured = serializers.FloatField(allow_null=True)
    limit = serializers.FloatField(allow_null=True)
    unit = serializers.CharField(allow_null=True)
    clause = serializers.CharField(allow_null=True)
    document = serializers.CharField(allow_null=True)
    quote = serializers.CharField(allow_null=True)
    is_product_decision = serializers.BooleanField(allow_null=True)
    arithmetic = serializers.CharField()
    remedy = serializers.CharField()
    subject = serializers.CharField()


class OfferOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="session.public_id")
    starts_at = serializers.DateTimeField(source="session.starts_at")
    ends_at = serializers.DateTimeField(source="session.ends_at")
    mode = serializers.ChoiceField(choices=_words(CareMode), source="session.mode")
    care_group = serializers.CharField(source="session.care_group")
    places = serializers.IntegerField(source="session.places")
    places_left = serializers.IntegerField(source="session.places_left")
    binding_limit = serializers.CharField(source="session.tightest_bound")
    bookable = serializers.BooleanField(source="is_bookable", allow_null=True)
    verdicts = VerdictOut(many=True)


class BookedHourOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="session")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    mode = serializers.ChoiceField(choices=_words(CareMode))
    care_group = serializers.CharField()
    state = serializers.ChoiceField(choices=_words(HourState))
    free = serializers.BooleanField(source="is_free")
    charge_fen = serializers.IntegerField()
    refunded_fen = serializers.IntegerField()


class BookingOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=_words(BookingState), source="state")
    child = serializers.UUIDField()
    child_name = serializers.CharField()
    facility = serializers.UUIDField()
    facility_name = serializers.CharField()
    pass_code = serializers.CharField()
    placed_at = serializers.DateTimeField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    sessions = BookedHourOut(many=True, source="hours")
    free_units = serializers.IntegerField()
    charge = serializers.IntegerField(source="charge_fen", help_text="fen (分)")
    refunded = serializers.IntegerField(source="refunded_fen", help_text="fen (分)")


class FamilyBookingOut(serializers.Serializer[Any]):
    bookings = BookingOut(many=True)


class CancelOut(serializers.Serializer[Any]):
    in_time = serializers.BooleanField()
    free_units_returned = serializers.IntegerField()
    free_units_forfeited = serializers.IntegerField()
    refund = serializers.IntegerField(source="refund_fen", help_text="fen (分)")
    kept = serializers.IntegerField(source="kept_fen", help_text="fen (分)")
    deadline = serializers.DateTimeField()
    verdict = serializers.SerializerMethodField()

    def get_verdict(self, outcome: Any) -> dict[str, Any]:
        shown: dict[str, Any] = outcome.verdict.as_dict()
        return shown


class EntryOut(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=_words(EntryKind))
    units = serializers.IntegerField()
    change = serializers.IntegerField()
    left_after = serializers.IntegerField()
    care_starts_at = serializers.DateTimeField(allow_null=True)
    facility = serializers.CharField()
    clause = serializers.CharField(source="clause.article", allow_null=True, default=None)
    document = serializers.CharField(source="clause.document", allow_null=True, default=None)
    note = serializers.CharField()


class EntitlementOut(serializers.Serializer[Any]):
    child = serializers.UUIDField()
    year = serializers.IntegerField(source="balance.year")
    granted = serializers.IntegerField(source="balance.granted")
    held = serializers.IntegerField(source="balance.held")
    used = serializers.IntegerField(source="balance.used")
    lapsed = serializers.IntegerField(source="balance.lapsed")
    left = serializers.IntegerField(source="balance.left")
    entries = EntryOut(many=True, source="lines")
