"""Reporting, and adding to a report. With an account or without."""

import secrets
import uuid
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.selectors import holders_of
from accounts.types import Actor, Place
from audit import services as audit
from common.crypto import lookup_code
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, NotFound
from facilities.models import District, Facility
from facilities.selectors.access import as_uuid
from inspections import case_messages as messages
from inspections import case_notices as notices
from inspections.case_types import LEAD, CaseKind, CaseStage, NewReport
from inspections.models import Case, CaseMessage
from inspections.rules.cases import clock_of
from inspections.selectors.cases import case_for, case_of_code, clocks_in, own_case
from inspections.selectors.workdays import due_after
from inspections.types import Department
from notifications import services as notifications

# No letter or digit that is taken for another: 0 O 1 I L.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH = 16  # about 79 bits: nobody guesses one
_LONGEST_TEXT = 2000
_LONGEST_LINE = 200


def receive_report(*, report: NewReport, key: str, actor: Actor, now: datetime) -> tuple[str, str]:
    """Take down what somebody reports; its public id, and the receipt code that only they know.

    `key` is a UUID of the form that was sent: the same form sent twice is one report, and its code
    is not shown again.

    :raises InvalidInput: when it does not say what, where or in which district.
    """
    name = _as_uuid(key)
    try:
        with transaction.atomic():
            return _receive(report, name, actor, now)
    except IntegrityError:
        # The same form came twice: the report is there.
        if name is None or not Case.objects.filter(public_id=name).exists():
            raise
        return str(name), ""


def _as_uuid(key: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(key)
    except ValueError:
        return None


def _receive(
    report: NewReport, name: uuid.UUID | None, actor: Actor, now: datetime
) -> tuple[str, str]:
    house, district = _place(report)
    _judge(report, now)
    today, is_restricted = day_in_shanghai(now), report.kind is CaseKind.SUSPECTED_HARM
    clock = clock_of(
        CaseStage.FOUND, clocks_in(district.code, on=today), is_restricted=is_restricted
    )
    code = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
    case = Case.objects.create(
        **({"public_id": name} if name else {}),
        district=district,
        kind=report.kind,
        source=report.source,
        is_restricted=is_restricted,
        received_at=now,
        reporter_id=actor.user_id,
        receipt=lookup_code(f"case:{code}"),
        where=report.where.strip(),
        happened_on=report.happened_on,
        what=report.what.strip(),
        contact=report.contact.strip(),
        facility=house,
        department=Department.EDUCATION,
        due_on=due_after(today, clock or 0),
    )
    leads = holders_of(*LEAD, at=Place(district.code, ""), today=today)
    notifications.queue(notices.received(case, leads, now=now), now=now)
    record(case, "received", actor, now, kind="restricted" if is_restricted else case.kind)
    return str(case.public_id), code


def _place(report: NewReport) -> tuple[Facility | None, District]:
    if report.house:
        house = (
            Facility.objects.select_related("subdistrict__district")
            .filter(public_id=as_uuid(report.house))
            .first()
        )
        if house is None:
            raise NotFound
        return house, house.subdistrict.district
    district = District.objects.filter(code=report.district).first()
    if district is None:
        raise InvalidInput({"district": [messages.NO_SUCH_DISTRICT]})
    return None, district


def _judge(report: NewReport, now: datetime) -> None:
    faults: dict[str, list[str]] = {}
    if not 0 < len(report.what.strip()) <= _LONGEST_TEXT:
        faults["what"] = [messages.WHAT_IS_MISSING]
    if not report.house and not 0 < len(report.where.strip()) <= _LONGEST_LINE:
        faults["where"] = [messages.WHERE_IS_MISSING]
    if report.happened_on and report.happened_on > day_in_shanghai(now):
        faults["happened_on"] = [messages.IN_THE_FUTURE]
    if faults:
        raise InvalidInput(faults)


def add_by_code(*, code: str, text: str, now: datetime) -> None:
    """Let whoever has the receipt code add to their report.

    :raises NotFound: :raises InvalidInput:
    """
    _add(case_of_code(code), text, Actor(user_id=None), now)


def add_to_own(*, report: str, text: str, actor: Actor, now: datetime) -> None:
    """Let somebody signed in add to their report. :raises NotFound: :raises InvalidInput:"""
    _add(own_case(actor, report), text, actor, now)


@transaction.atomic
def _add(case: Case, text: str, actor: Actor, now: datetime) -> None:
    text = text.strip()
    if not 0 < len(text) <= _LONGEST_TEXT:
        raise InvalidInput({"text": [messages.WHAT_IS_MISSING]})
    CaseMessage.objects.create(case=case, at=now, text=text)
    record(case, "added_to", actor, now)


def record_look(*, case: str, actor: Actor, now: datetime) -> None:
    """Write down who read which case; reading is the one thing a GET may write down."""
    record(case_for(actor, case), "seen", actor, now)


def record(case: Case, what: str, actor: Actor, now: datetime, **data: object) -> None:
    """Leave a trace of a case. None of its words stands in it."""
    audit.record(
        kind=f"inspections.case.{what}",
        actor_id=actor.user_id,
        at=now,
        subject=f"case:{case.public_id}",
        data=data,
    )
