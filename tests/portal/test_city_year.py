"""The generated city's year of supervision: every page has something real to show.

The city is built once for this file, in a transaction that is rolled back behind it.
"""

from collections import Counter
from datetime import date, time, timedelta

import pytest
from django.db import transaction
from django.db.models import Max
from django.test import override_settings

from accounts.models import User
from accounts.selectors import actor_for
from accounts.types import Actor
from common.intervals import moment_in_shanghai
from common.refusals import NotFound
from credit.models import CreditDecision, CreditObjection
from credit.types import EntryKind
from facilities.models import CareSession, Facility
from facilities.types import FacilityState, SessionStop
from guide.models import AnswerDraft, AnswerVersion
from guide.selectors.answers import answers_for
from guide.selectors.desk import open_drafts
from guide.selectors.plans import plans_seen_by
from guide.types import DraftState
from inspections.case_types import CaseSource, CaseStage
from inspections.dossier_types import BriefStep, NoticeState
from inspections.models import (
    Case,
    CaseEscalation,
    CasePhoto,
    DailyRoot,
    DepartmentBrief,
    Finding,
    OrderEscalation,
    OrderStep,
    RectificationOrder,
    Signature,
    StarRating,
    Visit,
    VisitPart,
)
from inspections.order_types import OVER, Level, OrderEvent, OrderState
from inspections.selectors.agreement import agreement_of
from inspections.selectors.cases import case_for, cases_in
from inspections.selectors.cases_house import questions_to
from inspections.selectors.credit import credit_page
from inspections.selectors.dossier import dossier_for
from inspections.selectors.notices import notices_seen
from inspections.selectors.orders import board_of
from inspections.selectors.reports import own_report, own_reports
from inspections.selectors.sealed import tampered
from inspections.selectors.visit_lists import house_visits, today_page
from inspections.selectors.warnings import own_warnings, warnings_of
from inspections.types import (
    FIELD_VISITS,
    Department,
    FindingKind,
    PartState,
    Severity,
    VisitKind,
    VisitState,
)
from notifications.models import InboxItem
from portal.city.build import build_city
from portal.city.people import HOUSE_OF_THE_STAFF, phone_of
from portal.city.sizes import Scale
from safety.selectors.incidents import incidents_seen_by
from staff.selectors.overrides import overrides_seen_by

TODAY = date(2026, 11, 22)
MORNING = moment_in_shanghai(TODAY, time(10))
JINSHAN = "310116"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("city"),
    pytest.mark.xdist_group("city"),
]


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker, tmp_path_factory):
    # The photos lie where no other test tidies up.
    store = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("photos"))
    with store, django_db_blocker.unblock(), transaction.atomic():
        build_city(seed=1, scale=Scale.DEMO, today=TODAY, now=MORNING)
        yield
        transaction.set_rollback(True)


def actor(number: int) -> Actor:
    return actor_for(User.objects.get(phone=phone_of(number)), today=TODAY)


def orders_with(event: OrderEvent):
    return RectificationOrder.objects.filter(steps__event=event).distinct()


# --- visits --------------------------------------------------------------------------------------


def test_twenty_visits_and_more_were_signed_of_every_kind():
    signed = Visit.objects.filter(state=VisitState.SIGNED)

    assert signed.filter(kind__in=FIELD_VISITS).count() >= 20
    assert set(signed.values_list("kind", flat=True)) == set(VisitKind)
    houses = Facility.objects.filter(subdistrict__district__code=JINSHAN)
    assert houses.filter(pk__in=signed.values("facility")).count() > houses.count() / 2


def test_every_signed_visit_but_a_recheck_has_its_results_and_none_was_altered():
    signed = Visit.objects.filter(state=VisitState.SIGNED).exclude(kind=VisitKind.RECHECK)

    for visit in signed.prefetch_related("parts__results__signatures"):
        parts = [one for one in visit.parts.all() if one.state != PartState.ABSENT]
        assert parts, visit
        assert all(result.signatures.exists() for part in parts for result in part.results.all())
        assert all(part.results.exists() for part in parts)
    assert list(tampered()) == []


def test_several_departments_looked_at_one_house_together():
    parts = VisitPart.objects.filter(visit__kind=VisitKind.JOINT, state="signed")
    most = Counter(parts.values_list("visit", flat=True)).most_common(1)[0]

    assert most[1] == len(Department) - 1  # all but the house itself


def test_something_of_each_severity_was_found_and_some_contradicts_the_rows():
    found = Finding.objects.exclude(department=Department.HOUSE)

    assert set(found.values_list("severity", flat=True)) == set(Severity)
    assert found.filter(kind=FindingKind.DATA).exists()
    assert all(one.note for one in found.filter(kind=FindingKind.REQUIREMENT))


def test_the_inspector_of_the_demo_has_visits_today_and_one_begun():
    page = today_page(actor(301), now=MORNING)

    assert [one for one in page.due if one.planned_on == TODAY]
    assert [one for one in page.due if one.is_overdue]
    assert [one for one in page.open if one.is_mine and 0 < one.answered < one.total]


def test_the_house_of_the_demo_looked_at_itself_and_does_so_again():
    page, _ = house_visits(actor(201), now=MORNING)

    assert [one for one in page.open if 0 < one.answered < one.total]
    own = Visit.objects.filter(kind=VisitKind.SELF, facility__name=HOUSE_OF_THE_STAFF)
    assert own.filter(state=VisitState.SIGNED).exists()


def test_a_department_that_never_came_was_let_go():
    [part] = VisitPart.objects.filter(state=PartState.ABSENT)

    assert part.absent_because
    assert part.visit.state == VisitState.SIGNED


def test_a_signature_waits_for_the_second_inspector_of_the_demo():
    [waiting] = today_page(actor(302), now=MORNING).to_countersign

    assert waiting.is_half_signed


def test_a_house_refused_to_sign_and_said_why():
    assert Signature.objects.filter(has_refused=True).exclude(absent_because="").exists()


def test_the_inspector_of_the_other_district_has_a_visit_and_what_came_of_it():
    assert today_page(actor(321), now=MORNING).signed
    assert [one for one in board_of(actor(321), now=MORNING) if one.rows]


def test_two_who_looked_at_the_same_are_compared_and_one_said_why_not():
    page = agreement_of(JINSHAN, year=TODAY.year, today=TODAY)

    assert page.sheets >= 2
    assert page.declined >= 1
    assert page.whole.kappa
    assert [one for one in page.items if one.differences]
    assert not page.waiting


# --- 整改 ----------------------------------------------------------------------------------------


def test_orders_stand_in_every_state():
    states = set(RectificationOrder.objects.values_list("state", flat=True))

    assert states == set(OrderState)


def test_everything_that_may_happen_to_an_order_happened_but_turning_red():
    happened = set(OrderStep.objects.values_list("event", flat=True))

    assert happened == set(OrderEvent) - {OrderEvent.TURN_RED}


def test_no_order_was_closed_without_a_passed_recheck():
    closed = RectificationOrder.objects.filter(state=OrderState.CLOSED)

    assert closed.count() >= 5
    assert not closed.exclude(steps__event=OrderEvent.PASS).exists()


def test_the_same_was_found_again_within_the_months_that_count():
    again = RectificationOrder.objects.filter(recurs__isnull=False).select_related("recurs")

    assert again.exists()
    assert all(one.recurs.state == OrderState.CLOSED for one in again if one.recurs)
    assert all(one.code == one.recurs.code for one in again if one.recurs)


def test_a_late_order_was_told_to_house_street_and_lead():
    late = RectificationOrder.objects.filter(due_on__lt=TODAY).exclude(state__in=OVER)

    told = Counter(OrderEscalation.objects.filter(order__in=late).values_list("level", flat=True))
    assert set(told) == set(Level)
    assert orders_with(OrderEvent.EXTEND).filter(pk__in=late).exists()


def test_a_house_was_suspended_and_opened_again_by_its_recheck():
    [lifted] = orders_with(OrderEvent.SUSPEND).filter(state=OrderState.CLOSED)

    events = list(lifted.steps.order_by("number").values_list("event", flat=True))
    assert events.index(OrderEvent.SUSPEND) < events.index(OrderEvent.PASS)
    assert lifted.facility.state == FacilityState.OPEN
    coming = CareSession.objects.filter(facility=lifted.facility, starts_at__gt=MORNING)
    assert coming.filter(stop="").exists()
    assert not coming.filter(stop=SessionStop.SUSPENDED).exists()


def test_a_house_is_suspended_by_an_order_that_is_open():
    [suspended] = Facility.objects.filter(state=FacilityState.SUSPENDED)

    [order] = orders_with(OrderEvent.SUSPEND).exclude(state__in=OVER)
    assert order.facility == suspended
    assert order.severity == Severity.SEVERE


def test_the_house_of_the_demo_has_something_to_mend():
    own = RectificationOrder.objects.filter(facility__name=HOUSE_OF_THE_STAFF)

    assert own.filter(state=OrderState.ISSUED).exists()
    assert own.filter(state=OrderState.CLOSED).exists()


# --- cases ---------------------------------------------------------------------------------------


def test_cases_stand_in_every_stage_and_come_from_everybody_who_may_report():
    cases = Case.objects.all()

    assert set(cases.values_list("stage", flat=True)) == set(CaseStage)
    assert set(cases.values_list("source", flat=True)) == set(CaseSource)
    assert cases.filter(reporter__isnull=True).exists()  # by a receipt code alone


def test_a_late_case_was_told_of():
    late = Case.objects.filter(due_on__lt=TODAY)

    assert late.exists()
    assert CaseEscalation.objects.filter(case__in=late).values("level").distinct().count() == 2


def test_suspected_harm_is_read_by_the_lead_alone():
    [case] = Case.objects.filter(is_restricted=True)

    assert case_for(actor(303), str(case.public_id)) == case
    for number in (301, 302, 311):
        with pytest.raises(NotFound):
            case_for(actor(number), str(case.public_id))
    live, _ = cases_in(actor(301), JINSHAN, now=MORNING)
    assert str(case.public_id) not in {row.id for row in live}


def test_a_house_answered_one_question_and_is_asked_another():
    waiting, done = questions_to(actor(201), now=MORNING)

    assert [one for one in waiting if not one.is_overdue]
    assert [one for one in done if one.reply]


def test_each_operator_of_the_demo_is_asked_something_and_one_is_late():
    for number in (101, 102):
        assert questions_to(actor(number), now=MORNING)[0]
    assert [one for one in questions_to(actor(101), now=MORNING)[0] if one.is_overdue]


def test_every_department_has_a_case_of_its_own():
    for number in (311, 312, 313, 314):
        live, closed = cases_in(actor(number), JINSHAN, now=MORNING)
        assert [*live, *closed], number


def test_a_reporter_sent_photos_and_the_first_parent_reads_what_became_of_a_report():
    assert CasePhoto.objects.filter(step=None).exists()
    assert [one for one in own_reports(actor(1)) if own_report(actor(1), one.id).is_closed]


# --- what is warned of, and what stands to a house's credit ---------------------------------------


def test_one_warning_was_answered_and_another_waits():
    rows = [
        row for level in warnings_of(actor(303), JINSHAN, now=MORNING).levels for row in level.rows
    ]

    assert [row for row in rows if row.answer]
    assert [row for row in rows if row.needs_answer]
    assert own_warnings(actor(201), now=MORNING).levels


def test_objections_of_houses_were_upheld_refused_and_wait():
    decided = set(CreditDecision.objects.values_list("is_upheld", flat=True))

    assert decided == {True, False}
    assert CreditObjection.objects.filter(decision=None).exists()


def test_the_house_of_the_demo_has_an_honor_and_an_entry_that_does_not_count():
    house = Facility.objects.get(name=HOUSE_OF_THE_STAFF)
    page = credit_page(actor(201), str(house.public_id), now=MORNING)

    assert [one for one in page.entries if one.fact.kind is EntryKind.HONOR]
    assert [one for one in page.entries if one.is_void and one.objection]
    assert [one for one in page.entries if one.may_object]


# --- the guide ------------------------------------------------------------------------------------


def test_plans_were_read_by_some_houses_and_not_by_all():
    plans = plans_seen_by(actor(303))

    assert len(plans) >= 2
    assert all(0 < plan.read < plan.houses for plan in plans)
    assert [plan for plan in plans if plan.starts_on > TODAY]


def test_a_plan_waits_for_each_who_runs_a_house_of_the_demo():
    for number in (101, 102, 201):
        assert [plan for plan in plans_seen_by(actor(number)) if plan.read < plan.houses], number


def test_a_draft_of_the_inspectors_and_one_of_the_lead_wait_for_a_second_person():
    drafts = open_drafts(actor(303), JINSHAN)

    assert {draft.is_own for draft in drafts} == {True, False}
    assert [draft for draft in drafts if draft.code]
    states = set(AnswerDraft.objects.values_list("state", flat=True))
    assert states == set(DraftState)


def test_the_district_has_an_answer_of_its_own_that_two_published():
    own = AnswerVersion.objects.filter(jurisdiction=JINSHAN)

    assert own.exists()
    assert all(one.drafted_by_id != one.published_by_id for one in own)
    assert len(answers_for(JINSHAN, on=TODAY)) > len(answers_for("310000", on=TODAY))


# --- staff and safety -----------------------------------------------------------------------------


def test_streets_set_rules_aside_and_took_one_back():
    rows = overrides_seen_by(actor(303), now=MORNING)

    assert [row for row in rows if row.is_in_force]
    assert [row for row in rows if row.withdrawn_at]
    for number in (101, 102):
        assert overrides_seen_by(actor(number), now=MORNING), number


def test_whoever_may_report_an_incident_in_the_demo_has_one_to_read():
    for number in (101, 102, 201, 202, 301, 303, 311):
        assert incidents_seen_by(actor(number), now=MORNING), number


# --- what is told --------------------------------------------------------------------------------


def test_every_visited_house_is_published():
    visited = Visit.objects.filter(
        state=VisitState.SIGNED, kind__in=FIELD_VISITS, done_on__lt=TODAY - timedelta(days=14)
    ).values("facility")

    for house in Facility.objects.filter(pk__in=visited):
        dossier = dossier_for(house, now=MORNING)
        assert dossier.visits, house
        assert dossier.as_of == TODAY


def test_one_house_has_a_star_from_three_sources_that_was_put_up_and_confirmed():
    [star] = StarRating.objects.select_related("facility")

    assert star.facility.name == HOUSE_OF_THE_STAFF
    assert dossier_for(star.facility, now=MORNING).star is not None


def test_notices_stand_in_every_state_and_some_were_objected_to():
    seen = notices_seen(now=MORNING, district=JINSHAN)

    assert {one.state for one in seen} == set(NoticeState)
    assert [one for one in seen if one.unanswered]
    assert [one for one in seen if one.objections and not one.unanswered]


def test_briefs_are_at_every_step():
    briefs = DepartmentBrief.objects.annotate(last=Max("events__pk")).prefetch_related("events")

    last = {max(brief.events.all(), key=lambda one: one.pk).step for brief in briefs}
    assert last == set(BriefStep)


def test_the_hash_of_a_day_was_kept_for_everybody_to_compare():
    assert DailyRoot.objects.exists()


def test_the_news_of_a_year_does_not_pile_up_unread():
    unread = Counter(InboxItem.objects.filter(read_at=None).values_list("user__phone", flat=True))

    for number in (101, 102, 201, 301, 302, 303, 311, 391):
        assert unread[phone_of(number)] <= 25, number
    old = InboxItem.objects.filter(arrived_at__lt=MORNING - timedelta(days=30))
    assert old.filter(user__phone=phone_of(303)).exists()
    assert not old.filter(user__phone=phone_of(303), read_at=None).exists()


def test_everybody_has_the_password_they_had():
    assert all(
        User.objects.get(phone=phone_of(n)).check_password("babyhouse-demo") for n in (201, 301)
    )
    assert not any(
        one.has_usable_password() for one in User.objects.filter(phone__startswith="139")
    )
