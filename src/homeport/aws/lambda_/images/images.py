"""The images that functions run: what their names lead to, and their root file systems."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import NamedTuple

from homeport.aws.lambda_ import errors, model
from homeport.aws.lambda_.images import layer, limits, manifest
from homeport.aws.lambda_.images.budget import Budget
from homeport.aws.lambda_.images.client import Client
from homeport.aws.lambda_.images.errors import BadImage, Unreachable
from homeport.aws.lambda_.images.manifest import Config, Manifest
from homeport.aws.lambda_.images.place import Place
from homeport.aws.lambda_.images.roots import Roots
from homeport.aws.lambda_.images.tree import Tree
from homeport.storage.quota import Quota


class Root(NamedTuple):
    """An image, unpacked and read-only, until `give` is called."""

    path: Path
    config: Config
    chain: str


class _Known(NamedTuple):
    manifest: Manifest
    config: Config


class Images:
    """Implements `homeport.aws.lambda_.code.objects.Images`, and unpacks what it finds."""

    def __init__(self, place: Place, folder: Path, quota: Quota | None = None) -> None:
        """Unpacks below `folder`. To be made on the running event loop."""
        self.place = place
        self._roots = Roots(folder, quota)
        self._roots.open()
        self._known: dict[tuple[str, str, str], _Known] = {}

    async def close(self) -> None:
        """Waits for what is being unpacked or removed."""
        await self._roots.close()

    async def sweep(self) -> None:
        """Removes what earlier processes left."""
        await self._roots.sweep()

    async def digest(self, uri: str) -> str:
        """The digest of the manifest or index that a name leads to.

        Raises `NoImage`, and InvalidParameterValueException for names of other registries.
        """
        name = self.place.name(uri)
        try:
            return await asyncio.to_thread(self._digest, name.repository, name.reference)
        except (BadImage, Unreachable) as error:
            raise errors.INVALID(f"Source image {uri} is not valid. {error}") from error

    def _digest(self, repository: str, reference: str) -> str:
        with Client(self.place) as client:
            return client.manifest(repository, reference).digest

    async def take(self, image: model.Image, architecture: str) -> Root:
        """The root of an image, pulled where it is not there yet; `give` ends the use of it.

        Raises `NoImage`, `BadImage`, `Unreachable` and `StorageError`.
        """
        repository = self.place.name(image.uri).repository
        known = await self._look(repository, image.digest, architecture)

        def unpack(folder: Path, budget: Budget) -> None:
            root = Tree(str(folder))
            with Client(self.place) as client:
                for each in known.manifest.layers:
                    layer.lay(root, client.blob(repository, each), budget)
            root.finish()

        chain = known.manifest.chain
        return Root(await self._roots.take(chain, unpack), known.config, chain)

    def give(self, root: Root) -> None:
        """Ends one use of a root."""
        self._roots.give(root.chain)

    async def _look(self, repository: str, digest: str, architecture: str) -> _Known:
        key = (repository, digest, architecture)
        known = self._known.get(key)
        if known is None:
            known = await asyncio.to_thread(self._read, *key)
            if len(self._known) >= limits.KNOWN:
                self._known.clear()
            self._known[key] = known
        return known

    def _read(self, repository: str, digest: str, architecture: str) -> _Known:
        with Client(self.place) as client:
            body = client.manifest(repository, digest).body
            chosen = manifest.chosen(body, architecture)
            if chosen is not None:
                body = client.manifest(repository, chosen).body
            read = manifest.manifest(body)
            config = b"".join(client.blob(repository, read.config))
            return _Known(read, manifest.config(config))
