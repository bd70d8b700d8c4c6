"""One message of another service for many queues."""

import asyncio

import pytest
from tests.aws.delivery.services import Cloud, queue_arn

from homeport.aws.delivery.queues import Broadcast, QueueEntry, Readers
from homeport.clock import VirtualClock, settle

TOPIC = "arn:aws:sns:us-east-1:000000000000:topic"
NAMES = [f"q{number}" for number in range(5)]


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
async def cloud(tmp_path, clock):
    cloud = Cloud(tmp_path, clock)
    yield cloud
    await cloud.close()


@pytest.fixture
async def made(cloud):
    for name in NAMES:
        await cloud.make_queue(name)
    return cloud


def broadcast(*names, start="start ", finish=" finish", own=None, **more):
    readers = Readers([queue_arn(name) for name in names], own or list(names))
    return Broadcast(readers, start, finish, None, None, None, TOPIC)._replace(**more)


async def bodies(cloud, name):
    return [message["Body"] for message in await cloud.messages(name)]


def is_shared(cloud):
    return cloud.sqs.db.query("SELECT count(*) FROM message WHERE shared IS NULL") == [(0,)]


def codes(results):
    return [{number: error.code for number, error in one.items()} for one in results]


@pytest.mark.parametrize("count", [1, 3, 4, 5])
async def test_few_or_many_get_the_same(made, count):
    before = made.sqs.db.commits
    sent = broadcast(*NAMES[:count])
    assert await made.queues.broadcast([sent, sent]) == [{}, {}]
    assert made.sqs.db.commits == before + 1
    assert is_shared(made) == (count >= 4)
    for name in NAMES[:count]:
        assert await bodies(made, name) == [f"start {name} finish"] * 2


@pytest.mark.parametrize("group", [None, "g"])
@pytest.mark.parametrize(
    "attributes", [None, {"k": {"DataType": "Binary", "BinaryValue": b"\x01"}}], ids=["none", "one"]
)
async def test_a_shared_message_is_as_one_that_was_sent_alone(made, group, attributes):
    trace = "Root=1-3152b799-8954dae64eda91bc9a23a7e8"
    more = {"attributes": attributes, "group": group, "trace": trace}
    await made.queues.broadcast([broadcast(*NAMES, **more)])
    entry = QueueEntry(queue_arn("q0"), "start q0 finish", None, None, None, TOPIC)
    await made.queues.send([entry._replace(**more)])
    assert not is_shared(made)
    ours, sent = await made.messages("q0", AttributeNames=["All"], MessageAttributeNames=["All"])
    assert ours["MessageId"] != sent["MessageId"]
    for message in (ours, sent):
        del message["MessageId"], message["ReceiptHandle"]
    assert ours == sent


async def test_who_cannot_take_it_holds_up_nobody(made):
    await made.make_queue("small", MaximumMessageSize="1024")
    await made.make_queue("ordered.fifo", FifoQueue="true")
    names = ["none", *NAMES, "small", "ordered.fifo"]
    large = broadcast(*names, start="x" * 1024)
    results = await made.queues.broadcast([broadcast(*names), large])
    alike = {0: "QueueDoesNotExist", 7: "MissingParameter"}
    assert codes(results) == [alike, alike | {6: "InvalidParameterValue"}]
    assert await bodies(made, "small") == ["start small finish"]
    for name in NAMES:
        assert len(await bodies(made, name)) == 2


async def test_a_text_that_no_queue_takes(made):
    refused = await made.queues.broadcast([broadcast(*NAMES, start="\x01"), broadcast(*NAMES)])
    assert codes(refused) == [dict.fromkeys(range(5), "InvalidMessageContents"), {}]
    assert await bodies(made, "q4") == ["start q4 finish"]


async def test_an_own_part_of_other_characters(made):
    own = ["ä" * 200, "\x01", "", "c", "d"]
    results = await made.queues.broadcast([broadcast(*NAMES, own=own)])
    assert codes(results) == [{1: "InvalidMessageContents"}]
    assert await bodies(made, "q0") == [f"start {'ä' * 200} finish"]
    assert await bodies(made, "q2") == ["start  finish"]


async def test_the_longest_own_part_counts_for_the_size(made):
    own = ["", "", "", "", "x" * 20]
    most = 1_048_576 - 20
    sent = [broadcast(*NAMES, own=own, start="s" * size, finish="") for size in (most, most + 1)]
    assert codes(await made.queues.broadcast(sent)) == [{}, {4: "InvalidParameterValue"}]
    assert [len(await bodies(made, name)) for name in ("q0", "q4")] == [2, 1]


async def test_delays_are_those_of_the_queues(made, clock):
    await made.call("sqs", "SetQueueAttributes", QueueUrl="q1", Attributes={"DelaySeconds": "5"})
    await made.queues.broadcast([broadcast(*NAMES)])
    assert is_shared(made)
    assert [len(await bodies(made, name)) for name in ("q0", "q1")] == [1, 0]
    await clock.advance(5)
    assert len(await bodies(made, "q1")) == 1


async def test_waiting_receivers_are_woken(made, clock):
    await made.call("sqs", "SetQueueAttributes", QueueUrl="q1", Attributes={"DelaySeconds": "5"})
    waiting = [
        asyncio.ensure_future(made.messages(name, count=1, WaitTimeSeconds=20))
        for name in ("q0", "q0", "q1", "q2")
    ]
    await settle()
    readers = broadcast(*NAMES[:4]).readers
    await made.queues.broadcast([broadcast(readers=readers), broadcast(readers=readers)])
    await asyncio.wait([*waiting[:2], waiting[3]])
    await settle()
    assert not waiting[2].done()
    await clock.advance(5)
    assert all(len(found) == 1 for found in await asyncio.gather(*waiting))


async def test_a_fifo_queue_knows_duplicates(cloud):
    await cloud.make_queue("a.fifo", FifoQueue="true")
    sent = broadcast("a.fifo", group="g", deduplication_id="1")
    assert await cloud.queues.broadcast([sent, sent]) == [{}, {}]
    assert await bodies(cloud, "a.fifo") == ["start a.fifo finish"]


async def test_nothing_to_send_is_no_commit(cloud):
    before = cloud.sqs.db.writes
    assert await cloud.queues.broadcast([]) == []
    assert codes(await cloud.queues.broadcast([broadcast("none")])) == [{0: "QueueDoesNotExist"}]
    assert cloud.sqs.db.writes == before
