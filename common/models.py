"""Pieces of models. No table of its own."""

import uuid
from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models import F, Func, Value


class PublicIdModel(models.Model):
    """A row that is named outside by a UUID, so that numbers are never guessed."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


def choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    """The choices of a column that holds one of these words."""
    return [(word.value, word.value) for word in words]


def same(column: str) -> tuple[Any, str]:
    """Equality of a foreign key inside an exclusion constraint, without an extension."""
    one = Func(F(column), F(column), Value("[]"), function="int8range")
    return (one, "&&")


def span(start: str, end: str) -> tuple[Any, str]:
    """Overlap of two moments' half-open interval inside an exclusion constraint."""
    return (Func(F(start), F(end), Value("[)"), function="tstzrange"), "&&")


def days(start: str, through: str) -> tuple[Any, str]:
    """Overlap of two inclusive days (NULL: open end) inside an exclusion constraint."""
    return (Func(F(start), F(through), Value("[]"), function="daterange"), "&&")
