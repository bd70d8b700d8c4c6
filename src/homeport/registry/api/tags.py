"""The tags of a repository, and the catalog of repositories.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags
https://distribution.github.io/distribution/spec/api/#listing-repositories
"""

from __future__ import annotations

import asyncio

from homeport.edge import http
from homeport.registry import errors, limits
from homeport.registry.access import caller as callers
from homeport.registry.api import query
from homeport.registry.backend import Backend
from homeport.registry.grammar import names
from homeport.registry.store import manifests, repositories
from homeport.storage.db import Database

STEP = 32
"""Names that are looked at before others have their turn."""


class Tags:
    """Lists."""

    def __init__(self, backend: Backend, page: int = limits.PAGE) -> None:
        self._db = backend.db
        self._page = page

    def list(self, request: http.Request, name: str, _: str) -> http.Response:
        """end-8: the tags of a repository, in the order of their bytes."""
        repository = repositories.find(self._db, name)
        if repository is None:
            names.check_repository(name)
            raise errors.Failure("NAME_UNKNOWN", detail={"name": name})
        wanted = query.page(request.query, default=limits.TAGS_PAGE, most=limits.TAGS_PAGE)
        found = manifests.tags(self._db, repository, wanted.after, wanted.size + 1)
        return query.answer(f"/v2/{name}/tags/list", wanted, found, {"name": name}, "tags")

    async def catalog(self, request: http.Request, _name: str, _: str) -> http.Response:
        """All repositories that hold a manifest."""
        wanted = query.page(request.query, default=self._page, most=self._page)
        found = await _visible(self._db, callers.of(request), wanted.after, wanted.size + 1)
        return query.answer("/v2/_catalog", wanted, found, {}, "repositories")


async def _visible(db: Database, caller: callers.Caller, after: str, count: int) -> list[str]:
    """The next names of those that the caller may pull from."""
    visible: list[str] = []
    while True:
        # Not as few at a time as are wanted: who sees few of ten thousand would have each asked for by itself.
        found = repositories.page(db, after, STEP)
        visible += [name for name in found if caller.may(callers.PULL, name)]
        if len(visible) >= count or len(found) < STEP:
            return visible[:count]
        after = found[-1]
        await asyncio.sleep(0)
