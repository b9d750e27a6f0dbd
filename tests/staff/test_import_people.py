"""People, papers, training and shifts come in as Excel: all of a file, or nothing."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEvent
from common.intervals import SHANGHAI
from facilities.selectors.access import place_of
from imports.kinds import Errand
from imports.registry import kind_named
from imports.writing import export_of
from staff.models import (
    DraftShift,
    Employment,
    HealthCertificate,
    IntegrityEntry,
    Person,
    Qualification,
    RecordCheck,
    RosterWeek,
    Shift,
    TrainingRecord,
)
from staff.types import CheckResult, IntegrityKind, StaffRole
from tests.facilities.factories import make_session
from tests.imports.conftest import *  # noqa: F403  the same people
from tests.imports.sheets import carried_out, sentences, values_of, workbook
from tests.staff.factories import (
    ENTERED_AT,
    identity_number,
    make_caregiver,
    make_checks,
    make_employment,
    make_person,
    make_shift,
    stretch,
)

HOUSE = "石化街道“宝宝屋”"
NUMBER = identity_number(1)
TABLES: dict[str, tuple[list[str], list[Any]]] = {
    "people": (
        ["宝宝屋", "姓名", "身份证号码", "手机号码", "岗位", "入职日期", "公安查询日期",
         "检察院查询日期"],
        [HOUSE, "孙梅", NUMBER, "13912345678", "保育人员", "2026-11-25", "2026-11-20",
         "2026年11月20日"],
    ),
    "papers": (
        ["宝宝屋", "姓名", "证件", "编号", "发证机构", "发证日期", "有效期至", "结果"],
        [HOUSE, "王芳", "育婴师", "YY123", "上海市职业技能鉴定中心", "2026.3.5", "2029.3.4", None],
    ),
    "training": (
        ["宝宝屋", "姓名", "计入", "培训名称", "培训机构", "培训日期", "课时", "分钟"],
        [HOUSE, "王芳", "综合技能", "急救", "区早教中心", "2026-11-20", 8, None],
    ),
    "shifts": (
        ["宝宝屋", "姓名", "日期", "上班", "下班", "班级", "岗位", "休息开始", "休息结束"],
        [HOUSE, "王芳", "2026-11-24", "8:30", "16:30", "托小班", None, "12:00", "12:30"],
    ),
}  # fmt: skip
ROWS = {
    "people": (Person, Employment, RecordCheck),
    "papers": (Qualification, HealthCertificate, RecordCheck),
    "training": (TrainingRecord,),
    "shifts": (DraftShift, RosterWeek, Shift),
}


def line(kind, **facts):
    header, row = TABLES[kind]
    told: dict[str, Any] = {**dict(zip(header, row, strict=True)), **facts}
    return [told[name] for name in header]


def bring(kind, *lines, actor, now, commit=True):
    content = workbook(TABLES[kind][0], *lines)
    return carried_out(content, actor=actor, now=now, kind=kind, commit=commit)


def counted(kind):
    return [model.objects.count() for model in ROWS[kind]]


@pytest.fixture
def carer(house):
    return make_caregiver(house, "王芳")


@pytest.mark.parametrize("kind", TABLES)
class TestEveryKind:
    @pytest.fixture(autouse=True)
    def _somebody(self, carer):
        """王芳 works in the house already."""

    def test_a_row_comes_in_and_a_second_time_changes_nothing(self, operator, now, kind):
        done = bring(kind, line(kind), actor=operator, now=now)
        assert (done.job.state, sentences(done)) == ("committed", [])
        assert (done.job.created, done.job.updated, done.job.unchanged) == (1, 0, 0)
        before = (counted(kind), AuditEvent.objects.filter(kind__startswith="staff.").count())

        again = bring(kind, line(kind), actor=operator, now=now)

        assert (again.job.created, again.job.updated, again.job.unchanged) == (0, 0, 1)
        after = (counted(kind), AuditEvent.objects.filter(kind__startswith="staff.").count())
        assert after == before

    def test_looking_writes_nothing(self, operator, now, kind):
        before = counted(kind)

        done = bring(kind, line(kind), actor=operator, now=now, commit=False)

        assert (done.job.state, sentences(done)) == ("previewed", [])
        assert counted(kind) == before

    def test_one_wrong_row_and_nothing_is_written(self, operator, now, kind):
        before = counted(kind)

        done = bring(kind, line(kind), line(kind, 姓名=None), actor=operator, now=now)

        assert done.job.state == "failed"
        assert "第 3 行“姓名”" in sentences(done)[0]
        assert counted(kind) == before

    def test_a_foreign_house_is_as_if_it_were_not_there(self, operator, foreign_house, now, kind):
        done = bring(kind, line(kind, 宝宝屋=foreign_house.name), actor=operator, now=now)

        assert done.job.state == "failed"
        assert "宝宝屋" in sentences(done)[0]

    def test_what_goes_out_comes_in_again_and_changes_nothing(self, operator, house, now, kind):
        bring(kind, line(kind), actor=operator, now=now)
        before = counted(kind)
        content = exported(kind, operator, house, now)

        again = carried_out(content, actor=operator, now=now, kind=kind, commit=True)

        assert sentences(again) == []
        assert (again.job.created, again.job.updated) == (0, 0)
        assert again.job.unchanged > 0
        assert counted(kind) == before

    def test_no_export_shows_an_identity_number(self, operator, house, now, kind):
        content = exported(kind, operator, house, now)

        told = " ".join(str(value) for row in values_of(content) for value in row)
        assert "王芳" in told or kind in {"training", "shifts"}
        assert not [one for one in Person.objects.all() if one.identity_number in told]


def exported(kind, actor, house, now):
    return export_of(kind_named(kind)(Errand(actor=actor, place=place_of(house), now=now)))


class TestPeople:
    def test_somebody_is_registered_checked_and_engaged(self, house, operator, now):
        bring("people", line("people"), actor=operator, now=now)

        person = Person.objects.get()
        assert (person.name, person.identity_number) == ("孙梅", NUMBER)
        assert person.employments.get().starts_on == date(2026, 11, 25)
        assert person.record_checks.filter(result=CheckResult.CLEAR).count() == 2

    def test_without_a_role_they_are_only_registered(self, house, operator, now):
        bring(
            "people",
            line("people", 岗位=None, 入职日期=None, 公安查询日期=None, 检察院查询日期=None),
            actor=operator, now=now,
        )  # fmt: skip

        assert Person.objects.get().candidacies.count() == 1
        assert not Employment.objects.exists()

    def test_without_checks_nobody_is_engaged(self, house, operator, now):
        done = bring("people", line("people", 检察院查询日期=None), actor=operator, now=now)

        assert done.job.state == "failed"
        assert "违法犯罪记录查询不齐" in sentences(done)[0]
        assert not Person.objects.exists()

    def test_a_wrong_identity_number_is_asked_about(self, house, operator, now):
        done = bring(
            "people", line("people", 身份证号码="310228199005170001"), actor=operator, now=now
        )

        assert "第 2 行“身份证号码”：身份证号码不对" in sentences(done)[0]

    def test_who_is_banned_is_engaged_by_no_row(self, house, operator, now, carer):
        stranger = make_person("孙梅")
        make_checks(stranger, checked_on=date(2026, 11, 20))
        IntegrityEntry.objects.create(
            person=stranger, kind=IntegrityKind.BAN, happened_on=date(2026, 1, 1),
            facts="虐待", recorded_at=ENTERED_AT,
        )  # fmt: skip

        done = bring(
            "people", line("people", 身份证号码=stranger.identity_number), actor=operator, now=now
        )

        assert done.job.state == "failed"
        assert "孙梅有禁止从业的记录" in " ".join(sentences(done))
        assert not stranger.employments.exists()

    def test_a_last_day_ends_an_engagement(self, house, operator, now):
        header = [*TABLES["people"][0], "离职日期"]
        bring("people", line("people"), actor=operator, now=now)
        content = workbook(header, [*line("people"), "2026-12-31"])

        done = carried_out(content, actor=operator, now=now, kind="people", commit=True)

        assert (done.job.updated, sentences(done)) == (1, [])
        assert Employment.objects.get().through == date(2026, 12, 31)

    def test_a_new_mobile_number_is_noted(self, house, operator, now):
        bring("people", line("people"), actor=operator, now=now)

        done = bring("people", line("people", 手机号码="13700000000"), actor=operator, now=now)

        assert done.job.updated == 1
        assert Person.objects.get().phone == "13700000000"


class TestPapers:
    def test_a_paper_gives_places_at_once(self, house, operator, now):
        person = make_person("王芳")
        make_employment(person, house)
        make_checks(person)
        HealthCertificate.objects.create(
            person=person, institution="疾控", examined_on=date(2026, 1, 5),
            valid_through=date(2027, 1, 4), verified_at=ENTERED_AT,
        )  # fmt: skip
        group = house.care_groups.get(name="托小班")
        make_shift(person, group, stretch(date(2026, 11, 24), 9, 12))
        session = make_session(
            group, now=now, starts_at=stretch(date(2026, 11, 24), 9, 10).starts_at, counted_staff=0
        )

        bring("papers", line("papers"), actor=operator, now=now)

        session.refresh_from_db()
        assert session.counted_staff == 1

    def test_health_and_checks_come_in_too(self, house, operator, now, carer):
        done = bring(
            "papers",
            line("papers", 证件="健康证", 编号=None, 发证日期="2026-11-20", 有效期至="2027-11-19"),
            line("papers", 证件="公安查询", 编号=None, 发证机构=None, 有效期至=None,
                 发证日期="2026-11-20", 结果="未发现"),
            actor=operator, now=now,
        )  # fmt: skip

        assert (done.job.created, sentences(done)) == (2, [])

    def test_a_hit_lets_somebody_go_once_the_file_is_in(self, house, operator, now, carer):
        group = house.care_groups.get(name="托小班")
        shift = make_shift(carer, group, stretch(date(2026, 11, 24), 9, 12))

        bring(
            "papers",
            line("papers", 证件="检察院查询", 编号=None, 发证机构=None, 有效期至=None,
                 发证日期="2026-11-20", 结果="发现禁止从业的记录"),
            actor=operator, now=now,
        )  # fmt: skip

        shift.refresh_from_db()
        assert shift.state == "withdrawn"
        assert carer.employments.get().through is not None

    def test_two_of_one_name_are_told_apart_by_the_last_four(self, house, operator, now, carer):
        namesake = make_caregiver(house, "王芳")
        header = ["身份证号码", *TABLES["papers"][0]]

        asked = bring("papers", line("papers"), actor=operator, now=now)
        content = workbook(header, [namesake.identity_number[-4:], *line("papers")])
        done = carried_out(content, actor=operator, now=now, kind="papers", commit=True)

        assert "同名" in sentences(asked)[0]
        assert sentences(done) == []
        assert Qualification.objects.get(number="YY123").person == namesake

    def test_a_paper_of_the_future_is_refused_at_its_column(self, house, operator, now, carer):
        done = bring("papers", line("papers", 证件="健康证", 发证日期="2026-12-20",
                                    有效期至="2027-12-19"), actor=operator, now=now)  # fmt: skip

        assert "“发证日期”：日期不能晚于今天" in sentences(done)[0]


class TestTraining:
    def test_minutes_become_whole_lessons(self, house, operator, now, carer):
        bring("training", line("training", 课时=None, 分钟=100), actor=operator, now=now)

        assert TrainingRecord.objects.get().lessons == 2

    def test_both_or_neither_are_asked_about(self, house, operator, now, carer):
        done = bring(
            "training", line("training", 分钟=100), line("training", 培训名称="别的", 课时=None),
            actor=operator, now=now,
        )  # fmt: skip

        assert done.job.faults == 2


class TestShifts:
    def test_they_fill_the_board_and_publish_nothing(self, house, operator, now, carer):
        bring("shifts", line("shifts"), actor=operator, now=now)

        [draft] = DraftShift.objects.all()
        assert draft.starts_at == datetime(2026, 11, 24, 8, 30, tzinfo=SHANGHAI)
        assert draft.role == StaffRole.CAREGIVER
        assert not Shift.objects.exists()
        assert RosterWeek.objects.get().published_at is None

    def test_a_changed_row_takes_the_place_of_what_it_overlaps(self, house, operator, now, carer):
        bring("shifts", line("shifts"), actor=operator, now=now)

        done = bring("shifts", line("shifts", 上班="9:00"), actor=operator, now=now)

        assert (done.job.updated, sentences(done)) == (1, [])
        assert DraftShift.objects.count() == 1

    def test_an_unknown_group_is_asked_about(self, house, operator, now, carer):
        done = bring("shifts", line("shifts", 班级="大大班"), actor=operator, now=now)

        assert "这个宝宝屋没有这个班" in sentences(done)[0]


def number_of(many: int) -> str:
    return identity_number(many % 1000, date(1970, 1, 1) + timedelta(days=many))


def statements_of_people(operator, now, *, rows):
    first = Person.objects.count() * 7
    lines = [
        line("people", 姓名=f"孙梅{first + n}", 身份证号码=number_of(first + n))
        for n in range(rows)
    ]
    with CaptureQueriesContext(connection) as captured:
        done = bring("people", *lines, actor=operator, now=now)
    assert (done.job.created, sentences(done)) == (rows, [])
    return len(captured)


class TestManyRows:
    def test_more_rows_take_no_more_statements(self, house, operator, now):
        few = statements_of_people(operator, now, rows=3)

        assert statements_of_people(operator, now, rows=40) <= few + 5

    def test_what_a_constraint_says_is_said_at_its_row_and_no_other(self, house, operator, now):
        carer, other = make_caregiver(house, "王芳"), make_caregiver(house, "李丽")
        lines = [
            line("papers", 姓名="李丽", 编号="YY1"),
            line("papers", 编号="YY2", 有效期至="2020-01-01"),
            line("papers", 姓名="李丽", 编号="YY3"),
            line("papers", 编号="YY3"),
        ]

        done = bring("papers", *lines, actor=operator, now=now)

        assert sentences(done) == [
            "第 3 行“有效期至”：有效期不能早于发证日期。",
            "第 5 行“编号”：这本证书已经登记过了，请核对证书编号。",
        ]
        assert not Qualification.objects.filter(number__startswith="YY", person=carer).exclude(
            verified_at=ENTERED_AT
        )
        assert other.qualifications.count() == 1

    def test_a_day_told_by_a_constraint_is_told_of_its_column(
        self, house, operator, now, monkeypatch
    ):
        make_checks(carer := make_caregiver(house, "王芳"), checked_on=date(2026, 11, 20))
        monkeypatch.setattr("staff.resources.people.checks_of", lambda _ids: {})
        facts = {"姓名": "王芳", "身份证号码": carer.identity_number, "手机号码": carer.phone}

        done = bring("people", line("people", **facts), actor=operator, now=now)

        assert sentences(done) == ["第 2 行“公安查询日期”：这一天这个渠道的查询结果已经登记过了。"]

    def test_who_is_known_elsewhere_is_not_asked_again(self, house, foreign_house, operator, now):
        known = make_caregiver(foreign_house, "孙梅")
        make_checks(known, checked_on=date(2026, 11, 20))
        facts = {"身份证号码": known.identity_number, "手机号码": known.phone}

        done = bring("people", line("people", **facts), actor=operator, now=now)

        assert (done.job.created, sentences(done)) == (1, [])
        assert known.record_checks.count() == 4
        assert Employment.objects.filter(person=known, facility=house).exists()

    def test_a_name_that_differs_is_asked_about(self, house, foreign_house, operator, now):
        known = make_caregiver(foreign_house, "周敏")
        facts = {"身份证号码": known.identity_number, "手机号码": known.phone}

        done = bring("people", line("people", **facts), actor=operator, now=now)

        assert sentences(done) == ["第 2 行“姓名”：姓名和身份证号码对不上，请核对证件。"]

    def test_of_two_overlapping_shifts_in_a_file_the_later_row_stands(self, house, operator, now):
        make_caregiver(house, "王芳")

        done = bring("shifts", line("shifts"), line("shifts", 上班="9:00"), actor=operator, now=now)

        assert (done.job.created, done.job.updated, sentences(done)) == (1, 1, [])
        [draft] = DraftShift.objects.all()
        assert draft.starts_at == datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)
