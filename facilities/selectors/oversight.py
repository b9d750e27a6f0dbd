"""The houses of a district as its officers look at them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from accounts.types import Actor, Place, Role
from facilities.models import District, Facility, LiabilityInsurance, RatioBreach, Subdistrict
from facilities.types import FacilityState

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HouseInDistrict:
    """A house, and what of its operation gives an officer a reason to go there."""

    id: int
    public_id: str
    name: str
    subdistrict: str  # code
    subdistrict_name: str
    state: FacilityState
    opened_on: date
    insured_through: date | None  # of the policies that follow on each other; None: no cover
    open_breaches: int
    past_breaches: int

    @property
    def is_insured(self) -> bool:
        return self.insured_through is not None


def districts_under(actor: Actor, *roles: Role) -> list[District]:
    """The districts over which the actor holds one of the roles."""
    if not actor.holds(*roles):
        return []
    rows = District.objects.order_by("code")
    return [row for row in rows if actor.may(*roles, at=Place(row.code, ""))]


def houses_in_district(district: str, *, on: date, since: datetime) -> list[HouseInDistrict]:
    """All houses of a district by 街镇 and name; breaches are counted from a moment on."""
    rows = (
        Facility.objects.filter(subdistrict__district__code=district)
        .select_related("subdistrict")
        .order_by("subdistrict__code", "name", "pk")
    )
    breaches = _breaches(district, since)
    insured = _insured_through(district, on)
    return [
        HouseInDistrict(
            id=row.pk,
            public_id=str(row.public_id),
            name=row.name,
            subdistrict=row.subdistrict.code,
            subdistrict_name=row.subdistrict.name,
            state=FacilityState(row.state),
            opened_on=row.opened_on,
            insured_through=insured.get(row.pk),
            open_breaches=breaches.get(row.pk, (0, 0))[0],
            past_breaches=breaches.get(row.pk, (0, 0))[1],
        )
        for row in rows
    ]


def _insured_through(district: str, on: date) -> dict[int, date]:
    """The last day covered without a gap, for the houses that are covered on a day."""
    policies = LiabilityInsurance.objects.filter(
        facility__subdistrict__district__code=district, valid_through__gte=on
    )
    through: dict[int, date] = {}
    rows = policies.order_by("facility_id", "valid_from", "valid_through")
    for house, start, end in rows.values_list("facility_id", "valid_from", "valid_through"):
        covered = through.get(house, on - _DAY)
        if start <= covered + _DAY:
            through[house] = max(covered, end)
    return through


def _breaches(district: str, since: datetime) -> dict[int, tuple[int, int]]:
    is_open = Q(closed_at__isnull=True)
    counted = (
        RatioBreach.objects.filter(
            care_session__facility__subdistrict__district__code=district, opened_at__gte=since
        )
        .values_list("care_session__facility_id")
        .annotate(still=Count("pk", filter=is_open), over=Count("pk", filter=~is_open))
        .order_by("care_session__facility_id")
    )
    return {house: (still, over) for house, still, over in counted}


def districts_with_open_houses() -> list[str]:
    """Codes of the districts in which a house is open."""
    open_here = District.objects.filter(subdistricts__facilities__state=FacilityState.OPEN)
    return list(open_here.order_by("code").values_list("code", flat=True).distinct())


def streets_of(district: str) -> list[tuple[str, str]]:
    """The 街镇 of a district, by code and name."""
    rows = Subdistrict.objects.filter(district__code=district)
    return list(rows.order_by("code").values_list("code", "name"))
