"""HTTP requests to the world outside: on a few threads, so that none of them holds up anything here."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path

import urllib3

from homeport.storage.workers import Workers

THREADS = 32
"""Requests under way at once, of everybody together."""
CONNECTIONS = 64
"""Hosts to which a connection is kept open."""
TIMEOUT_S = 15.0
"""https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html"""
READ = 64 * 1024
"""Bytes of an answer that are read, so that the connection can be used again; of a longer one it is closed."""


class Unreachable(ConnectionError):
    """There was no answer: no such host, no connection, no trust in the certificate, too slow."""


class Outgoing:
    """Posts, and tells the status of the answer. `ca` is a certificate to trust beside those that the system trusts."""

    def __init__(
        self, ca: Path | None = None, *, threads: int = THREADS, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._ca = ca
        self._workers = Workers(threads)
        self._timeout = urllib3.Timeout(total=timeout_s)
        self._pool = urllib3.PoolManager(
            CONNECTIONS, maxsize=8, retries=False, ssl_context=self._context()
        )

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._ca is not None and self._ca.exists():
            context.load_verify_locations(self._ca)
        return context

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """The status of the answer; redirects are not followed. Raises `Unreachable`."""
        return await self._workers.run(lambda: self._post(url, headers, body))

    def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        try:
            answer = self._pool.request(
                "POST",
                url,
                body=body,
                headers=headers,
                redirect=False,
                timeout=self._timeout,
                preload_content=False,
            )
            # What is left of an answer that is long, or comes bit by bit, is not waited for.
            answer.read1(READ, decode_content=False)
            if answer.closed:
                answer.release_conn()
            else:
                answer.close()
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error
        return answer.status

    def close(self) -> None:
        """Closes connections that nobody uses; a request under way ends with the process."""
        self._pool.clear()
