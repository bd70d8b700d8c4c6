"""The catalog: a tree of folders and repositories, or all of them in one list."""

from __future__ import annotations

import urllib.parse
from typing import Any

from homeport.console.asking.troubles import Trouble
from homeport.console.registry import commands
from homeport.console.registry.reading import address
from homeport.console.registry.source import choosing, source
from homeport.console.registry.source.source import Catalog, CatalogQuery
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http
from homeport.registry.grammar import names

SEARCH = 255
"""Characters of a search: a name has no more, https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests"""
MOST = 10**7
"""An offset beyond any list."""


async def show(visit: Visit) -> http.Response:
    """A page of it."""
    wanted = asked(visit)
    went = visit.query.text("open").strip()
    if went:
        return visit.go(f"/r/{urllib.parse.quote(address.parse(went).text, safe='/:@')}")
    try:
        found, trouble = await choosing.of(visit).catalog(wanted), None
    except Trouble as error:
        # A registry that lists nothing still shows a repository whose name one knows.
        if error.status != 403 or visit.registry.has_extension:
            raise
        found, trouble = Catalog(0, [], sorts=frozenset()), error
    values = _values(visit, wanted, found)
    return visit.page("registry/catalog.html", part=_part(visit), trouble=trouble, **values)


def asked(visit: Visit) -> CatalogQuery:
    """What the address asks for."""
    query = visit.query
    sort = query.choice("sort", source.CATALOG_SORTS, "name")
    order = query.choice("order", ("asc", "desc"), "asc" if sort == "name" else "desc")
    prefix = query.text("prefix").strip("/")
    return CatalogQuery(
        prefix if names.is_repository(prefix) else "",
        query.text("search").strip()[:SEARCH],
        query.has("flat"),
        sort,
        order,
        visit.options.page,
        query.number("offset", 0, 0, MOST),
    )


def _part(visit: Visit) -> str:
    """A folder that is opened in place is a list of its own."""
    return "below" if visit.query.has("below") else "rows"


def _values(visit: Visit, wanted: CatalogQuery, found: Catalog) -> dict[str, Any]:
    is_empty = not found.entries and not wanted.search and not wanted.prefix and not wanted.offset
    keep = {
        "prefix": wanted.prefix or None,
        "search": wanted.search or None,
        "flat": 1 if wanted.is_flat else None,
    }
    depth = visit.query.number("depth", 0, 0, 64)
    return {
        "wanted": wanted,
        "found": found,
        "keep": keep,
        "sorted": {"sort": wanted.sort, "order": wanted.order},
        "is_empty": is_empty,
        "push": commands.push(visit, "team/app") if is_empty else [],
        "crumbs": _crumbs(wanted.prefix),
        "depth": depth,
    }


def _crumbs(prefix: str) -> list[tuple[str, str]]:
    """The way to a folder."""
    parts = prefix.split("/") if prefix else []
    steps = [("Repositories", "/registry" if parts else "")]
    for number, part in enumerate(parts, 1):
        is_last = number == len(parts)
        at = urllib.parse.quote("/".join(parts[:number]), safe="")
        steps.append((part, "" if is_last else f"/registry?prefix={at}"))
    return steps


def way(name: str, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a repository and to what is in it."""
    steps = [*_crumbs(name)]
    folders = [(text, href) for text, href in steps[:-1]]
    return [*folders, (steps[-1][0], f"/r/{name}" if rest else ""), *rest]


ROWS = (Row("GET", "/registry", show),)
