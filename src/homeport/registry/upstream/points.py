"""The end points with what stands before them: the pull-through cache, which is loaded where there is an upstream.

Without one it would cost each start 50 ms and 5 MiB.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Protocol

from homeport.registry import routes
from homeport.registry.api.blobs import Blobs
from homeport.registry.api.manifests import Manifests
from homeport.registry.api.referrers import Referrers
from homeport.registry.api.tags import Tags
from homeport.registry.api.uploads import Uploads
from homeport.registry.backend import Backend
from homeport.registry.events.families import Cache
from homeport.registry.options import Upstream


class Points(Protocol):
    """End points, and what has to be done for those that are cached."""

    @property
    def blobs(self) -> routes.Blobs:
        """Those of blobs."""

    @property
    def uploads(self) -> routes.Uploads:
        """Those of uploads."""

    @property
    def manifests(self) -> routes.Manifests:
        """Those of manifests."""

    @property
    def tags(self) -> routes.Tags:
        """Those of tags."""

    @property
    def referrers(self) -> routes.Referrers:
        """Those of referrers."""

    @property
    def rename(self) -> routes.Rename | None:
        """The names of requests with `ns`."""

    @property
    def counters(self) -> Mapping[str, Cache]:
        """What each upstream's cache did."""

    async def start(self) -> None:
        """Begins the work beside the requests."""

    async def close(self) -> None:
        """Gives up what is under way; before the database is closed."""


class Own:
    """The end points of a registry that has no upstream."""

    rename = None

    def __init__(self, backend: Backend, uploads: Uploads, page: int) -> None:
        self.blobs = Blobs(backend)
        self.uploads = uploads
        self.manifests = Manifests(backend)
        self.tags = Tags(backend, page)
        self.referrers = Referrers(backend)
        self.counters: Mapping[str, Cache] = {}

    async def start(self) -> None:
        """Nothing."""

    async def close(self) -> None:
        """Nothing."""


def open(  # noqa: A001 - `points.open`
    backend: Backend, uploads: Uploads, page: int, upstreams: tuple[Upstream, ...]
) -> Points:
    """The end points. Raises `SettingsError` where an upstream can not be asked as it is set."""
    own = Own(backend, uploads, page)
    if not upstreams:
        return own
    mirror = importlib.import_module("homeport.registry.upstream.mirror")
    points: Points = mirror.Mirror(
        backend,
        upstreams,
        blobs=own.blobs,
        uploads=own.uploads,
        manifests=own.manifests,
        tags=own.tags,
        referrers=own.referrers,
    )
    return points
