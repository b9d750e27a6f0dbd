"""The data files as a page of docs/: what a regulator reads beside the code."""

from collections.abc import Iterator

from regulations import messages
from regulations.datafiles import LawFiles, limits_of
from regulations.keys import LimitKey
from regulations.types import DocumentStatus, GovernedBy, Limit

_HEAD = """\
# The rules as data

Generated from `regulations/data/` by `manage.py rules_markdown --write`; a test fails when this
page is old. Every quote is found word for word in its document, white space aside.

- 按原文: the clause is written for this kind of place.
- 参照适用: it is written for another kind, and applied to 宝宝屋 by extension.
- 产品约定: the documents are silent and the portal needs an answer.

What falls short of a limit whose stated period is over reads 未达延续标准, never 违反.

| 判定 | 硬性 | 原则上 | 鼓励 |
|---|---|---|---|
| not met | 违反 | 不符合原则要求 | 未达鼓励标准 |
| not met, stated period over | 未达延续标准 | 未达延续标准 | 未达延续标准 |
| nothing stated, or a draft | 无规定 | 无规定 | 无规定 |
"""
_COLUMNS = (
    "| Key | 规定 | Value | For | Strength | Basis | Valid | Clause | Quote |\n"
    "|---|---|---|---|---|---|---|---|---|\n"
)
_STATUS = {
    DocumentStatus.IN_FORCE: "有效",
    DocumentStatus.PERIOD_OVER: "写明的期限已过",
    DocumentStatus.DRAFT: "征求意见稿，只作比较，在上海从不适用",
    DocumentStatus.NATIONAL_LAW: "国家法律",
    DocumentStatus.PRODUCT_DECISION: "产品约定",
}


def render(files: LawFiles) -> str:
    """Write the whole page."""
    parts = [_HEAD, "## Documents\n\n" + "".join(_documents(files)), *_jurisdictions(files)]
    parts.append("## Decisions that are no number\n\n" + "".join(_decisions(files)))
    return "\n".join(parts)


def _documents(files: LawFiles) -> Iterator[str]:
    yield "| Code | Title | Number | Issuer | Issued | Status | Stated period |\n"
    yield "|---|---|---|---|---|---|---|\n"
    for document in files.documents:
        yield _line(
            document.code,
            document.title,
            document.number,
            document.issuer,
            document.issued_on.isoformat() if document.issued_on else "",
            _STATUS[document.status],
            document.stated_period,
        )


def _jurisdictions(files: LawFiles) -> Iterator[str]:
    limits = limits_of(files)
    for code, place in messages.PLACES.items():
        own = sorted(
            (limit for limit in limits if limit.jurisdiction == code), key=_order_of_the_page
        )
        none = "、".join(f"`{key}`" for key in files.none_stated.get(code, ()))
        yield (
            f"## {place} ({code})\n\n{_COLUMNS}{''.join(map(_limit_line, own))}"
            + (f"\nNone stated: {none}\n" if none else "")
        )


def _order_of_the_page(limit: Limit) -> tuple[int, str]:
    return (list(messages.LABELS).index(LimitKey(limit.key)), limit.valid_from.isoformat())


def _limit_line(limit: Limit) -> str:
    through = f" – {limit.valid_through}" if limit.valid_through else " on"
    moment = ", by the moment of booking" if limit.governed_by is GovernedBy.BOOKING else ""
    return _line(
        f"`{limit.key}`",
        messages.LABELS[LimitKey(limit.key)],
        messages.amount(limit),
        messages.KINDS_OF_PLACE[limit.applies_to],
        messages.STRENGTHS[limit.strength],
        messages.BASES[limit.basis],
        f"{limit.valid_from}{through}{moment}",
        f"{limit.clause.number or limit.clause.document} {limit.clause.article}",
        limit.clause.quote,
    )


def _decisions(files: LawFiles) -> Iterator[str]:
    numbered = {entry.limit.clause for entry in files.limits}
    decided = {
        document.code
        for document in files.documents
        if document.status is DocumentStatus.PRODUCT_DECISION
    }
    for clause in files.clauses:
        if clause.document in decided and clause.code not in numbered:
            yield f"- {clause.article}: {clause.quote}\n"


def _line(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"
