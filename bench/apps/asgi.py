"""The same trivial application for ASGI servers. `PATHSEND=1` where the server sends files by itself."""

from __future__ import annotations

import os
from typing import Any

LARGE = os.environ["LARGE"]
SIZE = b"%d" % (64 << 20)
STEP = 256 * 1024
HAS_PATHSEND = os.environ.get("PATHSEND") == "1"


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await (_file(send) if scope["path"] == "/file" else _count(receive, send))


async def _start(send: Any, length: bytes) -> None:
    headers = [(b"content-length", length)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


async def _file(send: Any) -> None:
    await _start(send, SIZE)
    if HAS_PATHSEND:
        await send({"type": "http.response.pathsend", "path": LARGE})
        return
    with open(LARGE, "rb") as file:  # noqa: ASYNC230, PTH123 - what an application of this kind does
        while piece := file.read(STEP):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _count(receive: Any, send: Any) -> None:
    size, has_more = 0, True
    while has_more:
        message = await receive()
        size += len(message.get("body", b""))
        has_more = message.get("more_body", False)
    body = b"%d" % size
    await _start(send, b"%d" % len(body))
    await send({"type": "http.response.body", "body": body})
