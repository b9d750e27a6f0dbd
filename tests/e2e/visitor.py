"""A person in front of the portal."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

# What WCAG 2.2 AA asks, as far as a machine can tell.
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Visitor:
    """Clicks, types and reads; looks at every page for what keeps people out."""

    def __init__(self, page: Page, *, axe: Path) -> None:
        self.page = page
        self._axe = axe.read_text()
        self.console: list[str] = []
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.on(
            "console",
            lambda said: self.console.append(said.text) if said.type == "error" else None,
        )

    def goto(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status < 500, f"{path}: {answer.status}"

    def click(self, name: str, *, role: Any = "button", exact: bool = True) -> None:
        self.page.get_by_role(role, name=name, exact=exact).first.click()
        self.page.wait_for_load_state()

    def follow(self, name: str) -> None:
        self.click(name, role="link", exact=False)

    def fill(self, label: str, value: str) -> None:
        self.page.get_by_label(label, exact=False).first.fill(value)

    def choose(self, label: str, value: str) -> None:
        self.page.get_by_label(label, exact=False).first.select_option(label=value)

    def pick(self, name: str, value: str) -> None:
        """Choose a value, whether it is offered as a list or as buttons."""
        if self.page.locator(f"select[name={name}]").count():
            self.page.locator(f"select[name={name}]").select_option(value)
        else:
            self.page.locator(f"[name={name}][value={value}]").check(force=True)

    def sees(self, words: str) -> None:
        expect(self.page.locator("main").get_by_text(words, exact=False).first).to_be_visible()

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def finds_no_barrier(self) -> None:
        """Axe finds nothing, nothing is wider than the screen, and no script complained."""
        # Evaluated through the debugger, so that the page's own CSP stays as strict as it is.
        self.page.evaluate(self._axe)
        found = self.page.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", AXE_RULES
        )
        faults = [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found["violations"]]
        assert not faults, f"{self.page.url}: {faults}"
        wider = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"{self.page.url} is {wider} px wider than the screen"
        assert not self.console, f"{self.page.url}: {self.console}"
