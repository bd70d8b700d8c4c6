"""What is counted, and how many series there can be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.registry.events.stage import request

from homeport.edge import http
from homeport.registry.events import families, journal, metrics
from homeport.registry.events.journal import Event
from homeport.registry.events.metrics import Counts, handler

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v2", "base"),
        ("/v2/", "base"),
        ("/v2/_catalog", "catalog"),
        ("/v2/a/manifests/latest", "manifest"),
        (f"/v2/a/b/c/manifests/{DIGEST}", "manifest"),
        (f"/v2/a/blobs/{DIGEST}", "blob"),
        ("/v2/a/blobs/uploads/", "blob_upload"),
        ("/v2/a/blobs/uploads", "blob_upload"),
        ("/v2/a/blobs/uploads/0123", "blob_upload_chunk"),
        ("/v2/a/manifests/uploads", "manifest"),
        ("/v2/a/tags/list", "tags"),
        (f"/v2/a/referrers/{DIGEST}", "referrers"),
        ("/v2/_homeport/usage", "extension"),
        ("/v2/_oci/ext/discover", "extension"),
        ("/v2/token", "token"),
        ("/livez", "health"),
        ("/metrics", "metrics"),
        ("/", "other"),
        ("", "other"),
        ("*", "other"),
        ("/v2/a/b", "other"),
    ],
)
def test_handlers(path, name):
    assert handler(path) == name


@given(st.text(max_size=40) | st.text("/v2manifestblobsuploadstag_", max_size=60))
def test_any_path_is_one_of_a_few(path):
    assert handler(path) in metrics.HANDLERS


def recorded(counts, method="GET", path="/v2/", status=200, size=0, duration_s=0.001, body=b""):
    counts.record(0.0, request(method, path, body=body), status, size, duration_s)


def value(family, **labels):
    (found,) = [sample.value for sample in family.samples if dict(sample.labels) == labels]
    return found


def test_requests_are_counted_by_code_handler_and_method():
    counts = Counts()
    for status in (200, 200, 404):
        recorded(counts, "HEAD", "/v2/a/manifests/x", status)
    family = families.requests(counts, ())[1]
    assert value(family, code="200", handler="manifest", method="head") == 2
    assert value(family, code="404", handler="manifest", method="head") == 1


@pytest.mark.parametrize(
    ("size", "bound"),
    [
        (0, "1024.0"),
        (1024, "1024.0"),
        (1025, "2048.0"),
        (2048, "2048.0"),
        (2049, "4096.0"),
        (2**31, "2147483648.0"),
        (2**31 + 1, "+Inf"),
        (2**60, "+Inf"),
    ],
)
@pytest.mark.parametrize("which", ["request", "response"])
def test_sizes_fall_below_their_bound(size, bound, which):
    class Body(http.BytesBody):
        length = size if which == "request" else 0

    counts = Counts()
    recorded(counts, "PUT", "/v2/a/blobs/x", 201, 0 if which == "request" else size, body=Body())
    family = families.requests(counts, ())[3 if which == "request" else 4]
    assert family.name == f"registry_http_{which}_size_bytes"
    within = [sample for sample in family.samples if sample.suffix == "_bucket" and sample.value]
    assert within[0].labels == {"handler": "blob", "le": bound}
    assert [each.value for each in family.samples[-2:]] == [size, 1]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=30))
def test_durations_are_those_of_a_plain_count(durations):
    counts = Counts()
    for number, duration in enumerate(durations):
        recorded(counts, status=200 + number % 3, duration_s=duration)
    family = families.requests(counts, ())[2]
    for sample in family.samples:
        if sample.suffix == "_bucket":
            bound = float(sample.labels["le"])
            assert sample.value == sum(duration <= bound for duration in durations)
    assert family.samples[-1].value == len(durations)
    assert family.samples[-2].value == pytest.approx(sum(durations))


def test_a_body_of_unknown_length_counts_as_empty(tools):
    counts = Counts()
    recorded(counts, "PATCH", "/v2/a/blobs/uploads/1", 202, body=tools.Stream(b"x"))
    assert families.requests(counts, ())[3].samples[-1].value == 1


METHODS = st.sampled_from(["GET", "PUT", "BREW", "PROPFIND", "", "get"]) | st.text(max_size=9)


@given(st.lists(st.tuples(METHODS, st.text(max_size=30), st.sampled_from([200, 404])), max_size=60))
def test_no_client_makes_labels(asked):
    counts = Counts()
    for method, path, status in asked:
        recorded(counts, method, path, status)
    assert {key[1] for key in counts.requests} <= {*metrics.METHODS, ""}
    assert sum(series.count for series in counts.requests.values()) == len(asked)
    labels = [
        sample.labels for family in families.requests(counts, ()) for sample in family.samples
    ]
    assert {each["method"] for each in labels if "method" in each} <= {
        *metrics.METHODS.values(),
        "unknown",
    }
    assert {each["handler"] for each in labels} <= metrics.HANDLERS


def test_a_flood_of_names_makes_no_series():
    counts = Counts()
    for number in range(1000):
        recorded(counts, f"M{number}", f"/v2/r{number}/manifests/t{number}")
        counts.tell(Event(journal.PULL, journal.MANIFEST, f"r{number}", tag=f"t{number}"))
        counts.refuse(f"a{number}")
    assert len(counts.requests) == 1
    assert counts.events == {("pull", "manifest"): 1000}
    assert set(counts.refused) == {"pull", "push", "delete"}


def test_requests_under_way():
    running = [request(path="/v2/a/blobs/uploads/1"), request(), request()]
    family = families.requests(Counts(), running)[0]
    assert value(family, handler="base") == 2
    assert value(family, handler="blob_upload_chunk") == 1
    assert value(family, handler="blob") == 0
