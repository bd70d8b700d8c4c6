"""A plain client of the API, for tests that look at the wire."""

from __future__ import annotations

import contextlib
import json
import urllib.parse
from collections.abc import Iterator
from typing import Any, NamedTuple

import urllib3

LISTS = {"hosts": "/api/config/dns/hosts", "cnameRecords": "/api/config/dns/cnameRecords"}


class Got(NamedTuple):
    """A status and what came with it."""

    status: int
    body: dict[str, Any]

    @property
    def error(self) -> tuple[str, str, str | None]:
        """Key, message, hint."""
        found = self.body["error"]
        return found["key"], found["message"], found["hint"]


class Client:
    """One connection after the other; `sid` is sent along where it is set."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._http = urllib3.PoolManager(retries=False, cert_reqs="CERT_NONE")
        self.sid = ""
        self.csrf = ""

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Got:
        if self.sid and not headers:
            headers = {"X-FTL-SID": self.sid}
        reply = self._http.request(method, self._url + path, json=body, headers=headers, timeout=10)
        return Got(reply.status, json.loads(reply.data) if reply.data else {})

    def log_in(self, password: str, **more: Any) -> Got:
        got = self.call("POST", "/api/auth", {"password": password, **more})
        if got.status == 200:
            self.sid = got.body["session"]["sid"] or ""
            self.csrf = got.body["session"].get("csrf", "")
        return got

    def log_out(self) -> int:
        status = self.call("DELETE", "/api/auth").status
        self.sid = ""
        return status

    def close(self) -> None:
        self._http.clear()

    def items(self, setting: str) -> list[str]:
        return self.call("GET", LISTS[setting]).body["config"]["dns"][setting]

    def put(self, setting: str, item: str, *, restarts: bool = False) -> Got:
        return self.call("PUT", _path(setting, item, restarts=restarts))

    def delete(self, setting: str, item: str, *, restarts: bool = False) -> Got:
        return self.call("DELETE", _path(setting, item, restarts=restarts))

    def patch(self, **settings: Any) -> Got:
        """Settings of `webserver.api`."""
        return self.call("PATCH", "/api/config", {"config": {"webserver": {"api": settings}}})


def _path(setting: str, item: str, *, restarts: bool) -> str:
    path = f"{LISTS[setting]}/{urllib.parse.quote(item, safe='')}"
    return path if restarts else f"{path}?restart=false"


@contextlib.contextmanager
def opened(url: str, password: str = "") -> Iterator[Client]:
    """A client that is logged in where there is a password, and logged out at the end."""
    client = Client(url)
    try:
        if password:
            assert client.log_in(password).status == 200
        yield client
    finally:
        if client.sid:
            client.log_out()
        client.close()
