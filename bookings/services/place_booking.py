"""Booking hours for one child or several: all of it, or nothing and every reason why not."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from accounts.types import Actor
from audit import services as audit
from bookings import rules
from bookings.messages import REFUSED, costs_more_now
from bookings.models import Booking, IdempotentRequest
from bookings.notices import booked_notices
from bookings.rules.prices import free_grant
from bookings.selectors.alternatives import alternatives_for
from bookings.selectors.commitments import commitments_of
from bookings.services.demand import remember_refusal
from bookings.services.ledger import grant_up_to
from bookings.services.write_booking import write_bookings
from bookings.types import (
    SERIES_KEY,
    Admission,
    BookingRequest,
    ChildRequest,
    Commitments,
    EntitlementFacts,
)
from common.concurrency import retried
from common.intervals import day_in_shanghai
from common.refusals import Conflict, InvalidInput, NotFound, Refused
from facilities import selectors as facilities
from facilities import services as places
from facilities.types import SessionFacts
from families import selectors as families
from families.types import ChildFacts
from notifications import services as notifications
from notifications.types import Kind
from regulations.rules import LawBook, number_or
from regulations.selectors import law_book

MOST_HOURS_IN_A_REQUEST = 24


@dataclass(frozen=True, slots=True)
class _Wish:
    """One child's part of a request, with its facts."""

    child: ChildFacts
    sessions: list[SessionFacts]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who books, for whose children, and whether the house does so for somebody at its door."""

    actor: Actor
    guardian_id: int
    is_walk_in: bool = False
    told: Kind = Kind.BOOKED


def place_booking(*, request: BookingRequest, actor: Actor, now: datetime) -> list[Booking]:
    """Give the children their places in the sessions asked for, and answer with the bookings.

    One transaction. Sending the same key and request again answers with the same bookings.

    :raises InvalidInput: when the request makes no sense (no hours, an hour twice, two houses).
    :raises NotFound: when a child is not the actor's, or a session does not exist.
    :raises Conflict: when the key was used for another request.
    :raises Refused: with every reason, and what would be accepted now; nothing is changed.
    """
    return book_for(Asker(actor, actor.user_id or 0), request=request, now=now)


def book_for(asker: Asker, *, request: BookingRequest, now: datetime) -> list[Booking]:
    """Book as `place_booking` does, for the children of whoever the asker names.

    :raises InvalidInput, NotFound, Conflict, Refused: as `place_booking`.
    """
    _check_shape(request)
    law = law_book()
    wishes = _wishes(request, asker, now)
    try:
        return retried(lambda: _place(request, wishes, law, asker, now))
    except Refused as refused:
        # Sending again what was booked is answered as it was, however full the hour is by now.
        before = _answer_given_before(request, asker.actor)
        if before is not None:
            return before
        remember_refusal(wishes=[(w.child, w.sessions) for w in wishes], refused=refused, now=now)
        refused.alternatives = alternatives_for(
            wishes=[(w.child, w.sessions) for w in wishes],
            refused=refused,
            law=law,
            now=now,
        )
        raise


def _check_shape(request: BookingRequest) -> None:
    if not request.idempotency_key or len(request.idempotency_key) > 100:
        raise InvalidInput({"Idempotency-Key": ["请提供 1 到 100 个字符的幂等键。"]})
    if request.idempotency_key.startswith(SERIES_KEY) and not request.series:
        raise InvalidInput({"Idempotency-Key": ["这个幂等键是保留的，请换一个。"]})
    if not request.children or not all(wish.sessions for wish in request.children):
        raise InvalidInput({"sessions": ["请至少选择一个时段。"]})
    if sum(len(wish.sessions) for wish in request.children) > MOST_HOURS_IN_A_REQUEST:
        raise InvalidInput({"sessions": ["一次提交的时段太多，请分几次预约。"]})
    if len({wish.child for wish in request.children}) != len(request.children):
        raise InvalidInput({"child": ["同一个孩子在一次提交里只能出现一次。"]})
    if any(len(set(wish.sessions)) != len(wish.sessions) for wish in request.children):
        raise InvalidInput({"sessions": ["同一个时段不能选两次。"]})


def _wishes(request: BookingRequest, asker: Asker, now: datetime) -> list[_Wish]:
    """Read what can be read before any lock: children and sessions, one statement each."""
    sessions = facilities.session_facts([s for wish in request.children for s in wish.sessions])
    houses = {session.facility_id for session in sessions.values()}
    if len(houses) > 1:
        raise InvalidInput({"sessions": ["一次只能预约同一家宝宝屋的时段。"]})
    if not sessions:
        raise NotFound
    children = _children(request, next(iter(sessions.values())), asker, now)
    try:
        wishes = [
            _Wish(children[wish.child], [sessions[public_id] for public_id in wish.sessions])
            for wish in request.children
        ]
    except KeyError:
        raise NotFound from None
    return sorted(wishes, key=lambda wish: wish.child.id)


def _children(
    request: BookingRequest, session: SessionFacts, asker: Asker, now: datetime
) -> dict[str, ChildFacts]:
    """The facts of the children asked for, as far as they are the guardian's."""
    return families.child_facts(
        actor_id=asker.guardian_id,
        child_public_ids=[wish.child for wish in request.children],
        subdistrict_id=session.subdistrict_id,
        today=day_in_shanghai(now),
    )


def _answer_given_before(request: BookingRequest, actor: Actor) -> list[Booking] | None:
    known = IdempotentRequest.objects.filter(
        principal_id=actor.user_id, key=request.idempotency_key
    ).first()
    if known is None:
        return None
    if known.body_sha256 != _fingerprint(request.children):
        raise Conflict({"Idempotency-Key": ["这个幂等键已用于另一次预约。"]})
    return list(known.bookings.order_by("child_id"))


def _fingerprint(children: Sequence[ChildRequest]) -> str:
    plain = sorted((wish.child, sorted(wish.sessions)) for wish in children)
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()


def _place(
    request: BookingRequest, wishes: Sequence[_Wish], law: LawBook, asker: Asker, now: datetime
) -> list[Booking]:
    _refuse_what_is_plainly_full(wishes, law, asker, now)
    with transaction.atomic():
        claim = _claim(request, asker.actor, now)
        if claim is None:
            # Its twin committed while we waited for the key: answer what it was answered.
            return _answer_given_before(request, asker.actor) or []
        families.lock_children([wish.child.id for wish in wishes])
        children = _children(request, wishes[0].sessions[0], asker, now)
        commitments = commitments_of([wish.child.id for wish in wishes], now=now)
        wishes = _locked(wishes, children)
        admissions = _judge(wishes, commitments, law, asker, now)
        _refuse_unless_all_are_admitted(admissions)
        _never_charge_more_than_told(request, admissions)
        return _write(claim, admissions, commitments, law, asker, now)


def _refuse_what_is_plainly_full(
    wishes: Sequence[_Wish], law: LawBook, asker: Asker, now: datetime
) -> None:
    """Answer a sold-out session without taking a lock: several times cheaper, as final."""
    if all(session.places_left for wish in wishes for session in wish.sessions):
        return
    commitments = commitments_of([wish.child.id for wish in wishes], now=now)
    _refuse_unless_all_are_admitted(_judge(wishes, commitments, law, asker, now))


def _claim(request: BookingRequest, actor: Actor, now: datetime) -> int | None:
    """Take the idempotency key; None when its twin has it. Waits while the twin is at work."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO bookings_idempotentrequest (principal_id, key, body_sha256, created_at)
            VALUES (%s, %s, %s, %s) ON CONFLICT (principal_id, key) DO NOTHING RETURNING id
            """,
            [actor.user_id, request.idempotency_key, _fingerprint(request.children), now],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _locked(wishes: Sequence[_Wish], children: Mapping[str, ChildFacts]) -> list[_Wish]:
    """The wishes as they stand under the locks: papers and standing may have changed meanwhile.

    :raises NotFound: when a child is no longer the actor's.
    """
    if not all(wish.child.public_id in children for wish in wishes):
        raise NotFound
    facts = {session.id: session for wish in wishes for session in wish.sessions}
    renewed = {session.id: session for session in facilities.lock_sessions(list(facts.values()))}
    return [
        _Wish(children[wish.child.public_id], [renewed[s.id] for s in wish.sessions])
        for wish in wishes
    ]


def _judge(
    wishes: Sequence[_Wish],
    commitments: Mapping[int, Commitments],
    law: LawBook,
    asker: Asker,
    now: datetime,
) -> list[Admission]:
    asked: Counter[int] = Counter()
    admissions = []
    for wish in wishes:
        admissions.append(
            rules.admission(
                child=wish.child,
                sessions=wish.sessions,
                commitments=commitments[wish.child.id],
                law=law,
                now=now,
                asked_by_siblings=asked,
                is_walk_in=asker.is_walk_in,
            )
        )
        asked.update(session.id for session in wish.sessions)
    return admissions


def _refuse_unless_all_are_admitted(admissions: Sequence[Admission]) -> None:
    verdicts = [verdict for admission in admissions for verdict in admission.verdicts]
    if verdicts:
        raise Refused(verdicts, title=REFUSED)


def _never_charge_more_than_told(request: BookingRequest, admissions: Sequence[Admission]) -> None:
    charge = sum(hour.charge_fen for admission in admissions for hour in admission.hours)
    if request.told_fen is not None and charge > request.told_fen:
        raise InvalidInput({"charge": [costs_more_now(charge)]})


def _write(
    claim: int,
    admissions: Sequence[Admission],
    commitments: Mapping[int, Commitments],
    law: LawBook,
    asker: Asker,
    now: datetime,
) -> list[Booking]:
    bookings = write_bookings(
        request_id=claim,
        admissions=admissions,
        entitlements=_entitlements(admissions, commitments, law, asker.actor, now),
        actor_id=asker.actor.person,
        now=now,
    )
    places.take_places(Counter(h.session.id for admission in admissions for h in admission.hours))
    for booking, admission in zip(bookings, admissions, strict=True):
        audit.record(
            kind="bookings.booking.placed",
            actor_id=asker.actor.user_id,
            at=now,
            subject=f"booking:{booking.public_id}",
            child_id=booking.child_id,
            data={
                "sessions": [hour.session.public_id for hour in admission.hours],
                "walk_in": asker.is_walk_in,
            },
        )
    notifications.queue(
        [
            notice
            for booking, admission in zip(bookings, admissions, strict=True)
            for notice in booked_notices(booking, admission, now, told=asker.told)
        ],
        now=now,
    )
    return bookings


def _entitlements(
    admissions: Sequence[Admission],
    commitments: Mapping[int, Commitments],
    law: LawBook,
    actor: Actor,
    now: datetime,
) -> dict[tuple[int, int], int]:
    """The entitlements that pay for the free hours; what the law grants is granted first."""
    found: dict[tuple[int, int], int] = {}
    for admission in admissions:
        for hour in admission.hours:
            year = day_in_shanghai(hour.session.starts_at).year
            if hour.is_free and (admission.child.id, year) not in found:
                known = commitments[admission.child.id].entitlements.get(year)
                found[admission.child.id, year] = _granted(
                    admission.child, hour.session, known, law, actor, now
                )
    return found


def _granted(
    child: ChildFacts,
    session: SessionFacts,
    known: EntitlementFacts | None,
    law: LawBook,
    actor: Actor,
    now: datetime,
) -> int:
    limit = free_grant(child, session, law)
    stated = number_or(limit, 0)
    if known and known.id and known.granted >= stated:
        return known.id
    return grant_up_to(
        child_id=child.id,
        year=day_in_shanghai(session.starts_at).year,
        limit=limit,
        actor_id=actor.user_id,
        at=now,
    ).pk
