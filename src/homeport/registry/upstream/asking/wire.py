"""Requests to one upstream, over urllib3 and on threads of their own: a slow upstream holds up nobody else."""

from __future__ import annotations

import contextlib
import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import urllib3

from homeport import errors as faults
from homeport.clock import Clock
from homeport.registry.options import Upstream
from homeport.registry.upstream import limits
from homeport.registry.upstream.asking import reach, redirects
from homeport.registry.upstream.asking.errors import Unreachable, Wrong
from homeport.registry.upstream.asking.redirects import Target
from homeport.storage.workers import Workers

_ALWAYS = {"User-Agent": "homeport", "Accept-Encoding": "identity"}
_HOSTS = 8
"""Hosts to which connections are kept open: the upstream, its token server, and those that it redirects to."""


# More digits are the size of no file.
_LENGTH = re.compile(r"[0-9]{1,18}")


class Reply(NamedTuple):
    """An answer that is at hand."""

    status: int
    headers: Mapping[str, str]
    """Names are found in any case."""
    body: bytes
    is_own: bool
    """Whether it came from the host that was asked, and not from one that it redirected to."""


class Opened(NamedTuple):
    """An answer whose body is still to come."""

    answer: urllib3.BaseHTTPResponse
    is_own: bool

    @property
    def length(self) -> int | None:
        """Bytes of the body, where the upstream says how many."""
        return length(self.answer.headers)


class Wire:
    """The connections to one upstream. Its errors say what happened, not to whom: `client` adds that."""

    def __init__(self, upstream: Upstream, clock: Clock) -> None:
        """Raises `SettingsError` where the certificate can not be read."""
        self.workers = Workers(limits.THREADS)
        self._now: Callable[[], float] = clock.now
        self._pool = urllib3.PoolManager(
            _HOSTS,
            maxsize=limits.THREADS,
            retries=False,
            ssl_context=_context(upstream),
            timeout=urllib3.Timeout(connect=limits.CONNECT_S, read=limits.READ_S),
        )
        reach.Reach(upstream.url).guard(self._pool)

    async def ask(self, method: str, asked: Target, limit: int, *, hops: int) -> Reply:
        """The whole answer, after at most `hops` redirects. Raises `Unreachable`, and `Wrong` where it has more than `limit` bytes."""
        return await self.workers.run(lambda: self._ask(method, asked, limit, hops))

    async def open(self, asked: Target) -> Opened:
        """The answer to a GET, with its body still to come; whoever gets it closes it. Raises `Unreachable`."""
        found: list[Opened] = []

        def job() -> Opened:
            with _translated():
                found.append(self._follow("GET", asked, limits.REDIRECTS, may_be_plain=True))
            return found[0]

        def lost() -> None:
            found[0].answer.close()

        return await self.workers.run(job, on_lost=lost)

    def close(self) -> None:
        """Closes connections that nobody uses."""
        self._pool.clear()

    # On threads

    def _ask(self, method: str, asked: Target, limit: int, hops: int) -> Reply:
        with _translated():
            answer, is_own = self._follow(method, asked, hops, may_be_plain=False)
            try:
                body = b"" if method == "HEAD" else self._read(answer, limit)
            except BaseException:
                answer.close()
                raise
            answer.release_conn()
            return Reply(answer.status, answer.headers, body, is_own)

    def _follow(self, method: str, asked: Target, hops: int, *, may_be_plain: bool) -> Opened:
        start = redirects.origin(asked.url)
        while True:
            answer = self._request(method, asked)
            location = answer.headers.get("Location")
            if answer.status not in redirects.STATUSES or location is None:
                return Opened(answer, redirects.origin(asked.url) == start)
            answer.close()
            if not hops:
                raise Wrong("it redirects once too often")
            hops -= 1
            asked = redirects.follow(asked, location, may_be_plain=may_be_plain)

    def _request(self, method: str, asked: Target) -> urllib3.BaseHTTPResponse:
        try:
            return self._send(method, asked)
        except urllib3.exceptions.ProtocolError:
            # A connection that was kept open may have been ended meanwhile: https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2
            return self._send(method, asked)

    def _send(self, method: str, asked: Target) -> urllib3.BaseHTTPResponse:
        return self._pool.request(
            method,
            asked.url,
            headers={**_ALWAYS, **asked.headers},
            redirect=False,
            preload_content=False,
            decode_content=False,
        )

    def _read(self, answer: urllib3.BaseHTTPResponse, limit: int) -> bytes:
        end = self._now() + limits.SMALL_ANSWER_S
        body = bytearray()
        while piece := answer.read1(limits.PIECE, decode_content=False):
            body += piece
            if len(body) > limit:
                raise Wrong(f"its answer has more than the {limit:,} bytes allowed")
            if self._now() > end:
                raise Unreachable(f"its answer took more than {limits.SMALL_ANSWER_S:.0f} s")
        return bytes(body)


def _context(upstream: Upstream) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if upstream.ca is not None:
        try:
            context.load_verify_locations(upstream.ca)
        except OSError as error:
            raise faults.SettingsError(
                f"The certificate {upstream.ca} of the upstream {upstream.url} could not be used: {error}.",
                hint="Name a file with certificates in PEM.",
            ) from error
    return context


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        raise Unreachable(explain(error)) from error


def length(headers: Mapping[str, str]) -> int | None:
    """What `Content-Length` says; None where it says nothing of use."""
    text = headers.get("Content-Length", "")
    return int(text) if _LENGTH.fullmatch(text) is not None else None


def explain(error: Exception) -> str:
    """What happened, without the address: that of a redirect is signed, and as good as a password."""
    if isinstance(error, ValueError):
        return "it named an address that is none"
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return "no connection"
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return "it took too long"
    if isinstance(error, urllib3.exceptions.SSLError):
        return f"no trust: {error}"
    if isinstance(error, urllib3.exceptions.ProtocolError):
        return "the connection broke off"
    return type(error).__name__
