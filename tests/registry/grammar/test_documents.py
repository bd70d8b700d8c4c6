"""What is read of a manifest, and what is no manifest."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.registry import errors, limits
from homeport.registry.grammar import documents

IMAGE = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
FOREIGN = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
A, B, C = ("sha256:" + letter * 64 for letter in "abc")


def _descriptor(digest, kind="application/octet-stream"):
    return {"mediaType": kind, "digest": digest, "size": 1}


def _image(**more):
    return {"schemaVersion": 2, "config": _descriptor(A, "a/config"), "layers": [], **more}


def _parse(body, content_type=IMAGE):
    return documents.parse(content_type, json.dumps(body).encode())


def test_image_needs_config_and_layers():
    document = _parse(_image(layers=[_descriptor(B)]))
    assert document.blobs == document.references == [A, B]
    assert document.manifests == []


def test_layers_that_lie_elsewhere_are_named_but_not_needed():
    document = _parse(_image(layers=[_descriptor(B, FOREIGN), _descriptor(C)]))
    assert document.blobs == [A, C]
    assert document.references == [A, B, C]


def test_index_needs_its_manifests():
    document = _parse({"schemaVersion": 2, "manifests": [_descriptor(B, IMAGE)]}, INDEX)
    assert (document.blobs, document.manifests) == ([], [B])


def test_subject_is_neither_needed_nor_a_reference():
    document = _parse(_image(subject=_descriptor(C, IMAGE)))
    assert document.subject == C
    assert C not in document.blobs + document.manifests + document.references


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (_image(), "a/config"),
        (_image(artifactType="a/b"), "a/b"),
        (_image(artifactType=""), "a/config"),
    ],
)
def test_artifact_type_is_the_configs_where_there_is_none(body, kind):
    assert _parse(body).artifact_type == kind


def test_index_has_only_an_artifact_type_of_its_own():
    assert _parse({"schemaVersion": 2, "manifests": []}, INDEX).artifact_type is None


def test_descriptor_has_all_annotations():
    document = _parse(_image(annotations={"b": "2", "a": "ü\ud800"}))
    assert json.loads(document.descriptor(B, 5)) == {
        "mediaType": IMAGE,
        "digest": B,
        "size": 5,
        "artifactType": "a/config",
        "annotations": {"b": "2", "a": "ü\ud800"},
    }


@pytest.mark.parametrize(
    ("sent", "named", "kind"),
    [
        (IMAGE, None, IMAGE),
        (IMAGE + "; charset=utf-8", IMAGE, IMAGE),
        ("", IMAGE, IMAGE),
        ("application/json", IMAGE, IMAGE),
        ("application/vnd.of.somebody+json", None, "application/vnd.of.somebody+json"),
    ],
)
def test_media_type(sent, named, kind):
    body = _image() if named is None else _image(mediaType=named)
    assert _parse(body, sent).media_type == kind


BAD = {
    "no version": {"config": _descriptor(A), "layers": []},
    "version 1": _image(schemaVersion=1),
    "version true": _image(schemaVersion=True),
    "no config": {"schemaVersion": 2, "layers": []},
    "null config": _image(config=None),
    "two kinds": _image(manifests=[_descriptor(B)]),
    "layers no list": _image(layers={}),
    "layer no descriptor": _image(layers=["a"]),
    "layer without digest": _image(layers=[{"size": 1}]),
    "bad digest": _image(layers=[_descriptor("sha256:abc")]),
    "unknown algorithm": _image(layers=[_descriptor("md5:" + "a" * 32)]),
    "path as digest": _image(layers=[_descriptor("sha256:../../etc/passwd")]),
    "negative size": _image(layers=[{**_descriptor(A), "size": -1}]),
    "size no number": _image(layers=[{**_descriptor(A), "size": "1"}]),
    "mediaType no text": _image(layers=[{**_descriptor(A), "mediaType": 1}]),
    "subject no descriptor": _image(subject="a"),
    "annotations no object": _image(annotations=["a"]),
    "annotation no text": _image(annotations={"a": 1}),
    "artifactType no text": _image(artifactType=1),
    "artifactType surrogate": _image(artifactType="a/\ud800"),
    "mediaType of another kind": _image(mediaType=INDEX),
    "mediaType a number": _image(mediaType=5),
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
def test_no_image(body):
    with pytest.raises(errors.Failure) as caught:
        _parse(body)
    assert caught.value.errors[0]["code"] == "MANIFEST_INVALID"


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff", b'"a"', b"[" * 100_000, b'{"a":' + b"1" * 5000 + b"}"],
)
def test_no_object(content):
    with pytest.raises(errors.Failure) as caught:
        documents.parse(IMAGE, content)
    assert caught.value.status == 400


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig", "utf-16-le"])
def test_json_is_utf_8(encoding):
    with pytest.raises(errors.Failure, match="not JSON"):
        documents.parse(IMAGE, json.dumps(_image()).encode(encoding))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_does_not_have(number):
    content = (
        json.dumps(_image())
        .encode()
        .replace(b'"schemaVersion"', b'"x": %b, "schemaVersion"' % number.encode())
    )
    with pytest.raises(errors.Failure, match=f"{number} is no number of JSON"):
        documents.parse(IMAGE, content)


@pytest.mark.parametrize("content_type", ["", "text", "a/b/c", "\xff/\xff"])
def test_unusable_content_type(content_type):
    with pytest.raises(errors.Failure):
        _parse(_image(), content_type)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(A),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["config", "layers", "manifests", "subject", "digest", "size", "mediaType"]
            )
            | st.sampled_from(["annotations", "artifactType", "schemaVersion", "blobs"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(JSON, st.sampled_from([IMAGE, INDEX, "a/b", ""]))
def test_whatever_json_is_a_document_or_invalid(body, content_type):
    with contextlib.suppress(errors.Failure):
        json.loads(_parse(body, content_type).descriptor(B, 1))


@pytest.mark.parametrize("extra", [0, 1])
def test_how_much_it_may_name(extra):
    layers = [_descriptor(B, FOREIGN)] * (limits.REFERENCES - 1 + extra)
    body = json.dumps(_image(layers=layers)).encode()
    if not extra:
        assert len(documents.parse(IMAGE, body).references) == limits.REFERENCES
        return
    with pytest.raises(errors.Failure, match="10001 others; 10000 are allowed"):
        documents.parse(IMAGE, body)
    assert documents.parse(IMAGE, body, most=limits.REFERENCES + 1)
