"""`kill -9` in the middle of an import of a `registry:2` folder: no image is half there, and the next import takes the rest."""

import asyncio
import json
import os
import random

import pytest
from tests.e2e.registry import serving

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
ROUNDS = int(os.environ.get("HOMEPORT_KILL_ROUNDS", "40"))
IMAGES = 40
BASE = b"a layer that all images share" * 2_000


class Old:
    """The storage folder of a `registry:2`, written as it would be.

    https://github.com/distribution/distribution/blob/v2.8.2/registry/storage/paths.go
    """

    def __init__(self, folder):
        self.folder = folder
        self._top = folder / "docker" / "registry" / "v2"

    def push(self, name, tag, config, *layers):
        """An image; the bytes of its manifest."""
        body = serving.manifest(config, *layers)
        repository = self._top / "repositories" / name
        for data in (config, *layers, body):
            self._blob(data)
        for data in (config, *layers):
            self._link(repository / "_layers", data)
        self._link(repository / "_manifests" / "revisions", body)
        tags = repository / "_manifests" / "tags" / tag
        self._link(tags / "index", body)
        self._write(tags / "current" / "link", serving.digest(body).encode())
        return body

    def _blob(self, data):
        encoded = serving.digest(data).partition(":")[2]
        path = self._top / "blobs" / "sha256" / encoded[:2] / encoded / "data"
        if not path.exists():
            self._write(path, data)

    def _link(self, folder, data):
        digest = serving.digest(data)
        self._write(folder / digest.replace(":", "/") / "link", digest.encode())

    def _write(self, path, data):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def fill(old, round_, chosen):
    """Images of many sizes; the manifest that each path must lead to."""
    known = {}
    for number in range(IMAGES):
        name, tag = f"old/r{round_}/{number % 5}", f"v{number}"
        layer = chosen.randbytes(chosen.choice([10, 5_000, 300_000]))
        config = json.dumps({"number": number, "round": round_}).encode()
        known[f"/v2/{name}/manifests/{tag}"] = old.push(name, tag, config, BASE, layer)
    return known


async def taken(process, known):
    """How many images are there; each that is, is whole."""
    count = 0
    for target, body in known.items():
        reply = await process.ask("GET", target)
        if reply.status == 404:
            continue
        assert (reply.status, reply.body) == (200, body)
        count += 1
        repository = target.partition("/manifests/")[0]
        image = json.loads(body)
        for each in [image["config"], *image["layers"]]:
            blob = await process.ask("GET", f"{repository}/blobs/{each['digest']}")
            assert blob.status == 200
            assert serving.digest(blob.body) == each["digest"]
    return count


async def check_files(process):
    files = serving.files(process.folder)
    assert files.blobs <= files.found
    assert files.found <= files.blobs | files.uploads


async def duration_s(process, old, chosen):
    """How long an import takes here that nobody cuts short."""
    fill(old, "first", chosen)
    await process.start("import", old.folder)
    await process.done()
    await process.kill()
    return serving.runs(process.folder, "import")[-1]["duration_s"]


@pytest.mark.parametrize("how", ["import", "move"])
async def test_imports(tmp_path, how):
    chosen, cut_short = random.Random(7), 0
    process = serving.Process(tmp_path / "registry")
    whole_s = await duration_s(process, Old(tmp_path / "first"), chosen)
    for round_ in range(ROUNDS // 2):
        old = Old(tmp_path / f"old{round_}")
        known = fill(old, round_, chosen)
        await process.start(how, old.folder)
        await asyncio.sleep(chosen.uniform(0.0, whole_s))
        await process.kill()
        await process.start()
        await check_files(process)
        cut_short += 0 < await taken(process, known) < IMAGES
        await process.kill()
        await process.start(how, old.folder)
        await process.done()
        assert await taken(process, known) == IMAGES
        await process.kill()
    assert cut_short >= ROUNDS // 10
