"""The images that functions run: what their names lead to, and their root file systems."""

from __future__ import annotations

import asyncio
import importlib
from pathlib import Path
from typing import NamedTuple, Protocol, cast

from homeport.aws.lambda_ import errors, model
from homeport.aws.lambda_.images import limits
from homeport.aws.lambda_.images.budget import Budget
from homeport.aws.lambda_.images.errors import BadImage, Unreachable
from homeport.aws.lambda_.images.manifest import Config, Known, Manifest
from homeport.aws.lambda_.images.place import Place
from homeport.aws.lambda_.images.roots import Roots
from homeport.storage.quota import Quota
from homeport.storage.workers import Workers


class Root(NamedTuple):
    """An image, unpacked and read-only, until `give` is called."""

    path: Path
    config: Config
    chain: str


class _Pulling(Protocol):
    """The module `homeport.aws.lambda_.images.pulling`."""

    def digest(self, place: Place, repository: str, reference: str) -> str: ...

    def read(self, place: Place, repository: str, digest: str, architecture: str) -> Known: ...

    def unpack(
        self, place: Place, repository: str, image: Manifest, folder: Path, budget: Budget
    ) -> None: ...


def _pulling() -> _Pulling:
    """Loads it where it is not; to be called on a thread."""
    return cast("_Pulling", importlib.import_module("homeport.aws.lambda_.images.pulling"))


class Images:
    """Implements `homeport.aws.lambda_.code.objects.Images`, and unpacks what it finds."""

    def __init__(self, place: Place, folder: Path, quota: Quota | None = None) -> None:
        """Unpacks below `folder`. To be made on the running event loop."""
        self.place = place
        self._roots = Roots(folder, Workers(limits.PULLS), quota)
        self._roots.open()
        self._known: dict[tuple[str, str, str], Known] = {}

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
            raise errors.INVALID(
                f"Source image {uri} is not valid. {error.what} {error.hint}".rstrip()
            ) from error

    def _digest(self, repository: str, reference: str) -> str:
        return _pulling().digest(self.place, repository, reference)

    async def take(self, image: model.Image, architecture: str) -> Root:
        """The root of an image, pulled where it is not there yet; `give` ends the use of it.

        Raises `NoImage`, `BadImage`, `Unreachable` and `StorageError`.
        """
        repository = self.place.name(image.uri).repository
        known = await self._look(repository, image.digest, architecture)

        def unpack(folder: Path, budget: Budget) -> None:
            _pulling().unpack(self.place, repository, known.manifest, folder, budget)

        chain = known.manifest.chain
        return Root(await self._roots.take(chain, unpack), known.config, chain)

    def give(self, root: Root) -> None:
        """Ends one use of a root."""
        self._roots.give(root.chain)

    async def _look(self, repository: str, digest: str, architecture: str) -> Known:
        key = (repository, digest, architecture)
        known = self._known.get(key)
        if known is None:
            known = await asyncio.to_thread(self._read, *key)
            if len(self._known) >= limits.KNOWN:
                self._known.clear()
            self._known[key] = known
        return known

    def _read(self, repository: str, digest: str, architecture: str) -> Known:
        return _pulling().read(self.place, repository, digest, architecture)
