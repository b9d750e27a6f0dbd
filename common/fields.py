"""Model fields of the house."""

from typing import Any

from django.db import models

from common import crypto


class EncryptedTextField(models.BinaryField):  # type: ignore[type-arg]
    """Text that is stored sealed; empty text stays empty. Not searchable, by design."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["editable"] = True
        kwargs.setdefault("default", b"")
        super().__init__(*args, **kwargs)

    @property
    def _purpose(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"  # noqa: SLF001

    def from_db_value(self, value: Any, *_: Any) -> str:
        return crypto.decrypt(bytes(value), purpose=self._purpose) if value else ""

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, str):
            return crypto.encrypt(value, purpose=self._purpose) if value else b""
        return value
