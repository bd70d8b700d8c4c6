"""Manifests, blobs and referrers, by the API that all registries have.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pull
"""

from __future__ import annotations

import asyncio
import hashlib
import urllib.parse
from collections.abc import Mapping
from typing import NamedTuple

from homeport.console.asking.registry import Registry, check
from homeport.console.asking.troubles import Trouble, missing
from homeport.console.asking.wire import Reply
from homeport.console.registry.reading import document
from homeport.console.registry.reading.document import Descriptor, Document
from homeport.registry.grammar import documents, names

ACCEPT = ", ".join(
    [*sorted(documents.KNOWN), "application/vnd.oci.artifact.manifest.v1+json", "*/*"]
)
MANIFEST_BYTES = 4 * 2**20
"""https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests"""
CONFIG_BYTES = 4 * 2**20
"""A config that is larger is none that a page could show; it can be downloaded."""
REMEMBERED_S = 3600.0
"""What has a digest never changes, but may be deleted: then its tag, which is asked for each time, is gone too."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
REFERRERS = 100
"""Of one manifest at most."""
PAGES = 4
"""Pages of a list of referrers that are read."""
COSIGN = (("sig", "signature"), ("att", "attestation"), ("sbom", "sbom"))
"""cosign before version 3 has tags for what is about an image: https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#tag-based-discovery"""
TAG = "tag"
"""What names that tag, among the annotations of such a one."""


class Manifest(NamedTuple):
    """A manifest whose bytes are those of its digest."""

    digest: str
    content: bytes
    document: Document


class Content:
    """The content of one visitor's registry."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def manifest(self, name: str, reference: str) -> Manifest:
        """A manifest by tag or digest. Raises `Trouble`: 404 where it is not there."""
        key = (self._registry.whose, name, reference)
        known = self._registry.memory.get(key) if ":" in reference else None
        if isinstance(known, Manifest):
            return known
        reply = await self._ask("GET", name, f"manifests/{reference}", MANIFEST_BYTES)
        if reply.status == 404:
            raise _no_manifest(name, reference)
        made = _verified(check(reply), reference)
        key = (self._registry.whose, name, made.digest)
        self._registry.memory.put(key, made, 4 * len(made.content), REMEMBERED_S)
        return made

    async def digest(self, name: str, reference: str) -> str:
        """The digest behind a tag; empty where it is not there."""
        reply = await self._ask("HEAD", name, f"manifests/{reference}", MANIFEST_BYTES)
        if reply.status == 404:
            return ""
        digest = check(reply).headers.get("Docker-Content-Digest", "")
        if names.is_digest(digest):
            return digest
        return (await self.manifest(name, reference)).digest

    async def blob(self, name: str, digest: str, limit: int = CONFIG_BYTES) -> bytes:
        """A blob that is small, from wherever the registry says that it lies. Raises `Trouble` where it is long, or not there."""
        reply = await self._ask("GET", name, f"blobs/{digest}", limit, {"Accept": "*/*"})
        if reply.status in REDIRECTS:
            # The store of a registry is asked without the visitor's password: its address is signed.
            at = reply.headers.get("Location", "")
            reply = await self._registry.elsewhere.ask("the store of the registry", at, {}, limit)
        if reply.status == 404:
            raise missing(f"The blob {digest[:19]}… is not in {name}.", "Push the image again.")
        content = check(reply).body
        if names.digest(names.algorithm(digest), content) != digest:
            raise _changed(name, digest)
        return content

    async def referrers(self, name: str, digest: str) -> list[Descriptor]:
        """What refers to a manifest: by the API, or by the tag that stands in for it, and by the tags of cosign.

        https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
        """
        told, tagged = await asyncio.gather(
            self._listed(name, digest), self._by_cosign(name, digest)
        )
        there = {each.digest for each in told}
        return [*told, *(each for each in tagged if each.digest not in there)][:REFERRERS]

    async def _listed(self, name: str, digest: str) -> list[Descriptor]:
        found: list[Descriptor] = []
        path = f"/v2/{name}/referrers/{digest}"
        for _ in range(PAGES):
            reply = await self._registry.ask("GET", path, limit=MANIFEST_BYTES)
            if reply.status in {400, 404, 405} and not found:
                return await self._fallback(name, digest)
            found += document.read(documents.INDEX, check(reply).body).children
            path = following(reply.headers.get("Link", ""), path)
            if not path or len(found) >= REFERRERS:
                break
        return found[:REFERRERS]

    async def _fallback(self, name: str, digest: str) -> list[Descriptor]:
        """https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema"""
        try:
            return (await self.manifest(name, _as_tag(digest))).document.children
        except Trouble as trouble:
            if trouble.status == 404:
                return []
            raise

    async def _by_cosign(self, name: str, digest: str) -> list[Descriptor]:
        tags = [f"{_as_tag(digest)}.{end}" for end, _ in COSIGN]
        found = await asyncio.gather(*(self.digest(name, tag) for tag in tags))
        return [
            Descriptor(each, "", 0, {TAG: tag}, artifact_type=kind)
            for each, tag, (_, kind) in zip(found, tags, COSIGN, strict=True)
            if each
        ]

    async def _ask(
        self,
        method: str,
        name: str,
        path: str,
        limit: int,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        sent = headers or {"Accept": ACCEPT}
        return await self._registry.ask(method, f"/v2/{name}/{path}", headers=sent, limit=limit)


def following(link: str, path: str) -> str:
    """The path of the next page of a list; empty where there is none: https://www.rfc-editor.org/rfc/rfc8288

    Only a path is taken of it: whatever host it names, the registry is asked.
    """
    target, _, rest = link.partition(">")
    if not target.startswith("<") or "next" not in rest:
        return ""
    parts = urllib.parse.urlsplit(urllib.parse.urljoin(path, target[1:]))
    found = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return found if found.startswith("/v2/") and found != path else ""


def _as_tag(digest: str) -> str:
    return digest.replace(":", "-")[:128]


def _verified(reply: Reply, reference: str) -> Manifest:
    said = reply.headers.get("Docker-Content-Digest", "")
    wanted = reference if ":" in reference else said
    if not names.is_digest(wanted):
        wanted = f"sha256:{hashlib.sha256(reply.body).hexdigest()}"
    if names.digest(names.algorithm(wanted), reply.body) != wanted:
        raise _changed("the registry", wanted)
    kind = reply.headers.get("Content-Type", "").partition(";")[0].strip()
    return Manifest(wanted, reply.body, document.read(kind, reply.body))


def _no_manifest(name: str, reference: str) -> Trouble:
    mark = "@" if ":" in reference else ":"
    return missing(
        f"{name}{mark}{reference} is not there.",
        "It may have been deleted, or is not for you to see.",
    )


def _changed(where: str, digest: str) -> Trouble:
    return Trouble(
        f"What {where} gives for {digest[:19]}… has another digest: its bytes have changed.",
        hint="Push it again. homeport registry scrub finds all that is damaged.",
        status=502,
    )
