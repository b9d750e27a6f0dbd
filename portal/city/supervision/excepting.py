"""Weeks for which a 街镇 sets a 原则上 rule aside, by name and with a reason."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from common.intervals import day_in_shanghai
from portal.city.rosters import WEEKS_AHEAD, monday_of
from portal.city.supervision.diary import at, workday
from portal.city.supervision.story import Story
from regulations.keys import LimitKey
from staff import services

_SET, _TAKEN_BACK = "13:20", "09:35"


class Excepting(Story):
    """Notes down exceptions for the week that is being drafted."""

    def note(self, exceptions: list[Mapping[str, Any]]) -> None:
        """Note down each on its day."""
        for said in exceptions:
            self._note(said["back"], _SET, partial(self._set_aside, said))

    def _set_aside(self, said: Mapping[str, Any], now: datetime) -> None:
        drafted = monday_of(self._today) + (WEEKS_AHEAD + 1) * timedelta(days=7)
        row = services.set_rule_aside(
            facility=str(self._houses[said["house"]].public_id),
            monday=drafted,
            rule=LimitKey(said["rule"]),
            reason=said["reason"],
            actor=self._cast.actor(said["by"], now),
            now=now,
        )
        if "taken_back" in said:
            self._diary.note(
                at(workday(day_in_shanghai(now), said["taken_back"]), _TAKEN_BACK),
                lambda now: services.take_back_override(
                    override=str(row.public_id), actor=self._cast.actor(said["by"], now), now=now
                ),
            )
