"""A real receiver on loopback: it is down, slow, refuses, comes back; and the registry is started anew in between."""

import asyncio
import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.registry.events.stage import Stage

from homeport.edge import outgoing
from homeport.registry.events.notifications.posts import Lazily
from homeport.registry.options import Webhook


class Listener:
    """Notes what it gets and answers as it is told: a status, or nothing for a while."""

    def __init__(self, port=0):
        self.got = queue.Queue()
        self.answers = []
        self.held = threading.Event()
        self.held.set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.held.wait(20)
                status = outer.answers.pop(0) if outer.answers else 200
                outer.got.put((self.path, dict(self.headers), json.loads(body), status))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    async def next(self):
        return await asyncio.to_thread(self.got.get, timeout=20)

    def close(self):
        self.held.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def listener():
    made = Listener()
    yield made
    made.close()


def hook_of(port, name="hook", **more):
    url = f"http://user:pass@127.0.0.1:{port}/events?key=1"
    ignored = ("application/octet-stream",)
    return Webhook(
        name, url, headers=(("X-Key", "k"),), ignored_media_types=ignored, timeout_s=20, **more
    )


async def real(home, *hooks):
    return await Stage(home, *hooks, receivers=Real()).open()


class Real(Lazily):
    """The real client in the place of the one that takes notes."""

    gates = {}  # noqa: RUF012


async def test_what_arrives(home, listener):
    stage = await real(home, hook_of(listener.port))
    await stage.push("a")
    path, headers, body, _ = await listener.next()
    assert path == "/events?key=1"
    assert headers["Content-Type"] == "application/vnd.docker.distribution.events.v1+json"
    assert headers["X-Key"] == "k"
    assert headers["Authorization"] == "Basic dXNlcjpwYXNz"
    assert [event["target"]["tag"] for event in body["events"]] == ["a"]
    await stage.close()


async def told(stage, listener, count):
    """The tags of the first events that were taken, while time goes on."""
    taken = []
    while len(taken) < count:
        await stage.clock.advance(300)
        try:
            _, _, body, status = await asyncio.to_thread(listener.got.get, timeout=0.05)
        except queue.Empty:
            continue
        if status == 200:
            taken += [event["target"]["tag"] for event in body["events"]]
    return list(dict.fromkeys(taken))


async def test_down_then_refusing_then_back_with_a_restart_in_between(home):
    first = Listener()
    port = first.port
    first.close()
    stage = await real(home, hook_of(port))
    await stage.push("a", "b")
    while not stage.notifications.endpoints[0].tally.errors:
        await stage.settle()
    await stage.restart()
    await stage.push("c")
    back = Listener(port)
    back.answers = [500, 503]
    assert await told(stage, back, 3) == ["a", "b", "c"]
    await stage.close()
    back.close()


async def test_one_that_does_not_answer_holds_up_nobody(home, listener):
    slow = Listener()
    slow.held.clear()
    stage = await real(home, hook_of(slow.port, "slow"), hook_of(listener.port, "quick"))
    for tag in "abc":
        await stage.push(tag)
        _, _, body, _ = await listener.next()
        assert body["events"][-1]["target"]["tag"] == tag
    assert slow.got.empty()
    slow.held.set()
    assert await told(stage, slow, 3) == ["a", "b", "c"]
    await stage.close()
    slow.close()


async def test_a_post_under_way_does_not_hold_up_the_end(home, listener):
    listener.held.clear()
    stage = await real(home, hook_of(listener.port))
    await stage.push("a")
    while stage.notifications._delivery._posters == {}:
        await stage.settle()
    await stage.close()
    assert stage.waiting() == 1


async def test_no_answer_in_time_is_a_failure(listener):
    listener.held.clear()
    poster = await Lazily()(Webhook("hook", "http://example.com/", timeout_s=0.05))
    with pytest.raises(outgoing.Unreachable, match="timed out"):
        await poster.post(f"http://127.0.0.1:{listener.port}/", {}, b"{}")
    poster.close()
