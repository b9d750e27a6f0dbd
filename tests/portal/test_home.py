"""The home page: where to go now, what to do, what is left; honest for those who work here."""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.types import Actor, Role, ScopeKind
from families.models import ChildHealthCheck, Invitation
from families.types import GuardianRight, Relation
from regulations import services as regulations
from tests.bookings.pages import as_user, detail_of, html_of, user_of, words_of
from tests.bookings.situations import NOW, TUESDAY
from tests.bookings.worlds import (
    a_house,
    a_parent,
    a_ready_family,
    book,
    hours_of,
    ready_children,
)
from tests.facilities.factories import make_house, make_subdistrict

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_now(db, monkeypatch):
    regulations.load(now=datetime(2026, 1, 1, tzinfo=UTC))
    monkeypatch.setattr("accounts.entrance.timezone", SimpleNamespace(now=lambda: NOW))


@pytest.fixture
def house():
    return a_house()


@pytest.fixture
def family(house):
    return a_ready_family(house)


@pytest.fixture
def parent(family):
    return family[0]


@pytest.fixture
def child(family):
    return family[1]


@pytest.fixture
def browser(parent):
    return as_user(parent)


def home(browser, **asked):
    return browser.get(reverse("portal:home"), asked)


def houses_in(answer) -> list[str]:
    """The houses listed, by the timetable they lead to."""
    return re.findall(r'class="row-item near-house" href="([^"]+)"', html_of(answer))


def timetable_of(house) -> str:
    return reverse("bookings:timetable", args=[house.public_id])


class TestTheRestOfTheWorld:
    def test_reads_what_this_is_and_where_places_are_free(self, house):
        hours_of(house)

        answer = home(Client())

        words = words_of(answer)
        assert "临时有事，孩子托一小时" in words
        assert "登录" in words
        assert "注册" in words
        assert houses_in(answer) == [timetable_of(house)]

    def test_reads_so_when_no_place_is_free(self):
        assert "附近眼下没有空位" in words_of(home(Client()))


class TestFamily:
    def test_sees_the_free_units_that_are_left_this_year(self, browser, parent, child, house):
        book(parent, (child, hours_of(house, 2)))

        answer = home(browser)

        assert f"{child.name} 共 12 次，已用 0，已约 2 10 次" in words_of(answer)
        statement = reverse("bookings:statement", args=[child.public_id])
        assert f'href="{statement}"' in html_of(answer)

    def test_sees_the_next_booking_with_the_way_to_its_pass(self, browser, parent, child, house):
        book(parent, (child, hours_of(house, starts_at=TUESDAY + timedelta(days=1))))
        [first] = book(parent, (child, hours_of(house)))

        answer = home(browser)

        words = words_of(answer)
        assert "下一次" in words
        assert "11月24日 周二 09:00–10:00" in words
        assert "还有 1 个" in words
        assert f'href="{detail_of(first)}"' in html_of(answer)

    def test_sees_a_paper_to_renew_on_top(self, browser, child, house):
        hours_of(house)
        ChildHealthCheck.objects.filter(child=child).delete()

        answer = home(browser)

        words = words_of(answer)
        assert words.index("要办的事") < words.index("附近 · 现在能去哪")
        assert "办好才能约" in words
        page = reverse("families:health_check", args=[child.public_id])
        assert f'href="{page}"' in html_of(answer)

    def test_sees_an_invitation_that_waits(self, child, parent):
        invited = a_parent()
        user = user_of(invited)
        user.phone_verified_at = NOW
        user.save(update_fields=["phone_verified_at"])
        invitation = Invitation.objects.create(
            child=child,
            phone=user.phone or "",
            relation=Relation.FATHER,
            right=GuardianRight.BOOK,
            invited_by_id=parent.user_id,
            invited_at=NOW,
        )

        answer = home(as_user(invited))

        assert "请您一起照看" in words_of(answer)
        page = reverse("families:invitation", args=[invitation.public_id])
        assert f'href="{page}"' in html_of(answer)

    def test_without_children_is_asked_to_register_one(self):
        words = words_of(home(as_user(a_parent())))

        assert "先登记孩子" in words

    def test_sees_houses_from_where_the_child_lives_the_nearest_first(self, browser, child, house):
        far = make_house(latitude=house.latitude + 0.05)
        near = make_house(latitude=house.latitude + 0.005)
        for one in (far, near, house):
            hours_of(one)

        answer = home(browser)

        assert f"从{child.subdistrict.name}算起" in words_of(answer)
        assert houses_in(answer) == [timetable_of(one) for one in (house, near, far)]

    def test_sees_houses_from_where_it_stands_when_it_says_so(self, browser, house):
        far = make_house(latitude=house.latitude + 0.05)
        for one in (house, far):
            hours_of(one)

        answer = home(browser, lat=far.latitude, lon=far.longitude)

        assert "按离您的远近排列" in words_of(answer)
        assert houses_in(answer) == [timetable_of(one) for one in (far, house)]

    @pytest.mark.parametrize("lat", ["north", "9999", "nan", ""])
    def test_a_position_that_is_none_is_left_out(self, browser, house, lat):
        hours_of(house)

        answer = home(browser, lat=lat, lon="121.3")

        assert answer.status_code == 200
        assert "算起" in words_of(answer)

    def test_does_not_see_houses_that_are_full(self, browser, house):
        hours_of(house, places=1, places_taken=1)

        assert houses_in(home(browser)) == []

    def test_ten_more_of_everything_costs_no_more_statements(self, browser, parent, child, house):
        book(parent, (child, hours_of(house)))
        hours_of(house)
        first = _statements(browser)
        children = ready_children([parent] * 5, house.subdistrict)
        for one in children:
            book(parent, (one, hours_of(house)))
        for _ in range(5):
            hours_of(make_house())
        second = _statements(browser)

        assert first == second
        assert first <= 20


def _statements(browser) -> int:
    home(browser)
    with CaptureQueriesContext(connection) as captured:
        assert home(browser).status_code == 200
    return len(captured)


def somebody_who_is(role: Role, kind: ScopeKind, scope: str) -> Client:
    actor: Actor = a_parent()
    user_of(actor).grants.create(role=role, scope_kind=kind, scope=scope)
    return as_user(actor)


class TestPeopleAtWork:
    def test_an_operator_begins_with_the_reviews_and_the_houses_of_the_street(
        self, child, house, parent
    ):
        elsewhere = make_house(subdistrict=make_subdistrict("廊下镇"))
        ChildHealthCheck.objects.filter(child=child).update(state="submitted", reviewed_by=None)
        browser = somebody_who_is(Role.OPERATOR, ScopeKind.SUBDISTRICT, house.subdistrict.code)

        answer = home(browser)

        words, page = words_of(answer), html_of(answer)
        assert "1 份在等" in words
        assert house.name in words
        assert elsewhere.name not in words
        assert reverse("bookings:close_house", args=[house.public_id]) in page

    def test_the_person_in_charge_begins_with_their_own_house(self, house):
        other = make_house()
        browser = somebody_who_is(Role.PERSON_IN_CHARGE, ScopeKind.FACILITY, str(house.public_id))

        words = words_of(home(browser))

        assert house.name in words
        assert other.name not in words

    def test_a_house_that_is_gone_breaks_nothing(self):
        nowhere = "00000000-0000-0000-0000-000000000000"
        browser = somebody_who_is(Role.PERSON_IN_CHARGE, ScopeKind.FACILITY, nowhere)

        assert home(browser).status_code == 200

    @pytest.mark.parametrize("role", [Role.INSPECTOR, Role.AUDITOR, Role.SUPERVISION_LEAD])
    def test_an_officer_finds_what_there_is_and_nothing_that_is_not(self, house, role):
        answer = home(somebody_who_is(role, ScopeKind.DISTRICT, "310116"))

        words = words_of(answer)
        assert "现行规定" in words
        assert "全部宝宝屋" in words
        assert "审核健康检查证明" not in words
        assert "关闭几天" not in words

    def test_every_link_of_the_page_leads_somewhere(self, house):
        browser = somebody_who_is(Role.OPERATOR, ScopeKind.SUBDISTRICT, house.subdistrict.code)

        main = html_of(home(browser)).partition("<main")[2].partition("</main>")[0]

        for address in set(re.findall(r'href="([^"]+)"', main)):
            assert browser.get(address).status_code == 200, address

    def test_a_parent_who_works_here_still_sees_the_children_first(self, parent, child, house):
        hours_of(house)
        user_of(parent).grants.create(
            role=Role.CAREGIVER, scope_kind=ScopeKind.FACILITY, scope=str(house.public_id)
        )

        browser = as_user(parent)
        answer = home(browser)

        assert child.name in words_of(answer)
        assert f'href="{reverse("portal:work")}"' in html_of(answer)
        assert browser.get(reverse("portal:work")).status_code == 200

    def test_a_parent_has_no_page_of_work(self, browser):
        assert browser.get(reverse("portal:work")).status_code == 404
