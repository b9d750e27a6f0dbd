"""Publishing a week: what follows at once, what is refused, and what may be changed midweek."""

import ast
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.entrance import ANYBODY
from audit.models import AuditEvent
from bookings.selectors import offers_of
from common.intervals import Interval
from common.refusals import InvalidInput, NotFound, Refused
from facilities.models import CareSession
from regulations.keys import LimitKey
from staff import services
from staff.models import DraftShift, RosterOverride, RosterWeek, Shift
from staff.selectors import roster_status
from staff.types import LeaveKind, RosterStanding, ShiftState, StaffRole
from tests.api.world import Caller
from tests.families.factories import make_operator
from tests.staff.boards import MONDAY, NOW, TUESDAY, WEDNESDAY, Board, a_board, in_charge
from tests.staff.factories import make_caregiver, make_person, make_shift, stretch

pytestmark = pytest.mark.usefixtures("law")


@pytest.fixture
def board() -> Board:
    return a_board()


def everything() -> dict[str, str]:
    """Every row of every table, as one digest each."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t'
            )
            found[table] = cursor.fetchone()[0]
    return found


def places_left(board: Board, day: date, hour: int) -> int:
    """What a parent's page offers."""
    during = stretch(day, hour, hour + 1)
    [offer] = offers_of(
        facility=str(board.house.public_id),
        starts=during.starts_at,
        ends=during.ends_at,
        actor=ANYBODY,
        now=board.now,
    )
    return offer.session.places_left


# --- what follows ----------------------------------------------------------------------------


def test_what_families_may_book_follows_the_roster_at_once(board):
    assert places_left(board, TUESDAY, 9) == 10  # two people by the timetable
    colleagues = tuple(make_caregiver(board.house) for _ in range(2))
    board.staff(TUESDAY, people=(board.caregiver, *colleagues))

    assert places_left(board, TUESDAY, 9) == 10  # a draft changes nothing
    board.publish()
    assert (board.counted(TUESDAY, 9), places_left(board, TUESDAY, 9)) == (3, 15)

    for row in DraftShift.objects.filter(person__in=colleagues):
        services.remove_shift(
            facility=str(board.house.public_id),
            monday=MONDAY,
            shift=str(row.public_id),
            actor=board.operator,
            now=NOW,
        )
    assert places_left(board, TUESDAY, 9) == 15
    board.publish()
    assert (board.counted(TUESDAY, 9), places_left(board, TUESDAY, 9)) == (1, 5)


def test_publishing_twice_changes_nothing_and_keeps_the_rows(board):
    board.staff(TUESDAY)
    board.publish()
    rows = set(Shift.objects.values_list("pk", flat=True))

    again = board.publish()

    assert (again.added, again.withdrawn) == (0, 0)
    assert set(Shift.objects.values_list("pk", flat=True)) == rows


def test_what_is_replaced_stays_as_evidence(board):
    board.staff(TUESDAY)
    board.publish()
    row = DraftShift.objects.get(role=StaffRole.CAREGIVER)
    board.put(board.caregiver, stretch(TUESDAY, 9, 11), replaces=str(row.public_id))

    done = board.publish()

    assert (done.added, done.withdrawn) == (1, 1)
    gone = Shift.objects.get(state=ShiftState.WITHDRAWN)
    assert gone.ends_at == stretch(TUESDAY, 9, 12).ends_at
    assert gone.withdrawn_at == NOW
    assert [board.counted(TUESDAY, hour) for hour in (9, 10, 11)] == [1, 1, 0]


def test_the_head_of_the_house_publishes_too_and_it_is_written_down(board):
    board.staff(TUESDAY)

    board.publish(actor=in_charge(board))

    event = AuditEvent.objects.get(kind="staff.roster.published")
    assert event.actor_id == in_charge(board).user_id
    assert event.data["added"] == 2


def test_standing_of_weeks(board):
    other = a_board(days=())

    def standing(house):
        ids = [board.house.pk, other.house.pk]
        return roster_status(ids, MONDAY, now=NOW)[house.pk].standing

    assert standing(board.house) == standing(other.house) == RosterStanding.EMPTY
    board.staff(TUESDAY)
    assert standing(board.house) == RosterStanding.DRAFTED
    board.publish()
    assert standing(board.house) == RosterStanding.PUBLISHED
    extra = board.put(make_caregiver(board.house), stretch(TUESDAY, 9, 12))
    assert standing(board.house) == RosterStanding.CHANGED
    services.remove_shift(
        facility=str(board.house.public_id),
        monday=MONDAY,
        shift=str(extra.public_id),
        actor=board.operator,
        now=NOW,
    )
    assert standing(board.house) == RosterStanding.PUBLISHED
    assert standing(other.house) == RosterStanding.EMPTY


def test_standing_takes_three_statements_however_many_houses(board, django_assert_num_queries):
    others = [a_board(days=()) for _ in range(3)]
    for one in (board, *others):
        one.put(one.caregiver, stretch(TUESDAY, 9, 12))
    ids = [one.house.pk for one in (board, *others)]

    with django_assert_num_queries(3):
        roster_status(ids, MONDAY, now=NOW)


# --- what is refused -------------------------------------------------------------------------


def test_a_refused_publication_changes_no_row_of_any_table(board):
    CareSession.objects.update(places_taken=9)
    board.put(board.caregiver, stretch(TUESDAY, 9, 12))
    before = everything()

    with pytest.raises(Refused) as refused:
        board.publish()

    assert everything() == before
    told = {str(one.rule) for one in refused.value.verdicts}
    assert told == {"children_per_staff", "person_in_charge_required", "health_workers_required"}
    assert len(refused.value.verdicts) == 5  # three hours, and the day twice


@pytest.mark.parametrize("who", ["other_house", "parent"])
def test_nobody_publishes_what_is_not_theirs(board, who):
    from tests.facilities.people import PARENT

    board.staff(TUESDAY)
    actor = in_charge(a_board(days=())) if who == "other_house" else PARENT
    before = everything()

    with pytest.raises(NotFound):
        board.publish(actor=actor)

    assert everything() == before


def test_an_empty_board_is_not_published(board):
    with pytest.raises(InvalidInput, match="排班表是空的"):
        board.publish()

    assert not RosterWeek.objects.exists()


# --- no way round ------------------------------------------------------------------------------

# Who may write a published shift: the publication, and covering, which judge the week first.
JUDGES_FIRST = {"staff/services/publish.py", "staff/services/cover.py"}


def test_no_other_code_makes_a_published_shift():
    root = Path(settings.BASE_DIR)
    found = set()
    for path in root.glob("*/**/*.py"):
        name = str(path.relative_to(root))
        if name.split("/")[0] in {"tests", "bench", "node_modules"} or "/migrations/" in name:
            continue
        if name.startswith((".", "var", "static", "portal/city/")):  # the demo city makes its past
            continue
        if _makes_shifts(path):
            found.add(name)

    assert found <= JUDGES_FIRST


def _makes_shifts(path: Path) -> bool:
    """Whether `Shift(…)` is called, or `Shift.objects.create` and its like."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called == "Shift" or called in {
                "Shift.objects.create",
                "Shift.objects.bulk_create",
                "Shift.objects.get_or_create",
                "Shift.objects.update_or_create",
            }:
                return True
    return False


def test_there_is_no_admin_to_go_round_by():
    assert "django.contrib.admin" not in settings.INSTALLED_APPS


def publish_by_api(board: Board, caller: Caller, **body):
    address = f"rosters/{board.house.public_id}/{board.monday}/publish/"
    return caller.post(address, body)


@pytest.fixture
def live_board() -> Board:
    """Next week by the real clock, on which a program's request lives."""
    now = timezone.now()
    monday = now.date() + timedelta(days=7 - now.weekday())
    return a_board(days=(monday + timedelta(days=1),), now=now, monday=monday)


def test_the_api_publishes_or_tells_every_verdict(live_board):
    board, day = live_board, live_board.monday + timedelta(days=1)
    operator = Caller(make_operator(board.house.subdistrict))
    CareSession.objects.update(places_taken=7)
    board.put(board.caregiver, stretch(day, 9, 12))
    before = Shift.objects.count(), board.week.published_at

    refused = publish_by_api(board, operator)

    assert refused.status_code == 409
    short = [one for one in refused.json()["verdicts"] if one["rule"] == "children_per_staff"]
    assert {one["subject"] for one in short} == {
        str(one.public_id) for one in board.sessions.values()
    }
    assert short[0]["measured"] == 7
    assert (Shift.objects.count(), board.week.published_at) == before

    board.put(make_caregiver(board.house), stretch(day, 9, 12))
    board.put(board.lead, stretch(day, 9, 12), role=StaffRole.PERSON_IN_CHARGE)
    stale = publish_by_api(board, operator, revision=1)
    assert stale.status_code == 400
    assert "刚刚有人改过" in str(stale.json()["errors"])

    done = publish_by_api(board, operator, revision=board.week.revision)
    assert done.status_code == 200
    assert done.json() == {"shifts": 3, "added": 3, "withdrawn": 0, "in_breach": []}
    assert board.counted(day, 9) == 2


# --- setting aside -----------------------------------------------------------------------------


def set_aside(board: Board, rule: LimitKey = LimitKey.CHILDREN_PER_STAFF, **more):
    asked = {"actor": board.operator, "now": NOW, "monday": MONDAY, "reason": "大雪封路", **more}
    return services.set_rule_aside(facility=str(board.house.public_id), rule=rule, **asked)


def test_a_week_set_aside_is_published_and_its_short_hours_take_no_bookings(board):
    CareSession.objects.update(places_taken=7)
    board.staff(TUESDAY)
    set_aside(board)

    done = board.publish()

    assert len(done.in_breach) == 3
    assert places_left(board, TUESDAY, 9) == 0
    event = AuditEvent.objects.get(kind="staff.roster.published")
    assert event.data["set_aside"] == ["children_per_staff"] * 3


def test_only_the_subdistrict_sets_aside_and_never_the_house_itself(board):
    board.staff(TUESDAY)
    with pytest.raises(NotFound):
        set_aside(board, actor=in_charge(board))

    assert not RosterOverride.objects.exists()


def test_an_override_ends_with_its_week(board):
    next_monday = MONDAY + timedelta(days=7)
    board.staff(TUESDAY)
    override = set_aside(board, LimitKey.PERSON_IN_CHARGE_REQUIRED)
    later = a_board_of(board, next_monday)

    assert override.through == MONDAY + timedelta(days=6)
    later.put(board.caregiver, stretch(next_monday, 9, 12))
    with pytest.raises(Refused) as refused:
        later.publish()
    assert "person_in_charge_required" in {str(one.rule) for one in refused.value.verdicts}


def a_board_of(board: Board, monday: date) -> Board:
    """The same house and people, another week with one hour."""
    from dataclasses import replace

    from tests.facilities.factories import make_session

    make_session(board.group, now=board.now, day=monday, hour=9, places=20)
    return replace(board, monday=monday, sessions={})


def test_taking_one_back_leaves_the_others_and_what_is_published(board):
    CareSession.objects.update(places_taken=7)
    board.staff(TUESDAY)
    mine, other = set_aside(board), set_aside(board, LimitKey.HEALTH_WORKERS_REQUIRED)
    board.publish()
    counted = board.counted(TUESDAY, 9)

    services.take_back_override(override=str(mine.public_id), actor=board.operator, now=NOW)

    other.refresh_from_db()
    assert other.withdrawn_at is None
    assert board.counted(TUESDAY, 9) == counted
    with pytest.raises(Refused):
        board.publish()


def test_a_rule_is_set_aside_once_and_only_with_a_reason(board):
    set_aside(board)
    for wrong in ({}, {"reason": "  "}, {"rule": LimitKey.STAFF_BAN}):
        with pytest.raises(InvalidInput):
            set_aside(board, **wrong)

    assert RosterOverride.objects.count() == 1


# --- a running week ------------------------------------------------------------------------------

TUESDAY_NOON = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)  # half past ten in Shanghai


@pytest.fixture
def running() -> Board:
    """A week that is published, on its Tuesday at half past ten."""
    board = a_board(days=(MONDAY, TUESDAY, WEDNESDAY))
    board.staff(MONDAY, TUESDAY, WEDNESDAY)
    board.publish()
    board.now = TUESDAY_NOON
    return board


def drafted(board: Board, day: date) -> DraftShift:
    during = stretch(day, 9, 12)
    return DraftShift.objects.get(person=board.caregiver, starts_at=during.starts_at)


def test_a_running_week_is_changed_from_now_on(running):
    relief = make_caregiver(running.house, "接班的人")
    running.put(
        running.caregiver,
        stretch(TUESDAY, 9, 11),
        replaces=str(drafted(running, TUESDAY).public_id),
    )
    running.put(relief, stretch(TUESDAY, 11, 12))
    running.put(relief, stretch(WEDNESDAY, 9, 12))

    done = running.publish()

    assert (done.added, done.withdrawn) == (3, 1)
    assert [running.counted(MONDAY, hour) for hour in (9, 10, 11)] == [1, 1, 1]
    assert [running.counted(TUESDAY, hour) for hour in (9, 10, 11)] == [1, 1, 1]
    assert running.counted(WEDNESDAY, 9) == 2
    kept = Shift.objects.get(person=running.caregiver, starts_at__date=MONDAY)
    assert kept.state == ShiftState.PUBLISHED


def test_a_day_gone_by_is_not_changed(running):
    before = everything()
    monday_shift = str(drafted(running, MONDAY).public_id)
    for change in (
        lambda: running.put(running.caregiver, stretch(MONDAY, 9, 11), replaces=monday_shift),
        lambda: running.put(running.caregiver, stretch(MONDAY, 13, 15)),
        lambda: services.remove_shift(
            facility=str(running.house.public_id),
            monday=MONDAY,
            shift=monday_shift,
            actor=running.operator,
            now=running.now,
        ),
    ):
        with pytest.raises(InvalidInput):
            change()

    assert everything() == before


def test_who_is_at_work_is_relieved_and_never_replaced(running):
    other = make_caregiver(running.house)
    mine = str(drafted(running, TUESDAY).public_id)

    with pytest.raises(InvalidInput, match="已经发布并且开始了"):
        running.put(other, stretch(TUESDAY, 9, 12), replaces=mine)
    with pytest.raises(InvalidInput, match="已经发布并且开始了"):
        services.remove_shift(
            facility=str(running.house.public_id),
            monday=MONDAY,
            shift=mine,
            actor=running.operator,
            now=running.now,
        )


def test_a_draft_that_forgot_who_is_at_work_is_not_published(running):
    drafted(running, TUESDAY).delete()  # drawn up on Sunday, published on Tuesday
    before = everything()

    with pytest.raises(InvalidInput, match="王芳11月24日周二 09:00–12:00的班次已经开始"):
        running.publish()

    assert everything() == before


def test_who_called_in_sick_before_the_shift_may_be_taken_off(running):
    services.record_leave(
        person=str(running.caregiver.public_id),
        kind=LeaveKind.SICK,
        during=Interval(stretch(TUESDAY, 8, 9).starts_at, stretch(TUESDAY, 9, 23).ends_at),
        actor=running.operator,
        now=running.now,
    )
    services.remove_shift(
        facility=str(running.house.public_id),
        monday=MONDAY,
        shift=str(drafted(running, TUESDAY).public_id),
        actor=running.operator,
        now=running.now,
    )
    running.put(make_caregiver(running.house), stretch(TUESDAY, 9, 12))

    running.publish()

    assert running.counted(TUESDAY, 11) == 1


def test_copying_and_proposals_leave_what_has_begun(running):
    make_shift(running.lead, running.group, stretch(MONDAY - timedelta(days=6), 9, 12))
    begun = set(
        DraftShift.objects.filter(starts_at__lte=running.now).values_list("public_id", flat=True)
    )

    services.copy_last_week(
        facility=str(running.house.public_id),
        monday=MONDAY,
        actor=running.operator,
        now=running.now,
    )

    left = set(DraftShift.objects.values_list("public_id", flat=True))
    assert begun <= left
    assert not DraftShift.objects.filter(starts_at__date=WEDNESDAY).exists()


def test_a_week_over_the_turn_of_the_year_is_one_week():
    monday = date(2026, 12, 28)
    thursday, friday = date(2026, 12, 31), date(2027, 1, 1)
    board = a_board(days=(thursday, friday), monday=monday, now=datetime(2026, 12, 20, tzinfo=UTC))
    board.staff(thursday, friday)

    board.publish()

    assert board.counted(thursday, 9) == board.counted(friday, 9) == 1
    assert board.week.monday == monday
    assert RosterWeek.objects.count() == 1


def test_people_of_nobody_are_not_put_on_a_board(board):
    stranger = make_person("外人")

    with pytest.raises(NotFound):
        board.put(stranger, stretch(TUESDAY, 9, 12))

    assert not DraftShift.objects.exists()
