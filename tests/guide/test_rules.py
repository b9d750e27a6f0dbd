"""What may be typed into an answer, and how the law's values get into it."""

from datetime import date

import pytest

from guide.datafiles import BadGuide, GuideFile, check, read
from guide.rules import faults_of, fill, said, with_keys, with_labels
from guide.types import AnswerFault
from regulations.datafiles import limits_of
from regulations.datafiles import read as read_law
from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.types import AppliesTo

LAW = read_law()
BOOK = LawBook(limits_of(LAW))
KNOWN = {clause.code: clause for clause in LAW.clauses}
KINDS = (AppliesTo.BABY_HOUSE, AppliesTo.DISTRICT)


def find(key: LimitKey):
    found = [
        BOOK.limit(key, jurisdiction="310116", care_on=date(2026, 11, 22), applies_to=kind)
        for kind in KINDS
    ]
    return found[0] or found[1]


def nothing(key: LimitKey) -> None:
    return None


def not_ruled(labels: str) -> str:
    return f"没有规定：{labels}"


def faults(body: str, *clauses: str) -> list[AnswerFault]:
    return [fault for fault, _ in faults_of(body, clauses, known=KNOWN)]


def test_a_value_is_written_in_by_its_name_or_by_its_key():
    by_name = fill("一个班最多{一个班的孩子}人。", find, not_ruled=not_ruled)
    by_key = fill("一个班最多{class_size_max}人。", find, not_ruled=not_ruled)

    assert by_name == by_key
    assert by_name.blocks[0].lines == ("一个班最多20人。",)
    assert [limit.key for limit in by_name.limits] == ["class_size_max"]


def test_minutes_are_said_with_their_unit():
    assert said(find(LimitKey.FREE_SESSION_MINUTES)) == "1小时"
    assert said(find(LimitKey.ENTRY_MINUTES_LEFT_MIN)) == "10分钟"


def test_where_nobody_has_ruled_the_line_says_so_and_shows_no_number():
    body = "不受影响。\n\n- 一个班{class_size_max}人。\n- 人均{area_m2_per_head}平方米。"

    filled = fill(body, nothing, not_ruled=not_ruled)

    assert filled.blocks[0].lines == ("不受影响。",)
    assert filled.blocks[1].lines == ("没有规定：一个班的孩子", "没有规定：人均使用面积")
    assert filled.limits == ()


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("一个班最多20人。", AnswerFault.TYPED_NUMBER),
        ("一个班最多２０人。", AnswerFault.TYPED_NUMBER),
        ("每年免费十二次。", AnswerFault.TYPED_NUMBER),
        ("{class_size_max}人，最多 3.5 平方米。", AnswerFault.TYPED_NUMBER),
        ("一个班最多{班额}人。", AnswerFault.UNKNOWN_VALUE),
        ("随到随走。", AnswerFault.NOTHING_TO_REST_ON),
    ],
)
def test_refuses_a_typed_number_an_unknown_name_and_an_answer_without_ground(body: str, fault):
    assert fault in faults(body)


def test_takes_telephone_numbers_and_the_names_of_documents():
    assert faults("急事请打 12345，危险打 110；见金教〔2023〕29号。", "000-3-meals") == []


def test_refuses_a_clause_that_is_not_there():
    assert faults("随到随走。", "000-99") == [AnswerFault.UNKNOWN_CLAUSE]


def test_who_writes_sees_names_and_the_shelf_keeps_keys():
    body = "最多{一个班的孩子}人，{没有的}。"

    assert with_keys(body) == "最多{class_size_max}人，{没有的}。"
    assert with_labels(with_keys(body)) == body


def test_the_shipped_answers_are_some_forty_and_keep_their_own_rules():
    file = read()

    check(file, clauses=KNOWN)
    assert 35 <= len(file.questions) <= 45
    assert all(len(one.text.title) <= 60 for one in file.questions)
    assert all(len(one.text.keywords) <= 120 for one in file.questions)
    assert all(len(one.text.clauses) <= 4 for one in file.questions)


def test_a_file_with_a_typed_number_is_not_loaded():
    [*_, last] = read().questions
    entry = type(last)(last.code, last.audience, _with_body(last.text, "最多20人。"))

    with pytest.raises(BadGuide, match="typed_number"):
        check(GuideFile("310000", (entry,)), clauses=KNOWN)


def _with_body(text, body: str):
    return type(text)(text.title, text.keywords, body, text.clauses, text.valid_from)


@pytest.mark.parametrize("entry", read().questions, ids=lambda entry: entry.code)
def test_every_shipped_answer_can_be_filled_in_jinshan(entry):
    filled = fill(entry.text.body, find, not_ruled=not_ruled)

    lines = [line for block in filled.blocks for line in block.lines]
    assert lines
    assert not any("{" in line or "没有规定" in line for line in lines)
