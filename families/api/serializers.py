"""The shapes of families in the API."""

from typing import Any

from rest_framework import serializers

from common.api import StrictSerializer
from families.types import ConsentPurpose, GuardianRight, Relation, ReviewState


class NoParameters(StrictSerializer):
    """A request that asks for nothing in particular; anything else in it answers 400."""


class PapersShape(serializers.Serializer[Any]):
    """What a child has and lacks, for the 街镇 it lives in."""

    agreement_signed = serializers.BooleanField()
    health_check_through = serializers.DateField(allow_null=True)
    health_check_state = serializers.ChoiceField(
        choices=[state.value for state in ReviewState], allow_null=True
    )
    history_declared = serializers.BooleanField()
    consents_missing = serializers.ListField(
        child=serializers.ChoiceField(choices=[purpose.value for purpose in ConsentPurpose])
    )
    needs = serializers.ListField(child=serializers.CharField())


class ChildShape(serializers.Serializer[Any]):
    """One of the actor's children."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    nickname = serializers.CharField()
    born_on = serializers.DateField()
    age_months = serializers.IntegerField()
    subdistrict = serializers.CharField()
    subdistrict_name = serializers.CharField()
    relation = serializers.ChoiceField(choices=[relation.value for relation in Relation])
    right = serializers.ChoiceField(choices=[right.value for right in GuardianRight])
    may_book = serializers.BooleanField()
    papers = PapersShape()
