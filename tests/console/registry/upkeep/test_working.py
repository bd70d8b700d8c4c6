"""Streams of work: what came of it is known however the stream ends. A server of canned answers stands for the registry."""

import asyncio
import http.server
import json
import threading

import pytest

from homeport import clock
from homeport.console.asking.registry import Registries
from homeport.console.asking.troubles import NotLoggedIn, Trouble
from homeport.console.asking.wire import Wire
from homeport.console.options import Place
from homeport.console.registry.upkeep.working import GC, LINE, Works


class Canned(http.server.BaseHTTPRequestHandler):
    """Answers as the server's `answer` says: a status, and pieces, each sent for itself; None cuts the connection."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.server.asked.append(self.rfile.read(int(self.headers["Content-Length"])))
        status, pieces = self.server.answer
        self.send_response(status)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in pieces:
            if piece is None:
                self.close_connection = True
                return
            if isinstance(piece, threading.Event):
                piece.wait(20)
                continue
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Canned)
    made.asked, made.answer = [], (200, [])
    made.daemon_threads = True
    made.handle_error = lambda *_: None  # who stops reading cuts the connection
    thread = threading.Thread(target=made.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def registry(server):
    place = Place(f"http://127.0.0.1:{server.server_port}")
    shared = Registries(Wire("the registry", place), clock.SystemClock())
    yield shared.of("", "127.0.0.1")
    shared.close()


@pytest.fixture
async def works():
    made = Works(clock.SystemClock())
    yield made
    await made.close()


def line(**value):
    return json.dumps(value).encode() + b"\n"


PROGRESS = line(progress={"done": 1, "total": 2})


async def ended(works):
    async with asyncio.timeout(20):
        while not await works.settle(GC):
            pass
    return works.last(GC)


async def test_a_report(works, registry, server):
    server.answer = 200, [PROGRESS, line(report={"blobs": 3})]
    await works.start(registry, GC, "ann", {"dry_run": True})
    last = await ended(works)
    assert (last.by, last.is_dry, last.report) == ("ann", True, {"blobs": 3})
    assert json.loads(server.asked[0]) == {"dry_run": True}


async def test_it_is_under_way_until_its_last_line(works, registry, server):
    go_on = threading.Event()
    server.answer = 200, [PROGRESS, go_on, line(report={})]
    await works.start(registry, GC, "ann", {})
    assert not await works.settle(GC)
    assert works.last(GC) is None
    go_on.set()
    assert (await ended(works)).report == {}


async def test_lines_that_are_cut_anywhere(works, registry, server):
    text = PROGRESS + line(report={"blobs": 7})
    server.answer = 200, [text[at : at + 3] for at in range(0, len(text), 3)]
    await works.start(registry, GC, "ann", {})
    assert (await ended(works)).report == {"blobs": 7}


async def test_an_error_is_kept_with_its_hint(works, registry, server):
    error = {"code": "UNKNOWN", "message": "the disk is full", "detail": {"hint": "Free some."}}
    server.answer = 200, [PROGRESS, line(error=error)]
    await works.start(registry, GC, "ann", {})
    last = await ended(works)
    assert (last.report, last.trouble, last.hint) == (None, "The disk is full", "Free some.")


@pytest.mark.parametrize(
    "pieces",
    [
        [],
        [PROGRESS],
        [PROGRESS, None],
        [b"{" * 100_000 + b"\n"],
        [b"[]\n"],
        [b'"report"\n'],
        [b"\xff\n"],
        [b"x" * (LINE + 1)],
    ],
    ids=["nothing", "no-end", "cut", "deep", "list", "text", "bytes", "long"],
)
async def test_a_stream_without_an_end_is_a_failure(works, registry, server, pieces):
    server.answer = 200, pieces
    await works.start(registry, GC, "ann", {})
    last = await ended(works)
    assert last.report is None
    assert last.trouble


async def test_a_refusal_is_told_and_nothing_is_kept(works, registry, server):
    error = {"code": "UNSUPPORTED", "message": "a gc is under way, asked for by bob"}
    server.answer = 409, [json.dumps({"errors": [error]}).encode()]
    with pytest.raises(Trouble, match="A gc is under way, asked for by bob") as raised:
        await works.start(registry, GC, "ann", {})
    assert raised.value.status == 409
    assert works.last(GC) is None


async def test_a_login_that_is_over(works, registry, server):
    server.answer = 401, [b"{}"]
    with pytest.raises(NotLoggedIn):
        await works.start(registry, GC, "ann", {})


async def test_a_refusal_without_an_end(works, registry, server):
    server.answer = 403, [b"x" * 1000] * 1000
    with pytest.raises(Trouble):
        await works.start(registry, GC, "ann", {})


async def test_the_end_of_the_console_stops_reading_and_leaves_nothing(registry, server):
    go_on = threading.Event()
    server.answer = 200, [go_on]
    works = Works(clock.SystemClock())
    await works.start(registry, GC, "ann", {})
    async with asyncio.timeout(5):
        await works.close()
    go_on.set()
    assert works.last(GC) is None


async def test_only_the_last_of_a_kind_is_kept(works, registry, server):
    for number in range(3):
        server.answer = 200, [line(report={"blobs": number})]
        await works.start(registry, GC, "ann", {})
        await ended(works)
    assert works.last(GC).report == {"blobs": 2}
