"""What is known of manifests after a push, after a look, and when things go."""

import asyncio
import json
import logging

import pytest

from homeport.registry.browsing import limits

HELM = "application/vnd.cncf.helm.config.v1+json"


async def see(home, name="a/b"):
    db = home.registry._backend.db
    await home.registry._describer.see(
        db.query_one("SELECT id FROM repository WHERE name = ?", (name,))[0]
    )


async def test_a_second_after_a_push(home, config, known, is_due, until):
    digest = await home.push_image("a/b", "v1", config())
    assert known(home, digest) == ("image", 0, "", None)
    await until(home, lambda: not is_due(home))
    assert known(home, digest) == ("image", len(config()), "linux/amd64", 100.0)


async def test_an_idle_registry_does_nothing(home, until, is_due):
    await home.push_image("a/b", "v1")
    await until(home, lambda: not is_due(home))
    db = home.registry._backend.db
    await until(home, lambda: home.registry._describer._task is None)
    writes = db.writes
    await home.clock.advance(3600)
    assert (db.writes, home.registry._describer._timer) == (writes, None)


async def test_an_index_is_all_of_its_children_each_blob_once(home, config, known, tools):
    layer = await home.push_blob("a/b", b"l" * 1000)
    layers = [{"mediaType": "application/x-tar", "digest": layer, "size": 1000}]
    amd = await home.push_image("a/b", None, config(), layers=layers)
    arm = await home.push_image("a/b", None, config("arm64", "1970-01-01T00:03:20Z"), layers=layers)
    index = await home.push_index("a/b", "v1", amd, arm)
    await see(home)
    size = 1000 + len(config()) + len(config("arm64", "1970-01-01T00:03:20Z"))
    assert known(home, index) == ("index", size, "linux/amd64 linux/arm64", 200.0)
    # A child that goes takes its part with it.
    await home.ask("DELETE", f"/v2/a/b/manifests/{arm}")
    await see(home)
    assert known(home, index) == ("index", 1000 + len(config()), "linux/amd64", 100.0)


async def test_an_index_of_indexes(home, config, known):
    image = await home.push_image("a/b", None, config())
    inner = await home.push_index("a/b", None, image)
    outer = await home.push_index("a/b", "v1", inner)
    await see(home)
    assert known(home, outer) == ("index", len(config()), "linux/amd64", 100.0)


async def test_a_cache_of_layers_is_as_large_as_they_are(home, known):
    layer = await home.push_blob("a/b", b"l" * 1000)
    listed = {"mediaType": "application/x-tar", "digest": layer, "size": 7}
    index = await home.push_index("a/b", "cache", listed)
    await see(home)
    assert known(home, index)[:2] == ("index", 1000)


async def test_an_attestation_of_buildkit(home, config, known, tools):
    blob = await home.push_blob("a/b", b"statement")
    layers = [{"mediaType": "application/vnd.in-toto+json", "digest": blob, "size": 9}]
    digest = await home.push_image("a/b", None, config("unknown"), layers=layers)
    await see(home)
    assert known(home, digest)[0] == "attestation"
    assert known(home, digest)[2:] == ("", None)


async def test_cosign_is_known_by_the_name_of_its_tag(home, known, config):
    digest = await home.push_image("a/b", f"sha256-{'a' * 64}.sig", config())
    await see(home)
    assert known(home, digest)[0] == "signature"


async def test_an_artifact(home, tools, known):
    blob = await home.push_blob("a/b", b"chart")
    document = tools.image(
        blob, 5, annotations={"org.opencontainers.image.created": "1970-01-01T00:00:07Z"}
    )
    document["config"]["mediaType"] = HELM
    digest = await home.push_manifest("a/b", "1.0", document)
    await see(home)
    assert known(home, digest) == ("helm", 5, "", 7.0)


@pytest.mark.parametrize(
    "content",
    [b"not JSON", b"[" * 90_000, b"{}", b" " * (limits.CONFIG_BYTES + 1)],
    ids=["text", "deep", "empty", "large"],
)
async def test_a_config_that_says_nothing(home, known, content, is_due):
    digest = await home.push_image("a/b", "v1", content)
    await see(home)
    assert known(home, digest) == ("image", len(content), "", None)
    assert not is_due(home)


async def test_a_config_that_is_not_there(home, known, config, is_due):
    digest = await home.push_image("a/b", "v1", config())
    backend = home.registry._backend
    ((file,),) = backend.db.query("SELECT file FROM blob")
    backend.content.path(file).unlink()
    await see(home)
    assert (known(home, digest), is_due(home)) == (("image", len(config()), "", None), 0)


async def test_a_manifest_whose_media_type_changes_is_looked_into_again(home, tools, known):
    blob = await home.push_blob("a/b", b"{}")
    body = json.dumps({"schemaVersion": 2, "config": {"digest": blob, "size": 2}}).encode()
    docker = "application/vnd.docker.distribution.manifest.v2+json"
    for media_type in ("text/x-odd", docker):
        answer = await home.ask("PUT", "/v2/a/b/manifests/v1", body, content_type=media_type)
        assert answer.status == 201
        await see(home)
    assert known(home, tools.sha256(body))[0] == "image"


async def test_what_one_look_leaves_is_done_beside_it(home, config, is_due, until):
    count = limits.FIRST_SIGHT + 40
    for number in range(count):
        await home.push_image("a/b", f"v{number}", config(), annotations={"n": str(number)})
    await see(home)
    assert is_due(home) == count - limits.FIRST_SIGHT
    await until(home, lambda: not is_due(home))


async def test_a_stop_loses_nothing(home, config, known, is_due):
    digest = await home.push_image("a/b", "v1", config())
    await home.restart()
    assert is_due(home) == 1
    await see(home)
    assert known(home, digest)[3] == 100.0


async def test_a_stop_waits_for_the_look_under_way(home, config, is_due):
    await home.push_image("a/b", "v1", config())
    looking = asyncio.create_task(see(home))
    await asyncio.sleep(0)
    await home.restart()
    await looking


async def test_a_full_disk_is_told_once_and_ends(home, config, is_due, caplog, until):
    await home.push_image("a/b", "v1", config())
    describer = home.registry._describer
    write = home.registry._backend.db.write

    async def fail(work):
        await write(lambda at: at.execute("PRAGMA max_page_count = 1"))
        try:
            return await write(
                lambda at: [
                    work(at),
                    at.execute("INSERT INTO run VALUES (9, ?, 1, 1, '')", ("x" * 99999,)),
                ]
            )
        finally:
            await write(lambda at: at.execute("PRAGMA max_page_count = 1073741823"))

    describer._db.write = fail
    with caplog.at_level(logging.WARNING):
        await see(home)
        await see(home)
    assert [record.message.partition(":")[0] for record in caplog.records] == [
        "What new images are could not be written down"
    ]
    assert is_due(home) == 1
    del describer._db.write
    await see(home)
    assert is_due(home) == 0
