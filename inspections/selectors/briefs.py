"""The basic facts of each house for the departments that are told of them. 定期反馈"""

import json
from collections.abc import Mapping
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.selectors import names_of
from accounts.types import Actor, ScopeKind
from common.refusals import NotFound
from facilities import messages as facility_messages
from facilities.models import CareGroup, Facility, LiabilityInsurance
from facilities.selectors.access import as_uuid
from facilities.types import FacilityState, HostKind
from inspections.case_types import LEAD
from inspections.dossier_messages import BRIEF_STEPS, BRIEFED
from inspections.dossier_types import BRIEFED as DEPARTMENTS
from inspections.dossier_types import BriefRow, BriefStep
from inspections.models import BriefEvent, DepartmentBrief
from inspections.selectors.access import may
from inspections.selectors.terms import decided
from inspections.types import DEPARTMENT_OFFICERS, DEPARTMENTS_OF, Department, roles_of
from regulations.keys import LimitKey

_YES, _NO = "有", "没有"
# What each department is told besides the basic facts: only what its duty needs.
_MORE: Mapping[Department, tuple[tuple[str, str], ...]] = {
    Department.HEALTH: (
        ("has_washing", "幼儿盥洗设备"),
        ("has_drinking_water", "饮用水"),
        ("has_nursing_room", "母婴室"),
    ),
    Department.FIRE: (("has_separate_space", "相对独立的空间"), ("has_alarm", "紧急报警装置")),
    Department.POLICE: (("has_cctv", "视频监控"), ("has_alarm", "紧急报警装置")),
    Department.MARKET: (("has_sign", "统一标牌"),),
}


def period_of(day: date, district: str) -> date:
    """The first day of the period that a day is in."""
    months = decided(LimitKey.BRIEF_EVERY_MONTHS, district, on=day)
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def period_words(first: date, district: str) -> str:
    """A period as people say it: 2026年10月至12月."""
    months = decided(LimitKey.BRIEF_EVERY_MONTHS, district, on=first)
    return f"{first.year}年{first.month}月至{first.month + months - 1}月"


def content_of_brief(district_id: int, department: Department, *, today: date) -> list[list[str]]:
    """The table of a brief, its head first. Every cell is text."""
    more = _MORE[department]
    head = ["名称", "街镇", "地址", "电话", "运营单位", "设在", "状态", "开办日期", "托额",
            "责任险到期", *(name for _, name in more)]  # fmt: skip
    houses = (
        Facility.objects.filter(subdistrict__district_id=district_id)
        .exclude(state=FacilityState.CLOSED)
        .select_related("subdistrict")
        .order_by("subdistrict__code", "name")
    )
    places, insured = _places(district_id), _insured(district_id, today)
    return [
        head,
        *(
            [*_basic(house, places, insured),
             *(_YES if getattr(house, column) else _NO for column, _ in more)]
            for house in houses
        ),
    ]  # fmt: skip


def _basic(house: Facility, places: Mapping[int, int], insured: Mapping[int, date]) -> list[str]:
    through = insured.get(house.pk)
    return [
        house.name,
        house.subdistrict.name,
        house.address,
        house.phone,
        house.operator_name,
        facility_messages.HOST_NAMES[HostKind(house.host_kind)],
        facility_messages.STATE_NAMES[FacilityState(house.state)],
        house.opened_on.isoformat(),
        str(places.get(house.pk, 0)),
        through.isoformat() if through else "没有有效的保单",
    ]


def _places(district_id: int) -> Mapping[int, int]:
    found: dict[int, int] = {}
    groups = CareGroup.objects.filter(
        facility__subdistrict__district_id=district_id, is_active=True
    )
    for house, places in groups.values_list("facility_id", "licensed_places"):
        found[house] = found.get(house, 0) + places
    return found


def _insured(district_id: int, today: date) -> Mapping[int, date]:
    rows = LiabilityInsurance.objects.filter(
        facility__subdistrict__district_id=district_id,
        valid_from__lte=today,
        valid_through__gte=today,
    )
    return dict(rows.order_by("valid_through").values_list("facility_id", "valid_through"))


def brief_for(actor: Actor, public_id: str) -> DepartmentBrief:
    """A brief of a district that is the actor's to supervise. :raises NotFound:"""
    found = (
        DepartmentBrief.objects.select_related("district")
        .filter(public_id=as_uuid(public_id))
        .first()
    )
    if found is None or not may(actor, found.district.code, *LEAD):
        raise NotFound
    return found


def brief_to_read(actor: Actor, public_id: str) -> DepartmentBrief:
    """A brief for the lead, or for the department to which it was sent. :raises NotFound:"""
    as_sent = briefs_sent_to(actor).filter(public_id=as_uuid(public_id)).first()
    return as_sent or brief_for(actor, public_id)


def briefs_sent_to(actor: Actor) -> QuerySet[DepartmentBrief]:
    """The briefs that were sent to the departments in whose name the actor looks."""
    theirs = Q(pk__in=())
    for grant in actor.grants:
        if grant.role in DEPARTMENT_OFFICERS and grant.scope_kind is ScopeKind.DISTRICT:
            theirs |= Q(district__code=grant.scope, department=DEPARTMENTS_OF[grant.role])
    sent = BriefEvent.objects.filter(brief=OuterRef("pk"), step=BriefStep.SENT)
    rows = DepartmentBrief.objects.filter(theirs).filter(Exists(sent))
    return rows.select_related("district").order_by("-period", "pk")


def briefs_to_receipt(actor: Actor) -> QuerySet[DepartmentBrief]:
    """Those of them that nobody has receipted yet."""
    receipted = BriefEvent.objects.filter(brief=OuterRef("pk"), step=BriefStep.RECEIPTED)
    return briefs_sent_to(actor).exclude(Exists(receipted))


def lock_brief(pk: int) -> DepartmentBrief:
    """Lock a brief, and read it as it is now."""
    locked = DepartmentBrief.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("district").get(pk=pk)


def briefs_of(actor: Actor, district: str) -> list[BriefRow]:
    """The briefs of a district, the latest period first; a department reads what it was sent."""
    rows = DepartmentBrief.objects.filter(district__code=district).prefetch_related("events")
    if not may(actor, district, *roles_of(Department.EDUCATION)):
        rows = rows.filter(pk__in=briefs_sent_to(actor).values("pk"))
    found = list(rows.order_by("-period", "department"))
    names = names_of(event.by_id for row in found for event in row.events.all())
    return [_row(row, names, district) for row in found]


def _row(row: DepartmentBrief, names: Mapping[int, str], district: str) -> BriefRow:
    events = sorted(row.events.all(), key=lambda event: event.pk)
    step = BriefStep(events[-1].step)
    department = Department(row.department)
    return BriefRow(
        id=str(row.public_id),
        department=department,
        department_words=BRIEFED[department],
        period_words=period_words(row.period, district),
        houses=len(table_of(row)) - 1,
        sha256=row.sha256,
        step=step,
        step_words=BRIEF_STEPS[step],
        events=tuple(
            (event.at, BRIEF_STEPS[BriefStep(event.step)], event.who or names.get(event.by_id, ""))
            for event in events
        ),
    )


def table_of(row: DepartmentBrief) -> list[list[str]]:
    """The table of a brief, as it was written down."""
    table: list[list[str]] = json.loads(row.canonical)["table"]
    return table


def briefs_wanting(district: str, *, today: date) -> list[tuple[Department, str]]:
    """The departments that have no brief of this period yet."""
    there = set(
        DepartmentBrief.objects.filter(
            district__code=district, period=period_of(today, district)
        ).values_list("department", flat=True)
    )
    return [(one, BRIEFED[one]) for one in DEPARTMENTS if one.value not in there]
