"""Many consumers at once: each message reaches one of them, and none is lost."""

import asyncio
from collections import Counter

import pytest

PRODUCERS, EACH, CONSUMERS = 5, 60, 10
TOTAL = PRODUCERS * EACH


async def produce(client, url, producer, **more):
    for number in range(EACH):
        await client.send(url, f"{producer}-{number}", **more)


async def consume(client, url, seen, wait):
    while sum(map(len, seen)) < TOTAL:
        mine = seen[consumer_of(seen)]
        for message in await client.receive(url, 3, WaitTimeSeconds=wait):
            mine.append(message["Body"])
            await client.delete(url, message)


def consumer_of(seen):
    return seen.index(min(seen, key=len))


@pytest.mark.parametrize("wait", [0, 20], ids=["short", "long"])
@pytest.mark.parametrize("is_fifo", [False, True], ids=["standard", "fifo"])
async def test_nothing_is_lost_and_nothing_comes_twice(client, clock, wait, is_fifo):
    name, attributes = ("q.fifo", {"ContentBasedDeduplication": "true"}) if is_fifo else ("q", {})
    url = await client.make(name, **attributes)
    seen = [[] for _ in range(CONSUMERS)]
    consumers = [asyncio.ensure_future(consume(client, url, seen, wait)) for _ in range(CONSUMERS)]
    producing = [
        produce(client, url, number, **({"MessageGroupId": str(number)} if is_fifo else {}))
        for number in range(PRODUCERS)
    ]
    await asyncio.gather(*producing)
    await asyncio.wait_for(next_done(consumers, seen), 60)
    counts = Counter(body for mine in seen for body in mine)
    assert len(counts) == TOTAL
    assert set(counts.values()) == {1}
    assert client.sqs.db.query("SELECT count(*) FROM message") == [(0,)]
    await clock.advance(20)
    await asyncio.wait_for(asyncio.gather(*consumers), 10)


async def next_done(consumers, seen):
    """Returns once all messages were seen and deleted, or a consumer has failed."""
    while sum(map(len, seen)) < TOTAL:
        for consumer in consumers:
            if consumer.done():
                consumer.result()
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.05)
