"""Whatever happens to a registry: the quota counts what the rows name and hold, and that is what is on the disk."""

import asyncio
import contextlib
import io
import json
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from homeport import errors
from homeport.edge import http
from homeport.registry.grammar import documents
from homeport.registry.options import Collection, Options, Retention, Upstream
from homeport.registry.registry import Registry
from homeport.registry.space.retention import Retainer
from homeport.registry.upstream.asking.errors import Absent
from homeport.registry.upstream.asking.wire import Opened
from homeport.registry.upstream.client import Fetched
from homeport.storage.quota import Quota

HOUR = 3600.0
LIMIT = 40_000
"""Room for most of what a history pushes, and not for all of it."""
NAMES = st.sampled_from(["a", "b/c"])
LAYERS = st.sampled_from([b"", b"one", b"x" * 3000, b"y" * 5000, b"z" * 20_000])
TAGS = st.sampled_from(["one", "two"])


class Answer(io.BytesIO):
    """The body of an upstream's answer."""

    def __init__(self, data):
        super().__init__(data)
        self.headers = {"Content-Length": str(len(data))}
        self.status = 200

    def read1(self, size, decode_content=False):
        del decode_content
        return super().read1(size)


class Elsewhere:
    """What an upstream has."""

    def __init__(self, tools):
        self.tools = tools
        self.blobs, self.manifests = {}, {}

    def push(self, tag, layer):
        digest = self.tools.sha256(layer)
        self.blobs[digest] = layer
        body = json.dumps(self.tools.image(digest, len(layer))).encode()
        fetched = Fetched(
            self.tools.sha256(body), body, documents.parse(self.tools.OCI_IMAGE, body)
        )
        self.manifests[tag] = self.manifests[fetched.digest] = fetched
        return digest

    def stand_in_for(self, client):
        async def find_manifest(_, reference):
            return (await manifest(_, reference)).digest

        async def manifest(_, reference):
            if reference not in self.manifests:
                raise Absent("it is not there")
            return self.manifests[reference]

        async def find_blob(_, digest):
            return len(self.blobs[digest])

        async def blob(_, digest):
            return Opened(Answer(self.blobs[digest]), is_own=True)

        client.find_manifest, client.manifest = find_manifest, manifest
        client.find_blob, client.blob = find_blob, blob


def write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


class Rooms(RuleBasedStateMachine):
    """One registry beside an old one and an upstream. Set by the test: `tools`."""

    tools = None

    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        self.root = Path(tempfile.mkdtemp())
        self.elsewhere = Elsewhere(self.tools)
        self.uploads = []
        self.run(self._made())

    async def _made(self):
        self.home = self.tools.Home(self.root / "registry", quota=Quota(LIMIT))
        await self.home.registry.close()
        self.home._open = self._open
        self.home.registry = self._open()

    def _open(self):
        home = self.home
        home.quota = Quota(LIMIT)
        registry = Registry.open(
            home.folder,
            Options(
                collection=Collection(interval_s=None, grace_s=HOUR),
                upstreams=(Upstream("up", "http://up.test"),),
            ),
            clock=home.clock,
            ids=lambda: next(home._ids),
            quota=home.quota,
        )
        self.elsewhere.stand_in_for(registry.points._sources[0].client)
        return registry

    def run(self, work):
        return self.runner.run(work)

    def ask(self, method, target, body=b"", **headers):
        return self.run(self._ask(method, target, body, **headers))

    async def _ask(self, method, target, body=b"", **headers):
        response = self.home.send(method, target, body, **headers)
        if not isinstance(response, http.Response):
            response = await response
        if hasattr(response.body, "__aiter__"):
            async for _ in response.body:
                pass
        if response.on_end is not None:
            response.on_end()
        transfers = self.home.registry.points._transfers["up"]
        while transfers._tasks:
            await asyncio.sleep(0)
        return response

    def teardown(self):
        self.run(self.home.registry.close())
        self.runner.close()
        shutil.rmtree(self.root)

    @rule(name=NAMES, layer=LAYERS)
    def push_blob(self, name, layer):
        digest = self.tools.sha256(layer)
        answer = self.ask("POST", f"/v2/{name}/blobs/uploads/?digest={digest}", layer)
        assert answer.status in {201, 413}

    @rule(name=NAMES, layer=LAYERS)
    def begin_an_upload(self, name, layer):
        location = dict(self.ask("POST", f"/v2/{name}/blobs/uploads/").headers)["Location"]
        if self.ask("PATCH", location, layer).status == 202:
            self.uploads.append((location, layer))

    @rule(is_wanted=st.booleans(), is_right=st.booleans())
    def end_an_upload(self, is_wanted, is_right):
        if not self.uploads:
            return
        location, layer = self.uploads.pop()
        if is_wanted:
            digest = self.tools.sha256(layer if is_right else b"something else")
            self.ask("PUT", f"{location}?digest={digest}")
        else:
            self.ask("DELETE", location)

    @rule(name=NAMES, tag=TAGS, layer=LAYERS, note=st.sampled_from(["", "n" * 9000]))
    def push_image(self, name, tag, layer, note):
        digest = self.tools.sha256(layer)
        body = json.dumps(self.tools.image(digest, len(layer), annotations={"n": note})).encode()
        target = f"/v2/{name}/manifests/{tag}"
        answer = self.ask("PUT", target, body, content_type=self.tools.OCI_IMAGE)
        assert answer.status in {201, 400, 413}

    @rule(name=NAMES, tag=TAGS, has_manifest=st.booleans())
    def delete_a_tag(self, name, tag, has_manifest):
        answer = self.ask("HEAD", f"/v2/{name}/manifests/{tag}")
        if answer.status == 200:
            digest = dict(answer.headers)["Docker-Content-Digest"]
            reference = digest if has_manifest else tag
            assert self.ask("DELETE", f"/v2/{name}/manifests/{reference}").status == 202

    @rule(name=NAMES, layer=LAYERS)
    def delete_blob(self, name, layer):
        self.ask("DELETE", f"/v2/{name}/blobs/{self.tools.sha256(layer)}")

    @rule(name=NAMES)
    def delete_repository(self, name):
        self.ask("DELETE", f"/v2/_homeport/repositories/{name}")

    @rule(tag=TAGS, layer=LAYERS, is_pulled=st.booleans())
    def pull_through(self, tag, layer, is_pulled):
        digest = self.elsewhere.push(tag, layer)
        assert self.ask("GET", f"/v2/up/x/manifests/{tag}").status == 200
        if is_pulled:
            assert self.ask("GET", f"/v2/up/x/blobs/{digest}").status == 200

    @rule(name=NAMES, tag=TAGS, layer=LAYERS)
    def import_an_image(self, name, tag, layer):
        blob = self.tools.sha256(layer)
        manifest = json.dumps(self.tools.image(blob, len(layer))).encode()
        digest = self.tools.sha256(manifest)
        v2 = self.root / "old" / "docker" / "registry" / "v2"
        for one, data in ((blob, layer), (digest, manifest)):
            write(v2 / "blobs" / "sha256" / one[7:9] / one[7:] / "data", data)
        here = v2 / "repositories" / name
        write(here / "_layers" / "sha256" / blob[7:] / "link", blob.encode())
        write(here / "_manifests" / "revisions" / "sha256" / digest[7:] / "link", digest.encode())
        write(here / "_manifests" / "tags" / tag / "current" / "link", digest.encode())
        with contextlib.suppress(errors.StorageFull):
            self.run(self.home.registry._importer.run(self.root / "old"))
        shutil.rmtree(self.root / "old")

    @rule(grace_s=st.sampled_from([0.0, HOUR]))
    def collect(self, grace_s):
        self.run(self.home.registry._work.collector.run(grace_s=grace_s, untagged_s=grace_s))

    @rule()
    def retain(self):
        retainer = Retainer(self.home.registry._backend, [Retention(("**",), keep_last=1)])
        self.run(retainer.run())

    @rule(layer=LAYERS)
    def rot(self, layer):
        db = self.home.registry._backend.db
        found = db.query_one("SELECT file FROM blob WHERE digest = ?", (self.tools.sha256(layer),))
        if layer and found:
            path = self.home.registry._backend.content.path(found[0])
            # Another file, as an import may share the bytes with the old one.
            path.unlink()
            path.write_bytes(b"?" * len(layer))
        self.run(self.home.registry._work.scrubber.run())

    @rule(duration_s=st.sampled_from([60.0, 2 * HOUR]))
    def wait(self, duration_s):
        self.run(self.home.clock.advance(duration_s))

    @rule()
    def kill(self):
        self.run(self.home.restart())

    @invariant()
    def what_is_counted_is_there(self):
        db = self.home.registry._backend.db
        (row,) = db.query(
            "SELECT (SELECT coalesce(sum(size), 0) FROM blob), (SELECT coalesce(sum(size), 0) FROM manifest),"
            " (SELECT coalesce(sum(length(content)), 0) FROM manifest),"
            " (SELECT coalesce(sum(size), 0) FROM upload WHERE staged IS NOT NULL), blobs, manifests FROM totals"
        )
        blobs, manifests, contents, uploads, total_blobs, total_manifests = row
        assert (total_blobs, total_manifests) == (blobs, manifests)
        assert contents == manifests
        assert self.home.quota.used == blobs + manifests + uploads
        folder = self.home.folder / "blobs"
        sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
        assert sum(sizes) == blobs + uploads


def test_any_history(tools):
    Rooms.tools = tools
    run_state_machine_as_test(
        Rooms,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
