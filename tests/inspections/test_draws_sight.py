"""Whom a draw sends where: nobody outside learns of it before somebody is at the door."""

import pytest
from django.utils import timezone

from accounts.types import Role, ScopeKind
from inspections.models import Visit
from notifications import services as post
from notifications.models import OutboxMessage
from tests.families.factories import make_grant, make_user
from tests.inspections.case_situations import keeper_of
from tests.inspections.situations import Jinshan
from tests.inspections.test_cases_sight import addresses, crawled, leaks, numbers_for
from tests.inspections.test_pages import client_of, text_of

OUTSIDE = ("keeper", "operator", "caregiver", "parent", "jingan_lead", "nobody")
INSIDE = ("lead", "inspector")
MOST = 40


@pytest.fixture
def people(jinshan: Jinshan, settings, tmp_path) -> Jinshan:
    settings.MEDIA_ROOT = tmp_path
    house = jinshan.houses[0]
    keeper_of(jinshan, house)
    for role in (Role.OPERATOR, Role.CAREGIVER):
        jinshan.users[role.value] = make_user(role.value)
        make_grant(jinshan.users[role.value], role, ScopeKind.FACILITY, str(house.public_id))
    return jinshan


def to_the_keepers_house(jinshan: Jinshan) -> Visit:
    """A draw of all houses: the keeper's is among them."""
    draw = jinshan.arranged(wanted=len(jinshan.houses))
    post.deliver_due(now=timezone.now())
    return draw.visits.get(facility=jinshan.houses[0])


def signs_of(visit: Visit) -> list[str]:
    """All by which somebody could know that it is planned."""
    known = [str(visit.public_id), visit.draw.random_source]
    goers = visit.goers.exclude(user=visit.draw.revealed_by)  # who entered the value is public
    return [*known, *(one.user.name for one in goers.select_related("user"))]


def test_the_lead_comes_upon_it_or_this_crawl_finds_nothing(people: Jinshan):
    visit = to_the_keepers_house(people)

    pages = crawled(
        client_of(people, "lead"), ["/inspections/programme/", "/inspections/draws/"], 30
    )

    found = {sign for _, sign in leaks(pages, signs_of(visit))}
    assert str(visit.public_id) in found
    assert visit.draw.random_source in found


@pytest.mark.parametrize("who", ["keeper", "parent", "jingan_lead", "nobody"])
def test_nobody_outside_comes_upon_it_on_any_page(people: Jinshan, who: str):
    visit = to_the_keepers_house(people)
    start = addresses([str(visit.public_id), str(visit.draw.public_id)])

    pages = crawled(client_of(people, who), start, MOST)

    assert len(pages) > 100
    assert leaks(pages, signs_of(visit)) == []


def test_no_page_changes_for_anybody_outside_when_visits_are_arranged(people: Jinshan):
    draw = people.reveal(people.plan(wanted=len(people.houses)))
    before = {who: pages_of(people, who, draw) for who in (*OUTSIDE, *INSIDE)}

    people.arrange(draw)
    post.deliver_due(now=timezone.now())

    for who in OUTSIDE:
        assert pages_of(people, who, draw) == before[who], who
    for who in INSIDE:
        assert pages_of(people, who, draw) != before[who], who


def pages_of(jinshan: Jinshan, who: str, draw) -> dict[str, str]:
    client = client_of(jinshan, who)
    public = [f"/draws/{draw.public_id}/", "/draws/", f"/api/v1/draws/{draw.public_id}/",
              "/api/v1/draws/", "/api/v1/inspections/"]  # fmt: skip
    return numbers_for(jinshan, who) | {page: text_of(client.get(page)) for page in public}


def test_nobody_is_told_but_those_who_go(people: Jinshan):
    visit = to_the_keepers_house(people)

    goers = {one.user_id for each in visit.draw.visits.all() for one in each.goers.all()}
    told = OutboxMessage.objects.filter(kind="visit_assigned")
    assert set(told.values_list("recipient", flat=True)) == goers
    assert set(OutboxMessage.objects.values_list("kind", flat=True)) == {"visit_assigned"}
