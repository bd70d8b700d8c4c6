"""Before a registry that is not Homeport's own, pages of its extension say so. A server of the plain API stands for it."""

import http.server
import threading

import pytest
from tests.console.visitor import Visitor

from homeport import clock
from homeport.console.console import Console
from homeport.console.options import Options, Place


class Plain(http.server.BaseHTTPRequestHandler):
    """What says that it is a registry, and has nothing more: the spec's end-1."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200 if self.path == "/v2/" else 404)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def do_POST(self):
        self.do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def place():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Plain)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield Place(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "path",
    [
        "/registry/space",
        "/registry/space/collection",
        "/registry/rules",
        "/registry/robots",
    ],
)
async def test_a_direct_link_says_why_there_is_nothing(place, path):
    visitor = Visitor(Console(Options(place), clock.SystemClock()))
    await visitor.log_in("ann", "secret")
    page = await visitor.get(path)
    assert page.status == 404
    assert "Only Homeport's own registry tells and does what this page is for" in page.text
    assert "ui.registry_url" in page.text
    assert not {"Space", "Robots", "Rights and rules"} & page.links.keys()
    assert (await visitor.post(path)).status in {404, 405}
