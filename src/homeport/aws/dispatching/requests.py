"""The last calls of all services, for whoever asks what a program just did: `GET /_homeport/requests`.

Kept in memory alone, and without bodies: what a call was about is in its line, what it carried is nobody's business.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Iterable
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from homeport.aws.signing.credential import DEFAULT_REGION, Credential
from homeport.clock import Clock
from homeport.edge import access_log, http

PATH = "/_homeport/requests"
CONSOLE = "homeport-console"
"""How the console's own calls begin to say who they are (`User-Agent`): they are left out unless they are asked for."""
KEPT = 1000
WAITERS = 32
"""Who waits beyond these is answered at once."""
WAIT_S = 25.0
"""Below the 30 s after which proxies give up: https://docs.aws.amazon.com/general/latest/gr/sqs-service.html has 20 s for the same reason."""
AGENT, TARGET, OPERATION = 120, 2048, 128
"""Characters that are kept of what a client says of itself, of path and query (a key of S3 is 1,024 bytes), and of an operation that
only the client names."""
PAGE = 100
GONE = 499
"""The status of a call whose client left before it was answered, as in the access log."""

_FUNCTION_URL = ".lambda-url."


class Seen:
    """What is known of a call while it runs, as `http.Request.caller`."""

    __slots__ = ("credential", "error", "operation", "request_id", "service")

    def __init__(self, service: str, credential: Credential, request_id: str) -> None:
        self.service = service
        self.credential = credential
        self.request_id = request_id
        self.operation = ""
        """Once it is known."""
        self.error = ""
        """The code of the error that it ended with."""


class Wanted(NamedTuple):
    """Which calls somebody asks for."""

    after: int | None
    service: str
    is_failed: bool
    has_console: bool
    limit: int

    def has(self, line: Line) -> bool:
        """Whether a call is one of them."""
        return (
            (not self.service or line.seen.service == self.service)
            and (not self.is_failed or line.status >= 400)
            and (self.has_console or not line.agent.startswith(CONSOLE))
        )


class Line(NamedTuple):
    """One call that has ended."""

    seq: int
    at: float
    seen: Seen
    status: int
    ms: float
    bytes_in: int | None
    bytes_out: int
    method: str
    path: str
    query: str
    agent: str

    def shown(self) -> dict[str, Any]:
        """As the page has it. Secrets in the query are masked."""
        seen, query = self.seen, access_log.mask(self.query)
        return {
            "seq": self.seq,
            "at": self.at,
            "service": seen.service,
            "operation": seen.operation,
            "status": self.status,
            "error": seen.error,
            "ms": round(self.ms, 2),
            "bytes_in": self.bytes_in,
            "bytes_out": self.bytes_out,
            "account": seen.credential.account,
            "region": seen.credential.region,
            "method": self.method,
            "path": f"{self.path}?{query}" if query else self.path,
            "request_id": seen.request_id,
            "agent": self.agent,
        }


class Requests:
    """The last calls: an `access_log.Recorder` that fills itself, and the page that shows them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lines: deque[Line] = deque(maxlen=KEPT)
        self._last = 0
        self._waiting: dict[asyncio.Future[None], Wanted] = {}

    def record(
        self, now: float, request: http.Request, status: int, size: int, duration_s: float
    ) -> None:
        """Keeps a call; what is none (a page of the edge port, a probe) is passed over."""
        seen = request.caller
        if type(seen) is not Seen:
            if _FUNCTION_URL not in request.headers.get("host", ""):
                return
            seen = _function_url(request.headers["host"])
        self._last += 1
        query = request.query
        line = Line(
            self._last,
            now,
            seen,
            status,
            duration_s * 1000,
            request.body.length,
            size,
            request.method,
            request.path[:TARGET],
            # A secret that is cut is masked all the same: it goes on to the end.
            query[:TARGET] if query else "",
            request.headers.get("user-agent", "")[:AGENT],
        )
        self._lines.append(line)
        if self._waiting:
            self._tell(line)

    def flush(self) -> None:
        """Nothing is held back. Who waits is let go: the server ends."""
        self.let_go()

    def let_go(self) -> None:
        """Answers all who wait."""
        for waiting in list(self._waiting):
            _wake(waiting)

    def answer(self, request: http.Request) -> http.Response | Awaitable[http.Response] | None:
        """The page; None for another path."""
        if request.path != PATH:
            return None
        if request.method not in ("GET", "HEAD"):
            return http.Response(405, [("Allow", "GET, HEAD")])
        said = dict(parse_qsl(request.query[:TARGET]))
        try:
            wanted, wait_s = _wanted(said)
        except ValueError as error:
            return _json({"error": str(error)}, 400)
        lines = self._find(wanted)
        if lines or wait_s <= 0 or len(self._waiting) >= WAITERS:
            return self._page(lines, wanted)
        return self._wait(request, wanted, wait_s)

    def _find(self, wanted: Wanted) -> list[Line]:
        """Behind `after` the oldest first, so that nothing is passed over; without it the newest."""
        if wanted.after is None:
            newest = _first(reversed(self._lines), wanted)
            return newest[::-1]
        # A number that was not given out yet comes from before a restart.
        after = wanted.after if wanted.after <= self._last else 0
        return _first((line for line in self._since(after)), wanted)

    def _since(self, after: int) -> Iterable[Line]:
        passed = max(0, len(self._lines) - (self._last - after))
        return (line for at, line in enumerate(self._lines) if at >= passed)

    def _page(self, lines: list[Line], wanted: Wanted) -> http.Response:
        is_full = wanted.after is not None and len(lines) == wanted.limit
        shown = [line.shown() for line in lines]
        return _json({"requests": shown, "next": lines[-1].seq if is_full else self._last})

    async def _wait(self, request: http.Request, wanted: Wanted, wait_s: float) -> http.Response:
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[waiting] = wanted
        request.on_gone = lambda: _wake(waiting)
        timer = self._clock.call_at(self._clock.now() + wait_s, lambda: _wake(waiting))
        try:
            await waiting
        finally:
            timer.cancel()
            del self._waiting[waiting]
        return self._page(self._find(wanted), wanted)

    def _tell(self, line: Line) -> None:
        for waiting, wanted in self._waiting.items():
            if wanted.has(line):
                _wake(waiting)


def _first(lines: Iterable[Line], wanted: Wanted) -> list[Line]:
    found: list[Line] = []
    for line in lines:
        if wanted.has(line):
            found.append(line)
            if len(found) == wanted.limit:
                break
    return found


def _wake(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)


def _wanted(said: dict[str, str]) -> tuple[Wanted, float]:
    """What is asked for, and how long to wait for it. Raises ValueError with a sentence."""
    after = _number(said, "after", 0, 2**63) if said.get("after") else None
    wanted = Wanted(
        after,
        said.get("service", ""),
        said.get("errors", "") in {"1", "true"},
        said.get("console", "") in {"1", "true"},
        _number(said, "n", PAGE, KEPT) or 1,
    )
    return wanted, min(float(_number(said, "wait", 0, 3600)), WAIT_S)


def _number(said: dict[str, str], name: str, default: int, most: int) -> int:
    text = said.get(name) or str(default)
    if not (text.isascii() and text.isdecimal() and int(text[:20]) <= most):
        raise ValueError(f"{name} must be a whole number from 0 to {most}.")
    return int(text)


def _function_url(host: str) -> Seen:
    """A call of a function's own URL: nobody signed it.

    https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    """
    region = host.partition(_FUNCTION_URL)[2].partition(".")[0] or DEFAULT_REGION
    seen = Seen("lambda", Credential(region=region[:32]), "")
    seen.operation = "InvokeFunctionUrl"
    return seen


def _json(document: dict[str, Any], status: int = 200) -> http.Response:
    headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
    return http.Response(status, headers, json.dumps(document).encode())
