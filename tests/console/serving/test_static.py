"""Static files, compression and the header fields of all pages."""

from __future__ import annotations

import gzip

import pytest
from tests.console.visitor import Visitor

from homeport.clock import VirtualClock
from homeport.console.console import Console
from homeport.console.options import Options, Place
from homeport.console.serving import compressing, headers
from homeport.console.serving.static import FOLDER, Static
from homeport.edge import http


def asked(path, **fields):
    place, _, query = path.partition("?")
    return http.Request(
        "GET", place, query, {k.replace("_", "-"): v for k, v in fields.items()}, http.BytesBody()
    )


def test_a_file_is_kept_for_ever_under_its_own_address():
    static = Static()
    answer = static.answer(asked(static.url("console.css")))
    assert ("Cache-Control", "public, max-age=31536000, immutable") in answer.headers
    assert answer.body == (FOLDER / "console.css").read_bytes()


def test_without_its_digest_it_is_asked_for_again():
    static = Static()
    answer = static.answer(asked("/static/console.css"))
    assert ("Cache-Control", "no-cache") in answer.headers
    etag = dict(answer.headers)["ETag"]
    assert static.answer(asked("/static/console.css", if_none_match=etag)).status == 304


def test_it_is_compressed_for_whoever_takes_that():
    static = Static()
    answer = static.answer(asked("/static/console.js", accept_encoding="br, gzip;q=0.5"))
    assert gzip.decompress(answer.body) == (FOLDER / "console.js").read_bytes()
    assert ("Vary", "Accept-Encoding") in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/../console.py",
        "/static/htmx/LICENSE",
        "/static/%2e%2e/options.py",
        "/static/x",
    ],
)
def test_nothing_else_is_given_out(path):
    assert Static().answer(asked(path)).status == 404


def test_the_library_stands_with_its_licence():
    assert "Zero-Clause BSD" in (FOLDER / "htmx" / "LICENSE").read_text()


def test_all_that_the_first_page_loads_is_small():
    static = Static()
    names = ("console.css", "console.js", "htmx/htmx.min.js", "icon.svg")
    sent = [static.answer(asked(f"/static/{name}", accept_encoding="gzip")).body for name in names]
    assert sum(map(len, sent)) < 60_000


@pytest.mark.parametrize(
    ("field", "takes"),
    [
        ("gzip", True),
        ("br", False),
        ("gzip;q=0", False),
        ("*", True),
        ("", False),
        ("deflate, gzip", True),
    ],
)
def test_who_takes_gzip(field, takes):
    assert compressing.takes_gzip(asked("/", accept_encoding=field)) is takes


def test_what_is_no_page_is_not_compressed_again():
    answer = http.Response(200, [("Content-Type", "application/gzip")], b"x" * 5000)
    assert compressing.compress(asked("/", accept_encoding="gzip"), answer).body == b"x" * 5000


def test_a_page_may_have_a_stricter_policy_and_no_second_one():
    answer = headers.protect(http.Response(200, [("Content-Security-Policy", headers.SANDBOX)]))
    assert [value for name, value in answer.headers if name == "Content-Security-Policy"] == [
        headers.SANDBOX
    ]


async def test_health_is_for_everybody_and_asks_nobody():
    console = Console(Options(Place("http://127.0.0.1:9")), VirtualClock())
    for path in ("/livez", "/readyz"):
        assert (await Visitor(console).send("GET", path)).body == b"ok\n"
