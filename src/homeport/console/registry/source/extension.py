"""Homeport's own registry: its end points below `/v2/_homeport/` answer from its database, whatever the number of images."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from homeport.console.asking.registry import Registry, check
from homeport.console.asking.troubles import Trouble
from homeport.console.registry.source import source
from homeport.console.registry.source.source import (
    Catalog,
    CatalogQuery,
    Deleted,
    Entry,
    Freed,
    Image,
    Repository,
    Row,
    Rows,
    TagsQuery,
    Wish,
)

_REST = frozenset({"tags", "bytes", "pushed", "pulled"})
_COLUMNS = frozenset(
    {"kind", "platforms", "bytes", "created", "pushed", "pulled", "pulls", "referrers"}
)

BESIDE = 20
"""Tags or manifests that are looked up to say what else names the same: each is a question."""


class Extension:
    """A `Source`."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def catalog(self, query: CatalogQuery) -> Catalog:
        """A page of folders and repositories, each with its sums."""
        said = await self._registry.get(
            "catalog",
            {
                "prefix": query.prefix or None,
                "search": query.search or None,
                "flat": 1 if query.is_flat else None,
                "sort": query.sort,
                "order": query.order,
                "n": query.n,
                "offset": query.offset,
            },
        )
        totals = said["totals"]
        return Catalog(
            said["total"],
            [Entry(**_picked(Entry._fields, each)) for each in said["entries"]],
            totals["repositories"],
            totals["tags"],
            totals["bytes"],
            _REST,
            frozenset(source.CATALOG_SORTS),
        )

    async def repository(self, name: str) -> Repository:
        """What there is to say of a repository as a whole."""
        said = await self._registry.get(f"repositories/{name}")
        return Repository(**_picked(Repository._fields, said))

    async def tags(self, name: str, query: TagsQuery) -> Rows:
        """A page of its tags, sorted and filtered over all of them."""
        said = await self._registry.get(
            f"tags/{name}",
            {
                "search": query.search or None,
                "platform": query.platform or None,
                "kind": query.kind or None,
                "sort": query.sort,
                "order": query.order,
                "n": query.n,
                "offset": query.offset,
            },
        )
        rows = [_row(each) for each in said["tags"]]
        return Rows(said["total"], said["matching"], rows, _COLUMNS, frozenset(source.TAG_SORTS))

    async def untagged(self, name: str, count: int, offset: int) -> Rows | None:
        """A page of the manifests that no tag leads to."""
        said = await self._registry.get(f"untagged/{name}", {"n": count, "offset": offset})
        rows = [_row(each) for each in said["manifests"]]
        return Rows(said["total"], said["total"], rows, _COLUMNS - {"pulls", "referrers"})

    async def image(self, name: str, reference: str) -> Image:
        """What leads to a manifest, and what was done with it."""
        said, whole = await asyncio.gather(
            self._registry.get(f"images/{name}", {"reference": reference}),
            self._registry.get(f"repositories/{name}"),
        )
        gone = frozenset(each["digest"] for each in said["children"] if not each["is_there"])
        given = _picked(Image._fields, said)
        return Image(**{**given, "missing": gone, "may": whole["may"]})

    async def freed(self, wish: Wish) -> Freed:
        """What a delete would take, and what the next collection would free."""
        asked = {
            "repository": wish.repository,
            "tags": list(wish.tags) or None,
            "digests": list(wish.digests) or None,
        }
        said, (beside, notes) = await asyncio.gather(
            self._registry.send("POST", "freed", asked), self._beside(wish)
        )
        stays = [tag for tag in beside if tag not in said["tags"]]
        given = _picked(Freed._fields, said)
        return Freed(**{"tags_total": len(said["tags"]), **given, "beside": stays, "notes": notes})

    async def _beside(self, wish: Wish) -> tuple[list[str], list[str]]:
        """Tags that name the same manifests as the first of these, and what is said of manifests that are parts of others."""
        asked = [*wish.tags, *wish.digests][:BESIDE]
        found = await asyncio.gather(
            *(
                self._registry.get(f"images/{wish.repository}", {"reference": each})
                for each in asked
            )
        )
        tags = dict.fromkeys(tag for each in found for tag in each["tags"])
        parents = {digest for each in found for digest in each["parents"]} - set(wish.digests)
        notes = []
        if parents and wish.digests:
            number = len(parents)
            notes.append(
                f"{number} {'index names' if number == 1 else 'indexes name'} what goes: whoever pulls that platform of it will find nothing."
            )
        return list(tags), notes

    async def delete(self, wish: Wish) -> Deleted:
        """Tags go alone, manifests with their tags, a repository whole."""
        if wish.is_whole:
            said = await self._registry.send("DELETE", f"repositories/{wish.repository}")
            return Deleted(int(said["manifests"]), [])
        done, failed = 0, []
        for reference in (*wish.tags, *wish.digests):
            try:
                await delete_manifest(self._registry, wish.repository, reference)
                done += 1
            except Trouble as trouble:
                failed.append((reference, trouble.what))
        return Deleted(done, failed)


async def delete_manifest(registry: Registry, name: str, reference: str) -> None:
    """Deletes a tag or a manifest; what is gone already is deleted.

    https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#deleting-manifests
    """
    reply = await registry.ask("DELETE", f"/v2/{name}/manifests/{reference}")
    if reply.status == 405:
        hint = (
            "registry.delete and registry.readonly in homeport.toml say so."
            if registry.has_extension
            else "Set storage.delete.enabled: true in its config.yml, or REGISTRY_STORAGE_DELETE_ENABLED=true, and start it again."
        )
        raise Trouble("Deleting is switched off in this registry.", hint=hint, status=405)
    if reply.status != 404:
        check(reply)


def _row(said: Mapping[str, Any]) -> Row:
    return Row(**{"tag": "", **_picked(Row._fields, said)})


def _picked(names: tuple[str, ...], said: Mapping[str, Any]) -> dict[str, Any]:
    """What is there of these; null stands for nothing, as in the defaults."""
    return {name: said[name] for name in names if said.get(name) is not None}
