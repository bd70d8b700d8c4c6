"""The trivial application on our own server: `python edge.py LARGE PORT`."""

from __future__ import annotations

import asyncio
import sys

import uvloop

from homeport import clock
from homeport.edge import config, http, server

LARGE, PORT = sys.argv[1], int(sys.argv[2])
SIZE = 64 << 20


def app(request: http.Request) -> http.Response | asyncio.Future[http.Response]:
    if request.path == "/file":
        return http.Response(200, [], http.FileBody(LARGE, 0, SIZE))
    body = request.body.peek()
    if body is None:
        return upload(request)  # type: ignore[return-value]
    return http.Response(200, [], b"%d" % len(body))


async def upload(request: http.Request) -> http.Response:
    size = 0
    async for piece in request.body:
        size += len(piece)
    return http.Response(200, [], b"%d" % size)


async def main() -> None:
    address = config.Address("127.0.0.1", PORT)
    await server.Server(app, config.EdgeConfig((address,)), clock=clock.SystemClock()).start()
    await asyncio.Event().wait()


uvloop.run(main())
