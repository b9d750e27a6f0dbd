"""Objections, decisions and honors of a house."""

from datetime import date

from accounts.selectors import names_of
from common.refusals import NotFound
from credit.models import CreditObjection, Honor
from credit.types import ObjectionRow, Terms
from facilities.selectors.access import as_uuid
from regulations.keys import LimitKey
from regulations.selectors import law_book


def terms_in(district: str, *, on: date) -> Terms:
    """For how long a district shows entries. :raises LookupError: when the law has no number."""
    book = law_book()

    def months(key: LimitKey) -> int:
        limit = book.limit(key, jurisdiction=district, care_on=on)
        if limit is None:
            raise LookupError(f"{key} is not stated for {district}")
        return limit.number

    return Terms(months(LimitKey.CREDIT_ENTRY_MONTHS), months(LimitKey.CREDIT_GRAVE_MONTHS))


def upheld_of(facility_id: int) -> dict[str, bool]:
    """Of the entries that were objected to, which of them no longer count."""
    rows = CreditObjection.objects.filter(facility_id=facility_id, decision__isnull=False)
    return dict(rows.values_list("entry", "decision__is_upheld"))


def objections_of(facility_id: int) -> dict[str, ObjectionRow]:
    """What a house said against entries, and what was decided; by the entries' keys."""
    rows = list(CreditObjection.objects.filter(facility_id=facility_id).select_related("decision"))
    decisions = {row.pk: getattr(row, "decision", None) for row in rows}
    people = [row.raised_by_id for row in rows]
    names = names_of([*people, *(one.decided_by_id for one in decisions.values() if one)])
    found = {}
    for row in rows:
        decision = decisions[row.pk]
        found[row.entry] = ObjectionRow(
            id=str(row.public_id),
            raised_at=row.raised_at,
            raised_by=names.get(row.raised_by_id, ""),
            text=row.text,
            is_upheld=decision.is_upheld if decision else None,
            reason=decision.reason if decision else "",
            decided_at=decision.decided_at if decision else None,
            decided_by=names.get(decision.decided_by_id, "") if decision else "",
        )
    return found


def objection_to_decide(facility_id: int, public_id: str) -> str:
    """The entry that an objection of a house is against. :raises NotFound:"""
    rows = CreditObjection.objects.filter(
        facility_id=facility_id, public_id=as_uuid(public_id)
    ).values_list("entry", flat=True)
    for entry in rows:
        return entry
    raise NotFound


def honors_of(facility_id: int) -> list[tuple[str, str, str, date]]:
    """How a house was honored: id, title, by whom, when."""
    rows = Honor.objects.filter(facility_id=facility_id).order_by("given_on", "pk")
    return [(str(row.public_id), row.title, row.given_by, row.given_on) for row in rows]
