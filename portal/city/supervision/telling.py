"""What is told of the year: published results, 公示 with objections, a star, and briefs."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from accounts.types import Actor
from common.intervals import day_in_shanghai
from facilities.models import Facility
from inspections import services
from inspections.dossier_types import BRIEFED, BriefStep
from inspections.models import PublicNotice
from inspections.selectors.briefs import period_of
from inspections.services.publication import publish_due_results
from inspections.types import Department
from portal.city.families import JINSHAN
from portal.city.people import HOUSE_OF_THE_STAFF, SUPERVISION_LEAD
from portal.city.supervision.cast import Cast
from portal.city.supervision.diary import Diary, at, workday

_PUT_UP, _OBJECTED, _ANSWERED, _DECIDED = "10:10", "20:15", "14:20", "09:50"
_GENERATED, _SENT, _RECEIPTED = "09:20", "10:40", "16:15"
_NIGHT = "03:10"


class Telling:
    """Notes down what is published and put up."""

    def __init__(self, diary: Diary, cast: Cast, today: date) -> None:
        self._diary = diary
        self._cast = cast
        self._today = today

    def note(self, said: dict[str, Any], star_day: date) -> None:
        """Note down the notices, the star counted back from `star_day`, and the briefs."""
        for notice in said["notices"]:
            self._note_notice(notice)
        star = said["star"]
        proposed = at(workday(star_day, -star["propose"]), _PUT_UP)
        self._diary.note(proposed, partial(self._propose, star))
        self._note_briefs(said["briefs"])

    # --- 公示 -----------------------------------------------------------------------------------

    def _note_notice(self, said: dict[str, Any]) -> None:
        def put_up(now: datetime) -> None:
            row = services.put_up_notice(
                district=JINSHAN, title=said["title"], body=said["body"],
                actor=self._lead(now), now=now,
            )  # fmt: skip
            self._note_answers(row, said, said.get("decided"), now)

        self._diary.note(at(workday(self._today, -said["back"]), _PUT_UP), put_up)

    def _propose(self, said: dict[str, Any], now: datetime) -> None:
        house = Facility.objects.get(name=HOUSE_OF_THE_STAFF)
        row = services.propose_star(facility=str(house.public_id), actor=self._lead(now), now=now)
        decided = {"after": said["decided"], "is_confirmed": True, "reason": ""}
        self._note_answers(row, said, decided, now)

    def _note_answers(
        self, row: PublicNotice, said: dict[str, Any], decided: dict[str, Any] | None, now: datetime
    ) -> None:
        day, notice = day_in_shanghai(now), str(row.public_id)
        for objection in said["objections"]:
            moment = at(workday(day, objection["after"]), _OBJECTED)
            self._diary.note(moment, partial(self._object, notice, objection, day))
        if decided is not None:
            self._diary.note(
                at(workday(day, decided["after"]), _DECIDED),
                lambda now: services.decide_notice(
                    notice=notice, is_confirmed=decided["is_confirmed"],
                    reason=decided["reason"], actor=self._lead(now), now=now,
                ),
            )  # fmt: skip

    def _object(self, notice: str, said: dict[str, Any], day: date, now: datetime) -> None:
        row = services.object_to(notice=notice, text=said["text"], contact="", now=now)
        if "answer" in said:
            self._diary.note(
                at(workday(day, said["answered"]), _ANSWERED),
                lambda now: services.answer_objection(
                    notice=notice, objection=str(row.public_id), text=said["answer"],
                    is_upheld=said["upheld"], actor=self._lead(now), now=now,
                ),
            )  # fmt: skip

    # --- briefs ---------------------------------------------------------------------------------

    def _note_briefs(self, said: dict[str, Any]) -> None:
        first = period_of(self._today, JINSHAN)
        before = workday(first, -8)
        for department in BRIEFED:
            who = said["before"][department.value]
            facts = {"department": department, "sent": who, "receipted": who}
            self._note_brief(facts, before)
        for facts in said["now"]:
            self._note_brief(facts, max(workday(self._today, -6), workday(first, 1)))

    def _note_brief(self, said: dict[str, Any], day: date) -> None:
        def generate(now: datetime) -> None:
            row = services.generate_brief(
                district=JINSHAN, department=Department(said["department"]),
                actor=self._lead(now), now=now,
            )  # fmt: skip
            brief = str(row.public_id)
            if "sent" in said:
                self._note_step(brief, BriefStep.SENT, said, at(day, _SENT))
            if "receipted" in said:
                self._note_step(brief, BriefStep.RECEIPTED, said, at(workday(day, 2), _RECEIPTED))

        self._diary.note(at(day, _GENERATED), generate)

    def _note_step(
        self, brief: str, step: BriefStep, said: dict[str, Any], moment: datetime
    ) -> None:
        note = said.get("note", "") if step is BriefStep.RECEIPTED else ""
        self._diary.note(
            moment,
            lambda now: services.note_brief(
                brief=brief, step=step, who=said[step.value], note=note,
                actor=self._lead(now), now=now,
            ),
        )  # fmt: skip

    # --- what the worker publishes --------------------------------------------------------------

    def note_publication(self, since: date) -> None:
        """Let the worker publish results that are due, once a week; houses as they stand today."""
        day = since
        while day < self._today:
            self._diary.note(at(day, _NIGHT), lambda now: publish_due_results(now=now))
            day += timedelta(days=7)

    def _lead(self, now: datetime) -> Actor:
        return self._cast.actor(SUPERVISION_LEAD, now)
