"""A manifest, taken apart for a page: what it is, what it is made of, what it is about.

https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md
https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from homeport.console.registry.reading import safe
from homeport.registry.browsing import kinds
from homeport.registry.grammar import documents, names

PREDICATES = (
    "in-toto.io/predicate-type",
    "predicateType",
    "dev.sigstore.bundle.predicateType",
)
"""Annotations that name what an attestation says: buildkit's, cosign's, that of a bundle of sigstore."""

REFERENCE_DIGEST = "vnd.docker.reference.digest"
"""https://github.com/moby/buildkit/blob/v0.16.0/docs/attestations/attestation-storage.md"""


class Descriptor(NamedTuple):
    """https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md"""

    digest: str
    """Empty where there is no proper one: then it leads nowhere."""
    media_type: str
    size: int
    annotations: dict[str, str]
    platform: str = ""
    """Such as `linux/arm64/v8`."""
    artifact_type: str = ""

    @property
    def title(self) -> str:
        """The name of the file in it: https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md"""
        return self.annotations.get("org.opencontainers.image.title", "")

    @property
    def is_attestation(self) -> bool:
        """Whether it stands in an index beside the images that it is about."""
        return self.annotations.get(kinds.REFERENCE_TYPE) == kinds.ATTESTS

    @property
    def about(self) -> str:
        """The digest of the image that an attestation of an index is about."""
        return self.annotations.get(REFERENCE_DIGEST, "")

    @property
    def predicate(self) -> str:
        """What an attestation says, by its type."""
        return next((self.annotations[key] for key in PREDICATES if key in self.annotations), "")


class Document(NamedTuple):
    """A manifest as it is shown."""

    kind: str
    """`image`, `index`, `helm`, `signature`, `sbom`, `attestation`, `wasm`, `artifact` or `unknown`."""
    media_type: str
    artifact_type: str
    config: Descriptor | None
    layers: list[Descriptor]
    children: list[Descriptor]
    subject: Descriptor | None
    annotations: dict[str, str]
    trouble: str = ""
    """Why not all of it is shown."""

    @property
    def size(self) -> int:
        """Bytes of its config and layers, each once."""
        config = [self.config] if self.config is not None else []
        return sum({each.digest: each.size for each in [*config, *self.layers]}.values())

    @property
    def has_image_config(self) -> bool:
        """Whether its config says how it runs, and its layers are a file system: signatures have such a config too, and it is empty."""
        return self.config is not None and self.kind == kinds.IMAGE

    def images(self) -> list[Descriptor]:
        """What can be chosen of an index: its children but for attestations."""
        return [each for each in self.children if not each.is_attestation]


def read(media_type: str, content: bytes) -> Document:
    """Reads any manifest; what is none has a `trouble`."""
    body = safe.load(content)
    if body is None:
        return _unreadable(media_type, "This manifest is not a JSON object.")
    if body.get("schemaVersion") == 1:
        text = "This is a manifest of schema 1, which registries gave up in 2017. Push the image again with a client of today."
        return _unreadable(media_type, text)
    shown = safe.text(body.get("mediaType"), 256) or media_type
    config = _descriptor(body["config"]) if isinstance(body.get("config"), dict) else None
    layers = _descriptors(body.get("layers")) or _descriptors(body.get("blobs"))
    children = _descriptors(body.get("manifests"))
    artifact = safe.text(body.get("artifactType"), 256)
    annotations = safe.pairs(body.get("annotations"))
    return Document(
        _kind(shown, artifact, config, layers, annotations),
        shown,
        artifact
        or (config.media_type if config and config.media_type not in kinds.CONFIGS else ""),
        config,
        layers,
        children,
        _descriptor(body["subject"]) if isinstance(body.get("subject"), dict) else None,
        annotations,
        _cut(body),
    )


def _kind(
    media_type: str,
    artifact: str,
    config: Descriptor | None,
    layers: list[Descriptor],
    annotations: dict[str, str],
) -> str:
    """What a manifest is, in a word. cosign's is not told from an image by its name here: a page of a tag has that already."""
    if media_type not in documents.KNOWN and not artifact:
        return "unknown"
    return kinds.of(
        is_index=media_type in documents.INDEXES,
        artifact_type=artifact or (config.media_type if config else ""),
        layers=[each.media_type for each in layers],
        annotations=annotations,
        tags=(),
    )


def platform(value: Any) -> str:
    """https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md#image-index-property-descriptions"""
    given = safe.mapped(value)
    parts = [safe.text(given.get(name), 64) for name in ("os", "architecture", "variant")]
    shown = "/".join(part for part in parts if part)
    version = safe.text(given.get("os.version"), 64)
    return f"{shown} ({version})" if shown and version else shown


def _descriptors(value: Any) -> list[Descriptor]:
    return [_descriptor(each) for each in safe.listed(value) if isinstance(each, dict)]


def _descriptor(value: Mapping[str, Any]) -> Descriptor:
    digest = safe.text(value.get("digest"), 256)
    return Descriptor(
        digest if names.is_digest(digest) else "",
        safe.text(value.get("mediaType"), 256),
        safe.number(value.get("size")) or 0,
        safe.pairs(value.get("annotations")),
        platform(value.get("platform")),
        safe.text(value.get("artifactType"), 256),
    )


def _unreadable(media_type: str, trouble: str) -> Document:
    return Document("unknown", safe.text(media_type, 256), "", None, [], [], None, {}, trouble)


def _cut(body: Mapping[str, Any]) -> str:
    long = [
        name
        for name in ("layers", "manifests", "blobs")
        if isinstance(body.get(name), list) and len(body[name]) > safe.ITEMS
    ]
    return f"Only the first {safe.ITEMS:,} {long[0]} are shown." if long else ""
