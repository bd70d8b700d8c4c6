"""A run as a stream of JSON lines: how far it is, now and then, and at last its report or its error.

https://github.com/ndjson/ndjson-spec
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from homeport.clock import Clock
from homeport.edge import http
from homeport.registry import errors
from homeport.registry.api.extension.jobs import Run

STEP_S = 0.2
"""Time between two lines at least: five a second look smooth."""
QUIET_S = 15.0
"""A line comes after so long in any case: proxies cut what is silent for 60.
https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout"""

HEADERS: http.Headers = [
    ("Content-Type", "application/x-ndjson"),
    ("Cache-Control", "no-store"),
    # https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering
    ("X-Accel-Buffering", "no"),
    errors.VERSION,
]


async def response(run: Run, clock: Clock) -> http.Response:
    """The answer that tells of a run. Whoever stops reading it stops nothing. Raises what makes the run fail at once."""
    await _pause(run, clock)
    if run.task.done() and not run.task.cancelled() and (failure := run.task.result().failure):
        raise failure
    return http.Response(200, list(HEADERS), _lines(run, clock))


async def _lines(run: Run, clock: Clock) -> AsyncIterator[bytes]:
    said = None
    at = clock.now()
    while not run.task.done():
        now = (run.done, run.total)
        if now != said or clock.now() - at >= QUIET_S:
            said, at = now, clock.now()
            yield _line({"progress": {"done": now[0], "total": now[1]}})
        await _pause(run, clock)
    yield _line(_end(run))


async def _pause(run: Run, clock: Clock) -> None:
    """Returns after a step, or at the end of the run."""
    pause = asyncio.ensure_future(clock.sleep(STEP_S))
    try:
        await asyncio.wait({run.task, pause}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        pause.cancel()


def _end(run: Run) -> dict[str, Any]:
    if run.task.cancelled():
        text = f"the registry stopped before the {run.kind} had ended; what it did stays done"
        return {"error": errors.error("UNKNOWN", text)}
    return run.task.result().as_json()


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode() + b"\n"
