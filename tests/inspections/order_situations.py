"""Findings on signed visits, the orders that follow, and how each side takes its steps."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import count

from django.db.models import Max
from PIL import Image

from accounts.models import User
from accounts.selectors import actor_for
from accounts.types import Actor, Role, ScopeKind
from common.intervals import day_in_shanghai
from facilities.models import Facility
from families.files import clean
from families.types import CleanFile
from inspections.models import (
    Checklist,
    ChecklistItem,
    Finding,
    RectificationOrder,
    Visit,
    VisitInspector,
    VisitItem,
    VisitPart,
    VisitResult,
)
from inspections.rules.draw import sha256
from inspections.services import orders
from inspections.types import (
    Area,
    Department,
    Evidence,
    FindingKind,
    PartState,
    RowsSay,
    Severity,
    VisitKind,
    VisitState,
)
from tests.families.factories import make_grant, make_user
from tests.inspections.situations import NOW, Jinshan

MONDAY = NOW + timedelta(days=1)  # 2026-11-23 10:00
DAY = timedelta(days=1)
_numbers = count(1)


def make_finding(
    jinshan: Jinshan,
    house: Facility | None = None,
    *,
    severity: Severity = Severity.ORDINARY,
    department: Department = Department.EDUCATION,
    prefill: str = "",
    rows_say: RowsSay | None = None,
    code: str = "care-space",
    by: str = "inspector",
    found_on: date | None = None,
    kind: VisitKind = VisitKind.PATROL,
    finding_kind: FindingKind = FindingKind.REQUIREMENT,
    read_at: datetime = NOW,
) -> Finding:
    """Something that an inspector found and signed on a visit."""
    house = house or jinshan.houses[0]
    who = jinshan.users[by]
    day = found_on or NOW.date()
    item = _asked(code, severity, department, prefill)
    visit = Visit.objects.create(
        facility=house,
        kind=kind,
        planned_on=day,
        state=VisitState.OPEN,
        checklist=item.checklist,
        opened_at=NOW,
    )
    VisitInspector.objects.create(visit=visit, user=who)
    part = VisitPart.objects.create(
        visit=visit, department=department, opened_by=who, opened_at=NOW
    )
    says = rows_say or (RowsSay.FAILS if prefill else RowsSay.SILENT)
    asked = VisitItem.objects.create(
        part=part,
        item=item,
        rows_say=says,
        said="登记的数据",
        read_at=read_at,
        answer={"fails": "confirmed", "meets": "contradicted", "silent": "fails"}[says],
        answered_by=who,
        answered_at=NOW,
    )
    result = _signed(part, who)
    VisitPart.objects.filter(pk=part.pk).update(state=PartState.SIGNED)
    Visit.objects.filter(pk=visit.pk).update(state=VisitState.SIGNED, done_on=day)
    return Finding.objects.create(
        facility=house,
        visit=visit,
        item=asked,
        department=department,
        kind=finding_kind,
        severity=severity,
        code=code,
        prefill=prefill,
        text=item.text,
        clause=item.clause,
        note="门口没有隔断",
        found_on=day,
        result=result,
    )


def _asked(code: str, severity: Severity, department: Department, prefill: str) -> ChecklistItem:
    checklist = Checklist.objects.create(
        code="test", version=next(_numbers), title="检查清单", sha256="0" * 64, loaded_at=NOW
    )
    return ChecklistItem.objects.create(
        checklist=checklist,
        position=1,
        code=code,
        area=Area.CARE,
        department=department,
        text="有相对独立的区隔空间",
        severity=severity,
        evidence=Evidence.PHOTO,
        prefill=prefill,
        clause="jinshan-space",
        document="金教〔2023〕29号",
        article="三",
        quote="相对独立的区隔空间",
    )


def _signed(part: VisitPart, who: User) -> VisitResult:
    last = VisitResult.objects.aggregate(last=Max("number"))["last"] or 0
    before = VisitResult.objects.filter(number=last).first()
    text = f'{{"part":"{part.public_id}"}}'
    return VisitResult.objects.create(
        part=part,
        version=1,
        number=last + 1,
        previous=before.sha256 if before else "",
        canonical=text,
        sha256=sha256(text),
        key_id="test",
        signature="00",
        signed_by=who,
        signed_at=NOW,
    )


def make_order(
    jinshan: Jinshan, house: Facility | None = None, *, now: datetime = NOW, **facts: object
) -> RectificationOrder:
    """The order of a new finding."""
    finding = make_finding(jinshan, house, **facts)
    order = orders.issue_order(finding=finding.pk, actor=jinshan.actor("inspector"), now=now)
    assert order is not None
    return order


def make_keeper(jinshan: Jinshan, house: Facility | None = None) -> Actor:
    """The person in charge of a house, who is also `jinshan.users['keeper']`."""
    house = house or jinshan.houses[0]
    if "keeper" not in jinshan.users:
        jinshan.users["keeper"] = make_user("陈负责")
        make_grant(
            jinshan.users["keeper"],
            Role.PERSON_IN_CHARGE,
            ScopeKind.FACILITY,
            str(house.public_id),
        )
    return actor_for(jinshan.users["keeper"], today=day_in_shanghai(NOW))


def photo(color: str = "green") -> CleanFile:
    """A picture of how it is now."""
    content = BytesIO()
    Image.new("RGB", (8, 8), color).save(content, "PNG")
    content.seek(0)
    content.size = len(content.getvalue())
    return clean(content)


def planned(jinshan: Jinshan, order: RectificationOrder, *, now: datetime = NOW) -> None:
    orders.plan_rectification(
        order=str(order.public_id),
        plan="装隔断",
        promised_on=day_in_shanghai(now),
        actor=make_keeper(jinshan, order.facility),
        now=now,
    )


def claimed(jinshan: Jinshan, order: RectificationOrder, *, now: datetime = NOW) -> None:
    planned(jinshan, order, now=now)
    orders.claim_done(
        order=str(order.public_id),
        words="隔断装好了",
        files=[photo()],
        actor=make_keeper(jinshan, order.facility),
        now=now,
    )


def recheck_due(jinshan: Jinshan, order: RectificationOrder, *, now: datetime = NOW) -> None:
    claimed(jinshan, order, now=now)
    orders.ask_recheck(order=str(order.public_id), actor=jinshan.actor("inspector_1"), now=now)


def scheduled(
    jinshan: Jinshan, order: RectificationOrder, *, who: str = "inspector_1", now: datetime = NOW
) -> Visit:
    return orders.schedule_recheck(
        order=str(order.public_id),
        on=day_in_shanghai(now),
        inspectors=[str(jinshan.entry(who).public_id)],
        actor=jinshan.actor("lead"),
        now=now,
    )


def rechecked(
    jinshan: Jinshan,
    order: RectificationOrder,
    *,
    passed: bool = True,
    who: str = "inspector_1",
    now: datetime = NOW,
) -> None:
    """From the issue to a signed 再检查."""
    recheck_due(jinshan, order, now=now)
    scheduled(jinshan, order, who=who, now=now)
    orders.record_recheck(
        order=str(order.public_id),
        passed=passed,
        note="" if passed else "隔断没有固定",
        actor=jinshan.actor(who),
        now=now,
    )


def closed(
    jinshan: Jinshan, order: RectificationOrder, *, who: str = "lead", now: datetime = NOW
) -> None:
    """From the issue to the end."""
    rechecked(jinshan, order, now=now)
    orders.close_order(order=str(order.public_id), actor=jinshan.actor(who), now=now)


def state_of(order: RectificationOrder) -> str:
    order.refresh_from_db()
    return order.state


def at(day: date) -> datetime:
    """Ten in the morning in Shanghai."""
    return datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
