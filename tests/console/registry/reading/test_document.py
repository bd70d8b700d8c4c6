"""Manifests and configs, whatever was pushed."""

import json
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.console.registry.reading import config, differences, document, safe

IMAGE = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
DIGEST = f"sha256:{'a' * 64}"
FIELDS = st.sampled_from(
    ["mediaType", "config", "layers", "manifests", "subject", "annotations", "digest", "size",
     "artifactType", "platform", "os", "architecture", "history", "created", "created_by", "Env",
     "Labels", "Cmd", "Healthcheck", "Test", "Interval", "ExposedPorts", "schemaVersion"]
)  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(DIGEST)
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELDS, inner, max_size=6)
)


@given(
    st.dictionaries(FIELDS, VALUES, max_size=8), st.sampled_from([IMAGE, INDEX, "", "text/html"])
)
def test_any_json_is_shown_somehow(value, media_type):
    content = json.dumps(value).encode()
    found = document.read(media_type, content)
    assert found.size >= 0
    assert all(each.digest in {"", DIGEST} for each in [*found.layers, *found.children])
    made = config.read(content)
    assert made is not None
    differences.configs(made, None)
    config.read_chart(content)
    json.dumps([found, made]).encode()


@given(st.binary(max_size=200))
def test_any_bytes(content):
    found = document.read(IMAGE, content)
    assert found.trouble or found.kind
    safe.pretty(content, 100)


def test_no_more_is_indented_than_is_shown():
    # Below 300 lists each number has 600 spaces before it: all of it would be a gigabyte.
    content = b"[" * 300 + b",".join([b"1"] * 2_000_000) + b"]" * 300
    tracemalloc.start()
    try:
        text, is_cut = safe.pretty(content, 1000)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (len(text), is_cut) == (1000, True)
    assert text.startswith("[\n  [\n    [")
    assert most < 100 * 2**20


def test_json_is_shown_to_its_last_character():
    content = b'{"a": [1, 2.50], "\xc3\xa4": {}}'
    whole = json.dumps(json.loads(content), indent=2, ensure_ascii=False)
    assert safe.pretty(content, len(whole)) == (whole, False)
    assert safe.pretty(content, len(whole) - 1) == (whole[:-1], True)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"config": {"mediaType": CONFIG}}, "image"),
        ({"artifactType": "application/spdx+json"}, "sbom"),
        ({"config": {"mediaType": "application/vnd.cncf.helm.config.v1+json"}}, "helm"),
        ({"artifactType": "application/vnd.cncf.notary.signature"}, "signature"),
        (
            {
                "config": {"mediaType": CONFIG},
                "layers": [{"mediaType": "application/vnd.in-toto+json"}],
            },
            "attestation",
        ),
        ({"artifactType": "application/vnd.example"}, "artifact"),
    ],
)
def test_kinds(fields, kind):
    assert document.read(IMAGE, json.dumps(fields).encode()).kind == kind


def test_schema_1_is_explained():
    found = document.read("", b'{"schemaVersion": 1}')
    assert "schema 1" in found.trouble


def test_a_layer_that_stands_twice_counts_once():
    layer = {"digest": DIGEST, "size": 5}
    assert document.read(IMAGE, json.dumps({"layers": [layer, layer]}).encode()).size == 5


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("1970-01-01T00:00:10Z", 10),
        ("1970-01-01T01:00:10.123456789+01:00", 10.123456),
        ("0001-01-01T00:00:00Z", None),
        ("yesterday", None),
        (5, None),
        (None, None),
    ],
)
def test_times(text, at):
    assert safe.moment(text) == at


def test_long_lists_are_cut_and_said_to_be():
    content = json.dumps({"layers": [{"size": 1}] * 1500}).encode()
    found = document.read(IMAGE, content)
    assert len(found.layers) == 1000
    assert found.trouble == "Only the first 1,000 layers are shown."


def test_both_histories_in_one_list():
    changes = differences.histories(["a", "b"], ["a", "c"])
    assert [(each.mark, each.text) for each in changes] == [(" ", "a"), ("-", "b"), ("+", "c")]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([f"{'a' * 1000}{n}" for n in range(1000)], [f"{'a' * 1000}b{n}" for n in range(1000)]),
        (["x"] * 199, ["x" if n % 2 else str(n) for n in range(199)]),
        (["x"] * 1000, ["x" if n % 2 else str(n) for n in range(1000)]),
    ],
    ids=["alike", "one line", "one line, many times"],
)
def test_histories_that_were_made_to_cost_time_cost_none(a, b):
    began = time.process_time()
    changes = differences.histories(a, b)
    assert time.process_time() - began < 10
    assert [each.text for each in changes if each.mark in " -"] == a[: differences.LINES]
    assert [each.text for each in changes if each.mark in " +"] == b[: differences.LINES]


LISTS = st.lists(st.sampled_from(["a", "b", "c", "? d", "- e"]), max_size=12)


@given(LISTS, LISTS)
def test_both_histories_can_be_read_out_of_the_list(a, b):
    changes = differences.histories(a, b)
    assert [each.text for each in changes if each.mark in " -"] == a
    assert [each.text for each in changes if each.mark in " +"] == b
