"""An answer is written by one person and published by another; nothing old is lost."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.types import Role
from audit.models import AuditEvent
from common.refusals import InvalidInput, NotFound, Refused
from guide import services
from guide.datafiles import fingerprint, read
from guide.models import AnswerDraft, AnswerVersion, Question
from guide.selectors.answers import answer_for, answers_for, history_of
from guide.selectors.desk import text_of
from guide.types import AnswerText, Audience, DraftState
from notifications.models import OutboxMessage
from notifications.types import Kind, MessageState
from regulations import services as regulations
from regulations.keys import LimitKey
from regulations.models import LimitRow
from regulations.types import AppliesTo, Comparison, NewLimit
from tests.inspections.situations import NOW, Jinshan, make_officer

TODAY = date(2026, 11, 22)
JINSHAN, JINGAN, CITY = "310116", "310106", "310000"
TEXT = AnswerText("一间屋几个孩子？", "班额", "金山：最多{一个班的孩子}人。", (), TODAY)


def drafted(jinshan: Jinshan, who: str = "lead", text: AnswerText = TEXT, **more):
    facts = {"jurisdiction": JINSHAN, "audience": Audience.FAMILY, "code": "how-many-carers"}
    return services.draft_answer(actor=jinshan.actor(who), now=NOW, text=text, **{**facts, **more})


def publish(jinshan: Jinshan, draft: AnswerDraft, who: str = "inspector") -> AnswerVersion:
    return services.publish_draft(draft=str(draft.public_id), actor=jinshan.actor(who), now=NOW)


def lines_of(code: str, place: str = JINSHAN, on: date = TODAY) -> str:
    return "".join(line for block in answer_for(code, place, on=on).blocks for line in block.lines)


def test_what_was_written_after_it_was_read_is_not_published(shipped, jinshan: Jinshan):
    draft = drafted(jinshan)
    read_by_the_second = fingerprint(text_of(draft))
    drafted(jinshan, text=replace(TEXT, body="别的话，{一个班的孩子}人。"))

    with pytest.raises(Refused) as changed:
        services.publish_draft(
            draft=str(draft.public_id), seen=read_by_the_second,
            actor=jinshan.actor("inspector"), now=NOW,
        )  # fmt: skip

    assert changed.value.verdicts[0].rule == "guide_draft_changed"
    assert AnswerDraft.objects.get().state == DraftState.OPEN
    now_read = fingerprint(text_of(AnswerDraft.objects.get()))
    version = services.publish_draft(
        draft=str(draft.public_id), seen=now_read, actor=jinshan.actor("inspector"), now=NOW
    )
    assert version.body.startswith("别的话")


def test_loading_twice_adds_nothing(shipped):
    again = services.load_guide(now=NOW)

    assert shipped.added == len(read().questions) == AnswerVersion.objects.count()
    assert (again.added, again.changed) == (0, 0)


def test_an_answer_that_the_file_words_anew_is_a_second_version_and_the_first_stays(shipped):
    file = read()
    first, *rest = file.questions
    reworded = replace(first, text=replace(first.text, title="宝宝屋是做什么的？"))

    loaded = services.load_guide(now=NOW, file=replace(file, questions=(reworded, *rest)))

    assert (loaded.added, loaded.changed) == (0, 1)
    versions = AnswerVersion.objects.filter(question__code=first.code).order_by("number")
    assert [one.title for one in versions] == [first.text.title, "宝宝屋是做什么的？"]
    assert answer_for(first.code, JINSHAN, on=TODAY).number == 2


@pytest.mark.parametrize(
    ("drafter", "may_publish"),
    [("lead", {"lead_2", "inspector"}), ("inspector", {"lead", "lead_2"})],
)
def test_who_may_publish_a_draft_is_told_and_no_more_once_it_is_over(
    jinshan: Jinshan, drafter: str, may_publish: set[str]
):
    jinshan.users["lead_2"] = make_officer("第二督导", Role.SUPERVISION_LEAD)

    draft = drafted(jinshan, drafter)

    rows = OutboxMessage.objects.filter(kind=Kind.ANSWER_TO_PUBLISH)
    people = set(rows.values_list("recipient", flat=True))
    told = {who for who, user in jinshan.users.items() if user.pk in people}
    assert may_publish <= told
    assert not told & {drafter, "jingan", "jingan_lead", "parent", "health"}
    assert drafter == "lead" or not told & {"inspector_1", "inspector_2"}
    publish(jinshan, draft, min(may_publish))
    assert set(rows.values_list("state", flat=True)) == {MessageState.CANCELLED}


def test_what_the_lead_drafts_is_read_by_nobody_until_a_second_person_publishes(jinshan: Jinshan):
    draft = drafted(jinshan)
    assert "金山" not in lines_of("how-many-carers")

    publish(jinshan, draft)

    assert lines_of("how-many-carers") == "金山：最多20人。"


def test_a_districts_own_answer_is_read_in_no_other_place(jinshan: Jinshan):
    publish(jinshan, drafted(jinshan))

    assert answer_for("how-many-carers", JINSHAN, on=TODAY).place == "上海市金山区"
    assert answer_for("how-many-carers", JINGAN, on=TODAY).place == "上海市"


def test_the_drafter_does_not_publish_their_own(jinshan: Jinshan):
    draft = drafted(jinshan)

    with pytest.raises(Refused) as refused:
        publish(jinshan, draft, "lead")

    assert refused.value.verdicts[0].remedy.startswith("起草的人不能自己发布")
    assert not AnswerVersion.objects.filter(jurisdiction=JINSHAN).exists()


def test_two_inspectors_do_not_publish_without_the_lead(jinshan: Jinshan):
    draft = drafted(jinshan, "inspector")

    with pytest.raises(Refused):
        publish(jinshan, draft, "inspector_1")

    assert publish(jinshan, draft, "other_lead").number == 1


def test_a_draft_is_published_once(jinshan: Jinshan):
    draft = drafted(jinshan)
    publish(jinshan, draft)

    with pytest.raises(Refused):
        publish(jinshan, draft, "other_lead")
    assert AnswerVersion.objects.filter(jurisdiction=JINSHAN).count() == 1


def test_who_writes_on_takes_the_draft_over(jinshan: Jinshan):
    first = drafted(jinshan)
    second = drafted(jinshan, "other_lead", replace(TEXT, title="几个孩子一间屋？"))

    assert first.pk == second.pk
    with pytest.raises(Refused):
        publish(jinshan, second, "other_lead")
    assert publish(jinshan, second, "lead").title == "几个孩子一间屋？"


@pytest.mark.parametrize("who", ["jingan_lead", "health", "parent"])
def test_the_guide_of_a_district_is_kept_by_its_own_education_bureau(jinshan: Jinshan, who: str):
    draft = drafted(jinshan)

    with pytest.raises(NotFound):
        drafted(jinshan, who)
    with pytest.raises(NotFound):
        publish(jinshan, draft, who)
    with pytest.raises(NotFound):
        services.drop_draft(draft=str(draft.public_id), actor=jinshan.actor(who), now=NOW)


def test_a_districts_lead_does_not_write_for_the_whole_city(jinshan: Jinshan):
    with pytest.raises(NotFound):
        drafted(jinshan, jurisdiction=CITY)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title", replace(TEXT, title=" ")),
        ("body", replace(TEXT, body="")),
        ("body", replace(TEXT, body="最多20人。", clauses=("000-3-class",))),
        ("valid_through", replace(TEXT, valid_through=TODAY - timedelta(days=1))),
    ],
)
def test_says_what_is_wrong_and_keeps_nothing(jinshan: Jinshan, field: str, text: AnswerText):
    with pytest.raises(InvalidInput) as invalid:
        drafted(jinshan, text=text)

    assert list(invalid.value.faults) == [field]
    assert not AnswerDraft.objects.exists()


def test_a_dropped_draft_is_kept_and_never_published(jinshan: Jinshan):
    draft = drafted(jinshan)
    services.drop_draft(draft=str(draft.public_id), actor=jinshan.actor("inspector"), now=NOW)

    with pytest.raises(Refused):
        publish(jinshan, draft)
    draft.refresh_from_db()
    assert (draft.state, draft.ended_by) == (DraftState.DROPPED, jinshan.users["inspector"])


def test_a_new_question_of_a_district_is_asked_only_there(jinshan: Jinshan):
    version = publish(jinshan, drafted(jinshan, code="", audience=Audience.PUBLIC))

    code = version.question.code
    assert code in {row.code for row in answers_for(JINSHAN, on=TODAY)}
    assert code not in {row.code for row in answers_for(JINGAN, on=TODAY)}


def test_an_answer_begins_and_ends_on_its_days_and_the_old_one_does_not_come_back(
    jinshan: Jinshan,
):
    later = replace(TEXT, valid_from=date(2027, 1, 1), valid_through=date(2027, 6, 30))
    publish(jinshan, drafted(jinshan, text=later))

    assert answer_for("how-many-carers", JINSHAN, on=date(2026, 12, 31)).place == "上海市"
    assert answer_for("how-many-carers", JINSHAN, on=date(2027, 6, 30)).place == "上海市金山区"
    with pytest.raises(NotFound):
        answer_for("how-many-carers", JINSHAN, on=date(2027, 7, 1))


def test_the_history_tells_the_desk_who_and_everybody_when(jinshan: Jinshan):
    publish(jinshan, drafted(jinshan))
    row = answer_for("how-many-carers", JINSHAN, on=TODAY)

    for_desk = history_of("how-many-carers", JINSHAN, shown=row, is_desk=True)
    for_all = history_of("how-many-carers", JINSHAN, shown=row, is_desk=False)

    assert [(one.drafted_by, one.published_by) for one in for_desk] == [
        ("范立群", "检查员0"),
        ("平台", "平台"),
    ]
    assert [(one.number, one.is_shown) for one in for_all] == [(1, True), (1, False)]
    assert not any("范立群" in (one.drafted_by, one.published_by) for one in for_all)
    assert AuditEvent.objects.filter(kind="guide.answer.published").count() == 1


def test_what_was_published_cannot_be_changed_by_anybody(jinshan: Jinshan):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AnswerVersion.objects.update(title="别的")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AnswerVersion.objects.all().delete()


def test_the_database_refuses_an_answer_published_by_its_drafter(jinshan: Jinshan):
    lead = jinshan.users["lead"]
    question = Question.objects.get(code="how-many-carers")
    with (
        pytest.raises(IntegrityError, match="an_answer_is_published_by_a_second_person"),
        transaction.atomic(),
    ):
        AnswerVersion.objects.create(
            question=question, jurisdiction=JINSHAN, number=1, title="问", body="答",
            valid_from=TODAY, sha256="", drafted_by=lead, published_by=lead, published_at=NOW,
        )  # fmt: skip


def test_the_answer_says_what_the_law_book_says_on_that_day(jinshan: Jinshan):
    """The law changes: the same answer says the new number from its first day on."""
    old = LimitRow.objects.get(
        slot__key=LimitKey.CLASS_SIZE_MAX, slot__applies_to=AppliesTo.BABY_HOUSE, state="ready"
    )
    new = NewLimit(
        key=LimitKey.CLASS_SIZE_MAX, value=18, unit="人", comparison=Comparison.AT_MOST,
        jurisdiction=JINSHAN, applies_to=AppliesTo.BABY_HOUSE, valid_from=date(2027, 1, 1),
        clause="000-3-class",
    )  # fmt: skip
    draft = regulations.submit(limit=new, actor_id=jinshan.users["lead"].pk, now=NOW)
    regulations.supersede(
        limit_id=old.pk, by_id=draft, actor_id=jinshan.users["other_lead"].pk, now=NOW
    )

    assert "一个班最多20人" in lines_of("how-many-carers", on=date(2026, 12, 31))
    assert "一个班最多18人" in lines_of("how-many-carers", on=date(2027, 1, 1))


def test_jingan_is_told_what_is_not_ruled_there_and_no_number_of_jinshan(jinshan: Jinshan):
    said = lines_of("how-many-carers", JINGAN)

    assert "一个班的孩子：上海市静安区没有规定。" in said
    assert "20" not in said
    assert all(
        "310116" not in cite.clause
        for cite in answer_for("how-many-carers", JINGAN, on=TODAY).cites
    )
    assert answer_for("volunteer", JINGAN, on=TODAY).cites  # the portal's own decision
