"""Requests that are none: a clear answer, the end of the connection, and never the end of the server."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.edge.echo import CHUNKED, GET, POST, echo

from homeport import clock as clocks
from homeport.edge import config
from homeport.edge.protocol import connection, site

LONG = b"x" * 70_000

MALFORMED = [
    (b"GET / HTTP/1.1\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: a\r\nX y: 1\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400),
    (b"GET / HTTP/1.1\nHost: a\n\n", 400),
    (b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    (b"GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    (b"GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    (b"GET http://user@h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    (b"GET http:///x HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    (b"CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    (b"GET /\r\n\r\n", 400),
    (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
    (b"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505),
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    (b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    (b"{}\r\n\r\n", 400),
    (b"GET /" + LONG, 414),
    (b"GET /" + LONG + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + LONG, 431),
    (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"a: b\r\n" * 300 + b"\r\n", 431),
    (POST.replace(b"5", b"5\r\nContent-Length: 6"), 400),
    (POST.replace(b"5", b"5\r\nContent-Length: 5"), 400),
    (POST.replace(b"5", b"5, 5"), 400),
    (POST.replace(b"5", b"+5"), 400),
    (POST.replace(b"5", b"-5"), 400),
    (POST.replace(b"5", b"9" * 40), 400),
    (POST.replace(b"5", b"5\r\nTransfer-Encoding: chunked"), 400),
    (CHUNKED.replace(b"chunked", b"chunked\r\nContent-Length: 5"), 400),
    (CHUNKED.replace(b"chunked", b"gzip, chunked"), 501),
    (CHUNKED.replace(b"chunked", b"chunked, identity"), 400),
    (CHUNKED.replace(b"chunked", b"xchunked"), 400),
    (CHUNKED.replace(b"chunked", b"\xa0chunked"), 400),
    (CHUNKED.replace(b"chunked", b"chunked\x85"), 400),
    (CHUNKED.replace(b"HTTP/1.1", b"HTTP/1.0"), 400),
    (CHUNKED.replace(b"3;ext=1\r\nabc", b"\r\n".join([b"1;" + b"x" * 4000 + b"\r\na"] * 5)), 400),
    (CHUNKED.replace(b"\r\n3;ext=1", b"\r\nZ"), 400),
    (CHUNKED.replace(b"\r\n3;ext=1", b"\r\n-3"), 400),
    (CHUNKED.replace(b"\r\n3;ext=1", b"\r\n0x3"), 400),
    (CHUNKED.replace(b"\r\n3;ext=1\r\n", b"\r\n3\n"), 400),
    (CHUNKED.replace(b"\r\n3;ext=1", b"\r\n" + b"F" * 17), 400),
    (CHUNKED.replace(b"abc\r\n", b"abcd\r\n"), 400),
    (CHUNKED.replace(b"X-Trailer: t", b"X Trailer: t"), 400),
    (CHUNKED.replace(b"X-Trailer: t", b"X: " + LONG), 400),
    (POST.replace(b"Content", b"Expect: tea\r\nContent"), 417),
]


@pytest.mark.parametrize(("data", "status"), MALFORMED)
async def test_malformed_requests_are_refused_and_end_the_connection(serve, data, status):
    running = await serve(echo)
    client = await running.connect()
    answer = await client.ask(data)
    assert (answer[0], answer[1]["connection"]) == (status, "close")
    client.writer.write_eof()
    assert await client.is_closed()
    assert (await (await running.connect()).ask(GET))[0] == 200


@settings(max_examples=200, deadline=None)
@given(
    data=st.binary(max_size=300), start=st.sampled_from([b"", GET[:-2], POST[:-7], CHUNKED[:60]])
)
def test_no_bytes_raise(data, start):
    asyncio.run(_survives(start + data))


async def _survives(data: bytes) -> None:
    made = site.Site(echo, config.EdgeConfig(), clocks.VirtualClock(), None)
    protocol = connection.Connection(made, echo, is_tls=False)
    protocol.connection_made(Ignoring())
    protocol.data_received(data)
    protocol.eof_received()
    protocol.connection_lost(None)
    await asyncio.sleep(0)
    await asyncio.gather(*made.tasks)


class Ignoring(asyncio.Transport):
    """Takes whatever is done to it."""

    def __getattribute__(self, name: str):
        return (lambda *_: 0) if name != "get_extra_info" else (lambda *_: None)
