"""A registry of which only the API is known: registry v2 and 3, zot, Harbor, and others.

The work is bounded: only what is shown is asked for, and what has a digest is remembered.
https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from homeport.console.asking.registry import Registry
from homeport.console.asking.troubles import NotLoggedIn, Trouble, Unreachable, missing
from homeport.console.registry.source import content
from homeport.console.registry.source.distribution import tree
from homeport.console.registry.source.distribution.facts import Facts
from homeport.console.registry.source.distribution.lists import Lists
from homeport.console.registry.source.extension import delete_manifest
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
from homeport.registry.grammar import natural

SORTED = 300
"""Tags of a repository that are all looked at, so that it can be sorted by size and date, and siblings of a tag be found."""
_COLUMNS = frozenset({"kind", "platforms", "bytes", "created"})
_NOTE = "This registry tells no pushes, pulls, sums or untagged manifests: its API has none."


class Distribution:
    """A `Source`."""

    def __init__(self, registry: Registry, *, may_delete: bool = True) -> None:
        self._registry = registry
        self._lists = Lists(registry)
        self._facts = Facts(registry)
        self._content = content.Content(registry)
        self._may = ("pull", "delete") if may_delete else ("pull",)

    async def catalog(self, query: CatalogQuery) -> Catalog:
        """Folders and repositories by name; tags are counted for those that are shown."""
        names, is_whole = await self._lists.repositories()
        found = tree.entries(names, query)
        shown = found[query.offset : query.offset + query.n]
        counted = await asyncio.gather(*(self._counted(entry) for entry in shown))
        notes = [_NOTE] if is_whole else [_NOTE, f"Only the first {len(names):,} are shown."]
        return Catalog(
            len(found),
            list(counted),
            repositories=len(tree.below(names, query)),
            columns=frozenset({"tags"}),
            notes=notes,
        )

    async def _counted(self, entry: Entry) -> Entry:
        if entry.is_folder:
            return entry
        try:
            return entry._replace(tags=len(await self._lists.tags(entry.name)))
        except (NotLoggedIn, Unreachable):
            raise
        except Trouble as trouble:
            # Distribution lists a repository whose last tag was deleted, and then has no tags of it.
            return entry._replace(tags=0 if trouble.status == 404 else None)

    async def repository(self, name: str) -> Repository:
        """How many tags it has."""
        tags = await self._lists.tags(name)
        notes = [_NOTE]
        if len(tags) > SORTED:
            notes.append(f"It has more than {SORTED} tags, so they are sorted by name alone.")
        return Repository(name, len(tags), self._may, notes=notes)

    async def tags(self, name: str, query: TagsQuery) -> Rows:
        """A page of its tags: by name, and where they are not too many also by what they name."""
        tags = await self._lists.tags(name)
        found = [tag for tag in tags if query.search.lower() in tag.lower()]
        found.sort(key=natural.key, reverse=query.order == "desc")
        is_small = len(tags) <= SORTED
        end = query.offset + query.n
        if is_small and query.sort in {"bytes", "created"}:
            rows = _sorted(await self._facts.rows(name, found), query)[query.offset : end]
        else:
            rows = await self._facts.rows(name, found[query.offset : end])
        sorts = {"name", "bytes", "created"} if is_small else {"name"}
        return Rows(len(tags), len(found), rows, _COLUMNS, frozenset(sorts))

    async def untagged(self, name: str, count: int, offset: int) -> Rows | None:  # noqa: ARG002 - as asked for
        """The API has no list of manifests."""
        return None

    async def image(self, name: str, reference: str) -> Image:
        """What a manifest is; its tags only where there are few to look at."""
        digest = reference if ":" in reference else await self._content.digest(name, reference)
        if not digest:
            raise missing(f"{name}:{reference} is not there.", "It may have been deleted.")
        facts = await self._facts.of(name, digest)
        tags = await self._same(name, {digest})
        return Image(name, digest, tags, None, facts.bytes, facts.created, may=self._may)

    async def _same(self, name: str, digests: Iterable[str]) -> list[str] | None:
        """All tags of some digests; None where there are too many tags to look at."""
        try:
            tags = await self._lists.tags(name)
        except Trouble as trouble:
            if trouble.status == 404:
                return []
            raise
        if len(tags) > SORTED:
            return None
        found = await self._facts.digests(name, tags)
        wanted = set(digests)
        same = [tag for tag, each in zip(tags, found, strict=True) if each in wanted]
        return sorted(same, key=natural.key)

    async def freed(self, wish: Wish) -> Freed:
        """By the digests of the tags, so that all tags of these go: the API of Distribution deletes no tag alone."""
        if wish.is_whole:
            raise Trouble(
                "This registry's API deletes no repository.",
                hint="Delete its tags instead; the empty repository stays in the catalog.",
            )
        named = await self._facts.digests(wish.repository, list(wish.tags))
        gone = [tag for tag, digest in zip(wish.tags, named, strict=True) if not digest]
        if gone:
            raise missing(f"{wish.repository}:{gone[0]} is not there.", "It may have been deleted.")
        digests = list(dict.fromkeys([*wish.digests, *named]))
        tags = await self._same(wish.repository, digests)
        notes = [
            "This registry deletes by digest: all tags that name the same manifest go with it.",
            "Space is freed only by that registry's own collector.",
        ]
        if tags is None:
            tags = list(wish.tags)
            notes.append(
                f"It has more than {SORTED} tags: which others name the same manifests was not looked up."
            )
        return Freed(tags, len(tags), digests, len(digests), notes=notes)

    async def delete(self, wish: Wish) -> Deleted:
        """Deletes manifests."""
        done, failed = 0, []
        for digest in wish.digests:
            try:
                await delete_manifest(self._registry, wish.repository, digest)
                done += 1
            except Trouble as trouble:
                failed.append((digest, f"{trouble.what} {trouble.hint}".strip()))
        self._lists.forget(wish.repository)
        return Deleted(done, failed)


def _sorted(rows: list[Row], query: TagsQuery) -> list[Row]:
    """By a column; what has no value there stands last."""

    def value(row: Row) -> float | None:
        return row.bytes if query.sort == "bytes" else row.created

    there = [row for row in rows if value(row) is not None]
    there.sort(key=lambda row: value(row) or 0.0, reverse=query.order == "desc")
    return [*there, *(row for row in rows if value(row) is None)]
