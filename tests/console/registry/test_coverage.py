"""The page of what is there says nothing that is not: each page path, setting and command in it exists, each option has its row."""

import re
from pathlib import Path

import pytest

from homeport import clock
from homeport.console import pages
from homeport.console.registry.space import Space
from homeport.console.routing import Table
from homeport.console.sessions.login import Login
from homeport.stack import names

PAGE = Path(__file__).parents[3] / "docs" / "coverage" / "registry-ui.md"
TEXT = PAGE.read_text()
CODE = re.findall(r"`([^`\n]+)`", TEXT)
PATHS = sorted({each for each in CODE if each.startswith("/")} - {"/", "/version.json"})
SETTINGS = sorted({each for each in CODE if re.fullmatch(r"(ui|registry|cloud)\.\w+|domain", each)})
OPTIONS = re.findall(
    r"\S+",
    """
    REGISTRY_URL REGISTRY_TITLE PULL_URL DELETE_IMAGES SHOW_CONTENT_DIGEST CATALOG_ELEMENTS_LIMIT SINGLE_REGISTRY
    NGINX_PROXY_PASS_URL NGINX_PROXY_HEADER_* NGINX_PROXY_PASS_HEADER_* NGINX_LISTEN_PORT NGINX_RESOLVER
    DEFAULT_REGISTRIES READ_ONLY_REGISTRIES SHOW_CATALOG_NB_TAGS HISTORY_CUSTOM_LABELS USE_CONTROL_CACHE_HEADER THEME
    TAGLIST_ORDER CATALOG_DEFAULT_EXPANDED CATALOG_MIN_BRANCHES CATALOG_MAX_BRANCHES TAGLIST_PAGE_SIZE
    REGISTRY_SECURED SHOW_TAG_HISTORY DOCKER_REGISTRY_UI_TITLE ENABLE_VERSION_NOTIFICATION
    THEME_PRIMARY_TEXT THEME_NEUTRAL_TEXT THEME_BACKGROUND THEME_HOVER_BACKGROUND THEME_ACCENT_TEXT THEME_HEADER_TEXT
    THEME_HEADER_ACCENT_TEXT THEME_HEADER_BACKGROUND THEME_FOOTER_TEXT THEME_FOOTER_NEUTRAL_TEXT THEME_FOOTER_BACKGROUND
""",
)
"""https://github.com/Joxit/docker-registry-ui/tree/2.6.0#available-options"""


def table():
    """All pages, as the console has them."""
    login = Login(None, None)
    return Table((*login.rows, *Space(clock.SystemClock()).rows, *pages.ROWS))


@pytest.mark.parametrize("path", PATHS)
def test_each_page_that_is_named_is_there(path):
    assert table().find("GET", path) is not None


@pytest.mark.parametrize("setting", SETTINGS)
def test_each_setting_that_is_named_is_there(setting):
    assert setting in names.BY_KEY


def test_pages_and_settings_are_named():
    assert len(PATHS) >= 12
    assert len(SETTINGS) >= 18


def rows():
    """The options of the second table, each with what is said of it."""
    part = TEXT.split("## Options of joxit")[1].split("\n## ")[0]
    cells = re.findall(r"^\| (.+?) \| (.+) \|$", part, re.MULTILINE)
    return {name: said for names_, said in cells for name in names_.split(", ")}


def test_each_option_has_its_row_and_no_other_has():
    assert set(rows()) - {"option"} == set(OPTIONS)


def test_each_row_says_where_it_is_or_why_it_is_not():
    for option, said in rows().items():
        is_named = "`" in said or said.startswith(("always", "here"))
        assert is_named or re.match(r"not (?:there|needed)[:,] ", said), option
