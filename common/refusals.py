"""The two kinds of no that a person may be told: refused with reasons, and not understood."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from django.http import Http404


class Reason(Protocol):
    """Why something was refused; `regulations.types.Verdict` is one."""

    @property
    def remedy(self) -> str: ...

    def as_dict(self) -> dict[str, Any]: ...


class Refused(Exception):
    """The rules say no. Expected, never an alarm; carries every reason, not the first.

    `title` is a Chinese sentence for people; `alternatives` are plain rows of what would be
    accepted now.
    """

    def __init__(
        self,
        verdicts: Sequence[Reason],
        *,
        title: str = "没有办成，原因如下",
        alternatives: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        super().__init__(title)
        self.verdicts = list(verdicts)
        self.title = title
        self.alternatives: Sequence[Mapping[str, Any]] = list(alternatives)

    @property
    def sentences(self) -> list[str]:
        """What helps, of every reason."""
        return [reason.remedy for reason in self.verdicts]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Every reason as components/verdicts.html and the API show it."""
        return [reason.as_dict() for reason in self.verdicts]


class InvalidInput(Exception):
    """What was sent cannot be read. `faults` maps a field (or '') to Chinese sentences."""

    def __init__(self, faults: Mapping[str, Sequence[str]] | str) -> None:
        self.faults: dict[str, list[str]] = (
            {"": [faults]} if isinstance(faults, str) else {k: list(v) for k, v in faults.items()}
        )
        super().__init__("；".join(self.sentences))

    @property
    def sentences(self) -> list[str]:
        """What cannot be read, of all fields."""
        return [sentence for sentences in self.faults.values() for sentence in sentences]


class Conflict(InvalidInput):
    """The same idempotency key came with another body."""


class NotFound(Http404):
    """There is no such thing, or it is not yours: the answer is the same."""


def written(text: str, fault: str, *, field: str = "reason", most: int | None = None) -> str:
    """What somebody wrote, without the blanks around it.

    :raises InvalidInput: with that fault at that field, when it is nothing or too long.
    """
    text = text.strip()
    if not text or (most is not None and len(text) > most):
        raise InvalidInput({field: [fault]})
    return text
