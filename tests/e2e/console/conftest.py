"""The whole stack with its console, and a real browser before it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright import sync_api
from playwright.sync_api import Browser, BrowserContext, Page
from tests.console import standing as standings
from tests.console.standing import Standing

SCREENS = Path(__file__).parents[3] / "build" / "screenshots"
"""Where screenshots are kept."""
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 375, "height": 740}
LOOKS = [("light", WIDE), ("dark", NARROW)]
"""Every page is looked at so."""
PATIENCE_MS = 15_000
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
"""https://github.com/dequelabs/axe-core/blob/develop/doc/API.md#axe-core-tags"""

Browse = Callable[..., Page]


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """A stack with its console, which the tests of this worker share: use names of your own."""
    with standings.with_console(tmp_path_factory.mktemp("whole")) as made:
        yield made


def program() -> str | None:
    """Where chromium is."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def launched(playwright: sync_api.Playwright) -> Browser:
    """Chromium, started. Root may not have its sandbox; nothing but our own pages is shown in it."""
    return playwright.chromium.launch(
        executable_path=program(), args=["--no-sandbox", "--disable-gpu"]
    )


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's chromium, for one file of tests: playwright keeps an event loop running in this thread, beside which no test that is a
    coroutine could run."""
    if not program():
        pytest.skip("chromium is not installed here")
    with sync_api.sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture
def browse(whole: Standing, chromium: Browser) -> Iterator[Browse]:
    """Opens a page in a browser of its own, logged in as a user: `browse("/s3", look="dark", size=NARROW, user="reader")`.

    What a page says in the browser's console, or breaks of its own policy, fails the test.
    """
    opened: list[BrowserContext] = []
    wrong: list[str] = []

    def begin(
        path: str = "/",
        *,
        look: str = "light",
        size: dict[str, int] = WIDE,
        user: str = standings.ADMIN,
    ) -> Page:
        context = chromium.new_context(
            base_url=whole.console,
            ignore_https_errors=True,
            color_scheme=look,
            viewport=size,
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(PATIENCE_MS)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        page.on("console", lambda said: _note(said, wrong))
        if user:
            log_in(page, user)
        page.goto(path)
        return page

    yield begin
    for context in opened:
        context.close()
    assert wrong == []


def _note(said: sync_api.ConsoleMessage, wrong: list[str]) -> None:
    # A refusal that a page shows is no fault of its own: the browser tells of each answer of 4xx.
    if said.type in {"error", "warning"} and "Failed to load resource" not in said.text:
        wrong.append(said.text)


def log_in(page: Page, user: str, password: str = standings.PASSWORD) -> None:
    """Fills in the form of the login."""
    page.goto("/login")
    page.get_by_label("Name").fill(user)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(re.compile(r"/$"))


@pytest.fixture
def shot() -> Callable[[Page, str], Path]:
    """Keeps a picture of a whole page: `shot(page, "s3-bucket-dark")`."""

    def take(page: Page, name: str) -> Path:
        SCREENS.mkdir(parents=True, exist_ok=True)
        path = SCREENS / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return take


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Fails where axe-core finds anything: https://github.com/dequelabs/axe-core"""

    def check(page: Page) -> None:
        results = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
        found = [
            f"{each['id']}: {each['help']}: {[node['html'][:200] for node in each['nodes']][:5]}"
            for each in results.response["violations"]
        ]
        assert found == [], "\n".join([page.url, *found])

    return check


@pytest.fixture
def looked_at(
    browse: Browse, shot: Callable[[Page, str], Path], accessible: Callable[[Page], None]
) -> Callable[..., None]:
    """Looks at a page in light and wide, and in dark and narrow: a picture of each, nothing found by axe, nothing wider than the screen."""

    def look(path: str, name: str, user: str = standings.ADMIN) -> None:
        for scheme, size in LOOKS:
            page = browse(path, look=scheme, size=size, user=user)
            shot(page, f"{name}-{scheme}")
            accessible(page)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= size["width"], f"{path} is {wide} wide on {size['width']}"

    return look
