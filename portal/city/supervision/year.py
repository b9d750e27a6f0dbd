"""The district's year: what is planned, begun, found, mended, reported and told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from accounts.models import User
from common.intervals import day_in_shanghai
from facilities.models import Facility
from inspections import services
from inspections.models import Visit
from inspections.services import AdHoc, NewVisit, orders
from inspections.types import DEPARTMENTS_OF, Department, Domain, VisitKind
from portal.city.chance import Chance
from portal.city.data import read
from portal.city.inspectors import draw_of_month, draw_of_this_month, months_drawn
from portal.city.people import POSTS, SUPERVISION_LEAD
from portal.city.supervision.cast import Cast, Who
from portal.city.supervision.crediting import Crediting
from portal.city.supervision.diary import Diary, at, workday
from portal.city.supervision.excepting import Excepting
from portal.city.supervision.guiding import Guiding
from portal.city.supervision.heeding import Heeding
from portal.city.supervision.looking import Look, Looking
from portal.city.supervision.mending import Mending
from portal.city.supervision.news import file_news
from portal.city.supervision.reporting import Reporting
from portal.city.supervision.telling import Telling

_SIGNED_AFTER = timedelta(minutes=70)
_SENT_BEFORE = timedelta(hours=1)
_VISIT_AT, _PLANNED_AT, _MORNING, _RELEASED_AT = "09:40", "08:50", "07:30", "13:10"
_AWAY_FROM_THE_DOOR = timedelta(minutes=12)  # between visits of one morning
_SUSPENDED_BEFORE = 80  # 工作日: whatever stops hours lies before, or is there when they are drawn
_SIGNLESS = "吕巷镇璜溪社区"
_LATE_SINCE = 32  # 工作日 on which the worker looks for what is late
_OPENED_AGO, _CHOSEN_AFTER = timedelta(minutes=40), timedelta(minutes=5)
_EARLIEST, _LATEST = "09:00", "15:50"  # at which somebody begins
_ROOT_KEPT, _NIGHT = 1, "23:40"  # each time every result is checked
_STAR_TAKES = timedelta(days=100)


class Year:
    """Plays the year in two parts.

    The first stops hours, and is played before anybody books them. The second looks at what has
    happened on the floor, and is played when that is written.
    """

    def __init__(self, chance: Chance, today: date) -> None:
        self._today = today
        self._said: dict[str, Any] = read("year")
        rows = Facility.objects.select_related("subdistrict__district")
        self._houses = {one.name.removesuffix("“宝宝屋”"): one for one in rows}
        self._cast = Cast(chance)
        self._chance = chance
        self._diary = Diary()
        self._looking = Looking(self._cast, chance)
        self._mending = Mending(self._diary, self._cast, chance)
        self._note_all()

    def play_what_stops_hours(self) -> None:
        """Play up to the day before which a house was suspended and opened again."""
        Facility.objects.filter(pk=self._houses[_SIGNLESS].pk).update(has_sign=False)
        with self._cast.pens():
            self._diary.play(at(workday(self._today, -_SUSPENDED_BEFORE), "23:00"))

    def play(self, now: datetime) -> None:
        """Play up to now, and file the news of it."""
        with self._cast.pens():
            self._note_what_is_begun(now)
            self._diary.play(now)
        services.publish_results(now=now)
        file_news(now)

    # --- what is noted down beforehand ----------------------------------------------------------

    def _note_all(self) -> None:
        star_day = _year_end_or(self._today)
        for said in self._said["visits"]:
            back, base = (said["star"], star_day) if "star" in said else (said["back"], self._today)
            moment = at(workday(base, -back), _VISIT_AT)
            self._diary.note(moment, partial(self._visit, said))
        for said in self._said["planned"]:
            self._note_plan(said)
        for said in self._said["withdrawn"]:
            self._note_plan(said)
        for month in months_drawn(self._today):
            for domain in Domain:
                self._note_draw(month, domain)
        this_month = draw_of_this_month(self._chance, self._today)
        self._diary.note(this_month.freezes_at, this_month.freeze)
        reporting = Reporting(self._diary, self._cast, self._chance, self._houses)
        for number, said in enumerate(self._said["cases"], start=1):
            reporting.note(number, said, self._today)
        telling = Telling(self._diary, self._cast, self._today)
        telling.note(self._said, star_day)
        telling.note_publication(self._today - timedelta(days=98))
        self._note_what_else_is_done()
        last_night = at(workday(self._today, -_ROOT_KEPT), _NIGHT)
        self._diary.note(last_night, lambda now: services.keep_root(now=now))
        for back in range(_LATE_SINCE, -1, -1):
            self._diary.note(at(workday(self._today, -back), _MORNING), _see_to_what_is_late)

    def _note_what_else_is_done(self) -> None:
        """Warnings, 方案 and answers, 诚信档案, and rules set aside for a week."""
        common = (self._diary, self._cast, self._houses, self._today)
        Heeding(self._diary, self._cast).note(self._said["warnings"], self._today)
        Guiding(*common).note(self._said["plans"], self._said["answers"])
        Crediting(*common).note(self._said["credit"], self._said["honors"])
        Excepting(*common).note(self._said["aside"])

    def _note_plan(self, said: dict[str, Any]) -> None:
        day = workday(self._today, -said["back"])
        self._diary.note(at(day, _PLANNED_AT), partial(self._plan, said))

    def _plan(self, said: dict[str, Any], now: datetime) -> None:
        actor = self._cast.actor(SUPERVISION_LEAD, now)
        visit = services.plan_visit(
            visit=NewVisit(
                facility=self._id(said),
                kind=VisitKind(said["kind"]),
                planned_on=workday(self._today, said["ahead"]),
                inspectors=self._cast.entries(said["who"]),
            ),
            actor=actor,
            now=now,
        )
        if "reason" in said:
            services.withdraw_visit(
                visit=str(visit.public_id), reason=said["reason"], actor=actor,
                now=now + _OPENED_AGO,
            )  # fmt: skip
        services.choose_shadows(now=now + _CHOSEN_AFTER)

    # --- visits ---------------------------------------------------------------------------------

    def _visit(self, said: dict[str, Any], now: datetime) -> None:
        house = self._houses[said["house"]]
        people = [self._cast.lead_of(house) if who == "lead" else self._cast.user(who)
                  for who in said["by"]]  # fmt: skip
        visit = self._begun(said, people, now)
        people = self._looking.in_turn(visit, people)
        absent = said.get("absent", {})
        look = Look(
            {one["item"]: one["note"] for one in said["found"]},
            is_honest=visit.kind == VisitKind.SELF,
            absent=Department(absent["department"]) if absent else None,
            refused=said.get("refused", ""),
            waits=said.get("waits", False),
        )
        self._looking.look(visit, look, people, now)
        if absent:
            day = workday(day_in_shanghai(now), absent["after"])
            self._diary.note(at(day, _RELEASED_AT), partial(self._release, visit, absent))
        visit.refresh_from_db()
        for one in said["found"]:
            self._mending.follow(visit, one, people[0], now + _SIGNED_AFTER)

    def _release(self, visit: Visit, absent: dict[str, Any], now: datetime) -> None:
        """Let a department go that never came."""
        part = visit.parts.get(department=absent["department"])
        services.release_part(
            visit=str(visit.public_id),
            part=str(part.public_id),
            reason=absent["words"],
            actor=self._cast.actor(SUPERVISION_LEAD, now),
            now=now,
        )

    def _begun(self, said: dict[str, Any], people: Sequence[User], now: datetime) -> Visit:
        kind, house = VisitKind(said["kind"]), self._id(said)
        if kind is VisitKind.PAIRED or said.get("sent"):
            return self._sent(NewVisit(house, kind, day_in_shanghai(now)), said, people, now)
        actor = self._cast.actor(people[0], now)
        departments = _departments_of(said) if kind is VisitKind.JOINT else ()
        return services.begin_visit(visit=AdHoc(house, kind, departments), actor=actor, now=now)

    def _sent(
        self, visit: NewVisit, said: dict[str, Any], people: Sequence[User], now: datetime
    ) -> Visit:
        """Sent by the lead an hour ago, two or more of them; chosen for a second sheet, perhaps."""
        sent = self._cast.entries(said["by"]) if said.get("sent") else ()
        planned = services.plan_visit(
            visit=replace(visit, inspectors=sent),
            actor=self._cast.actor(SUPERVISION_LEAD, now),
            now=now - _SENT_BEFORE,
        )
        if not said.get("waits"):
            services.choose_shadows(now=now - _SENT_BEFORE + _CHOSEN_AFTER)
        opener = self._cast.actor(self._looking.in_turn(planned, people)[0], now)
        return services.open_visit(visit=str(planned.public_id), actor=opener, now=now)

    def _note_draw(self, month: date, domain: Domain) -> None:
        draw = draw_of_month(self._chance, domain, month)
        self._diary.note(draw.freezes_at, draw.freeze)

        def arrange(now: datetime) -> None:
            row = draw.arrange(now)
            services.choose_shadows(now=now + _CHOSEN_AFTER)
            visits = Visit.objects.filter(draw=row).order_by("planned_on", "pk")
            for number, visit in enumerate(visits, start=1):
                moment = at(visit.planned_on, _VISIT_AT) + number * _AWAY_FROM_THE_DOOR
                key = (_months_back(month, self._today), domain.value, number)
                self._diary.note(moment, partial(self._visit_drawn, visit, key))

        self._diary.note(draw.arranged_at, arrange)
        self._diary.note(draw.published_at, draw.publish)

    def _visit_drawn(self, visit: Visit, key: tuple[int, str, int], now: datetime) -> None:
        goers = visit.goers.select_related("user").order_by("user_id")
        people = self._looking.in_turn(visit, [goer.user for goer in goers])
        opener = self._cast.actor(people[0], now)
        visit = services.open_visit(visit=str(visit.public_id), actor=opener, now=now)
        found = [one for one in self._said["drawn"] if tuple(one["draw"]) == key]
        look = Look({one["item"]: one["note"] for one in found})
        self._looking.look(visit, look, people, now)
        visit.refresh_from_db()
        for one in found:
            self._mending.follow(visit, one, people[0], now + _SIGNED_AFTER)

    def _note_what_is_begun(self, now: datetime) -> None:
        """Begun a while ago; early in the morning, on the working day before."""
        today = day_in_shanghai(now)
        opened = min(now - _OPENED_AGO, at(today, _LATEST))
        if opened < at(today, _EARLIEST):
            opened = at(workday(today, -1), _LATEST)
        for said in self._said["begun"]:
            self._diary.note(opened, partial(self._begin, said))

    def _begin(self, said: dict[str, Any], now: datetime) -> None:
        who = self._cast.user(said["by"])
        visit = self._begun({**said, "by": [said["by"]]}, [who], now)
        draw = self._chance.of("begun", visit.public_id)
        [part] = visit.parts.all()
        started = now - timedelta(minutes=30)  # answers are written soon after
        self._looking.answer(part, Look(), who, draw, started, said["answered"])

    def _id(self, said: dict[str, Any]) -> str:
        return str(self._houses[said["house"]].public_id)


def suspended_since(house: str, today: date) -> datetime:
    """When a house was suspended that still is: the moment that its order says."""
    [said] = [one for one in read("year")["visits"] if house.startswith(one["house"])]
    [step] = [step for one in said["found"] for step in one["steps"] if step["do"] == "suspend"]
    return at(workday(today, -said["back"]), step["time"])


def _departments_of(said: dict[str, Any]) -> tuple[Department, ...]:
    """Those of the people who come, and of one that was asked and does not."""
    roles = {post.number: post.role for post in POSTS}
    people: Sequence[Who] = said["by"]
    came = tuple(DEPARTMENTS_OF[roles[who]] for who in people if isinstance(who, int))
    return (*came, Department(said["absent"]["department"])) if "absent" in said else came


def _months_back(month: date, today: date) -> int:
    return (today.year - month.year) * 12 + today.month - month.month


def _year_end_or(today: date) -> date:
    """The day from which the star is counted back: its three visits lie in one year."""
    is_same_year = (today - _STAR_TAKES).year == today.year
    return today if is_same_year else date(today.year - 1, 12, 31)


def _see_to_what_is_late(now: datetime) -> None:
    """Do what the worker does every morning about what is late."""
    orders.escalate_orders(now=now)
    services.escalate_cases(now=now)
