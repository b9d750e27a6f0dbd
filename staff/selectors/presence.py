"""Where the clock is used."""

from datetime import date, time, timedelta

from common.intervals import moment_in_shanghai
from staff.models import StaffPresence


def houses_that_clock(*, on: date) -> list[int]:
    """The houses in which somebody clocked in on a day, by id."""
    starts = moment_in_shanghai(on, time())
    rows = StaffPresence.objects.filter(
        superseded_at__isnull=True, arrived_at__gte=starts, arrived_at__lt=starts + _DAY
    )
    return sorted(set(rows.order_by().values_list("facility_id", flat=True)))


_DAY = timedelta(days=1)
