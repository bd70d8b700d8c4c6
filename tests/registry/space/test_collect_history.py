"""Any history of pushes, deletions and collections, with kills in between, against a plain reckoning of what is rubbish."""

import asyncio
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from homeport.registry.options import Collection
from homeport.registry.space.collect import Collector

HOUR = 3600.0
DAY = 24 * HOUR
REPOSITORIES = st.sampled_from(["a", "b/c"])
LAYERS = st.integers(0, 4)
TAGS = st.sampled_from(["one", "two", None, None])
TIMES = st.sampled_from([60.0, HOUR / 2, HOUR, 5 * HOUR, DAY])


@dataclass
class Manifest:
    """What the reckoning knows of one."""

    used: float
    blobs: set = field(default_factory=set)
    children: set = field(default_factory=set)
    subject: str | None = None


class Model:
    """One repository, in the plainest words."""

    def __init__(self):
        self.links = {}
        self.manifests = {}
        self.tags = {}

    def named(self):
        return {blob for one in self.manifests.values() for blob in one.blobs}

    def leads_to(self, digest):
        children = self.manifests[digest].children & self.manifests.keys()
        return children | {d for d, one in self.manifests.items() if one.subject == digest}

    def reach(self, roots):
        reached, size = set(roots), -1
        while len(reached) != size:
            size = len(reached)
            reached |= {to for digest in list(reached) for to in self.leads_to(digest)}
        return reached

    def collect(self, now, floor, grace_s, untagged_s):
        """Forgets what is rubbish."""

        def is_young(digest, limit_s):
            return max(self.manifests[digest].used + max(limit_s, grace_s), floor + grace_s) > now

        loose = self.manifests.keys() - self.reach(self.tags.values())
        orphans = {
            digest
            for digest in loose
            if (subject := self.manifests[digest].subject)
            and subject not in self.manifests
            and not any(digest in one.children for one in self.manifests.values())
        }
        orphaned = orphans | self.reach({one for one in orphans if not is_young(one, DAY)})
        staying = {
            digest
            for digest in loose
            if (
                is_young(digest, DAY)
                if digest in orphaned
                else untagged_s is None or is_young(digest, untagged_s)
            )
        }
        for digest in loose - self.reach(staying):
            del self.manifests[digest]
        named = self.named()
        for blob, used in list(self.links.items()):
            if blob not in named and max(used, floor) + grace_s <= now:
                del self.links[blob]


class History(RuleBasedStateMachine):
    """Two repositories. Set by the test: `tools`, `new_shop`, `untagged_s`."""

    tools = new_shop = untagged_s = None

    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        self.root = Path(tempfile.mkdtemp())
        self.shop = self.runner.run(self._open())
        self.floor = self.now
        self.models = {"a": Model(), "b/c": Model()}
        self._connect()

    async def _open(self):
        return self.new_shop(self.tools.Home(self.root / "registry"), self.tools)

    def _connect(self):
        self.collector = Collector(
            self.shop.backend, Collection(grace_s=HOUR, untagged_s=self.untagged_s)
        )

    @property
    def now(self):
        return self.shop.home.clock.now()

    def run(self, work):
        return self.runner.run(work)

    def teardown(self):
        self.run(self.shop.home.registry.close())
        self.runner.close()
        shutil.rmtree(self.root)

    @rule(name=REPOSITORIES, layer=LAYERS)
    def push_blob(self, name, layer):
        digest = self.run(self.shop.home.push_blob(name, b"%d" % layer))
        self.models[name].links[digest] = self.now

    @rule(name=REPOSITORIES, layer=LAYERS)
    def head(self, name, layer):
        digest = self.tools.sha256(b"%d" % layer)
        links = self.models[name].links
        there = self.run(self.shop.status("HEAD", f"/v2/{name}/blobs/{digest}")) == 200
        assert there == (digest in links)
        if there:
            links[digest] = self.now

    @rule(name=REPOSITORIES, layer=LAYERS)
    def mount(self, name, layer):
        source = "b/c" if name == "a" else "a"
        digest = self.tools.sha256(b"%d" % layer)
        target = f"/v2/{name}/blobs/uploads/?mount={digest}&from={source}"
        if digest in self.models[source].links:
            assert self.run(self.shop.status("POST", target)) == 201
            self.models[name].links[digest] = self.now

    @rule(name=REPOSITORIES, tag=TAGS, layers=st.sets(LAYERS, min_size=1), data=st.data())
    def push_image(self, name, tag, layers, data):
        model = self.models[name]
        subject = data.draw(self._subjects(model))
        blobs = sorted(self.tools.sha256(b"%d" % layer) for layer in layers)
        if not model.links.keys() >= set(blobs):
            return
        digest = self.run(self.shop.image(name, tag, *blobs, subject=subject))
        self._pushed(model, digest, tag, Manifest(self.now, set(blobs), set(), subject))

    @rule(name=REPOSITORIES, tag=TAGS, data=st.data())
    def push_index(self, name, tag, data):
        model = self.models[name]
        if not model.manifests:
            return
        children = data.draw(
            st.sets(st.sampled_from(sorted(model.manifests)), min_size=1, max_size=3)
        )
        subject = data.draw(self._subjects(model))
        digest = self.run(self.shop.index(name, tag, *sorted(children), subject=subject))
        self._pushed(model, digest, tag, Manifest(self.now, set(), children, subject))

    def _subjects(self, model):
        missing = self.tools.sha256(b"never pushed")
        return st.sampled_from([None, None, missing, *sorted(model.manifests)])

    def _pushed(self, model, digest, tag, manifest):
        model.manifests[digest] = manifest
        if tag is not None:
            model.tags[tag] = digest

    @rule(name=REPOSITORIES, tag=st.sampled_from(["one", "two"]))
    def delete_tag(self, name, tag):
        if self.models[name].tags.pop(tag, None) is not None:
            self.run(self.shop.delete(name, tag))

    @rule(name=REPOSITORIES, data=st.data())
    def delete_manifest(self, name, data):
        model = self.models[name]
        inner = {child for one in model.manifests.values() for child in one.children}
        free = sorted(model.manifests.keys() - inner)
        if not free:
            return
        digest = data.draw(st.sampled_from(free))
        self.run(self.shop.delete(name, digest))
        del model.manifests[digest]
        model.tags = {tag: to for tag, to in model.tags.items() if to != digest}

    @rule(duration_s=TIMES)
    def wait(self, duration_s):
        self.run(self.shop.home.clock.advance(duration_s))

    @rule()
    def collect(self):
        if self.collector.is_due():
            dry = self.run(self.collector.run(dry_run=True))
            real = self.run(self.collector.run())
            assert (dry.links, dry.blobs, dry.blob_bytes) == (
                real.links,
                real.blobs,
                real.blob_bytes,
            )
            assert (dry.manifests, dry.repositories) == (real.manifests, real.repositories)
            assert sorted(map(str, dry.things)) == sorted(map(str, real.things))
        for model in self.models.values():
            model.collect(self.now, self.floor, HOUR, self.untagged_s)

    @rule()
    def kill(self):
        self.run(self.shop.home.restart())
        self.floor = self.now
        self._connect()

    @invariant()
    def what_is_there_is_what_is_reckoned(self):
        models = self.models.items()
        assert self.shop.links() == {(name, one) for name, model in models for one in model.links}
        manifests = {(name, one) for name, model in models for one in model.manifests}
        assert self.shop.manifests() == manifests
        for name, model in models:
            assert self.shop.tags(name) == model.tags.keys()
        blobs = {blob for _, blob in self.shop.links()}
        assert len(self.shop.files()) == len(blobs)

    @invariant()
    def each_manifest_is_wholly_pullable(self):
        touched = dict(self.shop.backend.touches._at)
        for name, digest in self.shop.manifests():
            self.run(self.shop.pullable(name, digest))
        # This look is no client's.
        self.shop.backend.touches._at = touched


def check(tools, new_shop, untagged_s):
    History.tools, History.new_shop, History.untagged_s = tools, new_shop, untagged_s
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_any_history(tools, new_shop):
    check(tools, new_shop, 5 * HOUR)


def test_any_history_of_a_registry_that_keeps_what_is_untagged(tools, new_shop):
    check(tools, new_shop, None)
