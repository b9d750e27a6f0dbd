"""What programs send and get of imports."""

from typing import Any

from rest_framework import serializers

from common.api import StrictSerializer
from imports.types import ImportState


class HandIn(StrictSerializer):
    """A file, what kind it is, and whether it is to be written or only looked at."""

    kind = serializers.CharField(max_length=30)
    file = serializers.FileField(allow_empty_file=True)
    commit = serializers.BooleanField(default=False)
    facility = serializers.CharField(
        max_length=36,
        required=False,
        help_text="A house's id, or a code of a 街镇. Needed by those who run several places.",
    )


class ImportFault(serializers.Serializer[Any]):
    """What is wrong, at the row and column of the sheet; null for the file as a whole."""

    row = serializers.IntegerField(allow_null=True)
    column = serializers.CharField(allow_null=True)
    value = serializers.CharField(allow_null=True)
    message = serializers.CharField()


class HandedIn(serializers.Serializer[Any]):
    id = serializers.UUIDField()


class Import(serializers.Serializer[Any]):
    """What has become of a file."""

    id = serializers.UUIDField(source="job.id")
    kind = serializers.CharField(source="job.kind")
    state = serializers.ChoiceField(
        choices=[state.value for state in ImportState], source="job.state"
    )
    commit = serializers.BooleanField(source="job.commit")
    rows = serializers.IntegerField(source="job.rows")
    rows_done = serializers.IntegerField(source="job.rows_done")
    created = serializers.IntegerField(source="job.created")
    updated = serializers.IntegerField(source="job.updated")
    unchanged = serializers.IntegerField(source="job.unchanged")
    error_count = serializers.IntegerField(source="job.faults")
    errors = ImportFault(  # type: ignore[assignment]  # a field, as the contract names it
        many=True, help_text="The first of them; error_count says how many."
    )
    notes = serializers.ListField(child=serializers.CharField())
