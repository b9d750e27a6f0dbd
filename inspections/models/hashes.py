"""SHA-256 as PostgreSQL computes it, for constraints that hold a text and its hash together."""

from typing import Any

from django.db import models
from django.db.models import F, Func, Value


def sha256_of(column: str) -> Any:
    """SHA-256 of a text column's UTF-8 bytes, in hexadecimal."""
    octets = Func(
        F(column), Value("UTF8"), function="convert_to", output_field=models.BinaryField()
    )
    digest = Func(octets, function="sha256", output_field=models.BinaryField())
    return Func(digest, Value("hex"), function="encode", output_field=models.TextField())
