"""`kill -9` in the middle of pushes, deletes and collections: what was acknowledged is there, what was not shows nothing half-done."""

import asyncio
import json
import os
import random
import time

import pytest
from tests.e2e.registry import serving

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
ROUNDS = int(os.environ.get("HOMEPORT_KILL_ROUNDS", "60"))
WORKERS = 5
GONE = (OSError, EOFError)
BASE = b"a layer that all images share" * 2_000


class Worker:
    """Pushes, tags anew and deletes in a repository of its own; knows what each tag must lead to."""

    def __init__(self, process, name, chosen):
        self._process, self.name, self._random = process, name, chosen
        self.tags = {}
        self.unsure = set()
        """Tags that the last request, cut off by the kill, may have changed."""
        self.pushed = 0

    async def run(self):
        self.unsure = set()
        try:
            while True:
                await self._step()
        except GONE:
            return

    async def _step(self):
        tag = f"t{self._random.randrange(12)}"
        self.unsure = {tag}
        if tag in self.tags and self._random.random() < 0.4:
            await self._delete(tag)
        else:
            await self._push(tag)
        self.unsure = set()

    async def _push(self, tag):
        started = time.monotonic()
        layer = self._random.randbytes(self._random.choice([10, 5_000, 200_000]))
        config = json.dumps({"of": self._random.random()}).encode()
        await self._have(BASE)
        for data in (config, layer):
            await self._upload(data)
        body = serving.manifest(config, BASE, layer)
        target = f"/v2/{self.name}/manifests/{tag}"
        reply = await self._process.ask("PUT", target, body, Content_Type=serving.MANIFEST)
        if reply.status == 400 and time.monotonic() - started > serving.GRACE_S:
            # So slow a push may find its first blob collected, and is told so.
            assert b"MANIFEST_BLOB_UNKNOWN" in reply.body
            return
        assert reply.status == 201, reply
        self.tags[tag] = body
        self.pushed += 1

    async def _have(self, data):
        """As clients do: what a HEAD finds is not uploaded."""
        known = f"/v2/{self.name}/blobs/{serving.digest(data)}"
        if (await self._process.ask("HEAD", known)).status != 200:
            await self._upload(data)

    async def _upload(self, data):
        query = f"?digest={serving.digest(data)}"
        uploads = f"/v2/{self.name}/blobs/uploads/"
        if self._random.random() < 0.5:
            reply = await self._process.ask("POST", uploads + query, data)
        else:
            location = (await self._process.ask("POST", uploads)).fields["Location"]
            half = len(data) // 2
            await self._process.ask("PATCH", location, data[:half])
            reply = await self._process.ask("PUT", location + query, data[half:])
        assert reply.status == 201, reply

    async def _delete(self, tag):
        body = self.tags[tag]
        target = serving.digest(body) if self._random.random() < 0.5 else tag
        reply = await self._process.ask("DELETE", f"/v2/{self.name}/manifests/{target}")
        assert reply.status == 202, reply
        del self.tags[tag]

    async def check(self):
        """Each tag leads to its image, whole; none that was deleted came back."""
        reply = await self._process.ask("GET", f"/v2/{self.name}/tags/list")
        listed = set(json.loads(reply.body)["tags"]) if reply.status == 200 else set()
        assert listed - self.unsure == set(self.tags) - self.unsure
        for tag in listed:
            reply = await self._process.ask("GET", f"/v2/{self.name}/manifests/{tag}")
            assert reply.status == 200
            if tag not in self.unsure:
                assert reply.body == self.tags[tag]
            await self._check_image(tag, json.loads(reply.body))

    async def _check_image(self, tag, image):
        for each in [image["config"], *image["layers"]]:
            reply = await self._process.ask("GET", f"/v2/{self.name}/blobs/{each['digest']}")
            assert reply.status == 200, (tag, each)
            assert serving.digest(reply.body) == each["digest"]

    async def settle(self):
        """Takes what the kill has left undecided as it is."""
        for tag in self.unsure:
            reply = await self._process.ask("GET", f"/v2/{self.name}/manifests/{tag}")
            if reply.status == 404:
                self.tags.pop(tag, None)
            else:
                self.tags[tag] = reply.body
        self.unsure = set()


async def _round(process, workers, chosen):
    await process.start("collect")
    running = asyncio.gather(*(worker.run() for worker in workers))
    await asyncio.sleep(chosen.uniform(0.1, 0.9))
    await process.kill()
    await running


async def _check(process, workers):
    """Nothing is lost, and nothing is on the disk that no row names."""
    await process.start()
    files = serving.files(process.folder)
    assert files.blobs <= files.found
    assert files.found <= files.blobs | files.uploads
    for worker in workers:
        await worker.check()
        await worker.settle()
    await process.kill()


async def test_pushes_deletes_and_collections(tmp_path):
    chosen = random.Random(5)
    process = serving.Process(tmp_path / "registry")
    workers = [Worker(process, f"team/w{number}", chosen) for number in range(WORKERS)]
    for _ in range(ROUNDS):
        await _round(process, workers, chosen)
        await _check(process, workers)
    assert sum(worker.pushed for worker in workers) > ROUNDS * 2
    collected = serving.runs(process.folder, "gc")
    assert sum(report["blobs"] for report in collected) > ROUNDS
