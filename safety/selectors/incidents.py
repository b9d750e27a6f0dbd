"""Incidents as those may see them who may; suspected harm only the supervision lead.

未成年人保护法 第11条: the house's own people never see it, nor learn that there is one. Whoever
reported it sees that it was received.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery

from accounts.selectors import names_of
from accounts.types import Actor, Place
from common.refusals import NotFound
from facilities.selectors.access import as_uuid, place_of
from families.selectors.children import as_uuid as child_uuid
from safety import messages
from safety.models import Incident, IncidentChild, IncidentClosing, IncidentDuty, IncidentNote
from safety.rules.incidents import graver
from safety.selectors.duties import duty_rows
from safety.selectors.houses import houses_kept_by
from safety.types import (
    CLOSERS,
    INCIDENT_READERS,
    KEEPERS,
    RESTRICTED_READERS,
    Grade,
    IncidentFacts,
    IncidentKind,
    IncidentPage,
    IncidentRow,
    NoteRow,
    Severity,
)

LONGEST_LIST = 200


def may_read(actor: Actor, incident: Incident, at: Place) -> bool:
    """Whether the actor may read an incident as a whole."""
    roles = RESTRICTED_READERS if incident.is_restricted else INCIDENT_READERS
    return actor.may(*roles, at=at)


def may_write(actor: Actor, incident: Incident, at: Place) -> bool:
    """Whether the actor adds to an incident, notes who was told, and closes it."""
    roles = RESTRICTED_READERS if incident.is_restricted else (*KEEPERS, *RESTRICTED_READERS)
    return actor.may(*roles, at=at)


def may_close(actor: Actor, incident: Incident, grade: Grade, at: Place) -> bool:
    """Whether the actor closes an incident: what is more than ordinary, not the house itself."""
    if incident.is_restricted:
        return actor.may(*RESTRICTED_READERS, at=at)
    ordinary = grade is Grade.ORDINARY
    return actor.may(*CLOSERS, *(KEEPERS if ordinary else ()), at=at)


def grade_of(incident: Incident) -> Grade:
    """How grave it is by now."""
    later = incident.notes.exclude(grade="").order_by("-pk").values_list("grade", flat=True)
    return graver(Grade(incident.grade), Grade(later.first() or incident.grade))


def incident_row_for(actor: Actor, public_id: object, *, writing: bool = False) -> Incident:
    """Open the one door from an id to an incident.

    Its reporter comes in too, but not to write.

    :raises NotFound: when there is none, or it is not the actor's.
    """
    found = (
        Incident.objects.select_related("facility__subdistrict__district")
        .filter(public_id=as_uuid(str(public_id)))
        .first()
    )
    if found is None:
        raise NotFound
    at = place_of(found.facility)
    if may_write(actor, found, at):
        return found
    is_reporter = actor.user_id is not None and found.reported_by_id == actor.user_id
    if writing or not (is_reporter or may_read(actor, found, at)):
        raise NotFound
    return found


def lock_incident(pk: int) -> None:
    """Let one transaction at a time add to an incident."""
    list(Incident.objects.select_for_update(no_key=True).filter(pk=pk).values_list("pk"))


@dataclass(frozen=True, slots=True)
class _Reach:
    """The houses whose incidents an actor reads."""

    ordinary: frozenset[int]
    restricted: frozenset[int]

    def reads(self, found: Incident) -> bool:
        return found.facility_id in (self.restricted if found.is_restricted else self.ordinary)

    @property
    def incidents(self) -> Q:
        ordinary = Q(facility__in=self.ordinary, is_restricted=False)
        return ordinary | Q(facility__in=self.restricted, is_restricted=True)


def _reach_of(actor: Actor) -> _Reach:
    return _Reach(
        ordinary=frozenset(house.id for house in houses_kept_by(actor, *INCIDENT_READERS)),
        restricted=frozenset(house.id for house in houses_kept_by(actor, *RESTRICTED_READERS)),
    )


def _annotated(incidents: QuerySet[Incident], now: datetime) -> QuerySet[Any]:
    untold = IncidentDuty.objects.filter(incident=OuterRef("pk"), told__isnull=True).order_by()
    counted = untold.values("incident").annotate(n=Count("pk"))
    overdue = untold.filter(due_at__lte=now).values("incident").annotate(n=Count("pk"))
    first = untold.values("incident").annotate(first=Min("due_at"))
    regraded = IncidentNote.objects.filter(incident=OuterRef("pk")).exclude(grade="")
    return incidents.annotate(
        house_name=F("facility__name"),
        is_closed=Exists(IncidentClosing.objects.filter(incident=OuterRef("pk"))),
        untold=Subquery(counted.values("n")),
        overdue=Subquery(overdue.values("n")),
        next_due_at=Subquery(first.values("first")),
        later_grade=Subquery(regraded.order_by("-pk").values("grade")[:1]),
    )


def _row(found: Any, *, is_receipt: bool) -> IncidentRow:
    kind = IncidentKind(found.kind)
    grade = graver(Grade(found.grade), Grade(found.later_grade or found.grade))
    return IncidentRow(
        public_id=str(found.public_id),
        house=found.house_name,
        kind=kind,
        kind_name=messages.INCIDENTS[kind],
        grade=grade,
        grade_name=messages.GRADES[grade],
        happened_at=found.happened_at,
        reported_at=found.reported_at,
        is_closed=found.is_closed,
        is_restricted=found.is_restricted,
        is_receipt=is_receipt,
        untold=0 if is_receipt else found.untold or 0,
        overdue=0 if is_receipt else found.overdue or 0,
        next_due_at=None if is_receipt else found.next_due_at,
    )


def incidents_seen_by(actor: Actor, *, now: datetime) -> list[IncidentRow]:
    """The actor's incidents: those with a clock that runs out first, then the latest."""
    reach = _reach_of(actor)
    seen = Incident.objects.filter(reach.incidents | Q(reported_by_id=actor.user_id or 0))
    found = _annotated(seen, now).order_by("-happened_at", "-pk")[:LONGEST_LIST]
    rows = [_row(one, is_receipt=not reach.reads(one)) for one in found]
    return sorted(rows, key=lambda row: (row.is_closed, -row.overdue, -row.untold))


def open_incidents(facility_ids: Iterable[int], *, now: datetime) -> dict[int, tuple[int, int]]:
    """By house: how many incidents are open, and how many duties to tell are overdue.

    Suspected harm is not counted: nobody learns of it by a number.
    """
    ordinary = Incident.objects.filter(facility__in=list(facility_ids), is_restricted=False)
    return _counted(ordinary, now)


def open_by_house(
    actor: Actor, facility_ids: Iterable[int], *, now: datetime
) -> dict[int, tuple[int, int]]:
    """The same of what the actor may read."""
    read = Incident.objects.filter(_reach_of(actor).incidents)
    return _counted(read.filter(facility__in=list(facility_ids)), now)


def _counted(incidents: QuerySet[Incident], now: datetime) -> dict[int, tuple[int, int]]:
    late = Q(duties__told__isnull=True, duties__due_at__lte=now)
    counted = (
        incidents.filter(closing__isnull=True)
        .values_list("facility_id")
        .annotate(n=Count("pk", distinct=True), late=Count("duties", filter=late, distinct=True))
        .order_by("facility_id")
    )
    return {house: (n, overdue) for house, n, overdue in counted}


def incident_for(actor: Actor, public_id: object, *, now: datetime) -> IncidentPage:
    """One incident as the actor may see it. :raises NotFound: when it is not theirs."""
    found = incident_row_for(actor, public_id)
    at = place_of(found.facility)
    annotated = _annotated(Incident.objects.filter(pk=found.pk), now).get()
    if not may_read(actor, found, at):
        return _receipt(found, _row(annotated, is_receipt=True))
    return _whole(found, _row(annotated, is_receipt=False), actor, at, now)


def _receipt(found: Incident, row: IncidentRow) -> IncidentPage:
    """What a reporter sees who may not read on: that it was received."""
    return IncidentPage(row=row, house_id=str(found.facility.public_id))


def _whole(
    found: Incident, row: IncidentRow, actor: Actor, at: Place, now: datetime
) -> IncidentPage:
    notes = list(found.notes.order_by("at", "pk"))
    closing = IncidentClosing.objects.filter(incident=found).first()
    facts = latest_facts(found, notes)
    ids = [found.reported_by_id, *(note.by_id for note in notes)]
    names = names_of([*ids, closing.by_id] if closing else ids)
    return IncidentPage(
        row=row,
        house_id=str(found.facility.public_id),
        what_happened=found.what_happened,
        what_was_done=found.what_was_done,
        who=found.who,
        children=tuple(_called(found)),
        people=facts.people,
        severity=facts.severity,
        severity_name=messages.SEVERITIES[facts.severity],
        goes_on=facts.goes_on,
        reported_by=names.get(found.reported_by_id, ""),
        duties=tuple(duty_rows(found, actor, at, now=now)),
        notes=tuple(_note(note, names) for note in notes),
        closed_at=closing.at if closing else None,
        closed_by=names.get(closing.by_id, "") if closing else "",
        closed_reason=closing.reason if closing else "",
        may_write=may_write(actor, found, at),
        may_close=may_close(actor, found, row.grade, at),
    )


def _called(found: Incident) -> list[str]:
    named = found.children.order_by("pk").values_list("child__nickname", "child__name")
    return [nickname or name for nickname, name in named]


def _note(note: IncidentNote, names: Mapping[int, str]) -> NoteRow:
    grade = messages.GRADES[Grade(note.grade)] if note.grade else ""
    return NoteRow(at=note.at, by=names.get(note.by_id, ""), text=note.text, grade_name=grade)


def facts_from(kind: str, said: Mapping[str, Any]) -> IncidentFacts:
    """The answers to the tree's questions, as they were kept."""
    return IncidentFacts(
        kind=IncidentKind(kind),
        severity=Severity(said["severity"]),
        goes_on=bool(said["goes_on"]),
        people=int(said["people"]),
    )


def latest_facts(found: Incident, notes: Iterable[IncidentNote]) -> IncidentFacts:
    """What is known by now."""
    said = found.facts
    for note in notes:
        said = note.facts or said
    return facts_from(found.kind, said)


def child_ids(public_ids: Iterable[str]) -> list[tuple[int, str]]:
    """Rows of these children, as many as there are, with their public ids."""
    wanted = [child_uuid(one) for one in public_ids]
    found = IncidentChild.child.get_queryset().filter(public_id__in=wanted).order_by("pk")
    return [(pk, str(name)) for pk, name in found.values_list("pk", "public_id")]
