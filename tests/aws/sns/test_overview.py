"""What the console is told of topics and subscriptions at once."""

import inspect
import json
from urllib.parse import urlencode

import pytest

from homeport.aws.sns import operations, overview
from homeport.edge import http


async def ask(client, path, method="GET", **query):
    request = http.Request(method, path, urlencode(query), {}, http.BytesBody())
    answer = operations.site(client.sns)(request)
    return await answer if inspect.isawaitable(answer) else answer


async def read(client, path, **query):
    answer = await ask(client, path, **query)
    assert answer.status == 200
    return json.loads(answer.body)


async def test_topics_with_their_subscriptions_counted(client, topic):
    await client.make("other.fifo")
    await client.subscribe()
    await client.subscribe(endpoint="a@b.example", protocol="email")
    found = await read(client, overview.TOPICS)
    assert found == {
        "total": 2,
        "topics": [
            {"name": "other.fifo", "confirmed": 0, "pending": 0, "is_fifo": True},
            {"name": "t", "confirmed": 1, "pending": 1, "is_fifo": False},
        ],
    }
    assert (await read(client, overview.TOPICS, prefix="o"))["total"] == 1
    assert (await read(client, overview.TOPICS, region="eu-west-1"))["total"] == 0
    assert (await read(client, overview.TOPICS, prefix="ä"))["total"] == 0
    found = await read(client, overview.TOPICS, n=1, offset=1)
    assert (found["total"], [each["name"] for each in found["topics"]]) == (2, ["t"])


async def test_subscriptions_with_all_that_is_set(client, topic):
    policy = json.dumps({"kind": ["a"]})
    dead = "arn:aws:sqs:us-east-1:000000000000:dead"
    arn = await client.subscribe(
        FilterPolicy=policy,
        FilterPolicyScope="MessageBody",
        RawMessageDelivery="true",
        RedrivePolicy=json.dumps({"deadLetterTargetArn": dead}),
    )
    mail = await client.subscribe(endpoint="a@b.example", protocol="email")
    found = await read(client, overview.SUBSCRIPTIONS, TopicArn=topic)
    first, second = found["subscriptions"]
    assert first["arn"] == arn
    assert json.loads(first["filter_policy"]) == json.loads(policy)
    assert (first["state"], first["is_raw"], first["filters_body"]) == ("confirmed", True, True)
    assert first["dead_letters"] == dead
    assert (second["arn"], second["state"], second["filter_policy"]) == (mail, "pending", None)
    # Tokens are told one at a time, where somebody asks for one.
    assert client.token(mail) not in json.dumps(found)
    await client("Unsubscribe", SubscriptionArn=arn)
    assert (await read(client, overview.SUBSCRIPTIONS, TopicArn=topic))["total"] == 1


@pytest.mark.parametrize(
    "arn", ["", "x", "a:b:c:d", "arn:aws:sns:us-east-1:000000000000:none", "ä" * 6]
)
async def test_topics_that_are_not_there(client, topic, arn):
    assert (await ask(client, overview.SUBSCRIPTIONS, TopicArn=arn)).status == 404


async def test_other_paths_and_methods(client):
    assert (await ask(client, "/_homeport/sns/none")).status == 404
    assert (await ask(client, overview.TOPICS, "POST")).status == 405
    assert await ask(client, "/_homeport/requests") is None
    assert (await ask(client, "/_aws/sns/sms-messages")).status == 200
