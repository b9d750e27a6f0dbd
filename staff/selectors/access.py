"""From an id to a person, for those who may. The only way in."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.types import Actor, Role
from common.refusals import NotFound
from facilities.models import Facility
from facilities.selectors.access import as_uuid, facilities_of, facility_for, reached_by
from staff.models import Candidacy, Employment, Leave, Person, Qualification
from staff.types import StaffRole

MAY_KEEP_STAFF = (Role.OPERATOR, Role.PERSON_IN_CHARGE)
MAY_BAN = (Role.OPERATOR,)
MAY_SEE_STAFF = (*MAY_KEEP_STAFF, Role.SUPERVISION_LEAD, Role.INSPECTOR)


def people_visible_to(actor: Actor, *roles: Role) -> QuerySet[Person]:
    """People engaged, or considered, by a house over which the actor holds one of the roles."""
    if actor.is_worker:
        return Person.objects.all()
    houses = reached_by(actor, *roles, house="facility__")
    engaged = Employment.objects.filter(houses, person=OuterRef("pk"))
    considered = Candidacy.objects.filter(houses, person=OuterRef("pk"))
    return Person.objects.filter(Exists(engaged) | Exists(considered))


def person_for(actor: Actor, public_id: str, *roles: Role) -> Person:
    """Somebody whom the actor may see by one of the roles.

    :raises NotFound: when there is nobody, or they are not the actor's to see.
    """
    person = people_visible_to(actor, *roles).filter(public_id=as_uuid(public_id)).first()
    if person is None:
        raise NotFound
    return person


def colleague_for(actor: Actor, public_id: str, *roles: Role, today: date) -> Person:
    """Somebody engaged, now or later, in a house over which the actor holds one of the roles.

    A house that only has their papers before it, or has let them go, changes neither their time
    nor their keys: that would move the ratio of others.

    :raises NotFound: when there is nobody, or they are not engaged in a house of the actor's.
    """
    person = person_for(actor, public_id, *roles)
    houses = Q() if actor.is_worker else reached_by(actor, *roles, house="facility__")
    lasting = Q(through__isnull=True) | Q(through__gte=today)
    if not person.employments.filter(houses, lasting).exists():
        raise NotFound
    return person


def engaged_elsewhere(
    actor: Actor, person_ids: Iterable[int], *roles: Role, today: date
) -> set[int]:
    """Of these people, those engaged now or later, and in no house the actor holds a role over.

    Their number, and an answer that dismisses them, are for those who engage them to enter.
    """
    if actor.is_worker:
        return set()
    lasting = Q(through__isnull=True) | Q(through__gte=today)
    engaged = Employment.objects.filter(lasting, person_id__in=list(person_ids))
    ours = engaged.filter(reached_by(actor, *roles, house="facility__"))
    return {*engaged.values_list("person_id", flat=True)} - {
        *ours.values_list("person_id", flat=True)
    }


def employment_for(actor: Actor, public_id: str, *roles: Role) -> Employment:
    """An engagement in a house over which the actor holds one of the roles.

    :raises NotFound: when there is none, or it is not theirs.
    """
    found = Employment.objects.select_related("person", "facility").filter(
        public_id=as_uuid(public_id)
    )
    for employment in found:
        facility_for(actor, str(employment.facility.public_id), *roles)
        return employment
    raise NotFound


def home_of(person_id: int, actor: Actor, *roles: Role) -> Facility:
    """The house of the actor's that somebody is engaged in, the latest first.

    :raises NotFound: when they are engaged in none of them.
    """
    houses = facilities_of(actor, *roles)
    for employment in Employment.objects.filter(person_id=person_id, facility__in=houses).order_by(
        "-starts_on", "pk"
    ):
        return next(house for house in houses if house.pk == employment.facility_id)
    raise NotFound


def qualification_for(actor: Actor, public_id: str, *roles: Role) -> Qualification:
    """A certificate of somebody whom the actor may see by one of the roles.

    :raises NotFound: when there is none, or it is not theirs.
    """
    found = Qualification.objects.select_related("person").filter(public_id=as_uuid(public_id))
    for paper in found:
        person_for(actor, str(paper.person.public_id), *roles)
        return paper
    raise NotFound


def leave_for(actor: Actor, public_id: str, *roles: Role) -> Leave:
    """A leave of somebody whom the actor may see by one of the roles.

    :raises NotFound: when there is none, or it is not theirs.
    """
    found = Leave.objects.select_related("person").filter(public_id=as_uuid(public_id))
    for leave in found:
        person_for(actor, str(leave.person.public_id), *roles)
        return leave
    raise NotFound


def lock_people(person_ids: list[int]) -> list[Person]:
    """Lock people by id: after children and entitlements, before sessions."""
    return list(
        Person.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=person_ids)
        .order_by("pk")
    )


def managers_on(person_id: int, day: date) -> list[int]:
    """Who was directly answerable for somebody on a day, by id. 直接管理人员

    Whom the engagement names; where it names nobody, whoever was 负责人 of the house.
    """
    covering = Q(starts_on__lte=day) & (Q(through__isnull=True) | Q(through__gte=day))
    theirs = Employment.objects.filter(covering, person_id=person_id)
    named = [one.manager_id for one in theirs if one.manager_id is not None]
    unnamed = [one.facility_id for one in theirs if one.manager_id is None]
    in_charge = Employment.objects.filter(
        covering, facility_id__in=unnamed, role=StaffRole.PERSON_IN_CHARGE
    )
    found = {*named, *in_charge.values_list("person_id", flat=True)}
    return sorted(found - {person_id})
