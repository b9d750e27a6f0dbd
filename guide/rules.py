"""How an answer is filled with the values of the law, and what may not be typed into it. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from guide.types import AnswerFault, Block
from regulations.keys import LimitKey
from regulations.messages import LABELS, number
from regulations.types import Limit

_VALUE = re.compile(r"\{([^{}\n]+)\}")
_HOUR = 60
# Telephone numbers and 文号 are names, not values.
_NAMES = re.compile(r"(?<!\d)(?:12345|110|119|120)(?!\d)|〔\d{4}〕\d+号|《[^》]*》")
_DIGITS = re.compile(r"[0-9０-９]+(?:[.．:：][0-9０-９]+)?")
_COUNTED = re.compile(
    r"[三四五六七八九十百][一二三四五六七八九十百]{0,3}(?:次|天|人|名|平方米|课时|小时|分钟|个月|月龄|周岁|岁|个工作日)"
)
_BY_LABEL = {label: key for key, label in LABELS.items()}
_EVERYWHERE = frozenset({"孩子", "宝宝", "宝屋", "怎么", "什么", "么办", "可以", "需要", "哪些"})
_WORD = re.compile(r"[a-z0-9]+|[\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Filled:
    """An answer for a place and a day, and the limits that its numbers came from."""

    blocks: tuple[Block, ...]
    limits: tuple[Limit, ...]


def key_of(name: str) -> LimitKey | None:
    """The key that a name between braces means: itself, or its label."""
    if name in _BY_LABEL:
        return _BY_LABEL[name]
    return LimitKey(name) if name in set(LimitKey) else None


def keys_in(body: str) -> tuple[LimitKey, ...]:
    """The values that an answer names, each once, in their order."""
    found = (key_of(name) for name in _VALUE.findall(body))
    return tuple(dict.fromkeys(key for key in found if key is not None))


def with_keys(body: str) -> str:
    """The same text with every known name between braces as its key."""
    return _VALUE.sub(lambda found: f"{{{key_of(found[1]) or found[1]}}}", body)


def with_labels(body: str) -> str:
    """The same text with every key between braces as its label, for those who write."""
    return _VALUE.sub(lambda found: f"{{{_label(found[1])}}}", body)


def _label(name: str) -> str:
    key = key_of(name)
    return LABELS[key] if key else name


def faults_of(
    body: str, clauses: Sequence[str], *, known: Mapping[str, object]
) -> Iterator[tuple[AnswerFault, str]]:
    """What is wrong with an answer, and with which words of it."""
    for name in _VALUE.findall(body):
        if key_of(name) is None:
            yield AnswerFault.UNKNOWN_VALUE, name
    plain = _NAMES.sub("", _VALUE.sub("", body))
    for pattern in (_DIGITS, _COUNTED):
        if typed := pattern.search(plain):
            yield AnswerFault.TYPED_NUMBER, typed[0]
    for code in clauses:
        if code not in known:
            yield AnswerFault.UNKNOWN_CLAUSE, code
    if not clauses and not keys_in(body):
        yield AnswerFault.NOTHING_TO_REST_ON, ""


def fill(
    body: str, find: Callable[[LimitKey], Limit | None], *, not_ruled: Callable[[str], str]
) -> Filled:
    """Write the values in force into an answer.

    A line that needs a value which nobody has stated for the place is not shown: `not_ruled`
    says so in its place, with the labels of what is missing.
    """
    used: dict[LimitKey, Limit] = {}
    blocks = [_block(part, find, not_ruled, used) for part in body.strip().split("\n\n")]
    return Filled(tuple(block for block in blocks if block.lines), tuple(used.values()))


def _block(
    part: str, find: Callable[[LimitKey], Limit | None], not_ruled: Callable[[str], str],
    used: dict[LimitKey, Limit],
) -> Block:  # fmt: skip
    lines = [line.strip() for line in part.splitlines() if line.strip()]
    is_list = bool(lines) and all(line.startswith("- ") for line in lines)
    if not is_list:
        lines = ["".join(lines)] if lines else []
    written = [_line(line.removeprefix("- "), find, not_ruled, used) for line in lines]
    return Block(is_list, tuple(dict.fromkeys(written)))


def _line(
    line: str, find: Callable[[LimitKey], Limit | None], not_ruled: Callable[[str], str],
    used: dict[LimitKey, Limit],
) -> str:  # fmt: skip
    found = {key: find(key) for key in keys_in(line)}
    missing = [LABELS[key] for key, limit in found.items() if limit is None]
    if missing:
        return not_ruled("、".join(missing))
    stated = {key: limit for key, limit in found.items() if limit is not None}
    used.update(stated)

    def value(match: re.Match[str]) -> str:
        key = key_of(match[1])
        return said(stated[key]) if key in stated else match[0]

    return _VALUE.sub(value, line)


def said(limit: Limit) -> str:
    """A value as it stands in a sentence: a number, or a time with its unit.

    >>> from regulations.datafiles import limits_of, read
    >>> shipped = {limit.key: limit for limit in limits_of(read())}
    >>> said(shipped["free_cancel_minutes_before"]), said(shipped["entry_minutes_early_max"])
    ('2小时', '15分钟')
    """
    if limit.value is None:
        return limit.words
    if limit.unit == "分钟":
        return _time(limit.value)
    return number(limit.value)


def _time(minutes: Decimal) -> str:
    hours, rest = divmod(minutes, _HOUR)
    return f"{number(hours)}小时" if hours and not rest else f"{number(minutes)}分钟"


def terms_of(question: str) -> tuple[str, ...]:
    """What a question is looked up by: words, and every two neighboring characters of Chinese.

    >>> terms_of("孩子发烧了"), terms_of("押金"), terms_of("孩子")
    (('子发', '发烧', '烧了'), ('押金',), ('孩子',))
    """
    found: list[str] = []
    for run in _WORD.findall(question.lower()):
        if run.isascii() or len(run) == 1:
            found.append(run)
        else:
            found.extend(run[place : place + 2] for place in range(len(run) - 1))
    telling = [term for term in found if term not in _EVERYWHERE]
    return tuple(dict.fromkeys(telling or found))
