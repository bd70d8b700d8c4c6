"""Any request in any order: never a fault of the server, and what is said to be there has the digest it is asked for by."""

import asyncio
import hashlib
import json
import sqlite3
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from homeport.edge import http
from homeport.storage.quota import Quota

BLOBS = [b"", b"{}", b"abc", b"x" * 70_000]


def digests(data):
    return [f"{kind}:{hashlib.new(kind, data).hexdigest()}" for kind in ("sha256", "sha512")]


KNOWN = [digest for data in BLOBS for digest in digests(data)]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES = st.sampled_from(
    ["a", "a/b", "a/blobs", "a/tags/list", "uploads", "a/manifests/b", "A", "a//b", "", "%61", "é"]
)
TAGS = st.sampled_from(["t", "latest", "a.b-c_d", "-x", "t" * 129, "", "%74", "..", "uploads"])
DIGESTS = st.sampled_from(
    [*KNOWN, "sha256:", "sha256:ABC", "md5:" + "0" * 32, "sha256:" + "0" * 64, ":", "sha512:x"]
)
REFERENCES = st.one_of(TAGS, DIGESTS, TEXT)
NUMBERS = st.sampled_from([0, 1, 2, 3, 4, 69_999, 70_000, 2**63, 10**30, -1])
RANGES = st.one_of(
    st.builds("{}-{}".format, NUMBERS, NUMBERS),
    st.builds("bytes={}-{}".format, NUMBERS, NUMBERS),
    st.builds("bytes {}-{}/*".format, NUMBERS, NUMBERS),
    st.sampled_from(["bytes=-1", "bytes=-0", "bytes=1-", "bytes=-", "0-1,2-3", "", "x"]),
)
DESCRIPTORS = st.fixed_dictionaries(
    {}, optional={"digest": DIGESTS, "size": NUMBERS, "mediaType": st.sampled_from(["a/b", 1])}
)
ODD = st.one_of(st.none(), st.just(1), st.just([]), st.just({}), st.just("\ud800"), TEXT)
KINDS = [
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/json",
    "a/b",
    "",
]
MANIFESTS = st.fixed_dictionaries(
    {"schemaVersion": st.sampled_from([2, 2, 2, 1, "2"])},
    optional={
        "mediaType": st.sampled_from([*KINDS, 1]),
        "config": st.one_of(DESCRIPTORS, ODD),
        "layers": st.one_of(st.lists(DESCRIPTORS, max_size=3), ODD),
        "manifests": st.one_of(st.lists(DESCRIPTORS, max_size=2), ODD),
        "subject": st.one_of(DESCRIPTORS, ODD),
        "annotations": st.one_of(st.dictionaries(TEXT, ODD, max_size=2), ODD),
        "artifactType": ODD,
    },
).map(lambda body: json.dumps(body).encode())
GOOD = json.dumps(
    {
        "schemaVersion": 2,
        "mediaType": KINDS[0],
        "config": {"mediaType": "a/b", "digest": digests(b"{}")[0], "size": 2},
        "layers": [],
    }
).encode()
BODIES = st.one_of(
    st.sampled_from(BLOBS),
    MANIFESTS,
    st.just(GOOD),
    st.sampled_from([b"[" * 9000, b"\xff", b"1" * 5000]),
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "content-range": RANGES,
        "range": RANGES,
        "if-range": DIGESTS,
        "if-none-match": st.one_of(DIGESTS, st.just("*")),
        "content-type": st.sampled_from([*KINDS, "x; y=z", "\xff"]),
    },
)
FIELDS = st.one_of(
    st.builds("digest={}".format, DIGESTS),
    st.builds("mount={}&from={}".format, DIGESTS, NAMES),
    st.builds("n={}&last={}".format, NUMBERS, TAGS),
    st.builds("tag={}&tag={}".format, TAGS, TAGS),
    st.sampled_from(
        [
            "",
            "digest",
            "n=x",
            "digest-algorithm=sha512",
            "digest-algorithm=x",
            "&" * 200,
            "%",
            "last=%ff",
        ]
    ),
    st.builds("artifactType={}".format, st.sampled_from(KINDS)),
)
METHODS = st.sampled_from(["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "FOO"])
PATHS = st.one_of(
    st.builds("/v2/{}/blobs/{}".format, NAMES, REFERENCES),
    st.builds("/v2/{}/manifests/{}".format, NAMES, REFERENCES),
    st.builds("/v2/{}/referrers/{}".format, NAMES, REFERENCES),
    st.builds("/v2/{}/blobs/uploads/{}".format, NAMES, TAGS),
    st.builds("/v2/{}/tags/list".format, NAMES),
    st.sampled_from(
        ["/", "/v2", "/v2/", "/v2/_catalog", "//v2/", "/v2/blobs/uploads/", "/v2//", "*"]
    ),
    TEXT,
)
REQUESTS = st.one_of(
    st.tuples(METHODS, PATHS, FIELDS, BODIES, HEADERS),
    # What goes on with an upload of this history: the path is that upload's.
    st.tuples(st.sampled_from(["GET", "PUT", "PATCH", "PATCH", "DELETE"]), st.integers(0, 2), FIELDS, BODIES, HEADERS),
    st.tuples(st.just("POST"), st.just("/v2/a/blobs/uploads/"), FIELDS, BODIES, st.just({})),
    st.tuples(st.just("PUT"), st.builds("/v2/a/manifests/{}".format, REFERENCES), FIELDS, BODIES, HEADERS),
)  # fmt: skip


async def ask(home, locations, request):
    method, path, fields, body, headers = request
    if isinstance(path, int):
        path = locations[path] if path < len(locations) else "/v2/a/blobs/uploads/none"
    asked = http.Request(method, path, fields, dict(headers), http.BytesBody(body))
    response = home.registry(asked)
    if not isinstance(response, http.Response):
        response = await response
    content = home_content(response)
    headers = dict(response.headers)
    if response.status == 202 and method == "POST":
        locations.append(headers["Location"])
    return response.status, headers, content, path


def home_content(response):
    body = response.body
    if isinstance(body, http.FileBody):
        with Path(body.path).open("rb") as file:
            file.seek(body.offset)
            body = file.read(body.length)
    if response.on_end is not None:
        response.on_end()
    return body


def check(request, status, headers, content, path):
    assert 200 <= status < 500, request
    for name, value in headers.items():
        assert "\n" not in name + value, request
        (name + value).encode("latin-1")
    if status >= 400 and content:
        assert json.loads(content)["errors"][0]["code"]
    digest = headers.get("Docker-Content-Digest")
    if digest and status == 200 and request[0] == "GET":
        assert digest in digests(content), request
    if status in (200, 206, 201) and ":" in path.rpartition("/")[2]:
        assert digest in (None, path.rpartition("/")[2]), request


@given(st.lists(REQUESTS, min_size=1, max_size=12))
@example([("POST", "/v2/a/blobs/uploads/", "digest=" + digests(b"{}")[0], b"{}", {}),
          ("PUT", "/v2/a/manifests/t", "", GOOD, {"content-type": KINDS[0]}),
          ("GET", "/v2/a/manifests/t", "", b"", {})])  # fmt: skip
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
async def test_any_requests_in_any_order(tmp_path_factory, tools, requests):
    home = tools.Home(tmp_path_factory.mktemp("any") / "registry")
    locations = []
    try:
        for request in requests:
            check(request, *await ask(home, locations, request))
    finally:
        await home.registry.close()


CLOSE = st.one_of(
    st.builds(
        lambda data, method: (method, f"/v2/a/blobs/{digests(data)[0]}", "", b"", {}),
        st.sampled_from(BLOBS),
        st.sampled_from(["GET", "DELETE", "HEAD"]),
    ),
    st.builds(
        lambda data: ("POST", "/v2/a/blobs/uploads/", f"digest={digests(data)[0]}", data, {}),
        st.sampled_from(BLOBS),
    ),
    st.builds(
        lambda data: ("POST", "/v2/b/blobs/uploads/", f"mount={digests(data)[0]}&from=a", b"", {}),
        st.sampled_from(BLOBS),
    ),
    st.builds(
        lambda method, upload, data, is_last: (
            method,
            upload,
            f"digest={digests(data)[0]}" if is_last else "",
            data,
            {},
        ),
        st.sampled_from(["PUT", "PATCH", "PUT", "DELETE", "GET"]),
        st.integers(0, 1),
        st.sampled_from(BLOBS),
        st.booleans(),
    ),
    st.sampled_from(["PUT", "DELETE", "GET"]).map(
        lambda method: (method, "/v2/a/manifests/t", "", GOOD, {"content-type": KINDS[0]})
    ),
)
"""Requests that meet at the same few uploads, blobs and manifests."""


@given(st.lists(st.lists(CLOSE, min_size=2, max_size=6), min_size=1, max_size=4))
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
async def test_any_requests_at_the_same_time(tmp_path_factory, tools, rounds):
    home = tools.Home(tmp_path_factory.mktemp("any") / "registry", quota=Quota(None))
    locations = [await home.begin("a"), await home.begin("a")]
    try:
        for requests in rounds:
            answers = await asyncio.gather(*(ask(home, locations, one) for one in requests))
            for request, answer in zip(requests, answers, strict=True):
                check(request, *answer)
        await check_what_is_stored(home)
    finally:
        await home.registry.close()


async def check_what_is_stored(home):
    """Nothing is named that is not there, nothing is there that is not named, and all of it is counted."""
    for data in BLOBS:
        for name in "ab":
            answer = await home.ask("GET", f"/v2/{name}/blobs/{digests(data)[0]}")
            assert answer.status == 404 or answer.body == data
    with sqlite3.connect(home.folder / "registry.db") as connection:
        named = {file for (file,) in connection.execute("SELECT file FROM blob")}
        (kept,) = connection.execute("SELECT coalesce(sum(size), 0) FROM upload").fetchone()
        (manifests,) = connection.execute("SELECT manifests FROM totals").fetchone()
    connection.close()
    files = {path.name: path for path in (home.folder / "blobs" / "files").rglob("*-*")}
    assert set(files) == named
    sizes = sum(path.stat().st_size for path in files.values())
    assert home.quota.used == sizes + kept + manifests
