"""Sends requests from any number of threads, and reads what comes back, within limits of size and time."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

import urllib3

from homeport.clock import Clock
from homeport.stack import version
from homeport.targets.kubernetes.cluster import errors, limits
from homeport.targets.kubernetes.cluster.configuration.access import Access
from homeport.targets.kubernetes.cluster.credentials.presented import Pair, Presented
from homeport.targets.kubernetes.cluster.wire import failures
from homeport.targets.kubernetes.cluster.wire.pools import Pools
from homeport.targets.kubernetes.cluster.wire.reply import Reply
from homeport.targets.kubernetes.cluster.wire.request import Request
from homeport.targets.kubernetes.cluster.wire.retrying import Broken

_AGENT = f"homeport/{version.VERSION}"


class Stream:
    """A body that comes bit by bit."""

    def __init__(
        self,
        response: urllib3.BaseHTTPResponse,
        access: Access,
        ended: Callable[[Stream], None],
    ) -> None:
        self._response = response
        self._access = access
        self._ended = ended
        self._is_interrupted = False

    def lines(self, limit: int) -> Iterator[bytes]:
        """Without their ends; longer ones than `limit` in pieces. Raises `Broken` where it ends before its end."""
        rest = b""
        try:
            while piece := _piece(self._response, self._access):
                *whole, rest = (rest + piece).split(b"\n")
                for line in whole:
                    yield from _cut(line, limit)
                while len(rest) > limit:
                    yield rest[:limit]
                    rest = rest[limit:]
        except Broken:
            if not self._is_interrupted:
                raise
        finally:
            self.close()
        if rest:
            yield rest

    def interrupt(self) -> None:
        """Has whoever reads it, in whatever thread, come to its end."""
        self._is_interrupted = True
        with contextlib.suppress(*failures.RAISED, RuntimeError):
            self._response.shutdown()

    def close(self) -> None:
        """Reads no more of it; its connection is not used again, since something may still come."""
        self._ended(self)
        self._response.close()
        self._response.release_conn()


class Connection:
    """To one API server. Redirects are not followed: credentials go where the kubeconfig says, and nowhere else."""

    def __init__(self, access: Access, clock: Clock) -> None:
        self._access = access
        self._clock = clock
        self._guard = threading.Lock()
        self._pools: Pools | None = None
        self._streams: set[Stream] = set()

    def ask(self, request: Request, presented: Presented, timeout_s: float) -> Reply:
        """Asks once. Raises `Broken` where there is no whole answer, `ClusterError` where there can be none."""
        end = self._clock.now() + timeout_s
        response = self._send(request, presented, timeout_s)
        headers = {name.lower(): response.headers[name] for name in response.headers}
        if request.is_stream and response.status == 200:
            return Reply(200, headers, stream=self._opened(response))
        with _closing(response):
            body = self._read(response, end)
        sent = presented.authorization.partition(" ")[2]
        return Reply(response.status, headers, body, credential=sent)

    def close(self) -> None:
        """Ends all streams, whoever reads them, and all connections."""
        with self._guard:
            streams, pools = list(self._streams), self._pools
            self._pools = None
        for stream in streams:
            stream.interrupt()
        if pools is not None:
            pools.close()

    def _send(
        self, request: Request, presented: Presented, timeout_s: float
    ) -> urllib3.BaseHTTPResponse:
        pools = self._pools_of(presented.pair)
        read_s = request.idle_s if request.is_stream else timeout_s
        connect_s = min(limits.CONNECT_S, timeout_s)
        try:
            return (pools.streams if request.is_stream else pools.requests).urlopen(
                request.method,
                self._prefix + request.target,
                body=request.body,
                headers=self._headers(request, presented),
                retries=False,
                redirect=False,
                assert_same_host=False,
                timeout=urllib3.Timeout(connect=connect_s, read=read_s),
                pool_timeout=max(1, int(timeout_s)),
                preload_content=False,
                decode_content=False,
            )
        except failures.RAISED as error:
            raise failures.translated(error, self._access) from None

    @property
    def _prefix(self) -> str:
        """The path that the server has before all others, as those behind a gateway do."""
        return (urllib3.util.parse_url(self._access.server).path or "").rstrip("/")

    def _headers(self, request: Request, presented: Presented) -> urllib3.HTTPHeaderDict:
        headers = urllib3.HTTPHeaderDict({"Accept": "application/json", "User-Agent": _AGENT})
        if request.body is not None:
            headers["Content-Type"] = request.content_type
        if presented.authorization:
            headers["Authorization"] = presented.authorization
        for name, value in self._access.impersonation:
            # A header is sent as latin-1; the API server reads UTF-8.
            headers.add(name, value.encode().decode("latin-1"))
        return headers

    def _pools_of(self, pair: Pair | None) -> Pools:
        """The connections that present this certificate; those of another one are given up."""
        with self._guard:
            if self._pools is None or self._pools.pair != pair:
                old, self._pools = self._pools, Pools(self._access, pair)
                if old is not None:
                    old.close()
            return self._pools

    def _read(self, response: urllib3.BaseHTTPResponse, end: float) -> bytes:
        body = bytearray()
        while piece := _piece(response, self._access):
            body += piece
            if len(body) > limits.ANSWER_BYTES:
                raise errors.ClusterError(
                    f"An answer of {self._access.server} is longer than "
                    f"{limits.ANSWER_BYTES // limits.MIB} MiB; it was not read."
                )
            if self._clock.now() > end:
                raise Broken("no whole answer in time")
        return bytes(body)

    def _opened(self, response: urllib3.BaseHTTPResponse) -> Stream:
        stream = Stream(response, self._access, self._ended)
        with self._guard:
            self._streams.add(stream)
        return stream

    def _ended(self, stream: Stream) -> None:
        with self._guard:
            self._streams.discard(stream)


def _piece(response: urllib3.BaseHTTPResponse, access: Access) -> bytes:
    """What has arrived, or arrives next; empty at the end."""
    try:
        return response.read1(limits.PIECE_BYTES) or b""
    except failures.RAISED as error:
        raise failures.translated(error, access) from None


def _cut(line: bytes, limit: int) -> Iterator[bytes]:
    for start in range(0, max(len(line), 1), limit):
        yield line[start : start + limit]


@contextlib.contextmanager
def _closing(response: urllib3.BaseHTTPResponse) -> Iterator[None]:
    """Gives the connection back; one whose answer was not read to its end is closed."""
    try:
        yield
    except BaseException:
        response.close()
        raise
    finally:
        response.release_conn()
