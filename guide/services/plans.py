"""Issuing a 保教活动方案 to all houses of a district, and saying that it was read."""

from contextlib import ExitStack
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts.types import Actor
from audit import services as audit
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, NotFound
from facilities.selectors.access import district_for, facility_for
from families import files
from families.types import CleanFile
from guide import messages
from guide.models import ActivityPlan, PlanReading
from guide.plan_types import ACKNOWLEDGERS, ISSUERS, NewPlan
from guide.selectors.plans import acknowledgers_in, months_allowed, plan_for
from notifications import services as notifications
from notifications.types import IN_APP, Kind, Notice, notices_to
from regulations.messages import day

FOLDER = "plans"


def issue_plan(
    *, district: str, plan: NewPlan, file: CleanFile | None, actor: Actor, now: datetime
) -> ActivityPlan:
    """Issue a plan to all houses of a district.

    :raises NotFound: when the district is not the actor's.
    :raises InvalidInput: when something is missing, or the ages are none that houses care for.
    """
    found = district_for(actor, district, *ISSUERS)
    _check(plan, district, now)
    with ExitStack() as kept:
        name = kept.enter_context(files.stored(file, folder=FOLDER)) if file else ""
        kept.enter_context(transaction.atomic())
        row = ActivityPlan.objects.create(
            district=found,
            title=plan.title.strip(),
            months_from=plan.months_from,
            months_through=plan.months_through,
            text=plan.text.replace("\r\n", "\n").strip(),
            starts_on=plan.starts_on,
            file=name,
            sha256=file.sha256 if file else "",
            issued_by_id=actor.person,
            issued_at=now,
        )
        _record("issued", row, actor, now, {"title": row.title, "sha256": row.sha256})
        notifications.queue(_news(row, now), now=now)
    return row


@transaction.atomic
def acknowledge_plan(*, plan: str, facility: str, actor: Actor, now: datetime) -> bool:
    """Say for a house that it has read a plan; False when it had said so before.

    :raises NotFound: when the house is not the actor's to run, or the plan is not for it.
    """
    house = facility_for(actor, facility, *ACKNOWLEDGERS)
    found = plan_for(actor, plan)
    if house.subdistrict.district_id != found.district_id:
        raise NotFound
    _, is_new = PlanReading.objects.get_or_create(
        plan=found, facility=house, defaults={"read_by_id": actor.person, "read_at": now}
    )
    if is_new:
        _record("read", found, actor, now, {"facility": str(house.public_id)})
    return is_new


def _news(plan: ActivityPlan, now: datetime) -> list[Notice]:
    """To everybody who runs a house of the district, once each."""
    people = acknowledgers_in(plan.district_id, today=day_in_shanghai(now))
    facts = {
        "title": plan.title,
        "months": messages.MONTHS.format(first=plan.months_from, last=plan.months_through),
        "day": day(plan.starts_on),
        "url": reverse("plans:plan", args=[plan.public_id]),
    }
    return notices_to(
        people, IN_APP, Kind.PLAN_ISSUED,
        key=f"{Kind.PLAN_ISSUED}:{plan.pk}", run_at=now, payload=facts,
        subject=f"activity_plan:{plan.pk}",
    )  # fmt: skip


def _check(plan: NewPlan, district: str, now: datetime) -> None:
    faults: dict[str, list[str]] = {}
    today = day_in_shanghai(now)
    if not plan.title.strip():
        faults["title"] = [messages.PLAN_TITLE_MISSING]
    if not plan.text.strip():
        faults["text"] = [messages.PLAN_TEXT_MISSING]
    if plan.starts_on < today:
        faults["starts_on"] = [messages.PLAN_BEGAN]
    least, most = months_allowed(district, on=plan.starts_on)
    if plan.months_through < plan.months_from:
        faults["months_through"] = [messages.MONTHS_TURNED]
    elif plan.months_from < (least or 0) or (most is not None and plan.months_through >= most):
        faults["months_from"] = [messages.MONTHS_OUTSIDE.format(least=least or 0, most=most)]
    if faults:
        raise InvalidInput(faults)


def _record(
    what: str, plan: ActivityPlan, actor: Actor, now: datetime, data: dict[str, object]
) -> None:
    audit.record(
        kind=f"guide.plan.{what}",
        actor_id=actor.user_id,
        at=now,
        subject=f"activity_plan:{plan.public_id}",
        data=data,
    )
