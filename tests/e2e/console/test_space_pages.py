"""The pages of space, rules and robots, in a real browser."""

from __future__ import annotations

import contextlib
import itertools
import json
import math
import re
import sqlite3
import time

import pytest
from playwright import sync_api
from tests.console import standing as standings

pytestmark = pytest.mark.e2e

SLOT_S = 900


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A stack of these tests alone: they collect what nothing needs, and let tags go."""
    rules = [{"repositories": ["kept/**"], "keep": ["v*"], "keep_last": 1}]
    settings = {"HOMEPORT_REGISTRY_RETENTION": json.dumps(rules)}
    with standings.with_console(tmp_path_factory.mktemp("space"), **settings) as made:
        yield made


@pytest.fixture(scope="module")
def filled(whole):
    """The stack with some images, and with what would take two weeks to wait for: samples of its usage."""
    for number in range(6):
        whole.push(f"space/app-{number}", "v1", [bytes([number]) * 50_000 * (number + 1)])
    whole.push("space/" + "a-long-name-of-a-team/" * 5 + "app", "v1", [b"long" * 40_000])
    file = whole.stack.data / "registry" / "registry.db"
    with contextlib.closing(sqlite3.connect(file, timeout=30)) as db:
        now = int(time.time() // SLOT_S)
        rows = [
            (
                slot,
                slot * SLOT_S,
                int(5e9 + 2e9 * math.sin(back / 90) + 4e6 * (1344 - back)),
                3_000_000,
                int(2e9) if back % 96 < 8 else 0,
                40,
                900 - back // 4,
                back % 7,
                back % 40,
            )
            for back in range(1344, 0, -1)
            if (slot := now - back)
        ]
        db.executemany("INSERT OR REPLACE INTO usage_sample VALUES (?,?,?,?,?,?,?,?,?)", rows)
        db.commit()
    return whole


@pytest.mark.parametrize(
    "path",
    [
        "/registry/space",
        "/registry/space?span=month",
        "/registry/space?span=day",
        "/registry/space/collection",
        "/registry/space/retention",
        "/registry/space/scrub",
        "/registry/rules?user=reader&action=push&repository=team/app",
        "/registry/robots",
    ],
)
def test_pages(filled, looked_at, path):
    looked_at(path, re.sub(r"\W+", "-", path.strip("/")))


def test_the_picture_of_a_week_is_a_table_too(filled, browse, accessible):
    page = browse("/registry/space?span=week")
    picture = page.get_by_role("img", name=re.compile("^Bytes over time: Stored from"))
    assert picture.is_visible()
    page.get_by_text("The same as a table").click()
    table = page.get_by_role("table", name=re.compile("Usage over time"))
    assert table.get_by_role("row").count() >= 10
    accessible(page)


def test_words_beside_a_picture_are_not_squeezed(filled, browse):
    sizes = []
    for width in (1280, 375):
        page = browse("/registry/space?span=week", size={"width": width, "height": 740})
        box = page.locator(".times text").first.bounding_box()
        sizes.append((round(box["width"]), round(box["height"])))
        boxes = [each.bounding_box() for each in page.locator(".times").first.locator("text").all()]
        shown = [each for each in boxes if each]
        assert len(shown) >= 2
        for left, right in itertools.pairwise(shown):
            assert left["x"] + left["width"] < right["x"]
    assert sizes[0] == sizes[1]


def test_a_dry_run_with_the_mouse(filled, browse, accessible):
    page = browse("/registry/space")
    page.get_by_role("link", name="Collection", exact=True).click()
    page.get_by_label("Also what was uploaded or asked for just now").check()
    page.get_by_role("button", name="Dry run").click()
    page.get_by_text("Dry run, nothing was changed.").wait_for()
    accessible(page)


def test_a_dry_run_with_the_keyboard(filled, browse):
    page = browse("/registry/space/collection", size={"width": 375, "height": 740}, look="dark")
    page.get_by_label("Also images without a tag").focus()
    page.keyboard.type("7")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Dry run, nothing was changed.").wait_for()


def test_a_collection_with_the_mouse(filled, browse, shot):
    filled.push("space/collected", "", [b"collected" * 10_000])
    page = browse("/registry/space/collection")
    page.get_by_label("Also images without a tag").fill("0")
    page.get_by_label("Also what was uploaded or asked for just now").check()
    page.get_by_role("button", name="Collect now").click()
    page.get_by_role("heading", name="The last run").wait_for()
    page.get_by_role("table", name="What went").get_by_text("space/collected").first.wait_for()
    shot(page, "registry-space-collected-light")


def test_a_scrub_shows_how_far_it_is_and_ends_by_itself(filled, browse, accessible, shot):
    filled.push("space/slow", "v1", [b"slow" * 45_000_000])
    page = browse("/registry/space/scrub")
    page.get_by_role("button", name="Scrub now").focus()
    page.keyboard.press("Enter")
    page.get_by_role("progressbar", name="Scrub").wait_for()
    shot(page, "registry-space-scrubbing-light")
    accessible(page)
    # Without a load of the page: the part that polls is replaced by what came of it.
    page.evaluate("window.stays = true")
    page.get_by_role("heading", name="The last run").wait_for()
    assert page.evaluate("window.stays") is True
    assert "Every byte is what was pushed" in page.locator("#told").text_content()
    accessible(page)


def test_retention_with_the_mouse(whole, browse, accessible, shot):
    for tag in ("v1", "a-long-name-of-an-old-tag-" + "x" * 90, "new"):
        whole.push("kept/by-mouse", tag)
    page = browse("/registry/space/retention")
    page.get_by_role("button", name="Dry run").click()
    page.get_by_role("table", name="Tags that would go").wait_for()
    accessible(page)
    shot(page, "registry-space-retained-light")
    page.set_viewport_size({"width": 375, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.get_by_text("Let tags go now").click()
    accessible(page)
    page.get_by_role("button", name="Let them go").click()
    page.get_by_role("table", name="Tags that went").wait_for()
    assert whole.json("/v2/kept/by-mouse/tags/list")["tags"] == ["new", "v1"]


def test_retention_with_the_keyboard(whole, browse):
    for tag in ("old", "new"):
        whole.push("kept/by-key", tag)
    page = browse("/registry/space/retention", look="dark")
    page.locator("#retain summary").focus()
    page.keyboard.press("Enter")
    sync_api.expect(page.get_by_role("button", name="Let them go")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("region", name="Tags of kept/by-key").wait_for()
    assert whole.json("/v2/kept/by-key/tags/list")["tags"] == ["new"]


def test_a_question_with_the_keyboard(browse, accessible):
    page = browse("/registry/rules")
    page.get_by_label("User, robot+NAME, or nobody").focus()
    page.keyboard.type("reader")
    page.keyboard.press("Tab")
    page.keyboard.press("p")
    page.keyboard.press("u")
    page.keyboard.press("s")
    page.keyboard.press("Tab")
    page.keyboard.type("team/app")
    page.keyboard.press("Enter")
    page.get_by_text("reader may not push to").wait_for()
    assert "repository=team%2Fapp" in page.url
    accessible(page)


def test_settings_are_copied_with_the_mouse(browse):
    page = browse("/registry/rules")
    page.get_by_role("button", name="Copy the rules").click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("[[registry.rules]]")


def test_a_robot_with_the_mouse(browse, accessible, shot):
    page = browse("/registry/robots")
    page.locator("#f-name").fill("by-mouse")
    page.get_by_label("Repositories of row 1").fill("team/**")
    page.get_by_label("pull in row 1").check()
    page.get_by_role("button", name="More rows").click()
    assert page.get_by_label("Repositories of row 1").input_value() == "team/**"
    page.get_by_label("Repositories of row 7").fill("other/*")
    page.get_by_label("push in row 7").check()
    page.get_by_role("button", name="Create the robot").click()
    page.get_by_role("heading", name="The robot by-mouse is made").wait_for()
    accessible(page)
    shot(page, "registry-robot-made-light")
    page.set_viewport_size({"width": 375, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    secret = page.locator("#secret").inner_text()
    page.get_by_role("button", name="Copy the secret").click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == secret
    assert secret not in page.url
    page.get_by_role("link", name="I have copied the secret").click()
    page.get_by_text("robot+by-mouse").wait_for()
    assert secret not in page.content()
    accessible(page)
    # The way back does not show it again, nor sends the form once more.
    page.go_back()
    page.get_by_role("heading", name="Robots", exact=True).wait_for()
    assert secret not in page.content()
    assert page.get_by_text("robot+by-mouse").count() == 1


def test_a_robot_is_removed_with_the_keyboard(whole, browse, accessible):
    wanted = {"name": "by-key", "scopes": [{"repositories": "a/**", "allow": ["pull"]}]}
    kind = {"Content-Type": "application/json"}
    whole.ask("POST", "/v2/_homeport/robots", json.dumps(wanted).encode(), kind)
    page = browse("/registry/robots", size={"width": 375, "height": 740})
    page.keyboard.press("/")
    page.keyboard.type("by-key")
    page.get_by_text("1 robot", exact=True).wait_for()
    page.locator("#remove-by-key summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Remove the robot by-key?").wait_for()
    accessible(page)
    sync_api.expect(page.locator("#remove-by-key button.danger")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_text("The robot by-key is removed").wait_for()
    assert "by-key" not in [each["name"] for each in whole.json("/v2/_homeport/robots")["robots"]]


def test_a_question_can_be_left_with_escape(whole, browse):
    wanted = {"name": "stays", "scopes": [{"repositories": "a/**", "allow": ["pull"]}]}
    kind = {"Content-Type": "application/json"}
    whole.ask("POST", "/v2/_homeport/robots", json.dumps(wanted).encode(), kind)
    page = browse("/registry/robots?search=stays")
    page.locator("#remove-stays summary").click()
    page.keyboard.press("Escape")
    assert not page.get_by_role("heading", name="Remove the robot stays?").is_visible()
    assert "stays" in [each["name"] for each in whole.json("/v2/_homeport/robots")["robots"]]


def test_a_reader_sees_none_of_it(browse):
    page = browse("/registry", user="reader")
    names = page.get_by_role("navigation", name="Sections").get_by_role("link").all_inner_texts()
    assert not {"Space", "Rights and rules", "Robots"} & set(names)
    page.goto("/registry/space")
    page.get_by_text("This is for admins of the registry.").wait_for()
