"""A registry that lies: what it says is text, bounded, and never obeyed."""

import hashlib
import http.server
import json
import threading

import pytest
from tests.console.standing import CONFIG, INDEX, MANIFEST
from tests.console.visitor import Visitor

from homeport import clock
from homeport.console.console import Console
from homeport.console.options import Options, Place

EVIL = "<script>alert(1)</script>"


def _digest(content):
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


BLOB = json.dumps({"author": EVIL, "history": [{"created_by": EVIL}]}).encode()
IMAGE = json.dumps(
    {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, "digest": _digest(BLOB), "size": len(BLOB)},
        "layers": [{"mediaType": EVIL, "digest": EVIL, "size": -5}],
        "annotations": {EVIL: EVIL},
    }
).encode()
CIRCLE = json.dumps(
    {
        "schemaVersion": 2,
        "mediaType": INDEX,
        "manifests": [
            {"mediaType": MANIFEST, "digest": _digest(IMAGE), "size": 1, "artifactType": EVIL}
        ],
    }
).encode()


class Liar(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append(self.path)
        status, fields, body = self.server.say(self.path)
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def do_HEAD(self):
        self.do_GET()

    def log_message(self, *_):
        pass


SAYS = [
    ("/v2/_catalog", 200, {}, {"repositories": ["good/app", EVIL, "../etc", 5, None, "a:b"]}),
    ("/v2/good/app/tags/list", 200, {}, {"tags": ["v1", EVIL, "a/b", None, {}]}),
    ("/v2/good/app/referrers/", 200, {}, CIRCLE),
    ("/v2/good/app/manifests/v1", 200, {"Docker-Content-Digest": _digest(IMAGE)}, IMAGE),
    (f"/v2/good/app/manifests/{_digest(IMAGE)}", 200, {"Content-Type": EVIL}, IMAGE),
    ("/v2/good/app/manifests/changed", 200, {"Docker-Content-Digest": _digest(b"o")}, IMAGE),
    (f"/v2/good/app/manifests/{_digest(b'o')}", 200, {}, IMAGE),
    (f"/v2/good/app/blobs/{_digest(BLOB)}", 200, {}, BLOB),
    ("/v2/good/app/blobs/", 307, {"Location": "file:///etc/passwd"}, b""),
    ("/v2/broken/", 200, {}, b"[" * 100_000),
    ("/v2/angry/", 403, {}, {"errors": [{"message": EVIL}]}),
]
"""By the beginning of a path: a status, fields and a body."""


def _say(path):
    if path == "/v2/":
        return 200, {}, b"{}"
    if path.startswith("/v2/endless/app/tags/list"):
        number = int(path.rpartition("=")[2]) + 1
        link = f'<http://elsewhere.test/v2/endless/app/tags/list?n={number}>; rel="next"'
        return 200, {"Link": link}, json.dumps({"tags": [f"v{number}"]}).encode()
    for start, status, fields, body in SAYS:
        if path.startswith(start):
            return status, fields, body if isinstance(body, bytes) else json.dumps(body).encode()
    return 404, {}, b"{}"


@pytest.fixture(scope="module")
def liar():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Liar)
    server.asked, server.say = [], _say
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
async def visitor(liar):
    console = Console(Options(Place(f"http://127.0.0.1:{liar.server_port}")), clock.SystemClock())
    made = Visitor(console)
    await made.log_in("ann", "secret")
    yield made
    await console.close()


async def test_names_and_tags_that_are_none_are_left_out(visitor):
    page = await visitor.get("/registry?flat=1")
    assert [row[0] for row in page.rows()] == ["good/app"]
    page = await visitor.get("/r/good/app")
    assert [row[1] for row in page.rows()] == ["v1"]


@pytest.mark.parametrize("view", ["layers", "config", "referrers", "raw"])
async def test_what_an_image_says_is_text(visitor, view):
    page = await visitor.get(f"/r/good/app:v1?view={view}")
    assert page.status == 200, page.text
    assert not page.find("main").all("script")


async def test_a_circle_of_referrers_ends(visitor, liar):
    del liar.asked[:]
    page = await visitor.get("/r/good/app:v1?view=referrers")
    assert "Nothing refers to it" in page.text
    assert len(liar.asked) < 20


async def test_bytes_of_another_digest_are_refused(visitor):
    page = await visitor.get("/r/good/app:changed")
    assert page.status == 502
    assert "has another digest" in page.text


async def test_an_endless_list_ends_and_no_other_host_is_asked(visitor, liar):
    del liar.asked[:]
    page = await visitor.get("/r/endless/app")
    assert page.status == 200
    asked = [each for each in liar.asked if "tags/list" in each]
    assert len(asked) == 100


async def test_a_redirect_to_a_file_is_not_followed(visitor):
    digest = _digest(b"x")
    page = await visitor.get(f"/registry/blob?repository=good/app&digest={digest}")
    assert page.status == 502
    assert "an address that is none" in page.text


async def test_what_is_no_json(visitor):
    page = await visitor.get("/r/broken/app")
    assert page.status == 200
    assert "This repository has no tags." in page.text


async def test_words_of_an_error_are_text(visitor):
    page = await visitor.get("/r/angry/app")
    assert page.status == 403
    assert EVIL in page.text
    assert not page.find("main").all("script")
