"""Keeping registers: an item comes, is checked, and is retired."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.types import Actor
from audit import services as audit
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput
from facilities.selectors.access import facility_for
from regulations.selectors import law_book
from safety import messages
from safety.models import RegisterCheck, RegisterItem
from safety.rules.registers import next_due
from safety.selectors.registers import interval_of, item_for
from safety.types import (
    ITEM_FACTS,
    KEEPERS,
    MEASURES,
    TESTERS,
    CheckResult,
    NewCheck,
    NewItem,
    RegisterKind,
)


def add_item(*, facility: str, item: NewItem, actor: Actor, now: datetime) -> str:
    """Enter something into a house's registers; its public id.

    :raises NotFound: when the house (public id) is not the actor's.
    :raises InvalidInput: when the register has one of this name, or a fact is not of its kind.
    """
    house = facility_for(actor, facility, *KEEPERS)
    _refuse_unknown(item.facts, ITEM_FACTS[item.kind])
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = RegisterItem.objects.create(
                    facility=house,
                    kind=item.kind,
                    name=item.name.strip(),
                    facts=dict(item.facts),
                    entered_at=now,
                    entered_by_id=actor.user_id,
                )
        except IntegrityError as taken:
            raise InvalidInput({"name": [messages.SAME_NAME]}) from taken
        _note("entered", row, actor, now, kind=item.kind.value, name=row.name)
    return str(row.public_id)


def _refuse_unknown(said: Mapping[str, Any], known: Sequence[str]) -> None:
    unknown = sorted(set(said) - set(known))
    if unknown:
        raise InvalidInput({name: [messages.NOT_A_FACT_OF_THIS_KIND] for name in unknown})


@transaction.atomic
def record_check(*, item: str, check: NewCheck, actor: Actor, now: datetime) -> date | None:
    """Write down that somebody checked an item; when the next check is due.

    The same check sent twice is written down once.

    :raises NotFound: when the item (public id) is not the actor's.
    :raises InvalidInput: when it is retired, the day is to come, or a failure says nothing.
    """
    row = item_for(actor, item, *TESTERS)
    list(RegisterItem.objects.select_for_update(no_key=True).filter(pk=row.pk).values_list("pk"))
    row.refresh_from_db(fields=["retired_at"])
    kind, today = RegisterKind(row.kind), day_in_shanghai(now)
    _judge_check(row, kind, check, today)
    interval = interval_of(kind, row.facility.subdistrict.district.code, today, law_book())
    due_on = next_due(check.done_on, interval)
    facts = {
        "done_on": check.done_on,
        "by_id": actor.user_id,
        "result": check.result,
        "note": check.note.strip(),
        "measured": {name: said for name, said in check.measured.items() if said not in ("", None)},
        "next_due_on": due_on,
    }
    if not row.checks.filter(**facts).exists():
        RegisterCheck.objects.create(item=row, recorded_at=now, **facts)
        _note("checked", row, actor, now, on=f"{check.done_on}", result=check.result.value)
    return due_on


def _judge_check(row: RegisterItem, kind: RegisterKind, check: NewCheck, today: date) -> None:
    _refuse_unknown(check.measured, MEASURES[kind])
    if row.retired_at is not None:
        raise InvalidInput(messages.IS_RETIRED)
    if check.done_on > today:
        raise InvalidInput({"done_on": [messages.IN_THE_FUTURE]})
    if check.result is CheckResult.FAILED and not check.note.strip():
        raise InvalidInput({"note": [messages.WHY_FAILED]})


@transaction.atomic
def retire_item(*, item: str, reason: str, actor: Actor, now: datetime) -> None:
    """Take an item out of its register. Its history stays.

    :raises NotFound: when the item (public id) is not the actor's to retire.
    """
    row = item_for(actor, item, *KEEPERS)
    gone = RegisterItem.objects.filter(pk=row.pk, retired_at__isnull=True)
    if gone.update(retired_at=now, retired_reason=reason.strip()):
        _note("retired", row, actor, now, reason=reason.strip())


def _note(what: str, row: RegisterItem, actor: Actor, now: datetime, **facts: object) -> None:
    audit.record(
        kind=f"safety.item.{what}",
        actor_id=actor.user_id,
        at=now,
        subject=f"register_item:{row.public_id}",
        data=facts,
    )
