"""Two who look at the same: chosen by nobody, blind, sealed, compared; no finding, no order."""

import json
import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.refusals import InvalidInput, NotFound, Refused
from inspections import services
from inspections.models import (
    Finding,
    RectificationOrder,
    ShadowAnswer,
    ShadowSheet,
    ShadowVisit,
    Visit,
    VisitInspector,
)
from inspections.rules.visiting import answers_to
from inspections.selectors.agreement import agreement_of
from inspections.selectors.parts import part_to_answer, part_to_read
from inspections.selectors.shadow import candidates, shadow_items, shadow_page
from inspections.selectors.visit_lists import today_page
from inspections.services import Given
from inspections.types import Answer, Obstacle, RowsSay, VisitKind
from notifications.models import OutboxMessage
from regulations.models import LimitRow
from tests.inspections.situations import NOW, Jinshan
from tests.inspections.visiting import answer_all, part_of, ready_to_visit, signed

TODAY = date(2026, 11, 22)
SOON = NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def private_store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def ready(jinshan: Jinshan) -> Jinshan:
    return ready_to_visit(jinshan)


def planned(jinshan: Jinshan, *people: str, on: date = TODAY) -> Visit:
    """A patrol to which these people are sent."""
    visit = Visit.objects.create(
        facility=jinshan.houses[0], kind=VisitKind.PATROL.value, planned_on=on
    )
    for who in people:
        VisitInspector.objects.create(visit=visit, user=jinshan.users[who])
    return visit


@pytest.fixture
def visit(ready: Jinshan) -> Visit:
    return planned(ready, "inspector", "inspector_1")


def shadowed(jinshan: Jinshan, visit: Visit, who: str = "inspector_1") -> ShadowVisit:
    return ShadowVisit.objects.create(visit=visit, person=jinshan.users[who], chosen_at=NOW)


def goes(shadow: ShadowVisit) -> None:
    """The second is one of those who go."""
    VisitInspector.objects.create(visit=shadow.visit, user=shadow.person)


def opened(jinshan: Jinshan, visit: Visit, who: str = "inspector") -> Visit:
    return services.open_visit(visit=str(visit.public_id), actor=jinshan.actor(who), now=NOW)


def all_fine(shadow: ShadowVisit, **changes: str) -> dict[str, str]:
    given = {}
    for row in shadow_items(shadow):
        says = RowsSay(row.rows_say)
        given[row.item.code] = (
            Answer.CONTRADICTED if says is RowsSay.FAILS else answers_to(says)[0]
        ).value
    return {**given, **changes}


def sealed(
    jinshan: Jinshan, shadow: ShadowVisit, who: str = "inspector_1", now=NOW, **changes: str
) -> ShadowSheet:
    return services.seal_shadow(
        shadow=str(shadow.public_id),
        answers=all_fine(shadow, **changes),
        actor=jinshan.actor(who),
        now=now,
    )


def save(jinshan: Jinshan, shadow: ShadowVisit, answers: dict[str, str], who="inspector_1"):
    return services.save_shadow(
        shadow=str(shadow.public_id), answers=answers, actor=jinshan.actor(who), now=NOW
    )


def a_silent_code(shadow: ShadowVisit) -> str:
    return next(row.item.code for row in shadow_items(shadow) if row.rows_say == "silent")


class TestTheChoice:
    def test_takes_everybody_who_could_when_all_are_to_be_chosen(self, ready: Jinshan, visit):
        assert [(one.pk, district) for one, _p, district in candidates(today=TODAY)] == [
            (visit.pk, "310116")
        ]

    @pytest.mark.parametrize(
        "people", [(), ("inspector",), ("inspector", "health")], ids=["none", "one", "apart"]
    )
    def test_needs_two_of_one_department(self, ready: Jinshan, people):
        planned(ready, *people)

        assert list(candidates(today=TODAY)) == []

    def test_does_not_look_back(self, ready: Jinshan):
        planned(ready, "inspector", "inspector_1", on=TODAY - timedelta(days=1))

        assert list(candidates(today=TODAY)) == []

    def test_is_made_once_and_told_to_the_second(self, ready: Jinshan, monkeypatch):
        for _ in range(4):
            planned(ready, "inspector", "inspector_1")
        monkeypatch.setattr("inspections.services.shadow.is_chosen", lambda *_: True)

        assert services.choose_shadows(now=NOW) == 4
        assert services.choose_shadows(now=NOW) == 0

        people = {ready.users["inspector"].pk, ready.users["inspector_1"].pk}
        assert set(ShadowVisit.objects.values_list("person", flat=True)) <= people
        told = OutboxMessage.objects.filter(kind="shadow_chosen", channel="in_app")
        assert told.count() == 4

    def test_is_the_stated_share(self, ready: Jinshan, monkeypatch):
        seen: list[int] = []

        def noted(_visit: str, percent: int) -> bool:
            seen.append(percent)
            return False

        monkeypatch.setattr("inspections.services.shadow.is_chosen", noted)
        planned(ready, "inspector", "inspector_1")
        services.choose_shadows(now=NOW)

        stated = LimitRow.objects.get(slot__key="shadow_percent")
        assert seen == [stated.value]


class TestBlind:
    def test_the_second_does_not_open_the_firsts_form_until_they_have_sealed(
        self, ready: Jinshan, visit: Visit
    ):
        shadow = shadowed(ready, visit)
        part = part_of(opened(ready, visit))
        second = ready.actor("inspector_1")

        for read in (part_to_answer, part_to_read):
            with pytest.raises(NotFound):
                read(second, str(part.public_id))

        sealed(ready, shadow)
        assert part_to_answer(second, str(part.public_id)) == part

    def test_the_lists_do_not_tell_the_second_how_far_the_first_is(
        self, ready: Jinshan, visit: Visit
    ):
        shadow = shadowed(ready, visit)
        part = part_of(opened(ready, visit))
        second, first = ready.actor("inspector_1"), ready.actor("inspector")

        def seen(actor) -> set[str]:
            return {line.id for line in today_page(actor, now=NOW).open}

        assert seen(second) == set()
        assert seen(first) == {str(part.public_id)}
        sealed(ready, shadow)
        assert seen(second) == {str(part.public_id)}

    def test_others_are_not_hindered(self, ready: Jinshan, visit: Visit):
        shadowed(ready, visit)
        part = part_of(opened(ready, visit))

        assert part_to_answer(ready.actor("inspector"), str(part.public_id)) == part

    def test_the_sheet_carries_nobodys_answers(self, ready: Jinshan, visit: Visit):
        shadow = shadowed(ready, visit)
        part = part_of(opened(ready, visit))
        answer_all(ready, part, photos=False)

        page = shadow_page(shadow)

        assert page.total == part.items.count()
        assert not any(
            choice.is_chosen
            for area in page.areas
            for item in area.items
            for choice in item.choices
        )

    def test_the_first_does_not_read_the_seconds_sheet(self, ready: Jinshan, visit: Visit):
        shadow = shadowed(ready, visit)
        opened(ready, visit)
        sealed(ready, shadow)

        for who in ("inspector", "lead", "jingan", "keeper", "parent"):
            with pytest.raises(NotFound):
                save(ready, shadow, {}, who=who)
            address = reverse("inspections:shadow", args=[shadow.public_id])
            assert client_of(ready, who).get(address).status_code == 404

    def test_who_cannot_answer_alone_says_why_and_sees_again(self, ready: Jinshan, visit: Visit):
        shadow = shadowed(ready, visit)
        part = part_of(opened(ready, visit))

        with pytest.raises(InvalidInput):
            services.decline_shadow(
                shadow=str(shadow.public_id), reason=" ", actor=ready.actor("inspector_1"), now=NOW
            )
        services.decline_shadow(
            shadow=str(shadow.public_id),
            reason="另一位没有来",
            actor=ready.actor("inspector_1"),
            now=NOW,
        )

        assert part_to_answer(ready.actor("inspector_1"), str(part.public_id)) == part


class TestTheSheet:
    def test_waits_until_the_visit_has_begun(self, ready: Jinshan, visit: Visit):
        shadow = shadowed(ready, visit)

        with pytest.raises(Refused) as no:
            save(ready, shadow, {})

        assert no.value.verdicts[0].as_dict()["rule"] == Obstacle.SHADOW_NOT_BEGUN

    def test_is_nobodys_when_somebody_goes_instead(self, ready: Jinshan, visit: Visit):
        shadow = shadowed(ready, visit)
        opened(ready, visit)
        services.send_instead(
            visit=str(visit.public_id), away=str(ready.users["inspector_1"].public_id),
            instead=str(ready.entry("inspector_2").public_id), reason="生病",
            actor=ready.actor("lead"), now=NOW,
        )  # fmt: skip

        with pytest.raises(Refused) as no:
            sealed(ready, shadow)

        assert no.value.verdicts[0].as_dict()["rule"] == Obstacle.VISIT_IS_NOT_YOURS
        assert not ShadowAnswer.objects.exists()
        services.decline_shadow(
            shadow=str(shadow.public_id), reason="没有去", actor=ready.actor("inspector_1"), now=NOW
        )

    def test_keeps_every_answer_and_counts_the_last(self, ready: Jinshan, visit: Visit):
        shadow = shadowed(ready, visit)
        opened(ready, visit)
        code = a_silent_code(shadow)
        for answer in ("meets", "fails", "fails", "meets"):
            save(ready, shadow, {code: answer})

        assert ShadowAnswer.objects.count() == 3
        sheet = sealed(ready, shadow, **{code: "meets"})
        given = {item: answer for item, _says, answer in json.loads(sheet.canonical)["items"]}
        assert given[code] == "meets"

    @pytest.mark.parametrize("answers", [{"no-such-item": "meets"}, {"": "meets"}])
    def test_takes_no_answer_to_another_item(self, ready: Jinshan, visit: Visit, answers):
        shadow = shadowed(ready, visit)
        opened(ready, visit)

        with pytest.raises(InvalidInput):
            save(ready, shadow, answers)

        assert not ShadowAnswer.objects.exists()

    def test_takes_no_answer_that_the_item_does_not_have(self, ready: Jinshan, visit: Visit):
        shadow = shadowed(ready, visit)
        opened(ready, visit)

        with pytest.raises(InvalidInput):
            save(ready, shadow, {a_silent_code(shadow): "confirmed"})

    def test_is_not_sealed_while_an_item_is_open(self, ready: Jinshan, visit: Visit):
        shadow = shadowed(ready, visit)
        opened(ready, visit)
        answers = all_fine(shadow)
        answers.pop(a_silent_code(shadow))

        with pytest.raises(Refused) as no:
            services.seal_shadow(
                shadow=str(shadow.public_id),
                answers=answers,
                actor=ready.actor("inspector_1"),
                now=NOW,
            )

        assert no.value.verdicts[0].as_dict()["rule"] == Obstacle.ITEMS_ARE_OPEN
        assert not ShadowSheet.objects.exists()

    def test_is_sealed_once_and_takes_no_answer_any_more(self, ready: Jinshan, visit: Visit):
        shadow = shadowed(ready, visit)
        opened(ready, visit)
        sealed(ready, shadow)

        with pytest.raises(Refused):
            sealed(ready, shadow)
        with pytest.raises(IntegrityError, match="takes no answer"), transaction.atomic():
            ShadowAnswer.objects.create(
                shadow=shadow, item=shadow_items(shadow)[0], answer="meets", at=NOW
            )

    @pytest.mark.parametrize("model", [ShadowVisit, ShadowAnswer, ShadowSheet])
    def test_nothing_of_it_is_changed_or_removed(self, ready: Jinshan, visit: Visit, model):
        shadow = shadowed(ready, visit)
        opened(ready, visit)
        sealed(ready, shadow)
        column = "chosen_at" if model is ShadowVisit else "at"

        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            model.objects.update(**{column: SOON})
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            model.objects.all()._raw_delete(model.objects.db)

        assert model.objects.exists()

    def test_makes_no_finding_and_no_order(self, ready: Jinshan, visit: Visit):
        shadow = shadowed(ready, visit)
        opened(ready, visit)
        failing = {
            row.item.code: Answer.FAILS.value
            for row in shadow_items(shadow)
            if row.rows_say == "silent"
        }
        sealed(ready, shadow, **failing)

        assert failing
        assert not Finding.objects.exists()
        assert not RectificationOrder.objects.exists()


def both(jinshan: Jinshan, second: dict[str, str] | None = None, *, later=timedelta(0)):
    """A visit that two looked at: the first signed now, the second sealed some time later.

    The second is named only then, so that one signature is enough.
    """
    visit = planned(jinshan, "inspector")
    shadow = shadowed(jinshan, visit)
    part = part_of(opened(jinshan, visit))
    answer_all(jinshan, part)
    signed(jinshan, part)
    goes(shadow)
    sealed(jinshan, shadow, now=NOW + later, **(second or {}))
    return shadow


def page_of(jinshan: Jinshan):
    return agreement_of("310116", year=2026, today=TODAY)


class TestTheAgreement:
    def test_of_nothing_is_said_to_be_nothing(self, ready: Jinshan):
        page = page_of(ready)

        assert (page.chosen, page.sheets, page.items) == (0, 0, ())
        assert page.whole.kappa == ""

    def test_where_both_see_the_same_in_all_it_is_whole(self, ready: Jinshan):
        shadow = both(ready)

        page = page_of(ready)

        assert page.sheets == 1
        assert page.whole.pairs == page.whole.agreed == len(shadow_items(shadow))
        assert all(item.kappa == "" for item in page.items)  # one pair has no variance
        assert page.vague == ()

    def test_where_they_differ_it_says_on_what_and_how(self, ready: Jinshan):
        visit = planned(ready, "inspector")
        shadow = shadowed(ready, visit)
        part = part_of(opened(ready, visit))
        code = a_silent_code(shadow)
        answer_all(ready, part)
        signed(ready, part)
        goes(shadow)
        sealed(ready, shadow, **{code: "fails"})

        first = page_of(ready).items[0]

        assert first.code == code
        assert (first.pairs, first.agreed) == (1, 0)
        assert [n for _a, _b, n in first.differences] == [1]

    def test_an_item_that_two_often_see_differently_is_listed_for_its_authors(
        self, ready: Jinshan, monkeypatch
    ):
        monkeypatch.setattr(
            "inspections.selectors.agreement.is_vague",
            lambda found, **_: found.agreed < found.pairs,
        )
        visit = planned(ready, "inspector")
        shadow = shadowed(ready, visit)
        part = part_of(opened(ready, visit))
        code = a_silent_code(shadow)
        answer_all(ready, part)
        signed(ready, part)
        goes(shadow)
        sealed(ready, shadow, **{code: "fails"})

        assert [item.code for item in page_of(ready).vague] == [code]

    def test_until_both_have_signed_nothing_is_compared(self, ready: Jinshan, visit: Visit):
        shadow = shadowed(ready, visit)
        opened(ready, visit)
        sealed(ready, shadow)

        page = page_of(ready)

        assert (page.chosen, page.sheets, page.waiting) == (1, 0, 1)
        assert page.items == ()

    def test_a_visit_that_was_withdrawn_is_waited_for_by_nobody(self, ready: Jinshan, visit: Visit):
        shadowed(ready, visit)
        before = page_of(ready)
        services.withdraw_visit(
            visit=str(visit.public_id), reason="宝宝屋搬家", actor=ready.actor("lead"), now=NOW
        )

        page = page_of(ready)

        assert (before.chosen, before.waiting) == (1, 1)
        assert (page.chosen, page.waiting) == (0, 0)

    @pytest.mark.parametrize(("minutes", "late"), [(30, 0), (31, 1)])
    def test_a_sheet_that_comes_too_late_is_kept_and_does_not_count(
        self, ready: Jinshan, minutes: int, late: int
    ):
        both(ready, later=timedelta(minutes=minutes))

        page = page_of(ready)

        assert (page.late, page.sheets) == (late, 1 - late)

    def test_a_correction_afterwards_changes_nothing_of_it(self, ready: Jinshan):
        both(ready)
        before = page_of(ready)
        part = part_of(Visit.objects.get())
        services.correct_part(
            part=str(part.public_id), reason="写错了", actor=ready.actor("inspector"), now=SOON
        )
        code = next(
            row.item.code for row in part.items.select_related("item") if row.rows_say == "silent"
        )
        services.save_answers(
            part=str(part.public_id),
            answers={code: Given(Answer.FAILS, "没有")},
            actor=ready.actor("inspector"),
            now=SOON,
        )
        signed(ready, part, now=SOON)

        assert page_of(ready) == before

    def test_is_not_mixed_with_other_districts_or_years(self, ready: Jinshan):
        both(ready)

        assert agreement_of("310106", year=2026, today=TODAY).chosen == 0
        assert agreement_of("310116", year=2025, today=TODAY).chosen == 0


def client_of(jinshan: Jinshan, who: str) -> Client:
    client = Client()
    if who != "nobody":
        client.force_login(jinshan.users[who])
    return client


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


WHO = ("lead", "inspector", "health", "keeper", "jingan", "parent", "nobody")


class TestPages:
    def test_everybody_sees_what_is_theirs(self, ready: Jinshan, visit: Visit):
        shadow = shadowed(ready, visit)
        addresses = {
            reverse("inspections:agreement"): (200, 200, 200, 404, 200, 404, 302),
            reverse("inspections:shadow", args=[shadow.public_id]): (404,) * 6 + (302,),
            reverse("inspections:decline_shadow", args=[shadow.public_id]): (405,) * 6 + (302,),
        }

        for address, answers in addresses.items():
            found = tuple(client_of(ready, who).get(address).status_code for who in WHO)
            assert found == answers, address

    def test_the_second_is_led_to_their_sheet_and_seals_it(self, ready: Jinshan, visit: Visit):
        shadow = shadowed(ready, visit)
        address = reverse("inspections:shadow", args=[shadow.public_id])
        client = client_of(ready, "inspector_1")
        assert ready.houses[0].name in text_of(client.get(reverse("visits:today")))
        assert "开始检查以后" in text_of(client.get(address))
        opened(ready, visit)

        led = client.get(reverse("visits:visit", args=[visit.public_id]))
        assert led["Location"] == address
        answers = {f"answer-{code}": one for code, one in all_fine(shadow).items()}
        few = dict(list(answers.items())[:3])
        assert client.post(address, few).status_code == 303
        assert client.post(address, {**few, "to_seal": "1"}).status_code == 422
        assert client.post(address, {**answers, "to_seal": "1"}).status_code == 303
        assert "您已签字" in text_of(client.get(address))

    def test_the_second_may_say_why_not(self, ready: Jinshan, visit: Visit):
        shadow = shadowed(ready, visit)
        client = client_of(ready, "inspector_1")
        address = reverse("inspections:decline_shadow", args=[shadow.public_id])

        assert client.post(address, {"reason": ""}).status_code == 422
        assert client.post(address, {"reason": "另一位没有来"}).status_code == 303

        page = client.get(reverse("inspections:shadow", args=[shadow.public_id]))
        assert "另一位没有来" in text_of(page)

    def test_the_agreement_takes_few_statements(self, ready: Jinshan):
        both(ready)
        client = client_of(ready, "lead")
        address = reverse("inspections:agreement")
        client.get(address)

        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)

        assert "没有意义：回答全都一样" in text_of(answer)
        assert len(asked) <= 20
