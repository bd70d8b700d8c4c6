"""What refers to a manifest: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers"""

import json

import pytest

from homeport.registry import limits
from homeport.registry.api import referrers


async def _refer(home, tools, subject, **more):
    """Pushes an image with a subject; returns its digest."""
    config = await home.push_blob("a/b", b"{}")
    named = {"mediaType": tools.OCI_IMAGE, "digest": subject, "size": 1}
    body = json.dumps(tools.image(config, 2, subject=named, **more)).encode()
    digest = tools.sha256(body)
    answer = await home.ask(
        "PUT", f"/v2/a/b/manifests/{digest}", body, content_type=tools.OCI_IMAGE
    )
    assert (answer.status, answer.headers["OCI-Subject"]) == (201, subject)
    return digest


@pytest.fixture
def subject(tools):
    """Of a manifest that is not there, which must make no difference."""
    return tools.sha256(b"subject")


async def _list(home, subject, query=""):
    answer = await home.ask("GET", f"/v2/a/b/referrers/{subject}{query}")
    assert answer.status == 200
    return answer


async def test_nothing_refers(home, tools, subject):
    answer = await _list(home, subject)
    assert answer.headers["Content-Type"] == tools.OCI_INDEX
    assert answer.json == {"schemaVersion": 2, "mediaType": tools.OCI_INDEX, "manifests": []}


async def test_descriptor_tells_type_and_annotations(home, tools, subject):
    notes = {"org.example.a": "ü", "b": ""}
    digest = await _refer(home, tools, subject, artifactType="a/sbom", annotations=notes)
    (found,) = (await _list(home, subject)).json["manifests"]
    size = int((await home.ask("HEAD", f"/v2/a/b/manifests/{digest}")).headers["Content-Length"])
    assert found == {
        "mediaType": tools.OCI_IMAGE,
        "digest": digest,
        "size": size,
        "artifactType": "a/sbom",
        "annotations": notes,
    }


async def test_image_without_type_has_its_configs(home, tools, subject):
    await _refer(home, tools, subject)
    (found,) = (await _list(home, subject)).json["manifests"]
    assert found["artifactType"] == tools.OCI_CONFIG


async def test_filter(home, tools, subject):
    await _refer(home, tools, subject, artifactType="a/sbom")
    wanted = await _refer(home, tools, subject, artifactType="a/signature")
    answer = await _list(home, subject, "?artifactType=a%2Fsignature")
    assert answer.headers["OCI-Filters-Applied"] == "artifactType"
    assert [found["digest"] for found in answer.json["manifests"]] == [wanted]


async def test_deleted_referrer_is_not_listed(home, tools, subject):
    digest = await _refer(home, tools, subject)
    await home.ask("DELETE", f"/v2/a/b/manifests/{digest}")
    assert (await _list(home, subject)).json["manifests"] == []


async def test_referrers_of_another_repository_are_not_listed(home, tools, subject):
    await _refer(home, tools, subject)
    answer = await home.ask("GET", f"/v2/other/referrers/{subject}")
    assert (answer.status, answer.json["manifests"]) == (200, [])


@pytest.mark.parametrize("step", [1, 200, 10_000])
async def test_walk_by_pages_of_bounded_size(home, tools, subject, monkeypatch, step):
    monkeypatch.setattr(limits, "REFERRERS_PAGE_BYTES", 500)
    monkeypatch.setattr(referrers, "STEP_BYTES", step)
    pushed = [
        await _refer(home, tools, subject, artifactType="a/b", annotations={"n": str(number)})
        for number in range(7)
    ]
    found, query = [], "?artifactType=a/b"
    while query:
        answer = await _list(home, subject, query)
        assert len(answer.body) < 700
        found += [one["digest"] for one in answer.json["manifests"]]
        link = answer.headers.get("Link", "").partition(">")[0]
        query = link and "?" + link.partition("?")[2]
    assert found == sorted(pushed)


@pytest.mark.parametrize(
    ("name", "digest", "code"),
    [("a/b", "latest", "DIGEST_INVALID"), ("A", "sha256:" + "a" * 64, "NAME_INVALID")],
)
async def test_bad_requests(home, name, digest, code):
    answer = await home.ask("GET", f"/v2/{name}/referrers/{digest}")
    assert (answer.status, answer.code) == (400, code)
