"""The actor's children, and the one door to each of them."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from accounts.types import Actor
from common.refusals import NotFound
from families import messages, rules
from families.models import (
    AgreementText,
    Child,
    ChildHealthCheck,
    Consent,
    Guardian,
    ServiceAgreement,
)
from families.types import (
    REQUIRED_CONSENTS,
    ChildFacts,
    ChildRow,
    ConsentPurpose,
    GuardianRight,
    Relation,
    ReviewState,
    Sex,
)

_CHILD = {
    "child_public_id": F("child__public_id"),
    "name": F("child__name"),
    "nickname": F("child__nickname"),
    "sex": F("child__sex"),
    "born_on": F("child__born_on"),
    "subdistrict_id": F("child__subdistrict_id"),
    "subdistrict": F("child__subdistrict__code"),
    "subdistrict_name": F("child__subdistrict__name"),
    "district": F("child__subdistrict__district__code"),
    "history_declared_at": F("child__history_declared_at"),
}
_COLUMNS = ("child_id", "relation", "right", *_CHILD)


_NOTHING = uuid.UUID(int=0)
_NOBODY = 0


def as_uuid(text: object) -> uuid.UUID:
    """The UUID this is; what is none becomes one that names nothing."""
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return _NOTHING


def id_of(actor: Actor) -> int:
    """The actor's row; one that is not there for the public and the worker."""
    return actor.user_id or _NOBODY


def standing_with(user_id: int) -> QuerySet[Guardian]:
    """The guardianships a person has today."""
    return Guardian.objects.filter(user_id=user_id, ended_at__isnull=True)


def children_of(actor: Actor) -> list[ChildRow]:
    """The children the actor stands with today, the oldest first."""
    return [row_of(known) for known in read(standing_with(id_of(actor)))]


def child_for(
    actor: Actor, public_id: object, *, right: GuardianRight = GuardianRight.READ
) -> ChildRow:
    """Open the one door from an id to a child.

    :raises NotFound: when there is no such child, or the actor does not (any longer) stand with it.
    :raises PermissionDenied: when the actor's right does not reach as far as asked.
    """
    known = read(standing_with(id_of(actor)).filter(child__public_id=as_uuid(public_id)))
    for found in known:
        child = row_of(found)
        if not rules.reaches(child.right, right):
            raise PermissionDenied(messages.FULL_ONLY)
        return child
    raise NotFound


def lock_children(ids: Iterable[int]) -> list[int]:
    """Lock children for the rest of the transaction, in order of id; answer whom there is.

    First in the global lock order after the idempotency key.
    """
    rows = Child.objects.select_for_update(of=("self",), no_key=True)
    return list(rows.filter(pk__in=set(ids)).order_by("pk").values_list("pk", flat=True))


# The facts of `with_papers`, written out: a booking asks twice, and the ORM takes three times as
# long to write this statement as PostgreSQL to answer it. A test holds the two against each other.
_FACTS = """
SELECT c.id AS child_id, c.public_id AS child_public_id, c.name, c.born_on,
       s.code AS subdistrict, d.code AS district, g.right, c.history_declared_at,
       ARRAY(SELECT o.user_id FROM families_guardian o
             WHERE o.child_id = c.id AND o.ended_at IS NULL ORDER BY o.user_id) AS guardian_ids,
       EXISTS (SELECT 1 FROM families_serviceagreement a WHERE a.child_id = c.id
               AND a.agreement_id = (
                   SELECT t.id FROM families_agreementtext t
                   WHERE t.subdistrict_id = COALESCE(%(subdistrict)s, c.subdistrict_id)
                     AND t.valid_from <= %(today)s
                   ORDER BY t.valid_from DESC, t.version DESC LIMIT 1)) AS agreement_signed,
       (SELECT max(h.valid_through) FROM families_childhealthcheck h
        WHERE h.child_id = c.id AND h.state = 'accepted') AS health_check_through,
       (SELECT h.state FROM families_childhealthcheck h WHERE h.child_id = c.id
        ORDER BY h.handed_in_at DESC, h.id DESC LIMIT 1) AS health_check_state,
       ARRAY(SELECT y.purpose FROM families_consent y
             WHERE y.child_id = c.id AND y.given AND y.withdrawn_at IS NULL) AS consents_given
FROM families_guardian g
JOIN families_child c ON c.id = g.child_id
JOIN facilities_subdistrict s ON s.id = c.subdistrict_id
JOIN facilities_district d ON d.id = s.district_id
WHERE g.user_id = %(user)s AND g.ended_at IS NULL AND c.public_id = ANY(%(children)s::uuid[])
"""


def child_facts(
    *, actor_id: int, child_public_ids: Sequence[str], subdistrict_id: int | None, today: date
) -> dict[str, ChildFacts]:
    """What admission must know of the actor's children, by public id, in one query.

    `subdistrict_id` names whose agreement counts: that of the 街镇 the house is in (None: of the
    one the child lives in). Children that are not there or not the actor's are absent.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _FACTS,
            {
                "user": actor_id,
                "children": [str(as_uuid(one)) for one in child_public_ids],
                "subdistrict": subdistrict_id,
                "today": today,
            },
        )
        columns = [column.name for column in cursor.description]
        found = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return {str(known["child_public_id"]): facts_of(known) for known in found}


def with_papers(
    guardians: QuerySet[Guardian], subdistrict_id: int | None, today: date
) -> QuerySet[Guardian]:
    """Annotate each child with its papers."""
    checks = ChildHealthCheck.objects.filter(child_id=OuterRef("child_id"))
    accepted = checks.filter(state=ReviewState.ACCEPTED).order_by("-valid_through")
    newest = checks.order_by("-handed_in_at", "-pk")
    given = Consent.objects.filter(
        child_id=OuterRef("child_id"), given=True, withdrawn_at__isnull=True
    )
    standing = Guardian.objects.filter(child_id=OuterRef("child_id"), ended_at__isnull=True)
    return guardians.annotate(
        guardian_ids=ArraySubquery(standing.order_by("user_id").values("user_id")),
        agreement_signed=_is_signed(subdistrict_id, today),
        health_check_through=Subquery(accepted.values("valid_through")[:1]),
        health_check_state=Subquery(newest.values("state")[:1]),
        consents_given=ArraySubquery(given.values("purpose")),
    )


def _is_signed(subdistrict_id: int | None, today: date) -> Exists:
    own = OuterRef(OuterRef("child__subdistrict_id"))
    of: Any = own if subdistrict_id is None else subdistrict_id
    current = AgreementText.objects.filter(subdistrict_id=of, valid_from__lte=today)
    newest = current.order_by("-valid_from", "-version").values("pk")[:1]
    return Exists(
        ServiceAgreement.objects.filter(
            child_id=OuterRef("child_id"), agreement_id=Subquery(newest)
        )
    )


def signed_agreements(
    child_ids: Iterable[int], subdistrict_ids: Iterable[int], *, today: date
) -> set[tuple[int, int]]:
    """The pairs of child and 街镇 whose current agreement is signed, in one query."""
    newest = (
        AgreementText.objects.filter(subdistrict__in=set(subdistrict_ids), valid_from__lte=today)
        .order_by("subdistrict", "-valid_from", "-version")
        .distinct("subdistrict")
    )
    signed = ServiceAgreement.objects.filter(
        child__in=set(child_ids), agreement__in=newest.values("pk")
    )
    return set(signed.order_by("pk").values_list("child_id", "agreement__subdistrict_id"))


def read(guardians: QuerySet[Guardian]) -> list[dict[str, Any]]:
    """Read all asked columns at once; plain dicts, so that nothing is fetched later."""
    papers = tuple(guardians.query.annotations)
    rows = guardians.order_by("child__born_on", "child_id").annotate(**_CHILD)
    return list(rows.values(*_COLUMNS, *papers))


def row_of(known: dict[str, Any]) -> ChildRow:
    """A child from the columns that were read."""
    return ChildRow(
        id=known["child_id"],
        public_id=str(known["child_public_id"]),
        name=known["name"],
        nickname=known["nickname"],
        sex=Sex(known["sex"]),
        born_on=known["born_on"],
        subdistrict_id=known["subdistrict_id"],
        subdistrict=known["subdistrict"],
        subdistrict_name=known["subdistrict_name"],
        district=known["district"],
        relation=Relation(known["relation"]),
        right=GuardianRight(known["right"]),
    )


def facts_of(known: dict[str, Any]) -> ChildFacts:
    """A child's facts from the columns that were read with the papers."""
    state = known["health_check_state"]
    given = set(known["consents_given"])
    return ChildFacts(
        id=known["child_id"],
        public_id=str(known["child_public_id"]),
        name=known["name"],
        born_on=known["born_on"],
        district=known["district"],
        subdistrict=known["subdistrict"],
        may_book=rules.reaches(GuardianRight(known["right"]), GuardianRight.BOOK),
        agreement_signed=known["agreement_signed"],
        health_check_through=known["health_check_through"],
        health_check_state=ReviewState(state) if state else None,
        history_declared=known["history_declared_at"] is not None,
        consents_missing=tuple(
            purpose for purpose in REQUIRED_CONSENTS if ConsentPurpose(purpose) not in given
        ),
        guardian_ids=tuple(known["guardian_ids"]),
    )
