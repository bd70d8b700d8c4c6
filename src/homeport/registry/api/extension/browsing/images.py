"""One image, by its tag or its digest: what it is, what leads to it and what it leads to."""

from __future__ import annotations

import sqlite3
from typing import Any

from homeport.edge import http
from homeport.registry import errors
from homeport.registry.api.extension import bodies
from homeport.registry.api.extension.browsing import asking
from homeport.registry.api.extension.browsing.repository import Repositories, shown
from homeport.registry.browsing import limits, reading
from homeport.registry.browsing.reading import Child
from homeport.registry.grammar import names
from homeport.registry.store.browsing import manifests, tags
from homeport.registry.store.browsing.catalog import Repository
from homeport.registry.store.browsing.manifests import Shown

_FIELDS = frozenset({"reference"})


class Images:
    """The end point of images."""

    def __init__(self, repositories: Repositories) -> None:
        self._repositories = repositories

    async def image(self, request: http.Request, name: str) -> http.Response:
        """The manifest that `reference` names."""
        reference = _reference(request)

        def read(connection: sqlite3.Connection, found: Repository) -> Any:
            manifest = manifests.id_of(connection, found.id, reference)
            if manifest is None:
                detail = {"name": name, "reference": reference}
                raise errors.Failure("MANIFEST_UNKNOWN", detail=detail)
            return {"name": name, **_image(connection, found.id, manifest)}

        return await self._repositories.read(request, name, read)


def _reference(request: http.Request) -> str:
    asked = asking.fields(request, _FIELDS)
    reference = asked.get("reference", "")
    if not names.is_tag(reference) and not names.is_digest(reference):
        raise bodies.invalid("reference must be a tag or a digest")
    return reference


def _image(connection: sqlite3.Connection, repository: int, manifest: int) -> dict[str, Any]:
    one = manifests.some(connection, [manifest])[manifest]
    sketch = reading.manifest(one.media_type, manifests.content(connection, manifest))
    return {
        **shown(one),
        "tags": tags.of(connection, manifest, limits.LISTED),
        "tags_total": tags.count(connection, manifest),
        "pushed": one.pushed,
        "pulled": manifests.pulled(connection, [manifest])[manifest],
        "pulls": one.pulls,
        "parents": manifests.parents(connection, repository, one.digest, limits.LISTED),
        "children": _children(connection, repository, sketch.children[: limits.LISTED]),
        "subject": one.subject,
        "referrers": manifests.referrers(connection, repository, [one.digest])[one.digest],
    }


def _children(
    connection: sqlite3.Connection, repository: int, children: list[Child]
) -> list[dict[str, Any]]:
    digests = [child.digest for child in children]
    here = manifests.by_digest(connection, repository, digests)
    blobs = manifests.blobs(connection, repository, [one for one in digests if one not in here])
    return [_child(child, here.get(child.digest), blobs) for child in children]


def _child(child: Child, here: Shown | None, blobs: dict[str, int]) -> dict[str, Any]:
    told = {"digest": child.digest, "media_type": child.media_type, "platform": child.platform}
    if here is None:
        size = blobs.get(child.digest)
        return {**told, "kind": child.kind, "bytes": size, "is_there": size is not None}
    platform = child.platform or (reading.platforms(here.platforms) or [""])[0]
    kind = child.kind or here.kind
    return {**told, "platform": platform, "kind": kind, "bytes": here.bytes, "is_there": True}
