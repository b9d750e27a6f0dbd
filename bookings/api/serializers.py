"""Shapes of the API: what comes in is parsed strictly, what goes out is listed field by field."""

from enum import StrEnum
from typing import Any

from rest_framework import serializers

from bookings.services.place_booking import MOST_HOURS_IN_A_REQUEST
from bookings.types import BookingState, EntryKind, HourState
from common.api import CalendarDay, FewOf, PublicId, StrictSerializer
from facilities.types import CareMode

_Plain = serializers.Serializer[Any]
_MOST_CHILDREN = 6
_FEN = "fen (分)"


def _one_of(words: type[StrEnum], **more: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=[word.value for word in words], **more)


class PlaceBooking(StrictSerializer):
    """Hours of one house for one child."""

    child = PublicId()
    sessions = FewOf(child=PublicId(), min_length=1, max_length=MOST_HOURS_IN_A_REQUEST)


class PlaceFamilyBooking(StrictSerializer):
    """Hours of one house for several children."""

    children: Any = serializers.ListSerializer(
        child=PlaceBooking(), allow_empty=False, max_length=_MOST_CHILDREN
    )


class SessionsQuery(StrictSerializer):
    """Which hours of a house, and for which child they are judged."""

    to = CalendarDay(required=False, help_text="last day, inclusive; a week when absent")
    child = PublicId(required=False, help_text="judge every hour for this child")

    def get_fields(self) -> dict[str, Any]:
        # The contract's name is a word of Python's own.
        first = CalendarDay(required=False, help_text="first day in Asia/Shanghai; or today")
        return {"from": first, **super().get_fields()}


class YearQuery(StrictSerializer):
    """Which calendar year in Shanghai."""

    year = serializers.IntegerField(
        required=False, min_value=2000, max_value=2100, help_text="this year when absent"
    )


class Verdict(_Plain):
    """What the law says of one measured value."""

    rule = serializers.CharField()
    outcome = serializers.CharField(help_text="passes, fails, lapsed, no_rule")
    wording = serializers.CharField()
    strength = serializers.CharField(allow_null=True, help_text="mandatory, principle, encouraged")
    measured = serializers.FloatField(allow_null=True)
    limit = serializers.FloatField(allow_null=True)
    unit = serializers.CharField(allow_null=True)
    clause = serializers.CharField(allow_null=True)
    document = serializers.CharField(allow_null=True)
    quote = serializers.CharField(allow_null=True)
    is_product_decision = serializers.BooleanField(allow_null=True)
    by_letter = serializers.BooleanField(allow_null=True)
    period_over = serializers.BooleanField()
    arithmetic = serializers.CharField(allow_blank=True)
    remedy = serializers.CharField(allow_blank=True)
    subject = serializers.CharField(allow_blank=True, help_text="which session, where one is meant")


class CareSession(_Plain):
    """An hour of a group. `bookable` and `verdicts` are for the child that was named."""

    id = serializers.UUIDField(source="session.public_id")
    starts_at = serializers.DateTimeField(source="session.starts_at")
    ends_at = serializers.DateTimeField(source="session.ends_at")
    mode = _one_of(CareMode, source="session.mode")
    care_group = serializers.CharField(source="session.care_group")
    places = serializers.IntegerField(source="session.places")
    places_left = serializers.IntegerField(source="session.places_left")
    binding_limit = serializers.CharField(source="session.tightest_bound")
    bookable = serializers.BooleanField(source="is_bookable", allow_null=True)
    verdicts = Verdict(many=True)


class BookedHour(_Plain):
    """One booked hour; `id` is the session's."""

    id = serializers.UUIDField(source="session")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    mode = _one_of(CareMode)
    care_group = serializers.CharField()
    state = _one_of(HourState)
    free = serializers.BooleanField(source="is_free")
    charge = serializers.IntegerField(source="charge_fen", help_text=_FEN)
    refunded = serializers.IntegerField(source="refunded_fen", help_text=_FEN)
    attended = serializers.BooleanField(
        allow_null=True, help_text="whether the child came; null: nobody wrote it down"
    )


class Booking(_Plain):
    """One child's booked hours of one request."""

    id = serializers.UUIDField()
    status = _one_of(BookingState, source="state")
    child = serializers.UUIDField()
    child_name = serializers.CharField()
    facility = serializers.UUIDField()
    facility_name = serializers.CharField()
    pass_code = serializers.CharField()
    placed_at = serializers.DateTimeField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    sessions = BookedHour(many=True, source="hours")
    free_units = serializers.IntegerField(help_text="次")
    charge = serializers.IntegerField(source="charge_fen", help_text=_FEN)
    refunded = serializers.IntegerField(source="refunded_fen", help_text=_FEN)


class BookingPage(_Plain):
    """Some of the actor's bookings, the latest care first."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = Booking(many=True)


class FamilyBooking(_Plain):
    """A booking for each child."""

    bookings = Booking(many=True)


class Cancellation(_Plain):
    """What a cancellation gave back, and why."""

    in_time = serializers.BooleanField()
    free_units_returned = serializers.IntegerField(help_text="次")
    free_units_forfeited = serializers.IntegerField(help_text="次")
    refund = serializers.IntegerField(source="refund_fen", help_text=_FEN)
    kept = serializers.IntegerField(source="kept_fen", help_text=_FEN)
    deadline = serializers.DateTimeField()
    verdict = Verdict(source="verdict.as_dict")


class LedgerEntry(_Plain):
    """One movement of free 次."""

    at = serializers.DateTimeField()
    kind = _one_of(EntryKind)
    units = serializers.IntegerField()
    change = serializers.IntegerField()
    left_after = serializers.IntegerField()
    care_starts_at = serializers.DateTimeField(allow_null=True)
    facility = serializers.CharField(allow_blank=True)
    clause = serializers.CharField(source="clause.article", allow_null=True, default=None)
    document = serializers.CharField(source="clause.document", allow_null=True, default=None)
    note = serializers.CharField(allow_blank=True)


class Entitlement(_Plain):
    """A child's free 次 of a year."""

    child = serializers.UUIDField()
    year = serializers.IntegerField(source="balance.year")
    granted = serializers.IntegerField(source="balance.granted")
    held = serializers.IntegerField(source="balance.held")
    used = serializers.IntegerField(source="balance.used")
    lapsed = serializers.IntegerField(source="balance.lapsed")
    left = serializers.IntegerField(source="balance.left")
    entries = LedgerEntry(many=True, source="lines")
