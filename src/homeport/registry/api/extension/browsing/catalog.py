"""The catalog as a tree or a list."""

from __future__ import annotations

import sqlite3
from typing import Any

from homeport.edge import http
from homeport.registry import limits
from homeport.registry.access import caller as callers
from homeport.registry.access.caller import Caller
from homeport.registry.api.extension import bodies
from homeport.registry.api.extension.browsing import asking
from homeport.registry.api.extension.browsing.rights import Rights
from homeport.registry.backend import Backend
from homeport.registry.store.browsing import catalog
from homeport.registry.store.browsing.catalog import Entry, Wanted

_FIELDS = frozenset({"prefix", "search", "flat", "sort", "order", "n", "offset"})


class Catalog:
    """The end point of the catalog."""

    def __init__(self, backend: Backend, rights: Rights) -> None:
        self._db = backend.db
        self._rights = rights

    async def page(self, request: http.Request, _: str) -> http.Response:
        """A page of folders and repositories, or of repositories alone. Of what may not be pulled, nothing shows."""
        wanted, caller = _wanted(request), callers.of(request)
        return await self._db.scan(lambda at: bodies.answer(self._read(at, wanted, caller)))

    def _read(self, connection: sqlite3.Connection, wanted: Wanted, caller: Caller) -> Any:
        may_pull = None if caller.is_admin else lambda name: caller.may(callers.PULL, name)
        found = catalog.page(connection, wanted, may_pull)
        return {
            "prefix": wanted.prefix,
            "total": found.total,
            "offset": wanted.offset,
            "entries": [self._shown(caller, entry) for entry in found.entries],
            "totals": {
                "repositories": found.repositories,
                "tags": found.tags,
                "bytes": found.bytes,
            },
        }

    def _shown(self, caller: Caller, entry: Entry) -> dict[str, Any]:
        shown = entry._asdict()
        if shown.pop("is_repository"):
            del shown["repositories"]
            return {"kind": "repository", **shown, "may": self._rights.of(caller, entry.name)}
        for field in ("manifests", "pulls"):
            del shown[field]
        return {"kind": "folder", **shown}


def _wanted(request: http.Request) -> Wanted:
    asked = asking.fields(request, _FIELDS)
    return Wanted(
        prefix=asking.folder(asked, "prefix"),
        # Names have no capitals.
        search=asking.text(asked, "search", limits.NAME_BYTES).lower(),
        is_flat=asking.flag(asked, "flat"),
        order=asking.order(asked, catalog.ORDERS),
        is_descending=asking.is_descending(asked),
        limit=asking.count(asked),
        offset=asking.offset(asked),
    )
