"""What the API reads and writes about 整改 orders."""

from typing import Any

from rest_framework import serializers

from common.pagination import PageQuery
from inspections.order_types import OrderState
from inspections.types import Department, Severity

_Plain = serializers.Serializer[Any]
_STATES = [state.value for state in OrderState]


class OrderQuery(PageQuery):
    """Which orders are asked for."""

    order_state = serializers.ChoiceField(choices=_STATES, required=False)
    facility = serializers.UUIDField(required=False)


class OrderLine(_Plain):
    """An order as it stands."""

    id = serializers.UUIDField()
    facility = serializers.UUIDField()
    department = serializers.ChoiceField(choices=[one.value for one in Department])
    severity = serializers.ChoiceField(choices=[one.value for one in Severity])
    item = serializers.CharField(help_text="the code of the checklist's item")
    text = serializers.CharField()
    order_state = serializers.ChoiceField(choices=_STATES)
    issued_on = serializers.DateField()
    due_on = serializers.DateField()
    is_overdue = serializers.BooleanField()
    recurs = serializers.UUIDField(
        allow_null=True, help_text="the closed order of the same item that did not last"
    )
    suspends = serializers.BooleanField(help_text="whether the house is suspended by it")


class OrderList(_Plain):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = OrderLine(many=True)
