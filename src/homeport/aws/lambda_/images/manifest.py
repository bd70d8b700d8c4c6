"""Manifests, indexes and configurations of images, as OCI and Docker write them.

https://github.com/opencontainers/image-spec/blob/main/manifest.md,
https://github.com/opencontainers/image-spec/blob/main/image-index.md,
https://github.com/opencontainers/image-spec/blob/main/config.md,
https://distribution.github.io/distribution/spec/manifest-v2-2/
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from homeport.aws.lambda_.images import limits
from homeport.aws.lambda_.images.errors import BadImage

_MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
ACCEPTED = ", ".join(_MANIFESTS + _INDEXES)
_LAYER = re.compile(
    r"application/vnd\.(?:oci\.image\.layer\.v1\.tar(?:\+gzip|\+zstd)?|docker\.image\.rootfs\.diff\.tar(?:\.gzip|\.zstd)?)"
)
"""Layers that lie elsewhere (nondistributable, foreign) are none of these."""
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_ARCHITECTURES = {"x86_64": "amd64", "arm64": "arm64"}
"""AWS's name for each, and that of images."""


class Descriptor(NamedTuple):
    """https://github.com/opencontainers/image-spec/blob/main/descriptor.md"""

    digest: str
    size: int


class Manifest(NamedTuple):
    """What an image is made of."""

    config: Descriptor
    layers: tuple[Descriptor, ...]

    @property
    def chain(self) -> str:
        """A name for the file system that the layers make: the same one for all images that have it."""
        digests = "\n".join(layer.digest for layer in self.layers)
        return hashlib.sha256(digests.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Config:
    """How an image wants to be run. Its USER has no say: all functions run as AWS's user."""

    entry_point: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: str = "/"


class Known(NamedTuple):
    """An image as far as it is known without its layers."""

    manifest: Manifest
    config: Config


def chosen(body: bytes, architecture: str) -> str | None:
    """The digest of the manifest for AWS's name of an architecture where `body` is an index; None where it is a manifest."""
    read = _object(body)
    kind = read.get("mediaType")
    if kind in _MANIFESTS or (kind is None and "manifests" not in read):
        return None
    wanted = _ARCHITECTURES.get(architecture, architecture)
    for entry in _list(read, "manifests"):
        platform = entry.get("platform") if isinstance(entry, dict) else None
        if not isinstance(platform, dict) or entry.get("mediaType") not in _MANIFESTS:
            continue
        if platform.get("os") == "linux" and platform.get("architecture") == wanted:
            return _descriptor(entry, limits.MANIFEST_BYTES).digest
    raise BadImage(
        f"The image has nothing for linux/{wanted}.",
        hint=f"Build it with --platform linux/{wanted}, or choose another architecture for the function.",
    )


def manifest(body: bytes) -> Manifest:
    """Reads a manifest. Raises `BadImage`."""
    read = _object(body)
    layers = _list(read, "layers")
    if len(layers) > limits.LAYERS:
        raise BadImage(f"The image has more than {limits.LAYERS} layers.")
    return Manifest(
        _descriptor(read.get("config"), limits.CONFIG_BYTES), tuple(_layer(each) for each in layers)
    )


def config(body: bytes) -> Config:
    """Reads a configuration. Raises `BadImage`."""
    return settings(_object(body).get("config") or {})


def settings(read: Any) -> Config:
    """What a configuration says of how the image is run; engines call it `Config`. Raises `BadImage`."""
    if not isinstance(read, dict):
        raise BadImage("The image's configuration cannot be read.")
    pairs = (text.partition("=") for text in _texts(read, "Env"))
    return Config(
        _texts(read, "Entrypoint"),
        _texts(read, "Cmd"),
        {name: value for name, _, value in pairs if name},
        str(read.get("WorkingDir") or "/"),
    )


def _layer(read: Any) -> Descriptor:
    kind = read.get("mediaType") if isinstance(read, dict) else None
    if not isinstance(kind, str) or not _LAYER.fullmatch(kind):
        raise BadImage(f"The image has a layer of a kind that is not read: {kind}.")
    return _descriptor(read, limits.IMAGE_BYTES)


def _descriptor(read: Any, limit: int) -> Descriptor:
    if isinstance(read, dict):
        digest, size = read.get("digest"), read.get("size")
        is_sound = isinstance(digest, str) and _DIGEST.fullmatch(digest)
        if is_sound and isinstance(size, int) and 0 <= size <= limit:
            return Descriptor(str(digest), size)
    raise BadImage(
        "The image's manifest names a part that is too large or has no digest of sha256."
    )


def _object(body: bytes) -> dict[str, Any]:
    try:
        read = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadImage("The image's manifest or configuration is not JSON.") from error
    if not isinstance(read, dict):
        raise BadImage("The image's manifest or configuration is not an object.")
    return read


def _list(read: dict[str, Any], name: str) -> list[Any]:
    found = read.get(name)
    if not isinstance(found, list):
        raise BadImage(f"The image's manifest has no {name}.")
    return found


def _texts(read: dict[str, Any], name: str) -> tuple[str, ...]:
    found = read.get(name) or []
    if not isinstance(found, list) or not all(
        isinstance(text, str) and "\0" not in text for text in found
    ):
        raise BadImage(f"The image's {name} is not a list of texts.")
    return tuple(found)
