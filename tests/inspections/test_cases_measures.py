"""查处: a case leads to a visit, its findings and orders, and these lead back; and E8."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from common.refusals import InvalidInput, NotFound, Refused
from inspections import services
from inspections.case_types import CaseKind, CaseMove, CaseOutcome, SpotCheck
from inspections.models import Case, Finding, RectificationOrder, Visit
from inspections.rules.cases import Course, rate_of
from inspections.selectors.cases_measures import cases_behind_order, cases_behind_visit
from inspections.selectors.cases_page import case_page
from inspections.selectors.cases_rate import rate_in
from inspections.selectors.reports import status_of_code
from inspections.services import Given, orders
from inspections.types import Department, VisitKind
from notifications.models import OutboxMessage
from tests.inspections.case_situations import assign, ended, handled, keeper_of, reported, step
from tests.inspections.situations import NOW, Jinshan
from tests.inspections.test_pages import client_of, text_of
from tests.inspections.visiting import (
    answer_all,
    begun,
    part_of,
    ready_to_visit,
    signed,
)

YEAR = date(2026, 1, 1), date(2026, 12, 31)


@pytest.fixture
def scene(jinshan: Jinshan) -> Jinshan:
    return ready_to_visit(jinshan)


def the_case(scene: Jinshan, **facts) -> tuple[Case, str]:
    case, code = reported(house=str(scene.houses[0].public_id), **facts)
    return handled(scene, case), code


def looked(scene: Jinshan, case: Case) -> Finding:
    """A 抽查 because of the case, which found one thing, and its order."""
    visit = begun(scene, kind=VisitKind.SPOT)
    part = part_of(visit)
    code = part.items.filter(rows_say="silent").order_by("pk").first().item.code
    answer_all(scene, part, **{code: Given("fails", "插座没有盖")})
    signed(scene, part)
    step(scene, case, CaseMove.LINK, who="inspector", visit=str(visit.public_id))
    orders.issue_orders(now=NOW)
    return Finding.objects.get(visit=visit, kind="requirement")


def entry_of(scene: Jinshan, who: str) -> str:
    return str(scene.entry(who).public_id)


class TestVisits:
    def test_the_lead_sends_somebody_because_of_a_case_and_the_two_are_linked(self, scene: Jinshan):
        case, _ = the_case(scene)

        visit = services.plan_spot_check(
            case=str(case.public_id),
            check=SpotCheck(date(2026, 11, 26), (entry_of(scene, "inspector"),)),
            actor=scene.actor("lead"),
            now=NOW,
        )

        assert (visit.kind, visit.facility) == ("spot", scene.houses[0])
        assert case.steps.get(move="link").visit == visit
        assert [name for _, name in cases_behind_visit(scene.actor("lead"), visit)] == [
            "金-2026-0001"
        ]

    def test_what_cannot_be_planned_changes_nothing(self, scene: Jinshan):
        case, _ = the_case(scene)
        near = entry_of(scene, "inspector_3")  # lives in the same 街镇
        for people, error in (((), InvalidInput), ((near,), Refused)):
            with pytest.raises(error):
                services.plan_spot_check(
                    case=str(case.public_id), check=SpotCheck(date(2026, 11, 26), people),
                    actor=scene.actor("lead"), now=NOW,
                )  # fmt: skip
        for who in ("inspector", "jingan_lead", "parent"):
            with pytest.raises(NotFound):
                services.plan_spot_check(
                    case=str(case.public_id),
                    check=SpotCheck(date(2026, 11, 26), (entry_of(scene, "inspector"),)),
                    actor=scene.actor(who), now=NOW,
                )  # fmt: skip

        assert not Visit.objects.exists()
        assert not case.steps.filter(move="link").exists()

    def test_by_the_page(self, scene: Jinshan):
        case, _ = the_case(scene)
        lead = client_of(scene, "lead")
        sent = {"planned_on": "2036-11-26", "inspectors": [entry_of(scene, "inspector")]}

        assert lead.post(reverse("cases:visit", args=[case.public_id]), {}).status_code == 422
        assert lead.post(reverse("cases:visit", args=[case.public_id]), sent).status_code == 303
        assert "安排抽查" in text_of(lead.get(reverse("cases:case", args=[case.public_id])))
        assert "安排抽查" not in text_of(
            client_of(scene, "inspector").get(reverse("cases:case", args=[case.public_id]))
        )

    def test_nobody_is_told_why_they_are_sent(self, scene: Jinshan):
        case, _ = reported(
            kind=CaseKind.SUSPECTED_HARM, house=str(scene.houses[0].public_id), what="身上有伤"
        )
        step(scene, case, CaseMove.ACCEPT)
        visit = services.plan_spot_check(
            case=str(case.public_id),
            check=SpotCheck(date(2026, 11, 26), (entry_of(scene, "inspector"),)),
            actor=scene.actor("lead"),
            now=NOW,
        )

        rows = OutboxMessage.objects.filter(recipient=scene.users["inspector"])
        assert rows.exists()
        assert not any("case" in str(one.payload) or "伤" in str(one.payload) for one in rows)
        assert cases_behind_visit(scene.actor("inspector"), visit) == []


class TestMeasures:
    def test_visit_finding_and_order_are_named_and_lead_back(self, scene: Jinshan):
        case, code = the_case(scene)
        finding = looked(scene, case)
        order = RectificationOrder.objects.get(finding=finding)

        [check] = case_page(scene.actor("inspector"), str(case.public_id), now=NOW).checks
        assert [(one.text, one.order) for one in check.measures] == [
            (finding.text, str(order.public_id))
        ]
        for who in ("lead", "inspector"):
            assert cases_behind_visit(scene.actor(who), finding.visit)
            assert cases_behind_order(scene.actor(who), str(order.public_id))
        assert status_of_code(code).measures == ""
        ended(scene, case)
        day = order.due_on
        assert status_of_code(code).measures == (
            f"11月22日 抽查过，查出 1 个问题，发出 1 份整改单，最晚 {day.month}月{day.day}日改好。"
        )

    def test_a_house_learns_of_no_case_behind_its_visit_and_order(self, scene: Jinshan):
        keeper_of(scene, scene.houses[0])
        case, _ = the_case(scene, what="老师在走廊吼孩子")
        finding = looked(scene, case)
        order = RectificationOrder.objects.get(finding=finding)

        assert cases_behind_visit(scene.actor("keeper"), finding.visit) == []
        assert cases_behind_order(scene.actor("keeper"), str(order.public_id)) == []
        keeper = client_of(scene, "keeper")
        for address in (
            reverse("visits:visit", args=[finding.visit.public_id]),
            reverse("visits:result", args=[finding.item.part.public_id]),
            reverse("orders:order", args=[order.public_id]),
        ):
            page = keeper.get(address, follow=True).content.decode()
            assert f"2026-{case.pk:04d}" not in page
            assert str(case.public_id) not in page

    def test_officers_find_the_case_on_the_visits_and_the_orders_page(self, scene: Jinshan):
        case, _ = the_case(scene)
        finding = looked(scene, case)
        order = RectificationOrder.objects.get(finding=finding)
        address = reverse("cases:case", args=[case.public_id])

        for page in (
            reverse("visits:result", args=[finding.item.part.public_id]),
            reverse("orders:order", args=[order.public_id]),
        ):
            assert address in client_of(scene, "inspector").get(page).content.decode(), page

    def test_one_finding_of_another_visit_is_linked_by_itself(self, scene: Jinshan):
        case, _ = the_case(scene)
        other, _ = the_case(scene)
        finding = looked(scene, other)
        page = case_page(scene.actor("inspector"), str(case.public_id), now=NOW)
        assert [one for one, _ in page.findings] == [str(finding.public_id)]

        step(scene, case, CaseMove.LINK, who="inspector", finding=str(finding.public_id))

        [check] = case_page(scene.actor("inspector"), str(case.public_id), now=NOW).checks
        assert [one.text for one in check.measures] == [finding.text]
        assert case.steps.get(move="link").finding == finding

    def test_findings_of_another_house_or_department_are_not_linked(self, scene: Jinshan):
        case, _ = the_case(scene)
        finding = looked(scene, case)
        elsewhere, _ = reported(house=str(scene.houses[1].public_id))
        handled(scene, elsewhere)
        healths, _ = reported(house=str(scene.houses[0].public_id))
        step(scene, healths, CaseMove.ACCEPT)
        assign(scene, healths, "health", department=Department.HEALTH)
        step(scene, healths, CaseMove.START, who="health")

        for where, who in ((elsewhere, "inspector"), (healths, "health")):
            with pytest.raises(NotFound):
                step(scene, where, CaseMove.LINK, who=who, finding=str(finding.public_id))
        step(scene, healths, CaseMove.LINK, visit=str(finding.visit.public_id))
        [check] = case_page(scene.actor("health"), str(healths.public_id), now=NOW).checks
        assert check.measures == ()


class TestRate:
    def rate(self, **facts):
        return rate_in("310116", since=YEAR[0], through=YEAR[1], today=date(2026, 12, 31), **facts)

    def test_its_arithmetic(self):
        day = date(2026, 11, 20)
        in_time, late = ((day, day),), ((day, day), (day + timedelta(days=1), day))
        courses = [
            Course(None, in_time),
            Course(None, in_time),
            Course(None, in_time, recurred=True),
            Course(None, late),
            Course(None, late, recurred=True),  # counts once
            Course(day, ()),  # past its clock
            Course(date(2027, 1, 4), in_time),  # not due yet
        ]
        rate = rate_of(courses, since=YEAR[0], through=YEAR[1], today=date(2026, 12, 31))

        assert (rate.due, rate.effective, rate.late, rate.recurred, rate.open) == (6, 2, 2, 1, 1)
        assert rate.percent == 33
        assert rate.due == rate.effective + rate.late + rate.recurred + rate.open

    def test_cases_are_counted_as_they_went(self, jinshan: Jinshan):
        house = str(jinshan.houses[0].public_id)
        good, _ = reported(house=house)
        ended(jinshan, handled(jinshan, good))
        late, _ = reported()
        handled(jinshan, late)
        ended(jinshan, late, now=NOW + timedelta(days=30))
        reported()  # nobody cares
        declined, _ = reported()
        step(jinshan, declined, CaseMove.DECLINE, answer="由街镇办理。")
        reported(kind=CaseKind.SUSPECTED_HARM)

        rate = self.rate()
        assert (rate.due, rate.effective, rate.late, rate.open) == (3, 1, 1, 1)

    def test_what_is_borne_out_again_at_the_same_house_was_not_effective(self, jinshan: Jinshan):
        house = str(jinshan.houses[0].public_id)
        first, _ = reported(house=house)
        ended(jinshan, handled(jinshan, first))
        assert self.rate().recurred == 0
        day = timedelta(days=1)
        again, _ = reported(house=house, now=NOW + 3 * day)
        handled(jinshan, again)
        ended(jinshan, again, outcome=CaseOutcome.UNCONFIRMED, now=NOW + 3 * day)
        assert self.rate().recurred == 0
        once_more, _ = reported(house=house, now=NOW + 5 * day)
        handled(jinshan, once_more)
        ended(jinshan, once_more, now=NOW + 5 * day)

        rate = self.rate()
        assert (rate.due, rate.effective, rate.recurred) == (3, 1, 2)

    def test_the_board_says_how_it_was_reckoned(self, jinshan: Jinshan):
        case, _ = reported()
        ended(jinshan, handled(jinshan, case))

        page = text_of(client_of(jinshan, "lead").get(reverse("cases:cases")))
        assert "100% = 有效结案 1 件 ÷ 到期 1 件" in page
        assert "6个月内" in page
