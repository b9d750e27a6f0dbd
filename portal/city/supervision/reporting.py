"""What parents, the public, landlords and grid staff report, and what becomes of it."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from accounts.types import Actor
from common.intervals import day_in_shanghai
from facilities.models import Facility
from inspections import services
from inspections.case_types import CaseKind, CaseMove, CaseOutcome, CaseSource, NewReport, Step
from inspections.models import CaseMessage, CaseQuestion
from inspections.services import Sent
from inspections.types import DEPARTMENTS_OF, Department
from portal.city.chance import Chance
from portal.city.families import JINSHAN
from portal.city.people import POSTS, SUPERVISION_LEAD
from portal.city.supervision.cast import Cast
from portal.city.supervision.diary import Diary, at, workday
from portal.city.supervision.pictures import picture

_RECEIVED, _WORDS_LATER = "10:40", "19:20"
_CLOCKS = {
    "accept": "11:00",
    "decline": "11:20",
    "assign": "14:10",
    "start": "09:10",
    "ask": "15:20",
    "reply": "10:20",
    "note": "15:40",
    "extend": "16:10",
    "close": "16:30",
}


class Reporting:
    """Notes down the cases of the year."""

    def __init__(
        self, diary: Diary, cast: Cast, chance: Chance, houses: dict[str, Facility]
    ) -> None:
        self._diary = diary
        self._cast = cast
        self._chance = chance
        self._houses = houses

    def note(self, number: int, said: dict[str, Any], today: date) -> None:
        """Let a report come in on its day."""
        received = at(workday(today, -said["back"]), _RECEIVED) + timedelta(minutes=number)
        self._diary.note(received, partial(self._receive, number, said))

    def _receive(self, number: int, said: dict[str, Any], now: datetime) -> None:
        reporter = said.get("reporter")
        actor = self._cast.actor(reporter, now) if reporter else Actor(user_id=None)
        house = self._houses[said["house"]] if "house" in said else None
        days_before = said.get("happened", said["back"]) - said["back"]
        report = NewReport(
            kind=CaseKind(said["kind"]),
            source=CaseSource(said["source"]),
            district=JINSHAN,
            house=str(house.public_id) if house else "",
            where=said.get("where", ""),
            happened_on=workday(day_in_shanghai(now), -days_before),
            what=said["what"],
            contact=said.get("contact", ""),
        )
        case, code = services.receive_report(
            report=report,
            key=str(self._chance.uuid("report", number)),
            actor=actor,
            now=now,
            photos=self._photos(number, said),
        )
        self._note_steps(case, said, now)
        if added := said.get("added"):
            key = self._chance.text("added", number)
            later = at(workday(day_in_shanghai(now), added["after"]), _WORDS_LATER)
            self._diary.note(
                later,
                lambda now: services.add_by_code(code=code, text=added["text"], key=key, now=now),
            )

    def _photos(self, number: int, said: dict[str, Any]) -> list[Sent]:
        """What the reporter saw."""
        draw = self._chance.of("photos with a report", number)
        names = map(str, range(said.get("photos", 0)))
        return [Sent(name, picture("", draw, is_met=False)) for name in names]

    def _note_steps(self, case: str, said: dict[str, Any], now: datetime) -> None:
        for step in said["steps"]:
            clock = step.get("time", _CLOCKS[step["do"]])
            moment = at(workday(day_in_shanghai(now), step["after"]), clock)
            self._diary.note(moment, partial(self._take, case, step))

    def _take(self, case: str, said: dict[str, Any], now: datetime) -> None:
        if said["do"] == "reply":
            self._reply(case, said, now)
            return
        owner = said.get("owner")
        actor = self._cast.actor(said.get("by", SUPERVISION_LEAD), now)
        services.take_case_step(
            case=case,
            step=Step(
                move=CaseMove(said["do"]),
                note=said.get("note", ""),
                answer=said.get("answer", ""),
                question=said.get("question", ""),
                outcome=CaseOutcome(said["outcome"]) if "outcome" in said else None,
                department=_department_of(owner) if owner else None,
                owner=str(self._cast.user(owner).public_id) if owner else "",
                seen=CaseMessage.objects.filter(case__public_id=case).count(),
            ),
            actor=actor,
            now=now,
        )

    def _reply(self, case: str, said: dict[str, Any], now: datetime) -> None:
        """Let the house answer what it was asked last."""
        question = CaseQuestion.objects.filter(case__public_id=case).latest("pk")
        services.answer_question(
            question=str(question.public_id),
            text=said["words"],
            actor=self._cast.actor(self._cast.lead_of(question.facility), now),
            now=now,
        )


def _department_of(number: int) -> Department:
    [role] = [post.role for post in POSTS if post.number == number]
    return DEPARTMENTS_OF[role]
