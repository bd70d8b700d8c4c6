"""What a manifest says: parsed and checked, without any look at what is stored.

https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md
https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md
https://distribution.github.io/distribution/spec/manifest-v2-2/
"""

from __future__ import annotations

import json
from typing import Any, Final, NamedTuple

from homeport.registry import errors, limits
from homeport.registry.grammar import names

IMAGES: Final = frozenset(
    {
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    }
)
INDEX: Final = "application/vnd.oci.image.index.v1+json"
INDEXES: Final = frozenset({INDEX, "application/vnd.docker.distribution.manifest.list.v2+json"})

KNOWN: Final = IMAGES | INDEXES

NOT_DISTRIBUTED: Final = frozenset(
    {
        "application/vnd.oci.image.layer.nondistributable.v1.tar",
        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
        "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
        "application/vnd.docker.image.rootfs.foreign.diff.tar",
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
    }
)
"""Layers that lie elsewhere: https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#non-distributable-layers"""

GENERIC: Final = frozenset(
    {"", "application/json", "application/octet-stream", "application/x-www-form-urlencoded"}
)
"""Content types that say nothing of a manifest; what `mediaType` says counts then."""


class Document(NamedTuple):
    """The parts of a manifest that a registry acts on."""

    media_type: str
    blobs: list[str]
    """Digests of the blobs that must be there."""
    manifests: list[str]
    """Digests of the manifests that must be there."""
    references: list[str]
    """All digests that it names, but for the subject."""
    subject: str | None
    artifact_type: str | None
    annotations: dict[str, str]

    def descriptor(self, digest: str, size: int) -> str:
        """How a list of referrers shows it, as JSON.

        https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
        """
        shown: dict[str, Any] = {"mediaType": self.media_type, "digest": digest, "size": size}
        if self.artifact_type is not None:
            shown["artifactType"] = self.artifact_type
        if self.annotations:
            shown["annotations"] = self.annotations
        return json.dumps(shown)


def parse(content_type: str, content: bytes, most: int = limits.REFERENCES) -> Document:
    """Reads a manifest of any kind; raises MANIFEST_INVALID for what is none, or not what its content type says.

    It may name `most` others.
    """
    body = _load(content)
    media_type = _media_type(content_type, body)
    if media_type in IMAGES:
        _check_version(body)
        _check_absent(body, "manifests")
        if "config" not in body:
            raise _invalid("An image has a config.")
    elif media_type in INDEXES:
        _check_version(body)
        _check_absent(body, "config", "layers")
    document = _document(media_type, body)
    if len(document.references) > most:
        raise _invalid(f"It names {len(document.references)} others; {most} are allowed.")
    return document


def _document(media_type: str, body: dict[str, Any]) -> Document:
    config = _descriptors([body["config"]], "config") if "config" in body else []
    layers = _descriptors(body.get("layers"), "layers") + _descriptors(body.get("blobs"), "blobs")
    children = _descriptors(body.get("manifests"), "manifests")
    subject = _descriptors([body["subject"]], "subject") if body.get("subject") else []
    kept = [layer for layer in layers if layer.get("mediaType") not in NOT_DISTRIBUTED]
    return Document(
        media_type=media_type,
        blobs=_digests(config + kept),
        manifests=_digests(children),
        references=_digests(config + layers + children),
        subject=subject[0]["digest"] if subject else None,
        artifact_type=_artifact_type(body, config),
        annotations=_annotations(body),
    )


def _load(content: bytes) -> dict[str, Any]:
    try:
        # Decoded here, as Python would take UTF-16 too, and a mark at the beginning: https://www.rfc-editor.org/rfc/rfc8259#section-8.1
        body = json.loads(content.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise _invalid(f"The manifest is not JSON: {str(error)[:200]}.") from error
    if not isinstance(body, dict):
        raise _invalid("The manifest is not a JSON object.")
    return body


def _refuse(constant: str) -> None:
    """Python reads NaN and Infinity; clients do not: https://www.rfc-editor.org/rfc/rfc8259#section-6"""
    raise ValueError(f"{constant} is no number of JSON")


def _media_type(content_type: str, body: dict[str, Any]) -> str:
    named = body.get("mediaType") or ""
    sent = content_type.partition(";")[0].strip()
    media_type = named if sent in GENERIC else sent
    if not isinstance(media_type, str) or not names.is_media_type(media_type):
        raise _invalid("Neither Content-Type nor mediaType says what kind of manifest it is.")
    if named and named != media_type:
        raise _invalid(f"Content-Type is {media_type}, but mediaType is {str(named)[:256]!r}.")
    return media_type


def _check_version(body: dict[str, Any]) -> None:
    if body.get("schemaVersion") != 2 or body["schemaVersion"] is True:
        raise _invalid("schemaVersion is not 2.")


def _check_absent(body: dict[str, Any], *fields: str) -> None:
    # One document must not be read as two kinds: https://github.com/opencontainers/distribution-spec/security/advisories/GHSA-mc8v-mgrf-8f4m
    for field in fields:
        if body.get(field):
            raise _invalid(f"A manifest of this media type has no {field}.")


def _descriptors(listed: Any, field: str) -> list[dict[str, Any]]:
    if listed is None:
        return []
    if not isinstance(listed, list):
        raise _invalid(f"{field} is not a list.")
    for one in listed:
        if not isinstance(one, dict) or not isinstance(one.get("digest"), str):
            raise _invalid(f"{field} holds something that is no descriptor.")
        if not isinstance(one.get("mediaType", ""), str):
            raise _invalid(f"{field} holds a mediaType that is no text.")
        if not names.is_digest(one["digest"]):
            raise _invalid(f"{field} holds an invalid digest: {one['digest'][:160]!r}.")
        size = one.get("size", 0)
        if not isinstance(size, int) or size < 0:
            raise _invalid(f"{field} holds an invalid size.")
    return listed


def _digests(descriptors: list[dict[str, Any]]) -> list[str]:
    return [descriptor["digest"] for descriptor in descriptors]


def _artifact_type(body: dict[str, Any], config: list[dict[str, Any]]) -> str | None:
    named = body.get("artifactType") or (config[0].get("mediaType") if config else None)
    if named is None or named == "":
        return None
    if not isinstance(named, str) or not names.is_media_type(named):
        raise _invalid("artifactType, or the config's mediaType, is no media type.")
    return named


def _annotations(body: dict[str, Any]) -> dict[str, str]:
    annotations = body.get("annotations") or {}
    if not isinstance(annotations, dict) or not all(
        isinstance(value, str) for value in annotations.values()
    ):
        raise _invalid("annotations is not an object of texts.")
    return annotations


def _invalid(message: str) -> errors.Failure:
    return errors.Failure("MANIFEST_INVALID", message)
