"""The race that everybody meets: a blob is there when the client asks, and gone when its manifest comes.

The client's steps are put at every point at which a collection lets others run, also into the middle of a commit.
"""

import asyncio
import json

import pytest

from homeport.registry.options import Collection
from homeport.registry.space.collect import Collector

HOUR = 3600.0


class Points:
    """Runs `actions` each at its point of a collection: before or after a read, a write or a deletion."""

    def __init__(self, backend, actions):
        self.count = 0
        self._actions = actions
        self._is_acting = False
        for owner, name in [
            (backend.db, "scan"),
            (backend.db, "write"),
            (backend.content, "delete"),
        ]:
            setattr(owner, name, self._around(getattr(owner, name)))

    def _around(self, call):
        async def pointed(*arguments):
            if self._is_acting:
                return await call(*arguments)
            await self._point()
            try:
                return await call(*arguments)
            finally:
                await self._point()

        return pointed

    async def _point(self):
        self._is_acting = True
        for action in self._actions.get(self.count, ()):
            await action()
        self.count += 1
        self._is_acting = False


class Client:
    """Pushes an image of one old layer as clients do: asks first, sends what is missing, names all of it at the end."""

    def __init__(self, shop):
        self.shop = shop
        self.image = None

    async def bring_layer(self):
        digest = self.shop.tools.sha256(b"layer")
        if await self.shop.status("HEAD", f"/v2/a/blobs/{digest}") != 200:
            await self.shop.home.push_blob("a", b"layer")

    async def name_it(self):
        digest = self.shop.tools.sha256(b"layer")
        self.image = await self.shop.put("a", "v1", self.shop.document([digest]))


async def prepare(tools, new_shop, folder):
    shop = new_shop(tools.Home(folder), tools)
    for number in range(3):
        await shop.home.push_blob("a", b"rubbish %d" % number)
    await shop.home.push_blob("a", b"layer")
    await shop.home.clock.advance(2 * HOUR)
    return shop


async def push_at(tools, new_shop, folder, first, second):
    """A push whose two steps come at these points. Returns how many points the collection had."""
    shop = await prepare(tools, new_shop, folder)
    client = Client(shop)
    actions = {}
    actions.setdefault(first, []).append(client.bring_layer)
    actions.setdefault(second, []).append(client.name_it)
    collector = Collector(shop.backend, Collection(grace_s=HOUR))
    points = Points(shop.backend, actions)
    await collector.run()
    if client.image is None:
        points._is_acting = True
        await client.name_it()
    await shop.pullable("a", client.image)
    await shop.home.clock.advance(2 * HOUR)
    await collector.run()
    assert len(shop.links()) == len(shop.files()) == 1
    await shop.pullable("a", client.image)
    await shop.home.registry.close()
    return points.count


async def test_a_push_at_any_point(tmp_path, tools, new_shop):
    last = await push_at(tools, new_shop, tmp_path / "none", 0, 0)
    assert last > 8
    for first in range(12):
        for second in (first, first + 1, 99):
            folder = tmp_path / f"{first}-{second}"
            await push_at(tools, new_shop, folder, first, second)


async def name_at(tools, new_shop, folder, point, what):
    """Names something old at this point of a collection, without having asked for it. It is refused, or it holds."""
    shop = await prepare(tools, new_shop, folder)
    blob = tools.sha256(b"layer")
    child = await shop.put("a", None, shop.document([tools.sha256(b"rubbish 0")]))
    await shop.home.clock.advance(2 * HOUR)
    answers = []

    async def name_it():
        document = shop.document([blob])
        if what == "manifest":
            document = {"schemaVersion": 2, "mediaType": tools.OCI_INDEX}
            document["manifests"] = [{"mediaType": tools.OCI_IMAGE, "digest": child, "size": 1}]
        body = json.dumps(document).encode()
        answers.append(
            await shop.home.ask(
                "PUT", "/v2/a/manifests/v1", body, content_type=document["mediaType"]
            )
        )

    Points(shop.backend, {point: [name_it]})
    await Collector(shop.backend, Collection(grace_s=HOUR, untagged_s=HOUR)).run()
    for answer in answers:
        assert answer.status in {201, 400}
        if answer.status == 201:
            await shop.pullable("a", answer.headers["Docker-Content-Digest"])
    await shop.home.registry.close()
    return [answer.status for answer in answers]


@pytest.mark.parametrize("what", ["blob", "manifest"])
async def test_a_manifest_that_names_what_is_old_at_any_point(tmp_path, tools, new_shop, what):
    statuses = []
    for point in range(14):
        statuses += await name_at(tools, new_shop, tmp_path / str(point), point, what)
    assert set(statuses) == {201, 400}


@pytest.mark.parametrize("kind", ["blobs", "manifests"])
async def test_nobody_is_told_of_it_between_its_removal_and_the_commit(shop, kind):
    blob = await shop.home.push_blob("a", b"layer")
    digest = blob if kind == "blobs" else await shop.put("a", None, shop.document([blob]))
    await shop.home.clock.advance(2 * HOUR)
    statuses = []
    commit = shop.db._committer.commit

    def look(changed, on_end):
        statuses.append(shop.home.send("HEAD", f"/v2/a/{kind}/{digest}").status)
        commit(changed, on_end)

    shop.db._committer.commit = look
    await Collector(shop.backend, Collection(grace_s=HOUR, untagged_s=HOUR)).run()
    assert statuses[0] == 404
    assert not shop.backend.touches.is_going("a", digest)


async def test_a_manifest_that_comes_in_the_same_transaction_keeps_its_blobs(shop, collector):
    digest = await shop.home.push_blob("a", b"layer")
    await shop.home.clock.advance(2 * HOUR)
    results = await asyncio.gather(
        collector.run(), *(shop.put("a", f"v{n}", shop.document([digest])) for n in range(20))
    )
    assert results[0].links == 0
    await shop.pullable("a", results[1])


async def test_collections_beside_pushes(shop):
    """Images replace each other while collections follow each other; no push takes as long as the grace."""
    collector = Collector(shop.backend, Collection(grace_s=HOUR, untagged_s=HOUR))
    clock = shop.home.clock
    begun, pushed, removed = {}, {}, []

    async def push(worker):
        for number in range(20):
            begun[worker] = clock.now()
            layers = [b"base", b"%d" % (number % 3), b"%d-%d" % (worker, number)]
            pushed[worker] = await shop.image("a", f"w{worker}", *layers)
            await shop.pullable("a", pushed[worker])

    async def collect():
        while not all(task.done() for task in tasks):
            if clock.now() + 900 - min(begun.values()) < HOUR:
                await clock.advance(900)
            removed.append((await collector.run()).manifests)

    tasks = [asyncio.ensure_future(push(worker)) for worker in range(4)]
    await asyncio.sleep(0)
    await asyncio.gather(collect(), *tasks)
    assert sum(removed) > 0
    await clock.advance(2 * HOUR)
    await collector.run()
    assert shop.manifests() == {("a", digest) for digest in pushed.values()}
    for digest in pushed.values():
        await shop.pullable("a", digest)
    assert len(shop.files()) == len(shop.links())


@pytest.mark.parametrize("what", ["blob", "manifest"])
async def test_a_commit_that_fails_leaves_everything_servable(shop, what):
    collector = Collector(shop.backend, Collection(grace_s=HOUR, untagged_s=HOUR))
    if what == "manifest":
        digest = await shop.image("a", None, b"layer")
    else:
        digest = await shop.home.push_blob("a", b"layer")
    await shop.home.clock.advance(2 * HOUR)
    before = shop.links(), shop.manifests(), shop.files()
    heal = shop.fail_commits()
    with pytest.raises(Exception, match="could not be used"):
        await collector.run()
    heal()
    assert (shop.links(), shop.manifests(), shop.files()) == before
    if what == "manifest":
        await shop.pullable("a", digest)
    else:
        assert await shop.has_blob("a", digest)
    await shop.home.clock.advance(2 * HOUR)
    assert collector.is_due()
    await collector.run()
    assert (shop.links(), shop.manifests(), shop.files()) == (set(), set(), [])
