"""The law and the clock, for people at work."""

from tests.facilities.conftest import law
from tests.staff.scene import clock

__all__ = ["clock", "law"]
