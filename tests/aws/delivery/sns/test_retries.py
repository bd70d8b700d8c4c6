"""When deliveries are tried again, to the second.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
"""

import asyncio
import json

import pytest
from tests.aws.delivery.sns.stack import DOWN, GONE, queue

from homeport.aws.delivery.sns import retries
from homeport.aws.protocol.call import AwsError
from homeport.aws.sns.engine import delivery_policy

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"
BUSY = AwsError("TooManyRequestsException", "Rate Exceeded.", 429)
MISSING = AwsError("ResourceNotFoundException", "Function not found", 404)


def test_the_phases_of_what_aws_runs():
    delays = [retries.managed(number) for number in range(15)]
    assert delays[:5] == [0, 0, 0, 1, 1]
    growing = delays[5:]
    assert growing == sorted(growing)
    assert (growing[0], growing[-1]) == (1, 20)
    assert retries.managed(15) == retries.managed(100_014) == 20
    assert retries.managed(100_015) is None
    days = (sum(delays) + 100_000 * 20) / 86_400
    assert 23 < days < 24


@pytest.mark.parametrize(
    ("said", "delays"),
    [
        ({}, [20, 20, 20]),
        ({"numRetries": 0}, []),
        ({"numRetries": 1, "minDelayTarget": 5, "maxDelayTarget": 6}, [5]),
        ({"numRetries": 3, "minDelayTarget": 1, "maxDelayTarget": 21}, [1, 11, 21]),
        (
            {
                "numRetries": 8,
                "numNoDelayRetries": 2,
                "numMinDelayRetries": 2,
                "numMaxDelayRetries": 2,
                "minDelayTarget": 1,
                "maxDelayTarget": 9,
            },
            [0, 0, 1, 1, 1, 9, 9, 9],
        ),
        ({"backoffFunction": "geometric", "minDelayTarget": 5}, [5, 10, 20]),
        ({"backoffFunction": "exponential", "minDelayTarget": 2}, [2, 8, 20]),
        ({"backoffFunction": "arithmetic", "minDelayTarget": 2}, [2, 8, 20]),
    ],
    ids=str,
)
def test_the_phases_of_a_policy(said, delays):
    schedule = retries.of_policy(delivery_policy.RETRY | said)
    assert [schedule(number) for number in range(len(delays))] == pytest.approx(delays)
    assert schedule(len(delays)) is None


REFUSED = [
    {"minDelayTarget": 0},
    {"maxDelayTarget": 3_601},
    {"numRetries": 101},
    {"numRetries": True},
    {"numRetries": 1.5},
    {"minDelayTarget": 30, "maxDelayTarget": 20},
    {"numRetries": 3, "numNoDelayRetries": 4},
    {"numRetries": 100, "minDelayTarget": 60, "maxDelayTarget": 60},
    {"backoffFunction": "cubic"},
]


@pytest.mark.parametrize("said", REFUSED, ids=str)
def test_policies_that_are_refused(said):
    for read, document in (
        (delivery_policy.of_topic, {"http": {"defaultHealthyRetryPolicy": said}}),
        (delivery_policy.of_subscription, {"healthyRetryPolicy": said}),
    ):
        with pytest.raises(ValueError, match="DeliveryPolicy: "):
            read(json.dumps(document), ValueError)


@pytest.mark.parametrize(
    "document",
    [
        {"throttlePolicy": {"maxReceivesPerSecond": 0}},
        {"requestPolicy": {"headerContentType": "image/png"}},
        {"requestPolicy": {"headerContentType": "text/plain\r\nx: y"}},
        {"requestPolicy": "x"},
    ],
    ids=str,
)
def test_other_members_that_are_refused(document):
    with pytest.raises(ValueError, match="DeliveryPolicy: "):
        delivery_policy.of_subscription(json.dumps(document), ValueError)


async def test_a_function_that_is_down_is_tried_by_the_schedule(stack, clock, topic):
    await stack.subscribe(topic, FUNCTION, "lambda")
    stack.functions.answers = [DOWN] * 5 + [BUSY] * 2
    start = clock.now()
    await stack("Publish", TopicArn=topic, Message="m")
    await stack.finish()
    waits = [round(at - start, 3) for at in stack.functions.times]
    assert waits[:4] == [0, 0, 0, 0]
    assert waits[4:7] == [1, 2, 3]
    assert len(stack.functions.events) == 1
    assert len(waits) == 8


async def test_a_function_that_is_missing_is_not_tried_again(stack, topic):
    policy = json.dumps({"deadLetterTargetArn": queue("dead")})
    await stack.subscribe(topic, FUNCTION, "lambda", RedrivePolicy=policy)
    stack.functions.answers = [MISSING]
    await stack("Publish", TopicArn=topic, Message="m")
    await stack.idle()
    assert len(stack.functions.times) == 1
    assert json.loads(stack.queues.bodies("dead")[0])["Message"] == "m"


async def test_lambda_that_is_opened_later_gets_what_waits(stack, clock, topic):
    service = stack.services.pop("lambda")
    await stack.subscribe(topic, FUNCTION, "lambda")
    await stack("Publish", TopicArn=topic, Message="m")
    await stack.settle()
    stack.services["lambda"] = service
    await stack.finish()
    assert len(stack.functions.events) == 1


async def test_an_endpoint_is_tried_by_the_default_policy(stack, clock, topic):
    await stack.endpoint(topic)
    start = clock.now()
    stack.web.answers = [500, ConnectionError("no route"), 429, 200]
    await stack("Publish", TopicArn=topic, Message="m")
    await stack.finish()
    assert [at - start for at in stack.web.times] == [0, 20, 40, 60]
    assert len(stack.web.posts) == 1


async def test_an_endpoint_is_tried_by_its_own_policy(stack, clock, topic):
    retry = {"numRetries": 4, "numNoDelayRetries": 1, "minDelayTarget": 1, "maxDelayTarget": 5}
    await stack.endpoint(topic, DeliveryPolicy=json.dumps({"healthyRetryPolicy": retry}))
    start = clock.now()
    stack.web.answers = [503] * 4
    await stack("Publish", TopicArn=topic, Message="m")
    await stack.finish()
    assert [at - start for at in stack.web.times] == [0, 0, 1, 4, 9]


async def test_what_is_given_up_goes_to_the_dead_letters(stack, clock, topic):
    policy = json.dumps({"deadLetterTargetArn": queue("dead")})
    await stack.endpoint(topic, RedrivePolicy=policy)
    stack.web.answers = [500] * 4
    await stack("Publish", TopicArn=topic, Message="m")
    await stack.finish()
    assert len(stack.web.times) == 4
    assert json.loads(stack.queues.bodies("dead")[0])["Message"] == "m"


@pytest.mark.parametrize("status", [301, 400, 404, 410])
async def test_other_answers_are_the_end(stack, topic, status):
    policy = json.dumps({"deadLetterTargetArn": queue("dead")})
    await stack.endpoint(topic, RedrivePolicy=policy)
    stack.web.answers = [status]
    await stack("Publish", TopicArn=topic, Message="m")
    await stack.idle()
    assert len(stack.web.times) == 1
    assert len(stack.queues.bodies("dead")) == 1


async def test_a_confirmation_is_tried_again_too(stack, clock, topic):
    stack.web.answers = [500, 500]
    start = clock.now()
    await stack.subscribe(topic, "http://example.com/", "http")
    await stack.finish()
    assert [at - start for at in stack.web.times] == [0, 20, 40]
    assert len(stack.web.posts) == 1


async def test_tries_are_counted_across_a_restart(stack, clock, topic):
    await stack.endpoint(topic)
    stack.web.answers = [500] * 4
    await stack("Publish", TopicArn=topic, Message="m")
    await stack.settle()
    await clock.advance(20)
    await stack.settle()
    await stack.close()
    await stack.open()
    await stack.finish()
    assert len(stack.web.times) == 4
    assert stack.web.posts == []


async def test_an_endpoint_that_never_answers_does_not_pile_messages_up(stack, clock, topic):
    """The total policy retry time for an HTTP/S delivery can't be greater than 3,600 seconds: the rest is not even tried."""
    await stack.endpoint(topic)
    stack.web.answers = [500] * 10_000
    for number in range(300):
        await stack("Publish", TopicArn=topic, Message=str(number))
    await stack.settle()
    stack.web.gate = asyncio.Event()
    await clock.advance(20)
    await stack.settle()
    await clock.advance(3_600)
    tried = len(stack.web.times)
    stack.web.gate.set()
    await stack.idle()
    assert stack.left() == [0, 0]
    assert len(stack.web.times) == tried


async def test_what_waited_for_a_start_is_tried_however_old(stack, clock, topic):
    await stack.endpoint(topic)
    await stack.deliveries.close()
    await stack("Publish", TopicArn=topic, Message="m")
    await stack.sns.close()
    await clock.advance(100_000)
    await stack.open()
    await stack.idle()
    assert len(stack.web.posts) == 1


@pytest.mark.parametrize("protocol", ["http", "sqs"])
async def test_dead_letters_that_cannot_be_reached_are_sent_later(stack, clock, topic, protocol):
    policy = json.dumps({"deadLetterTargetArn": queue("dead")})
    if protocol == "http":
        await stack.endpoint(topic, RedrivePolicy=policy)
        stack.web.answers = [400, 400]
    else:
        await stack.subscribe(topic, queue("gone"), RedrivePolicy=policy)
        stack.queues.answers[queue("gone")] = GONE
    stack.queues.answers[queue("dead")] = [DOWN]
    await stack("Publish", TopicArn=topic, Message="m")
    await stack.settle()
    await clock.advance(60)
    await stack.finish()
    assert json.loads(stack.queues.bodies("dead")[0])["Message"] == "m"
