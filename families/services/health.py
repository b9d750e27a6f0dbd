"""Health checks, allergies and history."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from accounts.types import Actor
from audit import services as audit
from common.identity import tidy
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput
from families import files, messages, rules
from families.models import Child, ChildHealthCheck
from families.selectors.children import id_of, lock_children
from families.selectors.papers import files_kept_for
from families.selectors.people import guardian_ids_of
from families.selectors.reviews import review_for, role_of
from families.services.holding import held_child, trace
from families.types import (
    ChildRow,
    FileFault,
    GuardianRight,
    History,
    NewHealthCheck,
    ReviewRow,
    ReviewState,
)
from notifications import services as notifications
from notifications.types import IN_APP, Kind, Notice, notices_to
from regulations import selectors as regulations
from regulations.keys import LimitKey

FILES_PER_CHILD = 50


def declare_history(*, actor: Actor, now: datetime, child: object, history: History) -> None:
    """Take down allergies and past illnesses. Having none is said as 无, never left empty.

    :raises InvalidInput: when one of the two is left open.
    """
    declared = {
        "allergies": history.allergies.strip(),
        "medical_history": history.medical_history.strip(),
    }
    unsaid = {field: [messages.HISTORY_UNSAID] for field, text in declared.items() if not text}
    if unsaid:
        raise InvalidInput(unsaid)
    with transaction.atomic():
        known = held_child(actor, child)
        Child.objects.filter(pk=known.id).update(**declared, history_declared_at=now)
        # What was written is sensitive: the trace says that it changed, not into what.
        trace("families.history.declared", actor=actor, child=known, now=now)


def hand_in_health_check(
    *, actor: Actor, now: datetime, child: object, check: NewHealthCheck
) -> str:
    """Hand in a 健康检查合格证明 for review; answer its public id.

    :raises InvalidInput: when the examination does not count, or too many files are kept already.
    """
    with files.stored(check.file) as name, transaction.atomic():
        known = held_child(actor, child, right=GuardianRight.BOOK)
        through = _valid_through(check, known, today=day_in_shanghai(now))
        if files_kept_for(known.id) >= FILES_PER_CHILD:
            raise files.refused(FileFault.TOO_MANY_FILES)
        handed_in = ChildHealthCheck.objects.create(
            child_id=known.id,
            examined_on=check.examined_on,
            institution=tidy(check.institution),
            valid_through=through,
            file=name,
            file_sha256=check.file.sha256,
            handed_in_by_id=id_of(actor),
            handed_in_at=now,
        )
        _trace_check(handed_in, known, actor=actor, now=now)
    return str(handed_in.public_id)


def _trace_check(check: ChildHealthCheck, child: ChildRow, *, actor: Actor, now: datetime) -> None:
    trace(
        "families.health_check.handed_in",
        actor=actor,
        child=child,
        now=now,
        subject=f"health_check:{check.public_id}",
        examined_on=check.examined_on.isoformat(),
        file_sha256=check.file_sha256,
    )


def _valid_through(check: NewHealthCheck, child: ChildRow, *, today: date) -> date:
    limit = regulations.law_book().limit(
        LimitKey.CHILD_HEALTH_CHECK_VALID_MONTHS, jurisdiction=child.district, care_on=today
    )
    fault = rules.health_check_fault(
        check.examined_on, born_on=child.born_on, today=today, valid_months=limit
    )
    if fault:
        raise InvalidInput({"examined_on": [messages.CHECK_FAULTS[fault]]})
    through = rules.valid_through(check.examined_on, valid_months=limit)
    if through is None:  # health_check_fault has said NO_RULE
        raise AssertionError("unreachable")
    return through


def review_health_check(
    *, actor: Actor, now: datetime, check: object, accept: bool, reason: str = ""
) -> None:
    """Accept a health check, or send it back with a reason, and tell the family.

    :raises NotFound: out of the actor's scope.
    :raises InvalidInput: when it was reviewed before, is of the actor's own child, or is sent
        back without a reason.
    """
    why = tidy(reason)
    if not accept and not why:
        raise InvalidInput({"reason": [messages.REASON_MISSING]})
    with transaction.atomic():
        lock_children([review_for(actor, check).child_id])
        review = review_for(actor, check)
        guardians = guardian_ids_of(review.child_id)
        if actor.user_id in guardians:
            raise InvalidInput(messages.OWN_CHILD)
        state = ReviewState.ACCEPTED if accept else ReviewState.REJECTED
        _decide(review, state, why, actor=actor, now=now)
        notifications.queue(_news(review, state, why, guardians, now), now=now)


def _decide(
    review: ReviewRow, state: ReviewState, why: str, *, actor: Actor, now: datetime
) -> None:
    waiting = ChildHealthCheck.objects.filter(pk=review.id, state=ReviewState.SUBMITTED)
    decided = waiting.update(state=state, reason=why, reviewed_by_id=actor.user_id, reviewed_at=now)
    if not decided:
        raise InvalidInput(messages.REVIEWED_ALREADY)
    audit.record(
        kind=f"families.health_check.{state.value}",
        actor_id=actor.user_id,
        at=now,
        subject=f"health_check:{review.public_id}",
        child_id=review.child_id,
        data={"role": role_of(actor), "reason": why},
    )


def _news(
    review: ReviewRow, state: ReviewState, why: str, guardians: list[int], now: datetime
) -> list[Notice]:
    accepted = state is ReviewState.ACCEPTED
    kind = Kind.HEALTH_CHECK_ACCEPTED if accepted else Kind.HEALTH_CHECK_REJECTED
    facts = {
        "child": review.child_name,
        "through": messages.day_words(review.valid_through),
        "reason": why,
        "url": reverse("families:health_check", args=[review.child]),
    }
    return notices_to(
        guardians, IN_APP, kind,
        key=f"{kind}:{review.public_id}", run_at=now, payload=facts,
        subject=f"health_check:{review.public_id}", child_id=review.child_id,
    )  # fmt: skip
