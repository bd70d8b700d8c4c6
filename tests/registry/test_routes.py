"""Paths are read from the right: a repository may be called like an end point."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.edge import http
from homeport.registry import errors
from homeport.registry.routes import Routes


class _Recorder:
    """Stands for every group of end points and tells which one was asked for."""

    def __init__(self, noun):
        self._noun = noun

    def __getattr__(self, verb):
        return lambda _request, name, reference: (f"{self._noun}.{verb}", name, reference)


NOUNS = ("blobs", "uploads", "manifests", "tags", "referrers")
ROUTES = Routes(**{noun: _Recorder(noun) for noun in NOUNS})
D = "sha256:" + "a" * 64
NAMES = [
    "a",
    "a/b",
    "a/blobs",
    "blobs",
    "x/tags/list",
    "a/blobs/uploads",
    "manifests/v1",
    "uploads",
]
NAMES += ["a/manifests", "referrers", "tags", "blobs/uploads", "v2", "v2/a"]


def _route(method, path):
    return ROUTES(http.Request(method, path, "", {}, http.BytesBody()))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("method", "rest", "wanted", "reference"),
    [
        ("GET", "manifests/v1", "manifests.get", "v1"),
        ("GET", "manifests/uploads", "manifests.get", "uploads"),
        ("PUT", f"manifests/{D}", "manifests.put", D),
        ("HEAD", f"blobs/{D}", "blobs.head", D),
        ("POST", "blobs/uploads/", "uploads.start", ""),
        ("POST", "blobs/uploads", "uploads.start", "uploads"),
        ("PATCH", "blobs/uploads/1-2", "uploads.patch", "1-2"),
        ("GET", "blobs/uploads/1-2", "uploads.get", "1-2"),
        ("GET", "tags/list", "tags.list", "list"),
        ("GET", f"referrers/{D}", "referrers.list", D),
        ("GET", f"referrers/{D}".replace(":", "%3A"), "referrers.list", D),
    ],
)
def test_end_points(name, method, rest, wanted, reference):
    assert _route(method, f"/v2/{name}/{rest}") == (wanted, name, reference)


def test_catalog_and_ping():
    assert _route("GET", "/v2/_catalog")[0] == "tags.catalog"
    assert _route("GET", "/v2/").status == _route("HEAD", "/v2").status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "/v1/a/manifests/v1",
        "/v2/a",
        "/v2/a/b",
        "/v2/a/tags/lists",
        "/v2",
        "/v2/a/uploads/x",
        "/v22/a/manifests/v1",
        "*",
        "v2/a/manifests/v1",
    ],
)
def test_other_paths(path):
    with pytest.raises(errors.Failure) as caught:
        _route("PUT", path)
    assert caught.value.status == (405 if path == "/v2" else 404)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v2/", "OPTIONS, GET, HEAD"),
        ("/v2/a/blobs/uploads/", "OPTIONS, POST"),
        ("/v2/a/manifests/v1", "OPTIONS, GET, HEAD, PUT, DELETE"),
        (f"/v2/a/blobs/{D}", "OPTIONS, GET, HEAD, DELETE"),
        ("/v2/a/tags/list", "OPTIONS, GET, HEAD"),
    ],
)
def test_other_methods_are_told_which_there_are(path, allowed):
    with pytest.raises(errors.Failure) as caught:
        _route("BREW", path)
    assert caught.value.status == 405
    assert ("Allow", allowed) in caught.value.headers
    assert ROUTES.allowed(path) == allowed


@given(st.text("/av2%:0", max_size=20), st.sampled_from(["GET", "POST", "PUT"]))
def test_any_path_is_routed_or_refused(path, method):
    try:
        _route(method, "/v2" + path)
    except errors.Failure as failure:
        assert failure.status in {404, 405}  # noqa: PT017 - most paths are refused, some are not
