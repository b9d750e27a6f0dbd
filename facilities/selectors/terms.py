"""Insurance and fees of a house on a day. For those who inspect it."""

from datetime import date

from django.db.models import Max, Q

from facilities.messages import MODE_NAMES
from facilities.models import Facility, Fee, LiabilityInsurance, TimetableEntry
from facilities.types import CareMode


def insured_through(house: Facility, *, on: date) -> date | None:
    """The last day of the 责任险 that covers a day; None: nothing covers it."""
    rows = LiabilityInsurance.objects.filter(
        facility=house, valid_from__lte=on, valid_through__gte=on
    )
    last: date | None = rows.aggregate(last=Max("valid_through"))["last"]
    return last


def modes_without_fee(house: Facility, *, on: date) -> tuple[str, ...]:
    """The modes that a house offers on a day and has published no fee for."""
    lasting = Q(valid_through__isnull=True) | Q(valid_through__gte=on)
    offered = TimetableEntry.objects.filter(
        lasting, care_group__facility=house, care_group__is_active=True, valid_from__lte=on
    )
    priced = Fee.objects.filter(lasting, facility=house, valid_from__lte=on)
    missing = set(offered.values_list("mode", flat=True)) - set(
        priced.values_list("mode", flat=True)
    )
    return tuple(MODE_NAMES[mode] for mode in CareMode if mode in missing)
