"""A visit where there is no network: the form, the photos and a closed browser lose nothing."""

import os
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from facilities.models import Facility
from inspections.models import Finding, Photo, VisitItem, VisitPart, VisitResult
from inspections.selectors.sealed import tampered
from inspections.types import Evidence, VisitState
from tests.e2e.conftest import WIDTHS
from tests.e2e.visitor import Visitor
from tests.inspections.situations import Jinshan, make_jinshan
from tests.inspections.visiting import PASSWORD, a_picture, begun, ready_to_visit

SHOTS = os.environ.get("SHOTS", "")
TABLET = WIDTHS["tablet"]


@pytest.fixture
def jinshan(law_in_force) -> Jinshan:
    return ready_to_visit(make_jinshan(houses_a_street=1))


def shot(person: Visitor, name: str) -> None:
    if SHOTS:
        person.page.screenshot(path=str(Path(SHOTS) / f"{name}-{TABLET[0]}.png"), full_page=True)


def kept(page: Page) -> None:
    """The page has been put aside for when there is no network."""
    expect(page.locator("html")).to_have_attribute("data-kept", "1")


def answer(page: Page, code: str, value: str, note: str = "") -> None:
    page.locator(f".visit-answer:has([name=answer-{code}][value={value}])").click()
    if note:  # its place has opened
        page.locator(f"[name=note-{code}]").fill(note)


def photograph(page: Page, code: str, content: bytes) -> None:
    page.locator("#photo-item").select_option(code)
    page.locator("#photo-file").set_input_files(
        {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": content}
    )


def tick_everything_that_is_open(page: Page) -> None:
    page.evaluate(
        """() => {
            for (const item of document.querySelectorAll("#visit-form [data-code]")) {
                if (item.querySelector("input:checked")) continue;
                const boxes = [...item.querySelectorAll("input[type=radio]")];
                const box = boxes.find((one) => one.value === "not_seen");
                box.checked = true;
                box.dispatchEvent(new Event("input", {bubbles: true}));
            }
        }"""
    )


def test_a_visit_without_a_network_is_finished_when_it_is_back(
    visit, jinshan: Jinshan, live_server
) -> None:
    inspector: Visitor = visit(jinshan.users["inspector"], screen=TABLET)
    page = inspector.page
    house = jinshan.houses[0]

    inspector.goto("/inspections/")
    inspector.finds_no_barrier()
    shot(inspector, "today")
    inspector.follow("现在开始巡查")
    inspector.pick("facility", str(house.public_id))
    inspector.pick("kind", "patrol")
    inspector.finds_no_barrier()
    shot(inspector, "begin")
    inspector.submit()
    part = VisitPart.objects.get()
    assert inspector.at() == f"/inspections/visits/parts/{part.public_id}/"
    kept(page)
    inspector.finds_no_barrier()
    shot(inspector, "form")

    # --- the line is cut
    page.context.set_offline(True)
    Facility.objects.filter(pk=house.pk).update(phone="021-00000000")
    answer(page, "insurance", "contradicted", "保单原件已过期")
    photograph(page, "name_and_sign", a_picture("green", (640, 480)))
    expect(page.locator("#sync")).to_contain_text("没有网络")
    expect(page.locator("#sync")).to_contain_text("1 张照片待传")
    assert VisitItem.objects.exclude(answer="").count() == 0

    # --- the browser is closed, and opened again, without a network
    page.close()
    page = page.context.new_page()
    page.goto(f"/inspections/visits/parts/{part.public_id}/")
    expect(page.locator("[name=note-insurance]")).to_have_value("保单原件已过期")
    expect(page.locator("[name=answer-insurance][value=contradicted]")).to_be_checked()
    expect(page.locator("#photo-list li.is-waiting")).to_have_count(1)
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / "offline-820.png"), full_page=True)
    answer(page, "development", "meets")
    tick_everything_that_is_open(page)
    answer(page, "name_and_sign", "confirmed")
    page.locator("[data-to-sign]").click()
    expect(page.locator("#sync")).to_contain_text("没有网络")
    assert VisitItem.objects.exclude(answer="").count() == 0
    assert Photo.objects.count() == 0

    # --- the line is back
    page.context.set_offline(False)
    expect(page.locator("#sync")).to_contain_text("已全部存到服务器", timeout=30_000)
    assert VisitItem.objects.filter(answer="").count() == 0
    assert VisitItem.objects.get(item__code="insurance").note == "保单原件已过期"
    assert Photo.objects.get().item.item.code == "name_and_sign"

    page.locator("[data-to-sign]").click()
    page.wait_for_url("**/sign/")
    inspector = Visitor(page, url=live_server.url)  # what failed without a network is behind
    expect(page.locator("#sync")).to_contain_text("平板上的内容已全部收到")
    inspector.finds_no_barrier()
    shot(inspector, "sign")
    inspector.fill("name", jinshan.users["inspector"].name)
    inspector.fill("password", PASSWORD)
    inspector.fill("house_name", "郑负责")
    inspector.fill("house_position", "负责人")
    page.locator("#sign-form button[type=submit]").click()
    page.wait_for_url("**/result/")
    inspector.sees("保单原件已过期")
    inspector.finds_no_barrier()
    shot(inspector, "result")
    part.refresh_from_db()
    assert part.visit.state == VisitState.SIGNED
    assert set(Finding.objects.values_list("code", "kind")) >= {
        ("insurance", "requirement"),
        ("insurance", "data"),
    }
    assert not list(tampered())
    left = page.evaluate(
        "async (part) => [await VisitStore.draft(part), (await VisitStore.photosOf(part)).length]",
        str(part.public_id),
    )
    assert left == [None, 0]


def test_it_is_not_signed_while_a_photo_is_only_on_the_tablet(visit, jinshan: Jinshan) -> None:
    inspector: Visitor = visit(jinshan.users["inspector"], screen=TABLET)
    page = inspector.page
    part = begun(jinshan, now=timezone.now()).parts.get()
    inspector.goto(f"/inspections/visits/parts/{part.public_id}/")
    kept(page)
    tick_everything_that_is_open(page)
    expect(page.locator("#sync")).to_contain_text("已全部存到服务器")

    # A photo that the server never gets: every upload is lost on the way.
    page.route("**/photos/", lambda route: route.abort())
    photograph(page, "name_and_sign", a_picture("blue", (320, 240)))
    expect(page.locator("#sync")).to_contain_text("1 张照片待传")
    page.goto(f"/inspections/visits/parts/{part.public_id}/sign/")
    expect(page.locator("#sync")).to_contain_text("1 张照片待传")
    expect(page.locator("#sign-form button[type=submit]")).to_be_disabled()

    page.unroute("**/photos/")
    expect(page.locator("#sign-form button[type=submit]")).to_be_enabled(timeout=30_000)
    assert Photo.objects.count() == 1
    assert VisitResult.objects.count() == 0


def test_without_scripts_it_is_a_plain_form(visit, jinshan: Jinshan) -> None:
    inspector: Visitor = visit(jinshan.users["inspector"], screen=TABLET, java_script_enabled=False)
    page = inspector.page
    part = begun(jinshan, now=timezone.now()).parts.get()
    inspector.goto(f"/inspections/visits/parts/{part.public_id}/")

    for row in part.items.select_related("item"):
        answer(page, row.item.code, "not_seen")
    inspector.tap("[data-to-sign]")
    inspector.fill("name", jinshan.users["inspector"].name)
    inspector.fill("password", PASSWORD)
    inspector.fill("absent_because", "现场没有负责人")
    inspector.tap("#sign-form button[type=submit]")

    assert inspector.at().endswith("/result/")
    inspector.sees("没有签字，现场没有负责人")
    assert not part.items.exclude(item__evidence=Evidence.PHOTO, answer="not_seen").filter(
        answer=""
    )


def test_the_house_looks_at_itself(visit, jinshan: Jinshan) -> None:
    keeper: Visitor = visit(jinshan.users["keeper"], screen=TABLET)
    keeper.goto("/inspections/visits/mine/")
    keeper.finds_no_barrier()
    shot(keeper, "mine")
    keeper.submit()

    part = VisitPart.objects.get()
    assert (part.department, keeper.at()) == (
        "house",
        f"/inspections/visits/parts/{part.public_id}/",
    )
