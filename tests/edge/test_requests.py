"""What arrives at an application, whatever way the bytes came."""

from __future__ import annotations

import asyncio
import itertools
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.edge.echo import CHUNKED, GET, POST, echo

from homeport import clock as clocks
from homeport.edge import config, http
from homeport.edge.protocol import connection, site


async def test_parts_of_a_request(serve):
    client = await (await serve(echo)).connect()
    assert (await client.ask(GET))[2] == b'["GET", "/a%20b", "x=1&y", 0, ""]'


async def test_fields_are_lower_case_and_repeated_ones_are_joined(serve):
    running = await serve(lambda r: http.Response(200, [], json.dumps(r.headers).encode()))
    client = await running.connect()
    _, _, body = await client.ask(b"GET / HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a: 2\r\n\r\n")
    assert json.loads(body) == {"host": "h", "x-a": "1, 2"}


async def test_absolute_form_is_reduced_to_the_path(serve):
    client = await (await serve(echo)).connect()
    answer = await client.ask(b"GET http://h:1/x?y HTTP/1.1\r\nHost: h\r\n\r\n")
    assert json.loads(answer[2])[1:3] == ["/x", "y"]


async def test_space_around_a_value_does_not_belong_to_it(serve):
    running = await serve(lambda r: http.Response(200, [], json.dumps(r.headers).encode()))
    client = await running.connect()
    _, _, body = await client.ask(
        b"GET / HTTP/1.1\r\nHost: \th \t\r\nX-A:  a  b \r\nX-B: \r\nContent-Length: 0 \r\n\r\n"
    )
    assert json.loads(body) == {"host": "h", "x-a": "a  b", "x-b": "", "content-length": "0"}


async def test_host_of_an_absolute_form_goes_before_the_field(serve):
    running = await serve(lambda r: http.Response(200, [], r.headers["host"].encode()))
    client = await running.connect()
    assert (await client.ask(b"GET http://a:1/x HTTP/1.1\r\nHost: b\r\n\r\n"))[2] == b"a:1"
    assert (await client.ask(b"GET /x HTTP/1.1\r\nHost: b\r\n\r\n"))[2] == b"b"


async def test_small_body_is_at_hand(serve):
    running = await serve(lambda r: http.Response(200, [], r.body.peek() or b"nothing"))
    client = await running.connect()
    await client.send(POST[:-3])
    await asyncio.sleep(0.01)
    assert (await client.ask(POST[-3:]))[2] == b"hello"


async def test_large_body_is_a_stream(serve):
    client = await (await serve(echo)).connect()
    head = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\n\r\n"
    answer = await client.ask(head + b"z" * 300_000)
    assert json.loads(answer[2])[3:] == [300_000, "z" * 20]


async def test_chunks_and_trailers(serve):
    client = await (await serve(echo)).connect()
    assert json.loads((await client.ask(CHUNKED))[2]) == ["PUT", "/c", "", 13, "abc0123456789"]
    assert (await client.ask(GET))[0] == 200


async def test_upgrade_is_ignored(serve):
    client = await (await serve(echo)).connect()
    upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\n"
    for _ in range(2):
        answer = await client.ask(POST.replace(b"Host: h\r\n", b"Host: h\r\n" + upgrade))
        assert json.loads(answer[2])[3:] == [5, "hello"]


async def test_pipelined_requests_are_answered_in_order(serve):
    client = await (await serve(echo)).connect()
    many = b"".join(b"GET /%d HTTP/1.1\r\nHost: h\r\n\r\n" % i + POST + CHUNKED for i in range(50))
    await client.send(many)
    for i in range(50):
        assert json.loads((await client.response())[2])[1] == f"/{i}"
        assert json.loads((await client.response())[2])[1] == "/p"
        assert json.loads((await client.response())[2])[1] == "/c"


async def test_pipelined_requests_are_answered_after_the_client_has_ended(serve):
    async def slow(request: http.Request) -> http.Response:
        await asyncio.sleep(0.01)
        return http.Response(200, [], request.path.encode())

    client = await (await serve(slow)).connect()
    await client.send(GET.replace(b"/a%20b", b"/1") + GET.replace(b"/a%20b", b"/2"))
    client.writer.write_eof()
    assert [(await client.response())[2] for _ in range(2)] == [b"/1", b"/2"]
    assert await client.is_closed()


async def test_flood_of_requests_leaves_others_their_turn():
    answered = []
    wire = Transport()
    protocol = wire.protocol(lambda request: answered.append(request.path) or http.Response())
    flood = [b"GET /%d HTTP/1.1\r\nHost: h\r\n\r\n" % number for number in range(100)]
    protocol.data_received(b"".join(flood[:80]))
    assert (len(answered), wire.is_reading) == (32, False)
    protocol.data_received(b"".join(flood[80:]))
    assert len(answered) == 32
    for count in (64, 96, 100):
        await asyncio.sleep(0)
        assert len(answered) == count
    assert wire.is_reading
    assert answered == [f"/{number}" for number in range(100)]


async def test_empty_lines_before_a_request_are_skipped(serve):
    client = await (await serve(echo)).connect()
    assert (await client.ask(b"\r\n\r\n" + GET))[0] == 200
    assert (await client.ask(b"\r\n" + GET))[0] == 200


class Transport(asyncio.Transport):
    """Takes down what is written; for histories too many for sockets."""

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self.is_reading = True
        self.is_gone = False

    def protocol(self, app: http.App, **options):
        made = site.Site(app, config.EdgeConfig(**options), clocks.VirtualClock(), None)
        protocol = connection.Connection(made, app, is_tls=False)
        protocol.connection_made(self)
        return protocol

    def write(self, data) -> None:
        self.written += data

    def set_write_buffer_limits(self, high=None, low=None) -> None:
        pass

    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None:
        assert self.is_reading
        self.is_reading = False

    def resume_reading(self) -> None:
        assert not self.is_reading
        self.is_reading = True

    def is_closing(self) -> bool:
        return self.is_gone

    def close(self) -> None:
        self.is_gone = True

    def abort(self) -> None:
        self.is_gone = True

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        pass


MESSAGES = [GET, POST, CHUNKED, b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", GET]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    messages=st.lists(st.sampled_from(MESSAGES[:3]), min_size=1, max_size=6),
    cuts=st.lists(st.integers(0, 600), max_size=12),
)
def test_cuts_anywhere_change_nothing(messages, cuts):
    data = b"".join(messages)
    places = sorted({0, len(data), *(cut % len(data) for cut in cuts)})
    pieces = [data[a:b] for a, b in itertools.pairwise(places)]
    assert fed(pieces, len(messages)) == fed([data], len(messages))


def fed(pieces: list[bytes], count: int) -> bytes:
    """What a connection writes for these pieces."""
    return asyncio.run(_fed(pieces, count))


async def _fed(pieces: list[bytes], count: int) -> bytes:
    wire = Transport()
    protocol = wire.protocol(echo)
    for piece in pieces:
        protocol.data_received(piece)
        await asyncio.sleep(0)
    for _ in range(50 * count):
        await asyncio.sleep(0)
    assert wire.written.count(b"HTTP/1.1 200") == count
    return bytes(wire.written)
