"""Whatever the registry holds, what a delete is said to free is what it and a collection free."""

import asyncio
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from homeport.registry.options import Collection
from homeport.registry.space.collect import Collector
from homeport.registry.space.figures.freed import Reckoner, Wish

HOUR = 3600.0
YEAR = 365 * 24 * HOUR
NAMES = st.sampled_from(["a", "b/c", "d"])
LAYERS = st.sets(st.integers(0, 4), min_size=1, max_size=3)
TAGS = st.sampled_from(["one", "two", None])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("image"), NAMES, TAGS, LAYERS, st.integers(0, 9)),
        st.tuples(st.just("image"), NAMES, TAGS, LAYERS, st.none()),
        st.tuples(
            st.just("index"), NAMES, TAGS, st.sets(st.integers(0, 9), min_size=1, max_size=2)
        ),
        st.tuples(st.just("head"), NAMES, st.integers(0, 4)),
        st.tuples(st.just("untag"), NAMES, st.sampled_from(["one", "two"])),
        st.tuples(st.just("delete"), NAMES, st.integers(0, 9)),
        st.tuples(st.just("wait"), st.sampled_from([60.0, HOUR, 5 * HOUR])),
    ),
    min_size=3,
    max_size=20,
)


class Story:
    """A registry as some steps left it."""

    def __init__(self, shop, chosen):
        self.shop = shop
        self.collector = Collector(shop.backend, chosen)
        self.reckoner = Reckoner(chosen, shop.backend.touches)

    def digests(self, name):
        return sorted(digest for owner, digest in self.shop.manifests() if owner == name)

    def picked(self, name, number):
        found = self.digests(name)
        return found[number % len(found)] if found else None

    async def image(self, name, tag, layers, subject):
        blobs = [b"%d" % layer * (layer + 1) for layer in sorted(layers)]
        subject = self.picked(name, subject) if subject is not None else None
        await self.shop.image(name, tag, *blobs, subject=subject)

    async def index(self, name, tag, children):
        found = {self.picked(name, number) for number in children} - {None}
        if found:
            await self.shop.index(name, tag, *sorted(found))

    async def head(self, name, layer):
        digest = self.shop.tools.sha256(b"%d" % layer * (layer + 1))
        await self.shop.status("HEAD", f"/v2/{name}/blobs/{digest}")

    async def untag(self, name, tag):
        await self.shop.status("DELETE", f"/v2/{name}/manifests/{tag}")

    async def delete(self, name, number):
        if digest := self.picked(name, number):
            await self.shop.delete(name, digest)

    async def wait(self, duration_s):
        await self.shop.home.clock.advance(duration_s)

    async def tidy(self):
        """Nothing is left that goes by itself. Twice: what only an orphan led to is untagged without it."""
        for _ in range(3):
            await self.wait(YEAR)
            await self.collector.run()

    def bytes(self):
        ((blobs, manifests),) = self.shop.db.query("SELECT blobs, manifests FROM totals")
        return blobs + manifests

    def count(self, table):
        return self.shop.db.query(f"SELECT count(*) FROM {table}")[0][0]

    def wishes(self, draw):
        names = sorted({name for name, _ in self.shop.manifests()})
        if not names:
            return None
        name = draw(st.sampled_from(names))
        tags, digests = sorted(self.shop.tags(name)), self.digests(name)
        chosen = st.sets(st.sampled_from(tags)) if tags else st.just(set())
        return Wish(
            name,
            frozenset(draw(chosen)),
            frozenset(draw(st.sets(st.sampled_from(digests), max_size=3))),
        )

    async def ask(self, wish):
        now = self.shop.home.clock.now()
        return await self.shop.db.scan(lambda c: self.reckoner.freed(c, wish, now))

    async def do(self, wish):
        if wish.is_whole:
            path = f"/v2/_homeport/repositories/{wish.repository}"
            assert await self.shop.status("DELETE", path) == 200
        for reference in [*wish.tags, *wish.digests]:
            await self.shop.delete(wish.repository, reference)


def check(tools, new_shop, steps, draw, chosen, *, is_tidy):
    """Tells a story, asks, does it, collects and compares."""
    root = Path(tempfile.mkdtemp())

    async def run():
        home = tools.Home(root / "registry")
        story = Story(new_shop(home, tools), chosen)
        try:
            for what, *more in steps:
                await getattr(story, what)(*more)
            if is_tidy:
                await story.tidy()
            if wish := story.wishes(draw):
                await compare(story, wish, is_tidy=is_tidy)
        finally:
            await home.registry.close()

    try:
        asyncio.run(run())
    finally:
        shutil.rmtree(root)


async def compare(story, wish, *, is_tidy):
    tags = story.shop.tags(wish.repository)
    before = story.bytes(), story.count("blob"), story.count("manifest")
    found = await story.ask(wish)
    await story.do(wish)
    assert set(found.tags) == tags - story.shop.tags(wish.repository)
    await story.wait(found.after_s)
    await story.collector.run()
    after = story.bytes(), story.count("blob"), story.count("manifest")
    gone = tuple(one - other for one, other in zip(before, after, strict=True))
    event("something goes" if found.bytes else "nothing goes")
    told = found.bytes, found.blobs, found.manifests
    if is_tidy:
        assert told == gone
    else:
        # What was rubbish before may go with it.
        assert all(one <= other for one, other in zip(told, gone, strict=True))


QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("is_tidy", [True, False])
@pytest.mark.parametrize("untagged_s", [None, 5 * HOUR])
@pytest.mark.parametrize("grace_s", [0.0, HOUR])
def test_what_is_said_is_what_comes(tools, new_shop, grace_s, untagged_s, is_tidy):
    @QUICK
    @given(STEPS, st.data())
    def story(steps, data):
        chosen = Collection(grace_s=grace_s, untagged_s=untagged_s)
        check(tools, new_shop, steps, data.draw, chosen, is_tidy=is_tidy)

    story()
