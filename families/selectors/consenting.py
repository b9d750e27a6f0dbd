"""Whose required consents stand."""

from collections.abc import Sequence

from django.db.models import Count

from families.models import Consent
from families.types import REQUIRED_CONSENTS


def children_without_consent(child_ids: Sequence[int]) -> list[int]:
    """Those of the children for whom a required consent is missing, refused or withdrawn."""
    standing = (
        Consent.objects.filter(
            child__in=child_ids,
            purpose__in=REQUIRED_CONSENTS,
            given=True,
            withdrawn_at__isnull=True,
        )
        .values("child_id")
        .annotate(purposes=Count("purpose", distinct=True))
    )
    complete = {row["child_id"] for row in standing if row["purposes"] == len(REQUIRED_CONSENTS)}
    return [child for child in child_ids if child not in complete]
