"""Chance from a seed. Each thing has a stream of its own: a new house changes no family."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from random import Random
from uuid import UUID

from django.apps import apps
from django.db.models import Field

from common.models import PublicIdModel

# Those that are read out at the door; see bookings.
_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_LENGTH = 10


class Chance:
    """All that is random in a generated city."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def of(self, *what: object) -> Random:
        """The stream of one thing, the same whenever it is asked for."""
        name = ":".join(map(str, (self._seed, *what)))
        return Random(name)  # noqa: S311  nothing here is to be kept secret

    def text(self, *what: object) -> str:
        """Letters that are always the same for this thing: a salt, a key."""
        return hashlib.sha256(f"{self._seed}:{what}".encode()).hexdigest()

    def uuid(self, *what: object) -> UUID:
        return UUID(hex=self.text("uuid", *what)[:32], version=4)

    def code(self, *what: object) -> str:
        """A code for the door."""
        return "".join(self.of("code", *what).choices(_CODE_ALPHABET, k=_CODE_LENGTH))


@contextmanager
def named_by(chance: Chance) -> Iterator[None]:
    """Let every row that is made meanwhile take its public id from the seed.

    Also those that other apps' services make: the n-th house is the n-th house, whoever enters it.
    """
    fields = [
        model._meta.get_field("public_id")  # noqa: SLF001
        for model in apps.get_models()
        if issubclass(model, PublicIdModel)
    ]
    before = [field.default for field in fields]
    for field in fields:
        _take_default(field, _names(chance, field))
    try:
        yield
    finally:
        for field, default in zip(fields, before, strict=True):
            _take_default(field, default)


def _names(chance: Chance, field: "Field[UUID, UUID]") -> Callable[[], UUID]:
    numbers = count(1)
    label = field.model._meta.label_lower  # noqa: SLF001
    return lambda: chance.uuid(label, next(numbers))


def _take_default(field: "Field[UUID, UUID]", default: Callable[[], UUID]) -> None:
    field.default = default
    field.__dict__.pop("_get_default", None)  # Django keeps what the default was
