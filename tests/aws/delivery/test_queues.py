"""Messages of other services to queues."""

import asyncio

import pytest
from tests.aws.delivery.services import Cloud, queue_arn

from homeport.aws.delivery.queues import QueueEntry
from homeport.aws.sqs.store import messages
from homeport.clock import VirtualClock, settle

TOPIC = "arn:aws:sns:us-east-1:000000000000:topic"


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
async def cloud(tmp_path, clock):
    cloud = Cloud(tmp_path, clock)
    yield cloud
    await cloud.close()


def entry(name="q", body="body", **more):
    return QueueEntry(queue_arn(name), body, None, None, None, TOPIC)._replace(**more)


async def test_a_message_is_as_one_that_was_sent(cloud):
    await cloud.make_queue()
    attributes = {"kind": {"DataType": "String", "StringValue": "a"}}
    assert await cloud.queues.send([entry(attributes=attributes)]) == [None]
    await cloud.call(
        "sqs", "SendMessage", QueueUrl="q", MessageBody="body", MessageAttributes=attributes
    )
    ours, sent = await cloud.messages(MessageAttributeNames=["All"])
    for message in (ours, sent):
        del message["MessageId"], message["ReceiptHandle"]
    assert ours == sent


@pytest.mark.parametrize(
    ("source", "sender"),
    [
        (TOPIC, "AIDAIT2UOQQY3AUEKVGXU"),
        ("arn:aws:s3:::things", "AROA4R74ZO52XAB5OD7T4:S3-PROD-END"),
        ("arn:aws:lambda:us-east-1:123456789012:function:f", "123456789012"),
        ("", ""),
    ],
)
async def test_the_sender_is_the_service(cloud, source, sender):
    await cloud.make_queue()
    await cloud.queues.send([entry(source_arn=source)])
    (message,) = await cloud.messages(AttributeNames=["SenderId"])
    assert message["Attributes"] == {"SenderId": sender}


async def test_all_entries_share_one_commit(cloud):
    names = [f"q{number}" for number in range(5)]
    for name in names:
        await cloud.make_queue(name)
    before = cloud.sqs.db.commits
    await cloud.queues.send([entry(name) for name in names] * 3)
    assert cloud.sqs.db.commits == before + 1
    assert [len(await cloud.messages(name)) for name in names] == [3] * 5


async def test_every_message_has_an_id_of_its_own(cloud):
    await cloud.make_queue()
    await cloud.queues.send([entry()] * 9)
    assert len({message["MessageId"] for message in await cloud.messages()}) == 9


async def test_what_cannot_be_sent_does_not_hold_up_the_rest(cloud):
    await cloud.make_queue()
    await cloud.make_queue("small", MaximumMessageSize="1024")
    await cloud.make_queue("ordered.fifo", FifoQueue="true")
    large = "x" * 1025
    errors = await cloud.queues.send(
        [
            entry("none"),
            entry(),
            entry("small", large),
            entry(body=large),
            entry("ordered.fifo"),
            entry(body=""),
            entry(deduplication_id="1"),
            entry()._replace(arn="nonsense"),
        ]
    )
    assert [error and error.code for error in errors] == [
        "QueueDoesNotExist",
        None,
        "InvalidParameterValue",
        None,
        "MissingParameter",
        "MissingParameter",
        "InvalidParameterValue",
        "QueueDoesNotExist",
    ]
    assert sorted(message["Body"] for message in await cloud.messages()) == ["body", large]


async def test_queues_with_settings_of_their_own(cloud, clock):
    await cloud.make_queue("late", DelaySeconds="5")
    await cloud.make_queue("now")
    await cloud.queues.send([entry("late"), entry("now")])
    assert await cloud.messages("late") == []
    assert len(await cloud.messages("now")) == 1
    await clock.advance(5)
    assert len(await cloud.messages("late")) == 1


async def test_large_bodies(cloud):
    await cloud.make_queue()
    large = "ä" * messages.LARGE_CHARACTERS
    await cloud.queues.send([entry(body=large), entry(body="small"), entry(body=large)])
    found = await cloud.messages()
    assert sorted(message["Body"] for message in found) == ["small", large, large]
    assert len({message["MessageId"] for message in found}) == 3


async def test_a_fifo_queue_keeps_order_and_knows_duplicates(cloud):
    await cloud.make_queue("ordered.fifo", FifoQueue="true")
    sent = [
        entry("ordered.fifo", body, group="g", deduplication_id=body) for body in ("1", "2", "1")
    ]
    assert await cloud.queues.send(sent) == [None, None, None]
    found = await cloud.messages("ordered.fifo", AttributeNames=["All"])
    assert [message["Body"] for message in found] == ["1", "2"]
    assert {message["Attributes"]["MessageGroupId"] for message in found} == {"g"}


async def test_waiting_receivers_are_woken(cloud):
    await cloud.make_queue()
    waiting = [asyncio.ensure_future(cloud.messages(count=1, WaitTimeSeconds=20)) for _ in range(3)]
    await settle()
    await cloud.queues.send([entry(body="1"), entry(body="2")])
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    await settle()
    taken = [one.result()[0]["Body"] for one in waiting if one.done()]
    assert sorted(taken) == ["1", "2"]
    await cloud.queues.send([entry(body="3")])
    assert sorted(m["Body"] for one in await asyncio.gather(*waiting) for m in one) == [*"123"]


async def test_a_receiver_is_woken_at_the_end_of_the_delay(cloud, clock):
    await cloud.make_queue(DelaySeconds="5")
    waiting = asyncio.ensure_future(cloud.messages(WaitTimeSeconds=20))
    await settle()
    await cloud.queues.send([entry()])
    assert not waiting.done()
    await clock.advance(5)
    assert len(await waiting) == 1


async def test_a_deleted_queue_is_gone_at_once(cloud):
    await cloud.make_queue()
    assert cloud.queues.has(queue_arn("q"))
    await cloud.call("sqs", "DeleteQueue", QueueUrl="q")
    assert not cloud.queues.has(queue_arn("q"))
    (error,) = await cloud.queues.send([entry()])
    assert error.code == "QueueDoesNotExist"


async def test_nothing_to_send_is_no_commit(cloud):
    before = cloud.sqs.db.writes
    assert await cloud.queues.send([]) == []
    assert len(await cloud.queues.send([entry("none")])) == 1
    assert cloud.sqs.db.writes == before


async def test_a_trace_is_handed_on(cloud):
    await cloud.make_queue()
    trace = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"
    await cloud.queues.send([entry(trace=trace), entry()])
    found = await cloud.messages(MessageSystemAttributeNames=["AWSTraceHeader"])
    assert sorted(str(message.get("Attributes", {})) for message in found) == sorted(
        ["{}", str({"AWSTraceHeader": trace})]
    )
