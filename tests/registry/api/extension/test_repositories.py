"""A repository goes."""

import json

import pytest

from homeport.registry.api.extension import repositories


def listen(home):
    """What the journal is told, in a write and after it."""
    noted, told = [], []
    home.registry._backend.journal.listen(
        note=lambda _, event: noted.append(event), tell=told.append
    )
    return noted, told


async def delete(home, name="bob/app"):
    return await home.call("DELETE", f"repositories/{name}")


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(repositories, "BATCH", 2)


async def test_all_of_it_goes_and_nothing_else(staff, small):
    for number in range(5):
        await staff.push_image("bob/app", f"v{number}", b"%d" % number)
    await staff.push_image("bob/app", "again", b"0")
    await staff.push_image("bob/other", "v1", b"0")
    answer = await delete(staff)
    assert answer.json == {"repository": "bob/app", "manifests": 5, "tags": 6}
    assert (await staff.ask("GET", "/v2/bob/app/manifests/v1")).status == 404
    assert (await staff.ask("GET", "/v2/_catalog")).json == {"repositories": ["bob/other"]}
    assert (await staff.ask("GET", "/v2/bob/other/manifests/v1")).status == 200
    assert (await delete(staff)).status == 404


async def test_an_index_goes_before_what_it_names(staff, tools, small):
    child = await staff.push_image("bob/app", "v1")
    index = {
        "schemaVersion": 2,
        "mediaType": tools.OCI_INDEX,
        "manifests": [{"mediaType": tools.OCI_IMAGE, "digest": child, "size": 1}],
    }
    body = json.dumps(index).encode()
    path = "/v2/bob/app/manifests/all"
    await staff.ask("PUT", path, body, content_type=tools.OCI_INDEX)
    _, told = listen(staff)
    await delete(staff)
    assert [event.digest for event in told] == [tools.sha256(body), child, ""]


async def test_each_is_told_in_its_write_and_afterwards(staff, small):
    digests = {await staff.push_image("bob/app", f"v{n}", b"%d" % n) for n in range(3)}
    noted, told = listen(staff)
    staff.be("bob")
    await delete(staff)
    assert noted == told
    assert {event.digest for event in told[:-1]} == digests
    assert {(event.action, event.kind, event.user) for event in told[:-1]} == {
        ("delete", "manifest", "bob")
    }
    assert (told[-1].action, told[-1].kind, told[-1].repository) == (
        "delete",
        "repository",
        "bob/app",
    )


async def test_what_is_pushed_meanwhile_stays(staff, small):
    for number in range(4):
        await staff.push_image("bob/app", f"v{number}", b"%d" % number)
    writes = staff.registry._backend.db.write
    pushed = []

    async def write(work):
        if not pushed:
            pushed.append(0)
            await staff.clock.advance(1)
            # v0 would go in the second batch: its manifest is pushed anew before
            await staff.push_image("bob/app", "v0", b"0")
            await staff.push_image("bob/app", "new", b"new")
        return await writes(work)

    staff.registry._backend.db.write = write
    assert (await delete(staff)).json["manifests"] == 3
    assert (await staff.ask("GET", "/v2/bob/app/tags/list")).json["tags"] == ["new", "v0"]


async def test_a_stop_half_way_leaves_whole_images(staff, small):
    for number in range(5):
        await staff.push_image("bob/app", f"v{number}", b"%d" % number)
    writes, images = staff.registry._backend.db.write, [None]

    async def write(work):
        result = await writes(work)
        images.append(staff.image() if len(images) == 2 else None)
        return result

    staff.registry._backend.db.write = write
    await delete(staff)
    await staff.restart(images[2])
    assert (await staff.ask("GET", "/v2/bob/app/tags/list")).json["tags"] == ["v0"]
    assert (await staff.ask("GET", "/v2/bob/app/manifests/v0")).status == 200
    assert (await delete(staff)).json["manifests"] == 1


@pytest.mark.parametrize(("user", "status"), [("ann", 200), ("bob", 200), ("carl", 403)])
async def test_it_takes_the_right_to_delete(staff, user, status):
    await staff.push_image("bob/app", "v1")
    staff.be(user)
    assert (await delete(staff)).status == status
    is_there = (await staff.ask("HEAD", "/v2/bob/app/manifests/v1")).status == 200
    assert is_there == (status == 403)


@pytest.mark.parametrize("options", [{"may_delete": False}, {"is_readonly": True}])
async def test_deletes_can_be_switched_off(staff, options):
    await staff.push_image("bob/app", "v1")
    await staff.change(**options)
    answer = await delete(staff)
    assert (answer.status, answer.code) == (405, "UNSUPPORTED")
    assert (await staff.ask("HEAD", "/v2/bob/app/manifests/v1")).status == 200


@pytest.mark.parametrize(("name", "code"), [("A", "NAME_INVALID"), ("none", "NAME_UNKNOWN")])
async def test_what_is_no_repository(staff, name, code):
    assert (await delete(staff, name)).code == code


async def test_a_name_may_be_any(staff):
    for name in ("tags/list", "usage/repositories/x", "a/blobs"):
        await staff.push_image(name, "v1")
        assert (await delete(staff, name)).status == 200
        assert (await staff.ask("GET", "/v2/_catalog")).json == {"repositories": []}
