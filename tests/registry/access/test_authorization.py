"""Who is let do what, over every end point; and that a refusal does not tell what there is."""

import hashlib
import json

import pytest

from homeport.registry.options import Rule

RULES = (
    Rule(("team/**",), ("pull", "push", "delete"), ("ann",)),
    Rule(("team/**",), ("pull",), ("eve",)),
    Rule(("public/**",), ("pull", "push"), ("ann",), anonymous=True),
)
DIGEST = "sha256:" + hashlib.sha256(b"{}").hexdigest()
CONFIG = {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": DIGEST, "size": 2}
OCI = "application/vnd.oci.image.manifest.v1+json"
IMAGE = json.dumps({"schemaVersion": 2, "mediaType": OCI, "config": CONFIG, "layers": []}).encode()

# Method, path below a repository that has an image v1, body, status where it is let, and the right it needs.
END_POINTS = [
    ("GET", "manifests/v1", b"", 200, "pull"),
    ("HEAD", "manifests/v1", b"", 200, "pull"),
    ("PUT", "manifests/v1", IMAGE, 201, "push"),
    ("PUT", "manifests/v2", IMAGE, 201, "push"),
    ("DELETE", "manifests/v1", b"", 202, "delete"),
    ("GET", f"blobs/{DIGEST}", b"", 200, "pull"),
    ("HEAD", f"blobs/{DIGEST}", b"", 200, "pull"),
    ("GET", "tags/list", b"", 200, "pull"),
    ("HEAD", "tags/list", b"", 200, "pull"),
    ("GET", f"referrers/{DIGEST}", b"", 200, "pull"),
    ("POST", "blobs/uploads/", b"", 202, "push"),
    ("POST", "blobs/uploads", b"", 202, "push"),
    ("POST", f"blobs/uploads/?digest={DIGEST}", b"{}", 201, "push"),
    ("POST", f"blobs/uploads/?mount={DIGEST}&from=team/a", b"", 201, "push"),
    ("GET", "blobs/uploads/UPLOAD", b"", 204, "push"),
    ("PATCH", "blobs/uploads/UPLOAD", b"{}", 202, "push"),
    ("PUT", f"blobs/uploads/UPLOAD?digest={DIGEST}", b"{}", 201, "push"),
    ("DELETE", "blobs/uploads/UPLOAD", b"", 204, "push"),
]
RIGHTS = {
    "none": set(),
    "bob": set(),
    "eve": {"pull"},
    "ann": {"pull", "push", "delete"},
    "root": {"pull", "push", "delete"},
    "pulling": {"pull"},
}


@pytest.fixture
async def filled(guarded):
    """With an image of ann's, and an upload under way."""
    home = guarded(rules=RULES, admins=("root",), has_tokens=True)
    for name in ("team/a", "public/a"):
        blob = await home.ask(
            "POST", f"/v2/{name}/blobs/uploads/?digest={DIGEST}", b"{}", user="ann"
        )
        put = await home.ask("PUT", f"/v2/{name}/manifests/v1", IMAGE, user="ann", content_type=OCI)
        assert (blob.status, put.status) == (201, 201)
    begun = await home.ask("POST", "/v2/team/a/blobs/uploads/", user="ann")
    home.upload = begun.headers["Location"].rpartition("/")[2]
    return home


async def ask(home, caller, method, path, body=b""):
    path = path.replace("UPLOAD", home.upload)
    who = {"user": caller}
    if caller == "none":
        who = {}
    elif caller == "pulling":
        who = {"token": await home.token("repository:team/a:pull", user="ann")}
    return await home.ask(method, path, body, host="h", content_type=OCI, **who)


@pytest.mark.parametrize("caller", RIGHTS)
async def test_every_end_point(filled, caller):
    for method, path, body, _, right in END_POINTS:
        if right in RIGHTS[caller]:
            continue
        answer = await ask(filled, caller, method, f"/v2/team/a/{path}", body)
        wanted = (403, "DENIED") if caller in {"bob", "eve"} else (401, "UNAUTHORIZED")
        assert (answer.status, answer.code) == wanted, (method, path)


@pytest.mark.parametrize("caller", ["ann", "root", "eve", "pulling"])
@pytest.mark.parametrize(("method", "path", "body", "status", "right"), END_POINTS)
async def test_who_may(filled, caller, method, path, body, status, right):
    if right in RIGHTS[caller]:
        answer = await ask(filled, caller, method, f"/v2/team/a/{path}", body)
        assert answer.status == status


async def check_the_same(home, caller, method, path, body, name):
    there = await ask(home, caller, method, f"/v2/team/a/{path}", body)
    other = await ask(home, caller, method, f"/v2/{name}/{path}", body)
    assert there.status == other.status
    told = other.json["errors"][0]
    told["message"] = told["message"].replace(name[:255], "team/a")
    assert there.json["errors"][0] == told


@pytest.mark.parametrize("name", ["team/none", "team/../a", "TEAM/a", "a" * 300, "other/b"])
async def test_a_refusal_is_the_same_whether_it_is_there_or_not(filled, name):
    for method, path, body, _, _ in END_POINTS:
        for caller in ("none", "bob"):
            await check_the_same(filled, caller, method, path, body, name)


PULLED = [row for row in END_POINTS if row[4] == "pull"]


async def test_what_is_public_is_pulled_by_all_and_pushed_by_none_of_them(filled):
    for caller in ("none", "bob", "eve"):
        for method, path, body, status, _ in PULLED:
            answer = await ask(filled, caller, method, f"/v2/public/a/{path}", body)
            assert answer.status == status, (caller, path)
        push = await ask(filled, caller, "POST", "/v2/public/a/blobs/uploads/")
        assert push.status == (401 if caller == "none" else 403)


async def test_a_blob_is_mounted_only_from_where_it_may_be_pulled(filled, challenged):
    path = f"/v2/public/b/blobs/uploads/?mount={DIGEST}&from=team/a"
    assert (await ask(filled, "ann", "POST", path)).status == 201
    token = await filled.token("repository:public/c:push", user="ann")
    path = path.replace("public/b", "public/c")
    answer = await filled.ask("POST", path, token=token, host="h")
    assert answer.status == 401
    scope = challenged(answer)[1]["scope"]
    assert scope == "repository:public/c:pull,push repository:team/a:pull"
    token = await filled.token(*scope.split(), user="ann")
    assert (await filled.ask("POST", path, token=token)).status == 201


@pytest.mark.parametrize(
    ("caller", "seen"),
    [("none", ["public/a"]), ("bob", ["public/a"]), ("eve", ["public/a", "team/a"])],
)
async def test_catalog_shows_what_may_be_pulled(filled, caller, seen):
    assert (await ask(filled, caller, "GET", "/v2/_catalog")).json["repositories"] == seen


@pytest.mark.parametrize("rules", [(), RULES[:2]])
async def test_without_anonymous_rules_the_catalog_is_closed(guarded, rules):
    assert (await guarded(rules=rules).ask("GET", "/v2/_catalog")).status == 401


@pytest.mark.parametrize("path", ["/v2/", "/v2", "/", "/v2/x", "/metrics", "/v2/_homeport/gc"])
@pytest.mark.parametrize("method", ["GET", "POST", "BREW"])
async def test_strangers_learn_nothing_where_something_is_public_either(filled, path, method):
    answer = await filled.ask(method, path, host="h")
    assert (answer.status, answer.code) == (401, "UNAUTHORIZED")


async def test_scope_of_the_challenge(filled, challenged):
    for method, path, _, _, right in END_POINTS:
        answer = await ask(filled, "none", method, f"/v2/team/a/{path}")
        wanted = "pull,push" if right == "push" else right
        assert challenged(answer)[1]["scope"] == f"repository:team/a:{wanted}"
    odd = await ask(filled, "none", "GET", '/v2/a"b/tags/list')
    assert "scope" not in challenged(odd)[1]


async def test_a_stranger_with_a_token_is_told_to_log_in(filled, challenged):
    token = await filled.token("repository:public/a:pull,push", host="h")
    for name in ("public/a", "team/a"):
        push = await filled.ask("POST", f"/v2/{name}/blobs/uploads/", token=token, host="h")
        assert challenged(push)[1]["error_description"] == f"log in to push to {name}"
    odd = await filled.ask("GET", "/v2/a%0d%0ab/tags/list", token=token, host="h")
    assert "error_description" not in challenged(odd)[1]


async def test_nobody_who_has_logged_in_is_told_to_log_in(filled, challenged):
    token = await filled.token("repository:public/a:pull", user="ann")
    push = await filled.ask("POST", "/v2/public/a/blobs/uploads/", token=token, host="h")
    assert challenged(push)[1]["error"] == "insufficient_scope"
    assert "error_description" not in challenged(push)[1]
