"""What the worker tells families in good time."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse

from common.intervals import day_in_shanghai
from families import messages, rules
from families.models import ChildHealthCheck, Guardian
from families.types import ReviewState
from notifications import services as notifications
from notifications.types import Channel, Kind, Notice


def remind_of_expiring_checks(*, now: datetime) -> int:
    """Tell the guardians of each health check that will soon lapse with none after it.

    Each check is told of once, however often this runs. Returns how many notices were queued or
    known already.
    """
    with transaction.atomic():
        notices = _notices(_expiring(day_in_shanghai(now)), now)
        notifications.queue(notices, now=now)
    return len(notices)


def _expiring(today: date) -> QuerySet[ChildHealthCheck]:
    accepted = ChildHealthCheck.objects.filter(state=ReviewState.ACCEPTED)
    newer = ChildHealthCheck.objects.filter(
        child_id=OuterRef("child_id"), valid_through__gt=OuterRef("valid_through")
    ).exclude(state=ReviewState.REJECTED)
    soon = accepted.filter(valid_through__range=(today, today + rules.REMIND_BEFORE))
    return soon.exclude(Exists(newer))


def _notices(expiring: QuerySet[ChildHealthCheck], now: datetime) -> list[Notice]:
    guardians = Guardian.objects.filter(
        ended_at__isnull=True, child__health_checks__in=expiring
    ).annotate(
        check_id=F("child__health_checks__public_id"),
        through=F("child__health_checks__valid_through"),
    )
    columns = ("check_id", "user_id", "child_id", "child__public_id", "child__name", "through")
    return [
        Notice(
            key=f"{Kind.HEALTH_CHECK_EXPIRING}:{check}:{user_id}",
            kind=Kind.HEALTH_CHECK_EXPIRING,
            recipient_id=user_id,
            channel=Channel.IN_APP,
            run_at=now,
            payload={
                "child": name,
                "through": messages.day_words(through),
                "url": reverse("families:health_check", args=[child]),
            },
            subject=f"health_check:{check}",
            child_id=child_id,
        )
        for check, user_id, child_id, child, name, through in guardians.order_by("pk").values_list(
            *columns
        )
    ]
