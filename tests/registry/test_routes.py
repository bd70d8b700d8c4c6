"""Paths are read from the right: a repository may be called like an end point."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.edge import http
from homeport.registry import errors
from homeport.registry.access import caller
from homeport.registry.access.authorization import Authorization
from homeport.registry.access.challenges import Challenges
from homeport.registry.events.metrics import Counts
from homeport.registry.events.watch import Watch
from homeport.registry.options import Options
from homeport.registry.routes import Routes, Switches


class _Recorder:
    """Stands for every group of end points and tells which one was asked for."""

    def __init__(self, noun):
        self._noun = noun

    def __getattr__(self, verb):
        return lambda _request, name, reference: (f"{self._noun}.{verb}", name, reference)


NOUNS = ("blobs", "uploads", "manifests", "tags", "referrers")
AUTHORIZATION = Authorization(Challenges(Options(), has_bearer=False), watch=Watch(Counts(), None))


def _routes(**more):
    nouns = {noun: _Recorder(noun) for noun in NOUNS}
    return Routes(**{**nouns, "authorization": AUTHORIZATION, **more})


ROUTES = _routes()
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


def _route(method, target, routes=ROUTES, who=caller.EVERYBODY):
    path, _, query = target.partition("?")
    return routes(http.Request(method, path, query, {}, http.BytesBody(), caller=who))


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


# What is switched off

READ_ONLY = _routes(switches=Switches(is_readonly=True))
KEEPING = _routes(switches=Switches(may_delete=False))


@pytest.mark.parametrize(
    ("routes", "method", "path", "words"),
    [
        (READ_ONLY, "PUT", "manifests/v1", "read-only"),
        (READ_ONLY, "DELETE", "manifests/v1", "read-only"),
        (READ_ONLY, "DELETE", f"blobs/{D}", "read-only"),
        (READ_ONLY, "POST", "blobs/uploads/", "read-only"),
        (READ_ONLY, "PATCH", "blobs/uploads/1", "read-only"),
        (READ_ONLY, "DELETE", "blobs/uploads/1", "read-only"),
        (KEEPING, "DELETE", "manifests/v1", "switched off"),
        (KEEPING, "DELETE", f"blobs/{D}", "switched off"),
    ],
)
def test_what_is_switched_off_is_405_and_not_among_the_methods(routes, method, path, words):
    with pytest.raises(errors.Failure, match=words) as caught:
        _route(method, f"/v2/a/{path}", routes)
    assert caught.value.status == 405
    assert method not in routes.allowed(f"/v2/a/{path}")
    assert dict(caught.value.headers)["Allow"] == routes.allowed(f"/v2/a/{path}")


def test_what_is_not_switched_off_goes_on():
    assert _route("GET", "/v2/a/manifests/v1", READ_ONLY)[0] == "manifests.get"
    assert _route("GET", "/v2/a/blobs/uploads/1", READ_ONLY)[0] == "uploads.get"
    assert _route("DELETE", "/v2/a/blobs/uploads/1", KEEPING)[0] == "uploads.delete"
    assert _route("PUT", "/v2/a/manifests/v1", KEEPING)[0] == "manifests.put"


# Extensions

EXTENDED = _routes(
    extensions={
        "/v2/_homeport/": lambda request: f"homeport {request.method} {request.path}",
        "/metrics": lambda request: f"metrics {request.method}",
        "/v2/_oci/ext/discover": lambda request: f"discover {request.method}",
    }
)


class _Ann:
    name = "ann"
    is_admin = False

    def may(self, action, repository):
        return action == "pull"


@pytest.mark.parametrize(
    "path", ["/v2/_homeport/", "/v2/_homeport/gc", "/v2/_homeport/a/manifests/v1"]
)
def test_an_extension_has_all_below_its_path(path):
    for method in ("GET", "DELETE", "BREW"):
        assert _route(method, path, EXTENDED, _Ann()) == f"homeport {method} {path}"
    assert EXTENDED.allowed(path) == "OPTIONS, GET, HEAD, POST, PUT, PATCH, DELETE"


def test_an_extension_of_one_path_has_just_that():
    assert _route("GET", "/v2/_oci/ext/discover", EXTENDED, _Ann()) == "discover GET"
    with pytest.raises(errors.Failure):
        _route("GET", "/v2/_oci/ext/discover/x", EXTENDED, _Ann())


@pytest.mark.parametrize("path", ["/v2/_homeport/gc", "/metrics", "/v2/_oci/ext/discover"])
def test_strangers_see_no_extension(path):
    with pytest.raises(errors.Failure) as caught:
        _route("GET", path, EXTENDED, caller.NOBODY)
    assert caught.value.status == 401


@pytest.mark.parametrize(
    ("who", "ann", "nobody", "everybody"),
    [("admins", 403, 401, 200), ("users", 200, 401, 200), ("anyone", 200, 200, 200)],
)
def test_who_reads_the_metrics(who, ann, nobody, everybody):
    authorization = Authorization(
        Challenges(Options(), has_bearer=True), watch=Watch(Counts(), None), metrics=who
    )
    routes = _routes(extensions={"/metrics": lambda _: 200}, authorization=authorization)

    def status(caller):
        try:
            return _route("GET", "/metrics", routes, caller)
        except errors.Failure as failure:
            return failure.status

    found = [status(each) for each in (_Ann(), caller.NOBODY, caller.EVERYBODY)]
    assert found == [ann, nobody, everybody]


@pytest.mark.parametrize("path", ["/v2/_homeport/gc", "/metrics", "/metrics/x", "/v2/_homeport"])
def test_without_extensions_there_is_nothing(path):
    with pytest.raises(errors.Failure) as caught:
        _route("GET", path)
    assert caught.value.status == 404


# The names of other registries

PROXY = _routes(rename=lambda name, namespace: f"{namespace}/{name}")


@pytest.mark.parametrize("path", ["manifests/v1", f"blobs/{D}", "tags/list", f"referrers/{D}"])
def test_a_namespace_renames_before_rights_are_looked_at(path):
    asked = []

    class Listener(_Ann):
        def may(self, action, repository):
            asked.append((action, repository))
            return True

    found = _route("GET", f"/v2/library/a/{path}?x=y&ns=docker.io", PROXY, Listener())
    assert found[1] == "docker.io/library/a"
    assert asked == [("pull", "docker.io/library/a")]


@pytest.mark.parametrize("query", ["", "?ns=", "?dns=docker.io", "?n=1"])
def test_without_a_namespace_a_name_stays(query):
    assert _route("GET", f"/v2/a/tags/list{query}", PROXY)[1] == "a"
    assert _route("GET", "/v2/a/tags/list?ns=docker.io")[1] == "a"
