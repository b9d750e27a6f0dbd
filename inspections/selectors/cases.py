"""Cases as those may see them who may; suspected harm only the district's supervision lead.

未成年人保护法 第11条: neither the house nor whoever is reported sees a case, or learns of one. An
officer sees what their department has, and what is their own.
"""

from datetime import date, datetime

from django.db.models import Max, Q, QuerySet

from accounts.selectors import Officer, holders_of, names_of, officers_of
from accounts.types import Actor, Role
from common.crypto import lookup_code
from common.intervals import day_in_shanghai
from common.refusals import NotFound
from facilities.models import District, Facility
from facilities.selectors.access import as_uuid, place_of
from inspections import case_messages as messages
from inspections.case_types import (
    CASE_READERS,
    DEPARTMENT_OF,
    LEAD,
    CaseKind,
    CaseMove,
    CaseRow,
    CaseSource,
    CaseStage,
    Clocks,
    PhotoTerms,
)
from inspections.models import Case, CasePhoto, CaseStep
from inspections.rules.cases import Standing
from inspections.selectors.access import may
from inspections.selectors.terms import decided
from inspections.types import KEEPERS, Department
from inspections.words import DEPARTMENTS
from regulations.keys import LimitKey
from regulations.rules import SHANGHAI_CITY

_SHOWN = 200
_CLOCKS = {
    "accept": LimitKey.CASE_ACCEPT_WORKDAYS,
    "assign": LimitKey.CASE_ASSIGN_WORKDAYS,
    "start": LimitKey.CASE_START_WORKDAYS,
    "handle": LimitKey.CASE_HANDLE_WORKDAYS,
    "extend": LimitKey.CASE_EXTEND_WORKDAYS,
    "harm": LimitKey.CASE_HARM_WORKDAYS,
    "escalate": LimitKey.CASE_ESCALATION_WORKDAYS,
    "reply": LimitKey.CASE_REPLY_WORKDAYS,
}


def clocks_in(district: str, *, on: date) -> Clocks:
    """How many 工作日 each stage has in a district."""
    return Clocks(**{name: decided(key, district, on=on) for name, key in _CLOCKS.items()})


def photo_terms_in(district: str = SHANGHAI_CITY, *, on: date) -> PhotoTerms:
    """How many photos may come at once in a district, and how large each."""
    return PhotoTerms(
        most=decided(LimitKey.CASE_PHOTOS_MAX, district, on=on),
        megabytes=decided(LimitKey.CASE_PHOTO_MEGABYTES_MAX, district, on=on),
    )


def minutes_to_follow(*, on: date) -> int:
    """For how long a receipt code that was given opens its report."""
    return decided(LimitKey.CASE_FOLLOW_MINUTES, SHANGHAI_CITY, on=on)


def sees(actor: Actor, case: Case) -> bool:
    """Whether an officer may read a case."""
    district = case.district.code
    if may(actor, district, *LEAD):
        return True
    if case.is_restricted:
        return False
    theirs = [role for role, of in DEPARTMENT_OF.items() if of == case.department]
    owns = case.owner_id is not None and case.owner_id == actor.user_id
    return may(actor, district, *(CASE_READERS if owns else theirs))


def case_for(actor: Actor, public_id: str) -> Case:
    """Open the one door from an id to a case. :raises NotFound: when it is not the actor's."""
    found = (
        Case.objects.select_related("district", "facility__subdistrict")
        .filter(public_id=as_uuid(public_id))
        .first()
    )
    if found is None or not sees(actor, found):
        raise NotFound
    return found


def own_case(actor: Actor, public_id: str) -> Case:
    """A case that the actor reported. :raises NotFound:"""
    found = followed_case(public_id)
    if found.reporter_id != actor.person:
        raise NotFound
    return found


def case_of_code(code: str) -> Case:
    """The case of a receipt code. :raises NotFound: when no case has it."""
    rows = Case.objects.select_related("district")
    found = rows.filter(receipt=lookup_code(f"case:{tidy_code(code)}")).first()
    if found is None:
        raise NotFound
    return found


def followed_case(public_id: str) -> Case:
    """The case that somebody without account follows; that they may, their session says.

    :raises NotFound:
    """
    found = Case.objects.select_related("district").filter(public_id=as_uuid(public_id)).first()
    if found is None:
        raise NotFound
    return found


def tidy_code(code: str) -> str:
    """A receipt code as it was given out, however it is typed."""
    return "".join(character for character in code.upper() if character.isalnum())


def lock_case(pk: int) -> Case:
    """Lock a case, and read it as it is now."""
    return (
        Case.objects.select_for_update(of=("self",), no_key=True)
        .select_related("district")
        .get(pk=pk)
    )


def lock_series(district: District, *, is_restricted: bool) -> int:
    """Lock the numbers of a district's cases; the next one of those that may be seen, or not."""
    District.objects.select_for_update(of=("self",), no_key=True).get(pk=district.pk)
    rows = Case.objects.filter(district=district, is_restricted=is_restricted)
    return int(rows.aggregate(last=Max("serial"))["last"] or 0) + 1


def standing_of(case: Case) -> Standing:
    """What the table of moves asks of a case."""
    extended = CaseStep.objects.filter(case=case, move=CaseMove.EXTEND).exists()
    return Standing(
        CaseStage(case.stage),
        was_extended=extended,
        is_restricted=case.is_restricted,
        has_house=case.facility_id is not None,
        has_open_question=case.questions.filter(reply__isnull=True).exists(),
        messages=case.messages.count(),
    )


def keepers_of(house: Facility, *, today: date) -> list[int]:
    """Who answers for a house."""
    return holders_of(*KEEPERS, at=place_of(house), today=today)


def photo_for(actor: Actor, public_id: str) -> CasePhoto:
    """A photo of a case that the officer may read. :raises NotFound:"""
    photo = _photo(public_id)
    case_for(actor, str(photo.case.public_id))
    return photo


def reporters_photo(public_id: str, *, actor: Actor, followed: str) -> CasePhoto:
    """A photo that the reporter sent, for whoever sent it: their account or their session says so.

    :raises NotFound:
    """
    photo = _photo(public_id)
    is_own = actor.user_id is not None and photo.case.reporter_id == actor.user_id
    if photo.step_id is not None or not (is_own or str(photo.case.public_id) == followed):
        raise NotFound
    return photo


def _photo(public_id: str) -> CasePhoto:
    rows = CasePhoto.objects.select_related("case")
    found = rows.filter(public_id=as_uuid(public_id)).first()
    if found is None:
        raise NotFound
    return found


# --- lists ----------------------------------------------------------------------------------------


def cases_in(actor: Actor, district: str, *, now: datetime) -> tuple[list[CaseRow], list[CaseRow]]:
    """The cases of a district that the actor may read: open by their clock, closed ones latest."""
    visible = _visible(actor, district)
    closed = visible.filter(stage=CaseStage.CLOSED).order_by("-received_at", "-pk")
    live = visible.exclude(stage=CaseStage.CLOSED).order_by("due_on", "pk")
    found = [*live[:_SHOWN], *closed[:_SHOWN]]
    names = names_of(case.owner_id for case in found)
    rows = [case_row(case, names, day_in_shanghai(now)) for case in found]
    return (
        [row for row in rows if row.stage is not CaseStage.CLOSED],
        [row for row in rows if row.stage is CaseStage.CLOSED],
    )


def _visible(actor: Actor, district: str) -> QuerySet[Case]:
    rows = Case.objects.select_related("district", "facility").filter(district__code=district)
    if may(actor, district, *LEAD):
        return rows
    of = [department for role, department in DEPARTMENT_OF.items() if may(actor, district, role)]
    return rows.filter(Q(department__in=of) | Q(owner_id=actor.user_id), is_restricted=False)


def case_row(case: Case, names: dict[int, str], today: date) -> CaseRow:
    """A case as a line of a list."""
    stage = CaseStage(case.stage)
    return CaseRow(
        id=str(case.public_id),
        number=number_of(case),
        kind_words=messages.KINDS[CaseKind(case.kind)],
        source_words=messages.SOURCES[CaseSource(case.source)],
        where=case.facility.name if case.facility else str(case.where),
        received_at=case.received_at,
        stage=stage,
        stage_words=messages.STAGES[stage],
        department=DEPARTMENTS[Department(case.department)],
        owner=names.get(case.owner_id or 0, messages.LEADS),
        due_on=case.due_on,
        is_overdue=case.due_on is not None and case.due_on < today,
        is_restricted=case.is_restricted,
    )


def number_of(case: Case) -> str:
    """How a case is called by those who may read it."""
    return messages.number_of(
        case.district.name,
        day_in_shanghai(case.received_at),
        case.serial,
        is_restricted=case.is_restricted,
    )


def officers_for(district: str, *, is_restricted: bool, today: date) -> list[Officer]:
    """To whom a case may be given."""
    roles: tuple[Role, ...] = LEAD if is_restricted else CASE_READERS
    return officers_of(*roles, district=district, today=today)
