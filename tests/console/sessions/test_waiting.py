"""The registry lets who guesses passwords wait. Nobody else waits with them, and no session lives on by it."""

from __future__ import annotations

import asyncio
import base64
import http.server
import json
import threading

import pytest
from tests.console.visitor import Visitor

from homeport import clock
from homeport.console.asking.wire import THREADS
from homeport.console.console import Console
from homeport.console.options import Options, Place
from homeport.console.sessions import login

ME = {"name": "ann", "is_admin": False, "has_users": True, "may": {"push": True, "delete": True}}
NEWS = {"events": [], "next": 1}


class Registry(http.server.BaseHTTPRequestHandler):
    """Knows ann; says nothing to `slow` until the test is over, and to `many` that too many came."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        pair = base64.b64decode(self.headers.get("Authorization", "").partition(" ")[2]).decode()
        name = pair.partition(":")[0]
        name = self.server.instead.get(name, name)
        if name == "slow":
            self.server.waiting.release()
            self.server.over.wait(60)
        status = {"ann": 200, "many": 429}.get(name, 401)
        told = ME if self.path.endswith("whoami") else NEWS
        body = json.dumps(told if status == 200 else {}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def registry():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    server.daemon_threads = True
    server.handle_error = lambda *_: None
    server.over, server.waiting, server.instead = threading.Event(), threading.Semaphore(0), {}
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


class Late(clock.SystemClock):
    """The time of this machine, and some more."""

    late_s = 0.0

    def now(self) -> float:
        return super().now() + self.late_s


@pytest.fixture
async def console(registry):
    made = Console(Options(Place(f"http://127.0.0.1:{registry.server_port}")), Late())
    yield made
    await made.close()


async def test_guesses_that_wait_hold_up_no_page(console, registry):
    visitor = Visitor(console)
    assert (await visitor.log_in("ann", "secret")).status == 200
    guesses = [asyncio.create_task(Visitor(console).log_in("slow", "x")) for _ in range(THREADS)]
    for _ in range(THREADS):
        assert await asyncio.to_thread(registry.waiting.acquire, timeout=20)
    try:
        async with asyncio.timeout(10):
            assert (await visitor.get("/registry/live")).status == 200
    finally:
        registry.over.set()
        pages = await asyncio.gather(*guesses)
    assert {page.status for page in pages} == {401}


async def test_who_waits_too_long_is_told_why(console, monkeypatch):
    monkeypatch.setattr(login, "ASKING_S", 0.2)
    page = await Visitor(console).log_in("slow", "x")
    assert page.status == 429
    assert "Too many wrong passwords came from your address." in page.text


@pytest.mark.parametrize(("instead", "status"), [("many", 429), ("slow", 502), ("none", 303)])
async def test_a_session_that_nobody_confirms_does_not_go_on(
    console, registry, monkeypatch, instead, status
):
    """Somebody who was removed can have the registry look at no password of theirs, by guessing."""
    monkeypatch.setattr(login, "ASKING_S", 0.2)
    visitor = Visitor(console)
    await visitor.log_in("ann", "secret")
    registry.instead["ann"] = instead
    assert (await visitor.get("/stack/ca.crt")).status == 404
    console._clock.late_s = login.ASKED_S
    for _ in range(2):
        page = await visitor.get("/stack/ca.crt")
        assert page.status == status, page.text
