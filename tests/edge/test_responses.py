"""Responses on the wire: framing, files, streams, and the one end of each."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import socket

import pytest

from homeport.edge import http

MIB = 1024 * 1024
GET = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"
HEAD = GET.replace(b"GET", b"HEAD")
GET_10 = b"GET / HTTP/1.0\r\n\r\n"


async def stream(*pieces: bytes):
    for piece in pieces:
        await asyncio.sleep(0)
        yield piece


async def test_head_of_a_response(serve):
    running = await serve(lambda r: http.Response(201, [("x-a", "b")], b"hi"))
    status, fields, body = await (await running.connect()).ask(GET)
    assert (status, body) == (201, b"hi")
    assert fields == {
        "server": "homeport",
        "date": "Tue, 14 Nov 2023 22:13:20 GMT",
        "x-a": "b",
        "content-length": "2",
    }


async def test_date_follows_the_clock(serve):
    running = await serve(lambda r: http.Response())
    client = await running.connect()
    await client.ask(GET)
    await running.clock.advance(5)
    assert (await client.ask(GET))[1]["date"] == "Tue, 14 Nov 2023 22:13:25 GMT"


@pytest.mark.parametrize("status", [204, 304])
async def test_status_without_body(serve, status):
    client = await (await serve(lambda r: http.Response(status))).connect()
    for _ in range(2):
        answer = await client.ask(GET)
        assert answer[0] == status
        assert not {"content-length", "transfer-encoding"} & answer[1].keys()


@pytest.mark.parametrize(
    ("response", "length"),
    [
        (lambda: http.Response(200, [], b"hello"), "5"),
        (lambda: http.Response(200, [("Content-Length", "77")]), "77"),
        (lambda: http.Response(200, [], http.FileBody("/nowhere", 0, 10**9)), "1000000000"),
        (lambda: http.Response(200, [], stream(b"never")), None),
    ],
)
async def test_answer_to_head_has_no_body(serve, response, length):
    client = await (await serve(lambda r: response())).connect()
    for _ in range(2):
        await client.send(HEAD)
        fields = (await client.response(is_head=True))[1]
        assert fields.get("content-length") == length


async def test_http_10_ends_the_connection(serve):
    client = await (await serve(lambda r: http.Response(200, [], b"x"))).connect()
    assert (await client.ask(GET_10))[1]["connection"] == "close"
    assert await client.is_closed()


async def test_http_10_with_keep_alive(serve):
    client = await (await serve(lambda r: http.Response(200, [], b"x"))).connect()
    for _ in range(2):
        answer = await client.ask(GET_10[:-2] + b"Connection: keep-alive\r\n\r\n")
        assert answer[1]["connection"] == "keep-alive"


async def test_close_when_asked(serve):
    client = await (await serve(lambda r: http.Response(200, [], b"x"))).connect()
    assert (await client.ask(GET[:-2] + b"Connection: foo, Close\r\n\r\n"))[1][
        "connection"
    ] == "close"
    assert await client.is_closed()


async def test_stream_is_chunked(serve):
    running = await serve(lambda r: http.Response(200, [], stream(b"ab", b"", b"c" * 70_000)))
    client = await running.connect()
    for _ in range(2):
        status, fields, body = await client.ask(GET)
        assert (status, fields["transfer-encoding"], body) == (
            200,
            "chunked",
            b"ab" + b"c" * 70_000,
        )


async def test_stream_to_http_10_ends_with_the_connection(serve):
    client = await (await serve(lambda r: http.Response(200, [], stream(b"ab", b"c")))).connect()
    status, fields, body = await client.ask(GET_10)
    assert (status, body, fields["connection"]) == (200, b"abc", "close")


@pytest.mark.parametrize(("length", "is_whole"), [("3", True), ("4", False), ("2", False)])
async def test_stream_of_announced_length(serve, caplog, length, is_whole):
    headers = [("Content-Length", length)]
    client = await (
        await serve(lambda r: http.Response(200, headers, stream(b"ab", b"c")))
    ).connect()
    await client.send(GET)
    if is_whole:
        assert (await client.response())[2] == b"abc"
    else:
        assert not (await _until_end(client)).endswith(b"abc\r\n")
        assert "broke off" in caplog.text


async def _until_end(client) -> bytes:
    try:
        return await client.reader.read()
    except ConnectionResetError:
        return b""


async def test_line_breaks_in_headers_are_a_fault_not_a_header(serve, caplog):
    running = await serve(lambda r: http.Response(200, [("x-a", "b\r\nset-cookie: c")], b"x"))
    client = await running.connect()
    status, fields, _ = await client.ask(GET)
    assert (status, "set-cookie" in fields) == (500, False)
    assert "line break" in caplog.text
    assert (await client.ask(GET))[0] == 500


async def raises(request: http.Request) -> http.Response:
    raise RuntimeError("inside knowledge")


@pytest.mark.parametrize(
    "app", [raises, lambda r: 1 / 0, lambda r: None, lambda r: http.Response(2, [], 5)]
)
async def test_fault_of_an_application(serve, caplog, app):
    client = await (await serve(app)).connect()
    for _ in range(2):
        status, _, body = await client.ask(GET)
        assert status == 500
        assert b"knowledge" not in body
        assert f"Request {body.decode().split()[-1].rstrip('.')} failed" in caplog.text
        assert "Traceback" in caplog.text


@pytest.fixture(scope="module")
def content() -> bytes:
    return random.Random(7).randbytes(20 * MIB)


SIZES = [0, 1, 65536, 65537, 20 * MIB]


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("size", SIZES)
async def test_file_arrives_unchanged(
    serve, tmp_path, tls_files, trust, content, size, scheme, eventually
):
    path = tmp_path / "file"
    path.write_bytes(b"before" + content[:size] + b"behind")
    ends = []

    def app(request: http.Request) -> http.Response:
        return http.Response(
            200, [], http.FileBody(str(path), 6, size), on_end=lambda: ends.append(1)
        )

    running = await serve(app, tls="both", tls_files=tls_files)
    client = await running.connect(trust if scheme == "https" else None)
    for _ in range(2):
        body = (await client.ask(GET))[2]
        assert hashlib.sha256(body).digest() == hashlib.sha256(content[:size]).digest()
    await eventually(lambda: len(ends) == 2)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("sizes", [[], [0, 5], [100, 200, 300], [3 * MIB, 0, 1, 2 * MIB]])
async def test_files_are_sent_in_order(serve, tmp_path, tls_files, trust, content, sizes, scheme):
    parts, at = [], 0
    for number, size in enumerate(sizes):
        path = tmp_path / f"part{number}"
        path.write_bytes(content[at : at + size])
        parts.append(http.FileBody(str(path), 0, size))
        at += size
    running = await serve(lambda r: http.Response(200, [], parts), tls="both", tls_files=tls_files)
    client = await running.connect(trust if scheme == "https" else None)
    assert (await client.ask(GET))[2] == content[:at]
    assert (await client.ask(GET))[2] == content[:at]


async def test_files_and_bytes_pipelined_keep_their_order(serve, tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content)

    def app(request: http.Request) -> http.Response:
        number = int(request.path[1:])
        if number % 2:
            return http.Response(200, [], content[number : number + 3 * MIB])
        return http.Response(200, [], http.FileBody(str(path), number, 100_000))

    client = await (await serve(app)).connect()
    await client.send(b"".join(b"GET /%d HTTP/1.1\r\nHost: h\r\n\r\n" % i for i in range(8)))
    for number in range(8):
        size = 3 * MIB if number % 2 else 100_000
        assert (await client.response())[2] == content[number : number + size]


@pytest.mark.parametrize("size", [10, 100_000])
async def test_missing_file_is_a_fault(serve, tmp_path, caplog, size, eventually):
    ends = []
    body = http.FileBody(str(tmp_path / "nothing"), 0, size)
    running = await serve(lambda r: http.Response(200, [], body, on_end=lambda: ends.append(1)))
    client = await running.connect()
    assert (await client.ask(GET))[0] == 500
    assert (await client.ask(GET))[0] == 500
    await eventually(lambda: len(ends) == 2)


async def test_short_file_ends_the_connection_instead_of_the_wrong_length(
    serve, tmp_path, caplog, eventually
):
    path = tmp_path / "short"
    path.write_bytes(bytes(100_000))
    ends = []
    body = http.FileBody(str(path), 0, 100_001)
    running = await serve(lambda r: http.Response(200, [], body, on_end=lambda: ends.append(1)))
    client = await running.connect()
    await client.send(GET)
    with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
        await client.response()
    await eventually(lambda: len(ends) == 1)
    assert "broke off" in caplog.text


def _large(kind: str, path: str):
    if kind == "file":
        return http.FileBody(path, 0, 200 * MIB)
    if kind == "list":
        return [http.FileBody(path, 0, 200 * MIB), http.FileBody(path, 0, 10)]
    return stream(*[bytes(MIB)] * 200)


@pytest.mark.parametrize("kind", ["file", "list", "stream"])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_client_that_leaves_ends_the_response_once(
    serve, tmp_path, tls_files, trust, kind, scheme, eventually
):
    path = tmp_path / "file"
    path.touch()
    os.truncate(path, 200 * MIB)
    ends = []

    def app(request: http.Request) -> http.Response:
        return http.Response(200, [], _large(kind, str(path)), on_end=lambda: ends.append(1))

    running = await serve(app, tls="both", tls_files=tls_files)
    client = await running.connect(trust if scheme == "https" else None)
    await client.send(GET)
    await client.head()
    assert ends == []
    client.writer.transport.abort()
    await eventually(lambda: ends == [1])
    await eventually(lambda: not running.server._site.tasks)
    assert ends == [1]


async def test_stream_waits_for_a_slow_client(serve):
    made = []

    async def pieces():
        for number in range(400):
            made.append(number)
            yield bytes(MIB // 4)

    running = await serve(lambda r: http.Response(200, [], pieces()))
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.connect(("127.0.0.1", running.port))
    with slow:
        slow.sendall(GET)
        await asyncio.sleep(0.3)
        count = len(made)
        assert 0 < count < 100
        await asyncio.sleep(0.1)
        assert len(made) == count


async def test_fault_in_a_callback_at_the_end_ends_nothing(serve, caplog):
    def fault() -> None:
        raise RuntimeError("oh")

    client = await (await serve(lambda r: http.Response(200, on_end=fault))).connect()
    assert [(await client.ask(GET))[0] for _ in range(2)] == [200, 200]
    assert "callback" in caplog.text
