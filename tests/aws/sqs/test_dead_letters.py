"""Dead-letter queues: what is moved, when, and who may name which."""

import asyncio
import json

import pytest


def policy(client, name, count=2):
    arn = f"arn:aws:sqs:{client.region}:{client.account}:{name}"
    return json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": count})


async def pair(client, suffix="", count=2, **attributes):
    dead = await client.make(f"dead{suffix}")
    url = await client.make(
        f"q{suffix}", RedrivePolicy=policy(client, f"dead{suffix}", count), **attributes
    )
    return url, dead


async def fail(client, clock, url, times):
    for _ in range(times):
        assert await client.receive(url)
        await clock.advance(30)


async def test_a_message_moves_at_the_receive_after_the_last_allowed_one(client, clock):
    url, dead = await pair(client)
    sent = await client.send(url)
    sent_at = int(clock.now() * 1000)
    await fail(client, clock, url, 2)
    assert await client.bodies(dead) == [], "nothing moves before the next receive"
    assert await client.receive(url) == []
    (message,) = await client.receive(dead, AttributeNames=["All"])
    assert message["MessageId"] == sent["MessageId"]
    assert message["Attributes"]["SentTimestamp"] == str(sent_at)
    assert message["Attributes"]["DeadLetterQueueSourceArn"].endswith(":q")
    assert message["Attributes"]["ApproximateReceiveCount"] == "3", "counted across all queues"


async def test_living_messages_behind_dead_ones_are_received_at_once(client, clock):
    url, dead = await pair(client)
    for number in range(15):
        await client.send(url, f"old{number}")
    for _ in range(2):
        await client.receive(url)
        await client.receive(url)
        await clock.advance(30)
    await client.send(url, "new")
    assert await client.bodies(url) == ["new"]
    assert (await client.attributes(dead))["ApproximateNumberOfMessages"] == "15"


@pytest.mark.parametrize("suffix", ["", ".fifo"])
async def test_one_living_message_is_found_behind_any_number_of_dead_ones(client, clock, suffix):
    url, dead = await pair(client, suffix, 1, VisibilityTimeout="0")
    for start in range(0, 300, 10):
        numbers = range(start, start + 10)
        entries = [{"Id": str(n), "MessageBody": str(n)} for n in numbers]
        for n, entry in zip(numbers, entries, strict=True):
            if suffix:
                entry |= {"MessageGroupId": str(n), "MessageDeduplicationId": str(n)}
        await client("SendMessageBatch", QueueUrl=url, Entries=entries)
    await client.sqs.db.write(lambda c: c.execute("UPDATE message SET receives = 1"))
    more = {"MessageGroupId": "x", "MessageDeduplicationId": "x"} if suffix else {}
    await clock.advance(1)
    await client.send(url, "alive", **more)
    assert await client.bodies(url, 1) == ["alive"]
    assert (await client.attributes(dead))["ApproximateNumberOfMessages"] == "300"


async def test_fifo_moves_keep_the_order_and_set_the_rest_of_the_group_free(client, clock):
    url, dead = await pair(client, ".fifo", 1, ContentBasedDeduplication="true")
    for number in range(4):
        await client.send(url, f"m{number}", MessageGroupId="g")
    await fail(client, clock, url, 1)
    await client.send(url, "m4", MessageGroupId="g")
    assert await client.bodies(url) == ["m4"]
    assert await client.bodies(dead) == ["m0", "m1", "m2", "m3"]


async def test_a_waiting_receiver_of_the_dead_letter_queue_is_woken(client, clock):
    url, dead = await pair(client, count=1)
    await client.send(url)
    await fail(client, clock, url, 1)
    waiting = asyncio.ensure_future(client.bodies(dead, WaitTimeSeconds=20))
    await clock.advance(0.001)
    assert await client.receive(url) == []
    assert await asyncio.wait_for(waiting, 5) == ["body"]


async def test_without_its_dead_letter_queue_messages_stay(client, clock):
    url, dead = await pair(client, count=1)
    await client("DeleteQueue", QueueUrl=dead)
    await client.send(url)
    await fail(client, clock, url, 3)
    assert await client.bodies(url) == ["body"]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            '{"deadLetterTargetArn": "dummy", "maxReceiveCount": 42}',
            (
                'Value {"deadLetterTargetArn": "dummy", "maxReceiveCount": 42} for parameter RedrivePolicy is invalid. '
                "Reason: Invalid value for deadLetterTargetArn."
            ),
        ),
        (
            '{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:none", "maxReceiveCount": 1}',
            (
                'Value {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:none", "maxReceiveCount": 1} '
                "for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist."
            ),
        ),
        (
            '{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:dead", "maxReceiveCount": 1001}',
            (
                'Value {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:dead", "maxReceiveCount": 1001} '
                "for parameter RedrivePolicy is invalid. "
                "Reason: Invalid value for maxReceiveCount: 1001, valid values are from 1 to 1000 both inclusive."
            ),
        ),
        (
            '{"maxReceiveCount": 1}',
            (
                'Value {"maxReceiveCount": 1} for parameter RedrivePolicy is invalid. '
                "Reason: Redrive policy does not contain mandatory attribute: deadLetterTargetArn."
            ),
        ),
        (
            "[]",
            "Invalid value for the parameter RedrivePolicy. Reason: Redrive policy is not a valid JSON map.",
        ),
        (
            "{",
            "Invalid value for the parameter RedrivePolicy. Reason: Redrive policy is not a valid JSON map.",
        ),
    ],
)
async def test_wrong_policies_are_refused(client, value, message):
    await client.make("dead")
    error = await client.refused("CreateQueue", QueueName="q", Attributes={"RedrivePolicy": value})
    assert (error.code, error.message) == ("InvalidParameterValue", message)


async def test_the_dead_letter_queue_has_the_same_type_and_place(client):
    await client.make("dead.fifo")
    await client.other(region="eu-west-1").make("dead")
    for value in (policy(client, "dead.fifo"), policy(client.other(region="eu-west-1"), "dead")):
        error = await client.refused(
            "CreateQueue", QueueName="q", Attributes={"RedrivePolicy": value}
        )
        assert error.code == "InvalidParameterValue"


async def test_the_redrive_allow_policy_is_enforced(client):
    dead = await client.make("dead", RedriveAllowPolicy='{"redrivePermission": "denyAll"}')
    request = {"QueueName": "q", "Attributes": {"RedrivePolicy": policy(client, "dead")}}
    assert (await client.refused("CreateQueue", **request)).code == "InvalidParameterValue"
    allowed = {
        "redrivePermission": "byQueue",
        "sourceQueueArns": ["arn:aws:sqs:us-east-1:000000000000:q"],
    }
    await client(
        "SetQueueAttributes", QueueUrl=dead, Attributes={"RedriveAllowPolicy": json.dumps(allowed)}
    )
    await client("CreateQueue", **request)
    other = request | {"QueueName": "other"}
    assert (await client.refused("CreateQueue", **other)).code == "InvalidParameterValue"


@pytest.mark.parametrize(
    "value",
    [
        "[]",
        "no json",
        '{"redrivePermission": "some"}',
        '{"redrivePermission": "byQueue"}',
        '{"redrivePermission": "allowAll", "sourceQueueArns": ["arn:aws:sqs:us-east-1:000000000000:q"]}',
        '{"redrivePermission": "byQueue", "sourceQueueArns": [1]}',
        json.dumps(
            {
                "redrivePermission": "byQueue",
                "sourceQueueArns": [f"arn:aws:sqs:us-east-1:000000000000:q{n}" for n in range(11)],
            }
        ),
    ],
)
async def test_wrong_redrive_allow_policies_are_refused(client, value):
    error = await client.refused(
        "CreateQueue", QueueName="q", Attributes={"RedriveAllowPolicy": value}
    )
    assert error.code == "InvalidParameterValue"


async def test_the_sources_of_a_dead_letter_queue_are_listed_by_pages(client):
    dead = await client.make("dead")
    for number in range(3):
        await client.make(f"q{number}", RedrivePolicy=policy(client, "dead"))
    first = await client("ListDeadLetterSourceQueues", QueueUrl=dead, MaxResults=2)
    assert [url.rpartition("/")[2] for url in first["queueUrls"]] == ["q0", "q1"]
    rest = await client(
        "ListDeadLetterSourceQueues", QueueUrl=dead, MaxResults=2, NextToken=first["NextToken"]
    )
    assert [url.rpartition("/")[2] for url in rest["queueUrls"]] == ["q2"]
    assert "NextToken" not in rest


async def test_an_empty_policy_takes_it_away(client):
    url, dead = await pair(client)
    await client("SetQueueAttributes", QueueUrl=url, Attributes={"RedrivePolicy": ""})
    assert "RedrivePolicy" not in await client.attributes(url)
    assert await client("ListDeadLetterSourceQueues", QueueUrl=dead) == {}


async def test_policies_come_back_in_the_form_of_aws(client):
    dead = await client.make("dead", RedriveAllowPolicy='{ "redrivePermission" : "allowAll" }')
    target = "arn:aws:sqs:us-east-1:000000000000:dead"
    loose = json.dumps({"maxReceiveCount": "5", "deadLetterTargetArn": target})
    url = await client.make("q", RedrivePolicy=loose)
    kept = (await client.attributes(url))["RedrivePolicy"]
    assert kept == f'{{"deadLetterTargetArn":"{target}","maxReceiveCount":5}}'
    assert (await client.attributes(dead))["RedriveAllowPolicy"] == (
        '{"redrivePermission":"allowAll"}'
    )
    assert await client.make("q", RedrivePolicy=loose) == url


@pytest.mark.parametrize("name", ["q", "q.fifo"])
async def test_a_queue_may_be_its_own_dead_letter_queue(client, name):
    url = await client.make(name)
    await client(
        "SetQueueAttributes", QueueUrl=url, Attributes={"RedrivePolicy": policy(client, name, 1)}
    )
    more = {"MessageGroupId": "g", "MessageDeduplicationId": "d"} if "fifo" in name else {}
    await client.send(url, "m", **more)
    for _ in range(3):
        assert await client.bodies(url, VisibilityTimeout=0) == ["m"]
