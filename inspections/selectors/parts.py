"""From a name outside to a department's part of a visit, for those who may; and its locks."""

from collections.abc import Iterable, Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.types import Actor, Place
from common.refusals import NotFound
from facilities.models import Facility
from facilities.selectors.access import as_uuid, place_of, reached_by
from inspections.models import HalfSignature, Photo, ShadowVisit, Visit, VisitItem, VisitPart
from inspections.types import Department, PartState, VisitState, roles_of
from inspections.words import AUTHORITIES

_WITH = "visit__facility__subdistrict__district"


def departments_at(actor: Actor, at: Place) -> frozenset[Department]:
    """In whose name the actor may look at a house."""
    return frozenset(
        department for department in Department if actor.may(*roles_of(department), at=at)
    )


def reached_departments(actor: Actor, *, house: str) -> Iterator[tuple[Department, Q]]:
    """Each department, and the rows at whose houses the actor looks in its name.

    `house` as in `reached_by`.
    """
    for department in AUTHORITIES:
        yield department, reached_by(actor, *roles_of(department), house=house)


def waiting_for(actor: Actor) -> Q:
    """Parts of visits to which the actor went, signed by the other one alone."""
    signed = HalfSignature.objects.filter(
        part=OuterRef("pk"),
        version=OuterRef("version"),
        signed_by=actor.person,
        sent_back_at__isnull=True,
    )
    return Q(state=PartState.HALF, visit__goers__user=actor.person) & ~Q(Exists(signed))


def may_answer(actor: Actor, part: VisitPart) -> bool:
    return Department(part.department) in departments_at(actor, place_of(part.visit.facility))


def may_read(actor: Actor, part: VisitPart) -> bool:
    """Each department reads its own part; the house and education read what is signed, of all."""
    if may_answer(actor, part):
        return True
    own = departments_at(actor, place_of(part.visit.facility))
    was_signed = part.state == "signed" or part.version > 1
    if part.department == Department.HOUSE:
        return was_signed and Department.EDUCATION in own
    return was_signed and bool(own & {Department.HOUSE, Department.EDUCATION})


def part_to_answer(actor: Actor, public_id: str) -> VisitPart:
    """A part that the actor answers. :raises NotFound: when it is not theirs."""
    part = _part(public_id)
    if part is None or not may_answer(actor, part) or is_blind(actor, part):
        raise NotFound
    return part


def part_to_read(actor: Actor, public_id: str) -> VisitPart:
    """A part that the actor may read. :raises NotFound: when it is not theirs."""
    part = _part(public_id)
    if part is None or not may_read(actor, part) or is_blind(actor, part):
        raise NotFound
    return part


def is_blind(actor: Actor, part: VisitPart) -> bool:
    """Whether the actor answers alone at this visit, and has not sealed their own sheet yet."""
    return own_open_sheets(actor).filter(visit=part.visit_id).exists()


def own_open_sheets(actor: Actor) -> QuerySet[ShadowVisit]:
    """The visits at which the actor answers alone, and has not sealed their sheet yet."""
    return ShadowVisit.objects.filter(person=actor.user_id, sheet__isnull=True)


def _part(public_id: str) -> VisitPart | None:
    rows = VisitPart.objects.select_related(_WITH, "visit__checklist", "opened_by")
    return rows.filter(public_id=as_uuid(public_id)).first()


def photo_to_see(actor: Actor, public_id: str) -> Photo:
    """A photo of a part that the actor may read. :raises NotFound: when it is not theirs."""
    rows = Photo.objects.select_related(f"item__part__{_WITH}")
    photo = rows.filter(public_id=as_uuid(public_id)).first()
    if photo is None or not may_read(actor, photo.item.part) or is_blind(actor, photo.item.part):
        raise NotFound
    return photo


def visit_to_open(actor: Actor, public_id: str) -> Visit:
    """A visit to a house at which the actor looks for some department. :raises NotFound:"""
    rows = Visit.objects.select_related("facility__subdistrict__district")
    visit = rows.filter(public_id=as_uuid(public_id)).first()
    if visit is None or not departments_at(actor, place_of(visit.facility)):
        raise NotFound
    return visit


def may_look(actor: Actor, house: Facility, departments: Iterable[Department]) -> bool:
    """Whether one of these departments is the actor's at a house."""
    return bool(departments_at(actor, place_of(house)) & set(departments))


def untouched_parts(visit: Visit) -> list[VisitPart]:
    """The parts of a visit of several departments in which nobody has answered anything yet."""
    if visit.state != VisitState.OPEN:
        return []
    parts = list(visit.parts.exclude(state=PartState.ABSENT).order_by("pk"))
    if not parts[1:]:
        return []
    touched = VisitItem.objects.filter(part__in=parts).exclude(
        answer="", note="", photos__isnull=True
    )
    by_hand = set(touched.values_list("part_id", flat=True))
    return [
        one
        for one in parts
        if one.state == PartState.OPEN and one.version == 1 and one.pk not in by_hand
    ]


def lock_part(part_id: int) -> VisitPart:
    """Lock a part, and read it as it is now."""
    return (
        VisitPart.objects.select_for_update(of=("self",), no_key=True)
        .select_related(_WITH, "visit__checklist")
        .get(pk=part_id)
    )


def items_of(part: VisitPart) -> list[VisitItem]:
    """The items of a part in the order of the list, with their photos. Two statements.

    Education is asked for those who did not come. When a department comes after all, what
    education has not looked at yet is that department's alone; what it has answered, noted or
    photographed already stays with it as well. When it never came, and gave them back, they are
    education's again.
    """
    came = VisitPart.objects.filter(
        visit=OuterRef("part__visit"), department=OuterRef("item__department")
    ).exclude(Q(department=OuterRef("part__department")) | Q(gives_back=True))
    rows = part.items.exclude(Exists(came), answer="", note="", photos__isnull=True)
    rows = rows.select_related("item").prefetch_related("photos")
    return list(rows.order_by("item__position", "pk"))
