"""公示 as the public and the officers read them."""

from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from accounts.types import Actor
from common.intervals import day_in_shanghai
from common.refusals import NotFound
from facilities.selectors.access import as_uuid
from inspections.case_types import LEAD
from inspections.dossier_messages import NOTICE_BASIS, NOTICE_STATES
from inspections.dossier_types import NoticeKind, NoticeRow, NoticeState, ObjectionRow
from inspections.models import Objection, PublicNotice
from inspections.selectors.access import may
from regulations import messages as law_messages
from regulations.keys import LimitKey
from regulations.selectors import law_book
from regulations.types import AppliesTo

_SHOWN = 100


def notices_seen(*, now: datetime, district: str = "") -> list[NoticeRow]:
    """All notices, of one district or of all, the latest first."""
    rows = _counted()
    if district:
        rows = rows.filter(district__code=district)
    return [notice_row(row, day_in_shanghai(now)) for row in rows.order_by("-pk")[:_SHOWN]]


def _counted() -> QuerySet[PublicNotice]:
    return PublicNotice.objects.select_related("district", "facility", "decision").annotate(
        n=Count("objections"),
        unanswered=Count("objections", filter=Q(objections__answer__isnull=True)),
    )


def notice_for_all(public_id: str) -> PublicNotice:
    """A notice that anybody may read. :raises NotFound:"""
    found = _counted().filter(public_id=as_uuid(public_id)).first()
    if found is None:
        raise NotFound
    return found


def notice_for(actor: Actor, public_id: str) -> PublicNotice:
    """A notice of a district that is the actor's to supervise. :raises NotFound:"""
    found = notice_for_all(public_id)
    if not may(actor, found.district.code, *LEAD):
        raise NotFound
    return found


def lock_notice(pk: int) -> PublicNotice:
    """Lock a notice, and read it as it is now."""
    locked = PublicNotice.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("district", "facility__subdistrict__district").get(pk=pk)


def state_of(row: PublicNotice, today: date) -> NoticeState:
    """How far a notice is: by its days, and by what was decided."""
    decision = getattr(row, "decision", None)
    if decision is not None:
        return NoticeState.CONFIRMED if decision.is_confirmed else NoticeState.WITHDRAWN
    return NoticeState.OPEN if today <= row.through else NoticeState.WAITING


def notice_row(row: PublicNotice, today: date) -> NoticeRow:
    state = state_of(row, today)
    counts = vars(row)
    return NoticeRow(
        id=str(row.public_id),
        kind=NoticeKind(row.kind),
        title=row.title,
        body=row.body,
        house=row.facility.name if row.facility else "",
        district=row.district.name,
        starts_on=row.starts_on,
        through=row.through,
        state=state,
        state_words=NOTICE_STATES[state],
        days_words=f"{row.starts_on.month}月{row.starts_on.day}日至"
        f"{row.through.month}月{row.through.day}日",
        objections=counts.get("n", 0),
        unanswered=counts.get("unanswered", 0),
        decided_because=row.decision.reason if hasattr(row, "decision") else "",
    )


def notice_days(district: str, *, now: datetime) -> int:
    """How many 工作日 a notice is up: 沪教委托幼〔2021〕8号 五（四）, taken for every 公示 here."""
    limit = law_book().limit(
        LimitKey.PUBLIC_NOTICE_WORKDAYS,
        jurisdiction=district,
        care_on=day_in_shanghai(now),
        applies_to=AppliesTo.DISTRICT,
    )
    if limit is None:
        raise LookupError("public_notice_workdays is not stated: load the regulations first.")
    return limit.number


def basis_of_notice(notice: PublicNotice) -> dict[str, str]:
    """Why it is up for so many days: the clause, and that it speaks of something else."""
    limit = law_book().limit(
        LimitKey.PUBLIC_NOTICE_WORKDAYS,
        jurisdiction=notice.district.code,
        care_on=notice.starts_on,
        applies_to=AppliesTo.DISTRICT,
    )
    if limit is None:
        return {"words": "", "quote": "", "source": ""}
    return {
        "words": NOTICE_BASIS.format(days=limit.number),
        "quote": limit.clause.quote,
        "source": f"{law_messages.source(limit)} {limit.clause.article}",
    }


def objections_to(notice: PublicNotice) -> list[ObjectionRow]:
    """The objections to a notice with their answers; the public page shows the answers alone."""
    rows = Objection.objects.filter(notice=notice).select_related("answer").order_by("pk")
    return [_objection(row) for row in rows]


def _objection(row: Objection) -> ObjectionRow:
    answer = getattr(row, "answer", None)
    return ObjectionRow(
        id=str(row.public_id),
        received_at=row.received_at,
        text=str(row.text),
        contact=str(row.contact),
        answer=answer.text if answer else "",
        answered_at=answer.at if answer else None,
        is_upheld=answer.is_upheld if answer else None,
    )
