"""Manifests as they lie in an old storage: which kind they are, and whether they can be taken."""

from __future__ import annotations

import json
import re

from homeport.registry import errors, limits
from homeport.registry.grammar import documents, names
from homeport.registry.importing.layout import Damaged, Layout, text
from homeport.registry.store import manifests

_IMAGE = "application/vnd.oci.image.manifest.v1+json"
_DIGEST = re.compile(rb"sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128}")


def manifest(layout: Layout, digest: str) -> manifests.Stored:
    """A manifest. Raises `Damaged` where it is missing, is not what its digest says, or is of a kind that is not served here."""
    try:
        content = layout.read(digest, limits.MANIFEST_BYTES)
    except FileNotFoundError as error:
        raise Damaged("the manifest is missing") from error
    except OSError as error:
        raise Damaged(f"the manifest could not be read: {text(error)}") from error
    if names.digest(names.algorithm(digest), content) != digest:
        raise Damaged("the manifest is not what its digest says")
    try:
        return manifests.Stored(digest, content, documents.parse(_media_type(content), content))
    except errors.Failure as failure:
        raise Damaged(str(failure)) from failure


def _media_type(content: bytes) -> str:
    """What the storage does not say of a manifest without a `mediaType`, told as Distribution tells it.

    https://github.com/distribution/distribution/blob/v3.1.1/registry/storage/manifeststore.go
    """
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return ""  # said better where it is parsed
    if not isinstance(body, dict):
        return ""
    if body.get("schemaVersion") == 1:
        # https://distribution.github.io/distribution/spec/deprecated-schema-v1/
        raise Damaged("Docker schema 1 is not supported; pull the image and push it again")
    if body.get("mediaType"):
        return ""
    return documents.INDEX if body.get("manifests") is not None else _IMAGE


def named(layout: Layout, digest: str) -> set[str]:
    """All digests that the bytes of a manifest name, whatever its kind; none where it can not be read."""
    try:
        content = layout.read(digest, limits.MANIFEST_BYTES)
    except (Damaged, OSError):
        return set()
    return {found.decode() for found in _DIGEST.findall(content)}
