"""Bodies of requests: slowed down, continued, refused, broken off."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.edge import config, http
from homeport.edge.protocol import body, chunked

MIB = 1024 * 1024
HELD = config.EdgeConfig().body_buffer_bytes
HEAD = b"PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n"
EXPECT = HEAD.replace(b"Content", b"Expect: 100-continue\r\nContent")


async def digest(request: http.Request) -> http.Response:
    hasher = hashlib.sha256()
    async for piece in request.body:
        hasher.update(piece)
    return http.Response(200, [], hasher.hexdigest().encode())


async def test_upload_arrives_unchanged(serve):
    client = await (await serve(digest)).connect()
    data = bytes(range(256)) * 4096 * 20
    await client.send(HEAD % len(data))
    _, _, answer = await client.ask(data)
    assert answer.decode() == hashlib.sha256(data).hexdigest()


async def test_sender_is_slowed_down_while_the_application_does_not_read(serve, eventually):
    may_read = asyncio.Event()
    seen = []

    async def app(request: http.Request) -> http.Response:
        seen.append(request.body)
        await may_read.wait()
        return await digest(request)

    client = await (await serve(app)).connect()
    size = 64 * MIB
    client.writer.write(HEAD % size + bytes(size))
    await eventually(lambda: bool(seen) and seen[0]._held >= HELD)
    await asyncio.sleep(0.2)
    assert seen[0]._held <= HELD + 300_000
    may_read.set()
    assert (await client.response())[2].decode() == hashlib.sha256(bytes(size)).hexdigest()


class Paused:
    """Counts what a body asks of its connection."""

    def __init__(self) -> None:
        self.is_paused = False
        self.awaited = []

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False

    def body_is_awaited(self, *, is_untouched: bool) -> None:
        self.awaited.append(is_untouched)


async def test_tiny_pieces_count_for_what_they_cost():
    flow = Paused()
    stream = body.StreamBody(flow, 10 * MIB, MIB)
    pieces = 0
    while not flow.is_paused:
        stream.feed(b"x")
        pieces += 1
    assert pieces < 20_000
    assert len(await anext(stream)) == pieces
    assert not flow.is_paused


async def test_continue_is_sent_when_the_application_reads(serve):
    may_read = asyncio.Event()

    async def app(request: http.Request) -> http.Response:
        await may_read.wait()
        return http.Response(200, [], await request.body.read(100))

    client = await (await serve(app)).connect()
    await client.send(EXPECT % 5)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.reader.read(1), 0.05)
    may_read.set()
    assert await client.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert (await client.ask(b"hello"))[2] == b"hello"
    assert (await client.ask(HEAD % 1 + b"x"))[2] == b"x"


async def test_no_continue_where_the_body_came_by_itself(serve):
    async def app(request: http.Request) -> http.Response:
        return http.Response(200, [], await request.body.read(100))

    client = await (await serve(app)).connect()
    assert (await client.ask(EXPECT % 5 + b"hello"))[2] == b"hello"


async def test_answer_instead_of_continue_ends_the_connection(serve):
    running = await serve(lambda r: http.Response(403))
    client = await running.connect()
    status, fields, _ = await client.ask(EXPECT % 5)
    assert (status, fields["connection"]) == (403, "close")


@pytest.mark.parametrize("chunks", [False, True])
async def test_body_above_the_limit_of_the_reader(serve, chunks):
    async def app(request: http.Request) -> http.Response:
        return http.Response(200, [], await request.body.read(100_000))

    client = await (await serve(app)).connect()
    if chunks:
        head = b"PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        answer = await client.ask(head + b"%x\r\n" % 150_000 + bytes(150_000))
    else:
        answer = await client.ask(HEAD % 150_000)
    assert answer[0] == 413
    assert (answer[1].get("connection") == "close") == chunks


async def test_small_rest_of_an_unwanted_body_is_dropped(serve):
    client = await (await serve(lambda r: http.Response(404))).connect()
    await client.send(HEAD % 200_000 + bytes(1000))
    assert "connection" not in (await client.response())[1]
    await client.send(bytes(199_000))
    assert (await client.ask(HEAD % 1 + b"x"))[0] == 404


async def test_large_rest_of_an_unwanted_body_ends_the_connection_after_the_answer(serve):
    client = await (await serve(lambda r: http.Response(404, [], b"no"))).connect()
    status, fields, text = await client.ask(HEAD % 100_000_000 + bytes(1000))
    assert (status, fields["connection"], text) == (404, "close", b"no")
    assert await client.is_closed()


async def test_who_sends_on_and_reads_last_sees_the_answer(serve):
    client = await (await serve(lambda r: http.Response(413, [], b"no room"))).connect()
    assert (await client.ask(HEAD % 100_000_000 + bytes(30_000_000)))[2] == b"no room"
    assert await client.is_closed()


async def test_who_never_stops_is_cut_off(serve):
    running = await serve(lambda r: http.Response(413), linger_bytes=MIB)
    client = await running.connect()
    with pytest.raises(ConnectionError):
        await client.ask(HEAD % 100_000_000 + bytes(30_000_000))


async def test_dropped_body_is_not_taken_for_a_whole_one():
    stream = body.StreamBody(Paused(), 10, MIB)
    stream.feed(b"12345")
    stream.drop()
    stream.feed(b"67890")
    with pytest.raises(http.ClientGone):
        await stream.read(100)


@pytest.mark.parametrize("how", ["end", "reset", "half"])
async def test_client_that_leaves_within_its_body(serve, how, eventually):
    errors = []

    async def app(request: http.Request) -> http.Response:
        try:
            return await digest(request)
        except http.ClientGone as error:
            errors.append(error)
            raise

    client = await (await serve(app)).connect()
    await client.send(HEAD % 300_000 + bytes(1000))
    if how == "reset":
        client.writer.transport.abort()
    elif how == "end":
        client.writer.close()
    else:
        client.writer.write_eof()
        assert (await client.response())[0] == 408
    await eventually(lambda: len(errors) == 1)


async def test_client_that_leaves_does_not_cut_an_application_in_half(serve, eventually):
    gone, done = asyncio.Event(), asyncio.Event()
    ended = []

    async def app(request: http.Request) -> http.Response:
        request.on_gone = gone.set
        await gone.wait()
        await asyncio.sleep(0.01)
        done.set()
        return http.Response(200, [], b"x", on_end=lambda: ended.append(1))

    client = await (await serve(app)).connect()
    await client.send(HEAD % 1 + b"x")
    await asyncio.sleep(0.05)
    client.writer.transport.abort()
    await asyncio.wait_for(done.wait(), 5)
    await eventually(lambda: ended == [1])


async def test_broken_chunks_reach_the_reader_and_end_the_connection(serve):
    client = await (await serve(digest)).connect()
    await client.send(
        b"PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
    )
    await asyncio.sleep(0.05)
    status, fields, _ = await client.ask(b"oh\r\n" + HEAD % 1)
    assert (status, fields["connection"]) == (400, "close")
    client.writer.write_eof()
    assert await client.is_closed()


@given(
    sizes=st.lists(st.integers(1, 40), max_size=8),
    cuts=st.lists(st.integers(0, 500), max_size=8),
    rest=st.binary(max_size=10),
    trailer=st.sampled_from([b"", b"X-A: b\r\n", b"a:\r\nb: c\r\n"]),
)
@settings(deadline=None)
def test_decoder_finds_content_and_end_however_it_is_cut(sizes, cuts, rest, trailer):
    content = [bytes([65 + i]) * size for i, size in enumerate(sizes)]
    coded = b"".join(b"%X;x\r\n%b\r\n" % (len(piece), piece) for piece in content)
    data = coded + b"0\r\n" + trailer + b"\r\n" + rest
    places = sorted({0, len(data), *(cut % len(data) for cut in cuts)})
    decoder, pieces, left = chunked.Decoder(), [], None
    for start, end in itertools.pairwise(places):
        if left is not None:
            left += data[start:end]
        else:
            left = decoder.feed(data[start:end], pieces)
    assert (b"".join(pieces), left) == (b"".join(content), rest)


def test_decoder_takes_any_number_of_small_chunks_with_small_extensions():
    decoder, pieces = chunked.Decoder(), []
    assert decoder.feed(b"1;sixteen-bytes\r\na\r\n" * 20_000, pieces) is None
    assert len(pieces) == 20_000


async def test_upload_does_not_wait_for_nagle(serve):
    running = await serve(lambda r: http.Response(200))
    client = await running.connect()
    assert (await client.ask(HEAD % 1 + b"x"))[0] == 200
    (connection,) = running.server._site.connections
    mine = connection._transport.get_extra_info("socket")
    assert mine.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
