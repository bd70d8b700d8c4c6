"""The pages of what happens and of users, in a real browser."""

from __future__ import annotations

import re
import secrets

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

PASSWORD = "typed-by-hand"


@pytest.fixture(scope="module")
def filled(whole):
    """The stack with something that happened."""
    for number in range(4):
        whole.push(f"activity/app-{number}", "v1")
        whole.ask("GET", f"/v2/activity/app-{number}/manifests/v1", user="reader")
    whole.push("activity/" + "a-long-name-of-a-team/" * 5 + "app", "v1")
    whole.ask("DELETE", "/v2/activity/app-0/manifests/v1")
    return whole


@pytest.mark.parametrize(
    "path",
    [
        "/registry/live",
        "/registry/live?layers=1&search=activity",
        "/registry/live?search=nothing-of-that-name",
        "/registry/users",
        "/registry/users/password?name=reader",
    ],
)
def test_pages(filled, looked_at, path):
    looked_at(path, re.sub(r"\W+", "-", path.strip("/")))


def test_a_push_shows_by_itself_and_the_focus_stays(filled, browse):
    page = browse("/registry/live?search=activity/live")
    expect(page.get_by_text("Nothing of that happened")).to_be_visible()
    filled.push("activity/live", "v1")
    first = page.get_by_role("link", name="activity/live:v1")
    expect(first).to_be_visible()
    first.focus()
    filled.push("activity/live", "v2")
    expect(page.get_by_role("link", name="activity/live:v2")).to_be_visible()
    expect(first).to_be_focused()
    assert page.locator("tbody tr").count() == 2


def test_a_page_that_is_paused_asks_no_more(filled, browse):
    page = browse("/registry/live")
    page.get_by_role("link", name="Pause").press("Enter")
    expect(page.get_by_role("link", name="Watch")).to_be_visible()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(3500)
    # The browser looks for the icon when it has time.
    assert [url for url in asked if "/static/" not in url] == []


def test_a_choice_is_taken_at_once(filled, browse):
    page = browse("/registry/live?search=activity")
    page.get_by_label("What").select_option("pull")
    page.wait_for_url(re.compile("action=pull"))
    expect(page.locator("tbody .badge").first).to_have_text("pull")


def test_a_user_by_the_keyboard_alone(filled, browse, shot, accessible):
    name = "u" + secrets.token_hex(4)
    page = browse("/registry/users")
    page.get_by_label("Name").focus()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{name} can log in.")).to_be_visible()
    row = page.get_by_role("row", name=re.compile(name))
    row.locator("summary").press("Enter")
    accessible(page)
    shot(page, "registry-users-remove-light")
    page.keyboard.press("Escape")
    expect(row.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Remove", exact=True).press("Enter")
    expect(page.get_by_text(f"{name} can no longer log in.")).to_be_visible()


def test_a_password_that_is_made_up(filled, browse, shot, accessible):
    name = "u" + secrets.token_hex(4)
    page = browse("/registry/users")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Make one up instead").check()
    page.get_by_role("button", name="Add the user").click()
    password = page.locator("#password").inner_text()
    accessible(page)
    shot(page, "registry-user-made-light")
    page.get_by_role("button", name="Copy the password").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == password
    page.get_by_role("link", name="I have copied the password").click()
    expect(page.get_by_role("row", name=re.compile(name))).to_be_visible()
    assert password not in page.content()
