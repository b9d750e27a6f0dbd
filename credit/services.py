"""Objecting to an entry, deciding about it, and recording an honor."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from accounts.selectors import holders_of
from accounts.types import Actor, Role
from audit import services as audit
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, NotFound, Refused, written
from credit import messages
from credit.models import CreditDecision, CreditObjection, Honor
from credit.rules import may_decide
from credit.types import KEEPERS, LEAD, Fact
from facilities.models import Facility
from facilities.selectors.access import as_uuid, facility_for, place_of
from notifications import services as notifications
from notifications.types import IN_APP, Kind, Notice, notices_to
from regulations.types import Outcome, Verdict


@transaction.atomic
def object_to_entry(
    *, facility: str, fact: Fact, text: str, actor: Actor, now: datetime
) -> CreditObjection:
    """Say for a house what is wrong with an entry of its 诚信档案. The entry stays.

    :raises NotFound: when the house is not the actor's to run.
    :raises InvalidInput: when nothing is said.
    :raises Refused: when the entry was objected to before.
    """
    house = _locked(facility_for(actor, facility, *KEEPERS))
    text = written(text, messages.TEXT_MISSING, field="text")
    if CreditObjection.objects.filter(facility=house, entry=fact.key).exists():
        raise _refusal(messages.OBJECTED_ALREADY)
    row = CreditObjection.objects.create(
        facility=house,
        entry=fact.key,
        text=text,
        raised_by_id=actor.person,
        raised_at=now,
    )
    _record("objected", house, actor, now, {"entry": fact.key})
    notifications.queue(_news(Kind.CREDIT_OBJECTED, row, house, LEAD, now), now=now)
    return row


@transaction.atomic
def decide_objection(
    *, facility: str, objection: str, fact: Fact, is_upheld: bool, reason: str, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """Decide about an objection; upheld, the entry stays and does not count any more.

    :raises NotFound: when the house is not the actor's to supervise, or there is no objection.
    :raises InvalidInput: when no reason is given.
    :raises Refused: when it is decided already, or the entry is of the actor's own finding.
    """
    house = _locked(facility_for(actor, facility, *LEAD))
    found = CreditObjection.objects.filter(
        facility=house, public_id=as_uuid(objection), entry=fact.key
    ).first()
    if found is None:
        raise NotFound
    reason = written(reason, messages.REASON_MISSING)
    if not may_decide(fact, actor.person):
        raise _refusal(messages.OTHER_PERSON)
    if CreditDecision.objects.filter(objection=found).exists():
        raise _refusal(messages.DECIDED_ALREADY)
    CreditDecision.objects.create(
        objection=found,
        is_upheld=is_upheld,
        reason=reason,
        decided_by_id=actor.person,
        decided_at=now,
    )
    _record("decided", house, actor, now, {"entry": fact.key, "is_upheld": is_upheld})
    said = messages.SAID_UPHELD if is_upheld else messages.SAID_REFUSED
    news = _news(Kind.CREDIT_DECIDED, found, house, KEEPERS, now, said=said)
    notifications.queue(news, now=now)


def _news(
    kind: Kind, objection: CreditObjection, house: Facility, roles: Iterable[Role], now: datetime,
    **facts: str,
) -> list[Notice]:  # fmt: skip
    """To who decides, or to who runs the house. What the entry is stands on its page alone."""
    people = holders_of(*roles, at=place_of(house), today=day_in_shanghai(now))
    url = reverse("credit:house", args=[house.public_id])
    return notices_to(
        people, IN_APP, kind,
        key=f"{kind}:{objection.public_id}", run_at=now,
        payload={"house": house.name, "url": url, **facts},
        subject=f"credit_objection:{objection.public_id}",
    )  # fmt: skip


@transaction.atomic
def record_honor(
    *, facility: str, title: str, given_by: str, given_on: date, actor: Actor, now: datetime
) -> Honor:
    """Write down that a house was honored. Twice the same is once.

    :raises NotFound: when the house is not the actor's to supervise.
    :raises InvalidInput: when something is missing, or the day has not come.
    """
    house = _locked(facility_for(actor, facility, *LEAD))
    faults: dict[str, list[str]] = {}
    if not title.strip():
        faults["title"] = [messages.TITLE_MISSING]
    if not given_by.strip():
        faults["given_by"] = [messages.GIVEN_BY_MISSING]
    if given_on > day_in_shanghai(now):
        faults["given_on"] = [messages.IN_THE_FUTURE]
    if faults:
        raise InvalidInput(faults)
    honor, is_new = Honor.objects.get_or_create(
        facility=house,
        title=title.strip(),
        given_on=given_on,
        defaults={
            "given_by": given_by.strip(),
            "recorded_by_id": actor.person,
            "recorded_at": now,
        },
    )
    if is_new:
        _record("honored", house, actor, now, {"title": honor.title})
    return honor


def _locked(house: Facility) -> Facility:
    """Two who object, or decide, at once: the second one finds what the first did."""
    Facility.objects.select_for_update(of=("self",), no_key=True).get(pk=house.pk)
    return house


def _refusal(reason: tuple[str, str]) -> Refused:
    rule, remedy = reason
    return Refused([Verdict(rule, Outcome.FAILS, limit=None, measured=None, remedy=remedy)])


def _record(
    what: str, house: Facility, actor: Actor, now: datetime, data: dict[str, object]
) -> None:
    audit.record(
        kind=f"credit.entry.{what}",
        actor_id=actor.user_id,
        at=now,
        subject=f"facility:{house.public_id}",
        data=data,
    )
