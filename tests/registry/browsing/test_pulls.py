"""Pulls by a tag are counted, however the client asks for it."""

import pytest

TAGS = "SELECT name, pulls FROM tag ORDER BY name"


async def counted(home):
    await home.registry._work._pulls.flush()
    return dict(home.registry._backend.db.query(TAGS))


@pytest.fixture
async def digest(home):
    await home.push_image("a", "other")
    return await home.push_image("a", "v1")


async def test_docker_asks_by_the_tag(home, digest):
    await home.ask("GET", "/v2/a/manifests/v1")
    assert await counted(home) == {"v1": 1, "other": 0}


async def test_containerd_looks_at_the_tag_and_pulls_the_digest(home, digest):
    for _ in range(2):
        await home.ask("HEAD", "/v2/a/manifests/v1")
        await home.ask("GET", f"/v2/a/manifests/{digest}")
    assert await counted(home) == {"v1": 2, "other": 0}
    assert home.registry._backend.db.query("SELECT pulls FROM description") == [(2,)]


async def test_a_look_is_for_one_pull(home, digest):
    await home.ask("HEAD", "/v2/a/manifests/v1")
    for _ in range(3):
        await home.ask("GET", f"/v2/a/manifests/{digest}")
    assert await counted(home) == {"v1": 1, "other": 0}
    assert home.registry._backend.db.query("SELECT pulls FROM description") == [(3,)]


async def test_a_look_is_remembered_for_half_a_minute(home, digest):
    await home.ask("HEAD", "/v2/a/manifests/v1")
    await home.registry._work._pulls.flush()
    await home.ask("GET", f"/v2/a/manifests/{digest}")
    assert await counted(home) == {"v1": 1, "other": 0}
    await home.ask("HEAD", "/v2/a/manifests/v1")
    for _ in range(2):
        await home.ask("GET", f"/v2/a/manifests/{digest}")
        await home.registry._work._pulls.flush()
    await home.ask("GET", f"/v2/a/manifests/{digest}")
    assert await counted(home) == {"v1": 2, "other": 0}
