"""What inspectors answer on a visit, and how it is signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from accounts.models import User
from accounts.selectors import roles_held
from facilities.models import Facility
from facilities.selectors.access import place_of
from inspections import services
from inspections.models import Visit, VisitItem, VisitPart
from inspections.rules.visiting import Finish, comes_to
from inspections.selectors.goers import sent_for
from inspections.selectors.parts import items_of
from inspections.services import Given, Signing
from inspections.types import (
    DEPARTMENTS_OF,
    Answer,
    Department,
    Evidence,
    RowsSay,
    VisitKind,
)
from portal.city.chance import Chance
from portal.city.data import read
from portal.city.people import PASSWORD
from portal.city.supervision.cast import Cast
from portal.city.supervision.pictures import picture
from portal.city.supervision.seconding import Seconding

_ANSWERED, _PICTURED, _SIGNED = (timedelta(minutes=n) for n in (45, 50, 65))
_COUNTERSIGNED = timedelta(minutes=5)
_REMARKS, _ABSENT = 0.4, 0.08
_NOT_MET = {
    RowsSay.MEETS: Answer.CONTRADICTED,
    RowsSay.FAILS: Answer.CONFIRMED,
    RowsSay.SILENT: Answer.FAILS,
}


@dataclass(frozen=True, slots=True)
class Look:
    """What is seen on a visit besides what the rows say."""

    found: Mapping[str, str] = field(default_factory=dict)  # item → what is wrong
    is_honest: bool = False  # a house that looks at itself does not argue with its own rows
    absent: Department | None = None  # it was asked to come, and did not
    refused: str = ""  # why the house does not sign
    waits: bool = False  # the second inspector has not signed yet


class Looking:
    """Answers and signs the parts of visits."""

    def __init__(self, cast: Cast, chance: Chance) -> None:
        self._cast = cast
        self._chance = chance
        self._said: dict[str, Any] = read("year")
        self._seconding = Seconding(cast, chance)

    def in_turn(self, visit: Visit, people: Sequence[User]) -> list[User]:
        """Those who go, the one who opens the visit and answers first."""
        return self._seconding.in_turn(visit, people)

    def look(self, visit: Visit, look: Look, people: Sequence[User], now: datetime) -> None:
        """Answer every part of a visit that was opened `now`, and sign it on both sides."""
        draw = self._chance.of("looking", visit.public_id)
        for part in visit.parts.exclude(department=look.absent or "").order_by("pk"):
            who = self._of(part, visit.facility, people, now)
            self.answer(part, look, who, draw, now)
            signed_at = now + _SIGNED
            signing = self._signing(who, visit, look, draw)
            if not self._sign(part, who, signing, signed_at) and not look.waits:
                self._countersign(part, visit, who, signed_at)

    def answer(
        self, part: VisitPart, look: Look, who: User, draw: Random, now: datetime,
        most: int | None = None,
    ) -> None:  # fmt: skip
        """Answer the items of a part, or the first of them, with a photo where one is asked."""
        rows = items_of(part)[:most]
        given = {row.item.code: self._given(row, look, draw) for row in rows}
        actor = self._cast.actor(who, now)
        services.save_answers(
            part=str(part.public_id), answers=given, actor=actor, now=now + _ANSWERED
        )
        for row in rows:
            finish = comes_to(RowsSay(row.rows_say), given[row.item.code].answer)
            if _is_pictured(row, finish):
                services.add_photo(
                    part=str(part.public_id),
                    item=row.item.code,
                    upload=picture(row.item.code, draw, is_met=finish is Finish.MEETS),
                    sent_sha256="",
                    actor=actor,
                    now=now + _PICTURED,
                )

    def _given(self, row: VisitItem, look: Look, draw: Random) -> Given:
        code, say = row.item.code, RowsSay(row.rows_say)
        if code in look.found:
            return Given(_NOT_MET[say], look.found[code])
        if say is RowsSay.FAILS:
            return self._given_against(code, look)
        remarks = self._said["remarks"].get(code, ())
        note = draw.choice(remarks) if remarks and draw.random() < _REMARKS else ""
        return Given(Answer.MEETS if say is RowsSay.SILENT else Answer.CONFIRMED, note)

    def _given_against(self, code: str, look: Look) -> Given:
        """What the rows say is wrong: not to be asked here, or wrong in the rows alone."""
        if code in self._said["not_asked"]:
            return Given(Answer.NOT_SEEN, self._said["not_asked"][code])
        if look.is_honest:
            return Given(Answer.CONFIRMED)
        wrong = self._said["rows_were_wrong"]
        return Given(Answer.CONTRADICTED, wrong.get(code, wrong[""]))

    def _of(self, part: VisitPart, house: Facility, people: Sequence[User], now: datetime) -> User:
        """Which of those who came looks in the name of the part's department."""
        for one in people:
            held = roles_held([one.pk], at=place_of(house), today=now.date())
            if Department(part.department) in {DEPARTMENTS_OF.get(role) for role in held}:
                return one
        raise LookupError(f"nobody came for {part.department} to {house}")

    def _sign(self, part: VisitPart, who: User, signing: Signing, now: datetime) -> bool:
        """Sign it; False where another one has to sign it, too."""
        actor = self._cast.actor(who, now)
        sealed = services.sign_part(part=str(part.public_id), signing=signing, actor=actor, now=now)
        return sealed is not None

    def _signing(self, who: User, visit: Visit, look: Look, draw: Random) -> Signing:
        is_away = draw.random() < _ABSENT and visit.kind != VisitKind.SELF
        if look.refused:
            return Signing(who.name, PASSWORD, absent_because=look.refused, has_refused=True)
        return Signing(
            name=who.name,
            password=PASSWORD,
            house_name="" if is_away else self._cast.lead_of(visit.facility).name,
            house_position="" if is_away else draw.choice(self._said["positions"]),
            absent_because=self._said["absent"] if is_away else "",
        )

    def _countersign(self, part: VisitPart, visit: Visit, first: User, signed_at: datetime) -> None:
        """Two were sent for the department: the other one signs what the first has signed."""
        second = User.objects.get(
            pk=next(one for one in sent_for(part, now=signed_at) if one != first.pk)
        )
        self._seconding.answer(visit, second, signed_at)
        now = signed_at + _COUNTERSIGNED
        services.countersign_part(
            part=str(part.public_id),
            name=second.name,
            password=PASSWORD,
            actor=self._cast.actor(second, now),
            now=now,
        )


def _is_pictured(row: VisitItem, finish: Finish) -> bool:
    seen = finish in {Finish.MEETS, Finish.FAILS}
    return seen and (row.item.evidence == Evidence.PHOTO or finish is Finish.FAILS)
