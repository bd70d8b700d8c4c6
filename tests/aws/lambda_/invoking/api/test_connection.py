"""Requests in any pieces, without a socket."""

import asyncio
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.lambda_.invoking.api.connection import Connection


class Transport(asyncio.Transport):
    def __init__(self):
        super().__init__()
        self.written = b""
        self.has_ended = False
        self.reads = True

    def write(self, data):
        self.written += data

    def close(self):
        self.has_ended = True

    abort = close

    def is_closing(self):
        return self.has_ended

    def pause_reading(self):
        self.reads = False

    def resume_reading(self):
        self.reads = True


class Handler:
    """Takes every request, remembers it, and answers with its number."""

    def __init__(self, may_stay=True, room=True):
        self.requests = []
        self.may_stay, self.room = may_stay, room
        self.losses = 0

    def opened(self, connection):
        return self.may_stay

    def closed(self, connection):
        self.connection = None

    def begin(self, method, path, headers, connection):
        self.requests.append([method, path, headers.get("a"), b"", None])
        return self

    def feed(self, data):
        self.requests[-1][3] += data
        return self.room

    def end(self, trailers):
        self.requests[-1][4] = trailers
        return b"%d;" % len(self.requests)

    def lost(self):
        self.losses += 1


def connected(handler):
    connection, transport = Connection(handler), Transport()
    connection.connection_made(transport)
    return connection, transport


REQUESTS = (
    b"GET /one?query HTTP/1.1\r\nA: 1\r\n\r\n"
    b"POST /two HTTP/1.1\r\nA: 2\r\nContent-Length: 5\r\n\r\nhello"
    b"POST /three HTTP/1.1\r\nA: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nT: t\r\n\r\n"
)
SEEN = [
    ["GET", "/one", "1", b"", {}],
    ["POST", "/two", "2", b"hello", {}],
    ["POST", "/three", "3", b"abcde", {"t": "t"}],
]


@given(st.lists(st.integers(0, len(REQUESTS)), max_size=12))
def test_cuts_anywhere_change_nothing(cuts):
    handler = Handler()
    connection, transport = connected(handler)
    places = [0, *sorted(cuts), len(REQUESTS)]
    for start, end in itertools.pairwise(places):
        if start < end:
            connection.data_received(REQUESTS[start:end])
    assert handler.requests == SEEN
    assert transport.written == b"1;2;3;"


@given(st.binary(max_size=200))
def test_no_bytes_raise(data):
    connection, transport = connected(Handler())
    connection.data_received(data)
    if not transport.has_ended:
        connection.data_received(b"\r\n\r\n")
    connection.connection_lost(None)


def test_a_body_that_is_not_wanted_yet_is_not_read():
    handler = Handler(room=False)
    connection, transport = connected(handler)
    connection.data_received(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf")
    assert not transport.reads
    connection.resume()
    assert transport.reads


def test_a_connection_that_is_lost_in_the_middle():
    handler = Handler()
    connection, transport = connected(handler)
    connection.data_received(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf")
    connection.connection_lost(None)
    assert handler.losses == 1
    # What comes late has nowhere to go.
    connection.reply(b"late")
    connection.resume()
    assert transport.written == b""


@pytest.mark.parametrize(
    "head", [b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"]
)
def test_a_client_that_wants_no_more(head):
    connection, transport = connected(Handler())
    connection.data_received(head)
    assert (transport.written, transport.has_ended) == (b"1;", True)


def test_a_connection_that_may_not_stay():
    _, transport = connected(Handler(may_stay=False))
    assert transport.has_ended


def test_an_upgrade_ends_the_connection():
    connection, transport = connected(Handler())
    connection.data_received(b"GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n")
    assert transport.has_ended
