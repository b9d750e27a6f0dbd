"""A lead freezes a list, somebody else enters the value, the lead publishes. Once."""

import json
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.selectors import actor_for
from audit.models import AuditEvent
from common.intervals import SHANGHAI, day_in_shanghai
from common.refusals import InvalidInput, NotFound, Refused
from inspections import messages, services
from inspections.models import Draw, Visit, VisitInspector
from inspections.rules.draw import canonical, sha256
from inspections.selectors.plans import plan_preview
from inspections.selectors.publishing import draws_to_publish
from inspections.types import Domain, DrawState, Obstacle, RandomMethod, VisitState
from notifications.models import OutboxMessage
from portal.selectors.work import work_home
from tests.api.world import rows_by_table
from tests.inspections.situations import AFTER, KNOWN_AT, NOW, Jinshan, asked, make_visit
from tests.inspections.visiting import ready_to_visit

TODAY = day_in_shanghai(NOW)
OTHERS = ("inspector", "health", "jingan", "jingan_lead", "parent")


def refused(act) -> set[str]:
    """Do it, be refused with a sentence for every reason, and change nothing."""
    before = rows_by_table()
    with pytest.raises(Refused) as answer:
        act()
    assert rows_by_table() == before
    told = [reason.as_dict() for reason in answer.value.verdicts]
    assert all(one["remedy"].endswith("。") and one["quote"] and one["clause"] for one in told)
    return {one["rule"] for one in told}


class TestFreezing:
    def test_a_lead_freezes_the_list_and_its_hash_is_public(self, jinshan: Jinshan):
        draw = jinshan.plan()

        content = json.loads(draw.canonical)
        assert draw.state == DrawState.PLANNED
        assert draw.commitment == sha256(draw.canonical)
        assert draw.canonical == canonical(content)
        assert len(content["facilities"]) == len(jinshan.houses)
        assert content["random_known_at"] == "2026-11-24T10:00:00+08:00"
        assert len(content["nonce"]) == 32
        event = AuditEvent.objects.get(kind="inspections.draw.committed")
        assert event.data == {"commitment": draw.commitment}

    def test_two_draws_of_the_same_list_have_different_hashes(self, jinshan: Jinshan):
        with transaction.atomic():
            first = jinshan.plan()
            transaction.set_rollback(True)

        assert jinshan.plan().commitment != first.commitment

    def test_what_is_looked_at_is_what_is_frozen(self, jinshan: Jinshan):
        looked = plan_preview(asked(), actor=jinshan.actor("lead"), now=NOW)

        draw = jinshan.plan(seen=looked.seen)

        frozen = json.loads(draw.canonical)["facilities"]
        assert {(house.id, house.tickets) for house in looked.frozen.houses} == {
            (one["id"], one["tickets"]) for one in frozen
        }

    def test_a_list_that_changed_after_it_was_looked_at_is_not_frozen(self, jinshan: Jinshan):
        looked = plan_preview(asked(), actor=jinshan.actor("lead"), now=NOW)
        make_visit(jinshan.houses[0], date(2026, 10, 1))

        assert refused(lambda: jinshan.plan(seen=looked.seen)) == {"list_changed"}

    def test_a_month_and_domain_is_drawn_once(self, jinshan: Jinshan):
        jinshan.published()

        assert refused(jinshan.plan) == {"drawn_already"}
        assert refused(lambda: jinshan.plan(who="other_lead")) == {"drawn_already"}
        jinshan.plan(domain=Domain.HEALTH)
        jinshan.plan(month=date(2026, 12, 1))
        assert Draw.objects.count() == 3

    def test_the_database_lets_no_second_draw_in(self, jinshan: Jinshan):
        draw = jinshan.plan()
        draw.pk, draw.public_id = None, "00000000-0000-4000-8000-000000000001"

        with pytest.raises(IntegrityError, match="a_district_draws_once_a_month"):
            draw.save(force_insert=True)

    def test_nothing_is_drawn_where_too_few_may_go(self, jinshan: Jinshan):
        for who in ("inspector", "inspector_1", "inspector_2", "inspector_3", "inspector_4"):
            jinshan.entry(who)
            type(jinshan.entry(who)).objects.filter(user=jinshan.users[who]).update(
                is_available=False
            )

        assert refused(jinshan.plan) == {"nothing_to_draw"}

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"known_at": NOW}, "random_known_at"),
            ({"known_at": NOW - timedelta(hours=1)}, "random_known_at"),
            ({"known_at": NOW + timedelta(days=30)}, "random_known_at"),
            ({"source": ""}, "random_source"),
            ({"source": "数" * 121}, "random_source"),
            ({"month": date(2027, 1, 1)}, "month"),
        ],
    )
    def test_what_makes_no_sense_is_said_at_its_field(self, jinshan: Jinshan, facts, field):
        with pytest.raises(InvalidInput) as answer:
            jinshan.plan(**facts)

        assert set(answer.value.faults) == {field}
        assert not Draw.objects.exists()

    def test_a_month_that_is_over_is_not_drawn(self, jinshan: Jinshan):
        assert refused(lambda: jinshan.plan(month=date(2026, 10, 1))) == {"month_is_over"}

    @pytest.mark.parametrize("who", ["inspector", "health", "jingan", "jingan_lead", "parent"])
    def test_only_a_lead_of_the_district_freezes(self, jinshan: Jinshan, who: str):
        with pytest.raises(NotFound):
            jinshan.plan(who=who)

        assert not Draw.objects.exists()


class TestRevealing:
    def test_a_second_person_enters_the_value_and_the_result_follows(self, jinshan: Jinshan):
        draw = jinshan.reveal(jinshan.plan())

        draw.refresh_from_db()
        assert draw.state == DrawState.REVEALED
        assert (draw.random_value, draw.revealed_by) == ("837", jinshan.users["inspector"])
        assert len(draw.result) == json.loads(draw.canonical)["seats"]
        assert AuditEvent.objects.filter(kind="inspections.draw.revealed").count() == 1

    @pytest.mark.parametrize("who", ["inspector", "inspector_1", "other_lead"])
    def test_another_lead_or_an_inspector_may(self, jinshan: Jinshan, who: str):
        assert jinshan.reveal(jinshan.plan(), who=who).state == DrawState.REVEALED

    @pytest.mark.parametrize("who", ["health", "jingan", "jingan_lead", "parent"])
    def test_nobody_else_sees_that_it_is_there(self, jinshan: Jinshan, who: str):
        draw = jinshan.plan()

        with pytest.raises(NotFound):
            jinshan.reveal(draw, who=who)

    def test_who_froze_the_list_does_not_enter_the_value(self, jinshan: Jinshan):
        draw = jinshan.plan()

        assert refused(lambda: jinshan.reveal(draw, who="lead")) == {"same_person"}

    def test_nobody_enters_it_before_the_moment_that_was_said(self, jinshan: Jinshan):
        draw = jinshan.plan()
        early = KNOWN_AT - timedelta(seconds=1)

        assert refused(lambda: jinshan.reveal(draw, now=early)) == {"too_early"}
        assert refused(lambda: jinshan.reveal(draw, who="lead", now=early)) == {
            "too_early", "same_person",
        }  # fmt: skip
        assert jinshan.reveal(draw, now=KNOWN_AT).state == DrawState.REVEALED

    def test_nobody_enters_it_twice(self, jinshan: Jinshan):
        draw = jinshan.reveal(jinshan.plan())

        assert refused(lambda: jinshan.reveal(draw, value="111")) == {"revealed_already"}
        assert refused(lambda: jinshan.reveal(draw, who="other_lead")) == {"revealed_already"}

    def test_the_other_method_is_not_used(self, jinshan: Jinshan):
        draw = jinshan.plan(method=RandomMethod.TWO_SECRETS)

        assert refused(lambda: jinshan.reveal(draw)) == {"other_method"}

    @pytest.mark.parametrize("value", ["", "8 3 7", "８３７", "八三七", "8|7", "1" * 201])
    def test_a_value_has_one_spelling(self, jinshan: Jinshan, value: str):
        draw = jinshan.plan()

        with pytest.raises(InvalidInput) as answer:
            jinshan.reveal(draw, value=value)

        assert set(answer.value.faults) == {"value"}

    def test_blanks_around_it_do_not_count(self, jinshan: Jinshan):
        assert jinshan.reveal(jinshan.plan(), value=" 837 ").random_value == "837"


class TestTheDatabase:
    """The last word, whoever writes."""

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ("canonical = replace(canonical, '教育', '敎育')", "never changes"),
            ("commitment = repeat('0', 64)", "never changes"),
            ("known_at = known_at + interval '1 hour'", "never changes"),
            ("source = '别的数字'", "never changes"),
            ("planned_by_id = planned_by_id + 1", "never changes"),
            ("state = 'published'", "only goes forward|two_persons|says_who"),
        ],
    )
    def test_what_was_frozen_stays(self, jinshan: Jinshan, change: str, why: str):
        jinshan.plan()

        with pytest.raises(IntegrityError, match=why), transaction.atomic():
            _sql(f"UPDATE inspections_draw SET {change}")

    @pytest.mark.parametrize(
        "change",
        [
            "random_value = '111'",
            "result = '[]'",
            "revealed_by_id = published_by_id",
            "state = 'planned'",
            "state = 'revealed'",
        ],
    )
    def test_what_was_published_stays(self, jinshan: Jinshan, change: str):
        jinshan.published()

        with pytest.raises(IntegrityError), transaction.atomic():
            _sql(f"UPDATE inspections_draw SET {change}")

    def test_a_draw_is_never_removed(self, jinshan: Jinshan):
        jinshan.plan()

        with pytest.raises(IntegrityError, match="never removed"), transaction.atomic():
            _sql("DELETE FROM inspections_draw")

    def test_a_changed_byte_is_refused_even_where_triggers_are_off(self, jinshan: Jinshan):
        jinshan.plan()
        _sql("ALTER TABLE inspections_draw DISABLE TRIGGER USER")

        with pytest.raises(IntegrityError, match="is_the_hash_of_what_was_frozen"):
            _sql("UPDATE inspections_draw SET canonical = replace(canonical, '教', '敎')")

    def test_one_person_is_refused_even_where_triggers_are_off(self, jinshan: Jinshan):
        jinshan.reveal(jinshan.plan())
        _sql("ALTER TABLE inspections_draw DISABLE TRIGGER USER")

        with pytest.raises(IntegrityError, match="two_persons_make_a_draw"):
            _sql("UPDATE inspections_draw SET revealed_by_id = planned_by_id")

    def test_a_value_before_its_moment_is_refused(self, jinshan: Jinshan):
        jinshan.reveal(jinshan.plan())
        _sql("ALTER TABLE inspections_draw DISABLE TRIGGER USER")

        with pytest.raises(IntegrityError, match="entered_after_it_is_known"):
            _sql("UPDATE inspections_draw SET revealed_at = known_at - interval '1 second'")

    def test_a_list_is_not_frozen_after_the_value_is_known(self, jinshan: Jinshan):
        draw = jinshan.plan()
        draw.pk, draw.public_id = None, "00000000-0000-4000-8000-000000000001"
        draw.domain, draw.known_at = Domain.HEALTH, draw.committed_at

        with pytest.raises(IntegrityError, match="frozen_before_the_value_is_known"):
            draw.save(force_insert=True)


def _sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)


class TestArranging:
    def test_plans_a_visit_to_each_drawn_house_by_two_and_tells_them(self, jinshan: Jinshan):
        draw = jinshan.arranged()

        visits = Visit.objects.filter(draw=draw)
        assert {str(visit.facility.public_id) for visit in visits} == {
            row["facility"] for row in draw.result
        }
        assert all(visit.goers.count() == 2 for visit in visits)
        assert all(visit.planned_on > date(2026, 11, 24) for visit in visits)
        assert OutboxMessage.objects.filter(kind="visit_assigned", channel="in_app").count() == (
            VisitInspector.objects.count()
        )

    def test_nobody_goes_to_the_street_they_live_in(self, jinshan: Jinshan):
        jinshan.arranged()

        for who, street in (("inspector_3", 0), ("inspector_4", 1)):
            theirs = Visit.objects.filter(inspectors=jinshan.users[who])
            assert theirs.exists()
            assert not theirs.filter(facility__subdistrict=jinshan.streets[street]).exists()

    def test_visits_are_on_working_days(self, jinshan: Jinshan):
        draw = jinshan.arrange(
            jinshan.reveal(jinshan.plan()), visits_from=date(2026, 11, 28)
        )  # 周六

        assert {visit.planned_on for visit in draw.visits.all()} == {date(2026, 11, 30)}

    def test_an_unrevealed_draw_is_not_arranged_nor_any_twice(self, jinshan: Jinshan):
        draw = jinshan.plan()
        assert refused(lambda: jinshan.arrange(draw)) == {"not_revealed"}
        jinshan.arrange(jinshan.reveal(draw))

        assert refused(lambda: jinshan.arrange(draw)) == {"arranged_already"}

    @pytest.mark.parametrize("who", OTHERS)
    def test_only_a_lead_arranges(self, jinshan: Jinshan, who: str):
        draw = jinshan.reveal(jinshan.plan())

        with pytest.raises(NotFound):
            jinshan.arrange(draw, who=who)

        assert not Visit.objects.exists()

    def test_a_first_day_far_away_is_not_taken(self, jinshan: Jinshan):
        draw = jinshan.reveal(jinshan.plan())

        with pytest.raises(InvalidInput):
            jinshan.arrange(draw, visits_from=AFTER.date() + timedelta(days=200))


def ended(visit: Visit, state: VisitState) -> None:
    """As its signing or its withdrawal leaves a visit."""
    visit.state = state
    visit.done_on = visit.planned_on if state is VisitState.SIGNED else None
    visit.withdrawn_because = "闭馆" if state is VisitState.WITHDRAWN else ""
    visit.save(update_fields=["state", "done_on", "withdrawn_because"])


class TestPublishing:
    def waiting_for_the_lead(self, jinshan: Jinshan, now: datetime) -> int:
        """What their day begins with asks the same as publishing itself, in one query."""
        due = draws_to_publish(jinshan.actor("lead"), now=now)
        todos = {todo.title for todo in work_home(jinshan.actor("lead"), now=now).todos}
        assert ("双随机抽取" in todos) == (due > 0)
        assert draws_to_publish(jinshan.actor("inspector"), now=now) == 0
        return due

    def test_not_before_it_is_revealed_and_arranged_nor_twice(self, jinshan: Jinshan):
        draw = jinshan.plan()
        assert refused(lambda: jinshan.publish(draw)) == {"not_revealed"}
        jinshan.reveal(draw)
        assert refused(lambda: jinshan.publish(draw)) == {"not_arranged"}
        jinshan.publish(jinshan.arrange(draw))

        assert refused(lambda: jinshan.publish(draw)) == {"published_already"}

    @pytest.mark.parametrize("last", [VisitState.SIGNED, VisitState.WITHDRAWN])
    def test_as_soon_as_every_visit_is_over(self, jinshan: Jinshan, last: VisitState):
        draw = jinshan.arranged()
        *others, one = draw.visits.order_by("pk")
        for visit in others:
            ended(visit, VisitState.SIGNED)
        with pytest.raises(Refused) as early:
            jinshan.publish(draw, now=AFTER)
        [verdict] = early.value.verdicts
        assert "还有 1 次检查没有完成" in verdict.as_dict()["remedy"]
        assert "2026年12月1日起可以公布" in verdict.as_dict()["remedy"]
        draw.refresh_from_db()
        assert (draw.state, draw.published_at) == (DrawState.REVEALED, None)
        assert self.waiting_for_the_lead(jinshan, AFTER) == 0

        ended(one, last)
        assert self.waiting_for_the_lead(jinshan, AFTER) == 1
        assert jinshan.publish(draw, now=AFTER).state == DrawState.PUBLISHED

    def test_one_that_has_begun_is_not_over(self, jinshan: Jinshan):
        draw = jinshan.arranged()
        ready_to_visit(jinshan)
        visit = draw.visits.order_by("pk").first()
        draw.visits.exclude(pk=visit.pk).update(state=VisitState.SIGNED, done_on=visit.planned_on)
        goer = visit.goers.order_by("user_id").first().user
        services.open_visit(
            visit=str(visit.public_id), actor=actor_for(goer, today=TODAY), now=AFTER
        )

        assert refused(lambda: jinshan.publish(draw, now=AFTER)) == {"visits_are_open"}

    @pytest.mark.parametrize(
        ("moment", "is_over"),
        [(datetime(2026, 11, 30, 23, 59, tzinfo=SHANGHAI), False),
         (datetime(2026, 12, 1, 0, 0, tzinfo=SHANGHAI), True)],
    )  # fmt: skip
    def test_from_the_first_day_after_its_month_in_shanghai(
        self, jinshan: Jinshan, moment: datetime, is_over: bool
    ):
        draw = jinshan.arranged()

        assert self.waiting_for_the_lead(jinshan, moment) == is_over
        if is_over:
            assert jinshan.publish(draw, now=moment).state == DrawState.PUBLISHED
        else:
            assert refused(lambda: jinshan.publish(draw, now=moment)) == {"visits_are_open"}

    def test_a_list_that_counts_anothers_visits_waits_for_these(self, jinshan: Jinshan):
        """It says how many visits a house has: one more than were made tells of one to come."""
        jinshan.arranged()
        later = jinshan.plan(domain=Domain.HEALTH, now=AFTER, known_at=AFTER + timedelta(hours=1))
        then = AFTER + timedelta(hours=2)
        jinshan.arrange(jinshan.reveal(later, now=then), now=then)
        for visit in later.visits.all():
            ended(visit, VisitState.SIGNED)

        assert refused(lambda: jinshan.publish(later, now=then)) == {"visits_are_open"}
        assert self.waiting_for_the_lead(jinshan, then) == 0

    def test_a_list_that_was_frozen_before_another_was_known_does_not(self, jinshan: Jinshan):
        first = jinshan.plan()
        jinshan.arrange(jinshan.reveal(jinshan.plan(domain=Domain.HEALTH)))
        jinshan.arrange(jinshan.reveal(first))
        for visit in first.visits.all():
            ended(visit, VisitState.SIGNED)

        assert self.waiting_for_the_lead(jinshan, AFTER) == 1
        assert jinshan.publish(first, now=AFTER).state == DrawState.PUBLISHED
        assert self.waiting_for_the_lead(jinshan, AFTER) == 0

    @pytest.mark.parametrize("who", OTHERS)
    def test_only_a_lead_publishes(self, jinshan: Jinshan, who: str):
        draw = jinshan.arranged()

        with pytest.raises(NotFound):
            jinshan.publish(draw, who=who)

        draw.refresh_from_db()
        assert draw.state == DrawState.REVEALED


def test_every_obstacle_has_its_sentence():
    assert set(messages.SENTENCES) == set(Obstacle)
    assert all(text.endswith("。") for text in messages.SENTENCES.values())


def test_the_decision_that_refusals_quote_is_in_the_data_files():
    from regulations.datafiles import FOLDER

    clauses = (FOLDER / "clauses.yaml").read_text(encoding="utf-8")

    assert messages.QUOTE in clauses
    assert messages.PUBLIC_QUOTE in clauses
    assert "每家由2名检查人员同去；住在同一街镇、有亲属关系或近期任职的一律回避" in clauses
