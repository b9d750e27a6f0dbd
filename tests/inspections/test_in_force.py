"""政策督查: what was judged by the words and numbers of its day still says so after a change."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from inspections import services
from inspections.datafiles import ChecklistEntry, read
from inspections.models import Checklist, Finding
from inspections.rules.basis import LIMITS_OF, limits_of
from inspections.selectors.in_force import bases_of, policy_of
from inspections.services import Given
from inspections.types import Answer, Prefill, RowsSay
from regulations import services as regulations
from regulations.keys import LimitKey
from regulations.models import LimitRow
from regulations.selectors import law_book
from regulations.types import Comparison
from tests.inspections.order_situations import make_finding, make_keeper, make_order
from tests.inspections.situations import NOW, Jinshan
from tests.inspections.visiting import a_signed_part, ready_to_visit
from tests.regulations.factories import a_new_limit

TODAY = date(2026, 11, 22)
LATER = date(2027, 3, 1)


@pytest.fixture(autouse=True)
def private_store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def change_the_law() -> None:
    """From 2027 on another number of children to one member of staff in 金山."""
    old = LimitRow.objects.select_related("slot", "clause").get(
        slot__key="children_per_staff",
        slot__jurisdiction="310116",
        slot__applies_to="baby_house",
        state="ready",
    )
    new = regulations.submit(
        limit=a_new_limit(
            key=LimitKey.CHILDREN_PER_STAFF,
            value=Decimal(4),
            unit=old.unit,
            comparison=Comparison(old.comparison),
            jurisdiction="310116",
            valid_from=date(2027, 1, 1),
            clause=old.clause.code,
        ),
        actor_id=1,
        now=NOW,
    )
    regulations.supersede(limit_id=old.pk, by_id=new, actor_id=2, now=NOW)


def basis_of(finding: Finding, today: date = TODAY):
    [basis] = bases_of([finding.pk], district="310116", today=today)
    return basis


class TestAFinding:
    def test_shows_the_limit_of_its_day(self, jinshan: Jinshan):
        basis = basis_of(make_finding(jinshan, prefill=Prefill.RATIO))

        [limit] = basis.limits
        assert "5" in limit.amount
        assert limit.amount_now == ""
        assert limit.quote

    def test_shows_it_still_after_the_law_was_changed_and_says_what_it_is_now(
        self, jinshan: Jinshan
    ):
        finding = make_finding(jinshan, prefill=Prefill.RATIO)
        before = basis_of(finding).limits[0]
        change_the_law()

        [then] = basis_of(finding, LATER).limits

        assert (then.amount, then.source, then.quote) == (
            before.amount,
            before.source,
            before.quote,
        )
        assert "4" in then.amount_now
        now = make_finding(
            jinshan, prefill=Prefill.RATIO, code="later", found_on=LATER,
            read_at=NOW + (LATER - TODAY),
        )  # fmt: skip
        assert basis_of(now, LATER).limits[0].amount == then.amount_now

    def test_shows_the_limit_by_which_the_rows_were_judged_whenever_it_was_signed(
        self, jinshan: Jinshan
    ):
        change_the_law()
        judged = {"prefill": Prefill.RATIO, "found_on": LATER, "read_at": NOW}

        basis = basis_of(make_finding(jinshan, **judged), LATER)

        assert basis.on == TODAY
        assert f"on={TODAY}" in basis.rules_page
        assert "5" in basis.limits[0].amount
        assert "4" in basis.limits[0].amount_now

    def test_shows_the_day_of_the_finding_where_no_rows_were_judged(self, jinshan: Jinshan):
        unseen = {"rows_say": RowsSay.SILENT, "found_on": LATER, "read_at": NOW}

        assert basis_of(make_finding(jinshan, **unseen), LATER).on == LATER

    def test_shows_the_words_and_the_version_of_its_checklist(self, jinshan: Jinshan, monkeypatch):
        ready_to_visit(jinshan)
        part = a_signed_part(jinshan, **{A_CODE: Given(Answer.FAILS, "没有")})
        finding = Finding.objects.get(code=A_CODE)
        before = basis_of(finding)
        write_the_list_anew(monkeypatch, now=NOW + timedelta(days=9))

        after = basis_of(finding, LATER)

        assert Checklist.objects.filter(code="baby_house").count() == 2
        assert after == before
        assert after.checklist.endswith("第1版")
        assert part.visit.checklist.version == 1
        assert after.text == A_TEXT

    def test_links_to_the_rules_and_the_checklist_of_its_day(self, jinshan: Jinshan):
        basis = basis_of(make_finding(jinshan))

        assert basis.rules_page == "/rules/?district=310116&on=2026-11-22"
        assert basis.policy_page == "/inspections/policy/?district=310116&on=2026-11-22"

    def test_an_item_that_no_row_answers_rests_on_its_clause_alone(self, jinshan: Jinshan):
        basis = basis_of(make_finding(jinshan))

        assert basis.limits == ()
        assert basis.quote


class TestTheLimitsOfItems:
    @pytest.mark.parametrize("prefill", LIMITS_OF)
    def test_are_there_for_a_house_of_jinshan(self, law, prefill: Prefill):
        for key in limits_of(prefill):
            assert law_book().limit(key, jurisdiction="310116", care_on=TODAY), key

    def test_are_none_where_no_row_answers(self):
        assert limits_of("") == ()


A_CODE = next(
    item.code
    for entry in read()
    for item in entry.items
    if not item.prefill and item.department == "education"
)
A_TEXT = next(item.text for entry in read() for item in entry.items if item.code == A_CODE)


def write_the_list_anew(monkeypatch, *, now: datetime) -> None:
    """A new version of the checklist, with one item in other words."""
    changed = tuple(
        ChecklistEntry(
            entry.code,
            entry.title,
            tuple(
                replace(item, text="换了说法的一项") if item.code == A_CODE else item
                for item in entry.items
            ),
        )
        for entry in read()
    )
    monkeypatch.setattr("inspections.services.checklists.read", lambda: changed)
    assert services.load_checklists(now=now) == 1


class TestADay:
    def test_has_the_checklist_that_visits_were_opened_with(self, jinshan: Jinshan, monkeypatch):
        ready_to_visit(jinshan)
        a_signed_part(jinshan)
        write_the_list_anew(monkeypatch, now=NOW + timedelta(days=9))

        old, new = (policy_of("310116", on=day) for day in (TODAY, LATER))

        assert (old.checklist[-3:], new.checklist[-3:]) == ("第1版", "第2版")
        assert A_TEXT in {item.text for item in old.items}
        assert A_TEXT not in {item.text for item in new.items}
        assert [one.is_shown for one in old.versions] == [False, True]

    def test_before_the_first_checklist_there_is_none(self, jinshan: Jinshan):
        ready_to_visit(jinshan)

        page = policy_of("310116", on=TODAY - timedelta(days=1))

        assert page.checklist == ""
        assert page.items == ()

    def test_a_list_loaded_on_the_day_itself_is_in_force(self, jinshan: Jinshan):
        ready_to_visit(jinshan)

        assert policy_of("310116", on=TODAY).checklist.endswith("第1版")

    def test_the_last_day_there_is_has_the_newest_list(self, jinshan: Jinshan):
        ready_to_visit(jinshan)

        assert policy_of("310116", on=date.max).checklist.endswith("第1版")


def client_of(jinshan: Jinshan, who: str) -> Client:
    client = Client()
    if who != "nobody":
        client.force_login(jinshan.users[who])
    return client


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


class TestPages:
    def test_the_page_of_a_day_is_for_officers(self, jinshan: Jinshan):
        make_keeper(jinshan)
        who = ("lead", "inspector", "health", "keeper", "jingan", "parent", "nobody")
        address = reverse("inspections:policy")

        found = tuple(client_of(jinshan, one).get(address).status_code for one in who)

        assert found == (200, 200, 200, 404, 200, 404, 302)

    @pytest.mark.parametrize("on", ["", "yesterday", "2026-02-30"])
    def test_a_day_that_cannot_be_read_is_today(self, jinshan: Jinshan, on: str):
        answer = client_of(jinshan, "lead").get(reverse("inspections:policy"), {"on": on})

        assert answer.status_code == 200

    def test_another_district_is_not_found(self, jinshan: Jinshan):
        address = reverse("inspections:policy")

        assert client_of(jinshan, "lead").get(address, {"district": "310106"}).status_code == 404

    def test_a_signed_result_shows_what_its_findings_rest_on(self, jinshan: Jinshan):
        ready_to_visit(jinshan)
        part = a_signed_part(jinshan, **{A_CODE: Given(Answer.FAILS, "没有")})

        answer = client_of(jinshan, "inspector").get(
            reverse("visits:result", args=[part.public_id])
        )

        assert "按当天的规定" in text_of(answer)
        assert f"/rules/?district=310116&amp;on={part.visit.done_on or ''}"[:30] in (
            answer.content.decode()
        )

    def test_an_order_shows_the_limit_of_the_day_it_was_found(self, jinshan: Jinshan):
        keeper = make_keeper(jinshan)
        order = make_order(jinshan, prefill=Prefill.RATIO)
        address = reverse("orders:order", args=[order.public_id])

        officer = client_of(jinshan, "lead").get(address)
        house = client_of(jinshan, "keeper").get(address)

        assert keeper.user_id
        assert "师幼比" in text_of(officer)
        assert "当天的清单" in text_of(officer)
        assert "当天的清单" not in text_of(house)
