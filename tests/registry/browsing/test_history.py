"""Whatever happens to a registry, what is kept of each repository is what adds up, and what is known of a manifest is what a fresh look
finds."""

import asyncio
import json
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from homeport.registry.grammar import natural
from homeport.registry.options import Retention
from homeport.registry.space.retention import Retainer

HOUR = 3600.0
NAMES = st.sampled_from(["a", "b/c", "b/c10"])
LAYERS = st.sampled_from([b"one", b"x" * 3000, b"y" * 5000])
CONFIGS = st.sampled_from(
    [
        json.dumps(
            {"os": "linux", "architecture": name, "created": f"1970-01-0{day}T00:00:00Z"}
        ).encode()
        for day, name in enumerate(["amd64", "arm64"], 1)
    ]
)
TAGS = st.sampled_from(["v1", "v10", "V2", f"sha256-{'a' * 64}.sig"])

SUMS = """
SELECT r.name,
    (SELECT count(*) FROM manifest m WHERE m.repository = r.id),
    (SELECT count(*) FROM tag t WHERE t.repository = r.id),
    (SELECT coalesce(sum(t.pulls), 0) FROM tag t WHERE t.repository = r.id),
    (SELECT max(m.pushed) FROM manifest m WHERE m.repository = r.id),
    (SELECT max(m.pulled) FROM manifest m WHERE m.repository = r.id),
    (SELECT coalesce(sum(m.size), 0) FROM manifest m WHERE m.repository = r.id)
        + (SELECT coalesce(sum(b.size), 0) FROM repository_blob l JOIN blob b ON b.id = l.blob WHERE l.repository = r.id),
    (SELECT coalesce(sum(b.size), 0) FROM repository_blob l JOIN blob b ON b.id = l.blob WHERE l.repository = r.id
        AND (SELECT count(*) FROM repository_blob o WHERE o.blob = l.blob) > 1)
FROM repository r ORDER BY r.name"""
KEPT = "SELECT name, manifests, tags, pulls, pushed, pulled, bytes, shared FROM repository ORDER BY name"
KNOWN = "SELECT manifest, kind, bytes, platforms, created FROM description ORDER BY repository, manifest"


class Histories(RuleBasedStateMachine):
    """One registry. Set by the test: `tools`."""

    tools = None

    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        self.root = Path(tempfile.mkdtemp())
        self.pushed = []
        self.home = self.run(self._made())

    async def _made(self):
        return self.tools.Home(self.root / "registry")

    def run(self, work):
        return self.runner.run(work)

    def ask(self, method, target, body=b"", **headers):
        return self.run(self.home.ask(method, target, body, **headers))

    @property
    def backend(self):
        return self.home.registry._backend

    def teardown(self):
        self.run(self.home.registry.close())
        self.runner.close()
        shutil.rmtree(self.root)

    @rule(name=NAMES, tag=TAGS | st.none(), config=CONFIGS, layer=LAYERS, has_subject=st.booleans())
    def push_image(self, name, tag, config, layer, has_subject):
        async def push():
            digest = await self.home.push_blob(name, layer)
            more = {"layers": [{"mediaType": "a/b", "digest": digest, "size": len(layer)}]}
            if has_subject and self.pushed:
                subject = self.pushed[-1][1]
                more["subject"] = {"mediaType": "a/b", "digest": subject, "size": 1}
            return await self.home.push_image(name, tag, config, **more)

        self.pushed.append((name, self.run(push())))

    @rule(name=NAMES, tag=TAGS | st.none(), count=st.integers(1, 3))
    def push_index(self, name, tag, count):
        here = [
            digest
            for owner, digest in self.pushed
            if owner == name and self.ask("HEAD", f"/v2/{name}/manifests/{digest}").status == 200
        ]
        if here:
            digest = self.run(self.home.push_index(name, tag, *dict.fromkeys(here[-count:])))
            self.pushed.append((name, digest))

    @rule(name=NAMES, source=NAMES, layer=LAYERS)
    def mount(self, name, source, layer):
        digest = self.tools.sha256(layer)
        self.ask("POST", f"/v2/{name}/blobs/uploads/?mount={digest}&from={source}")

    @rule(name=NAMES, tag=TAGS, other=TAGS)
    def retag(self, name, tag, other):
        found = self.ask("GET", f"/v2/{name}/manifests/{tag}")
        if found.status == 200:
            kind = found.headers["Content-Type"]
            answer = self.ask("PUT", f"/v2/{name}/manifests/{other}", found.body, content_type=kind)
            assert answer.status in {201, 400}

    @rule(name=NAMES, tag=TAGS)
    def pull(self, name, tag):
        self.ask("GET", f"/v2/{name}/manifests/{tag}")

    @rule(name=NAMES, tag=TAGS)
    def delete_tag(self, name, tag):
        self.ask("DELETE", f"/v2/{name}/manifests/{tag}")

    @rule(number=st.integers(0, 9))
    def delete_manifest(self, number):
        if number < len(self.pushed):
            name, digest = self.pushed.pop(number)
            self.ask("DELETE", f"/v2/{name}/manifests/{digest}")

    @rule(name=NAMES, layer=LAYERS)
    def delete_blob(self, name, layer):
        self.ask("DELETE", f"/v2/{name}/blobs/{self.tools.sha256(layer)}")

    @rule(name=NAMES)
    def delete_repository(self, name):
        self.ask("DELETE", f"/v2/_homeport/repositories/{name}")

    @rule()
    def collect(self):
        self.run(self.home.registry._work.collector.run(grace_s=0, untagged_s=0))

    @rule()
    def retain(self):
        self.run(Retainer(self.backend, [Retention(("**",), keep_last=1)]).run())

    @rule(layer=LAYERS)
    def rot_and_heal(self, layer):
        found = self.backend.db.query_one(
            "SELECT file FROM blob WHERE digest = ?", (self.tools.sha256(layer),)
        )
        if found:
            self.backend.content.path(found[0]).write_bytes(b"?" * len(layer))
            self.run(self.home.registry._work.scrubber.run())
            self.run(self.home.push_blob("a", layer))

    @rule(duration_s=st.sampled_from([1.0, 2 * HOUR]))
    def wait(self, duration_s):
        self.run(self.home.clock.advance(duration_s))

    @rule()
    def kill(self):
        self.run(self.home.restart())

    @rule()
    def see(self):
        async def see():
            for (repository,) in self.backend.db.query("SELECT id FROM repository"):
                await self.home.registry._describer.see(repository)

        self.run(see())

    @rule()
    def a_fresh_look_finds_nothing_new(self):
        self.see()
        known = self.backend.db.query(KNOWN)
        self.run(
            self.backend.db.write(lambda at: at.execute("UPDATE description SET due = due + 1"))
        )
        self.see()
        assert self.backend.db.query(KNOWN) == known

    @invariant()
    def what_is_kept_adds_up(self):
        assert self.backend.db.query(KEPT) == self.backend.db.query(SUMS)

    @invariant()
    def each_manifest_is_described(self):
        query = self.backend.db.query
        assert query("SELECT repository, manifest FROM description ORDER BY 1, 2") == query(
            "SELECT repository, id FROM manifest ORDER BY 1, 2"
        )

    @invariant()
    def names_sort_as_people_count(self):
        for table in ("repository", "tag"):
            for name, key in self.backend.db.query(f"SELECT name, natural FROM {table}"):
                assert key == natural.key(name)


def test_any_history(tools):
    Histories.tools = tools
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
