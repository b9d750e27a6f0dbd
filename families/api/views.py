"""The actor's children."""

from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.entrance import enter
from common.intervals import age_in_months, day_in_shanghai
from families.api.serializers import ChildShape, NoParameters
from families.selectors import overviews_of
from families.types import ChildOverview


@extend_schema(
    operation_id="children_list",
    responses=ChildShape(many=True),
    description="The children the actor stands with, and the state of their papers.",
)
@api_view(["GET"])
@permission_classes([IsAuthenticated])
def children(request: Request) -> Response:
    """Answer with the actor's children, the oldest first."""
    NoParameters(data=request.query_params).is_valid(raise_exception=True)
    entrance = enter(request)
    today = day_in_shanghai(entrance.now)
    found = overviews_of(entrance.actor, today=today)
    shaped = ChildShape([_shape(one, today) for one in found], many=True)
    return Response(shaped.data, headers={"Cache-Control": "no-store"})


def _shape(overview: ChildOverview, today: date) -> dict[str, Any]:
    child, facts = overview.child, overview.facts
    return {
        "id": child.public_id,
        "name": child.name,
        "nickname": child.nickname,
        "born_on": child.born_on,
        "age_months": age_in_months(child.born_on, today),
        "subdistrict": child.subdistrict,
        "subdistrict_name": child.subdistrict_name,
        "relation": child.relation.value,
        "right": child.right.value,
        "may_book": facts.may_book,
        "papers": {
            "agreement_signed": facts.agreement_signed,
            "health_check_through": facts.health_check_through,
            "health_check_state": facts.health_check_state,
            "history_declared": facts.history_declared,
            "consents_missing": [purpose.value for purpose in facts.consents_missing],
            "needs": [need.sentence for need in overview.needs],
        },
    }
