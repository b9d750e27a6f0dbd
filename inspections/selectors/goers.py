"""Who was sent to a visit, and who of them signs for their department."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.selectors import names_of, roles_held, roles_once_held
from accounts.types import Actor, Place, Role
from common.intervals import day_in_shanghai
from common.refusals import Refused
from facilities.models import Facility
from facilities.selectors.access import place_of
from inspections.messages import objection
from inspections.models import HalfSignature, Inspector, Visit, VisitInspector, VisitPart
from inspections.selectors.facts import inspector_facts, why_away
from inspections.selectors.parts import reached_departments
from inspections.types import (
    LOOKERS,
    MAY_BE_JOINED,
    Department,
    Obstacle,
    VisitKind,
    VisitState,
    roles_of,
)


def sent_for(part: VisitPart, *, now: datetime) -> list[int]:
    """The people who were sent to a visit and look for the department of a part, by id.

    Who has left since still counts, for the department they looked for: that somebody is gone
    does not make one signature enough.
    """
    rows = VisitInspector.objects.filter(visit=part.visit_id).order_by("user_id")
    people = list(rows.values_list("user_id", flat=True))
    roles = set(roles_of(Department(part.department)))
    at, today = place_of(part.visit.facility), day_in_shanghai(now)
    return [one for one in people if roles & _looked_as(one, at, today)]


def _looked_as(person: int, at: Place, today: date) -> frozenset[Role]:
    held = roles_held([person], at=at, today=today).intersection(LOOKERS)
    return held or roles_once_held([person], at=at)


def signs_with_another(part: VisitPart, actor: Actor, *, now: datetime) -> bool:
    """Whether somebody's signature waits for another's: 双随机 asks for 不少于两名 inspectors.

    :raises Refused: when several were sent, and the actor is none of them.
    """
    sent = sent_for(part, now=now)
    if not sent[1:]:
        return False
    # A correction may come years later, when those who went have left: any two then.
    if part.version == 1 and actor.person not in sent:
        known = names_of(sent)
        people = "、".join(known[one] for one in sent)
        raise Refused([objection(Obstacle.OTHERS_ARE_SENT, people=people)])
    return True


def visits_to_join(actor: Actor) -> QuerySet[Visit]:
    """Visits along to which the actor may come: planned 联合检查, and what is going on.

    Those on which their department looks already, or to which they go, are left out.
    """
    reach = Q(pk__in=())
    for department, reached in reached_departments(actor, house="facility__"):
        there = VisitPart.objects.filter(visit=OuterRef("pk"), department=department)
        reach |= reached & ~Q(Exists(there))
    planned = Q(state=VisitState.PLANNED, kind=VisitKind.JOINT)
    going_on = Q(state=VisitState.OPEN, kind__in=MAY_BE_JOINED)
    own = VisitInspector.objects.filter(visit=OuterRef("pk"), user=actor.person)
    rows = Visit.objects.filter(reach, planned | going_on).exclude(Exists(own))
    return rows.select_related("facility").order_by("planned_on", "pk")


def keeping_away_from(house: Facility, *, today: date) -> list[int]:
    """The officers of the register who must not go to a house, by account. 回避"""
    district = house.subdistrict.district.code
    away = [
        one.id
        for one in inspector_facts(district, today=today)
        if one.is_registered and why_away(house, one)
    ]
    rows = Inspector.objects.filter(public_id__in=away).order_by("pk")
    return list(rows.values_list("user_id", flat=True))


def half_signature_of(part: VisitPart) -> HalfSignature | None:
    """The signature that waits for another one."""
    rows = HalfSignature.objects.filter(part=part, version=part.version, sent_back_at__isnull=True)
    return rows.select_related("signed_by").first()
