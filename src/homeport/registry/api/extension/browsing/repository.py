"""One repository: its sums, its tags, and the manifests that no tag leads to."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from homeport.edge import http
from homeport.registry.access import caller as callers
from homeport.registry.api.extension import bodies
from homeport.registry.api.extension.browsing import asking, rights
from homeport.registry.api.extension.browsing.rights import Rights
from homeport.registry.backend import Backend
from homeport.registry.browsing import kinds, limits, reading
from homeport.registry.browsing.describer import Describer
from homeport.registry.grammar import names
from homeport.registry.store import repositories
from homeport.registry.store.browsing import catalog, manifests, tags
from homeport.registry.store.browsing.catalog import Repository
from homeport.registry.store.browsing.manifests import Shown
from homeport.registry.store.browsing.tags import Wanted
from homeport.registry.store.space import snapshot

_TAG_FIELDS = frozenset({"search", "platform", "kind", "sort", "order", "n", "offset"})
_PAGE_FIELDS = frozenset({"n", "offset"})
_TAG_CHARACTERS = 128
"""https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests"""
_PLATFORM_CHARACTERS = 100

Read = Callable[[sqlite3.Connection, Repository], Any]


class Repositories:
    """The end points of one repository that only read."""

    def __init__(self, backend: Backend, describer: Describer, rights: Rights) -> None:
        self._db = backend.db
        self._describer = describer
        self._rights = rights

    async def read(self, request: http.Request, name: str, read: Read) -> http.Response:
        """What is read of a repository, in a thread and from one commit. Raises where the caller may not know of it."""
        names.check_repository(name)
        rights.check_visible(callers.of(request), name)
        known = repositories.find(self._db, name)
        if known is None:
            raise rights.absent(name)
        await self._describer.see(known)

        def in_thread(connection: sqlite3.Connection) -> http.Response:
            with snapshot.one_commit(connection):
                found = catalog.find(connection, name)
                if found is None:
                    raise rights.absent(name)
                value = read(connection, found)
            return bodies.answer(value)

        return await self._db.scan(in_thread)

    async def whole(self, request: http.Request, name: str) -> http.Response:
        """The repository itself."""
        asking.fields(request, ())
        may = self._rights.of(callers.of(request), name)

        def read(connection: sqlite3.Connection, found: Repository) -> Any:
            shown = found._asdict()
            del shown["id"]
            looks = tags.looks(connection, found.id, limits.LISTED)
            platforms = {each for _, text in looks for each in reading.platforms(text)}
            there = {kind for kind, _ in looks}
            return {
                **shown,
                "untagged": len(manifests.untagged(connection, found.id)),
                "may": may,
                "platforms": sorted(platforms),
                "kinds": [kind for kind in kinds.ALL if kind in there],
            }

        return await self.read(request, name, read)

    async def tags(self, request: http.Request, name: str) -> http.Response:
        """A page of tags, in any order."""
        wanted = _wanted(request)

        def read(connection: sqlite3.Connection, found: Repository) -> Any:
            page = tags.page(connection, found.id, wanted)
            of = manifests.some(connection, {tag.manifest for tag in page.tags})
            digests = {each.digest for each in of.values()}
            referrers = manifests.referrers(connection, found.id, digests)
            return {
                "name": name,
                "total": found.tags,
                "matching": page.matching,
                "offset": wanted.offset,
                "tags": [
                    {
                        "tag": tag.name,
                        **shown(of[tag.manifest]),
                        "pushed": tag.pushed,
                        "pulled": tag.pulled,
                        "pulls": tag.pulls,
                        "referrers": referrers[of[tag.manifest].digest],
                    }
                    for tag in page.tags
                ],
            }

        return await self.read(request, name, read)

    async def untagged(self, request: http.Request, name: str) -> http.Response:
        """A page of the manifests that no tag leads to, the latest first."""
        asked = asking.fields(request, _PAGE_FIELDS)
        count, offset = asking.count(asked), asking.offset(asked)

        def read(connection: sqlite3.Connection, found: Repository) -> Any:
            everything = manifests.untagged(connection, found.id)
            ids = everything[offset : offset + count]
            of = manifests.some(connection, ids)
            pulled = manifests.pulled(connection, ids)
            return {
                "name": name,
                "total": len(everything),
                "offset": offset,
                "manifests": [
                    {
                        **shown(of[each]),
                        "pushed": of[each].pushed,
                        "pulled": pulled[each],
                        "subject": of[each].subject,
                    }
                    for each in ids
                ],
            }

        return await self.read(request, name, read)


def shown(manifest: Shown) -> dict[str, Any]:
    """What each list shows of a manifest."""
    return {
        "digest": manifest.digest,
        "media_type": manifest.media_type,
        "kind": manifest.kind,
        "artifact_type": manifest.artifact_type,
        "bytes": manifest.bytes,
        "platforms": reading.platforms(manifest.platforms),
        "created": manifest.created,
    }


def _wanted(request: http.Request) -> Wanted:
    asked = asking.fields(request, _TAG_FIELDS)
    return Wanted(
        search=asking.text(asked, "search", _TAG_CHARACTERS),
        platform=asking.text(asked, "platform", _PLATFORM_CHARACTERS).strip(),
        kind=asking.choice(asked, "kind", kinds.ALL),
        order=asking.order(asked, tags.ORDERS),
        is_descending=asking.is_descending(asked),
        limit=asking.count(asked),
        offset=asking.offset(asked),
    )
