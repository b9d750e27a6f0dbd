"""Pages of the API."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

from common.api import StrictSerializer
from common.refusals import InvalidInput

PAGE_SIZE = 50
PAGE_SIZE_MAX = 100


class PageSize(serializers.IntegerField):
    """How many rows are asked for. Asking for more than the most gives the most."""

    def __init__(self, **facts: Any) -> None:
        said = f"at most {PAGE_SIZE_MAX}; {PAGE_SIZE} when absent"
        super().__init__(min_value=1, help_text=said, **facts)

    def to_internal_value(self, data: Any) -> int:
        return min(super().to_internal_value(data), PAGE_SIZE_MAX)


class PageQuery(StrictSerializer):
    """Which part of a list is asked for."""

    cursor = serializers.CharField(required=False, max_length=500)
    page_size = PageSize(required=False)


class Pages(CursorPagination):
    """Pages of 50, never more than 100, stable while rows arrive. `ordering` begins with a moment.

    :raises InvalidInput: for a cursor that we did not write.
    """

    page_size = PAGE_SIZE
    max_page_size = PAGE_SIZE_MAX
    page_size_query_param = "page_size"

    def __init__(self, *ordering: str) -> None:
        self.ordering = ordering or ("pk",)

    def paginate_queryset(
        self, queryset: QuerySet[Any], request: Request, view: Any = None
    ) -> list[Any] | None:
        try:
            rows: Sequence[Any] | None = super().paginate_queryset(queryset, request, view)
        except (NotFound, ValidationError, ValueError):
            raise InvalidInput({"cursor": ["这不是我们给出的页码。"]}) from None
        return None if rows is None else list(rows)
