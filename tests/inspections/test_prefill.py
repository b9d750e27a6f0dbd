"""What the rows say of an item: as the verdict engine says it, and never more than they know."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from bookings.models import FloorBreach
from common.intervals import SHANGHAI
from facilities.models import CareGroup, Facility, Fee, LiabilityInsurance
from facilities.types import CareMode
from families.models import Child, ChildHealthCheck
from inspections import datafiles
from inspections.rules.crowding import Presence, crowds
from inspections.rules.prefill import prefill
from inspections.rules.prefill_facts import Record, Said, Shortage
from inspections.selectors.prefill import link_to_rows, prefilled, record_of
from inspections.types import Prefill, RowsSay
from regulations.selectors import law_book
from safety.types import CheckResult, RegisterKind
from staff import rules as staff_rules
from staff.models import Employment, Qualification
from staff.selectors import people_facts
from staff.types import CheckChannel, QualificationKind, StaffRole
from tests.bookings.situations import the_law
from tests.bookings.worlds import a_house, a_ready_family, book, hours_of
from tests.facilities.factories import make_group, make_house
from tests.safety.factories import make_check, make_item
from tests.staff.factories import (
    make_caregiver,
    make_checks,
    make_employment,
    make_health_certificate,
    make_person,
    make_qualification,
)

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=SHANGHAI)
NINE = datetime(2026, 11, 20, 9, 0, tzinfo=SHANGHAI)
TODAY = NOW.date()


def said(house: Facility, key: Prefill) -> Said:
    fresh = Facility.objects.select_related("subdistrict__district").get(pk=house.pk)
    return prefilled(fresh, now=NOW)[key]


def a_record(**facts: object) -> Record:
    """A house of which the rows say nothing bad."""
    record = Record(
        district="310116", facility_id=1, day=TODAY, days=90, name="石化街道“宝宝屋”",
        has_sign=True, has_separate_space=True, has_outdoor_area=True, has_nursing_room=True,
        insured_through=date(2027, 1, 1), modes_without_fee=(), crowds=(), stays=0,
        sessions_of_a_child=0, shortages=(), people=(),
    )  # fmt: skip
    return replace(record, **facts)


def in_room(minutes: int, until: int | None, *, heads: int = 1, area: int = 60) -> Presence:
    left = None if until is None else NINE + timedelta(minutes=until)
    return Presence("小苗班", Decimal(area), NINE + timedelta(minutes=minutes), left, heads)


class TestEveryItem:
    def test_every_key_of_the_checklists_is_answered(self, law) -> None:
        house = make_house()
        keys = {item.prefill for entry in datafiles.read() for item in entry.items} - {""}

        assert {key.value for key in prefilled(house, now=NOW)} == keys

    def test_every_sentence_fits_and_is_a_sentence(self, law) -> None:
        for one in prefilled(make_house(), now=NOW).values():
            assert 0 < len(one.words) <= 400
            assert one.words[-1] in "。）"

    def test_nothing_about_children_leads_to_their_rows(self, law) -> None:
        house = make_house()
        asked = (Prefill.CHILD_HEALTH_CHECKS, Prefill.HEALTH_HISTORY, Prefill.AGREEMENTS)

        assert [link_to_rows(key, house) for key in asked] == ["", "", ""]
        assert all(link_to_rows(key, house) for key in set(Prefill) - {*asked, Prefill.WHOLE_DAY})


class TestTheHouse:
    def test_insurance_that_lapsed_yesterday_fails(self, law) -> None:
        house = make_house()
        assert said(house, Prefill.INSURANCE).rows_say is RowsSay.MEETS

        LiabilityInsurance.objects.filter(facility=house).update(
            valid_through=TODAY - timedelta(days=1)
        )

        assert said(house, Prefill.INSURANCE).rows_say is RowsSay.FAILS
        assert said(house, Prefill.INSURANCE).words == "今天没有有效的责任险。"

    def test_a_mode_without_a_fee_is_named(self, law) -> None:
        house = a_house()
        hours_of(house, 1)
        group = CareGroup.objects.filter(facility=house).first() or make_group(house)
        group.timetable.create(
            weekday=1, starts="09:00", ends="10:00", mode=CareMode.DROP_OFF, planned_staff=1,
            valid_from=date(2026, 1, 1),
        )  # fmt: skip
        Fee.objects.filter(facility=house, mode=CareMode.DROP_OFF).delete()

        assert said(house, Prefill.FEE_PUBLISHED).rows_say is RowsSay.FAILS
        assert "单独托" in said(house, Prefill.FEE_PUBLISHED).words

    def test_a_house_without_its_sign_fails(self, law) -> None:
        house = make_house(has_sign=False)

        assert said(house, Prefill.NAME_AND_SIGN).rows_say is RowsSay.FAILS


class TestTheFloor:
    def test_a_shortage_of_one_minute_is_seen_with_its_length(self, law) -> None:
        house = make_house()
        assert said(house, Prefill.RATIO).rows_say is RowsSay.MEETS

        make_shortage(house, seconds=60)

        found = said(house, Prefill.RATIO)
        assert found.rows_say is RowsSay.FAILS
        assert "1 次（共 1分0秒）" in found.words
        assert "11月20日 09:00" in found.words

    def test_a_shortage_that_a_correction_took_back_is_not(self, law) -> None:
        house = make_house()
        make_shortage(house, seconds=60)
        FloorBreach.objects.update(superseded_at=timezone.now())

        assert said(house, Prefill.RATIO).rows_say is RowsSay.MEETS

    def test_children_with_nobody_are_too_few_staff_however_few_they_are(self) -> None:
        alone = Shortage("小苗班", NINE, 30, children=1, counted_staff=0, is_actual=True)

        found = prefill(a_record(shortages=(alone,)), the_law())[Prefill.RATIO]

        assert found.rows_say is RowsSay.FAILS

    @pytest.mark.parametrize(("children", "says"), [(20, RowsSay.MEETS), (21, RowsSay.FAILS)])
    def test_the_fullest_moment_is_held_against_the_class(self, children, says) -> None:
        full = tuple(crowds([in_room(0, 60, area=100) for _ in range(children)]))

        found = prefill(a_record(crowds=full, stays=children), the_law())

        assert found[Prefill.CLASS_SIZE].rows_say is says

    def test_who_leaves_at_ten_does_not_meet_who_comes_at_ten(self) -> None:
        [crowd] = crowds([in_room(0, 60), in_room(60, None)])

        assert crowd.children == 1

    @pytest.mark.parametrize(("heads", "says"), [(1, RowsSay.MEETS), (2, RowsSay.FAILS)])
    def test_a_parent_in_the_room_needs_floor_too(self, heads, says) -> None:
        tight = tuple(crowds([in_room(0, 60, heads=heads, area=30) for _ in range(10)]))

        found = prefill(a_record(crowds=tight, stays=10), the_law())

        assert found[Prefill.AREA].rows_say is says

    @pytest.mark.parametrize(
        ("most", "says"), [(0, RowsSay.SILENT), (4, RowsSay.MEETS), (5, RowsSay.FAILS)]
    )
    def test_more_hours_than_a_day_may_have_are_whole_day_care(self, most, says) -> None:
        found = prefill(a_record(sessions_of_a_child=most), the_law())

        assert found[Prefill.WHOLE_DAY].rows_say is says

    def test_of_an_empty_floor_the_rows_are_silent(self) -> None:
        found = prefill(a_record(), the_law())

        assert found[Prefill.CLASS_SIZE].rows_say is RowsSay.SILENT
        assert found[Prefill.AREA].rows_say is RowsSay.SILENT
        assert found[Prefill.BOOKING_REGISTER].rows_say is RowsSay.SILENT


class TestPeople:
    def test_it_says_what_the_roster_says_of_everybody(self, law) -> None:
        """The same rule: an item fails exactly when somebody's verdict under it fails."""
        house = make_house()
        make_caregiver(house)
        without = make_caregiver(house, "钱一")
        Qualification.objects.filter(person=without).delete()
        make_employment(make_person("孙二"), house, StaffRole.GUARD)
        people = people_facts(
            Employment.objects.filter(facility=house).values_list("person_id", flat=True)
        )
        counting = staff_rules.Counting(people, law_book())
        broken = {
            verdict.rule
            for one in people
            for verdict in counting.verdicts(
                one, facility_id=house.pk, day=TODAY, district="310116"
            )
            if not verdict.allows
        }
        by_rule = {
            Prefill.CERTIFICATES: "staff_qualification_required",
            Prefill.STAFF_HEALTH: "staff_health_certificate_required",
            Prefill.RECORD_CHECKS: "staff_record_checks_required",
            Prefill.REPEATED_CHECKS: "record_check_valid_months",
            Prefill.BANNED: "staff_ban",
        }

        found = {
            rule for key, rule in by_rule.items() if said(house, key).rows_say is RowsSay.FAILS
        }

        assert found == broken & set(by_rule.values())
        assert found >= {"staff_qualification_required", "staff_record_checks_required"}
        assert "staff_ban" not in found

    def test_a_certificate_that_lapsed_yesterday_is_seen(self, law) -> None:
        house = make_house()
        person = make_caregiver(house, "李丽")
        assert said(house, Prefill.CERTIFICATES).rows_say is RowsSay.MEETS

        Qualification.objects.filter(person=person).update(valid_through=TODAY - timedelta(days=1))

        found = said(house, Prefill.CERTIFICATES)
        assert found.rows_say is RowsSay.FAILS
        assert "李丽" in found.words

    def test_a_guard_is_not_asked_for_a_carers_certificate(self, law) -> None:
        house = make_house()
        make_caregiver(house)
        guard = make_person("周保")
        make_employment(guard, house, StaffRole.GUARD)
        make_health_certificate(guard)
        make_checks(guard)

        assert said(house, Prefill.CERTIFICATES).rows_say is RowsSay.MEETS
        assert said(house, Prefill.GUARD).rows_say is RowsSay.MEETS

    def test_a_query_of_one_channel_only_is_not_enough(self, law) -> None:
        house = make_house()
        person = make_person("吴三")
        make_employment(person, house)
        make_checks(person, channels=(CheckChannel.PUBLIC_SECURITY,))

        assert said(house, Prefill.RECORD_CHECKS).rows_say is RowsSay.FAILS

    def test_a_person_in_charge_and_a_health_worker_are_looked_for(self, law) -> None:
        house = make_house()
        assert said(house, Prefill.PERSON_IN_CHARGE).rows_say is RowsSay.FAILS

        make_employment(make_person("郑负责"), house, StaffRole.PERSON_IN_CHARGE)

        assert said(house, Prefill.PERSON_IN_CHARGE).rows_say is RowsSay.MEETS
        assert "郑负责" in said(house, Prefill.PERSON_IN_CHARGE).words
        assert said(house, Prefill.HEALTH_WORKER).rows_say is RowsSay.FAILS

    def test_this_years_training_is_asked_of_everybody(self, law) -> None:
        house = make_house()
        person = make_caregiver(house)
        assert said(house, Prefill.ANNUAL_TRAINING).rows_say is RowsSay.FAILS

        make_qualification(
            person, QualificationKind.ANNUAL_TRAINING, issued_on=date(TODAY.year, 3, 1)
        )

        assert said(house, Prefill.ANNUAL_TRAINING).rows_say is RowsSay.MEETS


class TestRegisters:
    def test_an_overdue_check_is_seen(self, law) -> None:
        house = make_house()
        item = make_item(house, RegisterKind.FIRE, name="一楼灭火器")
        make_check(item, days_ago=1)
        assert said(house, Prefill.FIRE_CHECKS).rows_say is RowsSay.MEETS

        late = make_item(house, RegisterKind.FIRE, name="二楼灭火器")
        make_check(late, days_ago=400)

        assert said(house, Prefill.FIRE_CHECKS).rows_say is RowsSay.FAILS
        assert "二楼灭火器" in said(house, Prefill.FIRE_CHECKS).words
        assert "一楼灭火器" not in said(house, Prefill.FIRE_CHECKS).words

    def test_a_check_that_failed_is_seen(self, law) -> None:
        house = make_house()
        make_check(make_item(house, RegisterKind.WATER), result=CheckResult.FAILED)

        assert said(house, Prefill.WATER).rows_say is RowsSay.FAILS

    def test_a_fire_drill_is_no_drill_for_an_illness(self, law) -> None:
        house = make_house()
        make_check(make_item(house, RegisterKind.DRILL, risk="fire"))

        assert said(house, Prefill.FIRE_PLANS).rows_say is RowsSay.MEETS
        assert said(house, Prefill.ILLNESS_PLANS).rows_say is RowsSay.FAILS

    def test_cameras_are_held_against_the_clause(self, law) -> None:
        house = make_house()
        for area in ("entrance", "living", "activity"):
            make_check(make_item(house, RegisterKind.VIDEO, area=area))
        assert said(house, Prefill.VIDEO_AREAS).rows_say is RowsSay.MEETS
        assert said(house, Prefill.VIDEO_RETENTION).rows_say is RowsSay.MEETS
        assert said(house, Prefill.ALARM).rows_say is RowsSay.FAILS

        make_check(make_item(house, RegisterKind.VIDEO, area="other", retention_days=29))

        assert said(house, Prefill.VIDEO_RETENTION).rows_say is RowsSay.FAILS


class TestChildren:
    def test_it_counts_those_who_lack_a_paper_and_names_none(self, law) -> None:
        house = a_house()
        parent, child = a_ready_family(house)
        book(parent, (child, hours_of(house, 1)))
        assert said(house, Prefill.CHILD_HEALTH_CHECKS).words == "预约的 1 名幼儿都齐全。"

        ChildHealthCheck.objects.filter(child=child).update(valid_through=TODAY)
        Child.objects.filter(pk=child.pk).update(history_declared_at=None)

        for key in (Prefill.CHILD_HEALTH_CHECKS, Prefill.HEALTH_HISTORY):
            found = said(house, key)
            assert found.rows_say is RowsSay.FAILS
            assert found.words == "预约的 1 名幼儿中，1 名缺这项。"
            assert child.name not in found.words
        assert said(house, Prefill.AGREEMENTS).rows_say is RowsSay.MEETS


def test_its_statements_do_not_grow_with_people(law, django_assert_max_num_queries) -> None:
    house = make_house()
    for _ in range(4):
        make_caregiver(house)
    fresh = Facility.objects.select_related("subdistrict__district").get(pk=house.pk)
    law_book()

    with django_assert_max_num_queries(32):
        record_of(fresh, now=NOW)


def make_shortage(house: Facility, *, seconds: int) -> FloorBreach:
    return FloorBreach.objects.create(
        facility=house,
        care_group=make_group(house),
        starts_at=NINE,
        ends_at=NINE + timedelta(seconds=seconds),
        children=6,
        counted_staff=1,
        needed=2,
        seen_at=NINE,
    )
