"""The week board, as those who roster, those who work and those who look after it see it."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.types import Role, ScopeKind
from common.intervals import day_in_shanghai
from facilities.models import CareSession
from staff.models import DraftShift, RosterOverride, Shift
from staff.roster_urls import urlpatterns
from staff.types import StaffRole
from tests.bookings.pages import html_of, words_of
from tests.staff.boards import Board, a_board, browser_of, everybody
from tests.staff.factories import (
    make_caregiver,
    make_employment,
    make_leave,
    make_person,
    make_shift,
    stretch,
)

pytestmark = pytest.mark.usefixtures("law")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def today():
    from django.utils import timezone

    return day_in_shanghai(timezone.now())


@pytest.fixture
def board(today) -> Board:
    """Next week, as seen by the real clock."""
    from django.utils import timezone

    monday = today + timedelta(days=7 - today.weekday())
    days = (monday + timedelta(days=1), monday + timedelta(days=2))
    return a_board(days=days, now=timezone.now(), monday=monday)


@pytest.fixture
def people(board):
    return everybody(board)


@pytest.fixture
def operator(people):
    return browser_of(people["operator"])


def the_tuesday(board: Board):
    return board.monday + timedelta(days=1)


# --- who may ---------------------------------------------------------------------------------

SEES = {"operator", "in_charge", "caregiver", "officer", "inspector"}
CHANGES = {"operator", "in_charge"}
KNOWS_OF_OVERRIDES = {
    "operator", "other_operator", "in_charge", "officer", "inspector", "health_officer",
    "other_officer",
}  # fmt: skip
ANYBODY_SIGNED_IN = "everybody"
MAY_GET = {
    "choose": SEES | {"other_operator", "other_officer"},
    "board": SEES,
    "publish": CHANGES,
    "override": {"operator"},
    "add": CHANGES,
    "change": CHANGES,
    "fill": CHANGES,
    "proposal": CHANGES,
    "what_if": CHANGES,
    "training": CHANGES,
    "overrides": ANYBODY_SIGNED_IN,
}
MAY_POST = {
    "copy": CHANGES,
    "publish": CHANGES,
    "override": {"operator"},
    "add": CHANGES,
    "change": CHANGES,
    "remove": CHANGES,
    "fill": CHANGES,
    "ask": CHANGES,
    "take": set(),  # there is no proposal to take
    "take_back": {"operator"},
}


def test_every_page_has_its_row():
    assert {one.name for one in urlpatterns} == MAY_GET.keys() | MAY_POST.keys()


@pytest.fixture
def addresses(board, people):
    make_house_elsewhere(people)
    board.put(board.caregiver, stretch(the_tuesday(board), 9, 12))
    shift = DraftShift.objects.get()
    override = RosterOverride.objects.create(
        week=board.week,
        rule="children_per_staff",
        reason="大雪",
        approved_by_id=people["operator"].pk,
        approved_at=board.now,
        through=board.monday + timedelta(days=6),
    )
    session = next(iter(board.sessions.values()))
    return {
        "choose": reverse("rosters:choose"),
        "overrides": reverse("rosters:overrides"),
        "take_back": reverse("rosters:take_back", args=[override.public_id]),
        "change": board.address("change", shift.public_id),
        "remove": board.address("remove", shift.public_id),
        "fill": board.address("fill", session.public_id),
        **{
            name: board.address(name)
            for name in (
                "board",
                "copy",
                "publish",
                "override",
                "add",
                "proposal",
                "ask",
                "take",
                "what_if",
                "training",
            )
        },
    }


def make_house_elsewhere(people):
    """So that those from elsewhere have something of their own to see."""
    from tests.facilities.factories import make_district, make_house, make_subdistrict

    make_house(subdistrict=make_subdistrict("廊下镇"))
    make_house(
        subdistrict=make_subdistrict(
            "南京西路街道", code="310106012", district=make_district("310106", "静安区")
        )
    )


@pytest.mark.parametrize("name", MAY_GET)
def test_looking_is_for_those_who_may(people, addresses, name):
    allowed = MAY_GET[name]
    for who, user in people.items():
        answer = browser_of(user).get(addresses[name])

        expected = 200 if allowed == ANYBODY_SIGNED_IN or who in allowed else 404
        assert answer.status_code == expected, who


@pytest.mark.parametrize("name", MAY_POST)
def test_changing_is_for_those_who_may_and_changes_nothing_for_others(people, addresses, name):
    for who, user in people.items():
        if who in MAY_POST[name]:
            continue
        before = _all_there_is()

        answer = browser_of(user).post(addresses[name], {"revision": "1"})

        assert answer.status_code == 404, who
        assert _all_there_is() == before, who
    for who in MAY_POST[name]:
        with transaction.atomic():
            answer = browser_of(people[who]).post(addresses[name], {})
            transaction.set_rollback(True)
        assert answer.status_code != 404, who


def _all_there_is():
    return (
        list(DraftShift.objects.order_by("pk").values()),
        list(Shift.objects.order_by("pk").values()),
        list(RosterOverride.objects.order_by("pk").values()),
        list(CareSession.objects.order_by("pk").values()),
    )


@pytest.mark.parametrize("name", [*MAY_GET, *MAY_POST])
def test_who_is_not_signed_in_is_asked_to(client, addresses, name):
    answer = client.get(addresses[name]) if name in MAY_GET else client.post(addresses[name])

    assert answer.status_code == 302
    assert "login" in answer.url


# --- the board -------------------------------------------------------------------------------


def test_the_board_shows_who_works_when_and_what_each_hour_has(operator, board):
    board.put(board.caregiver, stretch(the_tuesday(board), 9, 11))

    said = words_of(operator.get(board.address("board")))

    assert "王芳" in said
    assert "09:00–11:00" in said
    assert "没有排人" in said  # eleven o'clock
    assert "需 0 有 1" in said
    assert "草稿，未发布" in said


def test_a_short_hour_says_what_is_missing_and_its_clause(operator, board):
    CareSession.objects.update(places_taken=8)
    board.put(board.caregiver, stretch(the_tuesday(board), 9, 12))

    said = words_of(operator.get(board.address("board")))

    assert "缺 1 人" in said
    assert "有8名孩子，需要2名计入人员，现在1名。请再排1人。" in said
    assert "看依据" in said
    assert "8 名孩子 ÷ 1 名计入人员" in said
    assert "出处" in said


def test_leave_and_work_elsewhere_are_seen_but_not_changed(operator, board):
    day = the_tuesday(board)
    other = a_board(days=(), now=board.now, monday=board.monday)
    make_employment(board.caregiver, other.house)
    make_shift(board.caregiver, other.group, stretch(day, 13, 15))
    make_leave(board.caregiver, stretch(day + timedelta(days=1), 9, 17))

    page = html_of(operator.get(board.address("board")))

    assert "roster-elsewhere" in page
    assert "13:00–15:00" in page
    assert "roster-leave" in page
    assert "data-shift=" not in page


def test_who_is_borrowed_stands_on_the_board(operator, board):
    from staff.types import EmploymentBasis

    lent = make_person("借来的人")
    make_employment(lent, board.house, basis=EmploymentBasis.BORROWED)

    said = words_of(operator.get(board.address("board")))

    assert "借来的人 借用" in said


def test_who_does_not_count_is_marked(operator, board):
    nobody = make_person("没有证件")
    make_employment(nobody, board.house)
    board.put(nobody, stretch(the_tuesday(board), 9, 12))

    said = words_of(operator.get(board.address("board")))

    assert "不计入" in said
    assert "没有证件" in said


def test_a_week_gone_by_is_only_looked_at(operator, board, today):
    past = a_board(days=(), now=board.now, monday=board.monday - timedelta(days=28))
    make_shift(past.caregiver, past.group, stretch(past.monday, 9, 12))

    page = html_of(operator.get(past.address("board")))

    assert "只能看，不能改" in page
    assert "09:00–12:00" in page
    assert 'href="' + past.address("publish") not in page
    assert operator.get(past.address("publish")).status_code == 404


def test_the_caregiver_reads_the_board_and_changes_nothing(people, board):
    board.put(board.caregiver, stretch(the_tuesday(board), 9, 12))

    page = html_of(browser_of(people["caregiver"]).get(board.address("board")))

    assert "09:00–12:00" in page
    assert "/shift/" not in page


def test_a_day_that_is_no_monday_is_not_there(operator, board):
    address = board.address("board").replace(f"{board.monday}", f"{the_tuesday(board)}")

    assert operator.get(address).status_code == 404
    assert operator.get(address.replace(f"{the_tuesday(board)}", "2026-02-30")).status_code == 404


def test_the_fragment_is_the_page(operator, board):
    board.put(board.caregiver, stretch(the_tuesday(board), 9, 12))

    whole = html_of(operator.get(board.address("board")))
    part = html_of(operator.get(board.address("board"), headers=HTMX))

    assert len(part) > 500
    assert _bare(part) in _bare(whole)


def _bare(page):
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page).strip()


def test_more_people_and_shifts_ask_the_database_no_more(
    operator, board, django_assert_max_num_queries
):
    day = the_tuesday(board)
    board.staff(day, day + timedelta(days=1))
    board.publish()
    operator.get(board.address("board"))
    with django_assert_max_num_queries(20) as few:
        operator.get(board.address("board"))
    for _ in range(10):
        somebody = make_caregiver(board.house)
        board.put(somebody, stretch(day, 9, 12))
        make_leave(somebody, stretch(day + timedelta(days=2), 9, 12))

    with django_assert_max_num_queries(len(few)):
        operator.get(board.address("board"))


def test_the_list_of_weeks_says_how_far_each_is(operator, board):
    board.staff(the_tuesday(board), the_tuesday(board) + timedelta(days=1))
    board.publish()
    board.put(make_caregiver(board.house), stretch(the_tuesday(board), 9, 12))

    said = words_of(operator.get(reverse("rosters:choose")))

    assert board.house.name in said
    assert "有改动未发布" in said
    assert "未排班" in said


def test_somebody_without_a_house_finds_no_rosters(db, client):
    from tests.families.factories import make_grant, make_user

    user = make_user("空手")
    make_grant(user, Role.OPERATOR, ScopeKind.SUBDISTRICT, "310116999")

    assert browser_of(user).get(reverse("rosters:choose")).status_code == 404


# --- forms -----------------------------------------------------------------------------------


def typed(board, person, *, day=None, **changed):
    return {
        "person": str(person.public_id),
        "role": "caregiver",
        "care_group": str(board.group.public_id),
        "day": f"{day or the_tuesday(board)}",
        "starts": "09:00",
        "ends": "12:00",
        "rest_starts": "",
        "rest_ends": "",
        **changed,
    }


def test_a_shift_is_typed_changed_and_taken_off(operator, board):
    added = operator.post(board.address("add"), typed(board, board.caregiver))
    row = DraftShift.objects.get()
    changed = operator.post(
        board.address("change", row.public_id),
        typed(board, board.caregiver, ends="11:00", rest_starts="10:00", rest_ends="10:30"),
    )

    assert added.status_code == changed.status_code == 303
    row.refresh_from_db()
    assert row.ends_at - row.starts_at == timedelta(hours=2)
    assert row.rest_ends_at is not None
    assert row.rest_starts_at == row.rest_ends_at - timedelta(minutes=30)
    gone = operator.post(board.address("remove", row.public_id), {"revision": board.week.revision})
    assert gone.status_code == 303
    assert not DraftShift.objects.exists()


def test_what_is_dragged_answers_with_news_and_no_page(operator, board):
    row = board.put(board.caregiver, stretch(the_tuesday(board), 9, 12))

    answer = operator.post(
        board.address("change", row.public_id),
        typed(board, board.caregiver, starts="10:00", revision=board.week.revision),
        headers=HTMX,
    )

    assert answer.status_code == 204, words_of(answer)
    assert answer["HX-Trigger"] == "roster-changed"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ends": "08:00"}, "结束晚于开始"),
        ({"care_group": ""}, "保育人员的班次要选班级"),
        ({"rest_starts": "08:00", "rest_ends": "08:30"}, "休息时间要在班次之内"),
        ({"rest_starts": "10:00"}, "休息要有开始和结束"),
        ({"starts": ""}, "请填写"),
    ],
)
def test_what_cannot_be_is_said_at_the_form_and_nothing_changes(operator, board, wrong, said):
    answer = operator.post(board.address("add"), typed(board, board.caregiver, **wrong))

    assert answer.status_code == 422
    assert said in words_of(answer)
    assert not DraftShift.objects.exists()


def test_a_stale_tab_is_told_and_overwrites_nothing(operator, board):
    row = board.put(board.caregiver, stretch(the_tuesday(board), 9, 12))
    seen = board.week.revision
    board.put(board.caregiver, stretch(the_tuesday(board), 9, 10), replaces=str(row.public_id))

    answer = operator.post(
        board.address("change", row.public_id),
        typed(board, board.caregiver, ends="11:30", revision=seen),
        headers=HTMX,
    )

    assert answer.status_code == 422
    assert "刚刚有人改过这一周的排班" in words_of(answer)
    assert answer["HX-Trigger"] == "roster-refused"
    row.refresh_from_db()
    assert row.ends_at == stretch(the_tuesday(board), 9, 10).ends_at


@pytest.mark.parametrize("name", ["copy", "publish"])
def test_a_stale_tab_neither_copies_nor_publishes(operator, board, name):
    last = board.monday - timedelta(days=7)
    make_shift(board.caregiver, board.group, stretch(last, 9, 12))
    board.staff(the_tuesday(board))

    answer = operator.post(board.address(name), {"revision": board.week.revision - 1})

    assert answer.status_code == 422
    assert "刚刚有人改过这一周的排班" in words_of(answer)
    assert DraftShift.objects.count() == 2
    assert board.week.published_at is None


# --- who could fill --------------------------------------------------------------------------


def test_one_tap_puts_somebody_into_a_short_hour(operator, board):
    day = the_tuesday(board)
    CareSession.objects.update(places_taken=3)
    free = make_caregiver(board.house, "有空的人")
    session = board.sessions[day, 9]

    page = operator.get(board.address("fill", session.public_id))
    answer = operator.post(
        board.address("fill", session.public_id), {"person": str(free.public_id)}
    )

    assert "有空的人" in words_of(page)
    assert answer.status_code == 303
    row = DraftShift.objects.get()
    assert row.person == free
    assert (row.starts_at, row.ends_at) == (session.starts_at, session.ends_at)


def test_who_was_taken_meanwhile_is_not_put(operator, board):
    day = the_tuesday(board)
    session = board.sessions[day, 9]
    board.put(board.caregiver, stretch(day, 9, 12))

    answer = operator.post(
        board.address("fill", session.public_id), {"person": str(board.caregiver.public_id)}
    )

    assert answer.status_code == 422
    assert "现在不合适了" in words_of(answer)
    assert DraftShift.objects.count() == 1


def test_somebody_of_another_house_is_borrowed_for_the_day(operator, board):
    from staff.models import Employment

    day = the_tuesday(board)
    other = a_board(days=(), now=board.now, monday=board.monday)
    session = board.sessions[day, 9]

    answer = operator.post(
        board.address("fill", session.public_id), {"person": str(other.caregiver.public_id)}
    )

    assert answer.status_code == 303
    loan = Employment.objects.get(facility=board.house, person=other.caregiver)
    assert (loan.basis, loan.starts_on, loan.through) == ("borrowed", day, day)
    assert loan.lent_by == other.house.name
    assert DraftShift.objects.get().person == other.caregiver


def test_the_head_of_one_house_is_offered_nobody_of_another(people, board):
    a_board(days=(), now=board.now, monday=board.monday)
    session = board.sessions[the_tuesday(board), 9]

    page = browser_of(people["in_charge"]).get(board.address("fill", session.public_id))

    assert "借来补上" not in words_of(page)


# --- copying and overriding ------------------------------------------------------------------


def test_last_week_is_copied_day_by_day(operator, board):
    last = board.monday - timedelta(days=7)
    make_shift(board.caregiver, board.group, stretch(last + timedelta(days=3), 9, 12))

    answer = operator.post(board.address("copy"), {})

    assert answer.status_code == 303
    row = DraftShift.objects.get()
    assert row.starts_at == stretch(board.monday + timedelta(days=3), 9, 12).starts_at
    assert board.week.published_at is None


def test_without_a_week_before_nothing_is_copied(operator, board):
    answer = operator.post(board.address("copy"), {})

    assert answer.status_code == 422
    assert "上一周没有发布过排班" in words_of(answer)


def test_a_principle_is_set_aside_by_name_and_the_district_sees_it(operator, people, board):
    board.put(board.caregiver, stretch(the_tuesday(board), 9, 12))
    asked = {"rule": "person_in_charge_required", "reason": "负责人参加区里培训，由副手代班"}

    answer = operator.post(board.address("override"), asked)

    assert answer.status_code == 303
    officer = browser_of(people["officer"])
    for address in (board.address("board"), reverse("rosters:overrides")):
        said = words_of(officer.get(address))
        assert "负责人参加区里培训，由副手代班" in said
        assert "李管理" in said
    elsewhere = words_of(browser_of(people["other_officer"]).get(reverse("rosters:overrides")))
    assert "负责人参加区里培训" not in elsewhere


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"rule": "person_in_charge_required", "reason": " "}, "请写明理由"),
        ({"rule": "staff_ban", "reason": "没有别人"}, ""),
        ({"rule": "staff_qualification_required", "reason": "快考到了"}, ""),
    ],
)
def test_no_reason_or_no_principle_sets_nothing_aside(operator, board, asked, said):
    answer = operator.post(board.address("override"), asked)

    assert answer.status_code == 422
    assert said in words_of(answer)
    assert not RosterOverride.objects.exists()


def test_an_override_is_taken_back(operator, board):
    asked = {"rule": "person_in_charge_required", "reason": "参加培训"}
    operator.post(board.address("override"), asked)
    override = RosterOverride.objects.get()

    answer = operator.post(reverse("rosters:take_back", args=[override.public_id]))

    assert answer.status_code == 303
    override.refresh_from_db()
    assert override.withdrawn_at is not None
    assert "已撤回" in words_of(operator.get(reverse("rosters:overrides")))
    assert operator.post(
        reverse("rosters:take_back", args=[override.public_id])
    ).status_code == 404  # fmt: skip


# --- publishing by hand ----------------------------------------------------------------------


def test_before_publishing_the_page_says_what_changes(operator, board):
    board.staff(the_tuesday(board))

    said = words_of(operator.get(board.address("publish")))

    assert "新增 2 个班次，去掉 0 个班次。" in said
    assert "↓ 5" in said  # two people were planned, one counts
    assert "发布这一周" not in said  # nobody is in charge on the other day
    assert "没有负责人当班" in said


def test_a_week_that_holds_is_published_from_the_page(operator, board):
    day = the_tuesday(board)
    board.staff(day, day + timedelta(days=1))

    answer = operator.post(board.address("publish"), {"revision": board.week.revision})

    assert answer.status_code == 303
    assert board.counted(day, 9) == 1
    assert "已发布" in words_of(operator.get(board.address("board")))


def test_a_refused_publication_shows_every_verdict_and_changes_nothing(operator, board):
    CareSession.objects.update(places_taken=9)
    day = the_tuesday(board)
    board.put(board.caregiver, stretch(day, 9, 12))
    before = _all_there_is()

    answer = operator.post(board.address("publish"), {"revision": board.week.revision})

    assert answer.status_code == 422
    said = words_of(answer)
    assert said.count("有9名孩子") == 6  # three hours on each of two days
    assert said.count("没有负责人当班") == said.count("没有卫生保健人员当班") == 2
    assert _all_there_is() == before


def test_roles_that_are_no_caregiver_need_no_group(operator, board):
    answer = operator.post(
        board.address("add"),
        typed(board, board.lead, role="person_in_charge", care_group=""),
    )

    assert answer.status_code == 303
    assert DraftShift.objects.get().role == StaffRole.PERSON_IN_CHARGE
