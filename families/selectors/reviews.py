"""Health checks that wait for the house or the 街镇 to look at them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.types import Actor, Role, ScopeKind
from common.refusals import NotFound
from families.models import Child, ChildHealthCheck
from families.selectors.children import as_uuid
from families.types import ReviewRow, ReviewState

REVIEWERS = (Role.OPERATOR, Role.PERSON_IN_CHARGE, Role.HEALTH_OFFICER)
LONGEST_PAGE = 100

_PLACE = "child__subdistrict__"
_COLUMN_OF = {
    ScopeKind.DISTRICT: f"{_PLACE}district__code",
    ScopeKind.SUBDISTRICT: f"{_PLACE}code",
}


def may_review(actor: Actor) -> bool:
    """Whether the actor reviews papers anywhere."""
    return actor.holds(*REVIEWERS)


def role_of(actor: Actor) -> str:
    """The word of the role in which the actor reviews, for the trace that is left."""
    return next((grant.role.value for grant in actor.grants if grant.role in REVIEWERS), "")


def _in_scope(actor: Actor) -> QuerySet[ChildHealthCheck]:
    """Checks of children who live where the actor reviews."""
    scopes = [grant for grant in actor.grants if grant.role in REVIEWERS]
    reach = Q(pk__in=())
    for grant in scopes:
        if grant.scope_kind is ScopeKind.CITY:
            reach |= Q(**{f"{_PLACE}district__code__startswith": grant.scope[:2]})
        elif grant.scope_kind is not ScopeKind.FACILITY:
            reach |= Q(**{_COLUMN_OF[grant.scope_kind]: grant.scope})
    houses = [grant.scope for grant in scopes if grant.scope_kind is ScopeKind.FACILITY]
    return ChildHealthCheck.objects.filter(reach | Q(child__subdistrict__in=_around(houses)))


def _around(houses: Iterable[str]) -> QuerySet[Any, Any]:
    """The 街镇 these houses stand in."""
    known = [as_uuid(house) for house in houses]
    return Child.subdistrict.get_queryset().filter(facilities__public_id__in=known).values("pk")


def _rows(checks: QuerySet[ChildHealthCheck]) -> list[ReviewRow]:
    same_file = ChildHealthCheck.objects.filter(file_sha256=OuterRef("file_sha256"))
    rows = checks.annotate(
        child_public_id=F("child__public_id"),
        child_name=F("child__name"),
        born_on=F("child__born_on"),
        subdistrict_name=F("child__subdistrict__name"),
        used_for_another_child=Exists(
            same_file.exclude(file_sha256="").exclude(child_id=OuterRef("child_id"))
        ),
    ).values()
    return [
        ReviewRow(
            id=row["id"],
            public_id=str(row["public_id"]),
            child_id=row["child_id"],
            child=str(row["child_public_id"]),
            child_name=row["child_name"],
            born_on=row["born_on"],
            subdistrict_name=row["subdistrict_name"],
            institution=row["institution"],
            examined_on=row["examined_on"],
            valid_through=row["valid_through"],
            state=ReviewState(row["state"]),
            reason=row["reason"],
            handed_in_at=row["handed_in_at"],
            file_kind=row["file"].rpartition(".")[2],
            used_for_another_child=row["used_for_another_child"],
        )
        for row in rows
    ]


def reviews_waiting(actor: Actor) -> list[ReviewRow]:
    """What the actor has to review, the longest waiting first."""
    waiting = _in_scope(actor).filter(state=ReviewState.SUBMITTED)
    return _rows(waiting.order_by("handed_in_at", "pk")[:LONGEST_PAGE])


def review_for(actor: Actor, public_id: object) -> ReviewRow:
    """Open the one door from an id to a review. :raises NotFound: out of the actor's scope."""
    rows = _rows(_in_scope(actor).filter(public_id=as_uuid(public_id)))
    if not rows:
        raise NotFound
    return rows[0]
