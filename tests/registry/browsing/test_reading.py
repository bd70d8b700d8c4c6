"""What manifests and configs say, and what is passed over."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.registry.browsing import limits, reading
from homeport.registry.grammar import documents

OCI_CONFIG = "application/vnd.oci.image.config.v1+json"


def digest(number):
    return f"sha256:{number:064x}"


def one(number, size, kind="application/x-tar", **more):
    return {"mediaType": kind, "digest": digest(number), "size": size, **more}


def image(*layers, **more):
    body = {"schemaVersion": 2, "config": one(1, 10, OCI_CONFIG), "layers": list(layers), **more}
    return json.dumps(body).encode()


def read(content, media_type="application/vnd.oci.image.manifest.v1+json"):
    return reading.manifest(media_type, content)


def test_an_image_is_its_config_and_its_layers_each_once():
    sketch = read(image(one(2, 100), one(2, 100), one(3, 5)))
    assert (sketch.kind, sketch.config) == ("image", digest(1))
    assert reading.total(sketch.blobs) == 115


def test_layers_that_lie_elsewhere_take_no_room():
    foreign = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
    assert reading.total(read(image(one(2, 100, foreign))).blobs) == 10


def test_an_index_tells_its_platforms():
    arm = {"os": "linux", "architecture": "arm64", "variant": "v8"}
    unknown = {"os": "unknown", "architecture": "unknown"}
    marked = {"vnd.docker.reference.type": "attestation-manifest"}
    listed = [
        one(2, 5, platform={"os": "linux", "architecture": "amd64"}),
        one(3, 5, platform=arm),
        one(4, 5, platform=unknown, annotations=marked),
        one(5, 5),
    ]
    sketch = read(json.dumps({"manifests": listed}).encode(), documents.INDEX)
    assert sketch.platforms == ["linux/amd64", "linux/arm64/v8"]
    assert [child.kind for child in sketch.children] == ["", "", "attestation", ""]
    assert sketch.kind == "index"


def test_a_config_says_when_and_for_what():
    body = {
        "os": "linux",
        "architecture": "arm",
        "variant": "v7",
        "created": "2024-01-02T03:04:05Z",
    }
    found = reading.config(json.dumps(body).encode())
    assert found == (1704164645.0, "linux/arm/v7")


def test_only_the_config_of_an_image_is_read():
    helm = image(config=one(1, 10, "application/vnd.cncf.helm.config.v1+json"))
    assert (read(helm).kind, read(helm).config) == ("helm", "")


def test_an_annotation_says_when():
    annotations = {reading.CREATED: "1970-01-01T00:01:00+00:00"}
    assert read(image(annotations=annotations)).created == 60.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2024-01-02T03:04:05.123456789Z", 1704164645.123456),
        ("2024-01-02T04:04:05+01:00", 1704164645.0),
        ("2024-01-02T03:04:05", 1704164645.0),
        ("1970-01-01T00:00:00Z", 0.0),
        # Go's zero, which docker writes for no time at all
        ("0001-01-01T00:00:00Z", None),
        ("yesterday", None),
        ("2024-01-02T03:04:05Z" + " " * 99, None),
        (7, None),
        (None, None),
    ],
)
def test_time(text, seconds):
    assert reading.time(text) == seconds


HOSTILE = [
    b"",
    b"\xff\xfe",
    b"[]",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"9" * 10_000,
    b'{"created": {"a": 1}, "os": 7, "architecture": ["x"]}',
    b'{"os": "li nux", "architecture": "' + b"a" * 5000 + b'"}',
    b'{"config": [], "layers": {"digest": 1}, "manifests": "x", "annotations": [1]}',
    b'{"config": {"digest": "../../etc"}, "layers": [null, 1, {}], "manifests": [{"digest": 5}]}',
]


@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_not_as_it_should_be_is_passed_over(content):
    assert reading.config(content) == (None, "")
    for media_type in ("application/vnd.oci.image.manifest.v1+json", documents.INDEX, "text/html"):
        sketch = read(content, media_type)
        assert (sketch.blobs, sketch.children, sketch.platforms) == ({}, [], [])


def test_no_size_is_larger_than_readers_can_tell():
    sketch = read(image(one(2, 10**400), one(3, 10**400), one(4, -5), one(5, "x")))
    assert reading.total(sketch.blobs) == limits.BYTES


def test_platforms_have_an_end():
    listed = [
        one(number, 1, platform={"os": "linux", "architecture": f"a{number}"})
        for number in range(200)
    ]
    sketch = read(json.dumps({"manifests": listed}).encode(), documents.INDEX)
    assert len(sketch.platforms) == limits.PLATFORMS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["config", "layers", "manifests", "digest", "size", "platform", "os", "created"]
            ),
            inner,
            max_size=4,
        )
    ),
)


@given(JSON, st.sampled_from([*documents.KNOWN, "text/plain"]))
def test_anything_can_be_read(body, media_type):
    content = json.dumps(body).encode()
    sketch = read(content, media_type)
    assert 0 <= reading.total(sketch.blobs) <= limits.BYTES
    created, platform = reading.config(content)
    assert created is None or created >= 0
    assert " " not in platform
