"""Several applications behind one port, told apart by host and path."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from dataclasses import dataclass

from homeport.edge import http

_REMEMBERED = 1024
"""Hosts whose routes are remembered: a client may send any name."""


@dataclass(frozen=True, slots=True)
class Route:
    """Requests that one application answers. It sees the path as it was sent."""

    app: http.App
    host: str = ""
    """A name, `*.name` for everything below a name, or empty for every host. Without a port."""
    prefix: str = "/"
    """Whole segments that the path begins with: `/v2` stands for `/v2` and `/v2/...`, not for `/v2x`."""


class Hosts:
    """An `http.App` made of routes. An exact host goes before a wildcard, a longer prefix before a shorter one."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = sorted(routes, key=_rank, reverse=True)
        self._by_host: dict[str, list[tuple[str, str, http.App]]] = {}

    def __call__(self, request: http.Request) -> http.Response | Awaitable[http.Response]:
        """Answers with the application of the first route that fits; 404 where none does."""
        host = request.headers.get("host", "")
        routes = self._by_host.get(host)
        if routes is None:
            routes = self._remember(host)
        path = request.path
        for prefix, below, app in routes:
            if path.startswith(below) or path == prefix:
                return app(request)
        return http.Response(404, [("content-type", "text/plain")], b"Nothing answers here.\n")

    def _remember(self, host: str) -> list[tuple[str, str, http.App]]:
        name = host_name(host)
        routes = []
        for route in self._routes:
            if _fits(route.host, name):
                prefix = route.prefix.rstrip("/")
                routes.append((prefix, f"{prefix}/" if prefix else "", route.app))
        if len(self._by_host) >= _REMEMBERED:
            self._by_host.clear()
        self._by_host[host] = routes
        return routes


def host_name(host: str) -> str:
    """The name in a `Host` field, without its port, in lower case: https://www.rfc-editor.org/rfc/rfc9110#name-host-and-authority"""
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower().rstrip(".")


def _fits(pattern: str, name: str) -> bool:
    if pattern.startswith("*."):
        return name.endswith(pattern[1:].lower()) and len(name) > len(pattern) - 1
    return not pattern or pattern.lower() == name


def _rank(route: Route) -> tuple[int, int, int]:
    kind = 0 if not route.host else 1 if route.host.startswith("*.") else 2
    return kind, len(route.host), len(route.prefix.rstrip("/"))
