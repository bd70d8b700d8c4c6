"""HTTP to a back end, on a few threads: urllib3 waits there, and nothing here does.

https://urllib3.readthedocs.io/en/stable/
"""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncIterator, Mapping
from typing import Any, NamedTuple

import urllib3

from homeport.console.asking import troubles
from homeport.console.asking.troubles import Trouble, Unreachable
from homeport.console.options import Place
from homeport.storage.workers import Workers

THREADS = 16
"""Questions under way at once."""
CONNECT_S, READ_S = 3.0, 60.0
"""A back end that takes no connection within three seconds is down; an answer may have to be waited for."""
LIMIT = 32 * 2**20
"""Bytes of an answer that are read into memory: a manifest is 4 MiB at most, a page of 1,000 rows some hundred KiB."""
PIECE = 256 * 1024
COMPONENTS = {"the registry": "registry", "the local AWS": "cloud"}
"""What the logs of a back end are called: `homeport logs NAME`."""
WORDS = {
    "Timeout": "no answer came in time",
    "NewConnection": "nobody listens there",
    "EndpointConnection": "nobody listens there",
    "NameResolution": "its name is not known here",
    "SSL": "its certificate is not trusted here, or it speaks no TLS",
    "Protocol": "the connection broke off",
    "ConnectionClosed": "the connection broke off",
}
"""Why there is no answer, by a part of the name of an error of urllib3 or botocore; what stands first counts:
https://urllib3.readthedocs.io/en/stable/reference/urllib3.exceptions.html"""


class Reply(NamedTuple):
    """A whole answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON. Raises `Trouble` where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise Trouble(
                "The answer of the back end is not JSON.",
                hint="Is the address right? homeport status shows what runs where.",
                status=502,
            ) from error


class Opened(NamedTuple):
    """An answer whose body is still to come."""

    status: int
    headers: Mapping[str, str]
    body: AsyncIterator[bytes]


class Wire:
    """One back end. Whoever waits is let go when the answer has come; a question that nobody waits for any more runs to its end."""

    def __init__(self, what: str, place: Place, threads: int = THREADS) -> None:
        self.what = what
        """What the back end is called in sentences."""
        self.place = place
        self._workers = Workers(threads)
        self._pool: urllib3.PoolManager | None = None

    async def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        limit: int = LIMIT,
        timeout_s: float = READ_S,
    ) -> Reply:
        """The answer, whatever its status. Raises `Unreachable` where there is none, `Trouble` where it is too long."""
        return await self._workers.run(
            lambda: self._ask(method, path, dict(headers or {}), body, limit, timeout_s)
        )

    async def open(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Opened:
        """The answer with its body as a stream; one of unknown length comes as it is sent. Raises `Unreachable`."""
        answer = await self._workers.run(
            lambda: self._send(method, path, dict(headers or {}), body, READ_S)
        )
        return Opened(answer.status, answer.headers, self._pieces(answer))

    async def _pieces(self, answer: urllib3.BaseHTTPResponse) -> AsyncIterator[bytes]:
        # Who tells how far work has come sends a line now and then: `read` would wait for a whole piece of them.
        is_told = "chunked" in answer.headers.get("transfer-encoding", "").lower()
        read = answer.read1 if is_told else answer.read
        try:
            while piece := await self._workers.run(lambda: read(PIECE)):
                yield piece
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise self._away(error) from error
        finally:
            answer.close()

    def _ask(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes | None,
        limit: int,
        timeout_s: float,
    ) -> Reply:
        answer = self._send(method, path, headers, body, timeout_s)
        try:
            content = answer.read(limit + 1)
            if len(content) > limit:
                answer.close()
                raise Trouble(
                    f"The answer of {self.what} is longer than {limit // 2**20} MiB.", status=502
                )
            answer.release_conn()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            answer.close()
            raise self._away(error) from error
        return Reply(answer.status, answer.headers, content)

    def _send(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None, timeout_s: float
    ) -> urllib3.BaseHTTPResponse:
        if not path.startswith("/") or {".", ".."} & set(path.partition("?")[0].split("/")):
            # Followed on the way, dots would lead to another question than was meant; `@host/` behind our own host to another one.
            raise troubles.missing("There is nothing of this name.")
        timeout = urllib3.Timeout(connect=CONNECT_S, read=timeout_s)
        try:
            return self._opened().request(
                method,
                self.place.url + path,
                headers=headers,
                body=body,
                timeout=timeout,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise self._away(error) from error

    def _opened(self) -> urllib3.PoolManager:
        # Two threads that are first at once make two, and one of them is let go.
        if self._pool is None:
            its: dict[str, Any] = {}
            if self.place.url.startswith("https:"):
                its["ssl_context"] = context(self.place)
                if self.place.name and self.place.is_verified:
                    its |= {"assert_hostname": self.place.name, "server_hostname": self.place.name}
            self._pool = urllib3.PoolManager(4, maxsize=THREADS, retries=False, **its)
        return self._pool

    def _away(self, error: Exception) -> Unreachable:
        reason = getattr(error, "reason", None) or error
        return Unreachable(
            f"{self.what[:1].upper()}{self.what[1:]} does not answer at {self.place.url}: {why(reason)}.",
            hint=f"homeport status shows whether it runs, homeport logs {COMPONENTS.get(self.what, '')} why it does not.",
            is_slow=isinstance(reason, urllib3.exceptions.ReadTimeoutError),
        )

    def close(self) -> None:
        """Closes connections that nobody uses."""
        if self._pool is not None:
            self._pool.clear()


def why(error: object) -> str:
    """What kept an answer away, in words; the name of the error where there are none for it."""
    name = type(error).__name__
    return next((words for part, words in WORDS.items() if part in name), name)


def context(place: Place) -> ssl.SSLContext:
    """What is trusted there."""
    made = ssl.create_default_context()
    if not place.is_verified:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    elif place.ca is not None and place.ca.exists():
        made.load_verify_locations(place.ca)
    return made
