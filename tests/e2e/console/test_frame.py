"""What all pages have in common, in a real browser."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("path", ["/", "/nowhere"])
def test_a_page(looked_at, path):
    looked_at(path, f"frame{path.replace('/', '-').rstrip('-')}")


def test_the_login(looked_at):
    looked_at("/login", "login", user="")


def test_logging_in_with_the_keyboard_alone(browse):
    page = browse("/registry", user="")
    page.keyboard.type("reader")
    page.keyboard.press("Tab")
    page.keyboard.type("a password for tests")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/registry$"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_logging_out(browse):
    page = browse("/")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(re.compile("/login$"))
    page.goto("/")
    assert page.url.endswith("/login")


def test_a_wrong_password_is_said(browse, accessible):
    page = browse("/login", user="")
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("alert").filter(has_text="does not know").wait_for()
    accessible(page)


def test_the_menu_is_closed_where_there_is_no_room(browse):
    page = browse("/", size={"width": 375, "height": 740})
    repositories = page.get_by_role("navigation").get_by_role("link", name="Repositories")
    assert not repositories.is_visible()
    page.get_by_text("Menu").click()
    repositories.click()
    page.wait_for_url(re.compile("/registry$"))


def test_the_first_load_is_small(browse):
    page = browse("/login", user="")
    sizes = page.evaluate(
        "performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation')).map(e => e.encodedBodySize)"
    )
    assert 0 < sum(sizes) < 100_000


def test_nothing_is_loaded_from_elsewhere(browse):
    page = browse("/")
    hosts = page.evaluate("performance.getEntriesByType('resource').map(e => new URL(e.name).host)")
    assert set(hosts) == {page.evaluate("location.host")}
