"""An import beside pushes, deletions and collections of the same registry; and `kill -9` of its process."""

import asyncio
import itertools
import random
import sys

import pytest

from homeport import errors
from homeport.registry.importing.importer import Importer
from homeport.registry.space.collect import Collector

PROGRAM = """
import asyncio, pathlib, sys, uuid
from homeport.clock import SystemClock
from homeport.registry.importing.importer import Importer
from homeport.registry.registry import Registry

async def main():
    registry = Registry.open(pathlib.Path(sys.argv[1]), clock=SystemClock(), ids=lambda: uuid.uuid4().hex)
    await registry.recover()
    print("open", flush=True)
    await Importer(registry._backend).run(pathlib.Path(sys.argv[2]))
    await registry.close()

asyncio.run(main())
"""


def fill(old, count=30):
    for number in range(count):
        layers = [b"shared", b"layer %d" % number * 100, b"every second %d" % (number // 2)]
        old.image(f"r{number % 3}", f"v{number}", layers=layers)


async def push_same(home, old):
    """Clients that push images of the old registry to this one meanwhile, and delete some."""
    for name, tag, manifest in old.tags():
        for data in (b"shared", b"layer 7" * 100):
            await home.push_blob(name, data)
        kind = "application/vnd.oci.image.manifest.v1+json"
        await home.ask("PUT", f"/v2/{name}/manifests/{tag}", manifest, content_type=kind)
        if tag.endswith("5"):
            await home.ask("DELETE", f"/v2/{name}/manifests/{tag}")


async def collect(home):
    collector = Collector(home.registry._backend)
    for _ in itertools.count():
        await home.clock.advance(1)
        await collector.run(grace_s=0.0)
        await asyncio.sleep(0)


async def test_beside_pushes_deletions_and_collections(home, old, pulled, check):
    fill(old)
    collecting = asyncio.ensure_future(collect(home))
    imports = Importer(home.registry._backend)
    await asyncio.gather(imports.run(old.root), push_same(home, old))
    collecting.cancel()
    await asyncio.gather(collecting, return_exceptions=True)
    await imports.run(old.root)
    found = await check(home, pulled)
    assert found == {(name, tag) for name, tag, _ in old.tags()}


async def test_closing_stops_between_two_images(home, old, pulled, check):
    fill(old)
    imports = Importer(home.registry._backend)
    running = asyncio.ensure_future(imports.run(old.root))
    while not home.registry._backend.db.query("SELECT 1 FROM manifest"):
        await asyncio.sleep(0)
    await imports.close()
    with pytest.raises(errors.HomeportError, match="closes"):
        await running
    assert 0 < len(await check(home, pulled)) < 30


@pytest.mark.parametrize("round_", range(3))
async def test_kill(tmp_path, tools, old, pulled, check, round_):
    fill(old)
    folder = tmp_path / "killed"
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, str(folder), str(old.root), stdout=asyncio.subprocess.PIPE
    )
    await child.stdout.readline()
    await asyncio.sleep(random.uniform(0.0, 0.3))
    if child.returncode is None:
        child.kill()
    await child.wait()
    again = tools.Home(folder)
    try:
        await again.registry.recover()
        await check(again, pulled)
        await Importer(again.registry._backend).run(old.root)
        assert len(await check(again, pulled)) == 30
    finally:
        await again.registry.close()
