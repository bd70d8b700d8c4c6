"""Bytes that rot on the disk: a scrub finds them, they are never served as good, and a push heals them."""

import json

import pytest
from tests.e2e.registry import serving

pytestmark = pytest.mark.e2e
HERE = "/v2/rot/image"
CONFIG, LAYER = b"{}", bytes(range(256)) * 1_000


async def push_blob(process, data):
    target = f"{HERE}/blobs/uploads/?digest={serving.digest(data)}"
    assert (await process.ask("POST", target, data)).status == 201


@pytest.fixture
async def pushed(process):
    """An image is there."""
    for data in (CONFIG, LAYER):
        await push_blob(process, data)
    body = serving.manifest(CONFIG, LAYER)
    reply = await process.ask("PUT", f"{HERE}/manifests/v1", body, Content_Type=serving.MANIFEST)
    assert reply.status == 201
    return process


def flip(process, data, at):
    """Changes one bit of a blob on the disk, as a worn disk does; keeps the time of the last change."""
    sql = "SELECT file FROM blob WHERE digest = ?"
    ((name,),) = serving.rows(process.folder, sql, serving.digest(data))
    path = next((process.folder / "blobs").rglob(name))
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1]))


async def scrub(process):
    """Reads all again; the newest report."""
    await process.kill()
    await process.start("scrub")
    await process.done()
    return serving.runs(process.folder, "scrub")[-1]


@pytest.mark.parametrize("at", [0, 100_000, len(LAYER) - 1])
async def test_a_flipped_bit(pushed, at):
    flip(pushed, LAYER, at)
    report = await scrub(pushed)
    (damaged,) = report["damaged"]
    assert (report["found"], damaged["digest"]) == (1, serving.digest(LAYER))
    assert "rot/image" in json.dumps(damaged["needed_by"])
    target = f"{HERE}/blobs/{serving.digest(LAYER)}"
    for method in ("GET", "HEAD"):
        assert (await pushed.ask(method, target)).status == 404
    mount = f"/v2/rot/other/blobs/uploads/?mount={serving.digest(LAYER)}&from=rot/image"
    assert (await pushed.ask("POST", mount)).status == 202


async def test_a_push_heals(pushed):
    flip(pushed, LAYER, 1_000)
    await scrub(pushed)
    await push_blob(pushed, LAYER)
    reply = await pushed.ask("GET", f"{HERE}/blobs/{serving.digest(LAYER)}")
    assert (reply.status, reply.body) == (200, LAYER)
    assert (await scrub(pushed))["damaged"] == []
    files = serving.files(pushed.folder)
    assert files.found == files.blobs


async def test_what_is_sound_stays(pushed):
    report = await scrub(pushed)
    assert (report["blobs"], report["damaged"]) == (2, [])
    for data in (CONFIG, LAYER):
        reply = await pushed.ask("GET", f"{HERE}/blobs/{serving.digest(data)}")
        assert (reply.status, reply.body) == (200, data)
