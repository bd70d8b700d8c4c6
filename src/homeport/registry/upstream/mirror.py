"""The pull-through cache: the end points of a registry of which some repositories are those of others.

The routes are built with these end points. Where there is no upstream they are those of `api`, and nothing costs more.
"""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import Any

from homeport.edge import http
from homeport.registry.api import blobs as api_blobs
from homeport.registry.api import manifests as api_manifests
from homeport.registry.api import referrers as api_referrers
from homeport.registry.api import tags as api_tags
from homeport.registry.api import uploads as api_uploads
from homeport.registry.backend import Backend
from homeport.registry.options import Upstream
from homeport.registry.store import upstreams as rows
from homeport.registry.upstream import answers, lists
from homeport.registry.upstream.blobs import Blobs
from homeport.registry.upstream.counters import Counters
from homeport.registry.upstream.fetching.transfers import Transfers
from homeport.registry.upstream.manifests import Manifests
from homeport.registry.upstream.names import Names
from homeport.registry.upstream.source import Source


class Uploads:
    """Stands before uploads: none begins in a mirror."""

    def __init__(self, inner: api_uploads.Uploads, names: Names) -> None:
        self._names = names
        self._inner = inner
        self.get = inner.get
        self.patch = inner.patch
        self.put = inner.put
        self.delete = inner.delete

    def start(
        self, request: http.Request, name: str, reference: str
    ) -> Coroutine[Any, Any, http.Response]:
        """end-4: not in a mirror."""
        place = self._names.find(name)
        if place is not None:
            raise answers.read_only(place.source)
        return self._inner.start(request, name, reference)


class Mirror:
    """All upstreams, and the end points that know of them: those that were handed in, where there is none."""

    def __init__(
        self,
        backend: Backend,
        upstreams: tuple[Upstream, ...],
        *,
        blobs: api_blobs.Blobs,
        uploads: api_uploads.Uploads,
        manifests: api_manifests.Manifests,
        tags: api_tags.Tags,
        referrers: api_referrers.Referrers,
    ) -> None:
        """Raises `SettingsError` where an upstream can not be asked as it is set."""
        self._db = backend.db
        self._sources = [Source(upstream, backend.clock) for upstream in upstreams]
        self._transfers = {source.prefix: Transfers(source, backend) for source in self._sources}
        names = Names(self._sources)
        self.rename = names.rename
        """For requests with `ns`; comes before all that looks at names."""
        self._manifests = Manifests(manifests, backend, names)
        self.blobs: Blobs | api_blobs.Blobs = blobs
        self.uploads: Uploads | api_uploads.Uploads = uploads
        self.manifests: Manifests | api_manifests.Manifests = manifests
        self.tags: lists.Tags | api_tags.Tags = tags
        self.referrers: lists.Referrers | api_referrers.Referrers = referrers
        if upstreams:
            self.blobs = Blobs(blobs, names, self._transfers, backend.journal)
            self.uploads = Uploads(uploads, names)
            self.manifests = self._manifests
            self.tags = lists.Tags(tags, names)
            self.referrers = lists.Referrers(referrers, names)

    @property
    def counters(self) -> Mapping[str, Counters]:
        """What each did, by its prefix, or its address where it has none."""
        return {source.label: source.counters for source in self._sources}

    async def start(self) -> None:
        """Forgets what is not here any more."""
        await self._db.write(rows.sweep)

    async def close(self) -> None:
        """Gives up what is under way; before the database is closed."""
        await self._manifests.close()
        for transfers in self._transfers.values():
            await transfers.close()
        for source in self._sources:
            await source.client.close()
