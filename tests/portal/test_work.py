"""工作: what somebody has to do next stands on top, and the bar leads to what their roles open."""

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.types import Role, ScopeKind
from inspections.types import VisitKind, VisitState
from portal.selectors import work_home
from regulations import services as regulations
from safety.types import IncidentKind, RegisterKind
from staff import selectors as staff
from staff.models import HealthCertificate
from tests.bookings.pages import as_user, html_of, user_of, words_of
from tests.bookings.situations import NOW
from tests.bookings.worlds import a_house, a_parent, a_ready_family, hours_of
from tests.facilities.factories import make_group, make_house, make_session, make_subdistrict
from tests.families.factories import actor_of, make_operator
from tests.inspections.situations import make_visit
from tests.safety.factories import make_incident, make_item
from tests.staff.factories import make_caregiver

pytestmark = pytest.mark.django_db

WORK = "/work/"
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _at_now(db, monkeypatch):
    regulations.load(now=datetime(2026, 1, 1, tzinfo=UTC))
    monkeypatch.setattr("accounts.entrance.timezone", SimpleNamespace(now=lambda: NOW))


@pytest.fixture
def house():
    return a_house()


@pytest.fixture
def operator(house):
    return actor_of(make_operator(house.subdistrict))


def somebody(role: Role, kind: ScopeKind, scope: str):
    actor = a_parent()
    user_of(actor).grants.create(role=role, scope_kind=kind, scope=scope)
    return actor_of(user_of(actor))


def officer(role: Role, district: str = "310116"):
    return somebody(role, ScopeKind.DISTRICT, district)


def todos(actor) -> dict[str, str]:
    return {todo.title: todo.tag for todo in work_home(actor, now=NOW).todos}


def short_of_staff(house):
    return make_session(
        make_group(house), now=NOW, starts_at=NOW + timedelta(hours=6), places_taken=6,
        counted_staff=1, places=20,
    )  # fmt: skip


def lapses(person, on: date) -> None:
    HealthCertificate.objects.filter(person=person).update(valid_through=on)


def everything_waits(house) -> None:
    """One of each thing that an operator has to do."""
    short_of_staff(house)
    lapses(make_caregiver(house), TODAY - timedelta(days=1))
    hours_of(house, starts_at=NOW + timedelta(days=2))
    make_item(house, RegisterKind.ALARM)
    make_incident(house, user_of(a_ready_incident_reporter(house)))


def a_ready_incident_reporter(house):
    return somebody(Role.PERSON_IN_CHARGE, ScopeKind.FACILITY, str(house.public_id))


class TestOperator:
    def test_nothing_waits_where_all_is_well(self, house, operator):
        assert todos(operator) == {}
        assert "眼下没有要办的事" in words_of(as_user(operator).get(WORK))

    def test_everything_that_waits_stands_on_top_the_urgent_first(self, house, operator):
        everything_waits(house)

        found = work_home(operator, now=NOW).todos

        assert [todo.is_urgent for todo in found] == sorted(
            [todo.is_urgent for todo in found], reverse=True
        )
        assert {todo.title for todo in found} == {
            "人手不足", "突发事件", "从业人员证件", "下周排班", "登记和自查"
        }  # fmt: skip

    def test_every_todo_leads_somewhere(self, house, operator):
        everything_waits(house)
        browser = as_user(operator)

        for todo in work_home(operator, now=NOW).todos:
            assert browser.get(todo.url).status_code == 200, todo

    def test_a_shortage_that_nobody_answered_is_counted(self, house, operator):
        short_of_staff(house)
        assert todos(operator)["人手不足"] == "1 处没人答复"

    def test_papers_are_counted_as_the_page_of_papers_lists_them(self, house, operator):
        for days in (-40, -1, 0, 1, 29, 59, 60, 61, 200):
            lapses(make_caregiver(house), TODAY + timedelta(days=days))

        page = staff.papers_due(operator, now=NOW)
        listed = {band.days: len(band.papers) for band in page.bands}
        from regulations.selectors import law_book

        found = staff.papers_ending(staff.houses_kept_by(operator), today=TODAY, law=law_book())

        assert found.lapsed == listed.pop(None) == 2
        assert found.soon == sum(listed.values()) > 0

    def test_a_week_to_roster_leads_to_its_board(self, house, operator):
        hours_of(house, starts_at=NOW + timedelta(days=2))

        [todo] = [one for one in work_home(operator, now=NOW).todos if one.title == "下周排班"]

        assert todo.url == f"/staff/roster/{house.public_id}/2026-11-23/"

    def test_of_another_street_nothing_is_seen(self, house):
        everything_waits(house)
        elsewhere = make_house(subdistrict=make_subdistrict("廊下镇"))

        assert todos(actor_of(make_operator(elsewhere.subdistrict))) == {}

    def test_more_of_everything_costs_no_more_statements(self, house, operator):
        everything_waits(house)
        browser = as_user(operator)

        def statements() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert browser.get(WORK).status_code == 200
            return len(captured)

        statements()
        before = statements()
        for _ in range(3):
            another = make_house(subdistrict=house.subdistrict)
            everything_waits(another)
            a_ready_family(another)
        assert statements() == before
        assert before <= 20


class TestOfficers:
    def test_a_lead_sees_late_visits_of_the_district(self, house):
        make_visit(house, TODAY - timedelta(days=3), signed=False)
        make_visit(house, TODAY + timedelta(days=3), signed=False)
        make_visit(house, TODAY - timedelta(days=2), signed=True)

        assert todos(officer(Role.SUPERVISION_LEAD))["要去的检查"] == "1 次过期未做"
        assert todos(officer(Role.SUPERVISION_LEAD, "310106")) == {}

    def test_an_inspector_sees_the_visits_they_go_to(self, house):
        inspector = officer(Role.INSPECTOR)
        theirs = make_visit(house, TODAY + timedelta(days=2), signed=False)
        theirs.goers.create(user_id=inspector.user_id)
        make_visit(house, TODAY + timedelta(days=2), kind=VisitKind.SPOT, signed=False)

        found = work_home(inspector, now=NOW).todos

        assert [(todo.title, todo.note) for todo in found] == [("要去的检查", "一周之内 1 次")]
        theirs.state = VisitState.WITHDRAWN
        theirs.withdrawn_because = "改期"
        theirs.save()
        assert todos(inspector) == {}

    def test_suspected_harm_is_counted_for_the_lead_alone(self, house, operator):
        make_incident(
            house, user_of(a_ready_incident_reporter(house)), kind=IncidentKind.SUSPECTED_HARM
        )

        assert "突发事件" in todos(officer(Role.SUPERVISION_LEAD))
        assert "突发事件" not in todos(operator)
        assert "突发事件" not in todos(officer(Role.INSPECTOR))


def bar(actor, at: str = WORK) -> list[str]:
    page = html_of(as_user(actor).get(at))
    _, _, nav = page.partition('class="worknav')
    return re.findall(r"<span>([^<]+)</span>", nav.partition("</nav>")[0])


class TestBar:
    @pytest.mark.parametrize(
        ("role", "kind", "links"),
        [
            (Role.OPERATOR, "street", "工作 今日 排班 人员 导入 安全 检查 方案 系统"),
            (Role.PERSON_IN_CHARGE, "house", "工作 今日 门口 排班 人员 导入 安全 检查 方案"),
            (Role.CAREGIVER, "house", "工作 今日 门口 安全 方案"),
            (Role.INSPECTOR, "district", "工作 今日 人员 安全 检查 方案"),
            (Role.SUPERVISION_LEAD, "district", "工作 今日 人员 安全 检查 方案 系统"),
            (Role.HEALTH_OFFICER, "district", "工作 今日 安全 检查"),
            (Role.FIRE_OFFICER, "district", "工作 检查"),
            (Role.AUDITOR, "district", "工作 安全 系统"),
        ],
    )
    def test_leads_to_what_a_role_opens_and_every_link_opens(self, house, role, kind, links):
        scopes = {
            "street": (ScopeKind.SUBDISTRICT, house.subdistrict.code),
            "house": (ScopeKind.FACILITY, str(house.public_id)),
            "district": (ScopeKind.DISTRICT, "310116"),
        }
        actor = somebody(role, *scopes[kind])

        assert bar(actor) == links.split()
        browser = as_user(actor)
        page = html_of(browser.get(WORK)).partition('class="worknav')[2].partition("</nav>")[0]
        for address in re.findall(r'href="([^"]+)"', page):
            assert browser.get(address, follow=True).status_code == 200, address

    def test_says_where_somebody_is(self, operator):
        page = html_of(as_user(operator).get("/staff/papers/"))
        assert '<a class="frame-link" href="/staff/" aria-current="true">' in page

    def test_parents_and_the_public_have_none(self, house):
        parent, _ = a_ready_family(house)
        assert "worknav" not in html_of(as_user(parent).get("/"))
        assert "worknav" not in html_of(Client().get("/"))
