"""Function URLs over a socket."""

import asyncio

import pytest
from tests.aws.delivery.function_urls.conftest import HOST, Stream

from homeport.aws.delivery.function_urls.response import PRELUDE
from homeport.edge import http
from homeport.edge.config import EdgeConfig
from homeport.edge.server import Server


class Slow(Stream):
    """A stream that goes on when it is told to."""

    def __init__(self, pieces, content_type, error_code=""):
        super().__init__(pieces, content_type, error_code)
        self.go_on = asyncio.Event()
        self.has_ended = asyncio.Event()

    async def __aiter__(self):
        for piece in self.pieces:
            yield piece
            await self.go_on.wait()
        self.error_code = self.last_error

    async def aclose(self):
        self.has_ended.set()


@pytest.fixture
async def port(client):
    client.set(is_streaming=True)

    def app(request):
        return client.made().answer(request) or http.Response(404)

    server = Server(app, EdgeConfig(), clock=client.clock)
    await server.start()
    yield server.ports[0]
    await server.stop(1)


async def ask(port, method="GET"):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{method} / HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
    return reader, writer


async def test_pieces_arrive_while_the_function_goes_on(port, function):
    head = b'{"statusCode": 202, "headers": {"x-a": "b"}}' + bytes(8)
    function.said = Slow([head + b"first", b"second"], PRELUDE)
    reader, writer = await ask(port)
    got = await reader.readuntil(b"first")
    assert got.startswith(b"HTTP/1.1 202 ")
    assert b"x-a: b\r\n" in got
    function.said.go_on.set()
    assert (await reader.read()).endswith(b"6\r\nsecond\r\n0\r\n\r\n")
    writer.close()


async def test_a_failure_cuts_the_body_off(port, function):
    function.said = Slow([b"first"], "text/plain", "Unhandled")
    function.said.go_on.set()
    reader, writer = await ask(port)
    got = await reader.read()
    assert b"first" in got
    assert not got.endswith(b"0\r\n\r\n")
    writer.close()


async def test_a_client_that_goes_lets_go_of_the_stream(port, function):
    function.said = Slow([b"first"] * 1000, "text/plain")
    reader, writer = await ask(port)
    await reader.readuntil(b"first")
    writer.close()
    function.said.go_on.set()
    async with asyncio.timeout(5):
        await function.said.has_ended.wait()


async def test_a_head_request_lets_go_of_the_stream(port, function):
    function.said = Slow([b"first"], "text/plain")
    reader, writer = await ask(port, "HEAD")
    assert (await reader.read()).endswith(b"\r\n\r\n")
    async with asyncio.timeout(5):
        await function.said.has_ended.wait()
    writer.close()
