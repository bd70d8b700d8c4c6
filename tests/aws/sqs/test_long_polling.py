"""Receivers that wait: woken by sends and by time, in order, and never in the way of a message."""

import asyncio

import pytest

from homeport.aws.sqs.engine.drafts import Draft
from homeport.aws.sqs.store import messages
from homeport.clock import settle

LONG = 5
"""Seconds of real time after which a test that hangs has failed."""


def waiting(client, url, count=1, **more):
    return asyncio.ensure_future(client.bodies(url, count, WaitTimeSeconds=20, **more))


async def done(*tasks):
    return await asyncio.wait_for(asyncio.gather(*tasks), LONG)


async def rest(clock):
    """Lets writes end; they need the commit thread."""
    for _ in range(20):
        await asyncio.sleep(0.002)
        await settle()


async def test_a_send_wakes_a_receiver(client, clock):
    url = await client.make()
    task = waiting(client, url)
    await rest(clock)
    await client.send(url, "m")
    assert await done(task) == [["m"]]


async def test_a_wait_ends_empty_at_its_time(client, clock):
    url = await client.make()
    task = waiting(client, url)
    await rest(clock)
    await clock.advance(19.9)
    assert not task.done()
    await clock.advance(0.1)
    assert await done(task) == [[]]
    assert client.sqs.waiters.total == 0


async def test_the_queue_gives_the_default_wait(client, clock):
    url = await client.make(ReceiveMessageWaitTimeSeconds="7")
    task = asyncio.ensure_future(client.bodies(url))
    await rest(clock)
    await clock.advance(6.9)
    assert not task.done()
    await clock.advance(0.1)
    assert await done(task) == [[]]
    assert await client.bodies(url, WaitTimeSeconds=0) == []


async def test_receivers_are_served_in_order(client, clock):
    url = await client.make()
    tasks = []
    for _ in range(3):
        tasks.append(waiting(client, url))
        await rest(clock)
    for number in range(3):
        await client.send(url, f"m{number}")
        assert await done(tasks[number]) == [[f"m{number}"]]


async def test_a_batch_wakes_as_many_as_it_has_messages(client, clock):
    url = await client.make()
    tasks = [waiting(client, url) for _ in range(5)]
    await rest(clock)
    entries = [{"Id": str(n), "MessageBody": str(n)} for n in range(5)]
    await client("SendMessageBatch", QueueUrl=url, Entries=entries)
    assert sorted(await done(*tasks)) == [["0"], ["1"], ["2"], ["3"], ["4"]]


async def test_the_end_of_a_delay_wakes_a_receiver(client, clock):
    url = await client.make()
    task = waiting(client, url)
    await rest(clock)
    await client.send(url, "m", DelaySeconds=5)
    await clock.advance(4.9)
    await rest(clock)
    assert not task.done()
    await clock.advance(0.1)
    assert await done(task) == [["m"]]


async def test_the_end_of_a_visibility_timeout_wakes_receivers_for_all_messages(client, clock):
    url = await client.make(VisibilityTimeout="10")
    for number in range(3):
        await client.send(url, str(number))
    assert len(await client.bodies(url)) == 3
    tasks = [waiting(client, url) for _ in range(3)]
    await rest(clock)
    await clock.advance(10)
    assert sorted(await done(*tasks)) == [["0"], ["1"], ["2"]]


async def test_giving_a_message_back_wakes_a_receiver(client, clock):
    url = await client.make()
    await client.send(url, "m")
    (message,) = await client.receive(url)
    task = waiting(client, url)
    await rest(clock)
    await client(
        "ChangeMessageVisibility",
        QueueUrl=url,
        ReceiptHandle=message["ReceiptHandle"],
        VisibilityTimeout=0,
    )
    assert await done(task) == [["m"]]


async def test_deleting_a_message_wakes_the_receiver_of_its_group(client, clock):
    url = await client.make("q.fifo", ContentBasedDeduplication="true")
    await client.send(url, "m0", MessageGroupId="g")
    await client.send(url, "m1", MessageGroupId="g")
    (message,) = await client.receive(url, 1)
    task = waiting(client, url)
    await rest(clock)
    await client.delete(url, message)
    assert await done(task) == [["m1"]]


async def test_a_receiver_that_goes_away_swallows_nothing(client, clock):
    url = await client.make()
    gone, stays = waiting(client, url), waiting(client, url)
    await rest(clock)
    gone.cancel()
    await rest(clock)
    await client.send(url, "m")
    assert await done(stays) == [["m"]]
    assert client.sqs.waiters.total == 0


@pytest.mark.parametrize("turns", [0, 1, 2])
async def test_a_receiver_that_goes_away_when_woken_hands_that_on(client, clock, turns):
    url = await client.make(VisibilityTimeout="5")
    gone, stays = waiting(client, url), waiting(client, url)
    await rest(clock)
    ((queue, partition),) = client.sqs.db.query("SELECT id, partition FROM queue")
    draft = Draft("id", "m", "", 1, 0, "")
    await client.sqs.db.write(
        lambda connection: messages.insert(connection, partition, draft, client.sqs.now())
    )
    client.sqs.waiters.wake(queue)
    for _ in range(turns):
        await asyncio.sleep(0)
    gone.cancel()
    await rest(clock)
    await clock.advance(5)
    assert await done(stays) == [["m"]]


async def test_receivers_of_a_deleted_queue_hear_of_it(client, clock):
    url = await client.make()
    task = waiting(client, url)
    await rest(clock)
    await client("DeleteQueue", QueueUrl=url)
    with pytest.raises(Exception, match="does not exist"):
        await done(task)


async def test_waiting_writes_nothing_and_uses_no_time(client, clock):
    urls = [await client.make(f"q{number}") for number in range(50)]
    tasks = [waiting(client, url) for url in urls]
    await rest(clock)
    changes = client.sqs.db._writer.total_changes
    writes = client.sqs.db.writes
    await clock.advance(15)
    assert client.sqs.db._writer.total_changes == changes
    assert client.sqs.db.writes == writes, "nobody looks while nothing happens"
    await clock.advance(5)
    assert await done(*tasks) == [[]] * 50


async def test_no_more_receivers_wait_than_allowed(client, clock, monkeypatch):
    monkeypatch.setattr("homeport.aws.sqs.limits.WAITING_RECEIVERS", 1)
    url = await client.make()
    task = waiting(client, url)
    await rest(clock)
    assert await done(waiting(client, url)) == [[]]
    assert not task.done()
    task.cancel()


async def test_who_is_let_go_is_answered_with_nothing_and_later_ones_do_not_wait(client, clock):
    url = await client.make()
    tasks = [waiting(client, url) for _ in range(3)]
    await rest(clock)
    assert client.sqs.waiters.total == 3
    client.sqs.let_go()
    assert await done(*tasks, waiting(client, url)) == [[], [], [], []]
    await client.send(url, "m")
    assert await client.bodies(url, WaitTimeSeconds=20) == ["m"]
