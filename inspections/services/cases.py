"""Reporting, and adding to a report. With an account or without."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.selectors import holders_of
from accounts.types import Actor, Place
from audit import services as audit
from common.crypto import lookup_code
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, NotFound, written
from facilities.models import District, Facility
from facilities.selectors.access import as_uuid
from inspections import case_messages as messages
from inspections import case_notices as notices
from inspections.case_types import LEAD, CaseKind, CaseStage, NewReport
from inspections.models import Case, CaseMessage
from inspections.rules.cases import clock_of, plain
from inspections.selectors.cases import (
    case_for,
    case_of_code,
    clocks_in,
    followed_case,
    lock_case,
    lock_series,
    own_case,
    photo_terms_in,
)
from inspections.selectors.workdays import due_after
from inspections.services.cases_photos import Kept, Sent, in_store, keep, looked_at
from inspections.types import Department
from notifications import services as notifications

# No letter or digit that is taken for another: 0 O 1 I L.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH = 16  # about 79 bits: nobody guesses one
_LONGEST_TEXT = 2000
_LONGEST_LINE = 200
_LONGEST_CONTACT = 100


def receive_report(
    *, report: NewReport, key: str, actor: Actor, now: datetime, photos: Sequence[Sent] = ()
) -> tuple[str, str]:
    """Take down what somebody reports; its public id, and the receipt code that only they know.

    `key` is a UUID of the form that was sent: the same form with the same words and photos sent
    twice is one report, and is answered with the same code. The code follows from the key, which
    is kept nowhere, by a keyed hash: whoever reads the database finds no code.

    :raises InvalidInput: when it does not say what, where or in which district, or a photo is none.
    """
    report = _cleaned(report)
    house, district = _place(report)
    _judge(report, now)
    found = looked_at(photos, photo_terms_in(district.code, on=day_in_shanghai(now)))
    sent = _as_sent(report, key, [known for _, known in found], actor)
    code = _code_of(sent)
    there = _sent_before(sent)
    if there is not None:
        return there, code
    try:
        with in_store(found) as kept, transaction.atomic():
            return _receive(report, house, district, sent, kept, actor, now), code
    except IntegrityError:
        # The same form came twice at once: the report is there.
        there = _sent_before(sent)
        if there is None:
            raise
        return there, code


def _cleaned(report: NewReport) -> NewReport:
    return replace(
        report, what=plain(report.what), where=plain(report.where), contact=plain(report.contact)
    )


def _as_sent(report: NewReport, key: str, photos: Sequence[str], actor: Actor) -> str:
    """What tells a form from every other: its key, which nobody else has, and what it says."""
    try:
        name = uuid.UUID(key)
    except ValueError:
        name = uuid.uuid4()
    said = (
        name, actor.user_id, report.kind, report.source, report.district, report.house,
        report.where, report.happened_on, report.what, report.contact, *photos,
    )  # fmt: skip
    return repr([str(one) for one in said])


def _code_of(sent: str) -> str:
    number = int(lookup_code(f"receipt of {sent}"), 16)
    signs = []
    for _ in range(_LENGTH):
        number, place = divmod(number, len(_SIGNS))
        signs.append(_SIGNS[place])
    return "".join(signs)


def _sent_before(sent: str) -> str | None:
    rows = Case.objects.filter(sent_as=lookup_code(f"sent {sent}"))
    found = rows.values_list("public_id", flat=True).first()
    return str(found) if found else None


def _receive(
    report: NewReport, house: Facility | None, district: District, sent: str,
    kept: Sequence[Kept], actor: Actor, now: datetime,
) -> str:  # fmt: skip
    today, is_restricted = day_in_shanghai(now), report.kind is CaseKind.SUSPECTED_HARM
    clock = clock_of(
        CaseStage.FOUND, clocks_in(district.code, on=today), is_restricted=is_restricted
    )
    case = Case.objects.create(
        district=district,
        kind=report.kind,
        source=report.source,
        is_restricted=is_restricted,
        serial=lock_series(district, is_restricted=is_restricted),
        received_at=now,
        reporter_id=actor.user_id,
        receipt=lookup_code(f"case:{_code_of(sent)}"),
        sent_as=lookup_code(f"sent {sent}"),
        where=report.where,
        happened_on=report.happened_on,
        what=report.what,
        contact=report.contact,
        facility=house,
        department=Department.EDUCATION,
        due_on=due_after(today, clock or 0),
    )
    keep(case, kept, actor=actor, now=now)
    notifications.queue(notices.received(case, leads_of(case, now), now=now), now=now)
    kind = "restricted" if is_restricted else case.kind
    record(case, "received", actor, now, kind=kind, photos=len(kept))
    return str(case.public_id)


def leads_of(case: Case, now: datetime) -> list[int]:
    """The supervision leads of a case's district."""
    return holders_of(*LEAD, at=Place(case.district.code, ""), today=day_in_shanghai(now))


def whose(case: Case, now: datetime) -> list[int]:
    """Whoever has a case: its owner, or the leads until it is given to somebody."""
    is_closed = case.stage == CaseStage.CLOSED
    if case.owner_id is None or is_closed:
        return leads_of(case, now)
    return [case.owner_id]


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
    if not 0 < len(report.what) <= _LONGEST_TEXT:
        faults["what"] = [messages.WHAT_IS_MISSING]
    if not report.house and not 0 < len(report.where) <= _LONGEST_LINE:
        faults["where"] = [messages.WHERE_IS_MISSING]
    if report.happened_on and report.happened_on > day_in_shanghai(now):
        faults["happened_on"] = [messages.IN_THE_FUTURE]
    if len(report.contact) > _LONGEST_CONTACT:
        faults["contact"] = [messages.CONTACT_IS_TOO_LONG]
    if faults:
        raise InvalidInput(faults)


# --- following it ---------------------------------------------------------------------------------


def look_up(*, code: str, now: datetime) -> str:
    """The public id of the report with this receipt code, to be followed for a while.

    The code is compared by its keyed hash, which an index finds: how long that takes tells
    nothing of the code.

    :raises NotFound: when no report has it.
    """
    found = case_of_code(code)
    record(found, "looked_up", Actor(user_id=None), now)
    return str(found.public_id)


def add_by_code(
    *, code: str, text: str, now: datetime, key: str = "", photos: Sequence[Sent] = ()
) -> None:
    """Let whoever has the receipt code add to their report.

    :raises NotFound: :raises InvalidInput:
    """
    _add(case_of_code(code), text, key, photos, Actor(user_id=None), now)


def add_to_followed(
    *, report: str, text: str, now: datetime, key: str = "", photos: Sequence[Sent] = ()
) -> None:
    """Let whoever gave the receipt code a while ago add to their report.

    :raises NotFound: :raises InvalidInput:
    """
    _add(followed_case(report), text, key, photos, Actor(user_id=None), now)


def add_to_own(
    *, report: str, text: str, actor: Actor, now: datetime, key: str = "",
    photos: Sequence[Sent] = (),
) -> None:  # fmt: skip
    """Let somebody signed in add to their report. :raises NotFound: :raises InvalidInput:"""
    _add(own_case(actor, report), text, key, photos, actor, now)


def _add(
    case: Case, text: str, key: str, photos: Sequence[Sent], actor: Actor, now: datetime
) -> None:
    text = written(plain(text), messages.WHAT_IS_MISSING, field="text", most=_LONGEST_TEXT)
    terms = photo_terms_in(case.district.code, on=day_in_shanghai(now))
    found = looked_at(photos, terms)
    name = f"message {case.public_id} {key or uuid.uuid4()} {text}"
    with in_store(found) as kept, transaction.atomic():
        # Whoever closes it meanwhile waits, and then learns that there is something to read.
        locked = lock_case(case.pk)
        message, is_new = CaseMessage.objects.get_or_create(
            sent_as=lookup_code(name), defaults={"case": locked, "at": now, "text": text}
        )
        if is_new:
            _tell_of(locked, message, now)
        keep(locked, kept, actor=actor, now=now, message=message)
        record(locked, "added_to", actor, now, photos=len(kept))


def _tell_of(case: Case, message: CaseMessage, now: datetime) -> None:
    is_late = case.stage == CaseStage.CLOSED
    said = messages.NEWS_ADDED_LATE if is_late else messages.NEWS_ADDED
    news = notices.news(case, f"added:{message.pk}", said, whose(case, now), now)
    notifications.queue(news, now=now)


# --- traces ---------------------------------------------------------------------------------------


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
