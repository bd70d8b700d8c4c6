"""What refers to a manifest: signatures, SBOMs, attestations.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
"""

from __future__ import annotations

from homeport.edge import http
from homeport.registry import errors, limits
from homeport.registry.api import query
from homeport.registry.backend import Backend
from homeport.registry.grammar import documents, names
from homeport.registry.store import manifests


class Referrers:
    """Lists the manifests that have a given subject."""

    def __init__(self, backend: Backend) -> None:
        self._db = backend.db

    def list(self, request: http.Request, name: str, digest: str) -> http.Response:
        """end-12: an index; empty where nothing refers, be the digest or the repository known or not."""
        names.check_repository(name)
        names.check_digest(digest)
        fields = query.parse(request.query)
        kind = query.first(fields, "artifactType") or None
        found = manifests.referrers(
            self._db,
            name,
            digest,
            kind=kind,
            after=query.first(fields, "last") or "",
            limit=limits.REFERRERS_PAGE_BYTES,
        )
        headers = [("Content-Type", documents.INDEX), errors.VERSION]
        following = {"artifactType": kind} if kind else {}
        if kind:
            headers.append(("OCI-Filters-Applied", "artifactType"))
        if found.last is not None:
            path = f"/v2/{name}/referrers/{digest}"
            headers.append(query.link(path, **following, last=found.last))
        return http.Response(200, headers, _index(found.descriptors))


def _index(descriptors: list[str]) -> bytes:
    return (
        f'{{"schemaVersion":2,"mediaType":"{documents.INDEX}","manifests":[{",".join(descriptors)}]}}'
    ).encode()
