"""The law, for people at work."""

from tests.facilities.conftest import law

__all__ = ["law"]
