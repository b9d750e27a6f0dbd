"""Whether the risk score finds more than chance, with intervals from the books."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from inspections.models import Draw, Finding, PublishedResult, Visit
from inspections.rules.draw import canonical, sha256
from inspections.rules.lift import LiftVerdict, ShareFound, lift, newcombe, wilson
from inspections.selectors.lift import lift_of
from inspections.types import (
    Domain,
    DrawState,
    FindingKind,
    RandomMethod,
    Share,
    VisitKind,
    VisitState,
)
from tests.inspections.order_situations import make_finding
from tests.inspections.situations import AFTER, NOW, Jinshan

TODAY = date(2026, 11, 22)


class TestIntervals:
    @pytest.mark.parametrize(
        ("hits", "of", "low", "high"),
        [  # Newcombe, Two-sided confidence intervals for the single proportion, 1998, method 3
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ],
    )
    def test_wilsons_is_that_of_the_book(self, hits: int, of: int, low: float, high: float):
        assert wilson(hits, of) == pytest.approx((low, high), abs=0.00006)

    def test_where_everything_hits_the_interval_ends_at_one(self):
        assert wilson(20, 20)[1] == 1.0
        assert wilson(20, 20)[0] == pytest.approx(1 - 0.1611, abs=0.00006)

    def test_nothing_looked_at_says_nothing(self):
        assert wilson(0, 0) == (0.0, 1.0)

    @pytest.mark.parametrize(
        ("first", "second", "low", "high"),
        [  # Newcombe, Interval estimation for the difference, 1998, method 10
            ((56, 70), (48, 80), 0.0524, 0.3339),
            ((9, 10), (3, 10), 0.1705, 0.8090),
            ((10, 10), (0, 20), 0.6791, 1.0),
        ],
    )
    def test_newcombes_is_that_of_the_book(self, first, second, low: float, high: float):
        found = newcombe(share(*first), share(*second))

        assert found == pytest.approx((low, high), abs=0.00006)


def share(hits: int, of: int) -> ShareFound:
    return ShareFound(visits=of, with_findings=hits, findings=hits)


class TestTheVerdict:
    @pytest.mark.parametrize(
        ("risk", "control", "verdict"),
        [
            ((9, 9), (0, 20), LiftVerdict.TOO_FEW),  # however clear it looks
            ((9, 20), (0, 9), LiftVerdict.TOO_FEW),
            ((9, 10), (3, 10), LiftVerdict.MORE),
            ((3, 10), (9, 10), LiftVerdict.LESS),
            ((5, 10), (4, 10), LiftVerdict.NOT_SHOWN),
        ],
    )
    def test_needs_enough_and_an_interval_on_one_side(self, risk, control, verdict):
        assert lift(share(*risk), share(*control), least=10).verdict is verdict

    def test_a_control_that_found_nothing_has_no_ratio(self):
        assert lift(share(9, 10), share(0, 10), least=10).ratio is None
        assert lift(share(8, 10), share(4, 10), least=10).ratio == pytest.approx(2)


def drawn(
    jinshan: Jinshan,
    month: date,
    shares: list[tuple[Share, int]],
    kind: FindingKind = FindingKind.REQUIREMENT,
) -> Draw:
    """A published draw of houses by these shares, each visited, with a finding or none."""
    text = canonical({"month": f"{month:%Y-%m}"})
    houses = jinshan.houses[: len(shares)]
    draw = Draw.objects.create(
        district=jinshan.district, month=month, domain=Domain.SAFETY, canonical=text,
        commitment=sha256(text), method=RandomMethod.PUBLIC_VALUE, source="福利彩票3D",
        known_at=AFTER, planned_by=jinshan.users["lead"], committed_at=NOW,
    )  # fmt: skip
    rows = Draw.objects.filter(pk=draw.pk)
    rows.update(
        state=DrawState.REVEALED, random_value="837", random_source="福彩网",
        result=[
            {"facility": str(house.public_id), "share": one.value, "inspectors": []}
            for house, (one, _n) in zip(houses, shares, strict=True)
        ],
        revealed_by=jinshan.users["inspector"], revealed_at=AFTER,
    )  # fmt: skip
    rows.update(state=DrawState.PUBLISHED, published_by=jinshan.users["lead"], published_at=AFTER)
    for house, (_share, findings) in zip(houses, shares, strict=True):
        visited(jinshan, draw, house, findings, kind)
    return draw


def visited(jinshan: Jinshan, draw: Draw, house, findings: int, kind: FindingKind) -> Visit:
    if findings:
        visit = make_finding(jinshan, house, finding_kind=kind).visit
        Visit.objects.filter(pk=visit.pk).update(kind=VisitKind.RANDOM, draw=draw)
        return visit
    return Visit.objects.create(
        facility=house, kind=VisitKind.RANDOM, draw=draw, planned_on=TODAY,
        state=VisitState.SIGNED, done_on=TODAY,
    )  # fmt: skip


def numbers(section) -> list[tuple[int, int, int]]:
    return [(one.visits, one.with_findings, one.findings) for one in section.shares]


MONTHS = [date(2026, month, 1) for month in (3, 4, 5, 6, 7)]
FEW = [(Share.RISK, 1), (Share.RISK, 0), (Share.CONTROL, 0), (Share.QUOTA, 1)]


def many(jinshan: Jinshan) -> None:
    """Ten visits of each share: the score finds something at each, chance at none."""
    for month in MONTHS:
        drawn(jinshan, month, [(Share.RISK, 1)] * 2 + [(Share.CONTROL, 0)] * 2)


def section_of(jinshan: Jinshan, *, is_public: bool = False, year: int = 2026):
    return lift_of("310116", year=year, today=TODAY, is_public=is_public)


class TestAYear:
    def test_counts_visits_and_findings_by_the_share_that_sent_them(self, jinshan: Jinshan):
        drawn(jinshan, MONTHS[0], FEW)

        assert numbers(section_of(jinshan)) == [(2, 1, 1), (1, 0, 0)]

    def test_few_visits_are_too_few_to_judge(self, jinshan: Jinshan):
        drawn(jinshan, MONTHS[0], FEW)

        section = section_of(jinshan)

        assert not section.is_enough
        assert section.verdict == "检查次数还太少，不能判断。"

    def test_enough_visits_are_judged(self, jinshan: Jinshan):
        many(jinshan)

        section = section_of(jinshan)

        assert numbers(section) == [(10, 10, 10), (10, 0, 0)]
        assert section.verdict == "按风险分抽到的，确实更常发现问题。"

    def test_a_visit_that_is_not_signed_does_not_count(self, jinshan: Jinshan):
        draw = drawn(jinshan, MONTHS[0], FEW)
        Visit.objects.filter(draw=draw).update(state=VisitState.PLANNED, done_on=None)

        assert numbers(section_of(jinshan)) == [(0, 0, 0), (0, 0, 0)]

    def test_rows_that_said_otherwise_are_no_finding_against_the_house(self, jinshan: Jinshan):
        shares = [(Share.RISK, 1), (Share.CONTROL, 0)]
        drawn(jinshan, MONTHS[0], shares, kind=FindingKind.DATA)

        assert numbers(section_of(jinshan)) == [(1, 0, 0), (1, 0, 0)]

    def test_other_years_and_districts_are_not_mixed_in(self, jinshan: Jinshan):
        drawn(jinshan, MONTHS[0], FEW)

        assert numbers(section_of(jinshan, year=2025)) == [(0, 0, 0), (0, 0, 0)]
        other = lift_of("310106", year=2026, today=TODAY)
        assert numbers(other) == [(0, 0, 0), (0, 0, 0)]

    def test_for_the_public_only_what_was_published_counts(self, jinshan: Jinshan):
        drawn(jinshan, MONTHS[0], [(Share.RISK, 1), (Share.CONTROL, 0)])

        assert numbers(section_of(jinshan, is_public=True)) == [(0, 0, 0), (0, 0, 0)]

        publish_all()
        assert numbers(section_of(jinshan, is_public=True)) == [(1, 1, 1), (0, 0, 0)]


def publish_all() -> None:
    """Results that carry a finding are published."""
    for finding in Finding.objects.select_related("result", "facility"):
        text = canonical({"of": finding.pk})
        PublishedResult.objects.create(
            facility=finding.facility, kind="visit", source=f"result:{finding.pk}",
            canonical=text, sha256=sha256(text), published_at=AFTER, result=finding.result,
        )  # fmt: skip


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


class TestPages:
    def test_the_lead_reads_it_beside_the_draws(self, jinshan: Jinshan):
        drawn(jinshan, MONTHS[0], FEW)
        client = Client()
        client.force_login(jinshan.users["lead"])

        assert "检查次数还太少" in text_of(client.get(reverse("inspections:draws")))

    def test_an_inspector_does_not(self, jinshan: Jinshan):
        drawn(jinshan, MONTHS[0], FEW)
        client = Client()
        client.force_login(jinshan.users["inspector"])

        assert "有没有用" not in text_of(client.get(reverse("inspections:draws")))

    def test_the_public_reads_nothing_until_there_is_enough(self, jinshan: Jinshan):
        draw = jinshan.published()
        drawn(jinshan, MONTHS[0], FEW)

        answer = Client().get(reverse("inspections:public_draw", args=[draw.public_id]))

        assert answer.status_code == 200
        assert "有没有用" not in text_of(answer)
