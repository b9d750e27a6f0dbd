"""A programmer reads the description of the API in a browser, under our own policy for scripts."""

from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.e2e.conftest import WIDTHS


def test_a_programmer_reads_how_to_book_and_nothing_leaves_the_house(visit, live_server):
    visitor = visit(screen=WIDTHS["desktop"])
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))

    visitor.goto("/api/v1/docs/")
    visitor.find("#operations-bookings-bookings_create button").click()

    expect(visitor.page.get_by_role("heading", name="宝宝屋 API")).to_be_visible()
    visitor.sees("Book hours for one child: all of them, or nothing and every reason.")
    visitor.sees("Idempotency-Key")
    assert visitor._said == []
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith("data:")}
    assert hosts == {urlsplit(live_server.url).netloc}
