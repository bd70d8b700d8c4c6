"""What there is to say of a tag, found by reading its manifest and config; remembered by digest, which never changes."""

from __future__ import annotations

import asyncio

from homeport.console.asking.registry import Registry
from homeport.console.asking.troubles import NotLoggedIn, Trouble, Unreachable
from homeport.console.registry.reading import config
from homeport.console.registry.reading.document import Descriptor, Document
from homeport.console.registry.source import content
from homeport.console.registry.source.source import Row

CHILDREN = 12
"""Images of an index that are read to add up its size: one of Docker's official images has eight or nine platforms."""
REMEMBERED_S = 6 * 3600.0
WEIGHT = 600
"""Bytes that the facts of one manifest take, about."""
AT_ONCE = 12
"""Questions at once for one page: other visitors have to get a turn."""


class Facts:
    """The facts that one visitor may know."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._content = content.Content(registry)
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def rows(self, name: str, tags: list[str]) -> list[Row]:
        """All of some tags. One that cannot be read is shown by its name alone."""
        return list(await asyncio.gather(*(self._row(name, tag) for tag in tags)))

    async def digests(self, name: str, tags: list[str]) -> list[str]:
        """The digests of some tags; empty for one that is not there."""
        return list(await asyncio.gather(*(self._digest(name, tag) for tag in tags)))

    async def _digest(self, name: str, tag: str) -> str:
        async with self._turns:
            return await self._content.digest(name, tag)

    async def _row(self, name: str, tag: str) -> Row:
        try:
            digest = await self._digest(name, tag)
            return (await self.of(name, digest))._replace(tag=tag) if digest else Row(tag, "")
        except (NotLoggedIn, Unreachable):
            raise
        except Trouble:
            return Row(tag, "")

    async def of(self, name: str, digest: str) -> Row:
        """What a manifest is. Raises `Trouble`."""
        key = (self._registry.whose, name, digest, "facts")
        known = self._registry.memory.get(key)
        if isinstance(known, Row):
            return known
        async with self._turns:
            found = await self._content.manifest(name, digest)
        made = await self._described(name, digest, found.document)
        self._registry.memory.put(key, made, WEIGHT, REMEMBERED_S)
        return made

    async def _described(self, name: str, digest: str, found: Document) -> Row:
        row = Row(
            "",
            digest,
            found.media_type,
            found.kind,
            found.artifact_type,
            subject=found.subject.digest if found.subject else "",
        )
        if found.kind == "index":
            return await self._summed(name, row, found)
        made = await self._config(name, found.config) if found.has_image_config else None
        platforms = [made.platform] if made is not None and made.platform else []
        created = made.created if made is not None else None
        return row._replace(bytes=found.size, platforms=platforms, created=created)

    async def _summed(self, name: str, row: Row, found: Document) -> Row:
        """An index has the bytes of all that it names, and was made when its first image was."""
        images = found.images()
        platforms = list(dict.fromkeys(each.platform for each in images if each.platform))
        chosen = [each.digest for each in found.children if each.digest][:CHILDREN]
        parts = await asyncio.gather(*(self._part(name, each) for each in chosen))
        blobs: dict[str, int] = {}
        for part in parts:
            blobs |= part
        is_whole = len(chosen) == len(found.children) and all(parts)
        first = next((each.digest for each in images if each.digest), "")
        created = await self._created(name, first)
        return row._replace(
            bytes=sum(blobs.values()) if is_whole else None, platforms=platforms, created=created
        )

    async def _part(self, name: str, digest: str) -> dict[str, int]:
        try:
            async with self._turns:
                found = (await self._content.manifest(name, digest)).document
        except Trouble:
            return {}
        config = [found.config] if found.config is not None else []
        return {each.digest: each.size for each in [*config, *found.layers]}

    async def _created(self, name: str, digest: str) -> float | None:
        if not digest:
            return None
        try:
            found = (await self._content.manifest(name, digest)).document
        except Trouble:
            return None
        made = await self._config(name, found.config) if found.has_image_config else None
        return made.created if made is not None else None

    async def _config(self, name: str, found: Descriptor | None) -> config.Config | None:
        if found is None or not found.digest or found.size > content.CONFIG_BYTES:
            return None
        try:
            async with self._turns:
                return config.read(await self._content.blob(name, found.digest))
        except Trouble:
            return None
