"""Pages of rosters: a week is named by its house and its Monday."""

from datetime import date

from django.urls import path, register_converter

from staff.views import proposals, roster, shifts, what_if


class DayInAddress:
    """A day as it stands in an address: 2026-11-23."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """The day. :raises ValueError: when there is none of that name."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return f"{value}"


register_converter(DayInAddress, "day")

_WEEK = "staff/roster/<uuid:facility>/<day:monday>/"

app_name = "rosters"
urlpatterns = [
    path("staff/roster/", roster.choose, name="choose"),
    path(_WEEK, roster.show, name="board"),
    path(f"{_WEEK}copy/", roster.copy, name="copy"),
    path(f"{_WEEK}publish/", roster.publish, name="publish"),
    path(f"{_WEEK}override/", roster.set_aside, name="override"),
    path(f"{_WEEK}shift/", shifts.add, name="add"),
    path(f"{_WEEK}shift/<uuid:shift>/", shifts.change, name="change"),
    path(f"{_WEEK}shift/<uuid:shift>/remove/", shifts.remove, name="remove"),
    path(f"{_WEEK}hour/<uuid:session>/", shifts.fill, name="fill"),
    path(f"{_WEEK}proposal/", proposals.show, name="proposal"),
    path(f"{_WEEK}proposal/ask/", proposals.ask, name="ask"),
    path(f"{_WEEK}proposal/take/", proposals.take, name="take"),
    path(f"{_WEEK}what-if/", what_if.show, name="what_if"),
    path(f"{_WEEK}training/", what_if.training, name="training"),
    path("staff/overrides/", roster.overrides, name="overrides"),
    path("staff/overrides/<uuid:override>/take-back/", roster.take_back, name="take_back"),
]
