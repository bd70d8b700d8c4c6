"""A Docker-compatible engine on its Unix socket: as much of its HTTP API as it takes to run functions.

https://docs.docker.com/reference/api/engine/. Paths without a version mean the engine's own, so that old and new ones are spoken to.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from homeport.aws.lambda_.executors.base import StartFailed

_LIMIT = 8 * 1024 * 1024
"""Bytes of one answer, line or header."""
_PIECE = 65_536


class EngineError(StartFailed):
    """The engine refused, or cannot be reached."""

    def __init__(self, what: str, *, status: int = 0, hint: str = "") -> None:
        super().__init__(what, hint=hint)
        self.status = status
        """Of its answer; 0 where there was none."""


class _Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    reader: asyncio.StreamReader

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body as it comes. https://www.rfc-editor.org/rfc/rfc9112#section-6.3"""
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            while size := int(await self.reader.readline() or b"0", 16):
                yield await self.reader.readexactly(size)
                await self.reader.readexactly(2)
            return
        left = int(self.headers.get("content-length", -1))
        while left and (piece := await self.reader.read(_PIECE if left < 0 else min(left, _PIECE))):
            left -= len(piece) if left > 0 else 0
            yield piece

    async def body(self) -> bytes:
        """The whole of a body that ends soon."""
        body = b""
        async for piece in self.pieces():
            body += piece
            if len(body) > _LIMIT:
                raise EngineError("The container engine gave an answer that is too long.")
        return body


class Engine:
    """One engine. Each request has a connection of its own, as some last as long as a container."""

    def __init__(self, socket: str) -> None:
        """`socket` is `unix://` and a path, or a path."""
        self.socket = socket.removeprefix("unix://")

    async def call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """What it answers, from JSON; None where that is nothing. Raises `EngineError`."""
        async with self._asked(method, path, query, body, headers) as answer:
            read = await answer.body()
            return json.loads(read) if read.strip() else None

    @contextlib.asynccontextmanager
    async def stream(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """What it answers, piece by piece, once the answer has begun. Raises `EngineError`."""
        async with self._asked(method, path, query, None, headers) as answer:
            yield answer.pieces()

    @contextlib.asynccontextmanager
    async def _asked(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None,
        body: Any,
        headers: Mapping[str, str] | None,
    ) -> AsyncIterator[_Answer]:
        reader, writer = await self._connected()
        try:
            writer.write(_request(method, path, query or {}, body, headers or {}))
            answer = await _answered(reader)
            await _check(answer, f"{method} {path}")
            yield answer
        except (
            OSError,
            asyncio.IncompleteReadError,
            asyncio.LimitOverrunError,
            ValueError,
        ) as error:
            raise EngineError(
                f"The container engine at {self.socket} broke off {method} {path}: {error}."
            ) from error
        finally:
            writer.close()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        try:
            return await asyncio.open_unix_connection(self.socket, limit=_LIMIT)
        except OSError as error:
            raise EngineError(
                f"There is no container engine at {self.socket}: {error.strerror or error}.",
                hint="Start Docker or podman (systemctl start docker), or name its socket: HOMEPORT_FUNCTIONS_DOCKER=unix:///PATH.",
            ) from error


def _request(
    method: str, path: str, query: Mapping[str, str], body: Any, headers: Mapping[str, str]
) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    target = quote(path, safe="/:@") + (f"?{urlencode(query)}" if query else "")
    lines = {
        "Host": "docker",
        "Connection": "close",
        "Content-Length": str(len(content)),
        **({} if body is None else {"Content-Type": "application/json"}),
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + content


async def _answered(reader: asyncio.StreamReader) -> _Answer:
    first = await reader.readuntil(b"\r\n")
    _, _, rest = first.partition(b" ")
    status = int(rest[:3])
    headers = {}
    while (line := await reader.readuntil(b"\r\n")) != b"\r\n":
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    if status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
        headers["content-length"] = "0"
    return _Answer(status, headers, reader)


async def _check(answer: _Answer, asked: str) -> None:
    if answer.status < HTTPStatus.BAD_REQUEST:
        return
    body = await answer.body()
    try:
        message = json.loads(body)["message"]
    except (ValueError, KeyError, TypeError):
        message = body.decode(errors="replace")[:1000]
    raise EngineError(f"The container engine refused {asked}: {message}", status=answer.status)
