"""诚信档案: what counts follows from the rows themselves; objections decide and never delete."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from common.refusals import InvalidInput, NotFound, Refused
from credit import services
from credit.models import CreditDecision, CreditObjection, Honor
from credit.rules import shown_through, tally
from credit.types import GOOD, GRAVE, Basis, EntryKind, Fact, Terms
from inspections import services as inspections
from inspections.case_types import CaseKind, CaseMove, CaseOutcome
from inspections.dossier_types import PublishedKind
from inspections.models import Case, Finding, PublishedResult, Signature
from inspections.rules.dossier import sha256
from inspections.selectors.credit import credit_page, fact_of, facts_of, public_credit
from inspections.selectors.dossier import dossier_for
from inspections.services import orders
from inspections.types import FindingKind, Severity, Side, VisitKind
from notifications.models import OutboxMessage
from notifications.types import Kind
from staff.models import IntegrityEntry
from staff.types import IntegrityKind
from tests.inspections.case_situations import handled, reported, step
from tests.inspections.order_situations import closed, make_finding, make_order
from tests.inspections.situations import NOW, Jinshan
from tests.staff.factories import make_caregiver

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
TERMS = Terms(ordinary=24, grave=60)


def kinds_of(jinshan: Jinshan, today: date = TODAY) -> list[EntryKind]:
    return sorted(one.kind for one in facts_of(jinshan.houses[0], None, today=today))


def page_for(jinshan: Jinshan, who: str = "lead", now=NOW, **more):
    house = str(jinshan.houses[0].public_id)
    return credit_page(jinshan.actor(who), house, now=now, **more)


def objected(jinshan: Jinshan, key: str, text: str = "当天已经装好，照片在附件里。"):
    house = str(jinshan.houses[0].public_id)
    keeper = jinshan.actor("keeper")
    fact = fact_of(keeper, house, key, today=TODAY)
    return services.object_to_entry(facility=house, fact=fact, text=text, actor=keeper, now=NOW)


def told(kind: Kind) -> set[int]:
    return set(OutboxMessage.objects.filter(kind=kind).values_list("recipient", flat=True))


def case_closed(jinshan: Jinshan, case: Case, outcome: CaseOutcome, to: str = "inspector") -> None:
    handled(jinshan, case, to)
    step(jinshan, case, CaseMove.CLOSE, answer="我们去现场看过。", outcome=outcome)


def decided(jinshan: Jinshan, objection: CreditObjection, who: str = "lead", **more) -> None:
    house = str(jinshan.houses[0].public_id)
    actor = jinshan.actor(who)
    facts = {"is_upheld": True, "reason": "照片属实。"} | more
    fact = fact_of(jinshan.actor("lead"), house, objection.entry, today=TODAY)
    services.decide_objection(
        facility=house, objection=str(objection.public_id), fact=fact, actor=actor, now=NOW,
        **facts,
    )  # fmt: skip


class TestWhatCounts:
    def test_a_house_of_which_nothing_is_known_has_an_empty_record(self, jinshan: Jinshan):
        page = page_for(jinshan)

        assert (page.entries, page.counts, page.passed) == ((), (), 0)

    def test_a_finding_stands_with_its_severity_and_clause(self, jinshan: Jinshan):
        finding = make_finding(jinshan, severity=Severity.SEVERE)

        [entry] = page_for(jinshan).entries

        assert entry.fact.key == f"finding:{finding.public_id}"
        assert entry.fact.words.startswith("严重：")
        assert entry.fact.basis.quote
        assert (entry.fact.on, entry.shown_through) == (TODAY, date(2031, 11, 22))

    def test_what_a_house_finds_itself_does_not_count_against_it(self, jinshan: Jinshan):
        make_finding(jinshan, kind=VisitKind.SELF)

        assert kinds_of(jinshan) == []

    def test_rows_that_said_otherwise_are_false_data(self, jinshan: Jinshan):
        make_finding(jinshan, finding_kind=FindingKind.DATA)

        assert kinds_of(jinshan) == [EntryKind.FALSE_DATA]

    def test_another_houses_findings_are_not_this_ones(self, jinshan: Jinshan):
        make_finding(jinshan, jinshan.houses[1])

        assert kinds_of(jinshan) == []

    def test_an_order_closed_in_time_counts_for_the_house(self, jinshan: Jinshan):
        closed(jinshan, make_order(jinshan))

        assert kinds_of(jinshan) == [EntryKind.FINDING, EntryKind.ORDER_ON_TIME]

    def test_an_order_counts_late_from_the_day_after_its_day(self, jinshan: Jinshan):
        order = make_order(jinshan)

        assert kinds_of(jinshan, order.due_on) == [EntryKind.FINDING]
        assert kinds_of(jinshan, order.due_on + DAY) == [EntryKind.FINDING, EntryKind.ORDER_LATE]

    def test_an_order_closed_after_its_day_stays_late(self, jinshan: Jinshan):
        order = make_order(jinshan)
        closed(jinshan, order, now=NOW + 60 * DAY)

        late = next(
            one
            for one in facts_of(jinshan.houses[0], None, today=TODAY + 90 * DAY)
            if one.kind is EntryKind.ORDER_LATE
        )
        assert late.words.startswith("逾期办结")

    def test_what_is_found_again_after_it_was_mended_counts_as_recurring(self, jinshan: Jinshan):
        closed(jinshan, make_order(jinshan))
        make_order(jinshan, now=NOW + 30 * DAY, found_on=TODAY + 30 * DAY)

        assert EntryKind.RECURRENCE in kinds_of(jinshan)

    def test_a_suspension_counts(self, jinshan: Jinshan):
        order = make_order(jinshan, severity=Severity.SEVERE)
        orders.suspend_by_order(
            order=str(order.public_id), reason="消防通道堵塞", actor=jinshan.actor("lead"), now=NOW
        )

        assert EntryKind.SUSPENSION in kinds_of(jinshan)

    @pytest.mark.parametrize(
        ("outcome", "counts"),
        [(CaseOutcome.CONFIRMED, 1), (CaseOutcome.PARTLY, 1), (CaseOutcome.UNCONFIRMED, 0)],
    )
    def test_a_report_counts_when_it_was_borne_out(self, jinshan: Jinshan, outcome, counts: int):
        case, _ = reported(house=str(jinshan.houses[0].public_id), kind=CaseKind.CARE)
        case_closed(jinshan, case, outcome)

        assert kinds_of(jinshan).count(EntryKind.COMPLAINT) == counts

    def test_the_record_tells_the_kind_of_a_report_and_never_its_words(self, jinshan: Jinshan):
        case, _ = reported(
            house=str(jinshan.houses[0].public_id), kind=CaseKind.CARE, what="隔壁王阿姨说的"
        )
        case_closed(jinshan, case, CaseOutcome.CONFIRMED)

        for who in ("keeper", "lead"):
            [entry] = page_for(jinshan, who).entries
            assert "王阿姨" not in repr(entry)
            assert bool(entry.fact.url) is (who == "lead")

    def test_suspected_harm_never_stands_in_a_record_that_the_house_reads(self, jinshan: Jinshan):
        case, _ = reported(house=str(jinshan.houses[0].public_id), kind=CaseKind.SUSPECTED_HARM)
        case_closed(jinshan, case, CaseOutcome.CONFIRMED, to="lead")

        assert case.is_restricted
        assert kinds_of(jinshan) == []

    def test_misconduct_counts_where_the_person_worked_then_without_a_name(self, jinshan: Jinshan):
        person = make_caregiver(jinshan.houses[0])
        IntegrityEntry.objects.create(
            person=person, kind=IntegrityKind.MISCONDUCT, happened_on=TODAY,
            facts="对孩子大声呵斥", recorded_at=NOW,
        )  # fmt: skip
        IntegrityEntry.objects.create(
            person=person, kind=IntegrityKind.PRAISE, happened_on=TODAY, facts="好",
            recorded_at=NOW,
        )  # fmt: skip

        [entry] = page_for(jinshan).entries

        assert entry.fact.words == "违反职业道德：1人"
        assert person.name not in repr(entry)
        assert "呵斥" not in repr(entry)
        assert facts_of(jinshan.houses[1], None, today=TODAY) == []

    def test_what_a_correction_takes_back_stays_and_does_not_count(self, jinshan: Jinshan):
        finding = make_finding(jinshan)
        other = make_finding(jinshan, code="care-water")
        Finding.objects.filter(pk=finding.pk).update(withdrawn_by=other.result)

        page = page_for(jinshan)

        assert [(one.is_void, one.void_words) for one in page.entries if one.is_void] == [
            (True, "更正后撤销，不计入")
        ]
        assert page.counts == (("检查发现的问题", 1, False),)

    def test_the_lead_is_told_of_an_objection_and_the_house_of_the_decision(self, jinshan: Jinshan):
        finding = make_finding(jinshan)
        objection = objected(jinshan, f"finding:{finding.public_id}")
        leads = {jinshan.users[who].pk for who in ("lead", "other_lead")}
        assert told(Kind.CREDIT_OBJECTED) == leads
        assert told(Kind.CREDIT_DECIDED) == set()

        decided(jinshan, objection)

        assert told(Kind.CREDIT_DECIDED) == {jinshan.users["keeper"].pk}
        news = OutboxMessage.objects.get(kind=Kind.CREDIT_DECIDED)
        assert news.payload["url"] == f"/inspections/credit/{jinshan.houses[0].public_id}/"

    def test_an_honor_is_recorded_once_and_counts(self, jinshan: Jinshan):
        for _ in range(2):
            services.record_honor(
                facility=str(jinshan.houses[0].public_id), title="示范宝宝屋",
                given_by="区托育协会", given_on=TODAY, actor=jinshan.actor("lead"), now=NOW,
            )  # fmt: skip

        assert kinds_of(jinshan) == [EntryKind.HONOR]
        assert Honor.objects.count() == 1

    def test_an_honor_of_tomorrow_is_not_recorded(self, jinshan: Jinshan):
        with pytest.raises(InvalidInput) as invalid:
            services.record_honor(
                facility=str(jinshan.houses[0].public_id), title="", given_by="协会",
                given_on=TODAY + DAY, actor=jinshan.actor("lead"), now=NOW,
            )  # fmt: skip

        assert set(invalid.value.faults) == {"title", "given_on"}
        assert not Honor.objects.exists()


class TestHowLongItIsShown:
    FACT = Fact("order:1", EntryKind.ORDER_LATE, date(2024, 11, 22), "", "", "", Basis("", "", ""))

    def test_grave_entries_are_shown_longer(self):
        assert shown_through(self.FACT, TERMS) == date(2026, 11, 22)
        for kind in GRAVE:
            assert shown_through(replace(self.FACT, kind=kind), TERMS) == date(2029, 11, 22)
        assert shown_through(replace(self.FACT, is_severe=True), TERMS) == date(2029, 11, 22)

    def test_an_entry_counts_on_its_last_day_and_not_the_day_after(self):
        def counted(today: date) -> int:
            return tally([self.FACT], upheld={}, terms=TERMS, today=today)[EntryKind.ORDER_LATE]

        assert (counted(date(2026, 11, 22)), counted(date(2026, 11, 23))) == (1, 0)

    def test_what_is_past_its_time_is_left_out_and_opened_on_asking(self, jinshan: Jinshan):
        make_finding(jinshan)
        later = NOW + 800 * DAY

        page, whole = page_for(jinshan, now=later), page_for(jinshan, now=later, is_whole=True)

        assert (page.entries, page.passed, page.counts) == ((), 1, ())
        assert len(whole.entries) == 1
        assert not whole.entries[0].is_shown


class TestObjections:
    def test_an_upheld_objection_keeps_the_entry_and_takes_it_out_of_the_count(
        self, jinshan: Jinshan
    ):
        finding = make_finding(jinshan)
        decided(jinshan, objected(jinshan, f"finding:{finding.public_id}"))

        page = page_for(jinshan, "keeper")

        assert page.counts == ()
        [entry] = page.entries
        assert (entry.is_void, entry.void_words) == (True, "异议成立，不计入")
        assert entry.objection.reason == "照片属实。"
        assert Finding.objects.filter(pk=finding.pk, withdrawn_by__isnull=True).exists()
        assert AuditEvent.objects.filter(kind__startswith="credit.entry.").count() == 2

    def test_an_objection_that_is_not_upheld_changes_nothing(self, jinshan: Jinshan):
        finding = make_finding(jinshan)
        decided(jinshan, objected(jinshan, f"finding:{finding.public_id}"), is_upheld=False)

        assert page_for(jinshan).counts == (("检查发现的问题", 1, False),)

    def test_an_objection_alone_changes_nothing(self, jinshan: Jinshan):
        finding = make_finding(jinshan)
        objected(jinshan, f"finding:{finding.public_id}")

        page = page_for(jinshan)

        assert page.waiting == 1
        assert page.counts == (("检查发现的问题", 1, False),)

    def test_an_entry_is_objected_to_once(self, jinshan: Jinshan):
        finding = make_finding(jinshan)
        objected(jinshan, f"finding:{finding.public_id}")

        with pytest.raises(Refused):
            objected(jinshan, f"finding:{finding.public_id}", "还是不对")
        assert CreditObjection.objects.count() == 1

    def test_a_decision_is_made_once(self, jinshan: Jinshan):
        objection = objected(jinshan, f"finding:{make_finding(jinshan).public_id}")
        decided(jinshan, objection, is_upheld=False)

        with pytest.raises(Refused):
            decided(jinshan, objection, "other_lead")
        assert [one.is_upheld for one in CreditDecision.objects.all()] == [False]

    def test_who_signed_the_finding_does_not_decide_about_it(self, jinshan: Jinshan):
        finding = make_finding(jinshan, by="lead")
        objection = objected(jinshan, f"finding:{finding.public_id}")

        with pytest.raises(Refused) as refused:
            decided(jinshan, objection)

        assert "另一位督导负责人" in refused.value.verdicts[0].remedy
        decided(jinshan, objection, "other_lead")

    def test_nor_does_the_second_who_signed_it(self, jinshan: Jinshan):
        finding = make_finding(jinshan)
        objection = objected(jinshan, f"finding:{finding.public_id}")
        second = jinshan.users["lead"]
        Signature.objects.create(
            result=finding.result, side=Side.INSPECTOR, user=second, name=second.name, signed_at=NOW
        )

        with pytest.raises(Refused):
            decided(jinshan, objection)

        decided(jinshan, objection, "other_lead")

    @pytest.mark.parametrize("who", ["inspector", "health", "jingan_lead", "parent", "keeper"])
    def test_nobody_but_the_lead_decides(self, jinshan: Jinshan, who: str):
        objection = objected(jinshan, f"finding:{make_finding(jinshan).public_id}")

        with pytest.raises(NotFound):
            decided(jinshan, objection, who)
        assert not CreditDecision.objects.exists()

    def test_nobody_but_the_house_objects(self, jinshan: Jinshan):
        house = str(jinshan.houses[0].public_id)
        finding = make_finding(jinshan)
        fact = fact_of(jinshan.actor("lead"), house, f"finding:{finding.public_id}", today=TODAY)

        for who in ("lead", "inspector", "jingan_lead", "parent"):
            with pytest.raises(NotFound):
                services.object_to_entry(
                    facility=house, fact=fact, text="不对", actor=jinshan.actor(who), now=NOW
                )
        assert not CreditObjection.objects.exists()

    @pytest.mark.parametrize("kind", sorted(GOOD))
    def test_nobody_is_asked_to_object_to_praise(self, jinshan: Jinshan, kind: EntryKind):
        closed(jinshan, make_order(jinshan))

        assert not any(
            one.may_object for one in page_for(jinshan, "keeper").entries if one.fact.kind is kind
        )
        assert any(one.may_object for one in page_for(jinshan, "keeper").entries)

    def test_says_what_is_missing(self, jinshan: Jinshan):
        with pytest.raises(InvalidInput):
            objected(jinshan, f"finding:{make_finding(jinshan).public_id}", " ")

    def test_what_was_said_and_decided_cannot_be_changed_by_anybody(self, jinshan: Jinshan):
        decided(jinshan, objected(jinshan, f"finding:{make_finding(jinshan).public_id}"))

        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            CreditObjection.objects.update(text="别的")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            CreditDecision.objects.all().delete()


def published(*findings: Finding) -> None:
    """The results of these findings are past their days."""
    for one in findings:
        PublishedResult.objects.create(
            facility=one.facility, kind=PublishedKind.VISIT, source=f"result:{one.result_id}",
            result=one.result, canonical="{}", sha256=sha256("{}"), published_at=NOW,
        )  # fmt: skip


class TestWhatThePublicReads:
    def test_only_counts_of_the_house_itself_are_published(self, jinshan: Jinshan):
        house = jinshan.houses[0]
        data = make_finding(jinshan, code="care-water", finding_kind=FindingKind.DATA)
        published(make_order(jinshan).finding, data)
        IntegrityEntry.objects.create(
            person=make_caregiver(house), kind=IntegrityKind.MISCONDUCT, happened_on=TODAY,
            facts="呵斥", recorded_at=NOW,
        )  # fmt: skip

        said = public_credit(house, today=TODAY + 60 * DAY)

        assert said["counts"] == [
            ["按期整改", 0], ["整改逾期", 1], ["整改后又被发现", 0], ["责令暂停服务", 0],
            ["登记的和看到的不符", 1],
        ]  # fmt: skip
        assert "违反" not in str(said)

    def test_no_count_tells_of_a_result_before_it_is_published_but_of_a_pause(
        self, jinshan: Jinshan
    ):
        house, later = jinshan.houses[0], TODAY + 60 * DAY
        order = make_order(jinshan, severity=Severity.SEVERE)
        data = make_finding(jinshan, code="care-water", finding_kind=FindingKind.DATA)
        orders.suspend_by_order(
            order=str(order.public_id), reason="消防通道堵塞", actor=jinshan.actor("lead"), now=NOW
        )

        before = public_credit(house, today=later)["counts"]
        published(order.finding, data)
        after = public_credit(house, today=later)["counts"]

        assert [n for _, n in before] == [0, 0, 0, 1, 0]
        assert [n for _, n in after] == [0, 1, 0, 1, 1]
        assert EntryKind.FALSE_DATA in kinds_of(jinshan)  # the house and its officers know at once

    def test_what_is_published_of_a_day_has_an_upheld_objection_out_of_it(self, jinshan: Jinshan):
        finding = make_finding(jinshan, finding_kind=FindingKind.DATA)
        published(finding)
        decided(jinshan, objected(jinshan, f"finding:{finding.public_id}"))

        counts = dict(public_credit(jinshan.houses[0], today=TODAY)["counts"])

        assert counts["登记的和看到的不符"] == 0

    def test_the_public_page_reads_it_from_published_rows(self, jinshan: Jinshan):
        house = jinshan.houses[0]
        services.record_honor(
            facility=str(house.public_id), title="示范宝宝屋", given_by="区托育协会",
            given_on=TODAY, actor=jinshan.actor("lead"), now=NOW,
        )  # fmt: skip
        inspections.publish_standing(house, now=NOW)

        credit = dossier_for(house, now=NOW).credit

        assert credit.honors == ((TODAY, "示范宝宝屋（区托育协会）"),)
        assert (credit.months, credit.grave_months) == (24, 60)
