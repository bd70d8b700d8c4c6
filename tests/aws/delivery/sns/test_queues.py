"""Messages into our own SQS."""

import asyncio
import json

import pytest


async def publish(stack, topic, message="m", **more):
    return await stack("Publish", TopicArn=topic, Message=message, **more)


async def test_a_message_is_in_all_queues(stack, sqs, topic):
    for name in ("a", "b", "c"):
        await stack.subscribe(topic, await sqs.make(name))
    sent = await publish(stack, topic, "hello")
    await stack.idle()
    for name in ("a", "b", "c"):
        (message,) = await sqs.receive(name)
        body = json.loads(message["Body"])
        assert (body["Message"], body["MessageId"]) == ("hello", sent["MessageId"])
        assert message["MessageId"] != sent["MessageId"]
        assert "MessageAttributes" not in message


async def test_a_raw_message_has_its_attributes(stack, sqs, topic):
    await stack.subscribe(topic, await sqs.make("q"), RawMessageDelivery="true")
    attributes = {
        "attr1": {"DataType": "Number", "StringValue": "99.12"},
        "attr2": {"DataType": "Binary", "BinaryValue": b"\x02\x03\x04"},
    }
    await publish(stack, topic, "text", MessageAttributes=attributes)
    await stack.idle()
    (message,) = await sqs.receive("q")
    assert (message["Body"], message["MessageAttributes"]) == ("text", attributes)


async def test_filters_choose_the_queues(stack, sqs, topic):
    await stack.subscribe(topic, await sqs.make("a"), FilterPolicy='{"to": ["a"]}')
    await stack.subscribe(
        topic, await sqs.make("b"), FilterPolicy='{"to": [{"anything-but": "a"}]}'
    )
    for to in ("a", "b", "c"):
        await publish(
            stack, topic, to, MessageAttributes={"to": {"DataType": "String", "StringValue": to}}
        )
    await stack.idle()
    found = [
        sorted(json.loads(message["Body"])["Message"] for message in await sqs.receive(name))
        for name in ("a", "b")
    ]
    assert found == [["a"], ["b", "c"]]


@pytest.mark.parametrize("count", [3])
async def test_order_through_fifo_queues(stack, sqs, count):
    topic = await stack.make("t.fifo")
    await stack.subscribe(topic, await sqs.make("q.fifo"), RawMessageDelivery="true")
    for number in range(count):
        for _ in range(2):
            await publish(stack, topic, str(number), MessageGroupId="g")
    await stack.idle()
    found = await sqs.receive("q.fifo")
    assert [message["Body"] for message in found] == [str(number) for number in range(count)]
    assert found[0]["Attributes"]["MessageGroupId"] == "g"


async def test_one_queue_is_deleted_and_the_others_get_theirs(stack, sqs, topic):
    dead = json.dumps({"deadLetterTargetArn": await sqs.make("dead")})
    await stack.subscribe(topic, await sqs.make("gone"), RedrivePolicy=dead)
    await stack.subscribe(topic, await sqs.make("there"))
    await sqs("DeleteQueue", QueueUrl="gone")
    await publish(stack, topic, "hello")
    await stack.idle()
    for name in ("there", "dead"):
        (message,) = await sqs.receive(name)
        assert json.loads(message["Body"])["Message"] == "hello"


async def test_a_receiver_that_waits_is_woken(stack, sqs, topic):
    await stack.subscribe(topic, await sqs.make("q"))
    waiting = asyncio.ensure_future(sqs("ReceiveMessage", QueueUrl="q", WaitTimeSeconds=20))
    await stack.settle()
    await publish(stack, topic)
    async with asyncio.timeout(5):
        assert len((await waiting)["Messages"]) == 1


async def test_published_before_a_death_delivered_after_it(stack, sqs, topic):
    """The process ends between the publish and the delivery."""
    await stack.subscribe(topic, await sqs.make("q"))
    await stack.deliveries.close()
    for number in range(150):
        await publish(stack, topic, str(number))
    await stack.sns.close()
    await stack.open(start=False)
    stack.deliveries._fan._queues = sqs.queues
    stack.deliveries.start()
    await stack.idle()
    bodies = {body for (body,) in sqs.sqs.db.query("SELECT body FROM message")}
    assert {json.loads(body)["Message"] for body in bodies} == {
        str(number) for number in range(150)
    }
    assert stack.left() == [0, 0]


async def test_many_messages_to_many_queues(stack, sqs, topic):
    names = [f"q{number}" for number in range(20)]
    for name in names:
        await stack.subscribe(topic, await sqs.make(name), RawMessageDelivery="true")
    await asyncio.gather(*(publish(stack, topic, str(number)) for number in range(100)))
    await stack.idle()
    assert sqs.sqs.db.query("SELECT count(*) FROM message") == [(2_000,)]
    assert sqs.sqs.db.query("SELECT count(DISTINCT start) FROM shared_text") == [(100,)]
    found = {message["Body"] for _ in range(10) for message in await sqs.receive("q7")}
    assert found == {str(number) for number in range(100)}


async def test_envelopes_of_many_queues_differ_in_their_links_only(stack, sqs, topic):
    arns = [await stack.subscribe(topic, await sqs.make(f"q{number}")) for number in range(5)]
    await publish(stack, topic, MessageAttributes={"a": {"DataType": "String", "StringValue": "v"}})
    await stack.idle()
    assert sqs.sqs.db.query("SELECT count(*) FROM shared_text") == [(1,)]
    bodies = []
    for number, arn in enumerate(arns):
        (message,) = await sqs.receive(f"q{number}")
        body = json.loads(message["Body"])
        assert body.pop("UnsubscribeURL").endswith(f"?Action=Unsubscribe&SubscriptionArn={arn}")
        bodies.append(body)
    assert bodies == bodies[:1] * 5
    assert bodies[0]["MessageAttributes"] == {"a": {"Type": "String", "Value": "v"}}


@pytest.mark.parametrize("count", [1, 5])
async def test_the_trace_of_the_publisher_reaches_the_queue(stack, sqs, topic, count):
    """`test_publish_sqs_from_sns_with_xray_propagation`"""
    for number in range(count):
        await stack.subscribe(topic, await sqs.make(f"q{number}"))
    trace = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"
    await publish(stack, topic, headers={"x-amzn-trace-id": trace})
    await stack.idle()
    (message,) = await sqs.receive("q0")
    assert message["Attributes"]["AWSTraceHeader"] == trace
