"""A person in front of the portal."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page, Response, expect

from accounts.models import User

# What WCAG 2.2 AA asks, as far as a machine can tell.
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_AXE = settings.NODE_MODULES / "axe-core/axe.min.js"
_EXPECTED = (
    # The browser's own remark about a page that answers no; the page itself is looked at.
    "the server responded with a status of 422",
    # A question that the next tick of a box has overtaken.
    "htmx:sendAbort",
    "htmx:afterRequest",
)
_ADD_HOURS = """([hours]) => {
    const form = document.querySelector("form[action$='/place/']");
    for (const box of form.querySelectorAll("[name=session]")) box.remove();
    for (const hour of hours) {
        const field = document.createElement("input");
        Object.assign(field, {type: "hidden", name: "session", value: hour});
        form.append(field);
    }
    form.submit();
}"""


class Visitor:
    """Clicks, types and reads; looks at every page for what keeps people out."""

    def __init__(self, page: Page, *, url: str) -> None:
        self.page = page
        self._url = url
        self._said: list[str] = []
        page.on("pageerror", lambda error: self._said.append(str(error)))
        page.on("console", lambda one: self._said.append(one.text) if one.type == "error" else None)

    def signs_in(self, user: User) -> None:
        """Hold a session of this person, without typing."""
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self._url}]
        )

    def goto(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"

    def at(self) -> str:
        """The path of the page that is shown."""
        return urlsplit(self.page.url).path

    def find(self, selector: str, *, words: str = "") -> Locator:
        found = self.page.locator(f"main {selector}")
        return (found.filter(has_text=words) if words else found).first

    def fill(self, name: str, value: str) -> None:
        """Type into the field of a name."""
        self.page.locator(f"main [name={name}]").fill(value)

    def pick(self, name: str, value: str) -> None:
        """Choose a value, whether it is offered as a list or as buttons."""
        if self.page.locator(f"main select[name={name}]").count():
            self.page.locator(f"main select[name={name}]").select_option(value)
        else:
            self.page.locator(f"main [name={name}][value={value}]").check()

    def tap(self, selector: str, *, words: str = "") -> Response:
        """Press what leads to another page, and wait for it."""
        with self.page.expect_navigation() as moved:
            self.find(selector, words=words).click()
        assert moved.value.status < 500, f"{self.page.url}: {moved.value.status}"
        return moved.value

    def follow(self, words: str) -> None:
        self.tap("a", words=words)

    def submit(self) -> Response:
        return self.tap("form button.btn-primary")

    def asks_for(self, hours: list[Any]) -> Response:
        """Send the timetable's form with these hours, whether the page offers them or not."""
        with self.page.expect_navigation() as moved:
            self.page.evaluate(_ADD_HOURS, [[str(hour.public_id) for hour in hours]])
        return moved.value

    def sees(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.locator("main").get_by_text(words).first).to_be_visible()

    def reads_why(self, sentence: re.Pattern[str]) -> None:
        """The sentence is there to be read, and its clause is behind a tap."""
        reason = self.page.locator("main .verdict, main .hour-why, main .choice-words")
        reason = reason.filter(has_text=sentence).first
        expect(reason.get_by_text(sentence).first).to_be_visible()
        quote = reason.locator("details blockquote").first
        expect(quote).to_be_hidden()
        reason.locator("details summary").first.click()
        expect(quote).to_be_visible()
        expect(reason.get_by_text("出处").first).to_be_visible()
        assert quote.inner_text().strip()

    def finds_no_barrier(self) -> None:
        """Axe finds nothing, nothing is wider than the screen, and no script complained."""
        with self._whole_page_in_sight():
            found = self._axe_finds()
        results = [*found["passes"], *found["violations"], *found["incomplete"]]
        assert "color-contrast" in {one["id"] for one in results}
        faults = [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found["violations"]]
        assert not faults, f"{self.page.url}: {faults}"
        wider = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"{self.page.url} is {wider} px wider than the screen"
        complaints = [said for said in self._said if not any(known in said for known in _EXPECTED)]
        assert not complaints, f"{self.page.url}: {complaints}"
        assert "UNDEFINED VARIABLE" not in self.page.content(), self.page.url

    def _axe_finds(self) -> dict[str, Any]:
        # Evaluated through the debugger, so that the page's own CSP stays as strict as it is.
        self.page.evaluate(_AXE.read_text())
        found: dict[str, Any] = self.page.evaluate(
            """rules => axe.run(document, {
                runOnly: {type: "tag", values: rules}, resultTypes: ["violations"],
            })""",
            AXE_RULES,
        )
        return found

    @contextmanager
    def _whole_page_in_sight(self) -> Iterator[None]:
        """As high a screen as the page: what a bar covers here can be scrolled from under it."""
        screen = self.page.viewport_size
        assert screen is not None
        height = self.page.evaluate("document.documentElement.scrollHeight")
        if height > screen["height"]:
            self.page.set_viewport_size({"width": screen["width"], "height": height})
        yield
        self.page.set_viewport_size(screen)
