"""One image."""

import pytest

ATTESTS = {"vnd.docker.reference.type": "attestation-manifest"}


async def image(home, reference, name="a"):
    answer = await home.call("GET", f"images/{name}?reference={reference}")
    assert answer.status == 200, answer
    return answer.json


async def test_an_image(staff, config):
    home = staff
    digest = await home.push_image("a", "v1", config(2))
    await home.push_image("a", "v10", config(2))
    await home.push_image("a", "v9", config(2))
    await home.ask("GET", f"/v2/a/manifests/{digest}")
    await home.ask("GET", "/v2/a/manifests/v1")
    await home.registry._work._pulls.flush()
    told = await image(home, "v1")
    assert told == await image(home, digest)
    assert told == {
        "name": "a",
        "digest": digest,
        "media_type": "application/vnd.oci.image.manifest.v1+json",
        "kind": "image",
        "artifact_type": "application/vnd.oci.image.config.v1+json",
        "tags": ["v1", "v9", "v10"],
        "tags_total": 3,
        "bytes": len(config(2)),
        "created": 86_400.0,
        "platforms": ["linux/amd64"],
        "pushed": home.clock.now(),
        "pulled": home.clock.now(),
        "pulls": 2,
        "parents": [],
        "children": [],
        "subject": None,
        "referrers": 0,
    }


async def test_what_leads_to_what(staff, config, tools):
    home = staff
    child = await home.push_image("a", None, config(1))
    statement = await home.push_image("a", None, b"statement")
    layer = await home.push_blob("a", b"l" * 77)
    gone = await home.push_image("a", None, b"gone")
    index = await home.push_index(
        "a",
        "v1",
        {
            "mediaType": tools.OCI_IMAGE,
            "digest": child,
            "size": 1,
            "platform": {"os": "linux", "architecture": "amd64"},
        },
        {"mediaType": tools.OCI_IMAGE, "digest": statement, "size": 1, "annotations": ATTESTS},
        {"mediaType": "application/x-tar", "digest": layer, "size": 77},
        gone,
    )
    await home.ask("DELETE", f"/v2/a/manifests/{gone}")
    subject = {"mediaType": tools.OCI_INDEX, "digest": index, "size": 1}
    sign = await home.push_image("a", None, b"signs", subject=subject)
    told = await image(home, "v1")
    assert (told["kind"], told["referrers"], told["platforms"]) == ("index", 1, ["linux/amd64"])
    keys = ("digest", "kind", "platform", "bytes", "is_there")
    assert [tuple(each[key] for key in keys) for each in told["children"]] == [
        (child, "image", "linux/amd64", len(config(1)), True),
        (statement, "attestation", "", 9, True),
        (layer, "", "", 77, True),
        (gone, "", "", None, False),
    ]
    assert (await image(home, child))["parents"] == [index]
    assert (await image(home, sign))["subject"] == index


async def test_what_is_not_there(staff, tools):
    await staff.push_image("a", "v1")
    for reference in ("v2", tools.sha256(b"x")):
        answer = await staff.call("GET", f"images/a?reference={reference}")
        assert (answer.status, answer.code) == (404, "MANIFEST_UNKNOWN")


@pytest.mark.parametrize("query", ["", "?reference=", "?reference=a/b", "?reference=sha256:1"])
async def test_a_reference_is_a_tag_or_a_digest(staff, query):
    await staff.push_image("a", "v1")
    answer = await staff.call("GET", f"images/a{query}")
    assert answer.status == 400
    assert "reference must be" in answer.json["errors"][0]["message"]


async def test_what_is_damaged_is_shown_as_far_as_it_is_known(staff, config):
    await staff.push_image("a", "v1", config(2))
    before = await image(staff, "v1")
    await staff.registry._backend.db.write(
        lambda at: at.execute("UPDATE manifest SET content = x'ff'")
    )
    assert await image(staff, "v1") == before
