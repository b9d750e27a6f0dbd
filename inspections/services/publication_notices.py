"""公示: put up for so many 工作日, objected to, answered, and only then decided."""

import json
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.types import Actor
from audit import services as audit
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, NotFound, Refused, written
from facilities.models import Facility
from facilities.selectors.access import as_uuid, district_for, facility_for
from inspections import dossier_messages as messages
from inspections.case_types import LEAD
from inspections.dossier_types import NoticeKind, NoticeState, PublishedKind
from inspections.models import (
    NoticeDecision,
    Objection,
    ObjectionAnswer,
    PublicNotice,
    StarRating,
)
from inspections.rules.dossier import canonical, sha256
from inspections.selectors.notices import (
    lock_notice,
    notice_days,
    notice_for,
    notice_for_all,
    state_of,
)
from inspections.selectors.stars import content_of_star, next_of_star, star_of
from inspections.selectors.workdays import due_after
from inspections.services.publication import publish
from inspections.types import Objection as Reason
from inspections.types import Obstacle

_LONGEST = 2000
_LONGEST_TITLE = 60
_LONGEST_ANSWER = 500
_LONGEST_REASON = 300


@transaction.atomic
def propose_star(*, facility: str, actor: Actor, now: datetime) -> PublicNotice:
    """Reckon a house's star and put it up for objections.

    :raises NotFound: when the house is not the actor's to supervise.
    :raises Refused: when a source is missing, a rating is up already, or the same is confirmed.
    """
    house = facility_for(actor, facility, *LEAD)
    star = star_of(house, now=now)
    if star.stars is None:
        missing = "、".join(messages.SOURCES[one] for one in star.missing)
        raise Refused([_refusal(messages.SOURCES_ARE_MISSING.format(sources=missing))])
    Facility.objects.select_for_update(of=("self",), no_key=True).get(pk=house.pk)
    content = content_of_star(star, house, now=now)
    days = notice_days(house.subdistrict.district.code, now=now)
    found = next_of_star(house, content, days=days, today=day_in_shanghai(now))
    if not found.is_possible:
        raise Refused([_refusal(found.words)])
    text = canonical(content)
    rating = StarRating.objects.create(
        facility=house, year=content["year"], stars=star.stars, canonical=text,
        sha256=sha256(text), proposed_by_id=actor.person, proposed_at=now,
    )  # fmt: skip
    return _put_up(
        kind=NoticeKind.STAR,
        title=f"{content['year']}年星级：{content['words']}",
        body=f"{house.name} {content['sum']}",
        house=house,
        star=rating,
        district_id=house.subdistrict.district_id,
        code=house.subdistrict.district.code,
        actor=actor,
        now=now,
    )


@transaction.atomic
def put_up_notice(
    *, district: str, title: str, body: str, actor: Actor, now: datetime
) -> PublicNotice:
    """Put something else up for objections. :raises NotFound: :raises InvalidInput:"""
    place = district_for(actor, district, *LEAD)
    title, body = title.strip(), body.strip()
    if not (0 < len(title) <= _LONGEST_TITLE and 0 < len(body) <= _LONGEST):
        raise InvalidInput({"title": [messages.TITLE_IS_MISSING]})
    return _put_up(
        kind=NoticeKind.OTHER, title=title, body=body, house=None, star=None,
        district_id=place.pk, code=place.code, actor=actor, now=now,
    )  # fmt: skip


def _put_up(*, code: str, house: Facility | None, actor: Actor, now: datetime, **facts: Any
) -> PublicNotice:  # fmt: skip
    today = day_in_shanghai(now)
    row = PublicNotice.objects.create(
        facility=house,
        starts_on=today,
        through=due_after(today, notice_days(code, now=now)),
        put_up_by_id=actor.person,
        put_up_at=now,
        **facts,
    )
    _record(row, "put_up", actor, now, through=row.through.isoformat())
    return row


@transaction.atomic
def object_to(*, notice: str, text: str, contact: str, now: datetime) -> Objection:
    """Take down an objection from anybody, while the notice is up.

    :raises NotFound: :raises InvalidInput: when it says nothing, or the days are over.
    """
    found = lock_notice(notice_for_all(notice).pk)
    if state_of(found, day_in_shanghai(now)) is not NoticeState.OPEN:
        raise InvalidInput({"text": [messages.OVER_ALREADY]})
    text = written(text, messages.OBJECTION_IS_MISSING, field="text", most=_LONGEST)
    row = Objection.objects.create(
        notice=found, received_at=now, text=text, contact=contact.strip()
    )
    _record(found, "objected_to", Actor(user_id=None), now)
    return row


@transaction.atomic
def answer_objection(
    *, notice: str, objection: str, text: str, is_upheld: bool, actor: Actor, now: datetime
) -> ObjectionAnswer:
    """Answer an objection, once; everybody reads the answer.

    :raises NotFound: :raises InvalidInput: :raises Refused: when it was answered or decided.
    """
    found = lock_notice(notice_for(actor, notice).pk)
    row = Objection.objects.filter(notice=found, public_id=as_uuid(objection)).first()
    if row is None:
        raise NotFound
    text = written(text, messages.ANSWER_IS_MISSING, field="text", most=_LONGEST_ANSWER)
    if hasattr(row, "answer") or hasattr(found, "decision"):
        raise Refused([_refusal(messages.DECIDED_ALREADY)])
    answer = ObjectionAnswer.objects.create(
        objection=row, is_upheld=is_upheld, text=text, by_id=actor.person, at=now
    )
    _record(found, "objection_answered", actor, now, is_upheld=is_upheld)
    return answer


@transaction.atomic
def decide_notice(
    *, notice: str, is_confirmed: bool, reason: str, actor: Actor, now: datetime
) -> NoticeDecision:
    """Confirm a notice after its days, all objections answered and none upheld; or withdraw it.

    A confirmed star is published.

    :raises NotFound: :raises InvalidInput: :raises Refused:
    """
    found = lock_notice(notice_for(actor, notice).pk)
    reason = reason.strip()
    if not is_confirmed and not 0 < len(reason) <= _LONGEST_REASON:
        raise InvalidInput({"reason": [messages.REASON_IS_MISSING]})
    obstacles = _obstacles(found, now, is_confirmed=is_confirmed)
    if obstacles:
        raise Refused([_refusal(words) for words in obstacles])
    decision = NoticeDecision.objects.create(
        notice=found, is_confirmed=is_confirmed, reason=reason, by_id=actor.person, at=now
    )
    if is_confirmed and found.star is not None and found.facility is not None:
        _publish_star(found.star, found.facility, now)
    _record(found, "decided", actor, now, is_confirmed=is_confirmed)
    return decision


def _obstacles(notice: PublicNotice, now: datetime, *, is_confirmed: bool) -> list[str]:
    state = state_of(notice, day_in_shanghai(now))
    if state in {NoticeState.CONFIRMED, NoticeState.WITHDRAWN}:
        return [messages.DECIDED_ALREADY]
    if not is_confirmed:
        return []
    found = []
    if state is NoticeState.OPEN:
        day = f"{notice.through.month}月{notice.through.day}日"
        found.append(messages.NOT_OVER_YET.format(day=day))
    waiting = notice.objections.filter(answer__isnull=True).count()
    if waiting:
        found.append(messages.UNANSWERED.format(n=waiting))
    if notice.objections.filter(answer__is_upheld=True).exists():
        found.append(messages.UPHELD)
    return found


def _publish_star(rating: StarRating, house: Facility, now: datetime) -> None:
    source = f"star:{rating.public_id}"
    publish(house, PublishedKind.STAR, source, json.loads(rating.canonical), now=now)


def _refusal(words: str) -> Reason:
    return Reason(
        obstacle=Obstacle.PUBLISHED_ALREADY,
        remedy=words,
        document=messages.DOCUMENT,
        clause=messages.ARTICLE_NOTICE,
        quote=messages.QUOTE_NOTICE,
    )


def _record(notice: PublicNotice, what: str, actor: Actor, now: datetime, **data: object) -> None:
    audit.record(
        kind=f"inspections.notice.{what}",
        actor_id=actor.user_id,
        at=now,
        subject=f"notice:{notice.public_id}",
        data=data,
    )
