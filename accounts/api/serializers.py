"""What the API reads and writes about signing in."""

from typing import Any

from rest_framework import serializers

from accounts.phones import clean_mobile
from common.api import StrictSerializer
from common.refusals import InvalidInput


class Credentials(StrictSerializer):
    """A mobile number, however it is written, and a password."""

    phone = serializers.CharField(max_length=30)
    password = serializers.CharField(max_length=128, trim_whitespace=False, write_only=True)

    def validate_phone(self, value: str) -> str:
        try:
            return clean_mobile(value)
        except InvalidInput as fault:
            raise serializers.ValidationError(str(fault)) from fault


class Token(serializers.Serializer[Any]):
    """A token, readable this once, for `Authorization: Token …`."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField()
