"""What a manifest is to people: told by its media types, and by the names that cosign gives to tags.

https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidelines-for-artifact-usage
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

IMAGE, INDEX, HELM, WASM = "image", "index", "helm", "wasm"
SIGNATURE, SBOM, ATTESTATION, ARTIFACT = "signature", "sbom", "attestation", "artifact"
ALL = (IMAGE, INDEX, HELM, SIGNATURE, SBOM, ATTESTATION, WASM, ARTIFACT)

CONFIGS = frozenset(
    {
        "application/vnd.oci.image.config.v1+json",
        "application/vnd.docker.container.image.v1+json",
        # Of docker before 1.10, and of tools that give none.
        "application/octet-stream",
        "",
    }
)
"""Media types of configs that say what an image runs on."""

_BY_TYPE = (
    # https://helm.sh/docs/topics/registries/#helm-chart-manifest
    (HELM, re.compile(r"application/vnd\.cncf\.helm\.(config|chart)\.")),
    # https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
    (SIGNATURE, re.compile(r"application/vnd\.dev\.cosign\.(artifact\.sig|simplesigning)\.")),
    # https://github.com/notaryproject/specifications/blob/main/specs/signature-specification.md
    (SIGNATURE, re.compile(r"application/vnd\.cncf\.notary\.signature")),
    (SBOM, re.compile(r".*(\bspdx\b|\bcyclonedx\b|\bsyft\b|\.sbom\b)")),
    # https://github.com/moby/buildkit/blob/master/docs/attestations/attestation-storage.md, and cosign's envelopes
    (ATTESTATION, re.compile(r".*(\bin-toto\b|\bdsse\b|\battestation\b)")),
    # https://tag-runtime.cncf.io/wgs/wasm/deliverables/wasm-oci-artifact/
    (WASM, re.compile(r".*\bwasm\b")),
)

_BUNDLE = "application/vnd.dev.sigstore.bundle"
"""https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md"""
_PREDICATE = "dev.sigstore.bundle.predicateType"
_SIGNS = "https://sigstore.dev/cosign/sign/v1"

_COSIGN_TAG = re.compile(r"sha256-[0-9a-f]{64}\.(sig|att|sbom)")
_BY_SUFFIX = {"sig": SIGNATURE, "att": ATTESTATION, "sbom": SBOM}

REFERENCE_TYPE = "vnd.docker.reference.type"
"""How buildkit marks what is no image in an index:
https://github.com/moby/buildkit/blob/master/docs/attestations/attestation-storage.md#attestation-manifest-descriptor"""
ATTESTS = "attestation-manifest"


def of(
    *,
    is_index: bool,
    artifact_type: str,
    layers: Sequence[str],
    annotations: Mapping[str, str],
    tags: Iterable[str],
) -> str:
    """The kind of a manifest. `artifact_type` is its own or that of its config, `layers` are media types."""
    if artifact_type.startswith(_BUNDLE):
        predicate = annotations.get(_PREDICATE, _SIGNS)
        return SIGNATURE if predicate == _SIGNS else ATTESTATION
    found = _by_type(artifact_type) or ("" if is_index else _by_all(layers))
    if found:
        return found
    for tag in tags:
        if named := _COSIGN_TAG.fullmatch(tag):
            return _BY_SUFFIX[named[1]]
    if is_index:
        return INDEX
    return IMAGE if artifact_type in CONFIGS else ARTIFACT


def _by_type(media_type: str) -> str:
    return next((kind for kind, pattern in _BY_TYPE if pattern.match(media_type)), "")


def _by_all(layers: Sequence[str]) -> str:
    """The kind that all layers are of."""
    kinds = {_by_type(layer) for layer in set(layers)}
    return kinds.pop() if len(kinds) == 1 else ""
