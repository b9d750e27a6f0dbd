"""A report from the public's form to its answer; and who never sees it."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.types import Role, ScopeKind
from audit.models import AuditEvent
from common.invariants import findings
from common.refusals import InvalidInput, NotFound, Refused
from inspections import services
from inspections.case_types import CaseKind, CaseMove, CaseOutcome, CaseStage
from inspections.models import Case, CaseEscalation, CaseStep
from inspections.selectors.cases import cases_in
from inspections.selectors.cases_page import case_page
from inspections.selectors.reports import own_reports, status_of_code
from inspections.types import Department
from notifications.models import OutboxMessage
from notifications.types import Kind
from safety import services as safety
from safety.types import IncidentFacts, IncidentKind, NewIncident
from tests.families.factories import make_grant, make_user
from tests.inspections.case_situations import (
    PUBLIC,
    assign,
    closed,
    handled,
    officer_id,
    reported,
    said,
    step,
)
from tests.inspections.situations import NOW, Jinshan, make_visit

DISTRICT = "310116"


def told(kind: Kind) -> set[int | None]:
    return set(OutboxMessage.objects.filter(kind=kind).values_list("recipient_id", flat=True))


def ids(pages) -> set[str]:
    return {row.id for rows in pages for row in rows}


def seen_by(jinshan: Jinshan, who: str) -> set[str]:
    return ids(cases_in(jinshan.actor(who), DISTRICT, now=NOW))


class TestReporting:
    def test_anybody_reports_and_follows_by_a_code_that_is_stored_nowhere(self, jinshan: Jinshan):
        case, code = reported()

        assert status_of_code(code).stage_words == "已收到，等待受理"
        assert status_of_code("-".join((code[:4].lower(), code[4:]))).id == str(case.public_id)
        assert code not in str(Case.objects.values().get())
        assert case.reporter_id is None

    def test_the_leads_hear_of_it_and_its_first_clock_counts_working_days(self, jinshan: Jinshan):
        case, _ = reported()  # on a Sunday

        assert case.due_on == date(2026, 11, 24)
        assert told(Kind.CASE_RECEIVED) == {
            jinshan.users["lead"].pk,
            jinshan.users["other_lead"].pk,
        }

    def test_what_people_wrote_is_sealed_in_the_database(self, jinshan: Jinshan):
        reported(what="李老师打孩子", contact="13800000000", where="某某路1号")

        with connection.cursor() as cursor:
            cursor.execute('SELECT what, contact, "where" FROM inspections_case')
            stored = b"".join(bytes(column) for column in cursor.fetchone())
        assert "李老师".encode() not in stored
        assert b"13800000000" not in stored

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"what": " "}, "what"),
            ({"what": "很" * 2001}, "what"),
            ({"where": ""}, "where"),
            ({"district": "999999"}, "district"),
            ({"happened_on": NOW.date() + timedelta(days=2)}, "happened_on"),
        ],
    )
    def test_what_cannot_be_followed_up_is_not_taken(self, jinshan: Jinshan, facts, field):
        with pytest.raises(InvalidInput) as refused:
            reported(**facts)

        assert set(refused.value.faults) == {field}
        assert not Case.objects.exists()

    def test_the_same_form_sent_twice_is_one_report(self, jinshan: Jinshan):
        key = str(uuid.uuid4())
        first, code = reported(key=key)

        again = services.receive_report(report=said(), key=key, actor=PUBLIC, now=NOW)

        assert again == (str(first.public_id), code)
        assert Case.objects.count() == 1

    def test_the_same_form_with_other_words_or_of_somebody_else_is_another(self, jinshan: Jinshan):
        """Whoever sends a key that others sent before learns nothing of their code."""
        key = str(uuid.uuid4())
        _, code = reported(key=key)
        _, theirs = reported(key=key, actor=jinshan.actor("parent"))
        _, others = reported(key=key, what="另外一件事")

        assert len({code, theirs, others}) == 3
        assert Case.objects.count() == 3

    def test_codes_are_long_and_no_sign_is_taken_for_another(self, jinshan: Jinshan):
        codes = {reported()[1] for _ in range(20)}

        assert len(codes) == 20
        assert all(len(code) == 16 and not set(code) & set("01OIL") for code in codes)

    def test_what_cannot_be_seen_is_left_out(self, jinshan: Jinshan):
        case, _ = reported(what="正\x00常\u202e反\u200b话\x07\r\n第二行", contact="\u2066138\u2069")

        assert str(case.what) == "正常反话\n第二行"
        assert str(case.contact) == "138"
        with pytest.raises(InvalidInput):
            reported(what="\u200b\u202e\x00")

    def test_a_parent_finds_their_own_and_nobody_elses(self, jinshan: Jinshan):
        case, _ = reported(actor=jinshan.actor("parent"))
        reported()

        assert [row.id for row in own_reports(jinshan.actor("parent"))] == [str(case.public_id)]
        assert own_reports(jinshan.actor("jingan")) == []

    def test_more_is_added_by_code_and_the_officers_read_it(self, jinshan: Jinshan):
        case, code = reported()

        services.add_by_code(code=code, text="今天还是没有盖。", now=NOW)

        page = case_page(jinshan.actor("lead"), str(case.public_id), now=NOW)
        assert [one.text for one in page.messages] == ["今天还是没有盖。"]
        with pytest.raises(NotFound):
            services.add_by_code(code="A" * 16, text="猜一个", now=NOW)


class TestPipeline:
    def test_it_goes_through_every_stage_with_owner_and_clock(self, jinshan: Jinshan):
        case, code = reported(actor=jinshan.actor("parent"))
        seen = [(case.stage, case.due_on)]
        for move, facts in (
            (CaseMove.ACCEPT, {"house": str(jinshan.houses[0].public_id)}),
            (CaseMove.ASSIGN, {"department": Department.EDUCATION,
                               "owner": officer_id(jinshan, "inspector")}),
            (CaseMove.START, {"who": "inspector"}),
            (CaseMove.CLOSE, {"answer": "已经装好。", "outcome": CaseOutcome.CONFIRMED}),
        ):  # fmt: skip
            step(jinshan, case, move, **facts)
            seen.append((case.stage, case.due_on))

        assert seen == [
            (CaseStage.FOUND, date(2026, 11, 24)),
            (CaseStage.ACCEPTED, date(2026, 11, 24)),
            (CaseStage.ASSIGNED, date(2026, 11, 25)),
            (CaseStage.HANDLING, date(2026, 12, 11)),
            (CaseStage.CLOSED, None),
        ]
        assert case.facility_id == jinshan.houses[0].pk
        assert case.owner_id == jinshan.users["inspector"].pk
        assert told(Kind.CASE_ASSIGNED) == {case.owner_id}
        assert told(Kind.CASE_ANSWERED) == {jinshan.users["parent"].pk}
        assert status_of_code(code).answer == "已经装好。"

    def test_the_reporter_reads_no_name_and_no_note(self, jinshan: Jinshan):
        case, code = reported()
        handled(jinshan, case)
        step(jinshan, case, CaseMove.NOTE, who="inspector", note="内部：已电话询问张主任")

        status = repr(status_of_code(code))
        assert "张主任" not in status
        assert "检查员" not in status
        assert "正在调查处理" in status

    @pytest.mark.parametrize(
        ("move", "facts", "field"),
        [
            (CaseMove.CLOSE, {"outcome": CaseOutcome.CONFIRMED}, "answer"),
            (CaseMove.CLOSE, {"answer": "好了"}, "outcome"),
            (CaseMove.EXTEND, {}, "note"),
            (CaseMove.SEND_BACK, {"note": "  "}, "note"),
            (CaseMove.LINK, {}, "visit"),
        ],
    )
    def test_a_step_without_its_words_is_not_taken(self, jinshan: Jinshan, move, facts, field):
        case, _ = reported()
        handled(jinshan, case)
        before = CaseStep.objects.count()

        with pytest.raises(InvalidInput) as refused:
            step(jinshan, case, move, **facts)

        assert field in refused.value.faults
        assert CaseStep.objects.count() == before

    def test_whoever_has_it_does_not_close_it(self, jinshan: Jinshan):
        case, _ = reported()
        handled(jinshan, case)

        with pytest.raises(Refused):
            step(jinshan, case, CaseMove.CLOSE, who="inspector", answer="好",
                 outcome=CaseOutcome.CONFIRMED)  # fmt: skip

        case.refresh_from_db()
        assert case.stage == CaseStage.HANDLING

    def test_it_is_given_only_to_officers_of_the_district(self, jinshan: Jinshan):
        case, _ = reported()
        step(jinshan, case, CaseMove.ACCEPT)

        for stranger in ("jingan", "parent"):
            with pytest.raises(InvalidInput):
                assign(jinshan, case, stranger)
        case.refresh_from_db()
        assert case.stage == CaseStage.ACCEPTED

    def test_a_closed_case_stays_as_it_is_whoever_writes(self, jinshan: Jinshan):
        case, _ = reported()
        closed(jinshan, case)

        with pytest.raises(Refused):
            step(jinshan, case, CaseMove.NOTE, note="再补一句")
        for table, change in (("case", "stage = 'found'"), ("casestep", "stage = 'found'")):
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE inspections_{table} SET {change}")

    def test_a_visit_that_came_of_it_is_linked(self, jinshan: Jinshan):
        case, _ = reported(house=str(jinshan.houses[0].public_id))
        handled(jinshan, case)
        theirs = make_visit(jinshan.houses[0], date(2026, 11, 26), signed=False)
        others = make_visit(jinshan.houses[1], date(2026, 11, 26), signed=False)

        step(jinshan, case, CaseMove.LINK, who="inspector", visit=str(theirs.public_id))

        assert case.steps.get(move="link").visit == theirs
        with pytest.raises(NotFound):
            step(jinshan, case, CaseMove.LINK, visit=str(others.public_id))

    def test_a_case_that_stands_elsewhere_than_its_last_step_says_is_found(self, jinshan: Jinshan):
        case, _ = reported()
        step(jinshan, case, CaseMove.ACCEPT)
        name = "case_is_not_where_its_last_step_left_it"
        assert name not in broken()

        Case.objects.update(stage=CaseStage.HANDLING)  # as no service does

        assert name in broken()


def broken() -> set[str]:
    return {one.invariant.name for one in findings(now=NOW) if not one.holds}


class TestSight:
    def test_departments_see_what_they_have_and_nothing_else(self, jinshan: Jinshan):
        one, _ = reported()
        other, _ = reported()
        step(jinshan, other, CaseMove.ACCEPT)
        assign(jinshan, other, "health", department=Department.HEALTH)

        assert seen_by(jinshan, "lead") == {str(one.public_id), str(other.public_id)}
        assert seen_by(jinshan, "health") == {str(other.public_id)}
        assert seen_by(jinshan, "inspector") == {str(one.public_id)}
        with pytest.raises(NotFound):
            case_page(jinshan.actor("health"), str(one.public_id), now=NOW)

    def test_another_district_sees_nothing(self, jinshan: Jinshan):
        case, _ = reported()

        for who in ("jingan", "jingan_lead", "parent"):
            assert seen_by(jinshan, who) == set()
            with pytest.raises(NotFound):
                case_page(jinshan.actor(who), str(case.public_id), now=NOW)

    def test_suspected_harm_is_seen_by_the_lead_alone(self, jinshan: Jinshan):
        house = jinshan.houses[0]
        case, code = reported(kind=CaseKind.SUSPECTED_HARM, house=str(house.public_id))
        keeper = make_user("负责人")
        make_grant(keeper, Role.PERSON_IN_CHARGE, ScopeKind.FACILITY, str(house.public_id))
        jinshan.users["keeper"] = keeper

        assert seen_by(jinshan, "lead") == {str(case.public_id)}
        for who in ("inspector", "health", "keeper", "jingan_lead"):
            assert seen_by(jinshan, who) == set()
            with pytest.raises(NotFound):
                case_page(jinshan.actor(who), str(case.public_id), now=NOW)
        assert keeper.pk not in told(Kind.INCIDENT_RESTRICTED)
        assert told(Kind.CASE_RECEIVED) == set()
        assert "进展" in status_of_code(code).stage_words  # no progress, in so many words
        assert status_of_code(code).steps == ()

    def test_suspected_harm_is_given_to_leads_alone(self, jinshan: Jinshan):
        case, _ = reported(kind=CaseKind.SUSPECTED_HARM)
        step(jinshan, case, CaseMove.ACCEPT)

        with pytest.raises(InvalidInput):
            assign(jinshan, case, "inspector")
        assign(jinshan, case, "other_lead")
        assert case.owner_id == jinshan.users["other_lead"].pk
        for payload in OutboxMessage.objects.values_list("payload", flat=True):
            assert "伤害" not in str(payload)

    def test_suspected_harm_is_linked_to_the_houses_own_report_and_copies_nothing(
        self, jinshan: Jinshan
    ):
        house = jinshan.houses[0]
        case, _ = reported(kind=CaseKind.SUSPECTED_HARM, house=str(house.public_id))
        other, _ = reported(house=str(house.public_id))
        incident = safety.report_incident(
            facility=str(house.public_id),
            incident=NewIncident(
                facts=IncidentFacts(kind=IncidentKind.SUSPECTED_HARM),
                happened_at=NOW - timedelta(hours=1),
                what_happened="孩子身上有伤",
                what_was_done="已报警",
            ),
            actor=jinshan.actor("inspector"),
            now=NOW,
        )
        page = case_page(jinshan.actor("lead"), str(case.public_id), now=NOW)
        assert [one for one, _ in page.incidents] == [incident]

        step(jinshan, case, CaseMove.LINK, incident=incident)

        assert str(case.steps.get().incident.public_id) == incident
        assert str(case.steps.get().note) == ""
        with pytest.raises(NotFound):
            step(jinshan, other, CaseMove.LINK, incident=incident)

    def test_no_word_of_a_case_stands_in_the_audit(self, jinshan: Jinshan):
        case, _ = reported(what="插座", contact="13800000000")
        closed(jinshan, case)
        services.record_look_at_case(case=str(case.public_id), actor=jinshan.actor("lead"), now=NOW)

        events = AuditEvent.objects.filter(subject=f"case:{case.public_id}")
        assert events.filter(kind="inspections.case.seen").count() == 1
        assert events.filter(kind="inspections.case.close").count() == 1
        assert not any("插座" in str(event.data) or "138" in str(event.data) for event in events)


class TestOverdue:
    def test_the_owner_is_told_first_and_the_lead_later_each_once(self, jinshan: Jinshan):
        case, _ = reported()
        handled(jinshan, case)
        OutboxMessage.objects.all().delete()
        late, later = NOW + timedelta(days=21), NOW + timedelta(days=25)

        assert services.escalate_cases(now=NOW) == 0
        assert [services.escalate_cases(now=late) for _ in range(2)] == [1, 0]
        assert told(Kind.CASE_OVERDUE) == {case.owner_id}
        assert [services.escalate_cases(now=later) for _ in range(2)] == [1, 0]
        assert jinshan.users["lead"].pk in told(Kind.CASE_OVERDUE)
        assert CaseEscalation.objects.count() == 2

    def test_an_extension_gives_days_and_a_new_clock_is_escalated_anew(self, jinshan: Jinshan):
        case, _ = reported()
        handled(jinshan, case)
        step(jinshan, case, CaseMove.EXTEND, who="inspector", note="要等检测报告")

        assert case.due_on == date(2026, 12, 25)
        assert services.escalate_cases(now=NOW + timedelta(days=21)) == 0
        with pytest.raises(Refused):
            step(jinshan, case, CaseMove.EXTEND, note="再等")

    def test_suspected_harm_that_waits_is_told_to_leads_alone(self, jinshan: Jinshan):
        reported(kind=CaseKind.SUSPECTED_HARM)

        services.escalate_cases(now=NOW + timedelta(days=9))

        assert told(Kind.CASE_OVERDUE) == {
            jinshan.users["lead"].pk,
            jinshan.users["other_lead"].pk,
        }

    def test_a_closed_case_is_not_overdue(self, jinshan: Jinshan):
        case, _ = reported()
        closed(jinshan, case)

        assert services.escalate_cases(now=NOW + timedelta(days=99)) == 0
