"""What is published of a house: only what was signed, only when it is due, and recomputable."""

import json
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, NotFound, Refused
from credit.models import CreditDecision, CreditObjection
from facilities.models import Facility
from inspections import services
from inspections.dossier_types import (
    BriefStep,
    Dossier,
    PublicNumber,
    Published,
    PublishedKind,
    StarSource,
)
from inspections.dossier_urls import urlpatterns
from inspections.exports import excel_of
from inspections.models import (
    DepartmentBrief,
    PublicNotice,
    PublishedResult,
    VisitPart,
    VisitResult,
)
from inspections.rules.dossier import altered, canonical, dossier_of, sha256
from inspections.rules.suppression import ABOUT, About
from inspections.selectors.dossier import dossier_for, published_of, standing_of_house
from inspections.selectors.notices import notice_for_all, state_of
from inspections.selectors.stars import star_of
from inspections.types import Department, VisitKind
from tests.inspections.case_situations import closed, reported
from tests.inspections.situations import NOW, Jinshan, make_visit
from tests.inspections.test_pages import WHO, client_of, text_of

TODAY = day_in_shanghai(NOW)
LATER = NOW + timedelta(days=10)


def signed(
    jinshan: Jinshan, house: Facility, *, kind: VisitKind = VisitKind.PATROL,
    findings: tuple[str, ...] = (), items: tuple[bool, ...] = (True,), at: datetime = NOW,
) -> VisitResult:  # fmt: skip
    """A result with what is published; those of test_dossier_signed are signed for real."""
    part = VisitPart.objects.create(
        visit=make_visit(house, day_in_shanghai(at), kind=kind),
        department=Department.EDUCATION,
        opened_by=jinshan.users["inspector"],
        opened_at=at,
    )
    last = VisitResult.objects.order_by("number").last()
    text = canonical(
        {
            "part": str(part.public_id),
            "version": 1,
            "department": part.department,
            "visit": {"kind": part.visit.kind},
            "findings": [
                {"severity": one, "kind": "requirement", "note": "张老师没有证"} for one in findings
            ],
            "items": [
                {"code": f"item-{place}", "text": f"第{place}项", "rows_say": "silent",
                 "answer": "meets" if is_met else "fails"}
                for place, is_met in enumerate(items)
            ],
        }
    )  # fmt: skip
    return VisitResult.objects.create(
        part=part, version=1, number=last.number + 1 if last else 1,
        previous=last.sha256 if last else "",
        canonical=text, sha256=sha256(text), key_id="test", signature="0" * 128,
        signed_by=jinshan.users["inspector"], signed_at=at,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


class TestPublishing:
    def test_a_signed_result_is_published_after_its_delay_and_once(self, jinshan: Jinshan):
        house = jinshan.houses[0]
        signed(jinshan, house, findings=("ordinary", "severe"))

        assert services.publish_results(now=NOW)["results"] == 0
        assert dossier_for(house, now=NOW).last_visit is None
        runs = [services.publish_results(now=LATER)["results"] for _ in range(2)]
        page = dossier_for(house, now=LATER)
        assert runs == [1, 0]
        assert page.last_visit.on == TODAY
        assert page.findings == (("severe", 1), ("serious", 0), ("ordinary", 1))

    def test_what_was_not_signed_is_never_published(self, jinshan: Jinshan):
        house = jinshan.houses[0]
        visit = make_visit(house, TODAY, signed=False)
        VisitPart.objects.create(
            visit=visit, department=Department.EDUCATION,
            opened_by=jinshan.users["inspector"], opened_at=NOW,
        )  # fmt: skip

        services.publish_results(now=LATER)

        assert not PublishedResult.objects.filter(kind=PublishedKind.VISIT).exists()
        with pytest.raises(IntegrityError), transaction.atomic():
            PublishedResult.objects.create(
                facility=house, kind=PublishedKind.VISIT, source="made up", canonical="{}",
                sha256=sha256("{}"), published_at=NOW,
            )  # fmt: skip

    def test_what_was_published_changes_for_nobody(self, jinshan: Jinshan):
        services.publish_results(now=NOW)

        for change in ("UPDATE inspections_publishedresult SET published_at = now()",
                       "DELETE FROM inspections_publishedresult"):  # fmt: skip
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(change)


class TestRecomputing:
    def test_the_page_is_reckoned_from_the_published_file_alone(self, jinshan: Jinshan):
        """As a stranger does it: from the file, with nothing of the database."""
        house = jinshan.houses[0]
        signed(jinshan, house, findings=("serious",))
        services.publish_results(now=LATER)
        page = dossier_for(house, now=LATER)
        address = reverse("dossier:house_file", args=[house.public_id])
        rows = json.loads(Client().get(address).content)["rows"]

        assert all(sha256(row["canonical"]) == row["sha256"] for row in rows)
        again = dossier_of(
            [
                replace(
                    known,
                    canonical=row["canonical"],
                    content=json.loads(row["canonical"]),
                    sha256=row["sha256"],
                )
                for known, row in zip(page.rows, rows, strict=True)
            ],
            today=day_in_shanghai(LATER),
        )
        assert again == page

    def test_it_does_not_move_with_the_rows_behind_it_until_it_is_published_anew(
        self, jinshan: Jinshan
    ):
        house = jinshan.houses[0]
        services.publish_results(now=NOW)
        before = dossier_for(house, now=NOW)

        house.insurances.all().delete()
        house.fees.all().delete()
        assert dossier_for(house, now=NOW) == before
        services.publish_results(now=NOW + timedelta(days=1))
        after = dossier_for(house, now=NOW + timedelta(days=1))
        assert (after.insured_through, after.prices) == (None, ())

    def test_one_changed_character_shows(self, jinshan: Jinshan):
        services.publish_results(now=NOW)
        rows = published_of(jinshan.houses[0])

        forged = [replace(rows[0], canonical=rows[0].canonical.replace("0", "1", 1))]
        assert altered(rows) == []
        assert altered(forged) == [rows[0].id]

    def test_days_since_the_last_shortage_count_on_without_a_new_row(self, jinshan: Jinshan):
        content = {"on": "2026-11-20", "last_breach_on": "2026-11-12"}
        row = published_of_content(content)

        assert dossier_of([row], today=date(2026, 11, 22)).days_since_breach == 10
        now_short = published_of_content({**content, "has_open_breach": True})
        assert dossier_of([now_short], today=date(2026, 11, 22)).days_since_breach == 0


def published_of_content(content):
    text = canonical(content)
    return Published("1", PublishedKind.STANDING, NOW, text, sha256(text), content)


class TestSmallNumbers:
    def test_every_number_of_the_page_is_classed_and_those_of_people_are_guarded(self):
        numbers = {
            field.name
            for field in fields(Dossier)
            if field.type in {"int", "int | None", int, PublicNumber}
            or field.name in {"findings", "prices", "star", "credit"}
            or str(field.type) in {"<class 'int'>", "int | None"}
        }

        assert numbers == set(ABOUT)
        guarded = {field.name for field in fields(Dossier) if field.type is PublicNumber}
        assert guarded == {name for name, about in ABOUT.items() if about is About.PEOPLE}

    def test_few_borne_out_complaints_are_not_counted_out(self, jinshan: Jinshan):
        house = jinshan.houses[0]
        words = []
        for _ in range(3):
            case, _code = reported(house=str(house.public_id))
            closed(jinshan, case)
            words.append(standing_of_house(house, now=NOW + timedelta(hours=1))["complaints"])

        assert [one["words"] for one in words] == ["少于3件", "少于3件", "3件"]

    def test_a_complaint_that_the_district_let_fall_is_not_counted(self, jinshan: Jinshan):
        house = jinshan.houses[0]
        cases = [reported(house=str(house.public_id))[0] for _ in range(3)]
        for case in cases:
            closed(jinshan, case)

        for case, is_upheld in zip(cases, (True, False, False), strict=True):
            CreditDecision.objects.create(
                objection=CreditObjection.objects.create(
                    facility=house, entry=f"case:{case.public_id}", text="不是我们家",
                    raised_by=jinshan.users["parent"], raised_at=NOW,
                ),
                is_upheld=is_upheld, reason="核对过", decided_by=jinshan.users["other_lead"],
                decided_at=NOW,
            )  # fmt: skip

        soon = NOW + timedelta(hours=1)
        assert standing_of_house(house, now=soon)["complaints"]["words"] == "少于3件"


class TestStarsAndNotices:
    def rated(self, jinshan: Jinshan, house: Facility) -> None:
        for kind in (VisitKind.SELF, VisitKind.PAIRED, VisitKind.JOINT):
            signed(jinshan, house, kind=kind, items=(True,) * 9 + (False,))

    def test_a_star_is_reckoned_from_signed_texts_put_up_and_published(self, jinshan: Jinshan):
        house = jinshan.houses[0]
        self.rated(jinshan, house)
        notice = services.propose_star(
            facility=str(house.public_id), actor=jinshan.actor("lead"), now=NOW
        )

        assert (notice.starts_on, notice.through) == (TODAY, date(2026, 11, 27))
        assert dossier_for(house, now=NOW).star is None
        decide(jinshan, notice, now=LATER)
        star = dossier_for(house, now=LATER).star
        assert star is not None
        assert (star["stars"], star["words"], star["sum"]) == (
            4, "四星", "90×20% + 90×30% + 90×50% = 90分",
        )  # fmt: skip
        assert "期限已过" in star["basis"]["words"]
        assert "参照" in star["basis"]["words"]

    def test_a_star_is_put_up_again_only_when_it_would_be_another(
        self, jinshan: Jinshan, monkeypatch
    ):
        monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)
        house = jinshan.houses[0]
        self.rated(jinshan, house)
        assert "期满以后答复完异议再决定" in self.page_of_star(jinshan, house, offers=True)
        notice = self.proposed(jinshan, house)
        assert "先决定那一份" in self.page_of_star(jinshan, house, offers=False)
        decide(jinshan, notice, now=LATER)

        assert "（四星）已经生效" in self.page_of_star(jinshan, house, offers=False)
        with pytest.raises(Refused) as again:
            self.proposed(jinshan, house, now=LATER)
        assert "（四星）已经生效" in again.value.verdicts[0].as_dict()["remedy"]
        assert PublicNotice.objects.count() == 1

        signed(jinshan, house, kind=VisitKind.JOINT, items=(True,) * 10)
        assert "现在生效的是四星" in self.page_of_star(jinshan, house, offers=True)
        assert self.proposed(jinshan, house, now=LATER).title == "2026年星级：五星"

    def proposed(self, jinshan: Jinshan, house: Facility, *, now=NOW) -> PublicNotice:
        return services.propose_star(
            facility=str(house.public_id), actor=jinshan.actor("lead"), now=now
        )

    def page_of_star(self, jinshan: Jinshan, house: Facility, *, offers: bool) -> str:
        answer = client_of(jinshan, "lead").get(reverse("dossier:star", args=[house.public_id]))
        assert ("按这个结果公示" in answer.content.decode()) is offers
        return text_of(answer)

    def test_without_a_source_there_is_no_star_and_nothing_is_put_up(self, jinshan: Jinshan):
        house = jinshan.houses[0]
        signed(jinshan, house, kind=VisitKind.SELF)

        assert star_of(house, now=NOW).missing == (StarSource.PAIRED, StarSource.JOINT)
        with pytest.raises(Refused):
            services.propose_star(
                facility=str(house.public_id), actor=jinshan.actor("lead"), now=NOW
            )
        assert not PublicNotice.objects.exists()

    def test_it_is_not_decided_before_its_days_are_over_and_objections_answered(
        self, jinshan: Jinshan
    ):
        notice = put_up(jinshan)
        objection = services.object_to(
            notice=str(notice.public_id), text="分数算错了", contact="", now=NOW
        )
        with pytest.raises(Refused) as early:
            decide(jinshan, notice, now=NOW)
        assert len(early.value.verdicts) == 2
        with pytest.raises(Refused):
            decide(jinshan, notice, now=LATER)

        answer(jinshan, notice, objection, is_upheld=False)
        decide(jinshan, notice, now=LATER)

        assert state_of(notice_for_all(str(notice.public_id)), TODAY) == "confirmed"
        with pytest.raises(Refused):
            decide(jinshan, notice, now=LATER, is_confirmed=False, reason="又不要了")

    def test_an_objection_that_is_right_stops_it(self, jinshan: Jinshan):
        notice = put_up(jinshan)
        objection = services.object_to(
            notice=str(notice.public_id), text="分数算错了", contact="", now=NOW
        )
        answer(jinshan, notice, objection, is_upheld=True)

        with pytest.raises(Refused):
            decide(jinshan, notice, now=LATER)
        decide(jinshan, notice, now=LATER, is_confirmed=False, reason="重新评")
        assert state_of(notice_for_all(str(notice.public_id)), TODAY) == "withdrawn"

    def test_nobody_objects_after_the_last_day(self, jinshan: Jinshan):
        notice = put_up(jinshan)
        last = NOW + timedelta(days=5)
        services.object_to(notice=str(notice.public_id), text="有意见", contact="", now=last)

        with pytest.raises(InvalidInput):
            services.object_to(
                notice=str(notice.public_id),
                text="有意见",
                contact="",
                now=last + timedelta(days=1),
            )
        assert notice.objections.count() == 1

    def test_only_the_lead_of_the_district_decides(self, jinshan: Jinshan):
        notice = put_up(jinshan)

        for who in ("inspector", "jingan_lead", "parent"):
            with pytest.raises(NotFound):
                decide(jinshan, notice, now=LATER, who=who)


def put_up(jinshan: Jinshan) -> PublicNotice:
    return services.put_up_notice(
        district="310116", title="示范点名单", body="第一家", actor=jinshan.actor("lead"), now=NOW
    )


def answer(jinshan: Jinshan, notice, objection, *, is_upheld: bool) -> None:
    services.answer_objection(
        notice=str(notice.public_id), objection=str(objection.public_id), text="核对过了。",
        is_upheld=is_upheld, actor=jinshan.actor("lead"), now=NOW,
    )  # fmt: skip


def decide(
    jinshan: Jinshan, notice, *, now, is_confirmed=True, reason="", who: str = "lead"
) -> None:
    services.decide_notice(
        notice=str(notice.public_id), is_confirmed=is_confirmed, reason=reason,
        actor=jinshan.actor(who), now=now,
    )  # fmt: skip


class TestBriefs:
    def generated(self, jinshan: Jinshan, who: str = "lead") -> DepartmentBrief:
        return services.generate_brief(
            district="310116", department=Department.FIRE, actor=jinshan.actor(who), now=NOW
        )

    def note(self, jinshan: Jinshan, brief: DepartmentBrief, step: BriefStep, who="消防 李队"):
        services.note_brief(
            brief=str(brief.public_id), step=step, who=who, actor=jinshan.actor("lead"), now=NOW
        )

    def test_it_is_generated_once_a_quarter_sent_and_receipted_in_this_order(
        self, jinshan: Jinshan
    ):
        brief = self.generated(jinshan)

        assert self.generated(jinshan).pk == brief.pk
        assert brief.period == date(2026, 10, 1)
        with pytest.raises(InvalidInput):
            self.note(jinshan, brief, BriefStep.RECEIPTED)
        self.note(jinshan, brief, BriefStep.SENT)
        self.note(jinshan, brief, BriefStep.RECEIPTED)
        with pytest.raises(InvalidInput):
            self.note(jinshan, brief, BriefStep.RECEIPTED)
        steps = list(brief.events.order_by("pk").values_list("step", flat=True))
        assert steps == ["generated", "sent", "receipted"]

    @pytest.mark.parametrize("department", [Department.EDUCATION, Department.HOUSE])
    def test_only_the_departments_of_the_rule_are_briefed(self, jinshan: Jinshan, department):
        with pytest.raises(InvalidInput):
            services.generate_brief(
                district="310116", department=department, actor=jinshan.actor("lead"), now=NOW
            )

    def test_nobody_but_the_lead_generates(self, jinshan: Jinshan):
        with pytest.raises(NotFound):
            self.generated(jinshan, who="inspector")

    def test_every_cell_is_text_whatever_somebody_named_their_house(self, jinshan: Jinshan):
        Facility.objects.filter(pk=jinshan.houses[0].pk).update(
            operator_name='=HYPERLINK("http://x","点我")', address="+86", phone="-1"
        )
        brief = self.generated(jinshan)
        address = reverse("dossier:brief_file", args=[brief.public_id])

        file = client_of(jinshan, "lead").get(address)

        sheet = openpyxl.load_workbook(BytesIO(file.content)).worksheets[0]
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert sheet.max_row == 1 + len(jinshan.houses)
        assert {cell.data_type for cell in cells} == {"s"}
        assert '=HYPERLINK("http://x","点我")' in {cell.value for cell in cells}

    def test_a_formula_would_be_found(self):
        """The control: written as openpyxl does by itself, it is one."""
        book = openpyxl.Workbook()
        cell = book.worksheets[0].cell(1, 1, "=1+1")
        assert cell.data_type == "f"
        file = excel_of([["=1+1", "\x00坏"]], title="表")
        sheet = openpyxl.load_workbook(BytesIO(file)).worksheets[0]
        assert [(one.value, one.data_type) for one in sheet[1]] == [("=1+1", "s"), ("坏", "s")]


# --- the pages ------------------------------------------------------------------------------------

GETS = {
    "house": (200,) * 6,
    "house_file": (200,) * 6,
    "notices": (200,) * 6,
    "notice": (200,) * 6,
    "publication": (200, 200, 200, 200, 404, 302),
    "star": (200, 404, 404, 404, 404, 302),
    "officers_notice": (200, 404, 404, 404, 404, 302),
    "answer": (405,) * 5 + (302,),
    "decide": (405,) * 5 + (302,),
    "briefs": (200, 200, 200, 200, 404, 302),
    "brief_file": (200, 404, 404, 404, 404, 302),
    "brief_step": (405,) * 5 + (302,),
}
POSTS = {
    "notice": (422,) * 6,
    "publication": (422, 404, 404, 404, 404, 302),
    "star": (422, 404, 404, 404, 404, 302),
    "answer": (422, 404, 404, 404, 404, 302),
    "decide": (422, 404, 404, 404, 404, 302),
    "briefs": (404, 404, 404, 404, 404, 302),
    "brief_step": (404, 404, 404, 404, 404, 302),
}


@pytest.fixture
def names(jinshan: Jinshan):
    house = {"public_id": str(jinshan.houses[0].public_id)}
    notice = put_up_now(jinshan)
    brief = services.generate_brief(
        district="310116", department=Department.FIRE, actor=jinshan.actor("lead"), now=NOW
    )
    objection = services.object_to(
        notice=str(notice.public_id), text="有意见", contact="", now=notice.put_up_at
    )
    of_notice = {"public_id": str(notice.public_id)}
    return {
        **dict.fromkeys(("house", "house_file", "star"), house),
        **dict.fromkeys(("notice", "officers_notice", "decide"), of_notice),
        "answer": {**of_notice, "objection": str(objection.public_id)},
        **{key: {"public_id": str(brief.public_id)} for key in ("brief_file", "brief_step")},
    }


def put_up_now(jinshan: Jinshan) -> PublicNotice:
    return services.put_up_notice(
        district="310116", title="示范点名单", body="第一家", actor=jinshan.actor("lead"),
        now=timezone.now(),
    )  # fmt: skip


def test_every_address_is_in_these_tables():
    assert {pattern.name for pattern in urlpatterns} == set(GETS)


@pytest.mark.parametrize(("name", "answers"), GETS.items())
def test_everybody_sees_what_is_theirs(jinshan: Jinshan, names, name: str, answers):
    for who, status in zip(WHO, answers, strict=True):
        answer = client_of(jinshan, who).get(reverse(f"dossier:{name}", kwargs=names.get(name)))

        assert answer.status_code == status, who


@pytest.mark.parametrize(("name", "answers"), POSTS.items())
def test_nobody_sends_what_is_not_theirs(jinshan: Jinshan, names, name: str, answers):
    for who, status in zip(WHO, answers, strict=True):
        address = reverse(f"dossier:{name}", kwargs=names.get(name))

        assert client_of(jinshan, who).post(address, {}).status_code == status, who


def test_the_public_page_says_it_in_words(jinshan: Jinshan, django_assert_max_num_queries):
    house = jinshan.houses[0]
    for _ in range(12):
        signed(jinshan, house, findings=("serious",))
    services.publish_results(now=LATER)

    with django_assert_max_num_queries(20):
        answer = Client().get(reverse("dossier:house", args=[house.public_id]))

    page = text_of(answer)
    assert "较重 12" in page
    assert "教育部门" in page
    assert "没有在岗的照护人员" in page
    house_page = Client().get(reverse("facilities:house", args=[house.public_id]))
    assert reverse("dossier:house", args=[house.public_id]) in house_page.content.decode()


def test_a_house_of_which_nothing_is_published_says_so(jinshan: Jinshan):
    answer = Client().get(reverse("dossier:house", args=[jinshan.houses[0].public_id]))

    assert "还没有公布" in text_of(answer)


def test_somebody_objects_and_reads_the_answer_and_not_what_others_wrote(jinshan: Jinshan):
    notice = put_up_now(jinshan)
    address = reverse("dossier:notice", args=[notice.public_id])
    sent = Client().post(address, {"text": "名单里漏了一家", "contact": "13800000000"})

    assert sent.status_code == 303
    assert "漏了一家" not in text_of(Client().get(address))
    lead = client_of(jinshan, "lead")
    objection = notice.objections.get()
    lead.post(
        reverse("dossier:answer", args=[notice.public_id, objection.public_id]),
        {"text": "核对过，没有漏。"},
    )
    assert "核对过，没有漏。" in text_of(Client().get(address))


def test_the_lead_generates_sends_and_receipts_by_forms(jinshan: Jinshan):
    lead = client_of(jinshan, "lead")
    lead.post(reverse("dossier:briefs"), {"department": "police"})
    brief = DepartmentBrief.objects.get()
    for step in ("sent", "receipted"):
        lead.post(
            reverse("dossier:brief_step", args=[brief.public_id]),
            {"step": step, "who": "公安 王警官"},
        )

    assert "已签收" in text_of(lead.get(reverse("dossier:briefs")))
