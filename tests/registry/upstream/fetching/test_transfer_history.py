"""Any history of bytes that come, readers that come, read and leave, and a store that fails: each reads what there was."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.clock import settle
from homeport.registry.upstream import limits
from homeport.registry.upstream.fetching.spool import Spool
from homeport.registry.upstream.fetching.transfer import Transfer
from homeport.storage.content import Content
from homeport.storage.quota import Quota

PIECE = st.integers(1, 300_000)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), PIECE),
        st.tuples(st.just("join"), st.just(0)),
        st.tuples(st.just("read"), st.integers(0, 5)),
        st.tuples(st.just("leave"), st.integers(0, 5)),
    ),
    max_size=30,
)


class Run:
    """One transfer, and what its readers have had."""

    def __init__(self, folder, quota):
        self.spool = Spool(Content(folder, quota=quota))
        self.transfer = Transfer(self.spool, lambda: None)
        self.whole = b""
        self.readers = []

    async def step(self, kind, value):
        if kind == "add" and not self.spool.is_crowded(self.transfer._slowest()):
            piece = bytes([len(self.whole) % 251]) * value
            self.whole += piece
            await self.spool.add(piece)
            self.transfer.tell()
        elif kind == "join" and self.transfer.is_open:
            self.readers.append([self.transfer.reader(), b""])
        elif kind == "leave" and value < len(self.readers):
            self.readers.pop(value)[0].close()
        elif kind == "read" and value < len(self.readers):
            await self._read(self.readers[value])

    async def _read(self, entry):
        reader, had = entry
        if reader.offset < self.transfer.readable:
            entry[1] = had + await anext(reader)
            assert self.whole.startswith(entry[1])

    async def finish(self):
        self.transfer.is_verified = True
        self.transfer.tell()
        for reader, had in self.readers:
            async for piece in reader:
                had += piece
            assert had == self.whole
        if self.spool.staged is not None:
            await self.spool.staged.discard()
        self.transfer.end(None)
        for reader, _ in self.readers:
            reader.close()
        assert self.spool._descriptor is None


@settings(max_examples=60, deadline=None)
@given(STEPS, st.sampled_from([None, 0, 100_000, 500_000]))
def test_any_history(tmp_path_factory, steps, limit):
    quota = None if limit is None else Quota(limit)

    async def run():
        run = Run(tmp_path_factory.mktemp("content"), quota)
        for kind, value in steps:
            await run.step(kind, value)
        await run.finish()

    asyncio.run(run())
    assert quota is None or quota.used == 0


async def test_memory_holds_a_window_only(tmp_path):
    run = Run(tmp_path, None)
    reader = run.transfer.reader()
    for _ in range(40):
        await run.step("add", 300_000)
        assert run.spool._window.end - run.spool._window.start <= limits.WINDOW + 600_000
    assert await anext(reader) == run.whole[: limits.PIECE]
    reader.close()
    await run.finish()


async def test_what_can_not_be_stored_waits_for_the_slowest(tmp_path):
    transfer = Run(tmp_path, Quota(0)).transfer
    slow, quick = transfer.reader(), transfer.reader()
    await transfer.add(b"x" * 1000)
    adding = asyncio.ensure_future(transfer.add(b"y" * limits.HELD))
    await settle()
    while quick.offset < transfer.spool.size:
        await anext(quick)
    await settle()
    assert not adding.done()
    await anext(slow)
    await anext(slow)
    await adding
    slow.close()
    quick.close()
    transfer.end(None)
