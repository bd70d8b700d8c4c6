"""Manifests, indexes and configurations."""

import json

import pytest

from homeport.aws.lambda_.images import manifest
from homeport.aws.lambda_.images.errors import BadImage
from homeport.aws.lambda_.images.manifest import Config, Descriptor

DIGEST = "sha256:" + "1" * 64
OTHER = "sha256:" + "2" * 64
OCI = "application/vnd.oci.image.manifest.v1+json"
DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
INDEX = "application/vnd.oci.image.index.v1+json"
LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
GZIP = "application/vnd.oci.image.layer.v1.tar+gzip"


def one(**more):
    config = {"digest": DIGEST, "size": 2}
    layer = {"mediaType": GZIP, "digest": OTHER, "size": 7}
    return {"schemaVersion": 2, "mediaType": OCI, "config": config, "layers": [layer], **more}


def index(*platforms, kind=INDEX, of=OCI):
    manifests = [
        {"mediaType": of, "digest": f"sha256:{n:064d}", "size": 9, "platform": platform}
        for n, platform in enumerate(platforms)
    ]
    return json.dumps({"mediaType": kind, "manifests": manifests}).encode()


def platform(architecture, system="linux"):
    return {"os": system, "architecture": architecture}


def test_a_manifest():
    read = manifest.manifest(json.dumps(one()).encode())
    assert read.config == Descriptor(DIGEST, 2)
    assert read.layers == (Descriptor(OTHER, 7),)


@pytest.mark.parametrize(
    "kind",
    [
        GZIP,
        "application/vnd.oci.image.layer.v1.tar",
        "application/vnd.oci.image.layer.v1.tar+zstd",
        "application/vnd.docker.image.rootfs.diff.tar.gzip",
    ],
)
def test_kinds_of_layers(kind):
    layer = {"mediaType": kind, "digest": OTHER, "size": 7}
    assert manifest.manifest(json.dumps(one(layers=[layer])).encode()).layers


def test_the_chain_is_that_of_the_layers_and_not_of_the_configuration():
    def chain(**more):
        return manifest.manifest(json.dumps(one(**more)).encode()).chain

    assert chain() == chain(config={"digest": OTHER, "size": 3})
    assert chain() != chain(layers=[])
    layers = [{"mediaType": GZIP, "digest": each, "size": 1} for each in (DIGEST, OTHER)]
    assert chain(layers=layers) != chain(layers=layers[::-1])


@pytest.mark.parametrize("kind", [OCI, DOCKER, None])
def test_a_manifest_is_no_index(kind):
    assert manifest.chosen(json.dumps(one(mediaType=kind)).encode(), "x86_64") is None


@pytest.mark.parametrize(("kind", "of"), [(INDEX, OCI), (LIST, DOCKER)])
@pytest.mark.parametrize(("architecture", "number"), [("x86_64", 1), ("arm64", 2)])
def test_the_platform_is_chosen(kind, of, architecture, number):
    body = index(
        platform("amd64", "windows"),
        platform("amd64"),
        platform("arm64"),
        platform("unknown", "unknown"),
        kind=kind,
        of=of,
    )
    assert manifest.chosen(body, architecture) == f"sha256:{number:064d}"


def test_an_index_without_the_platform_says_what_to_build():
    with pytest.raises(BadImage) as caught:
        manifest.chosen(index(platform("arm64")), "x86_64")
    assert "linux/amd64" in caught.value.what
    assert "--platform linux/amd64" in caught.value.hint


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        json.dumps(one(layers={})).encode(),
        json.dumps(one(layers=[None])).encode(),
        json.dumps(one(config=None)).encode(),
        json.dumps(one(config={"digest": "sha512:1", "size": 2})).encode(),
        json.dumps(one(config={"digest": DIGEST, "size": -1})).encode(),
        json.dumps(one(config={"digest": DIGEST, "size": 5 << 20})).encode(),
        json.dumps(one(config={"digest": f"{DIGEST}/../..", "size": 2})).encode(),
        json.dumps(one(layers=[{"mediaType": GZIP, "digest": OTHER, "size": 11 << 30}])).encode(),
        json.dumps(one(layers=one()["layers"] * 128)).encode(),
    ],
    ids=range(14),
)
def test_what_is_no_manifest_is_refused(body):
    with pytest.raises(BadImage):
        manifest.manifest(body)


def test_layers_that_lie_elsewhere_are_refused():
    kind = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
    layer = {"mediaType": kind, "digest": OTHER, "size": 7, "urls": ["https://example.com"]}
    with pytest.raises(BadImage, match="a kind that is not read"):
        manifest.manifest(json.dumps(one(layers=[layer])).encode())


def test_a_configuration():
    written = {
        "Entrypoint": ["/entry"],
        "Cmd": ["app.handler"],
        "Env": ["A=1", "B=x=y", "C"],
        "WorkingDir": "/var/task",
        "User": "root",
    }
    assert manifest.config(json.dumps({"config": written}).encode()) == Config(
        ("/entry",), ("app.handler",), {"A": "1", "B": "x=y", "C": ""}, "/var/task"
    )


@pytest.mark.parametrize("written", [{}, {"config": None}, {"config": {"Cmd": None}}])
def test_a_configuration_that_says_nothing(written):
    assert manifest.config(json.dumps(written).encode()) == Config()


@pytest.mark.parametrize("written", ["x", {"Cmd": "text"}, {"Env": [1]}, {"Cmd": ["a\0b"]}])
def test_a_configuration_that_cannot_be_read(written):
    with pytest.raises(BadImage):
        manifest.config(json.dumps({"config": written}).encode())
