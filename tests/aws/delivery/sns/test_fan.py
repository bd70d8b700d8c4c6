"""Messages into queues, with queues that only take notes."""

import asyncio
import json

import pytest
from tests.aws.delivery.sns.stack import DOWN, GONE, queue

from homeport.aws.sns import limits


async def publish(stack, topic, message="m", **more):
    return await stack("Publish", TopicArn=topic, Message=message, **more)


async def test_one_message_for_all_queues_is_one_send(stack, topic):
    for number in range(5):
        await stack.subscribe(topic, queue(f"q{number}"))
    await publish(stack, topic)
    await stack.idle()
    assert stack.queues.sends == 1
    assert [entry.arn for entry in stack.queues.sent] == [
        queue(f"q{number}") for number in range(5)
    ]
    assert stack.left() == [0, 0]


async def test_many_messages_are_one_send_up_to_a_limit(stack, topic, monkeypatch):
    monkeypatch.setattr(limits, "QUEUES_AT_ONCE", 6)
    await stack.subscribe(topic, queue("a"))
    await stack.subscribe(topic, queue("b"))
    before = stack.sns.db.commits
    await asyncio.gather(*(publish(stack, topic, str(number)) for number in range(10)))
    await stack.idle()
    assert stack.queues.sends == 4
    assert stack.sns.db.commits == before + 2
    found = [json.loads(body)["Message"] for body in stack.queues.bodies("a")]
    assert sorted(found, key=int) == [str(number) for number in range(10)]
    assert stack.left() == [0, 0]


async def test_raw_messages_are_one_broadcast(stack, topic):
    for number in range(3):
        await stack.subscribe(topic, queue(f"q{number}"), RawMessageDelivery="true")
    text = {"DataType": "String", "StringValue": "v"}
    data = {"DataType": "Binary", "BinaryValue": b"\x02\x03"}
    await publish(stack, topic, MessageAttributes={"text": text, "data": data})
    await stack.idle()
    (sent,) = stack.queues.broadcasts
    assert (sent.start, sent.readers.own, sent.finish) == ("m", ["", "", ""], "")
    assert sent.attributes == {"text": text, "data": data}


async def test_a_queue_that_is_gone_is_not_tried_again(stack, topic):
    await stack.subscribe(topic, queue("gone"))
    await stack.subscribe(topic, queue("there"))
    stack.queues.answers[queue("gone")] = GONE
    await publish(stack, topic)
    await stack.idle()
    assert stack.queues.tries.count(queue("gone")) == 1
    assert len(stack.queues.bodies("there")) == 1
    assert stack.left() == [0, 0]


@pytest.mark.parametrize("is_raw", ["true", "false"])
async def test_what_cannot_be_delivered_goes_to_the_dead_letters(stack, topic, is_raw):
    policy = json.dumps({"deadLetterTargetArn": queue("dead")})
    await stack.subscribe(topic, queue("gone"), RedrivePolicy=policy, RawMessageDelivery=is_raw)
    stack.queues.answers[queue("gone")] = GONE
    attributes = {"attr1": {"DataType": "Number", "StringValue": "111"}}
    await publish(stack, topic, MessageAttributes=attributes)
    await stack.idle()
    (entry,) = stack.queues.sent
    assert entry.arn == queue("dead")
    if is_raw == "true":
        assert (entry.body, entry.attributes) == ("m", attributes)
    else:
        assert json.loads(entry.body)["MessageAttributes"] == {
            "attr1": {"Type": "Number", "Value": "111"}
        }
        assert entry.attributes is None


async def test_dead_letters_that_are_gone_end_there(stack, topic, caplog):
    policy = json.dumps({"deadLetterTargetArn": queue("dead")})
    await stack.subscribe(topic, queue("gone"), RedrivePolicy=policy)
    stack.queues.answers = {queue("gone"): GONE, queue("dead"): GONE}
    await publish(stack, topic)
    await stack.idle()
    assert stack.left() == [0, 0]
    assert "dead-letter queue" in caplog.text


async def test_a_queue_that_fails_for_now_holds_up_nobody(stack, topic):
    await stack.subscribe(topic, queue("down"))
    await stack.subscribe(topic, queue("up"))
    stack.queues.answers[queue("down")] = [DOWN] * 6
    await publish(stack, topic, "one")
    await stack.settle()
    await publish(stack, topic, "two")
    await stack.settle()
    assert len(stack.queues.bodies("up")) == 2
    await stack.finish()
    assert len(stack.queues.bodies("down")) == 2


async def test_who_has_unsubscribed_gets_no_more(stack, topic):
    arn = await stack.subscribe(topic, queue("q"))
    stack.queues.answers[queue("q")] = DOWN
    await publish(stack, topic)
    await stack.settle()
    await stack("Unsubscribe", SubscriptionArn=arn)
    stack.queues.answers.clear()
    await stack.finish()
    assert stack.queues.sent == []


async def test_a_deleted_topic_leaves_nothing(stack, topic):
    await stack.subscribe(topic, queue("q"))
    await stack.deliveries.close()
    await publish(stack, topic)
    await stack("DeleteTopic", TopicArn=topic)
    await stack.sns.close()
    await stack.open()
    await stack.idle()
    assert stack.queues.sent == []
    assert stack.left() == [0, 0]


# FIFO: https://docs.aws.amazon.com/sns/latest/dg/fifo-topic-message-ordering.html


@pytest.fixture
async def fifo(stack):
    return await stack.make("t.fifo")


async def test_order_groups_and_ids_reach_a_fifo_queue(stack, fifo):
    await stack.subscribe(fifo, queue("q.fifo"), RawMessageDelivery="true")
    for number in range(250):
        await publish(stack, fifo, str(number), MessageGroupId=f"g{number % 3}")
    await stack.idle()
    assert stack.queues.bodies("q.fifo") == [str(number) for number in range(250)]
    assert [entry.group for entry in stack.queues.sent[:3]] == ["g0", "g1", "g2"]
    assert len({entry.deduplication_id for entry in stack.queues.sent}) == 250


async def test_a_standard_queue_gets_neither_group_nor_id(stack, fifo):
    """`test_fifo_topic_to_regular_sqs`: no signature either, and the sequence number."""
    await stack.subscribe(fifo, queue("q"))
    await publish(stack, fifo, MessageGroupId="g")
    await stack.idle()
    (entry,) = stack.queues.sent
    assert (entry.group, entry.deduplication_id) == (None, None)
    assert list(json.loads(entry.body)) == [
        "Type",
        "MessageId",
        "SequenceNumber",
        "TopicArn",
        "Message",
        "Timestamp",
        "UnsubscribeURL",
    ]


async def test_a_standard_topic_hands_its_group_on(stack, topic):
    """`test_publish_message_group_id`"""
    await stack.subscribe(topic, queue("q"))
    await publish(stack, topic, MessageGroupId="my-group")
    await stack.idle()
    assert stack.queues.sent[0].group == "my-group"


async def test_order_is_kept_where_a_queue_fails_for_a_while(stack, fifo):
    await stack.subscribe(fifo, queue("down.fifo"), RawMessageDelivery="true")
    await stack.subscribe(fifo, queue("up.fifo"), RawMessageDelivery="true")
    stack.queues.answers[queue("down.fifo")] = [DOWN] * 5
    for number in range(20):
        await publish(stack, fifo, str(number), MessageGroupId="g")
        await stack.settle()
    wanted = [str(number) for number in range(20)]
    assert stack.queues.bodies("up.fifo") == wanted
    await stack.finish()
    assert stack.queues.bodies("down.fifo") == wanted


async def test_dead_letters_of_a_fifo_subscription(stack, fifo):
    policy = json.dumps({"deadLetterTargetArn": queue("dead.fifo")})
    await stack.subscribe(fifo, queue("gone.fifo"), RedrivePolicy=policy)
    stack.queues.answers[queue("gone.fifo")] = GONE
    await publish(stack, fifo, MessageGroupId="g")
    await stack.idle()
    (entry,) = stack.queues.sent
    assert (entry.arn, entry.group) == (queue("dead.fifo"), "g")
    assert entry.deduplication_id


@pytest.mark.parametrize(("name", "sends"), [("t", 3), ("t.fifo", 6)])
async def test_large_messages_are_several_sends(stack, monkeypatch, name, sends):
    """Queues of a standard topic share a text, those of a FIFO topic have their own."""
    monkeypatch.setattr(limits, "BYTES_AT_ONCE", 5_000)
    topic = await stack.make(name)
    ending = name.removeprefix("t")
    for number in range(2):
        await stack.subscribe(topic, queue(f"q{number}{ending}"))
    group = {"MessageGroupId": "g"} if ending else {}
    sent = [f"{number}{'x' * 2_000}" for number in range(6)]
    await asyncio.gather(*(publish(stack, topic, text, **group) for text in sent))
    await stack.idle()
    assert stack.queues.sends == sends
    found = [json.loads(body)["Message"] for body in stack.queues.bodies(f"q1{ending}")]
    assert found == sent
    assert stack.left() == [0, 0]


async def test_filters_and_forms_are_broadcasts_of_their_own(stack, topic):
    await stack.subscribe(topic, queue("all"))
    await stack.subscribe(topic, queue("raw"), RawMessageDelivery="true")
    await stack.subscribe(topic, queue("some"), FilterPolicy='{"k": ["a"]}')
    for kind in ("a", "b"):
        attributes = {"k": {"DataType": "String", "StringValue": kind}}
        await publish(stack, topic, kind, MessageAttributes=attributes)
    await stack.idle()
    found = [sorted(one.readers.arns) for one in stack.queues.broadcasts]
    assert found == [
        [queue("all"), queue("some")],
        [queue("raw")],
        [queue("all")],
        [queue("raw")],
    ]


async def test_a_failure_in_any_portion_is_tried_again(stack, topic, monkeypatch):
    monkeypatch.setattr(limits, "QUEUES_AT_ONCE", 2)
    await stack.subscribe(topic, queue("up"))
    await stack.subscribe(topic, queue("down"))
    stack.queues.answers[queue("down")] = [None, DOWN, None, DOWN]
    await asyncio.gather(*(publish(stack, topic, str(number)) for number in range(5)))
    await stack.finish()
    for name in ("up", "down"):
        found = [json.loads(body)["Message"] for body in stack.queues.bodies(name)]
        assert sorted(found) == [*"01234"]
