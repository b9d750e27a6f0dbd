"""A district's year: what is owed by its own rule, what was done, what is late."""

from datetime import date

import pytest

from common.refusals import InvalidInput, NotFound, Refused
from inspections import services
from inspections.models import Visit
from inspections.selectors.due import VisitsDue, visits_due
from inspections.selectors.facts import house_facts
from inspections.selectors.programme import missing_draws, programme_of
from inspections.services import NewVisit
from inspections.types import Domain, RiskReason, VisitKind, VisitState
from notifications.models import OutboxMessage
from regulations.types import Basis, Standing
from tests.facilities.factories import (
    make_group,
    make_house,
    make_insurance,
    make_session,
    make_subdistrict,
)
from tests.inspections.situations import NOW, Jinshan, make_jingan, make_visit

MONTH = date(2026, 11, 1)


def year(district: str = "310116", month: date = MONTH):
    return programme_of(district, "区", month=month, now=NOW)


class TestTheObligation:
    def test_jinshan_owes_two_visits_by_extension_of_a_plan_whose_period_is_over(self, jinshan):
        page = year()

        [visits] = [rule for rule in page.rules if rule.key == "field_visits_per_facility_year"]
        assert page.required == 2
        assert visits.basis is Basis.BY_EXTENSION
        assert visits.standing is Standing.PERIOD_OVER
        assert {house.owed for house in page.houses} == {2}

    def test_jingan_owes_one(self, law):
        make_house(subdistrict=make_subdistrict("南京西路街道", district=make_jingan()))

        page = year("310106")

        assert page.required == 1
        assert [house.owed for house in page.houses] == [1]

    def test_where_no_number_is_stated_nothing_is_owed_and_the_page_says_so(self, law):
        from tests.facilities.factories import make_district

        place = make_district("310115", "浦东新区")
        make_house(subdistrict=make_subdistrict("陆家嘴街道", district=place))

        page = year("310115")

        assert page.required is None
        assert page.rules == ()
        assert [house.owed for house in page.houses] == [0]


class TestProgress:
    @pytest.mark.parametrize("kind", [VisitKind.PATROL, VisitKind.SPOT, VisitKind.JOINT])
    def test_what_the_district_does_counts(self, jinshan: Jinshan, kind: VisitKind):
        make_visit(jinshan.houses[0], date(2026, 3, 5), kind=kind)

        house = _of(year(), jinshan.houses[0])

        assert (house.done, house.owed, house.last_on) == (1, 1, date(2026, 3, 5))

    @pytest.mark.parametrize("kind", [VisitKind.SELF, VisitKind.PAIRED])
    def test_what_the_house_or_its_partner_does_does_not(self, jinshan: Jinshan, kind: VisitKind):
        make_visit(jinshan.houses[0], date(2026, 3, 5), kind=kind)

        assert _of(year(), jinshan.houses[0]).owed == 2

    def test_last_years_visit_does_not_count_but_is_the_last(self, jinshan: Jinshan):
        make_visit(jinshan.houses[0], date(2025, 12, 31))

        house = _of(year(), jinshan.houses[0])

        assert (house.done, house.owed, house.last_on) == (0, 2, date(2025, 12, 31))

    def test_a_house_looks_at_itself_in_its_own_time(self, jinshan):
        make_visit(jinshan.houses[0], date(2026, 11, 21), kind=VisitKind.SELF, signed=False)

        assert not year().overdue
        due = visits_due(jinshan.actor("lead"), today=date(2026, 11, 22))
        assert due == VisitsDue(late=0, soon=0)

    def test_a_planned_visit_that_was_not_made_is_overdue_from_the_next_day(self, jinshan):
        late, today = jinshan.houses[:2]
        make_visit(late, date(2026, 11, 21), signed=False)
        make_visit(today, date(2026, 11, 22), signed=False)

        page = year()

        assert [visit.house for visit in page.overdue] == [late.name]
        assert _of(page, late).overdue_on == date(2026, 11, 21)
        assert (_of(page, late).owed, _of(page, today).owed) == (2, 1)
        assert _of(page, today).next_on == date(2026, 11, 22)

    def test_two_done_is_enough(self, jinshan: Jinshan):
        for day in (3, 9):
            make_visit(jinshan.houses[0], date(2026, 5, day))

        page = year()

        assert _of(page, jinshan.houses[0]).is_fulfilled
        assert (page.fulfilled, page.owed) == (1, 14)

    def test_the_calendar_shows_the_day(self, jinshan: Jinshan):
        make_visit(jinshan.houses[0], date(2026, 11, 25), signed=False)

        days = [day for week in year().weeks for day in week]

        [day] = [day for day in days if day.visits]
        assert day.day == date(2026, 11, 25)
        assert [one.day for one in days if one.is_today] == [date(2026, 11, 22)]
        assert len(days) % 7 == 0

    def test_rows_add_no_queries(self, jinshan: Jinshan, django_assert_max_num_queries):
        for house in jinshan.houses:
            make_visit(house, date(2026, 11, 25), signed=False)

        with django_assert_max_num_queries(14):
            year()


def _of(page, house):
    return next(row for row in page.houses if row.id == str(house.public_id))


class TestOtherVisits:
    def plan(self, jinshan, who="lead", *, going=("inspector", "inspector_1"), **facts):
        known = {
            "facility": str(jinshan.houses[0].public_id),
            "kind": VisitKind.PATROL,
            "planned_on": date(2026, 11, 25),
            "inspectors": tuple(str(jinshan.entry(one).public_id) for one in going),
        }
        return services.plan_visit(
            visit=NewVisit(**{**known, **facts}), actor=jinshan.actor(who), now=NOW
        )

    def test_a_lead_plans_one_and_those_who_go_are_told(self, jinshan: Jinshan):
        visit = self.plan(jinshan)

        assert {one.user for one in visit.goers.all()} == {
            jinshan.users["inspector"], jinshan.users["inspector_1"],
        }  # fmt: skip
        assert OutboxMessage.objects.filter(kind="visit_assigned").count() == 4

    def test_nobody_goes_to_their_own_street(self, jinshan: Jinshan):
        with pytest.raises(Refused) as answer:
            self.plan(jinshan, going=("inspector_3", "inspector"))

        [reason] = answer.value.verdicts
        assert "检查员3" in reason.remedy
        assert not Visit.objects.exists()

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"kind": VisitKind.RANDOM}, "kind"),
            ({"inspectors": ()}, "inspectors"),
            ({"planned_on": date(2026, 11, 21)}, "planned_on"),
        ],
    )
    def test_what_makes_no_sense_is_said_at_its_field(self, jinshan: Jinshan, facts, field):
        with pytest.raises(InvalidInput) as answer:
            self.plan(jinshan, **facts)

        assert set(answer.value.faults) == {field}

    @pytest.mark.parametrize("who", ["inspector", "health", "jingan_lead", "parent"])
    def test_only_a_lead_of_the_district_plans_and_withdraws(self, jinshan: Jinshan, who: str):
        visit = self.plan(jinshan)

        with pytest.raises(NotFound):
            self.plan(jinshan, who)
        with pytest.raises(NotFound):
            services.withdraw_visit(
                visit=str(visit.public_id), reason="错了", actor=jinshan.actor(who), now=NOW
            )

    def test_a_withdrawn_visit_keeps_its_reason_and_is_owed_again(self, jinshan: Jinshan):
        visit = self.plan(jinshan)
        assert _of(year(), jinshan.houses[0]).owed == 1

        def withdraw():
            return services.withdraw_visit(
                visit=str(visit.public_id), reason="台风", actor=jinshan.actor("lead"), now=NOW
            )

        withdraw()

        visit.refresh_from_db()
        assert (visit.state, visit.withdrawn_because) == (VisitState.WITHDRAWN, "台风")
        assert _of(year(), jinshan.houses[0]).owed == 2
        assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"cancelled"}
        with pytest.raises(Refused):
            withdraw()


class TestSignals:
    def test_what_operation_shows_gives_points(self, jinshan: Jinshan):
        house, other = jinshan.houses[:2]
        make_session(make_group(house), now=NOW, places_taken=9, counted_staff=1)
        session = make_session(make_group(house), now=NOW, places_taken=9, counted_staff=1)
        session.breach.closed_at = NOW
        type(session).objects.filter(pk=session.pk).update(breach=None, counted_staff=5)
        session.breach.save()
        other.insurances.all().delete()
        make_insurance(other, valid_through=date(2026, 11, 21))
        make_visit(other, date(2026, 9, 22))

        facts = {one.id: one.signals for one in house_facts("310116", year=2026, now=NOW)}

        assert facts[str(house.public_id)][RiskReason.OPEN_BREACHES] == 1
        assert facts[str(house.public_id)][RiskReason.PAST_BREACHES] == 1
        assert facts[str(house.public_id)][RiskReason.UNINSURED] == 0
        assert facts[str(other.public_id)][RiskReason.UNINSURED] == 1
        assert facts[str(other.public_id)][RiskReason.MONTHS_UNVISITED] == 2


class TestMissingDraws:
    def test_from_the_eleventh_a_month_without_a_draw_is_missing(self, jinshan: Jinshan):
        assert missing_draws(today=date(2026, 11, 10)) == []
        assert missing_draws(today=date(2026, 11, 11)) == [
            ("310116", MONTH, Domain.SAFETY), ("310116", MONTH, Domain.HEALTH),
        ]  # fmt: skip
        jinshan.plan()
        assert missing_draws(today=date(2026, 11, 11)) == [("310116", MONTH, Domain.HEALTH)]

    def test_the_lead_is_told_once(self, jinshan: Jinshan):
        assert services.remind_of_draws(now=NOW) == {"values_due": 0, "draws_missing": 2}
        services.remind_of_draws(now=NOW)

        told = OutboxMessage.objects.filter(kind="draw_missing", channel="in_app")
        assert {one.recipient for one in told} == {
            jinshan.users["lead"], jinshan.users["other_lead"],
        }  # fmt: skip
        assert told.count() == 4

    def test_who_may_enter_a_value_hears_that_its_moment_has_come(self, jinshan: Jinshan):
        draw = jinshan.plan()
        services.remind_of_draws(now=NOW)
        assert not OutboxMessage.objects.filter(kind="draw_value_due").exists()

        services.remind_of_draws(now=draw.known_at)

        told = OutboxMessage.objects.filter(kind="draw_value_due", channel="in_app")
        names = {one.recipient.name for one in told}
        assert {"范立群", "陆督导", "检查员0"} <= names
        assert not names & {"方敏之", "静安督导", "汪洁如"}

    def test_the_worker_works_once_a_quarter_of_an_hour(self, jinshan: Jinshan):
        from audit.models import JobRun
        from inspections import tasks

        tasks.remind_of_draws()
        tasks.remind_of_draws()

        run = JobRun.objects.get(name="inspections.remind_of_draws")
        assert run.finished_at is not None
        assert run.key[-2:] in {"00", "15", "30", "45"}
