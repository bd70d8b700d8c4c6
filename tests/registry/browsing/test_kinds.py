"""What media types and tags make of a manifest."""

import pytest

from homeport.registry.browsing import kinds

OCI = "application/vnd.oci.image.config.v1+json"
EMPTY = "application/vnd.oci.empty.v1+json"
TAG = "sha256-" + "a" * 64
CASES = [
    ("image", OCI, ["application/vnd.oci.image.layer.v1.tar+gzip"], ["v1"]),
    ("image", "application/vnd.docker.container.image.v1+json", [], []),
    ("image", "", [], []),
    ("helm", "application/vnd.cncf.helm.config.v1+json", [], []),
    ("signature", OCI, ["application/vnd.dev.cosign.simplesigning.v1+json"] * 2, []),
    ("signature", "application/vnd.cncf.notary.signature", ["application/jose+json"], []),
    ("signature", "application/vnd.dev.sigstore.bundle.v0.3+json", [], []),
    ("attestation", OCI, ["application/vnd.in-toto+json"] * 2, []),
    ("attestation", OCI, ["application/vnd.dsse.envelope.v1+json"], []),
    ("attestation", "application/vnd.docker.attestation.manifest.v1+json", [], []),
    ("sbom", "application/spdx+json", [], []),
    ("sbom", EMPTY, ["application/vnd.cyclonedx+json"], []),
    ("sbom", OCI, ["text/spdx"], []),
    ("wasm", "application/vnd.wasm.config.v0+json", ["application/wasm"], []),
    ("wasm", "application/vnd.module.wasm.config.v1+json", [], []),
    ("artifact", EMPTY, ["text/plain"], []),
    ("artifact", "application/vnd.buildkit.cacheconfig.v0", [], []),
    # cosign's names of tags tell where media types do not
    ("signature", OCI, ["text/plain"], [f"{TAG}.sig"]),
    ("attestation", OCI, [], ["v1", f"{TAG}.att"]),
    ("sbom", OCI, [], [f"{TAG}.sbom"]),
    ("image", OCI, [], [f"{TAG}.sig2", "sha256-aa.sig"]),
    # One layer of a kind among others is no reason
    ("image", OCI, ["application/vnd.in-toto+json", "application/x-tar"], []),
]


@pytest.mark.parametrize(("kind", "artifact_type", "layers", "tags"), CASES)
def test_kind(kind, artifact_type, layers, tags):
    found = kinds.of(
        is_index=False, artifact_type=artifact_type, layers=layers, annotations={}, tags=tags
    )
    assert found == kind
    assert kind in kinds.ALL


@pytest.mark.parametrize(
    ("artifact_type", "kind"), [("", "index"), (OCI, "index"), ("application/spdx+json", "sbom")]
)
def test_index(artifact_type, kind):
    assert kind == kinds.of(
        is_index=True, artifact_type=artifact_type, layers=[], annotations={}, tags=[]
    )


@pytest.mark.parametrize(
    ("predicate", "kind"),
    [
        ("https://sigstore.dev/cosign/sign/v1", "signature"),
        ("https://slsa.dev/provenance/v1", "attestation"),
    ],
)
def test_bundle(predicate, kind):
    found = kinds.of(
        is_index=False,
        artifact_type="application/vnd.dev.sigstore.bundle.v0.3+json",
        layers=[],
        annotations={"dev.sigstore.bundle.predicateType": predicate},
        tags=[],
    )
    assert found == kind
