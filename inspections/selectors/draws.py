"""Draws as officers and the public read them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from accounts.types import Actor, Role
from common.intervals import SHANGHAI, day_in_shanghai
from common.refusals import NotFound
from facilities.selectors.access import as_uuid
from facilities.selectors.oversight import districts_under
from inspections import messages
from inspections.models import Draw, DrawSecret
from inspections.selectors.access import draw_for, may
from inspections.selectors.publishing import obstacles_to_publish, waiting_for_visits
from inspections.types import (
    OFFICERS,
    SECOND_PERSONS,
    Domain,
    DrawState,
    Exclusion,
    RandomMethod,
    RiskReason,
    Share,
)


@dataclass(frozen=True, slots=True)
class DrawRow:
    """A draw in a list: what anybody may know from its commitment on."""

    id: str
    district: str
    district_name: str
    month: date
    month_words: str
    domain: str
    domain_words: str
    state: DrawState
    state_words: str
    method_words: str
    commitment: str
    source: str
    known_at: datetime
    committed_at: datetime
    revealed_at: datetime | None
    published_at: datetime | None

    @property
    def is_published(self) -> bool:
        return self.state is DrawState.PUBLISHED


@dataclass(frozen=True, slots=True)
class PointsRow:
    words: str
    points: int


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A candidate house: why it has how many tickets, and how likely it is."""

    id: str
    name: str
    subdistrict: str
    visits: int
    owed: int
    is_certain: bool
    tickets: int
    points: tuple[PointsRow, ...]
    chance: str


@dataclass(frozen=True, slots=True)
class ExclusionRow:
    """Who is not in it, or not for whom, and why."""

    house: str
    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    id: str
    name: str
    department: str
    avoids: int


@dataclass(frozen=True, slots=True)
class FrozenList:
    """The frozen list in people's words."""

    algorithm: str
    seats: int
    quota: int
    control: int
    risk: int
    inspectors_per_visit: int
    runs: int
    houses: tuple[EntryRow, ...]
    people: tuple[PersonRow, ...]
    left_houses: tuple[ExclusionRow, ...]
    left_people: tuple[ExclusionRow, ...]
    avoidances: tuple[ExclusionRow, ...]


@dataclass(frozen=True, slots=True)
class ResultRow:
    number: int
    house: str
    subdistrict: str
    share: str
    people: str


@dataclass(frozen=True, slots=True)
class SealRow:
    seat: int
    person: str
    seal: str
    secret: str


@dataclass(frozen=True, slots=True)
class DrawDossier:
    """A draw with all that its reader may see."""

    row: DrawRow
    frozen: FrozenList | None
    random_value: str
    random_source: str
    result: tuple[ResultRow, ...]
    seals: tuple[SealRow, ...]
    planned_by: str
    revealed_by: str
    published_by: str
    latest_on: date | None  # from which day on it may be published anyhow; None: it is


@dataclass(frozen=True, slots=True)
class OfficersDraw:
    """A draw in an officer's hands: what they may do with it."""

    dossier: DrawDossier
    is_by_secrets: bool
    is_planner: bool
    is_lead: bool
    is_second: bool
    has_sealed: bool
    has_opened: bool
    both_sealed: bool
    is_known: bool  # the moment has come
    is_arranged: bool
    waits: tuple[str, ...]  # why it may not be published now


def _draws() -> QuerySet[Draw]:
    return Draw.objects.select_related("district", "planned_by", "revealed_by", "published_by")


def public_draws() -> QuerySet[Draw]:
    """All draws, the newest first: a commitment is worth nothing unless it is public."""
    return _draws().order_by("-committed_at", "-pk")


def draws_under(actor: Actor) -> list[DrawRow]:
    """The draws of the actor's districts, the newest month first."""
    codes = [district.code for district in districts_under(actor, *OFFICERS)]
    rows = _draws().filter(district__code__in=codes)
    return [as_row(row) for row in rows.order_by("-month", "domain", "district__code")]


def as_row(draw: Draw) -> DrawRow:
    """A draw in a list."""
    domain, state = Domain(draw.domain), DrawState(draw.state)
    return DrawRow(
        id=str(draw.public_id),
        district=draw.district.code,
        district_name=draw.district.name,
        month=draw.month,
        month_words=messages.said_month(draw.month),
        domain=domain.value,
        domain_words=messages.DOMAINS[domain],
        state=state,
        state_words=messages.DRAW_STATES[state],
        method_words=messages.METHODS[RandomMethod(draw.method)],
        commitment=draw.commitment,
        source=draw.source,
        known_at=draw.known_at,
        committed_at=draw.committed_at,
        revealed_at=draw.revealed_at,
        published_at=draw.published_at,
    )


def public_dossier(public_id: str, *, today: date) -> DrawDossier:
    """What anybody may see: from the commitment on its hash, once published everything.

    :raises NotFound: when there is no such draw.
    """
    draw = _draws().filter(public_id=as_uuid(public_id)).first()
    if draw is None:
        raise NotFound
    return _dossier(draw, in_full=draw.state == DrawState.PUBLISHED, today=today)


def officers_draw(actor: Actor, public_id: str, *, now: datetime) -> OfficersDraw:
    """A draw of the actor's district, with what they may do next. :raises NotFound:"""
    draw = draw_for(actor, public_id, *OFFICERS)
    dossier = _dossier(draw, in_full=True, today=day_in_shanghai(now))
    own = [row for row in DrawSecret.objects.filter(draw=draw) if row.person_id == actor.user_id]
    is_planner = draw.planned_by_id == actor.user_id
    return OfficersDraw(
        dossier=dossier,
        is_by_secrets=draw.method == RandomMethod.TWO_SECRETS,
        is_planner=is_planner,
        is_lead=may(actor, draw.district.code, Role.SUPERVISION_LEAD),
        is_second=not is_planner and may(actor, draw.district.code, *SECOND_PERSONS),
        has_sealed=bool(own),
        has_opened=any(row.opened_at for row in own),
        both_sealed=len(dossier.seals) > 1,
        is_known=now >= draw.known_at,
        is_arranged=draw.visits.exists(),
        waits=tuple(one.remedy for one in obstacles_to_publish(draw, today=day_in_shanghai(now))),
    )


def _dossier(draw: Draw, *, in_full: bool, today: date) -> DrawDossier:
    content: dict[str, Any] = json.loads(draw.canonical) if in_full else {}
    return DrawDossier(
        row=as_row(draw),
        frozen=frozen_list(content) if in_full else None,
        random_value=draw.random_value if in_full else "",
        random_source=draw.random_source if in_full else "",
        result=_result(draw, content) if in_full else (),
        seals=_seals(draw),
        planned_by=draw.planned_by.name,
        revealed_by=draw.revealed_by.name if draw.revealed_by else "",
        published_by=draw.published_by.name if draw.published_by else "",
        latest_on=None
        if draw.state == DrawState.PUBLISHED
        else waiting_for_visits(draw, today=today).latest_on,
    )


def _seals(draw: Draw) -> tuple[SealRow, ...]:
    if draw.method != RandomMethod.TWO_SECRETS:
        return ()
    rows = DrawSecret.objects.filter(draw=draw).select_related("person").order_by("seat")
    return tuple(SealRow(row.seat, row.person.name, row.seal, row.secret) for row in rows)


def frozen_list(content: Mapping[str, Any]) -> FrozenList:
    """A frozen list, or one about to be frozen, in people's words."""
    away: dict[str, int] = defaultdict(int)
    for one in content["exclusions"]:
        if one["facility"] and one["inspector"]:
            away[one["inspector"]] += 1
    named = _names(content)
    rows = [_exclusion(one, named) for one in content["exclusions"]]
    rows.sort(key=lambda row: (row.person, row.house))
    return FrozenList(
        algorithm=content["algorithm"],
        seats=content["seats"],
        quota=content["quota"],
        control=content["control"],
        risk=content["seats"] - content["quota"] - content["control"],
        inspectors_per_visit=content["inspectors_per_visit"],
        runs=content["chances_simulated_runs"],
        houses=tuple(_entry(one) for one in sorted(content["facilities"], key=_likeliest_first)),
        people=tuple(
            PersonRow(one["id"], one["name"], one["department"], away[one["id"]])
            for one in sorted(content["inspectors"], key=lambda one: one["name"])
        ),
        left_houses=tuple(row for row in rows if not row.person),
        left_people=tuple(row for row in rows if not row.house),
        avoidances=tuple(row for row in rows if row.person and row.house),
    )


def _likeliest_first(one: Mapping[str, Any]) -> tuple[int, str, str]:
    return -one["chance_permille"], one["subdistrict"], one["name"]


def _entry(one: Mapping[str, Any]) -> EntryRow:
    return EntryRow(
        id=one["id"],
        name=one["name"],
        subdistrict=one["subdistrict"],
        visits=one["visits"],
        owed=one["owed"],
        is_certain=one["certain"],
        tickets=one["tickets"],
        points=tuple(
            PointsRow(messages.RISKS[RiskReason(p["reason"])].format(n=p["count"]), p["points"])
            for p in one["points"]
        ),
        chance=messages.said_chance(one["chance_permille"]),
    )


def _names(content: Mapping[str, Any]) -> dict[str, str]:
    return {one["id"]: one["name"] for one in _everybody(content)}


def _everybody(content: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return [*content["facilities"], *content["inspectors"], *content["left_out"]]


def _exclusion(one: Mapping[str, Any], named: Mapping[str, str]) -> ExclusionRow:
    return ExclusionRow(
        house=named[one["facility"]] if one["facility"] else "",
        person=named[one["inspector"]] if one["inspector"] else "",
        reason=messages.EXCLUSIONS[Exclusion(one["reason"])],
    )


def _result(draw: Draw, content: Mapping[str, Any]) -> tuple[ResultRow, ...]:
    named = _names(content)
    streets = {one["id"]: one["subdistrict"] for one in content["facilities"]}
    return tuple(
        ResultRow(
            number=number,
            house=named[row["facility"]],
            subdistrict=streets[row["facility"]],
            share=messages.SHARES[Share(row["share"])],
            people="、".join(named[one] for one in row["inspectors"]),
        )
        for number, row in enumerate(draw.result or [], start=1)
    )


def draw_for_programs(draw: Draw) -> dict[str, Any]:
    """All that is needed to recompute a draw (contract). For those who may see it in full."""
    content = json.loads(draw.canonical)
    return {
        **draw_line_for_programs(draw),
        "algorithm": content["algorithm"],
        "canonical": draw.canonical,
        "facilities": content["facilities"],
        "inspectors": content["inspectors"],
        "exclusions": content["exclusions"],
        "random_value": draw.random_value or None,
        "random_source": draw.random_source or draw.source,
        "secrets": [{"seal": one.seal, "secret": one.secret} for one in _seals(draw)],
        "result": draw.result,
    }


def draw_line_for_programs(draw: Draw) -> dict[str, Any]:
    """What anybody may know of a draw from its commitment on."""
    return {
        "id": str(draw.public_id),
        "district": draw.district.code,
        "month": f"{draw.month:%Y-%m}",
        "domain": draw.domain,
        "state": draw.state,
        "commitment": draw.commitment,
        "committed_at": _moment(draw.committed_at),
        "random_method": draw.method,
        "announced_source": draw.source,
        "random_known_at": _moment(draw.known_at),
        "revealed_at": _moment(draw.revealed_at),
        "published_at": _moment(draw.published_at),
    }


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(SHANGHAI).isoformat() if at else None


def readable_draw(actor: Actor, public_id: str) -> Draw:
    """A draw that is published, or of the actor's own district.

    :raises NotFound: when there is none that they may read in full.
    """
    draw = _draws().filter(public_id=as_uuid(public_id)).first()
    if draw is None:
        raise NotFound
    if draw.state != DrawState.PUBLISHED and not may(actor, draw.district.code, *OFFICERS):
        raise NotFound
    return draw
