"""What is published of a house, what is due to be, and how the house stands today.

`dossier_for` reads published rows and nothing else. The rest prepares those rows: what speaks of
people is suppressed here, before it is written down.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Max, Q, QuerySet

from bookings.models import FloorBreach
from common.intervals import day_in_shanghai
from common.refusals import NotFound
from credit.selectors import upheld_of
from facilities import messages as facility_messages
from facilities.models import Facility, Fee, LiabilityInsurance, RatioBreach
from facilities.selectors.access import as_uuid
from facilities.types import CareMode, FacilityState
from inspections.case_types import CaseOutcome
from inspections.dossier_types import Dossier, PublicNumber, Published, PublishedKind
from inspections.messages import KINDS
from inspections.models import CaseStep, PublishedResult, RectificationOrder, VisitResult
from inspections.order_types import OVER
from inspections.rules.dossier import dossier_of
from inspections.rules.suppression import public_count, public_share
from inspections.selectors.credit import public_credit
from inspections.selectors.terms import decided
from inspections.selectors.workdays import due_after
from inspections.types import FIELD_VISITS, FindingKind, VisitKind
from regulations.keys import LimitKey
from staff.selectors import public_staff_facts

_A_YEAR = timedelta(days=365)
_BORNE_OUT = (CaseOutcome.CONFIRMED, CaseOutcome.PARTLY)


# --- the public page ------------------------------------------------------------------------------


def house_named(public_id: str) -> Facility:
    """A house by its name outside; anybody may ask. :raises NotFound:"""
    found = (
        Facility.objects.select_related("subdistrict__district")
        .filter(public_id=as_uuid(public_id))
        .first()
    )
    if found is None:
        raise NotFound
    return found


def dossier_for(house: Facility, *, now: datetime) -> Dossier:
    """The public page of a house, from published rows alone."""
    return dossier_of(published_of(house), today=day_in_shanghai(now))


def published_of(house: Facility) -> list[Published]:
    """What was published of a house, in its order; of its standing only the newest."""
    rows = PublishedResult.objects.filter(facility=house)
    newest = rows.filter(kind=PublishedKind.STANDING).aggregate(pk=Max("pk"))["pk"]
    shown = rows.filter(~Q(kind=PublishedKind.STANDING) | Q(pk=newest))
    return [_published(row) for row in shown.order_by("pk")]


def _published(row: PublishedResult) -> Published:
    return Published(
        id=str(row.public_id),
        kind=PublishedKind(row.kind),
        published_at=row.published_at,
        canonical=row.canonical,
        sha256=row.sha256,
        content=json.loads(row.canonical),
    )


# --- what is to be published ----------------------------------------------------------------------


def results_due(*, now: datetime) -> Iterator[VisitResult]:
    """Signed results of field visits that are old enough and not published yet."""
    signed = VisitResult.objects.filter(
        part__visit__kind__in=FIELD_VISITS, publication__isnull=True
    ).select_related("part__visit__facility__subdistrict__district")
    today = day_in_shanghai(now)
    for result in signed.order_by("number"):
        if published_from(result) <= today:
            yield result


def publication_delay(house: Facility, *, now: datetime) -> int:
    """How many 工作日 after its signature a result is published."""
    district = house.subdistrict.district.code
    return decided(LimitKey.PUBLICATION_DELAY_WORKDAYS, district, on=day_in_shanghai(now))


def published_from(result: VisitResult) -> date:
    """The day on which a signed result is published."""
    house = result.part.visit.facility
    days = publication_delay(house, now=result.signed_at)
    return due_after(day_in_shanghai(result.signed_at), days)


def content_of_result(result: VisitResult) -> dict[str, Any]:
    """What is published of a signed result, from its signed text: no person, no note, no photo."""
    signed = json.loads(result.canonical)
    counts: dict[str, int] = {}
    for finding in signed["findings"]:
        if finding["kind"] == FindingKind.REQUIREMENT:
            counts[finding["severity"]] = counts.get(finding["severity"], 0) + 1
    return {
        "part": signed["part"],
        "version": signed["version"],
        "on": day_in_shanghai(result.signed_at).isoformat(),
        "kind": KINDS[VisitKind(signed["visit"]["kind"])],
        "department": signed["department"],
        "findings": counts,
        "signed_sha256": result.sha256,
    }


def standing_of_house(house: Facility, *, now: datetime) -> dict[str, Any]:
    """How a house stands, as it is published; small numbers about people are gone already."""
    today = day_in_shanghai(now)
    least = decided(LimitKey.PUBLIC_COUNT_MIN, house.subdistrict.district.code, on=today)
    staff = public_staff_facts(house.pk, today)
    last, is_open = breaches_of(house.pk, now=now)
    insurance = _insurance(house, today)
    orders = _public_orders(house).exclude(state__in=OVER)
    return {
        "on": today.isoformat(),
        "state": facility_messages.STATE_NAMES[FacilityState(house.state)],
        "open_orders": orders.count(),
        "overdue_orders": orders.filter(due_on__lt=today).count(),
        "last_breach_on": last.isoformat() if last else None,
        "has_open_breach": is_open,
        "insured_through": insurance.valid_through.isoformat() if insurance else None,
        "insurer": insurance.insurer if insurance else "",
        "prices": _prices(house, today),
        "certified": _number(public_share(staff.certified, staff.carers, least=least)),
        "credit": public_credit(house, today=today),
        "complaints": _number(public_count(_complaints(house, now), least=least)),
    }


def _public_orders(house: Facility) -> QuerySet[RectificationOrder]:
    """The orders of published results: no number tells of a result before its day."""
    return RectificationOrder.objects.filter(
        facility=house, finding__result__publication__isnull=False
    )


def _number(number: PublicNumber) -> Mapping[str, Any]:
    return {"words": number.words, "is_suppressed": number.is_suppressed}


def breaches_of(facility_id: int, *, now: datetime) -> tuple[date | None, bool]:
    """The last day on which a room was short of staff, and whether one is now.

    By the clocks at the door; and by the roster, where a session went on while it was short.
    """
    floor = FloorBreach.objects.filter(
        facility_id=facility_id, superseded_at__isnull=True, starts_at__lte=now
    )
    roster = RatioBreach.objects.filter(
        Q(closed_at__isnull=True) | Q(closed_at__gt=F("care_session__starts_at")),
        care_session__facility_id=facility_id,
        care_session__starts_at__lte=now,
    )
    moments = [
        floor.aggregate(last=Max("starts_at"))["last"],
        floor.aggregate(last=Max("ends_at"))["last"],
        roster.aggregate(last=Max("care_session__starts_at"))["last"],
    ]
    known = [day_in_shanghai(moment) for moment in moments if moment is not None]
    is_open = (
        floor.filter(ends_at__isnull=True).exists()
        or roster.filter(closed_at__isnull=True, care_session__ends_at__gt=now).exists()
    )
    return max(known, default=None), is_open


def _insurance(house: Facility, today: date) -> LiabilityInsurance | None:
    covering = LiabilityInsurance.objects.filter(
        facility=house, valid_from__lte=today, valid_through__gte=today
    )
    return covering.order_by("-valid_through", "-pk").first()


def _prices(house: Facility, today: date) -> list[list[str]]:
    lasting = Q(valid_through__isnull=True) | Q(valid_through__gte=today)
    fees = Fee.objects.filter(lasting, facility=house, valid_from__lte=today)
    return [
        [facility_messages.MODE_NAMES[CareMode(fee.mode)],
         facility_messages.amount(fee.per_session_fen)]
        for fee in fees.order_by("mode", "pk")
    ]  # fmt: skip


def _complaints(house: Facility, now: datetime) -> int:
    """Reports of a year that were borne out; suspected harm never counts, nor what the district
    has let fall since, as the house objected to its entry.
    """
    steps = CaseStep.objects.filter(
        case__facility=house,
        case__is_restricted=False,
        outcome__in=_BORNE_OUT,
        at__gt=now - _A_YEAR,
    )
    upheld = upheld_of(house.pk)
    cases = steps.values_list("case__public_id", flat=True)
    return sum(not upheld.get(f"case:{case}", False) for case in cases)
