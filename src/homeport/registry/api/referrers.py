"""What refers to a manifest: signatures, SBOMs, attestations.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import NamedTuple

from homeport.edge import http
from homeport.registry import errors, limits
from homeport.registry.api import query
from homeport.registry.backend import Backend
from homeport.registry.grammar import documents, names
from homeport.registry.store import manifests

Answer = http.Response | Awaitable[http.Response]

STEP_BYTES = 256 * 1024
"""Descriptors that are read at a time: some milliseconds."""


class _Wanted(NamedTuple):
    name: str
    digest: str
    kind: str | None


class Referrers:
    """Lists the manifests that have a given subject."""

    def __init__(self, backend: Backend) -> None:
        self._db = backend.db

    def list(self, request: http.Request, name: str, digest: str) -> Answer:
        """end-12: an index; empty where nothing refers, be the digest or the repository known or not."""
        names.check_repository(name)
        names.check_digest(digest)
        fields = query.parse(request.query)
        wanted = _Wanted(name, digest, query.first(fields, "artifactType") or None)
        found = self._step(wanted, query.first(fields, "last") or "")
        return _answer(wanted, found) if found.last is None else self._whole(wanted, found)

    def _step(self, wanted: _Wanted, after: str) -> manifests.Referrers:
        name, digest, kind = wanted
        limit = min(STEP_BYTES, limits.REFERRERS_PAGE_BYTES)
        return manifests.referrers(self._db, name, digest, kind=kind, after=after, limit=limit)

    async def _whole(self, wanted: _Wanted, found: manifests.Referrers) -> http.Response:
        """A page from its first step on. Other requests are answered between two steps."""
        descriptors, last = found
        size = sum(map(len, descriptors))
        while last is not None:
            await asyncio.sleep(0)
            more = self._step(wanted, last)
            size += sum(map(len, more.descriptors))
            if size > limits.REFERRERS_PAGE_BYTES:
                break  # they are the begin of the next page
            descriptors += more.descriptors
            last = more.last
        return _answer(wanted, manifests.Referrers(descriptors, last))


def _answer(wanted: _Wanted, found: manifests.Referrers) -> http.Response:
    name, digest, kind = wanted
    headers = [("Content-Type", documents.INDEX), errors.VERSION]
    if kind:
        headers.append(("OCI-Filters-Applied", "artifactType"))
    if found.last is not None:
        filtered = {"artifactType": kind} if kind else {}
        headers.append(query.link(f"/v2/{name}/referrers/{digest}", **filtered, last=found.last))
    text = f'{{"schemaVersion":2,"mediaType":"{documents.INDEX}","manifests":[{",".join(found.descriptors)}]}}'
    return http.Response(200, headers, text.encode())
