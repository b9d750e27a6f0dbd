"""What all stories of the year about houses have in common."""

from collections.abc import Mapping
from datetime import date

from facilities.models import Facility
from portal.city.supervision.cast import Cast
from portal.city.supervision.diary import Diary, Happening, at, workday


class Story:
    """Notes down what some people do about houses, by 工作日 before the day of the city."""

    def __init__(
        self, diary: Diary, cast: Cast, houses: Mapping[str, Facility], today: date
    ) -> None:
        self._diary = diary
        self._cast = cast
        self._houses = houses
        self._today = today

    def _note(self, back: int, clock: str, do: Happening) -> None:
        self._diary.note(at(workday(self._today, -back), clock), do)
