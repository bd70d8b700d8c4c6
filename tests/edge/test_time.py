"""Time-outs, limits and the end of the server. Time is moved, never waited for."""

from __future__ import annotations

import asyncio
import os
import socket

import pytest

from homeport.edge import http

MIB = 1024 * 1024
GET = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"
PUT = b"PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n"


def hello(request: http.Request) -> http.Response:
    return http.Response(200, [], b"hello")


async def whole(request: http.Request) -> http.Response:
    size = 0
    async for piece in request.body:
        size += len(piece)
    return http.Response(200, [], b"%d" % size)


def is_open(client) -> bool:
    return not client.reader.at_eof()


async def test_head_that_trickles_is_cut(serve):
    running = await serve(hello, header_timeout_s=20)
    client = await running.connect()
    for byte in GET[:19]:
        await client.send(bytes([byte]))
        await asyncio.sleep(0.002)
        await running.clock.advance(1)
    assert is_open(client)
    await running.clock.advance(2)
    assert (await client.response())[0] == 408


async def test_silent_connection_is_closed(serve, tls_files):
    for tls in ("off", "both"):
        running = await serve(hello, header_timeout_s=20, tls=tls, tls_files=tls_files)
        client = await running.connect()
        await asyncio.sleep(0.05)
        await running.clock.advance(19)
        assert is_open(client)
        await running.clock.advance(2)
        assert await client.is_closed()


async def test_idle_connection_is_closed(serve):
    running = await serve(hello, keep_alive_timeout_s=75)
    client = await running.connect()
    for _ in range(3):
        assert (await client.ask(GET))[0] == 200
        await running.clock.advance(70)
    await running.clock.advance(6)
    assert await client.is_closed()


@pytest.mark.parametrize("size", [1000, MIB])
async def test_slow_upload_that_moves_is_never_cut(serve, size):
    running = await serve(whole, body_stall_timeout_s=60)
    client = await running.connect()
    await client.send(PUT % size)
    for _ in range(20):
        await client.send(b"x")
        await asyncio.sleep(0.005)
        await running.clock.advance(59)
    answer = await client.ask(bytes(size - 20))
    assert (answer[0], int(answer[2] or 0)) == (200, size if size == MIB else 0) or size == 1000


@pytest.mark.parametrize("size", [1000, MIB])
async def test_upload_that_stands_still_is_cut(serve, size):
    running = await serve(whole, body_stall_timeout_s=60)
    client = await running.connect()
    await client.send(PUT % size + b"x")
    await asyncio.sleep(0.05)
    await running.clock.advance(62)
    status, fields, _ = await client.response()
    assert (status, fields["connection"]) == (408, "close")


async def test_application_that_takes_long_is_not_cut(serve):
    may_go = asyncio.Event()

    async def app(request: http.Request) -> http.Response:
        await may_go.wait()
        return await whole(request)

    running = await serve(app)
    client = await running.connect()
    await client.send(PUT % 100_000)
    await asyncio.sleep(0.05)
    await running.clock.advance(3600)
    may_go.set()
    assert (await client.ask(bytes(100_000)))[2] == b"100000"


async def test_unwanted_body_that_never_comes_ends_the_connection(serve):
    running = await serve(hello, discard_timeout_s=5)
    client = await running.connect()
    assert (await client.ask(PUT % 100_000))[0] == 200
    await running.clock.advance(7)
    assert await client.is_closed()


def _body(kind: str, path: str):
    if kind == "file":
        return http.FileBody(path, 0, 100 * MIB)
    return bytes(100 * MIB) if kind == "bytes" else _stream()


async def _stream():
    for _ in range(100):
        yield bytes(MIB)


def slow_socket(port: int) -> socket.socket:
    """A client with a small window."""
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.connect(("127.0.0.1", port))
    slow.settimeout(0)
    return slow


@pytest.mark.parametrize("kind", ["file", "bytes", "stream"])
async def test_client_that_takes_nothing_is_cut(serve, tmp_path, eventually, kind):
    path = tmp_path / "file"
    path.touch()
    os.truncate(path, 100 * MIB)
    ends = []
    running = await serve(
        lambda r: http.Response(200, [], _body(kind, str(path)), on_end=lambda: ends.append(1)),
        write_stall_timeout_s=60,
    )
    with slow_socket(running.port) as slow:
        slow.send(GET)
        await asyncio.sleep(0.3)
        await running.clock.advance(50)
        assert running.server._site.connections
        await running.clock.advance(15)
        await eventually(lambda: not running.server._site.connections and ends == [1])


async def test_client_that_takes_little_is_not_cut(serve, tmp_path):
    path = tmp_path / "file"
    path.touch()
    os.truncate(path, 100 * MIB)
    running = await serve(lambda r: http.Response(200, [], _body("file", str(path))))
    with slow_socket(running.port) as slow:
        slow.send(GET)
        await asyncio.sleep(0.2)
        for _ in range(10):
            assert slow.recv(20_000)
            await asyncio.sleep(0.05)
            await running.clock.advance(50)
        assert running.server._site.connections


async def test_one_connection_too_many(serve):
    running = await serve(hello, connections=2)
    first, second = await running.connect(), await running.connect()
    assert (await first.ask(GET))[0] == 200
    assert (await second.ask(GET))[0] == 200
    third = await running.connect()
    status, fields, body = await third.response()
    assert (status, len(body)) == (503, int(fields["content-length"]))
    await first.close()
    await asyncio.sleep(0.05)
    assert (await (await running.connect()).ask(GET))[0] == 200


async def test_requests_sent_ahead_are_kept_only_up_to_a_bound(serve):
    may_go = asyncio.Event()

    async def app(request: http.Request) -> http.Response:
        await may_go.wait()
        return http.Response()

    running = await serve(app)
    client = await running.connect()
    count = 400_000
    client.writer.write(GET * count)
    await asyncio.sleep(0.3)
    (connection,) = running.server._site.connections
    assert 0 < len(connection._buffer) < 700_000
    may_go.set()
    assert (await client.response())[0] == 200
    client.writer.transport.abort()


async def test_stop_lets_running_requests_end_and_closes_idle_ones(serve):
    may_go = asyncio.Event()

    async def app(request: http.Request) -> http.Response:
        if request.path == "/slow":
            await may_go.wait()
        return http.Response(200, [], b"done")

    running = await serve(app)
    idle, busy, fresh = [await running.connect() for _ in range(3)]
    await idle.ask(GET)
    await busy.ask(GET)
    await busy.send(GET.replace(b"/ ", b"/slow "))
    await asyncio.sleep(0.05)
    stopping = asyncio.ensure_future(running.server.stop(30))
    assert await idle.is_closed()
    assert await fresh.is_closed()
    with pytest.raises(ConnectionRefusedError):
        await running.connect()
    assert not stopping.done()
    may_go.set()
    status, fields, body = await busy.response()
    assert (status, fields["connection"], body) == (200, "close", b"done")
    await asyncio.wait_for(stopping, 5)


async def test_stop_ends_what_does_not_end_in_time(serve):
    ends = []

    async def app(request: http.Request) -> http.Response:
        try:
            await asyncio.Event().wait()
        finally:
            ends.append(1)
        return http.Response()

    running = await serve(app)
    client = await running.connect()
    await client.send(GET)
    await asyncio.sleep(0.05)
    stopping = asyncio.ensure_future(running.server.stop(30))
    await running.clock.advance(29)
    assert not stopping.done()
    await running.clock.advance(2)
    await asyncio.wait_for(stopping, 5)
    assert ends == [1]
    assert await client.is_closed()


async def test_stop_does_not_wait_for_a_client_that_finishes_an_unwanted_body(serve):
    running = await serve(hello)
    client = await running.connect()
    assert (await client.ask(PUT % 100_000))[0] == 200
    stopping = asyncio.ensure_future(running.server.stop(30))
    await asyncio.sleep(0.05)
    await client.send(bytes(100_000))
    await asyncio.wait_for(stopping, 5)
    assert await client.is_closed()


async def test_stop_ends_a_response_once(serve):
    ends = []
    running = await serve(
        lambda r: http.Response(200, [], _stream(), on_end=lambda: ends.append(1))
    )
    with slow_socket(running.port) as slow:
        slow.send(GET)
        await asyncio.sleep(0.2)
        stopping = asyncio.ensure_future(running.server.stop(30))
        await running.clock.advance(31)
        await asyncio.wait_for(stopping, 5)
    assert ends == [1]
