"""Which handler answers a path: one table of rows, found by the first segments of the path."""

from __future__ import annotations

import urllib.parse
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal, NamedTuple

from homeport.console.visit import Visit
from homeport.edge import http

Handler = Callable[[Visit], Awaitable[http.Response]]
Needs = Literal["nothing", "login", "admin", "cloud", "cloud_write"]
"""What a visitor has to be: anybody, somebody, an admin of the registry, somebody where there is a local AWS, who may change that."""


class Row(NamedTuple):
    """One page or action. `{name}` in a path is one segment, `{name...}` at its end is all that is left."""

    method: Literal["GET", "POST", "PUT"]
    path: str
    handler: Handler
    needs: Needs = "login"
    body: Literal["form", "raw"] = "form"
    """`form`: read whole and parsed, with the CSRF token in it. `raw`: left to the handler; the token is in a header."""


class Found(NamedTuple):
    """A row, and what its path names."""

    row: Row
    names: dict[str, str]


class Table:
    """All rows. Of two that fit, the one that stands first answers."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._by_first: dict[str, list[tuple[Row, list[str]]]] = {}
        for row in rows:
            parts = row.path.strip("/").split("/")
            self._by_first.setdefault(parts[0], []).append((row, parts))

    def find(self, method: str, path: str) -> Found | None:
        """The row for a request; a HEAD is answered as a GET. None where there is none."""
        given = path.strip("/").split("/")
        for row, parts in self._by_first.get(given[0], ()):
            if row.method == ("GET" if method == "HEAD" else method):
                names = _names(parts, given)
                if names is not None:
                    return Found(row, names)
        return None

    def methods(self, path: str) -> list[str]:
        """The methods that a path has."""
        given = path.strip("/").split("/")
        rows = self._by_first.get(given[0], ())
        return list(
            dict.fromkeys(r.method for r, parts in rows if _names(parts, given) is not None)
        )


def _names(parts: list[str], given: list[str]) -> dict[str, str] | None:
    names: dict[str, str] = {}
    for at, part in enumerate(parts):
        if part.endswith("...}"):
            rest = "/".join(given[at:])
            return {**names, part[1:-4]: urllib.parse.unquote(rest)} if rest else None
        if at >= len(given):
            return None
        if part.startswith("{"):
            names[part[1:-1]] = urllib.parse.unquote(given[at])
        elif part != given[at]:
            return None
    return names if len(parts) == len(given) else None
