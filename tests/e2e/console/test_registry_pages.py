"""The registry's pages in a real browser: by mouse and by keyboard, wide and narrow, light and dark."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect
from tests.console.standing import CONFIG, MANIFEST
from tests.e2e.console.conftest import NARROW, WIDE

pytestmark = pytest.mark.e2e

STEPS = [
    {"created_by": "/bin/sh -c #(nop) ADD file:1234567890abcdef in / "},
    {"created_by": "/bin/sh -c #(nop)  ENV PATH=/usr/local/bin:/usr/bin", "empty_layer": True},
    {
        "created_by": "RUN |1 VERSION=1.2 /bin/sh -c apt-get update   && apt-get install -y curl   && rm -rf /var/lib/apt/lists/* # buildkit"
    },
    {"created_by": "COPY /src /srv # buildkit"},
    {"created_by": 'CMD ["serve"]', "empty_layer": True},
]
RUN = {
    "Env": ["PATH=/usr/local/bin:/usr/bin", "VERSION=1.2"],
    "Cmd": ["serve"],
    "Labels": {"org.opencontainers.image.source": "https://example.test/team/app"},
    "ExposedPorts": {"8080/tcp": {}},
}
LONG = "a-repository-with-a-name-that-is-rather-long/and-more-of-it-below/which-does-not-end-soon"


@pytest.fixture(scope="module")
def filled(whole):
    """Images of all kinds below `pages/`."""
    layers = [b"a" * 900_000, b"b" * 300_000, b"c" * 40_000]
    amd = whole.push("pages/team/app", "v1.9", layers, {"history": STEPS, "config": RUN})
    arm = whole.push(
        "pages/team/app",
        "v1.10",
        [b"d" * 800_000, *layers[1:]],
        {"architecture": "arm64", "history": STEPS, "config": {**RUN, "Env": ["VERSION=1.3"]}},
    )
    whole.index(
        "pages/team/app",
        "latest",
        [
            {**amd, "platform": {"os": "linux", "architecture": "amd64"}},
            {**arm, "platform": {"os": "linux", "architecture": "arm64", "variant": "v8"}},
        ],
    )
    sbom = whole.push("pages/team/app", "", artifactType="application/spdx+json", subject=amd)
    whole.push(
        "pages/team/app", "", artifactType="application/vnd.cncf.notary.signature", subject=sbom
    )
    whole.push("pages/team/web", "v1")
    whole.push("pages/alone", "v1")
    whole.push(f"pages/{LONG}", "a-tag-" + "x" * 110)
    chart = {"name": "web", "version": "1.0.0", "description": "Serves the web."}
    config = whole.blob(
        "pages/charts/web", json.dumps(chart).encode(), "application/vnd.cncf.helm.config.v1+json"
    )
    layer = whole.blob(
        "pages/charts/web", b"chart", "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
    )
    whole.manifest(
        "pages/charts/web",
        "1.0.0",
        {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [layer]},
    )
    return amd


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/registry?prefix=pages", "registry-catalog"),
        ("/registry?prefix=pages&flat=1", "registry-list"),
        ("/registry?search=nothing-like-this", "registry-nothing"),
        ("/r/pages/team/app", "registry-repository"),
        ("/r/pages/team/app?view=untagged", "registry-untagged"),
        (f"/r/pages/{LONG}", "registry-long-names"),
        ("/r/pages/team/app:v1.9", "registry-image"),
        ("/r/pages/team/app:latest?view=config", "registry-image-config"),
        ("/r/pages/team/app:v1.9?view=referrers", "registry-image-referrers"),
        ("/r/pages/team/app:v1.9?view=raw", "registry-image-raw"),
        ("/r/pages/charts/web:1.0.0", "registry-chart"),
        ("/compare?repository=pages/team/app&a=v1.9&b=v1.10", "registry-compare"),
        ("/registry/delete?repository=pages/team/app&tag=v1.9", "registry-delete"),
        ("/registry/delete?repository=pages/team/app&all=1", "registry-delete-repository"),
        ("/r/pages/no-such", "registry-not-there"),
    ],
)
def test_each_page(filled, looked_at, path, name):
    assert CONFIG
    looked_at(path, name)


def test_folders_open_and_close_in_place(filled, browse):
    page = browse("/registry?prefix=pages")
    button = page.get_by_role("button", name="Open pages/team here")
    button.click()
    expect(page.get_by_role("link", name="app", exact=True)).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    button.click()
    expect(page.get_by_role("link", name="app", exact=True)).to_have_count(0)
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="app", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/r/pages/team/app")


def test_search_as_one_types(filled, browse):
    page = browse("/registry")
    page.keyboard.press("/")
    page.keyboard.type("pages/team/w")
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    page.wait_for_url(re.compile("search=pages%2Fteam%2Fw"))
    page.reload()
    expect(page.get_by_label("Search names")).to_have_value("pages/team/w")
    expect(page.locator("#rows tbody tr")).to_have_count(1)


def test_a_digest_is_copied(filled, browse):
    page = browse("/r/pages/team/app")
    row = page.get_by_role("row").filter(has_text="v1.9")
    row.get_by_role("button", name=re.compile("Copy the digest")).click()
    expect(page.locator("#said")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == filled["digest"]


def test_the_pull_command_of_a_tag_is_copied_by_keyboard(filled, whole, browse):
    page = browse("/r/pages/team/app")
    page.get_by_role("button", name="Copy the command that pulls v1.9", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("Copied.")
    command = f"docker pull {whole.stack.registry}/pages/team/app:v1.9"
    assert page.evaluate("navigator.clipboard.readText()") == command


def test_a_search_changes_what_stands_above_it(filled, browse):
    page = browse("/registry")
    page.get_by_label("Search names").fill("pages/team/w")
    expect(page.locator("#totals .value").first).to_have_text("1")


def test_a_tag_to_compare_with_is_offered(filled, browse):
    page = browse("/r/pages/team/app:v1.9")
    page.get_by_role("link", name="Compare", exact=True).click()
    expect(page.locator("datalist option[value='v1.10']")).to_have_count(1)
    page.get_by_label("Second").fill("v1.10")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("and pages/team/app:v1.10")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_long_names_on_the_start_page(whole, browse, size):
    tag = "t" * 128
    whole.push("pages-start/app", tag)
    page = browse("/", size=size)
    expect(page.get_by_role("link", name=f"pages-start/app:{tag}").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_two_are_ticked_with_shift_and_compared_by_keyboard(filled, browse):
    page = browse("/r/pages/team/app?sort=name&order=asc")
    page.get_by_label("Tick v1.9", exact=True).click()
    page.get_by_label("Tick v1.10", exact=True).click(modifiers=["Shift"])
    page.get_by_role("button", name="Compare two").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Compare pages/team/app:v1.9")
    expect(page.get_by_role("table", name="Environment")).to_contain_text("1.3")


def test_tags_are_deleted(whole, browse):
    for tag in ("v1", "v2", "v3"):
        whole.push("pages-delete/app", tag)
    page = browse("/r/pages-delete/app?sort=name&order=asc")
    expect(page.get_by_role("button", name=re.compile("^Delete the ticked tags"))).to_be_disabled()
    page.get_by_label("Tick v1", exact=True).check()
    page.get_by_label("Tick v3", exact=True).check()
    page.get_by_role("button", name="Delete the ticked tags (2)").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Delete 2 tags of pages-delete/app?")
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator("#said")).to_contain_text("2 tags of pages-delete/app were deleted.")
    assert whole.json("/v2/pages-delete/app/tags/list")["tags"] == ["v2"]


def test_a_repository_is_deleted_by_keyboard(whole, browse):
    whole.push("pages-gone/app", "v1")
    page = browse("/r/pages-gone/app")
    page.get_by_role("link", name="Delete repository").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Type pages-gone/app to delete all of it").focus()
    page.keyboard.type("pages-gone/app")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("The repository pages-gone/app was deleted")
    assert whole.ask("HEAD", "/v2/pages-gone/app/manifests/v1").status == 404
    page.goto("/registry?search=pages-gone")
    expect(page.get_by_text("No repository has this in its name.")).to_be_visible()


def test_a_layer_is_downloaded(filled, browse):
    page = browse("/r/pages/team/app:v1.9")
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("Download layer")).last.click()
    assert waiting.value.path().read_bytes() == b"c" * 40_000


def test_a_reader_finds_no_delete(filled, browse):
    page = browse("/r/pages/team/app", user="reader")
    expect(page.get_by_role("button", name=re.compile("Delete"))).to_have_count(0)
    expect(page.get_by_role("link", name=re.compile("Delete"))).to_have_count(0)


def test_without_scripts_the_tree_is_of_links(filled, chromium, whole):
    context = chromium.new_context(
        base_url=whole.console, ignore_https_errors=True, java_script_enabled=False
    )
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("Name").fill("reader")
    page.get_by_label("Password").fill("a password for tests")
    page.get_by_role("button", name="Log in").click()
    page.goto("/registry?prefix=pages")
    page.get_by_role("link", name="team/").click()
    page.get_by_role("link", name="app", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("pages/team/app")
    page.get_by_label("Search tags").fill("1.10")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    context.close()
