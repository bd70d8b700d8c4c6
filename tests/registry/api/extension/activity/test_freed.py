"""What a delete would free, by its end point."""

import pytest

from homeport.registry.options import Collection

DIGEST = "sha256:" + "0" * 64


async def ask(home, repository="bob/app", **wish):
    return await home.call("POST", "freed", {"repository": repository, **wish})


async def test_a_repository_with_all_of_it(staff):
    await staff.push_image("bob/app", "v1", b"x" * 100)
    await staff.push_image("bob/app", "v2", b"y" * 100)
    await staff.push_image("bob/other", "v1", b"y" * 100)
    found = (await ask(staff)).json
    sizes = [
        len((await staff.ask("GET", f"/v2/bob/app/manifests/{tag}")).body) for tag in ("v1", "v2")
    ]
    assert found == {
        "repository": "bob/app",
        "tags": ["v1", "v2"],
        "tags_total": 2,
        "manifests": 2,
        "untagged": 0,
        "blobs": 1,
        "bytes": 100 + sum(sizes),
        "shared_bytes": 100,
        "after_s": 3600.0,
        "every_s": 900.0,
    }


async def test_some_tags_and_digests(staff):
    digest = await staff.push_image("bob/app", "v1", b"x")
    await staff.push_image("bob/app", "v2", b"y")
    found = (await ask(staff, tags=["v2"], digests=[digest])).json
    assert (found["tags"], found["manifests"], found["untagged"]) == (["v1", "v2"], 1, 1)
    assert (await ask(staff, tags=None, digests=[digest])).json["tags"] == ["v1"]


async def test_it_changes_nothing(staff):
    await staff.push_image("bob/app", "v1")
    writes = staff.registry._backend.db.writes
    await ask(staff)
    assert staff.registry._backend.db.writes == writes


async def test_tags_are_counted_where_they_are_too_many(staff):
    for start in range(0, 1200, 100):
        tags = "&".join(f"tag=t{number}" for number in range(start, start + 100))
        digest = await staff.push_image("bob/app", "v1")
        body = (await staff.ask("GET", "/v2/bob/app/manifests/v1")).body
        target = f"/v2/bob/app/manifests/{digest}?{tags}"
        answer = await staff.ask("PUT", target, body, content_type=kind_of(body))
        assert answer.status == 201
    found = (await ask(staff)).json
    assert (len(found["tags"]), found["tags_total"]) == (1000, 1201)


def kind_of(body):
    return body.decode().partition('"mediaType": "')[2].partition('"')[0]


@pytest.mark.parametrize(("user", "status"), [("ann", 200), ("bob", 200), ("carl", 403)])
async def test_it_takes_the_right_to_delete(staff, user, status):
    await staff.push_image("bob/app", "v1")
    staff.be(user)
    assert (await ask(staff)).status == status
    # Whether it is there is told to nobody else.
    assert (await ask(staff, "bob/none")).status == (403 if status == 403 else 404)


async def test_it_takes_the_right_to_pull_as_tags_are_told(staff, tools):
    await staff.push_image("bob/app", "v1")
    scopes = [{"repositories": "**", "allow": ["delete"]}]
    made = (await staff.call("POST", "robots", {"name": "ci", "scopes": scopes})).json
    staff.authorization = tools.basic(made["user"], made["secret"])
    answer = await ask(staff)
    assert (answer.status, answer.json["errors"][0]["detail"]["action"]) == (403, "pull")


@pytest.mark.parametrize("options", [{"may_delete": False}, {"is_readonly": True}])
async def test_where_deletes_are_switched_off_nothing_is(staff, options):
    await staff.push_image("bob/app", "v1")
    await staff.change(**options)
    assert (await ask(staff)).code == "UNSUPPORTED"


async def test_it_knows_the_settings(staff):
    await staff.push_image("bob/app", "v1", b"x")
    await staff.change(collection=Collection(interval_s=None, grace_s=0.0, untagged_s=60.0))
    found = (await ask(staff, tags=["v1"])).json
    assert (found["manifests"], found["blobs"], found["after_s"], found["every_s"]) == (
        1,
        1,
        60.0,
        None,
    )


@pytest.mark.parametrize(
    ("wish", "status", "said"),
    [
        ({"repository": "A"}, 400, "invalid repository name"),
        ({"repository": 7}, 400, "repository must be a text"),
        ({"tags": []}, 400, "tags must be a list of 1 to 100 tags"),
        ({"tags": ["v1"] * 101}, 400, "tags must be"),
        ({"tags": ["a b"]}, 400, "tags must be"),
        ({"tags": "v1"}, 400, "tags must be"),
        ({"digests": ["v1"]}, 400, "digests must be a list of 1 to 100 digests"),
        ({"digests": []}, 400, "digests must be"),
        ({"digests": [DIGEST]}, 404, f"{DIGEST[:64]} is not in bob/app"),
        ({"tags": ["none"]}, 404, "none is not in bob/app"),
        ({"repository": "bob/none"}, 404, "no image in bob/none"),
        ({"tag": "v1"}, 400, "'tag' is no field here"),
    ],
)
async def test_what_can_not_be_asked(staff, wish, status, said):
    await staff.push_image("bob/app", "v1")
    answer = await ask(staff, **wish)
    assert answer.status == status
    assert said in answer.json["errors"][0]["message"]


async def test_a_page_of_another_site_can_not_ask(staff):
    answer = await staff.ask("POST", "/v2/_homeport/freed", b"{}", origin="https://evil.example")
    assert answer.status == 415
