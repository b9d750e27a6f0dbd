"""Suspected harm: nobody but the lead comes upon it, on whatever page they look."""

import re
import zipfile
from io import BytesIO

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.types import Role, ScopeKind
from audit.models import AuditEvent
from common.intervals import SHANGHAI
from inspections import services
from inspections.case_types import CaseKind, CaseMove, CaseOutcome, Step
from inspections.models import Case
from inspections.selectors.cases import cases_in
from inspections.selectors.reports import status_of_code
from inspections.types import Department
from notifications import services as post
from notifications.models import OutboxMessage
from tests.families.factories import make_grant, make_user
from tests.inspections.case_situations import a_photo, keeper_of, reported
from tests.inspections.situations import Jinshan, make_officer
from tests.inspections.test_pages import client_of, text_of

WHO = (
    "inspector", "health", "police", "fire", "market", "keeper", "operator", "caregiver",
    "auditor", "parent", "jingan", "jingan_lead", "nobody",
)  # fmt: skip
ABOUT_NOBODY = ("schema", "api-docs", "draw_file")  # of the API itself, and long
MOST = 40  # pages of one person that are followed from link to link
WORDS = {
    "what": "紫色胎记旁边的掐痕",
    "where": "二楼储藏室门后",
    "contact": "邻居尤女士13911112222",
    "note": "已转公安少年科",
    "answer": "已由公安立案侦查",
}


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def people(jinshan: Jinshan) -> Jinshan:
    house = jinshan.houses[0]
    for role in (Role.POLICE_OFFICER, Role.FIRE_OFFICER, Role.MARKET_OFFICER, Role.AUDITOR):
        who = role.value.removesuffix("_officer")
        jinshan.users[who] = make_officer(who, role)
    keeper_of(jinshan, house)
    for role in (Role.OPERATOR, Role.CAREGIVER):
        jinshan.users[role.value] = make_user(role.value)
        make_grant(jinshan.users[role.value], role, ScopeKind.FACILITY, str(house.public_id))
    return jinshan


def harm(jinshan: Jinshan, *, is_closed: bool) -> tuple[Case, str]:
    """Reported, with a photo, and taken as far as it goes; late on the way, and told of."""
    now = timezone.now()
    case, code = reported(
        kind=CaseKind.SUSPECTED_HARM, house=str(jinshan.houses[0].public_id), what=WORDS["what"],
        where=WORDS["where"], contact=WORDS["contact"], photos=[a_photo()], now=now,
    )  # fmt: skip
    lead = str(jinshan.users["lead"].public_id)
    steps = [
        Step(CaseMove.ACCEPT),
        Step(CaseMove.ASSIGN, department=Department.EDUCATION, owner=lead, note=WORDS["note"]),
        Step(CaseMove.START),
    ]
    if is_closed:
        steps.append(Step(CaseMove.CLOSE, answer=WORDS["answer"], outcome=CaseOutcome.CONFIRMED))
    for step in steps:
        services.take_case_step(
            case=str(case.public_id), step=step, actor=jinshan.actor("lead"), now=now
        )
    post.deliver_due(now=timezone.now())
    return case, code


def signs_of(case: Case, code: str) -> list[str]:
    """All by which somebody could know that it is there."""
    photo = str(case.photos.get().public_id)
    grouped = "-".join(code[at : at + 4] for at in range(0, len(code), 4))
    return [*WORDS.values(), code, grouped, str(case.public_id), photo, "金-专-"]


# --- pages ----------------------------------------------------------------------------------------


def patterns() -> list[tuple[str, tuple[str, ...]]]:
    """Every name of a page with what stands in its address."""
    found: list[tuple[str, tuple[str, ...]]] = []

    def walk(nodes, space):
        for node in nodes:
            if isinstance(node, URLResolver):
                within = [*space, node.namespace] if node.namespace else space
                walk(node.url_patterns, within)
            elif isinstance(node, URLPattern) and node.name:
                name = ":".join([*space, node.name])
                found.append((name, tuple(node.pattern.converters)))

    walk(get_resolver().url_patterns, [])
    return found


def addresses(ids: list[str]) -> list[str]:
    """Every page without a name in it, and every other with each of these ids in it."""
    made = set()
    for name, names in patterns():
        if name.startswith("account") or any(one in name for one in ABOUT_NOBODY):
            continue
        for one in ids if names else [""]:
            try:
                made.add(reverse(name, kwargs=dict.fromkeys(names, one)))
            except NoReverseMatch:
                continue
    return sorted(made)


def crawled(client: Client, start: list[str], most: int) -> dict[str, str]:
    """What somebody reads who begins at these pages, and follows every link for a while."""
    waiting = list(start)
    seen: dict[str, str] = {}
    while waiting and len(seen) < len(start) + most:
        address = waiting.pop(0)
        if address in seen or "logout" in address:
            continue
        answer = client.get(address)
        seen[address] = read(answer)
        links = re.findall(r'href="(/[^"#]*)"', seen[address])
        waiting += [one for one in links if not one.startswith("/static/") and one not in seen]
    return seen


def read(answer) -> str:
    content = b"".join(answer) if answer.streaming else answer.content
    if zipfile.is_zipfile(BytesIO(content)):
        with zipfile.ZipFile(BytesIO(content)) as file:
            content = b"\n".join(file.read(name) for name in file.namelist())
    headers = " ".join(f"{name}: {value}" for name, value in answer.items())
    return f"{content.decode(errors='replace')}\n{headers}"


def leaks(pages: dict[str, str], signs: list[str]) -> list[tuple[str, str]]:
    """Where a sign of it stands, other than in the address that was asked for."""
    return [
        (address, sign)
        for address, page in pages.items()
        for sign in signs
        if sign in page.replace(address, "") and sign not in address
    ]


def test_the_lead_comes_upon_it_or_this_crawl_finds_nothing(people: Jinshan):
    case, code = harm(people, is_closed=False)

    pages = crawled(client_of(people, "lead"), [reverse("cases:cases")], 30)

    found = {sign for _, sign in leaks(pages, signs_of(case, code))}
    assert {WORDS["what"], WORDS["contact"], WORDS["note"], str(case.public_id)} <= found


@pytest.mark.parametrize("who", WHO)
def test_nobody_else_comes_upon_it_on_any_page(people: Jinshan, who: str):
    case, code = harm(people, is_closed=False)
    photo = str(case.photos.get().public_id)
    start = addresses([str(case.public_id), photo])

    pages = crawled(client_of(people, who), start, MOST)

    assert len(pages) > 100
    assert leaks(pages, signs_of(case, code)) == []
    for one in (str(case.public_id), photo):
        assert not any("<h1" in page and one in address and "没有" not in page
                       for address, page in pages.items() if "/cases/" in address)  # fmt: skip


COUNTING = (
    "portal:home", "portal:work", "cases:cases", "visits:today", "inspections:programme",
    "orders:board", "orders:mine", "dossier:publication", "dossier:briefs", "dossier:notices",
    "notifications:inbox", "facilities:finder", "cases:questions", "cases:mine",
)  # fmt: skip


def numbers_for(jinshan: Jinshan, who: str) -> dict[str, str]:
    client, house = client_of(jinshan, who), jinshan.houses[0].public_id
    pages = [reverse(name) for name in COUNTING]
    pages += [reverse(name, args=[house]) for name in ("dossier:house", "facilities:house")]
    return {page: re.sub(r"\d+:\d+", "", text_of(client.get(page))) for page in pages}


@pytest.mark.parametrize("is_closed", [False, True])
def test_no_number_moves_because_of_it(people: Jinshan, is_closed):
    """Not at the start of work, not in a list, not in what is published of the house."""
    before = {who: numbers_for(people, who) for who in WHO}

    harm(people, is_closed=is_closed)
    services.escalate_cases(now=timezone.now())

    for who in WHO:
        assert numbers_for(people, who) == before[who], who
    lead = numbers_for(people, "lead")
    assert "孩子可能受到伤害" in lead[reverse("cases:cases")]


@pytest.mark.parametrize("kind", [CaseKind.SUSPECTED_HARM, CaseKind.CARE])
def test_a_number_is_missing_only_where_a_case_is_that_may_be_seen(people: Jinshan, kind: CaseKind):
    """Whoever may not know of suspected harm reads the same numbers as if it were not there."""
    now, theirs = timezone.now(), str(people.houses[0].public_id)
    first, _ = reported(now=now)
    reported(now=now, kind=kind, house=theirs)
    reported(now=now, district="310106")  # of another district
    second, _ = reported(now=now)

    open_, _ = cases_in(people.actor("inspector"), "310116", now=now)
    read = {row.id: row.number for row in open_}
    year = now.astimezone(SHANGHAI).year

    last = 2 if kind is CaseKind.SUSPECTED_HARM else 3
    assert read[str(first.public_id)] == f"金-{year}-0001"
    assert read[str(second.public_id)] == f"金-{year}-{last:04d}"


def test_the_lead_counts_them_on_their_own_and_the_reporter_reads_no_number(people: Jinshan):
    now = timezone.now()
    reported(now=now)
    case, code = reported(now=now, kind=CaseKind.SUSPECTED_HARM)
    ordinary, known = reported(now=now)
    year = now.astimezone(SHANGHAI).year

    lead, _ = cases_in(people.actor("lead"), "310116", now=now)

    assert {row.number for row in lead if row.is_restricted} == {f"金-专-{year}-0001"}
    assert status_of_code(code).number == ""
    assert status_of_code(known).number == f"金-{year}-0002"
    assert "编号" not in follow(people, code)
    assert f"编号 金-{year}-0002" in follow(people, known)
    assert (case.serial, ordinary.serial) == (1, 2)


def follow(jinshan: Jinshan, code: str) -> str:
    client = client_of(jinshan, "nobody")
    return text_of(client.post(reverse("cases:find"), {"code": code}, follow=True))


def test_nobody_else_is_sent_a_message_and_no_message_says_what_it_is(people: Jinshan):
    case, code = harm(people, is_closed=True)

    leads = {people.users["lead"].pk, people.users["other_lead"].pk}
    rows = OutboxMessage.objects.filter(subject=f"case:{case.public_id}")
    assert set(rows.values_list("recipient_id", flat=True)) <= leads
    assert rows.exists()
    for row in rows:
        said = f"{row.payload} {row.key}"
        assert not any(word in said for word in (*WORDS.values(), code, "伤害", "侵害"))


def test_the_audit_says_that_it_was_handled_and_nothing_of_it(people: Jinshan):
    case, code = harm(people, is_closed=True)

    events = AuditEvent.objects.filter(subject=f"case:{case.public_id}")
    assert events.count() > 3
    for event in events:
        said = f"{event.kind} {event.data}"
        assert not any(word in said for word in (*WORDS.values(), code, "harm"))
