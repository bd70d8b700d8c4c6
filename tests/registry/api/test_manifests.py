"""Manifests: bytes in, the same bytes out; what must be there; tags that move and go."""

import json

import pytest

from homeport.registry import limits

DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"


async def _put(home, reference, body, content_type, name="a/b"):
    body = json.dumps(body).encode() if isinstance(body, dict) else body
    return await home.ask(
        "PUT", f"/v2/{name}/manifests/{reference}", body, content_type=content_type
    )


async def _error(home, method, reference, name="a/b"):
    answer = await home.ask(method, f"/v2/{name}/manifests/{reference}")
    return answer.status, answer.code


async def test_bytes_come_back_exactly(home, tools):
    config = await home.push_blob("a/b", b"{}")
    body = b'  {"schemaVersion":2,\n"config":{"digest":"%s"},"x":"\xc3\xbc"}\n' % config.encode()
    put = await _put(home, "v1", body, tools.OCI_IMAGE)
    digest = tools.sha256(body)
    assert put.status == 201
    assert put.headers["Location"] == f"/v2/a/b/manifests/{digest}"
    for reference in ("v1", digest):
        answer = await home.ask("GET", f"/v2/a/b/manifests/{reference}")
        assert (answer.status, answer.body) == (200, body)
        assert answer.headers["Content-Type"] == tools.OCI_IMAGE
        assert answer.headers["Docker-Content-Digest"] == digest
        head = await home.ask("HEAD", f"/v2/a/b/manifests/{reference}")
        assert (head.status, head.body) == (200, b"")
        assert head.headers["Content-Length"] == str(len(body))
        same = ("Content-Type", "Docker-Content-Digest", "ETag")
        assert [head.headers[name] for name in same] == [answer.headers[name] for name in same]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_known_manifest_is_not_sent_again(home, method):
    digest = await home.push_image("a/b", "v1")
    answer = await home.ask(method, "/v2/a/b/manifests/v1", if_none_match=f'"{digest}"')
    assert (answer.status, answer.body) == (304, b"")


async def test_sha512(home, tools):
    config = await home.push_blob("a/b", b"{}")
    body = json.dumps(tools.image(config, 2)).encode()
    digest = tools.sha512(body)
    answer = await _put(home, digest, body, tools.OCI_IMAGE)
    assert (answer.status, answer.headers["Docker-Content-Digest"]) == (201, digest)
    assert (await home.ask("GET", f"/v2/a/b/manifests/{digest}")).body == body


async def test_wrong_digest(home, tools):
    config = await home.push_blob("a/b", b"{}")
    body = tools.image(config, 2)
    answer = await _put(home, tools.sha256(b"other"), body, tools.OCI_IMAGE)
    assert (answer.status, answer.code) == (400, "DIGEST_INVALID")


async def test_docker_image_and_list(home, tools):
    config = await home.push_blob("a/b", b"{}")
    image = {"schemaVersion": 2, "mediaType": DOCKER, "config": {"digest": config}, "layers": []}
    put = await _put(home, "v1", image, DOCKER)
    child = {"digest": put.headers["Docker-Content-Digest"], "mediaType": DOCKER, "size": 1}
    listed = {"schemaVersion": 2, "mediaType": DOCKER_LIST, "manifests": [child]}
    assert (await _put(home, "v2", listed, DOCKER_LIST)).status == 201
    answer = await home.ask("GET", "/v2/a/b/manifests/v2")
    assert answer.headers["Content-Type"] == DOCKER_LIST


async def test_missing_blobs_are_named(home, tools):
    config = await home.push_blob("elsewhere", b"{}")
    layer = {"mediaType": "a/b", "digest": tools.sha256(b"layer"), "size": 5}
    body = tools.image(config, 2, layers=[layer])
    answer = await _put(home, "v1", body, tools.OCI_IMAGE)
    assert (answer.status, answer.code) == (400, "MANIFEST_BLOB_UNKNOWN")
    missing = {error["detail"]["digest"] for error in answer.json["errors"]}
    assert missing == {config, tools.sha256(b"layer")}
    assert await _error(home, "GET", "v1") == (404, "MANIFEST_UNKNOWN")
    assert (await home.ask("GET", "/v2/a/b/tags/list")).code == "NAME_UNKNOWN"


async def test_missing_child_of_an_index(home, tools):
    child = {"mediaType": tools.OCI_IMAGE, "digest": tools.sha256(b"child"), "size": 5}
    body = {"schemaVersion": 2, "manifests": [child]}
    answer = await _put(home, "v1", body, tools.OCI_INDEX)
    assert answer.code == "MANIFEST_BLOB_UNKNOWN"


async def test_index_of_layers_as_buildkit_makes_it(home, tools):
    layer = await home.push_blob("a/b", b"layer")
    body = {"schemaVersion": 2, "manifests": [{"mediaType": "a/b", "digest": layer, "size": 5}]}
    assert (await _put(home, "cache", body, tools.OCI_INDEX)).status == 201


async def test_layers_that_lie_elsewhere_may_be_missing(home, tools):
    config = await home.push_blob("a/b", b"{}")
    kind = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"
    layer = {"mediaType": kind, "digest": tools.sha256(b"x"), "size": 5, "urls": ["https://x"]}
    body = tools.image(config, 2, layers=[layer])
    assert (await _put(home, "v1", body, tools.OCI_IMAGE)).status == 201


async def test_unknown_kind_is_kept_as_it_is(home):
    kind = "application/vnd.somebody.thing+json"
    assert (await _put(home, "v1", b'{"a": 1}', kind)).status == 201
    answer = await home.ask("GET", "/v2/a/b/manifests/v1")
    assert (answer.headers["Content-Type"], answer.body) == (kind, b'{"a": 1}')


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_what_a_browser_could_run_runs_for_nobody(home, tools, method):
    await _put(home, "page", b'{"a": "<script>"}', "text/html")
    answer = await home.ask(method, "/v2/a/b/manifests/page")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    await home.push_image("a/b", "image")
    answer = await home.ask(method, "/v2/a/b/manifests/image")
    assert "Content-Security-Policy" not in answer.headers


@pytest.mark.parametrize("extra", [0, 1])
async def test_size_limit(home, tools, extra):
    config = await home.push_blob("a/b", b"{}")
    empty = json.dumps(tools.image(config, 2, annotations={"a": ""})).encode()
    padding = b"x" * (limits.MANIFEST_BYTES - len(empty) + extra)
    body = empty.replace(b'"a": ""', b'"a": "%s"' % padding)
    answer = await _put(home, "v1", tools.Stream(body) if extra else body, tools.OCI_IMAGE)
    if extra:
        assert (answer.status, answer.code) == (413, "SIZE_INVALID")
    else:
        assert answer.status == 201
        assert (await home.ask("GET", "/v2/a/b/manifests/v1")).body == body


async def test_tag_moves_and_the_former_manifest_stays(home):
    old = await home.push_image("a/b", "v1", b"{}")
    new = await home.push_image("a/b", "v1", b"[]")
    answer = await home.ask("GET", "/v2/a/b/manifests/v1")
    assert answer.headers["Docker-Content-Digest"] == new != old
    assert (await home.ask("GET", f"/v2/a/b/manifests/{old}")).status == 200


async def test_deleting_a_tag_leaves_the_others(home):
    digest = await home.push_image("a/b", "v1")
    await home.push_image("a/b", "v2")
    assert (await home.ask("DELETE", "/v2/a/b/manifests/v1")).status == 202
    assert await _error(home, "GET", "v1") == (404, "MANIFEST_UNKNOWN")
    assert await _error(home, "DELETE", "v1") == (404, "MANIFEST_UNKNOWN")
    for reference in ("v2", digest):
        assert (await home.ask("GET", f"/v2/a/b/manifests/{reference}")).status == 200


async def test_deleting_a_manifest_takes_its_tags(home):
    digest = await home.push_image("a/b", "v1")
    await home.push_image("a/b", "v2")
    other = await home.push_image("a/b", "v3", b"[]")
    assert (await home.ask("DELETE", f"/v2/a/b/manifests/{digest}")).status == 202
    assert await _error(home, "DELETE", digest) == (404, "MANIFEST_UNKNOWN")
    assert (await home.ask("GET", "/v2/a/b/tags/list")).json["tags"] == ["v3"]
    assert (await home.ask("GET", f"/v2/a/b/manifests/{other}")).status == 200


async def test_tags_of_the_query(home, tools):
    config = await home.push_blob("a/b", b"{}")
    body = json.dumps(tools.image(config, 2)).encode()
    answer = await _put(home, f"{tools.sha256(body)}?tag=v1&tag=v2", body, tools.OCI_IMAGE)
    assert answer.status == 201
    assert [value for name, value in answer.fields if name == "OCI-Tag"] == ["v1", "v2"]
    assert (await home.ask("GET", "/v2/a/b/tags/list")).json["tags"] == ["v1", "v2"]


@pytest.mark.parametrize(("count", "status"), [(100, 201), (101, 414), (129, 414)])
async def test_too_many_tags_at_once(home, tools, count, status):
    config = await home.push_blob("a/b", b"{}")
    body = json.dumps(tools.image(config, 2)).encode()
    query = "&".join(f"tag=v{number}" for number in range(count))
    answer = await _put(home, f"{tools.sha256(body)}?{query}", body, tools.OCI_IMAGE)
    assert answer.status == status


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
@pytest.mark.parametrize(
    ("name", "reference", "code"),
    [
        ("A", "v1", "NAME_INVALID"),
        ("a/b", "-v1", "TAG_INVALID"),
        ("a/b", "x" * 129, "TAG_INVALID"),
        ("a/b", "sha256:abc", "DIGEST_INVALID"),
        ("a/b", "md5:" + "a" * 32, "DIGEST_INVALID"),
    ],
)
async def test_bad_references(home, method, name, reference, code):
    assert await _error(home, method, reference, name) == (400, code)


async def test_manifests_survive_a_kill(home):
    digest = await home.push_image("a/b", "v1")
    await home.restart()
    answer = await home.ask("GET", "/v2/a/b/manifests/v1")
    assert answer.headers["Docker-Content-Digest"] == digest
    config = answer.json["config"]["digest"]
    assert (await home.ask("GET", f"/v2/a/b/blobs/{config}")).body == b"{}"
