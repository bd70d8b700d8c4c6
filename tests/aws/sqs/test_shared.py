"""A text that many messages share is there as long as one of them, and no longer."""

import asyncio
import json

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from tests.aws.sqs.conftest import Client
from tests.aws.sqs.test_moving import arn, ended

from homeport.aws.sqs import delivering
from homeport.aws.sqs.delivering import Broadcast, Readers
from homeport.aws.sqs.store import schema, shared
from homeport.aws.sqs.store.shared import Place, Text
from homeport.clock import VirtualClock
from homeport.storage.db import Database

NAMES = [f"q{number}" for number in range(6)]
TOPIC = "arn:aws:sns:us-east-1:000000000000:t"
DEAD = json.dumps({"deadLetterTargetArn": arn("dead"), "maxReceiveCount": 1})


def broadcast(names, text, **more):
    readers = Readers([arn(name) for name in names], [f"<{name}>" for name in names])
    one = Broadcast(readers, f"{text} ", " end", None, None, None, TOPIC)
    return one._replace(**more)


async def send(client, names, *texts, **more):
    await delivering.broadcast(client.sqs, [broadcast(names, text, **more) for text in texts])


async def make(client):
    await client.make("dead")
    for name in NAMES:
        await client.make(name, RedrivePolicy=DEAD, MessageRetentionPeriod="600")


def check(client):
    """Texts and counts are those of the messages. One statement: a commit of a thread may come between two."""
    found = client.sqs.db.query(
        "SELECT 'wanted', shared, count(*) FROM message WHERE shared IS NOT NULL GROUP BY 2"
        " UNION ALL SELECT 'used', id, messages FROM shared_use UNION ALL SELECT 'kept', id, 0 FROM shared_text"
    )
    wanted, used, kept = (
        sorted(row[1:] for row in found if row[0] == kind) for kind in ("wanted", "used", "kept")
    )
    assert used == wanted
    assert [number for number, _ in kept] == [number for number, _ in wanted]


def kept(client):
    return client.sqs.db.query("SELECT count(*) FROM shared_text")[0][0]


@pytest.fixture
async def queues(client):
    await make(client)
    return client


async def test_each_gets_its_own_of_it(queues):
    await send(queues, NAMES, "a", "b")
    assert kept(queues) == 2
    for name in NAMES:
        assert await queues.bodies(name) == [f"a <{name}> end", f"b <{name}> end"]


async def test_the_last_one_takes_the_text_with_it(queues):
    await send(queues, NAMES, "a")
    for name in NAMES:
        assert kept(queues) == 1
        (message,) = await queues.receive(name)
        await queues.delete(name, message)
        check(queues)
    assert kept(queues) == 0


@pytest.mark.parametrize("operation", ["PurgeQueue", "DeleteQueue"])
async def test_emptied_queues_leave_nothing(queues, operation):
    await send(queues, NAMES, "a", "b")
    for name in NAMES:
        await queues(operation, QueueUrl=name)
    await queues.sqs.sweep()
    check(queues)
    assert kept(queues) == 0


async def test_messages_that_grow_too_old_leave_nothing(queues, clock):
    await send(queues, NAMES, "a")
    await clock.advance(601)
    await queues.sqs.sweep()
    check(queues)
    assert kept(queues) == 0


async def test_dead_letters_keep_their_text_and_can_be_moved_on(queues, clock):
    await send(queues, NAMES, "a", group="g")
    assert await queues.bodies("q0") == ["a <q0> end"]
    await clock.advance(30)
    assert await queues.bodies("q0") == []
    assert await queues.bodies("dead", VisibilityTimeout=0) == ["a <q0> end"]
    check(queues)
    await queues("StartMessageMoveTask", SourceArn=arn("dead"))
    await ended(queues)
    check(queues)
    (moved,) = await queues.receive("q0", AttributeNames=["All"])
    assert moved["Body"] == "a <q0> end"
    assert moved["Attributes"]["MessageGroupId"] == "g"
    assert moved["Attributes"]["SenderId"] == delivering.SNS


async def test_there_after_a_restart(queues):
    await send(queues, NAMES, "a")
    await queues.restart()
    assert await queues.bodies("q3") == ["a <q3> end"]
    check(queues)


async def test_more_rows_than_one_statement_takes_in_order(client):
    await client.make()
    ((partition,),) = client.sqs.db.query("SELECT partition FROM queue")
    count = 2 * shared.ROWS + 1
    sent = [
        (Text("s", None, None, None, str(n), ""), [Place(partition, 0, "")]) for n in range(count)
    ]
    now = client.sqs.now()
    await client.sqs.db.write(lambda c: shared.insert(c, sent, client.sqs.ids, now))
    found = []
    while some := await client.bodies("q"):
        found += some
    assert found == [str(number) for number in range(count)]


async def test_messages_of_the_first_schema_are_read_and_deleted(tmp_path, clock):
    client = Client(tmp_path / "sqs.db", clock)
    await (await client.open()).make()
    ((name, partition),) = client.sqs.db.query("SELECT name, partition FROM queue")
    rows = client.sqs.db.query("SELECT * FROM queue")
    await client.sqs.close()
    client.path = tmp_path / "before.db"
    before = Database(client.path, schema.MIGRATIONS[:1])
    marks = ", ".join("?" * len(rows[0]))
    await before.write(lambda c: c.execute(f"INSERT INTO queue VALUES ({marks})", rows[0]))
    await before.write(lambda c: c.execute("INSERT INTO partition VALUES (?, 1)", (partition,)))
    await before.write(
        lambda c: c.execute(
            "INSERT INTO message (partition, visible_at, sent_at, message_id, md5, sender, body)"
            " VALUES (?, 0, ?, 'id', 'digest', 's', 'old')",
            (partition, int(clock.now() * 1000)),
        )
    )
    await before.close()
    await client.open()
    (message,) = await client.receive(name)
    assert (message["Body"], message["MD5OfBody"]) == ("old", "digest")
    await client.delete(name, message)
    assert await client.bodies(name) == []
    await client.sqs.close()


STEPS = st.one_of(
    st.tuples(st.just("send"), st.sets(st.integers(0, 5), min_size=4), st.integers(1, 3)),
    st.tuples(st.just("alone"), st.integers(0, 5)),
    st.tuples(st.just("take"), st.integers(0, 5), st.booleans()),
    st.tuples(st.just("purge"), st.integers(0, 5)),
    st.tuples(st.just("wait"), st.sampled_from([1, 31, 400])),
    st.just(("sweep",)),
    st.just(("restart",)),
)


@settings(max_examples=30, deadline=None)
@given(steps=st.lists(STEPS, max_size=25))
def test_any_history(tmp_path_factory, steps):
    asyncio.run(history(tmp_path_factory.mktemp("shared"), steps))


async def history(folder, steps):
    client = await Client(folder / "sqs.db", VirtualClock()).open()
    await make(client)
    for number, (kind, *more) in enumerate(steps):
        await STEP[kind](client, number, *more)
        check(client)
    await client.sqs.close()


async def _send(client, number, chosen, texts):
    names = [NAMES[one] for one in sorted(chosen)]
    await send(client, names, *(f"{number}.{text}" for text in range(texts)))


async def _alone(client, number, chosen):
    await client.send(NAMES[chosen], f"{number}.0 <{NAMES[chosen]}> end")


async def _take(client, _, chosen, is_deleted):
    name = NAMES[chosen]
    for message in await client.receive(name):
        assert message["Body"].endswith(f" <{name}> end")
        if is_deleted:
            await client.delete(name, message)


async def _purge(client, _, chosen):
    # Again within a minute is refused.
    await client.clock.advance(61)
    await client("PurgeQueue", QueueUrl=NAMES[chosen])


async def _wait(client, _, seconds):
    await client.clock.advance(seconds)


async def _sweep(client, _):
    await client.sqs.sweep()


async def _restart(client, _):
    await client.restart()


STEP = {
    "send": _send,
    "alone": _alone,
    "take": _take,
    "purge": _purge,
    "wait": _wait,
    "sweep": _sweep,
    "restart": _restart,
}
