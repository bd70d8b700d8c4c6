"""Answers that never come to their end, though a byte of them comes now and then."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
import time

import pytest

from homeport import clock
from homeport.net.dns.pihole import limits
from homeport.net.dns.pihole.options import Options
from homeport.net.dns.pihole.wire import connection
from homeport.net.dns.pihole.wire.reply import Broken

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
ENDLESS = {
    "headers": (HEAD, b"x"),
    "many headers": (HEAD, b"a: b\r\n"),
    "not yet": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a chunk's length": (CHUNKED, b"0"),
    "trailers": (CHUNKED + b"2\r\n{}\r\n0\r\n", b"a: b\r\n"),
    "the body": (HEAD + b"Content-Length: 1000000\r\n\r\n", b" "),
}


@pytest.fixture
def dripping():
    """Starts servers that send a beginning, and then the same again and again until nobody listens."""
    with contextlib.ExitStack() as stack:

        def start(first, again):
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            thread = threading.Thread(target=drip, args=(listener, first, again))
            thread.start()
            stack.callback(thread.join)
            return listener.getsockname()[1]

        yield start


def drip(listener, first, again):
    client, _ = listener.accept()
    with client, contextlib.suppress(OSError):
        client.recv(65_536)
        client.sendall(first)
        for _ in itertools.count():
            client.sendall(again)
            time.sleep(0.01)


def wire(port):
    options = Options(f"http://127.0.0.1:{port}", "", "", None, "", 53, 1.0)
    return connection.Wire(options, clock.SystemClock())


@pytest.mark.parametrize("name", ENDLESS)
def test_an_answer_without_an_end(dripping, monkeypatch, name):
    monkeypatch.setattr(limits, "ANSWER_S", 0.3)
    asked = wire(dripping(*ENDLESS[name]))
    began = time.monotonic()
    with (
        contextlib.closing(asked),
        pytest.raises(Broken, match="no whole answer in time") as caught,
    ):
        asked.ask("GET", "/api/auth", {})
    assert caught.value.was_sent
    assert time.monotonic() - began < 5
    timers = [one for one in threading.enumerate() if isinstance(one, threading.Timer)]
    for timer in timers:
        timer.join(5)  # one that has been cancelled ends in its own time
    assert not any(timer.is_alive() for timer in timers)
