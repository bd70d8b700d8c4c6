import asyncio
import logging

from homeport import errors
from homeport.clock import VirtualClock
from homeport.serve import background, room


def test_a_floor_is_left_on_the_disk(tmp_path):
    assert room.quota(tmp_path, None, VirtualClock()).limit is None


async def test_work_that_fails_is_written_down_and_nothing_else_happens(caplog):
    async def fail(error):
        raise error

    for error in (errors.StorageError("the disk", hint="look"), ValueError("unexpected")):
        async with background.running("recovery", fail(error)):
            await asyncio.sleep(0)
    assert "The recovery failed: the disk" in caplog.text
    assert "ValueError: unexpected" in caplog.text
    assert {record.levelno for record in caplog.records} == {logging.ERROR}


async def test_work_ends_with_its_context():
    ended = []

    async def work():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async with background.running("x", work()):
        await asyncio.sleep(0)
    assert ended
