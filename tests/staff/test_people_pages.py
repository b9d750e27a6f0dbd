"""Pages of people: who sees them, who changes them, and what they say."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import AuditEvent
from staff.models import (
    Candidacy,
    Employment,
    HealthCertificate,
    IntegrityEntry,
    Leave,
    Person,
    Qualification,
    RecordCheck,
    TrainingRecord,
)
from staff.types import CheckChannel, CheckResult, IntegrityKind, StaffRole
from tests.bookings.pages import html_of, words_of
from tests.facilities.factories import make_district, make_group, make_house, make_subdistrict
from tests.staff.factories import (
    identity_number,
    make_caregiver,
    make_checks,
    make_employment,
    make_lead,
    make_leave,
    make_person,
    make_qualification,
    make_shift,
    stretch,
)
from tests.staff.scene import (
    NOW,
    TODAY,
    browser_of,
    lead_user,
    officer_user,
    operator_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law", "clock")]


@pytest.fixture
def house():
    return make_house("石化街道“宝宝屋”")


@pytest.fixture
def carer(house):
    return make_caregiver(house, "王芳")


@pytest.fixture
def operator(house):
    return browser_of(operator_user(house))


def page(name, *args):
    return reverse(f"staff:{name}", args=args)


def everything_about(person):
    """Every address that names a person, and whether it only reads."""
    employment = person.employments.get()
    paper = person.qualifications.get()
    leave = person.leaves.get()
    return [
        (page("person", person.public_id), True),
        (page("badge", person.public_id), False),
        (page("hire", person.public_id), False),
        (page("leave", person.public_id), False),
        (page("pin", person.public_id), False),
        (page("ban", person.public_id), False),
        *((page("add_paper", person.public_id, what), False)
          for what in ("qualification", "health", "check", "training", "integrity")),
        (page("end_employment", employment.public_id), False),
        (page("revoke", paper.public_id), False),
        (page("end_leave", leave.public_id), False),
    ]  # fmt: skip


LISTS = ("people", "papers", "training")


class TestWhoMaySee:
    @pytest.fixture
    def somebody(self, carer):
        make_leave(carer, stretch(TODAY + timedelta(days=2), 8, 18))
        return carer

    def counts(self):
        return [
            model.objects.count()
            for model in (Employment, Qualification, RecordCheck, IntegrityEntry, Leave)
        ]

    def test_the_operator_of_another_place_finds_nobody(self, somebody):
        away = make_subdistrict("廊下镇", code="310116104")
        stranger = browser_of(operator_user(make_house(subdistrict=away)))
        before = self.counts()

        for address, _ in everything_about(somebody):
            assert stranger.get(address).status_code in {404, 405}, address
            assert stranger.post(address).status_code in {404, 405}, address
        assert 405 not in {
            stranger.post(page("end_leave", somebody.leaves.get().public_id)).status_code
        }
        assert self.counts() == before
        for name in LISTS:
            assert somebody.name not in words_of(stranger.get(page(name)))

    def test_the_person_in_charge_of_another_house_finds_nobody(self, somebody):
        stranger = browser_of(lead_user(make_house()))

        for address, _ in everything_about(somebody):
            assert stranger.get(address).status_code in {404, 405}, address
        assert (
            stranger.get(
                page("people"), {"house": somebody.employments.get().facility.public_id}
            ).status_code
            == 404
        )

    def test_a_parent_finds_no_such_page(self, somebody):
        from tests.families.factories import make_user

        parent = browser_of(make_user())

        for address in [page(name) for name in (*LISTS, "new_person")]:
            assert parent.get(address).status_code == 404
        for address, _ in everything_about(somebody):
            assert parent.get(address).status_code in {404, 405}

    def test_who_is_not_signed_in_is_sent_to_the_entrance(self, client, somebody):
        for address in [page(name) for name in LISTS] + [page("person", somebody.public_id)]:
            assert client.get(address).status_code == 302

    def test_the_districts_officers_read_and_change_nothing(self, house, somebody):
        officer = browser_of(officer_user())
        before = self.counts()

        for name in LISTS:
            assert somebody.name in words_of(officer.get(page(name))) or name == "papers"
        for address, reads in everything_about(somebody):
            assert officer.get(address).status_code in ({200} if reads else {404, 405}), address
            assert officer.post(address).status_code in {404, 405}, address
        assert officer.get(page("new_person")).status_code == 404
        assert self.counts() == before
        words = words_of(officer.get(page("person", somebody.public_id)))
        assert "登记证书" not in words
        assert somebody.phone not in words

    def test_officers_of_another_district_find_nobody(self, somebody):
        make_district("310106", "静安区")
        officer = browser_of(officer_user("310106"))

        assert officer.get(page("person", somebody.public_id)).status_code == 404
        assert somebody.name not in words_of(officer.get(page("people")))


class TestPeople:
    def test_who_has_every_paper_counts(self, operator, carer):
        words = words_of(operator.get(page("people")))

        assert "王芳 保育人员" in words
        assert "计入师幼比" in words

    def test_who_lacks_a_paper_does_not_and_the_page_says_why(self, operator, house):
        newcomer = make_person("李丽")
        make_employment(newcomer, house)
        make_checks(newcomer)

        answer = operator.get(page("people"))

        assert "不计入" in words_of(answer)
        assert "李丽11月24日周二没有有效的育婴师、保育师等资格证书" in words_of(answer)
        assert "李丽11月24日周二没有有效的健康合格证明" in words_of(answer)

    def test_a_guard_is_not_asked_for_a_carers_certificate(self, operator, house):
        guard = make_person("马强")
        make_employment(guard, house, StaffRole.GUARD)
        make_checks(guard)

        words = words_of(operator.get(page("people")))

        assert "岗位不计入" in words or "有缺" in words
        assert "资格证书，不能计入" not in words

    def test_the_next_paper_to_lapse_is_named(self, operator, carer):
        assert "健康合格证明 2027-01-04 到期，还有 41 天" in words_of(operator.get(page("people")))

    def test_who_is_on_leave_is_marked(self, operator, carer):
        make_leave(carer, stretch(TODAY, 8, 18))

        assert "请假中" in words_of(operator.get(page("people")))

    def test_one_house_may_be_chosen(self, operator, house, carer):
        other = make_house("石化街道第二社区“宝宝屋”", subdistrict=house.subdistrict)
        elsewhere = make_caregiver(other, "赵霞")

        words = words_of(operator.get(page("people"), {"house": other.public_id}))

        assert elsewhere.name in words
        assert carer.name not in words

    def test_statements_do_not_grow_with_people(self, operator, house):
        make_caregiver(house)
        few = self.statements(operator)
        for _ in range(4):
            make_caregiver(house)
        make_lead(make_house(subdistrict=house.subdistrict))

        assert self.statements(operator) == few <= 20

    @pytest.mark.parametrize("name", ["papers", "training"])
    def test_nor_do_those_of_the_other_lists(self, operator, house, name):
        make_shift(make_caregiver(house), make_group(house), stretch(TODAY, 14, 17))
        few = self.statements(operator, name)
        for _ in range(4):
            make_shift(make_caregiver(house), make_group(house), stretch(TODAY, 14, 17))
        make_lead(make_house(subdistrict=house.subdistrict))

        assert self.statements(operator, name) == few <= 20

    def statements(self, browser, name="people"):
        browser.get(page(name))
        with CaptureQueriesContext(
            connection,
        ) as ran:
            assert browser.get(page(name)).status_code == 200
        return len(ran)

    def test_nobody_yet_says_what_to_do(self, operator):
        assert "还没有人员" in words_of(operator.get(page("people")))

    def test_many_people_come_in_pages(self, operator, house, monkeypatch):
        monkeypatch.setattr(
            "staff.selectors.people.people_page.__kwdefaults__",
            {"facility": "", "page": 1, "size": 2},
        )
        for name in ("a1", "a2", "a3"):
            make_caregiver(house, name)

        first, second = (words_of(operator.get(page("people"), {"page": n})) for n in (1, 2))

        assert "下一页" in first
        assert "a3" not in first
        assert "a3" in second
        assert "上一页" in second

    @pytest.mark.parametrize("number", ["2", "9" * 20])
    def test_past_the_last_page_is_the_last_one(self, operator, carer, number):
        answer = operator.get(page("people"), {"page": number})

        assert answer.status_code == 200
        assert "王芳" in words_of(answer)


class TestPassport:
    def test_never_shows_the_identity_number(self, operator, carer):
        number = Person.objects.get(pk=carer.pk).identity_number

        for address in (
            page("person", carer.public_id),
            page("people"),
            page("badge", carer.public_id),
        ):
            assert number not in html_of(operator.get(address))
        assert f"尾号 {number[-4:]}" in words_of(operator.get(page("person", carer.public_id)))

    def test_follows_the_person_across_houses(self, operator, house, carer):
        away = make_house(
            "廊下镇“宝宝屋”", subdistrict=make_subdistrict("廊下镇", code="310116104")
        )
        make_employment(carer, away, StaffRole.VOLUNTEER)

        words = words_of(operator.get(page("person", carer.public_id)))

        assert "廊下镇“宝宝屋”" in words

    def test_a_look_leaves_a_trace(self, operator, carer):
        operator.get(page("person", carer.public_id))

        [event] = AuditEvent.objects.filter(kind="staff.person.seen")
        assert event.subject == f"person:{carer.public_id}"

    def test_statements_are_few(self, operator, carer):
        for n in range(3):
            make_qualification(carer, issued_on=date(2026, 1, 6 + n))
        with CaptureQueriesContext(connection) as ran:
            operator.get(page("person", carer.public_id))

        # Two of them carry the session, one is the trace of the look.
        assert len(ran) <= 30


class TestHiring:
    def register(self, browser, house, **more):
        told = {
            "facility": house.public_id,
            "name": "孙梅",
            "identity_number": identity_number(7),
            "phone": "13912345678",
        }
        return browser.post(page("new_person"), told | more)

    def test_goes_from_registering_over_checks_to_an_engagement(self, operator, house):
        answer = self.register(operator, house)
        [person] = Person.objects.all()
        assert answer.status_code == 303
        assert answer["Location"] == page("person", person.public_id)
        assert "待录用" in words_of(operator.get(page("people")))

        for channel in CheckChannel:
            operator.post(
                page("add_paper", person.public_id, "check"),
                {"channel": channel, "result": "clear", "checked_on": "2026-11-20"},
            )
        done = operator.post(page("hire", person.public_id), self.job(house))

        assert done.status_code == 303
        assert person.employments.get().role == "caregiver"

    def job(self, house, **more):
        return {
            "facility": house.public_id, "role": "caregiver", "basis": "employed",
            "starts_on": "2026-11-25",
        } | more  # fmt: skip

    def test_without_checks_it_is_refused_with_the_clause(self, operator, house):
        self.register(operator, house)
        [person] = Person.objects.all()

        answer = operator.post(page("hire", person.public_id), self.job(house))

        assert answer.status_code == 422
        assert "违法犯罪记录查询不齐" in words_of(answer)
        assert "看依据" in words_of(answer)
        assert not Employment.objects.exists()

    def test_a_wrong_number_is_said_at_its_field(self, operator, house):
        answer = self.register(operator, house, identity_number="310228199005170001")

        assert answer.status_code == 422
        assert "身份证号码不对" in words_of(answer)
        assert not Person.objects.exists()

    def test_into_a_foreign_house_it_is_not_possible(self, operator, house):
        away = make_house(subdistrict=make_subdistrict("廊下镇", code="310116104"))

        answer = self.register(operator, away)

        assert answer.status_code == 422
        assert not Candidacy.objects.exists()

    def test_borrows_somebody_from_another_house(self, operator, house, carer):
        other = make_house(subdistrict=house.subdistrict)

        answer = operator.post(
            page("hire", carer.public_id),
            self.job(other, basis="borrowed", lent_by=house.name),
        )

        assert answer.status_code == 303
        assert carer.employments.get(facility=other).lent_by == house.name

    def test_a_loan_says_from_whom(self, operator, house, carer):
        other = make_house(subdistrict=house.subdistrict)

        answer = operator.post(page("hire", carer.public_id), self.job(other, basis="borrowed"))

        assert answer.status_code == 422
        assert "借出单位" in words_of(answer)


class TestPapersComeIn:
    def test_a_certificate(self, operator, house):
        person = make_person()
        make_employment(person, house)

        answer = operator.post(
            page("add_paper", person.public_id, "qualification"),
            {"kind": "infant_carer", "number": "YY1", "issuer": "上海市职业技能鉴定中心",
             "issued_on": "2026-03-02", "valid_through": "2027-03-02"},
        )  # fmt: skip

        assert answer.status_code == 303
        paper = person.qualifications.get()
        assert (paper.number, paper.valid_through) == ("YY1", date(2027, 3, 2))

    def test_a_health_certificate(self, operator, house, carer):
        operator.post(
            page("add_paper", carer.public_id, "health"),
            {"institution": "金山区疾控中心", "examined_on": "2026-11-20",
             "valid_through": "2027-11-19"},
        )  # fmt: skip

        assert HealthCertificate.objects.filter(person=carer).count() == 2

    def test_training_with_its_topics(self, operator, carer):
        answer = operator.post(
            page("add_paper", carer.public_id, "training"),
            {"category": "ethics", "title": "师德", "provider": "区早教中心",
             "taken_on": "2026-11-20", "lessons": "8", "topics": ["ethics", "safety"]},
        )  # fmt: skip

        assert answer.status_code == 303
        assert TrainingRecord.objects.get().topics == ["ethics", "safety"]
        words = words_of(operator.get(page("person", carer.public_id)))
        assert "8 / 40 课时" in words
        assert "还差 32 课时" in words

    def test_praise(self, operator, carer):
        operator.post(
            page("add_paper", carer.public_id, "integrity"),
            {"kind": "praise", "happened_on": "2026-11-20", "facts": "急救孩子及时"},
        )

        assert "急救孩子及时" in words_of(operator.get(page("person", carer.public_id)))

    def test_an_entry_of_the_future_is_refused(self, operator, carer):
        answer = operator.post(
            page("add_paper", carer.public_id, "integrity"),
            {"kind": "praise", "happened_on": "2026-11-25", "facts": "急救孩子及时"},
        )

        assert answer.status_code == 422
        assert not IntegrityEntry.objects.exists()

    def test_nobody_is_banned_by_the_ordinary_form(self, operator, carer):
        answer = operator.post(
            page("add_paper", carer.public_id, "integrity"),
            {"kind": "ban", "happened_on": "2026-11-20", "facts": "虐待"},
        )

        assert answer.status_code == 422
        assert not IntegrityEntry.objects.exists()

    def test_a_hit_lets_somebody_go_at_once(self, operator, house, carer):
        shift = make_shift(carer, make_group(house), stretch(TODAY + timedelta(days=1), 9, 12))

        operator.post(
            page("add_paper", carer.public_id, "check"),
            {"channel": "procuratorate", "result": "hit", "checked_on": "2026-11-24"},
        )

        shift.refresh_from_db()
        assert shift.state == "withdrawn"
        assert carer.employments.get().through == TODAY

    def test_an_unknown_kind_of_paper_is_no_page(self, operator, carer):
        assert operator.get(page("add_paper", carer.public_id, "secrets")).status_code == 404

    def test_a_revoked_certificate_counts_no_more(self, operator, carer):
        paper = carer.qualifications.get()

        answer = operator.post(
            page("revoke", paper.public_id), {"on": "2026-11-24", "reason": "造假"}
        )

        assert answer.status_code == 303
        assert "已注销" in words_of(operator.get(page("person", carer.public_id)))
        assert "不计入" in words_of(operator.get(page("people")))


class TestBan:
    def test_the_page_says_who_goes_with_them(self, operator, house, carer):
        make_lead(house, "何静")

        words = words_of(operator.get(page("ban", carer.public_id)))

        assert "现在的直接管理人员：何静" in words

    def test_reaches_the_direct_manager(self, operator, house, carer):
        lead = make_lead(house, "何静")

        answer = operator.post(
            page("ban", carer.public_id),
            {"happened_on": "2026-11-20", "facts": "体罚幼儿", "sure": "on"},
        )

        assert answer.status_code == 303
        bans = IntegrityEntry.objects.filter(kind=IntegrityKind.BAN)
        assert set(bans.values_list("person_id", flat=True)) == {carer.pk, lead.pk}
        assert "终身禁入" in words_of(operator.get(page("person", lead.public_id)))

    def test_needs_to_be_meant(self, operator, carer):
        answer = operator.post(
            page("ban", carer.public_id), {"happened_on": "2026-11-20", "facts": "体罚幼儿"}
        )

        assert answer.status_code == 422
        assert not IntegrityEntry.objects.exists()


class TestLeaveAndDoor:
    def test_leave_is_noted_and_ended(self, operator, carer):
        operator.post(
            page("leave", carer.public_id),
            {"kind": "annual", "starts_on": "2026-11-24", "through": "2026-11-25"},
        )
        [leave] = Leave.objects.all()
        assert leave.ends_at - leave.starts_at == timedelta(days=2)

        operator.post(page("end_leave", leave.public_id))

        assert Leave.objects.get(withdrawn_at__isnull=True).ends_at == NOW

    def test_sickness_has_a_page_of_its_own(self, operator, carer):
        answer = operator.post(
            page("leave", carer.public_id),
            {"kind": "sick", "starts_on": "2026-11-24", "through": "2026-11-25"},
        )

        assert answer.status_code == 422
        assert not Leave.objects.exists()

    def test_leave_that_breaks_an_hour_says_so(self, operator, house, carer):
        from tests.facilities.factories import make_session

        group = make_group(house)
        make_shift(carer, group, stretch(TODAY + timedelta(days=1), 9, 12))
        make_session(
            group, now=NOW, starts_at=stretch(TODAY + timedelta(days=1), 9, 10).starts_at,
            places_taken=2, counted_staff=1,
        )  # fmt: skip

        answer = operator.post(
            page("leave", carer.public_id),
            {"kind": "annual", "starts_on": "2026-11-25", "through": "2026-11-25"},
            follow=True,
        )

        assert "1 个时段因此师幼比不足" in words_of(answer)

    def test_a_pin_is_set_and_never_kept_readable(self, operator, carer):
        answer = operator.post(page("pin", carer.public_id), {"pin": "2468"})

        assert answer.status_code == 303
        carer.refresh_from_db()
        assert carer.pin_hash
        assert "2468" not in carer.pin_hash

    def test_a_weak_pin_is_refused(self, operator, carer):
        answer = operator.post(page("pin", carer.public_id), {"pin": "1111"})

        assert answer.status_code == 422
        assert "不要全部相同" in words_of(answer)

    def test_a_badge_bears_name_house_and_code(self, operator, house, carer):
        answer = operator.get(page("badge", carer.public_id))

        assert f"{carer.name} 保育人员 {house.name}" in words_of(answer)
        assert "data:image/svg+xml" in html_of(answer)

    def test_an_engagement_ends_with_a_reason(self, operator, carer):
        job = carer.employments.get()
        address = page("end_employment", job.public_id)

        assert operator.post(address, {"through": "2026-11-30"}).status_code == 422
        assert (
            operator.post(address, {"through": "2026-11-30", "reason": "合同到期"}).status_code
            == 303
        )

        job.refresh_from_db()
        assert (job.through, job.end_reason) == (date(2026, 11, 30), "合同到期")


def test_a_clean_result_is_all_that_is_kept(operator, house):
    person = make_person()
    make_employment(person, house)

    operator.post(
        page("add_paper", person.public_id, "check"),
        {"channel": "public_security", "result": "clear", "checked_on": "2026-11-20",
         "record": "某年某月…"},
    )  # fmt: skip

    check = RecordCheck.objects.get()
    assert (check.result, check.document_number) == (CheckResult.CLEAR, "")
