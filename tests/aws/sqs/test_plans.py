"""Nothing that happens for each request may grow with the queue: every statement goes by an index."""

import time

import pytest

MANY = 200_000
HOT = 30
"""Work units of SQLite (each 1,000 instructions of its machine) that a request may take, whatever the queue holds."""


def fill(connection, partition, *, count, visible_at, receives, now):
    connection.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
        " INSERT INTO message (partition, visible_at, receives, sent_at, message_id, md5, sender, body)"
        " SELECT ?, ? + i, ?, ?, 'id', 'md5', 's', 'body' FROM n",
        (count, partition, visible_at, receives, now),
    )


class Meter:
    """Counts the steps that the writer's virtual machine takes."""

    def __init__(self, db):
        self.db = db
        self.steps = 0

    def __enter__(self):
        self.steps = 0
        for connection in (self.db._writer, self.db._reader):
            connection.set_progress_handler(self.count, 1_000)
        return self

    def __exit__(self, *_):
        for connection in (self.db._writer, self.db._reader):
            connection.set_progress_handler(None, 0)

    def count(self):
        self.steps += 1
        return 0


async def test_requests_do_not_slow_down_with_the_queue(client, clock):
    url = await client.make()
    ((partition,),) = client.sqs.db.query("SELECT partition FROM queue")
    now = client.sqs.now()
    await client.sqs.db.write(
        lambda c: fill(c, partition, count=MANY, visible_at=now, receives=0, now=now)
    )
    await client.sqs.db.write(
        lambda c: fill(c, partition, count=100_000, visible_at=now + 10**7, receives=1, now=now)
    )
    await clock.advance(1)
    assert await client.receive(url, 1), "the first receive counts what is in flight, once"
    with Meter(client.sqs.db) as meter:
        await client.send(url)
        messages = await client.receive(url, 10)
        for message in messages:
            await client.delete(url, message)
    assert len(messages) == 10
    assert meter.steps <= HOT


async def test_fifo_requests_do_not_slow_down_with_groups(client, clock):
    url = await client.make("q.fifo", ContentBasedDeduplication="true")
    ((partition,),) = client.sqs.db.query("SELECT partition FROM queue")
    now = client.sqs.now()
    await client.sqs.db.write(
        lambda c: fill_groups(c, partition, count=50_000, available_at=now + 10**7, now=now)
    )
    assert await client.receive(url) == [], "the first receive counts what is in flight, once"
    with Meter(client.sqs.db) as meter:
        await client.send(url, MessageGroupId="g")
        (message,) = await client.receive(url, 10)
        await client.delete(url, message)
    assert meter.steps <= HOT


def fill_groups(connection, partition, *, count, available_at, now):
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    connection.execute(
        numbers + " INSERT INTO message_group (id, partition, name, available_at)"
        " SELECT i, ?, 'x' || i, ? FROM n",
        (count, partition, available_at),
    )
    connection.execute(
        numbers + " INSERT INTO message (partition, visible_at, receives, sent_at, message_id, md5,"
        " sender, body, group_row, group_name) SELECT ?, ?, 1, ?, 'id', 'md5', 's', 'b', i, 'x' || i FROM n",
        (count, partition, available_at, now),
    )


@pytest.mark.parametrize("name", ["q", "q.fifo"])
async def test_no_statement_walks_a_table(client, clock, name):
    seen = set()
    connections = (client.sqs.db._writer, client.sqs.db._reader)
    for connection in connections:
        connection.set_trace_callback(seen.add)
    await everything(client, clock, name)
    for connection in connections:
        connection.set_trace_callback(None)
    for statement in seen:
        if not statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT")):
            continue
        for *_, detail in client.sqs.db._reader.execute(f"EXPLAIN QUERY PLAN {statement}"):
            if "SCAN" in detail:
                assert is_small(detail), (statement, detail)


def is_small(detail):
    """Whole walks are allowed over what stands in the statement, over the sweep's list, and over queues by the sweep."""
    return any(
        part in detail for part in ("CONSTANT ROW", "(subquery", "partition_swept", "SCAN queue")
    )


async def everything(client, clock, name):
    url = await client.make(name, VisibilityTimeout="5")
    more = {"MessageGroupId": "g"} if name != "q" else {}
    for number in range(3):
        dedup = {"MessageDeduplicationId": str(number)} if more else {}
        await client.send(url, **more, **dedup)
    messages = await client.receive(url)
    await client.delete(url, messages[0])
    await client(
        "ChangeMessageVisibility",
        QueueUrl=url,
        ReceiptHandle=messages[1]["ReceiptHandle"],
        VisibilityTimeout=1,
    )
    await client.attributes(url)
    await clock.advance(5)
    await client.receive(url, WaitTimeSeconds=1)
    await client.sqs.sweep()
    await client("ListQueues")
    await client("PurgeQueue", QueueUrl=url)
    await client("DeleteQueue", QueueUrl=url)


async def test_counting_a_long_queue_does_not_stop_the_loop(client, clock):
    url = await client.make()
    ((partition,),) = client.sqs.db.query("SELECT partition FROM queue")
    now = client.sqs.now()
    await client.sqs.db.write(
        lambda c: fill(c, partition, count=MANY, visible_at=now - MANY, receives=0, now=now)
    )
    began = time.thread_time()
    counts = await client.attributes(url, "ApproximateNumberOfMessages")
    assert counts == {"ApproximateNumberOfMessages": str(MANY)}
    assert time.thread_time() - began < 0.05
