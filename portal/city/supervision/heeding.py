"""风险预警: what the worker sees in the mornings, and what officers say they do about it."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from common.intervals import day_in_shanghai
from inspections import services
from inspections.models import RiskWarning
from inspections.rules.warning import rises
from inspections.warning_types import Level
from portal.city.supervision.cast import Cast
from portal.city.supervision.diary import Diary, at, workday

_JUDGED, _ANSWERED = "07:20", "15:25"


class Heeding:
    """Notes down the warnings of the last days."""

    def __init__(self, diary: Diary, cast: Cast) -> None:
        self._diary = diary
        self._cast = cast

    def note(self, said: Mapping[str, Any], today: date) -> None:
        """Let the worker judge every house on some mornings."""
        for back in said["judged"]:
            moment = at(workday(today, -back), _JUDGED)
            self._diary.note(moment, partial(self._warn, said["answers"]))

    def _warn(self, answers: Mapping[str, Any], now: datetime) -> None:
        services.warn(now=now)
        for warning in RiskWarning.objects.filter(at=now).order_by("pk"):
            answer = answers.get(warning.signals[0][0]) if warning.signals else None
            if answer and rises(Level(warning.level), Level(warning.before)):
                later = at(workday(day_in_shanghai(now), answer["after"]), _ANSWERED)
                self._diary.note(later, partial(self._answer, warning, answer))

    def _answer(self, warning: RiskWarning, said: Mapping[str, Any], now: datetime) -> None:
        services.answer_warning(
            warning=str(warning.public_id), words=said["words"],
            actor=self._cast.actor(said["by"], now), now=now,
        )  # fmt: skip
