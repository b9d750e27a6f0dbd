"""What the API reads and writes about draws."""

from typing import Any

from rest_framework import serializers

from common.api import StrictSerializer
from inspections.types import Domain, DrawState, RandomMethod, Share

_Plain = serializers.Serializer[Any]
_ID = {"format": "uuid"}


class PlanDraw(StrictSerializer):
    """A draw as it is planned. The list is frozen as it stands in this moment."""

    domain = serializers.ChoiceField(choices=[domain.value for domain in Domain])
    random_source = serializers.CharField(
        max_length=120, help_text="which public number it will be, said before anybody can know it"
    )
    random_known_at = serializers.DateTimeField(help_text="when it will be known")
    district = serializers.CharField(
        max_length=6, required=False, help_text="GB/T 2260; the actor's own when absent"
    )
    month = serializers.RegexField(
        r"^20\d\d-(0[1-9]|1[0-2])$", required=False, help_text="2026-11; this month when absent"
    )
    random_method = serializers.ChoiceField(
        choices=[method.value for method in RandomMethod], required=False
    )
    seats = serializers.IntegerField(
        min_value=1, max_value=1000, required=False, help_text="more houses than the usual share"
    )


class RevealDraw(StrictSerializer):
    """The value, as it was published, and where it was read."""

    value = serializers.CharField(max_length=200)
    source = serializers.CharField(max_length=120)  # type: ignore[assignment]  # the contract's word


class DrawLine(_Plain):
    """What anybody may know of a draw from its commitment on."""

    id = serializers.UUIDField()
    district = serializers.CharField()
    month = serializers.CharField()
    domain = serializers.ChoiceField(choices=[domain.value for domain in Domain])
    state = serializers.ChoiceField(choices=[state.value for state in DrawState])
    commitment = serializers.CharField(help_text="SHA-256 of `canonical`, in hexadecimal")
    committed_at = serializers.DateTimeField()
    random_method = serializers.ChoiceField(choices=[method.value for method in RandomMethod])
    announced_source = serializers.CharField()
    random_known_at = serializers.DateTimeField()
    revealed_at = serializers.DateTimeField(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)


class DrawPage(_Plain):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = DrawLine(many=True)


class RiskPoints(_Plain):
    reason = serializers.CharField()
    count = serializers.IntegerField()
    points = serializers.IntegerField()


class Candidate(_Plain):
    """A house that may be drawn."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    subdistrict = serializers.CharField()
    visits = serializers.IntegerField()
    owed = serializers.IntegerField()
    certain = serializers.BooleanField()
    points = RiskPoints(many=True)
    tickets = serializers.IntegerField()
    chance_permille = serializers.IntegerField()


class DrawnInspector(_Plain):
    id = serializers.UUIDField()
    name = serializers.CharField()
    department = serializers.CharField()


class DrawExclusion(_Plain):
    """Who is not in it; with both, who does not go where."""

    facility = serializers.UUIDField(allow_null=True)
    inspector = serializers.UUIDField(allow_null=True)
    reason = serializers.CharField()


class OpenedSeal(_Plain):
    seal = serializers.CharField()
    secret = serializers.CharField(allow_blank=True)


class DrawnHouse(_Plain):
    facility = serializers.UUIDField()
    share = serializers.ChoiceField(choices=[share.value for share in Share])
    inspectors = serializers.ListField(child=serializers.UUIDField())


class DrawDetail(DrawLine):
    """Everything that is needed to recompute a draw; docs/verify_draw.md says how."""

    algorithm = serializers.CharField()
    canonical = serializers.CharField(help_text="the frozen text; all else follows from it")
    facilities = Candidate(many=True)
    inspectors = DrawnInspector(many=True)
    exclusions = DrawExclusion(many=True)
    random_value = serializers.CharField(allow_null=True)
    random_source = serializers.CharField()
    secrets = OpenedSeal(many=True)
    result = DrawnHouse(many=True, allow_null=True)
