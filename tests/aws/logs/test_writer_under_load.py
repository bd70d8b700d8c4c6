"""The writer where functions print faster than the disk takes it, and where the disk takes nothing."""

import asyncio
import logging

import pytest

from homeport.aws.logs import limits, writer
from homeport.aws.logs.writer import Writer
from homeport.clock import VirtualClock, settle
from homeport.errors import StorageError, StorageFull

NOW = 1_750_000_000_000


class Disk:
    """Takes a batch when it is told to; `trouble` is raised instead of the next ones."""

    def __init__(self, *trouble):
        self.trouble = list(trouble)
        self.waiting = []

    async def __call__(self, work):
        if self.trouble:
            raise self.trouble.pop(0)
        done = asyncio.get_running_loop().create_future()
        self.waiting.append(done)
        await done

    async def take(self):
        self.waiting.pop(0).set_result(None)
        await settle()


@pytest.fixture
def clock():
    return VirtualClock()


def slow(clock, *trouble):
    disk = Disk(*trouble)
    return disk, Writer(disk, clock)


def write(writer, *messages, stream="s"):
    writer.write("000000000000", "us-east-1", "g", stream, [(NOW, each) for each in messages])


def said(caplog):
    return [record.getMessage() for record in caplog.records]


async def test_a_reader_does_not_wait_for_what_comes_after_it(clock):
    disk, writer = slow(clock)
    write(writer, "before")
    flushing = asyncio.ensure_future(writer.flush())
    await settle()
    for _ in range(3):
        write(writer, "later")
        assert not flushing.done()
        await disk.take()
        if flushing.done():
            break
    assert flushing.done()
    assert len(disk.waiting) == 1
    await disk.take()


async def test_a_reader_waits_for_the_batch_on_its_way(clock, monkeypatch):
    """Also where all that stood behind it, and more, was dropped meanwhile."""
    monkeypatch.setattr(limits, "WRITER_BYTES", 3 * (limits.WRITER_LINE_BYTES + 27))
    disk, writer = slow(clock)
    write(writer, "1")
    first = asyncio.ensure_future(writer.flush())
    await settle()
    write(writer, "2")
    second = asyncio.ensure_future(writer.flush())
    await settle()
    write(writer, *"3456789")
    await settle()
    assert not second.done()
    await disk.take()
    assert first.done()
    assert second.done()
    await disk.take()


async def test_many_readers_share_a_commit(clock):
    disk, writer = slow(clock)
    write(writer, "1")
    readers = [asyncio.ensure_future(writer.flush()) for _ in range(5)]
    await settle()
    assert len(disk.waiting) == 1
    await disk.take()
    assert all(each.done() for each in readers)


async def test_nothing_to_write_is_no_commit(clock):
    disk, writer = slow(clock)
    await writer.flush()
    await writer.close()
    assert disk.waiting == []


async def test_a_cancelled_reader_stops_nothing(clock):
    disk, writer = slow(clock)
    write(writer, "1")
    reader = asyncio.ensure_future(writer.flush())
    await settle()
    reader.cancel()
    other = asyncio.ensure_future(writer.flush())
    await settle()
    await disk.take()
    assert other.done()


async def test_short_lines_count_with_what_they_take_in_memory(clock):
    disk, writer = slow(clock)
    write(writer, *["x"] * 100_000)
    assert len(writer._lines) == limits.WRITER_BYTES // (limits.WRITER_LINE_BYTES + 27)
    closing = asyncio.ensure_future(writer.close())
    await settle()
    while disk.waiting:
        await disk.take()
    await closing


async def test_what_was_dropped_in_a_second_is_said_in_one_line(clock, caplog, monkeypatch):
    monkeypatch.setattr(limits, "WRITER_BYTES", 0)
    _, writer = slow(clock)
    with caplog.at_level(logging.WARNING):
        for _ in range(100):
            write(writer, "x")
        assert said(caplog) == []
        await clock.advance(limits.WRITER_REPORT_S)
        write(writer, "x")
        await clock.advance(10)
    assert said(caplog) == [
        f"{count} log events of functions were dropped: they came faster than the disk takes them"
        for count in (100, 1)
    ]
    assert clock._timers == []


async def test_a_full_disk_is_said_once_a_second(clock, caplog):
    full = StorageFull("The disk is full.")
    _, writer = slow(clock, *[full] * 20)
    with caplog.at_level(logging.WARNING):
        for _ in range(20):
            write(writer, "x", "y")
            await clock.advance(limits.WRITER_DELAY_S)
        await clock.advance(limits.WRITER_REPORT_S)
    counts = [int(text.split(" ")[0]) for text in said(caplog)]
    assert sum(counts) == 40
    assert len(counts) == 2
    assert all(text.endswith("dropped: The disk is full.") for text in said(caplog))


async def test_what_was_dropped_is_said_before_the_end(clock, caplog):
    _, writer = slow(clock, StorageError("The disk is gone."))
    write(writer, "x")
    with caplog.at_level(logging.WARNING):
        await writer.close()
    assert said(caplog) == ["1 log events of functions were dropped: The disk is gone."]


async def test_a_fault_does_not_hold_up_what_comes_behind(clock, caplog):
    disk, writer = slow(clock, RuntimeError("broken"))
    write(writer, "1")
    await writer.flush()
    write(writer, "2")
    flushing = asyncio.ensure_future(writer.flush())
    await settle()
    await disk.take()
    assert flushing.done()
    await clock.advance(limits.WRITER_REPORT_S)
    assert said(caplog)[-1] == "1 log events of functions were dropped: a fault of this program"


async def test_a_commit_has_a_limit(clock, monkeypatch):
    monkeypatch.setattr(writer, "COMMIT_EVENTS", 2)
    disk, lines = slow(clock)
    write(lines, *"12345")
    flushing = asyncio.ensure_future(lines.flush())
    await settle()
    taken = 0
    while disk.waiting:
        await disk.take()
        taken += 1
    assert taken == 3
    assert flushing.done()


async def test_functions_that_print_at_once_keep_their_streams(client):
    async def prints(name):
        for number in range(50):
            client.logs.writer.write(
                client.account, client.region, name, "s", [(NOW, f"{name}{number}")]
            )
            await asyncio.sleep(0)

    await asyncio.gather(*(prints(name) for name in "fgh"))
    for name in "fgh":
        assert await client.messages(name) == [f"{name}{number}" for number in range(50)]
    assert len((await client("DescribeLogGroups"))["logGroups"]) == 3


async def test_a_flood_beside_requests(client, monkeypatch):
    """Every request is answered while functions print on, and sees what was printed before it."""
    monkeypatch.setattr(limits, "WRITER_BYTES", 1_048_576)
    is_over = False

    async def flood():
        number = 0
        while not is_over:
            lines = [(NOW, f"{number + each}") for each in range(500)]
            client.logs.writer.write(client.account, client.region, "f", "s", lines)
            number += 500
            await asyncio.sleep(0)

    flooding = asyncio.ensure_future(flood())
    await asyncio.sleep(0)
    for _ in range(3):
        before = client.logs.writer._accepted
        await client.filter("f", limit=1)
        ((stored,),) = client.logs.db.query("SELECT count(*) FROM event")
        assert stored >= before - client.logs.writer._dropped
    is_over = True
    await flooding
