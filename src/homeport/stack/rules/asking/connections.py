"""Requests to the components by their names, wherever these are reached. Nothing is followed and nothing is tried again."""

from __future__ import annotations

import ssl
import urllib.parse
from collections.abc import Mapping
from typing import Any, NamedTuple

import urllib3

from homeport import errors
from homeport.stack.rules.asking import trust
from homeport.stack.rules.asking.places import Place

TIMEOUT = urllib3.Timeout(connect=10.0, read=90.0)
"""The first call of a function can take a minute, while its image is pulled."""

Response = Any
"""urllib3's, whose body is not read yet."""


class Request(NamedTuple):
    """What is asked."""

    method: str
    target: str
    """Path and query."""
    headers: Mapping[str, str]
    body: bytes


class Connections:
    """One pool for each name and scheme."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        self._places = places
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._pools: dict[tuple[str, bool], urllib3.HTTPConnectionPool] = {}

    def has(self, host: str) -> bool:
        """Whether it is known where a name is reached."""
        return host in self._places

    def place(self, host: str) -> Place:
        """Where a name is reached. Raises `HomeportError` for a name that the stack has not."""
        found = self._places.get(host)
        if found is None:
            raise errors.HomeportError(f"{host} is no name of the stack.")
        return found

    def trusted(self, host: str) -> ssl.SSLContext:
        """Whom to trust there."""
        if host not in self._contexts:
            self._contexts[host] = trust.context(self.place(host))
        return self._contexts[host]

    def send(self, host: str, asked: Request, *, is_plain: bool = False) -> Response:
        """The answer, whose body is to be read. Raises `HomeportError` where there is none."""
        place = self.place(host)
        port = place.plain_port if is_plain else place.port
        named = {"Host": _host(place, port, is_plain=is_plain), **asked.headers}
        try:
            return self._pool(place, is_plain=is_plain).urlopen(
                asked.method,
                asked.target,
                body=asked.body,
                headers=named,
                redirect=False,
                retries=False,
                preload_content=False,
                assert_same_host=False,
            )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise trust.failure(place._replace(port=port), error) from error

    def read(self, host: str, response: Response) -> bytes:
        """The whole body. Raises `HomeportError` where it ends too early."""
        try:
            data: bytes = response.read(decode_content=False)
            return data
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise trust.failure(self.place(host), error) from error
        finally:
            response.release_conn()

    def close(self) -> None:
        """Ends all connections; the next request makes new ones."""
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()

    def _pool(self, place: Place, *, is_plain: bool) -> urllib3.HTTPConnectionPool:
        key = (place.host, is_plain)
        if key not in self._pools:
            self._pools[key] = self._made(place, is_plain=is_plain)
        return self._pools[key]

    def _made(self, place: Place, *, is_plain: bool) -> urllib3.HTTPConnectionPool:
        address = place.address or place.host
        if is_plain or not place.is_encrypted:
            port = place.plain_port if is_plain else place.port
            return urllib3.HTTPConnectionPool(address, port, timeout=TIMEOUT)
        return urllib3.HTTPSConnectionPool(
            address,
            place.port,
            timeout=TIMEOUT,
            ssl_context=self.trusted(place.host),
            server_hostname=place.host,
            assert_hostname=place.host,
        )


def _host(place: Place, port: int, *, is_plain: bool) -> str:
    """https://www.rfc-editor.org/rfc/rfc9110#section-7.2"""
    usual = 443 if place.is_encrypted and not is_plain else 80
    return place.host if port == usual else f"{place.host}:{port}"


def target(url: str) -> str:
    """Path and query of a URL."""
    parts = urllib.parse.urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
