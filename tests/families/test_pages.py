"""Pages of families, as people use them."""

import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from families import messages
from families.models import Child, ChildHealthCheck, Consent, Guardian, ServiceAgreement
from families.types import ConsentPurpose, GuardianRight, ReviewState
from tests.families.factories import (
    BORN_ON,
    NOW,
    make_agreement_text,
    make_child,
    make_guardian,
    make_health_check,
    make_identity_number,
    make_invitation,
    make_ready_child,
    make_user,
)
from tests.families.test_hostile_files import EICAR, a_photo

pytestmark = pytest.mark.usefixtures("law")


@pytest.fixture
def browser(client, parent):
    client.force_login(parent)
    return client


@pytest.fixture
def signed_in_as(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def page(name, *arguments):
    return reverse(f"families:{name}", args=arguments)


class TestRegistering:
    @pytest.fixture
    def typed(self, shihua):
        return {
            "name": "王小满",
            "nickname": "小满",
            "sex": "girl",
            "born_on": BORN_ON.isoformat(),
            "identity_number": make_identity_number(serial=7),
            "subdistrict": shihua.code,
            "relation": "mother",
            "care": "on",
        }

    def test_leads_to_the_child_and_what_it_still_lacks(self, browser, typed):
        answer = browser.post(page("new_child"), typed, follow=True)

        child = Child.objects.get()
        assert answer.redirect_chain == [(page("child", child.public_id), 302)]
        for words in ("还差什么", "还没有签署石化街道的服务协议", "还没有健康检查合格证明", "小满"):
            assert words in answer.text
        assert typed["identity_number"] not in answer.text
        assert f"尾号 {typed['identity_number'][-4:]}" in answer.text

    def test_a_wrong_digit_is_told_at_its_field_and_what_was_typed_stays(self, browser, typed):
        number = typed["identity_number"]
        typed["identity_number"] = number[:-1] + ("0" if number[-1] != "0" else "1")

        answer = browser.post(page("new_child"), typed)

        assert answer.status_code == 422
        assert "号码的最后一位对不上" in answer.text
        assert 'value="王小满"' in answer.text
        assert 'aria-invalid="true"' in answer.text
        assert not Child.objects.exists()

    def test_an_empty_form_says_what_to_do_at_every_field(self, browser):
        answer = browser.post(page("new_child"), {})

        assert answer.status_code == 422
        assert answer.text.count("请填写。") == 3  # name, day of birth, number
        assert "必填项" not in answer.text

    def test_without_the_box_for_consent_nothing_is_kept(self, browser, typed):
        del typed["care"]

        answer = browser.post(page("new_child"), typed)

        assert answer.status_code == 422
        assert messages.CARE_CONSENT_FIRST in answer.text
        assert not Child.objects.exists()

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("born_on", "2024-13-01"),
            ("sex", "other"),
            ("subdistrict", "310116999"),
            ("name", "王" * 41),
            ("name", "王\x00"),
        ],
    )
    def test_what_cannot_be_read_is_refused(self, browser, typed, field, value):
        answer = browser.post(page("new_child"), typed | {field: value})

        assert answer.status_code == 422
        assert not Child.objects.exists()

    def test_a_name_with_markup_is_only_a_name(self, browser, typed):
        answer = browser.post(page("new_child"), typed | {"nickname": "<b>x</b>"}, follow=True)

        assert "&lt;b&gt;x&lt;/b&gt;" in answer.text
        assert "<b>x</b>" not in answer.text


class TestPapers:
    @pytest.fixture
    def child(self, parent, shihua):
        return make_child(parent, subdistrict=shihua, name="王小满", nickname="小满")

    def test_a_photo_is_handed_in(self, browser, child):
        answer = browser.post(
            page("health_check", child.public_id),
            {
                "examined_on": "2026-11-01",
                "institution": "社区卫生服务中心",
                "file": SimpleUploadedFile("a.jpg", a_photo()),
            },
            follow=True,
        )

        assert "正在审核" in answer.text
        assert ChildHealthCheck.objects.get().state == ReviewState.SUBMITTED

    def test_a_hostile_file_gets_a_sentence_and_changes_nothing(self, browser, child):
        answer = browser.post(
            page("health_check", child.public_id),
            {
                "examined_on": "2026-11-01",
                "institution": "社区卫生服务中心",
                "file": SimpleUploadedFile("a.jpg", EICAR),
            },
        )

        assert answer.status_code == 422
        assert "只能上传 JPG、PNG 图片或 PDF 文件。" in answer.text
        assert not ChildHealthCheck.objects.exists()

    def test_the_agreement_is_read_and_signed(self, browser, child, shihua):
        text = make_agreement_text(shihua, text="第一条\n<b>如实告知</b>")
        shown = browser.get(page("agreement", child.public_id)).text
        assert "&lt;b&gt;如实告知&lt;/b&gt;" in shown
        [text_sha256] = re.findall(r'name="text_sha256" value="([0-9a-f]{64})"', shown)

        answer = browser.post(
            page("agreement", child.public_id),
            {"typed_name": "王芳", "text_sha256": text_sha256},
        )

        assert answer.status_code == 302
        assert ServiceAgreement.objects.get().agreement == text
        assert "已签署" in browser.get(page("agreement", child.public_id)).text

    def test_a_wrong_name_is_told_and_signs_nothing(self, browser, child, shihua):
        text = make_agreement_text(shihua)

        answer = browser.post(
            page("agreement", child.public_id),
            {"typed_name": "王方", "text_sha256": text.text_sha256},
        )

        assert answer.status_code == 422
        assert "签名要和您的姓名一致，请输入：王芳。" in answer.text
        assert not ServiceAgreement.objects.exists()

    def test_a_place_without_an_agreement_says_so(self, browser, child):
        assert "还没有发布服务协议" in browser.get(page("agreement", child.public_id)).text

    def test_consents_are_given_and_taken_back_on_one_page(self, browser, child):
        address = page("consents", child.public_id)
        assert browser.get(address).text.count("未答复") == len(ConsentPurpose)

        browser.post(address, {"purpose": "care", "answer": "give"})
        browser.post(address, {"purpose": "guidance", "answer": "refuse"})
        shown = browser.get(address).text
        assert (shown.count("已同意"), shown.count("未答复")) == (1, 2)

        browser.post(address, {"purpose": "care", "answer": "withdraw"})
        assert not Consent.objects.filter(purpose="care", withdrawn_at__isnull=True).exists()

    @pytest.mark.parametrize(
        "sent", [{}, {"purpose": "sale", "answer": "give"}, {"purpose": "care", "answer": "yes"}]
    )
    def test_an_answer_that_cannot_be_read_changes_nothing(self, browser, child, sent):
        answer = browser.post(page("consents", child.public_id), sent, follow=True)

        assert "没有保存，请再试一次。" in answer.text
        assert not Consent.objects.exists()

    def test_none_is_said_not_left_empty(self, browser, child):
        address = page("history", child.public_id)
        answer = browser.post(address, {"allergies": "芒果"})
        assert answer.status_code == 422
        assert messages.HISTORY_UNSAID in answer.text

        browser.post(address, {"allergies": "芒果", "no_medical_history": "on"})
        child.refresh_from_db()
        assert (child.allergies, child.medical_history) == ("芒果", "无")
        shown = browser.get(address).text
        assert "芒果" in shown
        assert shown.count("checked") == 1

    def test_having_none_and_some_is_a_contradiction(self, browser, child):
        answer = browser.post(
            page("history", child.public_id),
            {"allergies": "芒果", "no_allergies": "on", "no_medical_history": "on"},
        )

        assert answer.status_code == 422
        assert messages.HISTORY_BOTH in answer.text

    def test_who_reads_only_sees_the_history_and_no_form(self, signed_in_as, child, grandmother):
        Child.objects.filter(pk=child.pk).update(
            allergies="芒果", medical_history="无", history_declared_at=NOW
        )

        shown = signed_in_as(grandmother).get(page("history", child.public_id)).text

        assert "芒果" in shown
        assert "<textarea" not in shown


class TestPeople:
    def test_from_invitation_to_guardian(self, client, child, parent):
        uncle = make_user("王叔", phone="13500000001")
        client.force_login(parent)
        client.post(
            page("family", child.public_id),
            {"phone": "13500000001", "relation": "other", "right": "book"},
        )
        assert "135****0001" in client.get(page("family", child.public_id)).text

        client.force_login(uncle)
        shown = client.get(page("children")).text
        assert "王芳邀请您一起照看王小满" in shown
        [address] = re.findall(r"/invitations/[0-9a-f-]{36}/", shown)
        assert "可以预约和取消" in client.get(address).text
        answer = client.post(address, {"answer": "accept"})

        assert answer["Location"] == page("child", child.public_id)
        assert client.get(answer["Location"]).status_code == 200
        assert Guardian.objects.get(user=uncle).right == GuardianRight.BOOK

    def test_declining_leads_back(self, client, child, parent):
        uncle = make_user("王叔", phone="13500000001")
        invitation = make_invitation(child, by=parent, phone="13500000001")
        client.force_login(uncle)

        answer = client.post(
            page("invitation", invitation.public_id), {"answer": "decline"}, follow=True
        )

        assert "已谢绝邀请。" in answer.text
        assert client.get(page("child", child.public_id)).status_code == 404

    def test_the_last_full_guardian_is_told_why_not(self, browser, child, parent):
        answer = browser.post(page("guardian_end", child.public_id, parent.public_id), follow=True)

        assert messages.ONE_FULL_STAYS in answer.text

    def test_the_right_of_the_last_full_guardian_stays(self, browser, child, parent):
        answer = browser.post(
            page("guardian_right", child.public_id, parent.public_id),
            {"right": "read"},
            follow=True,
        )

        assert messages.ONE_FULL_STAYS in answer.text

    def test_who_left_is_led_to_the_own_children(self, signed_in_as, child, grandmother):
        answer = signed_in_as(grandmother).post(
            page("guardian_end", child.public_id, grandmother.public_id)
        )

        assert answer["Location"] == page("children")

    def test_full_numbers_of_other_people_are_not_shown(self, browser, child, grandmother):
        shown = browser.get(page("family", child.public_id)).text

        assert grandmother.phone[-4:] in shown
        assert grandmother.phone not in shown

    def test_a_nickname_that_is_too_long_is_not_kept(self, browser, child):
        answer = browser.post(
            page("nickname", child.public_id), {"nickname": "满" * 21}, follow=True
        )

        assert "小名太长" in answer.text
        child.refresh_from_db()
        assert child.nickname == "小满"


class TestReviewing:
    def test_from_the_queue_to_the_decision(self, signed_in_as, child, parent, operator):
        check = make_health_check(child, by=parent, state=ReviewState.SUBMITTED)
        browser = signed_in_as(operator)
        assert "王小满" in browser.get(page("reviews")).text
        shown = browser.get(page("review", check.public_id)).text
        assert "石化街道社区卫生服务中心" in shown

        answer = browser.post(page("review", check.public_id), {"decision": "reject", "reason": ""})
        assert answer.status_code == 422
        assert messages.REASON_MISSING in answer.text

        answer = browser.post(
            page("review", check.public_id),
            {"decision": "reject", "reason": "看不清"},
            follow=True,
        )
        assert "没有要审核的证明" in answer.text
        assert "看不清" in signed_in_as(parent).get(page("health_check", child.public_id)).text

    def test_a_decision_that_cannot_be_read_decides_nothing(
        self, signed_in_as, child, parent, operator
    ):
        check = make_health_check(child, by=parent, state=ReviewState.SUBMITTED)

        answer = signed_in_as(operator).post(page("review", check.public_id), {})

        assert answer.status_code == 422
        check.refresh_from_db()
        assert check.state == ReviewState.SUBMITTED

    def test_the_photo_is_shown_and_a_pdf_is_offered(self, signed_in_as, child, parent, operator):
        browser = signed_in_as(operator)
        for kind, words in (("jpg", "<img"), ("pdf", "下载 PDF 查看")):
            check = make_health_check(
                child,
                by=parent,
                state=ReviewState.SUBMITTED,
                file=f"health_checks/a.{kind}",
            )
            assert words in browser.get(page("review", check.public_id)).text


class TestWhoLooked:
    def test_the_reviewer_is_named_with_role_and_purpose(
        self, signed_in_as, child, parent, operator
    ):
        check = make_health_check(child, by=parent, state=ReviewState.SUBMITTED)
        signed_in_as(operator).get(page("review", check.public_id))

        shown = signed_in_as(parent).get(page("looked", child.public_id)).text

        assert "李管理" in shown
        assert "街镇管理员" in shown
        assert "为审核查看了健康检查证明" in shown

    def test_a_stranger_who_tried_to_register_the_child_is_not_named(
        self, signed_in_as, child, parent, other_parent, shihua
    ):
        number = Child.objects.get().identity_number
        answer = signed_in_as(other_parent).post(
            page("new_child"),
            {
                "name": "王小满",
                "sex": child.sex,
                "born_on": child.born_on.isoformat(),
                "identity_number": number,
                "subdistrict": shihua.code,
                "relation": "father",
                "care": "on",
            },
        )
        assert messages.REGISTERED_ELSEWHERE in answer.text
        assert "王芳" not in answer.text

        shown = signed_in_as(parent).get(page("looked", child.public_id)).text

        assert "尝试登记这位孩子，没有成功" in shown
        assert messages.SOMEBODY in shown
        assert "赵敏" not in shown

    def test_the_family_is_named_by_relation(self, signed_in_as, child, parent, grandmother):
        signed_in_as(grandmother).get(page("history", child.public_id))

        shown = signed_in_as(parent).get(page("looked", child.public_id)).text

        assert "王奶奶" in shown
        assert "祖辈" in shown
        assert "查看了过敏和既往病史" in shown


class TestExport:
    def test_everything_kept_is_in_it_but_the_whole_number(self, browser, child, parent):
        make_guardian(child, make_user("王爷爷"), right=GuardianRight.READ)
        Child.objects.filter(pk=child.pk).update(allergies="芒果")

        answer = browser.get(page("export", child.public_id))

        kept = json.loads(answer.content)
        assert kept["child"]["name"] == "王小满"
        assert kept["child"]["allergies"] == "芒果"
        assert {one["name"] for one in kept["guardians"]} == {"王芳", "王爷爷"}
        assert kept["health_checks"][0]["state"] == "accepted"
        assert kept["agreements"][0]["signed_name"] == "王芳"
        assert {one["purpose"] for one in kept["consents"]} == {"care", "health"}
        assert kept["looked"][0]["what"] == "导出了孩子的全部数据"
        number = Child.objects.get().identity_number
        assert kept["child"]["identity_number_ends_with"] == number[-4:]
        assert number not in answer.text
        assert answer["Content-Disposition"].startswith("attachment")


class TestPrivacy:
    def test_everybody_reads_the_rules(self, client, settings):
        settings.PRIVACY_OFFICER, settings.PRIVACY_OFFICER_CONTACT = "陈负责", "021-57930001"

        shown = client.get(page("privacy")).text

        assert messages.PRIVACY_VERSION in shown
        assert "陈负责，021-57930001" in shown
        for text in messages.CONSENT_TEXTS.values():
            assert text.title in shown
            assert text.refusing in shown

    def test_until_somebody_is_named_the_page_says_so(self, client, settings):
        settings.PRIVACY_OFFICER = ""

        assert "由运营单位在上线前指定并公布。" in client.get(page("privacy")).text


class TestQueries:
    """Rows do not add queries, and no page needs more than twenty."""

    MOST = 20

    def count(self, client, address, counted):
        client.get(address)
        with counted() as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    @pytest.fixture
    def counted(self):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        return lambda: CaptureQueriesContext(connection)

    def test_children(self, browser, parent, shihua, child, counted):
        before = self.count(browser, page("children"), counted)
        for _ in range(5):
            make_ready_child(parent, shihua, valid_through=NOW.date() + timedelta(days=3))

        assert self.count(browser, page("children"), counted) == before <= self.MOST

    @pytest.mark.parametrize("name", ["child", "health_check", "family", "looked", "export"])
    def test_a_child_with_a_long_history(self, browser, parent, child, counted, name):
        address = page(name, child.public_id)
        before = self.count(browser, address, counted)
        for _ in range(5):
            make_health_check(child, by=parent)
            make_guardian(child, make_user(), right=GuardianRight.READ)

        assert self.count(browser, address, counted) == before <= self.MOST

    def test_the_queue_of_reviews(self, signed_in_as, operator, parent, shihua, counted, child):
        browser = signed_in_as(operator)
        make_health_check(child, by=parent, state=ReviewState.SUBMITTED)
        before = self.count(browser, page("reviews"), counted)
        for _ in range(5):
            one = make_child(parent, subdistrict=shihua)
            make_health_check(one, by=parent, state=ReviewState.SUBMITTED)

        assert self.count(browser, page("reviews"), counted) == before <= self.MOST
