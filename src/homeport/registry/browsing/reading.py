"""What manifests and configs say of themselves. Nothing in them is believed: what is not as it should be is passed over.

https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md
https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md
https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from homeport.registry.browsing import kinds, limits
from homeport.registry.grammar import documents, names

CREATED = "org.opencontainers.image.created"
"""https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys"""

_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_TIME_LENGTH = 64
_UNKNOWN = "unknown/unknown"
"""What buildkit says of attestations."""


class Child(NamedTuple):
    """What an index says of a manifest in it."""

    digest: str
    media_type: str
    platform: str
    """Empty where it says none."""
    kind: str
    """Empty where it says none."""
    size: int


class Sketch(NamedTuple):
    """What a manifest says by itself."""

    kind: str
    blobs: dict[str, int]
    """Bytes of its config and layers, by their digests."""
    children: list[Child]
    platforms: list[str]
    created: float | None
    config: str
    """The digest of a config that says more; empty where there is none."""


def manifest(media_type: str, content: bytes, tags: Iterable[str] = ()) -> Sketch:
    """Reads a manifest of any kind."""
    body = _object(content)
    is_index = media_type in documents.INDEXES
    config = _descriptor(body.get("config"))
    layers = [*_descriptors(body.get("layers")), *_descriptors(body.get("blobs"))]
    children = [_child(each) for each in _descriptors(body.get("manifests"))]
    annotations = _texts(body.get("annotations"))
    kind = kinds.of(
        is_index=is_index,
        artifact_type=_text(body.get("artifactType")) or _media_type(config),
        layers=[_media_type(layer) for layer in layers],
        annotations=annotations,
        tags=tags,
    )
    kept = [layer for layer in layers if _media_type(layer) not in documents.NOT_DISTRIBUTED]
    says_more = kind == kinds.IMAGE and config and _media_type(config) in kinds.CONFIGS
    return Sketch(
        kind=kind,
        blobs={each["digest"]: _size(each) for each in [*([config] if config else []), *kept]},
        children=children,
        platforms=_distinct(child.platform for child in children),
        created=time(annotations.get(CREATED)),
        config=config["digest"] if says_more else "",
    )


class Config(NamedTuple):
    """What the config of an image says."""

    created: float | None
    platform: str


def config(content: bytes) -> Config:
    """Reads the config of an image."""
    body = _object(content)
    return Config(time(body.get("created")), _platform(body))


def platforms(text: str) -> list[str]:
    """The platforms of a text that `joined` made."""
    return text.split()


def joined(found: Sequence[str]) -> str:
    """Platforms as they are kept, separated by spaces, which none of them holds."""
    return " ".join(_distinct(found))


def total(sizes: Mapping[str, int]) -> int:
    """The bytes of blobs, as far as they can be told."""
    return min(sum(sizes.values()), limits.BYTES)


def time(value: Any) -> float | None:
    """Seconds since the epoch of a time as RFC 3339 has it; None for what is none, and for Go's year 1, which stands for none.

    https://www.rfc-editor.org/rfc/rfc3339#section-5.6
    """
    if not isinstance(value, str) or len(value) > _TIME_LENGTH:
        return None
    try:
        found = datetime.datetime.fromisoformat(value)
        if found.tzinfo is None:
            found = found.replace(tzinfo=datetime.UTC)
        seconds = found.timestamp()
    except (ValueError, OverflowError):
        return None
    return seconds if seconds >= 0 else None


def _object(content: bytes) -> dict[str, Any]:
    """An empty one for what is no JSON object, or nested too deep."""
    try:
        body = json.loads(content.decode())
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _descriptors(listed: Any) -> list[dict[str, Any]]:
    found = map(_descriptor, listed) if isinstance(listed, list) else ()
    return [each for each in found if each]


def _descriptor(value: Any) -> dict[str, Any]:
    """An empty one for what has no digest."""
    if not isinstance(value, dict):
        return {}
    digest = value.get("digest")
    return value if isinstance(digest, str) and names.is_digest(digest) else {}


def _child(descriptor: dict[str, Any]) -> Child:
    marked = _texts(descriptor.get("annotations")).get(kinds.REFERENCE_TYPE)
    platform = descriptor.get("platform")
    return Child(
        digest=descriptor["digest"],
        media_type=_media_type(descriptor),
        platform=_platform(platform) if isinstance(platform, dict) else "",
        kind=kinds.ATTESTATION if marked == kinds.ATTESTS else "",
        size=_size(descriptor),
    )


def _platform(body: Mapping[str, Any]) -> str:
    parts = [_text(body.get(field)) for field in ("os", "architecture", "variant")]
    if not all(map(_PART.fullmatch, parts[:2])):
        return ""
    found = "/".join(parts if _PART.fullmatch(parts[2]) else parts[:2])
    return "" if found == _UNKNOWN else found


def _distinct(found: Iterable[str]) -> list[str]:
    return [each for each in dict.fromkeys(found) if each][: limits.PLATFORMS]


def _size(descriptor: Mapping[str, Any]) -> int:
    size = descriptor.get("size")
    return min(max(size, 0), limits.BYTES) if isinstance(size, int) else 0


def _media_type(descriptor: Mapping[str, Any]) -> str:
    return _text(descriptor.get("mediaType"))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {name: text for name, text in value.items() if isinstance(text, str)}
