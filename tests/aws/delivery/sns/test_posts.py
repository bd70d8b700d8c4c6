"""Posts to HTTP endpoints, with a web that only takes notes."""

import asyncio
import json

import pytest
from tests.aws.delivery.sns.stack import queue

from homeport.aws.delivery.sns import posts


async def publish(stack, topic, message="m", **more):
    return await stack("Publish", TopicArn=topic, Message=message, **more)


async def test_headers_and_body(stack, topic):
    """`test_subscribe_external_http_endpoint[False]`"""
    arn = await stack.endpoint(topic)
    sent = await publish(stack, topic, "hello", Subject="s")
    await stack.idle()
    ((url, headers, body),) = stack.web.posts
    assert url == "http://example.com/x"
    assert headers == {
        "x-amz-sns-message-type": "Notification",
        "x-amz-sns-message-id": sent["MessageId"],
        "x-amz-sns-topic-arn": topic,
        "x-amz-sns-subscription-arn": arn,
        "User-Agent": "Amazon Simple Notification Service Agent",
        "Accept-Encoding": "gzip,deflate",
        "Content-Type": "text/plain; charset=UTF-8",
    }
    found = json.loads(body)
    assert (
        found["UnsubscribeURL"]
        == f"http://localhost:4566/?Action=Unsubscribe&SubscriptionArn={arn}"
    )
    assert (found["Message"], found["Subject"]) == ("hello", "s")


async def test_raw_and_with_a_content_type(stack, topic):
    policy = json.dumps({"requestPolicy": {"headerContentType": "application/json"}})
    await stack.endpoint(topic, RawMessageDelivery="true", DeliveryPolicy=policy)
    await publish(stack, topic, '{"a": 1}')
    await stack.idle()
    ((_, headers, body),) = stack.web.posts
    assert body == '{"a": 1}'
    assert headers["x-amz-sns-rawdelivery"] == "true"
    assert headers["Content-Type"] == "application/json"


async def test_the_policy_of_the_topic_counts_where_there_is_no_other(stack):
    policy = {"http": {"defaultRequestPolicy": {"headerContentType": "text/csv"}}}
    topic = await stack.make(DeliveryPolicy=json.dumps(policy))
    await stack.endpoint(topic)
    await publish(stack, topic)
    await stack.idle()
    assert stack.web.posts[0][1]["Content-Type"] == "text/csv"


async def test_the_topic_can_forbid_other_policies(stack):
    policy = {"http": {"disableSubscriptionOverrides": True}}
    topic = await stack.make(DeliveryPolicy=json.dumps(policy))
    own = json.dumps({"requestPolicy": {"headerContentType": "text/csv"}})
    await stack.endpoint(topic, DeliveryPolicy=own)
    await publish(stack, topic)
    await stack.idle()
    assert stack.web.posts[0][1]["Content-Type"] == "text/plain; charset=UTF-8"


async def test_the_end_is_told(stack, topic):
    arn = await stack.endpoint(topic)
    await stack("Unsubscribe", SubscriptionArn=arn)
    await stack.idle()
    ((_, headers, body),) = stack.web.posts
    assert headers["x-amz-sns-message-type"] == "UnsubscribeConfirmation"
    found = json.loads(body)
    assert found["Message"].startswith(f"You have chosen to deactivate subscription {arn}.\n")
    await stack("ConfirmSubscription", TopicArn=topic, Token=found["Token"])
    await publish(stack, topic)
    await stack.idle()
    assert len(stack.web.posts) == 2


async def test_a_throttle_policy_sets_the_pace(stack, clock, topic):
    policy = json.dumps({"throttlePolicy": {"maxReceivesPerSecond": 2}})
    await stack.endpoint(topic, DeliveryPolicy=policy)
    start = clock.now()
    for number in range(5):
        await publish(stack, topic, str(number))
    await stack.finish(0.25)
    assert [at - start for at in stack.web.times] == [0, 0.5, 1, 1.5, 2]


async def test_an_endpoint_that_answers_well_gets_more_at_once(stack, topic):
    await stack.endpoint(topic)
    await asyncio.gather(*(publish(stack, topic, str(number)) for number in range(100)))
    await stack.idle()
    assert len(stack.web.posts) == 100
    assert stack.web.most == posts.AT_ONCE


@pytest.mark.parametrize("is_slow", [True, False])
async def test_a_slow_endpoint_gets_one_at_a_time(stack, clock, topic, is_slow):
    await stack.endpoint(topic)
    poster = stack.deliveries._own._poster
    stack.web.gate = asyncio.Event()
    await publish(stack, topic)
    await stack.settle()
    await clock.advance(2 if is_slow else 0.5)
    stack.web.gate.set()
    await stack.idle()
    assert poster.width("sub/1") == (1 if is_slow else 4)


async def test_a_slow_endpoint_slows_nobody(stack, topic):
    await stack.endpoint(topic)
    await stack.subscribe(topic, queue("q"))
    other = await stack.make("other")
    await stack.subscribe(other, queue("q"))
    stack.web.gate = asyncio.Event()
    for number in range(20):
        await publish(stack, topic, str(number))
        await publish(stack, other, str(number))
    await stack.settle()
    assert len(stack.queues.bodies("q")) == 40
    assert stack.web.posts == []
    stack.web.gate.set()
    await stack.idle()
    assert len(stack.web.posts) == 20


async def test_a_raw_endpoint_can_verify_that_it_was_ended(stack, topic):
    """Before anything else was signed in this process."""
    arn = await stack.endpoint(topic, RawMessageDelivery="true")
    await stack.close()
    await stack.open(start=False)
    await stack("Unsubscribe", SubscriptionArn=arn)
    stack.sns.signing._key = None
    stack.deliveries.start()
    await stack.idle()
    assert json.loads(stack.web.posts[0][2])["Signature"]


async def test_the_topic_says_how_confirmations_are_signed(stack):
    topic = await stack.make("v", SignatureVersion="2")
    await stack.subscribe(topic, "http://example.com/", "http")
    await stack.idle()
    assert json.loads(stack.web.posts[0][2])["SignatureVersion"] == "2"


async def test_a_message_for_many_endpoints_is_signed_once(stack, topic, monkeypatch):
    for number in range(5):
        await stack.endpoint(topic, f"http://example.com/{number}")
    signed = []
    key = stack.sns.signing._key
    monkeypatch.setattr(stack.sns.signing, "_key", Counting(key, signed))
    await publish(stack, topic)
    await stack.idle()
    assert len({json.loads(body)["Signature"] for _, _, body in stack.web.posts}) == 1
    assert len(stack.web.posts) == 5
    assert len(signed) == 1


class Counting:
    def __init__(self, key, signed):
        self.key, self.signed = key, signed

    def sign(self, algorithm, digest):
        self.signed.append(digest)
        return self.key.sign(algorithm, digest)


async def test_endpoints_that_fail_leave_room_for_the_others(stack, clock, topic, monkeypatch):
    others = await stack.make("others")
    count = posts.SLOW_AT_ONCE + 5
    for number in range(count):
        await stack.endpoint(topic, f"http://example.com/{number}")
    await stack.endpoint(others, "http://example.com/well")
    stack.web.answers = [ConnectionError("too slow")] * count
    await publish(stack, topic)
    await stack.settle()
    stack.web.most, stack.web.gate = 0, asyncio.Event()
    await clock.advance(20)
    await stack.settle()
    assert stack.web.under_way == posts.SLOW_AT_ONCE
    await publish(stack, others)
    await stack.settle()
    assert stack.web.under_way == posts.SLOW_AT_ONCE + 1
    stack.web.gate.set()
    await stack.idle()
    assert len(stack.web.posts) == count + 1
