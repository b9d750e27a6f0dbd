"""The one text that a result of a visit is, and what of it the rows still say. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from inspections.rules.draw import canonical, sha256

FORMAT = "visit-result-1"


def moment(at: datetime) -> str:
    """A moment as it stands in a signed text: UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def text_of(content: Mapping[str, Any]) -> str:
    """The text that is signed: keys in order, no blanks, Chinese as it is written."""
    return canonical({"format": FORMAT, **content})


__all__ = ["FORMAT", "canonical", "moment", "sha256", "text_of"]
