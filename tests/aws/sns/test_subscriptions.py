"""Subscriptions and their attributes; texts as recorded of AWS.

https://github.com/localstack/localstack/blob/main/tests/aws/services/sns/test_sns.snapshot.json
"""

import json

import pytest

from homeport.aws.protocol.call import AwsError

QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"


async def test_attributes_of_a_queue(client, topic):
    """`test_subscribe_attributes`"""
    arn = await client.subscribe()
    assert await client.attributes(arn) == {
        "ConfirmationWasAuthenticated": "true",
        "Endpoint": QUEUE,
        "Owner": "000000000000",
        "PendingConfirmation": "false",
        "Protocol": "sqs",
        "RawMessageDelivery": "false",
        "SubscriptionArn": arn,
        "SubscriptionPrincipal": "arn:aws:iam::000000000000:root",
        "TopicArn": topic,
    }
    assert arn.startswith(f"{topic}:")


RETRY = {
    "minDelayTarget": 1,
    "maxDelayTarget": 1,
    "numRetries": 0,
    "numMaxDelayRetries": 0,
    "numNoDelayRetries": 0,
    "numMinDelayRetries": 0,
    "backoffFunction": "linear",
}


async def test_attributes_of_an_http_endpoint(client, topic):
    """`test_subscribe_external_http_endpoint_content_type[False]`"""
    said = {
        "healthyRetryPolicy": {"minDelayTarget": 1, "maxDelayTarget": 1, "numRetries": 0},
        "throttlePolicy": {"maxReceivesPerSecond": 1000},
    }
    arn = await client.subscribe(
        endpoint="http://example.com/x", protocol="http", DeliveryPolicy=json.dumps(said)
    )
    found = await client.attributes(arn)
    assert found["PendingConfirmation"] == "true"
    assert found["ConfirmationWasAuthenticated"] == "false"
    own = {
        "healthyRetryPolicy": RETRY,
        "sicklyRetryPolicy": None,
        "throttlePolicy": {"maxReceivesPerSecond": 1000},
        "requestPolicy": None,
        "guaranteed": False,
    }
    assert json.loads(found["DeliveryPolicy"]) == own
    request = {"headerContentType": "text/plain; charset=UTF-8"}
    assert json.loads(found["EffectiveDeliveryPolicy"]) == own | {"requestPolicy": request}


async def test_the_same_endpoint_again(client, topic):
    """`test_subscribe_idempotency`"""
    arn = await client.subscribe(RawMessageDelivery="true", FilterPolicy='{"a": ["b"]}')
    for attributes in (
        {},
        {"RawMessageDelivery": "true"},
        {"RawMessageDelivery": "true", "FilterPolicy": '{"a":["b"]}'},
    ):
        assert await client.subscribe(**attributes) == arn
    said = await client.said(
        "Subscribe",
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=QUEUE,
        Attributes={"RawMessageDelivery": "false"},
    )
    assert (
        said
        == "Invalid parameter: Attributes Reason: Subscription already exists with different attributes"
    )


@pytest.mark.parametrize(
    ("protocol", "endpoint", "text"),
    [
        (
            "test-protocol",
            "x",
            "Invalid parameter: Amazon SNS does not support this protocol string: test-protocol",
        ),
        (
            "firehose",
            "x",
            "Invalid parameter: Amazon SNS does not support this protocol string: firehose",
        ),
        ("sqs", "http://localhost/000000000000/q", "Invalid parameter: SQS endpoint ARN"),
        ("sqs", "arn:aws:sqs:us-east-1:000000000000", "Invalid parameter: SQS endpoint ARN"),
        ("lambda", QUEUE, "Invalid parameter: Lambda endpoint ARN"),
        ("application", QUEUE, f"Invalid parameter: Application endpoint arn invalid:{QUEUE}"),
        (
            "http",
            "https://example.com",
            "Invalid parameter: Endpoint must match the specified protocol",
        ),
        (
            "https",
            "http://example.com",
            "Invalid parameter: Endpoint must match the specified protocol",
        ),
        ("http", "http://", "Invalid parameter: Unreachable Endpoint: http://"),
        ("http", "http://a:x/", "Invalid parameter: Endpoint must match the specified protocol"),
        ("email", "nobody", "Invalid parameter: Email address"),
        ("sms", "invalid-number", "Invalid SMS endpoint: invalid-number"),
        ("sms", "+15--551234567", "Invalid SMS endpoint: +15--551234567"),
        ("sms", "NAA+15551234567", "Invalid SMS endpoint: NAA+15551234567"),
        ("sms", "+15551234567.", "Invalid SMS endpoint: +15551234567."),
        ("sms", "/+15551234567", "Invalid SMS endpoint: /+15551234567"),
        ("sqs", "", "Invalid parameter: Endpoint must be specified"),
        ("http", "http://example.com/" + "x" * 2048, "Invalid parameter: Endpoint"),
        (
            "sqs",
            f"{QUEUE}.fifo",
            "Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
        ),
    ],
)
async def test_endpoints_that_are_refused(client, topic, protocol, endpoint, text):
    assert (
        await client.said("Subscribe", TopicArn=topic, Protocol=protocol, Endpoint=endpoint) == text
    )


@pytest.mark.parametrize(
    ("protocol", "endpoint", "is_pending"),
    [
        ("lambda", FUNCTION, False),
        ("lambda", f"{FUNCTION}:alias", False),
        ("sms", "+1234567890", False),
        ("sms", "+12/34-567.890", False),
        ("email", "a@b.example", True),
        ("email-json", "a@b.example", True),
        ("https", "https://example.com:8443/a?b=c", True),
    ],
)
async def test_endpoints_of_all_protocols(client, topic, protocol, endpoint, is_pending):
    said = {"TopicArn": topic, "Protocol": protocol, "Endpoint": endpoint}
    answer = await client("Subscribe", **said)
    assert (answer["SubscriptionArn"] == "pending confirmation") is is_pending
    answer = await client("Subscribe", **said, ReturnSubscriptionArn=True)
    assert answer["SubscriptionArn"].startswith(topic)


async def test_a_fifo_topic_takes_queues_alone(client):
    arn = await client.make("t.fifo")
    await client.subscribe(arn, QUEUE)
    await client.subscribe(arn, f"{QUEUE}.fifo")
    error = await client.refused("Subscribe", TopicArn=arn, Protocol="lambda", Endpoint=FUNCTION)
    assert error.code == "InvalidParameter"


async def test_a_fifo_topic_has_a_hundred_subscriptions(client):
    arn = await client.make("t.fifo")
    for number in range(100):
        await client.subscribe(arn, f"{QUEUE}{number}")
    error = await client.refused("Subscribe", TopicArn=arn, Protocol="sqs", Endpoint=QUEUE)
    assert (error.code, error.status) == ("SubscriptionLimitExceeded", 403)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("FakeAttribute", "x", "AttributeName"),
        (
            "RawMessageDelivery",
            "test-ValUe",
            "RawMessageDelivery: Invalid value [test-ValUe]. Must be true or false.",
        ),
        ("RawMessageDelivery", "", "RawMessageDelivery: Invalid value []. Must be true or false."),
        (
            "RedrivePolicy",
            '{"deadLetterTargetArn": "fake-arn"}',
            "RedrivePolicy: deadLetterTargetArn is an invalid arn",
        ),
        (
            "FilterPolicyScope",
            "RandomValue",
            "FilterPolicyScope: Invalid value [RandomValue]. Please use either MessageBody or MessageAttributes",
        ),
        (
            "FilterPolicy",
            '{"a":{"b":["c"]}}',
            "Filter policy scope MessageAttributes does not support nested filter policy",
        ),
        (
            "FilterPolicy",
            '{"key_a": "value_one"}'.replace(" ", ""),
            '"key_a" must be an object or an array',
        ),
        ("DeliveryPolicy", "[]", "DeliveryPolicy: not a JSON object"),
        *[
            (
                name,
                "{invalidjson}",
                f"{name}: failed to parse JSON. Unexpected character ('i' (code 105)): was expecting double-quote to start field name\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 2]",
            )
            for name in ("RedrivePolicy", "FilterPolicy")
        ],
    ],
)
async def test_attributes_that_are_refused(client, topic, name, value, text):
    """`test_validate_set_sub_attributes`"""
    arn = await client.subscribe()
    said = await client.said(
        "SetSubscriptionAttributes", SubscriptionArn=arn, AttributeName=name, AttributeValue=value
    )
    assert text in said
    assert said.startswith("Invalid parameter: ")


async def test_the_words_of_subscribe_are_others(client, topic):
    """`test_create_subscriptions_with_attributes`"""
    said = await client.said(
        "Subscribe",
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=QUEUE,
        Attributes={"RawMessageDelivery": "wrongvalue"},
    )
    assert (
        said
        == "Invalid parameter: Attributes Reason: RawMessageDelivery: Invalid value [wrongvalue]. Must be true or false."
    )


async def test_a_filter_policy_that_is_too_complex(client, topic):
    """`test_policy_complexity`, `test_sub_filter_policy_nested_property_constraints`"""
    arn = await client.subscribe(FilterPolicyScope="MessageBody")
    cases = {
        "FilterPolicy: Filter policy is too complex": {"key": [f"value{n}" for n in range(151)]},
        "FilterPolicy: Filter policy can not have more than 5 keys": {
            f"k{n}": ["v"] for n in range(6)
        },
        "FilterPolicy: Filter policy is too large": {"k": ["x" * 262_144]},
    }
    for text, policy in cases.items():
        params = {"AttributeName": "FilterPolicy", "AttributeValue": json.dumps(policy)}
        said = await client.said("SetSubscriptionAttributes", SubscriptionArn=arn, **params)
        assert said == f"Invalid parameter: {text}"
    await client.set(arn, "FilterPolicy", json.dumps({"key": [f"value{n}" for n in range(150)]}))


async def test_the_scope_is_told_with_a_policy_only(client, topic):
    """`test_set_subscription_filter_policy_scope`"""
    arn = await client.subscribe()
    await client.set(arn, "FilterPolicyScope", "MessageBody")
    assert "FilterPolicyScope" not in await client.attributes(arn)
    await client.set(arn, "FilterPolicy", '{"attr": ["match-this"]}')
    found = await client.attributes(arn)
    assert (found["FilterPolicy"], found["FilterPolicyScope"]) == (
        '{"attr": ["match-this"]}',
        "MessageBody",
    )
    for empty in ("{}", ""):
        await client.set(arn, "FilterPolicy", empty)
        assert "FilterPolicy" not in await client.attributes(arn)


async def test_a_nested_policy_holds_the_scope(client, topic):
    arn = await client.subscribe(FilterPolicyScope="MessageBody", FilterPolicy='{"a":{"b":["c"]}}')
    said = await client.said(
        "SetSubscriptionAttributes",
        SubscriptionArn=arn,
        AttributeName="FilterPolicyScope",
        AttributeValue="MessageAttributes",
    )
    assert "does not support nested" in said


async def test_a_topic_has_two_hundred_filter_policies(client, topic):
    for number in range(200):
        await client.subscribe(endpoint=f"{QUEUE}{number}", FilterPolicy='{"a":["b"]}')
    arn = await client.subscribe()
    error = await client.refused(
        "SetSubscriptionAttributes",
        SubscriptionArn=arn,
        AttributeName="FilterPolicy",
        AttributeValue='{"a":["b"]}',
    )
    assert (error.code, error.status) == ("FilterPolicyLimitExceeded", 403)


async def test_dead_letters_of_a_fifo_subscription_are_fifo(client):
    """`test_validations_for_fifo`"""
    topic = await client.make("t.fifo")
    arn = await client.subscribe(topic, f"{QUEUE}.fifo")
    value = json.dumps({"deadLetterTargetArn": QUEUE})
    said = await client.said(
        "SetSubscriptionAttributes",
        SubscriptionArn=arn,
        AttributeName="RedrivePolicy",
        AttributeValue=value,
    )
    assert (
        said
        == "Invalid parameter: RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic."
    )
    await client.set(
        arn, "RedrivePolicy", json.dumps({"deadLetterTargetArn": f"{QUEUE}-dead.fifo"})
    )


async def test_replays_are_not_there(client, topic):
    arn = await client.subscribe()
    error = await client.refused(
        "SetSubscriptionAttributes",
        SubscriptionArn=arn,
        AttributeName="ReplayPolicy",
        AttributeValue="{}",
    )
    assert error.status == 501
    said = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": QUEUE}
    assert (
        await client.refused("Subscribe", **said, Attributes={"ReplayPolicy": "{}"})
    ).status == 501
    error = await client.refused("Subscribe", **said, Attributes={"Other": "{}"})
    assert error.message == "Invalid parameter: Attributes Reason: Unknown attribute: Other"


async def test_lists(client, topic):
    arns = [await client.subscribe(endpoint=f"{QUEUE}{number}") for number in range(101)]
    await client.subscribe(endpoint="a@b.example", protocol="email")
    other = await client.make("other")
    await client.subscribe(other)
    for params in ({}, {"TopicArn": topic}):
        operation = "ListSubscriptionsByTopic" if params else "ListSubscriptions"
        first = await client(operation, **params)
        second = await client(operation, **params, NextToken=first["NextToken"])
        found = [one["SubscriptionArn"] for one in first["Subscriptions"] + second["Subscriptions"]]
        assert (len(first["Subscriptions"]), second["NextToken"]) == (100, None)
        assert found[:102] == [*arns, "PendingConfirmation"]
        assert len(found) == (102 if params else 103)
    assert first["Subscriptions"][0] == {
        "SubscriptionArn": arns[0],
        "Owner": "000000000000",
        "Protocol": "sqs",
        "Endpoint": f"{QUEUE}0",
        "TopicArn": topic,
    }


@pytest.mark.parametrize(
    ("arn", "text"),
    [
        ("", "Invalid parameter: SubscriptionArn Reason: no value for required parameter"),
        (
            "x",
            "Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not 1",
        ),
        (
            "a:b:c:d:e",
            "Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not 5",
        ),
        ("arn:aws:sns:us-east-1:000000000000:t", "Invalid parameter: SubscriptionId"),
    ],
)
@pytest.mark.parametrize("operation", ["Unsubscribe", "GetSubscriptionAttributes"])
async def test_arns_that_are_none(client, operation, arn, text):
    """`test_unsubscribe_wrong_arn_format`"""
    assert await client.said(operation, SubscriptionArn=arn) == text


async def test_unsubscribe(client, topic):
    arn = await client.subscribe()
    for gone in (arn, arn, f"{topic}:none"):
        await client("Unsubscribe", SubscriptionArn=gone)
    error = await client.refused("GetSubscriptionAttributes", SubscriptionArn=arn)
    assert (error.code, error.status, error.message) == (
        "NotFound",
        404,
        "Subscription does not exist",
    )
    await client.publish()
    assert client.outbox() == []
    assert await client.subscribe() != arn


async def test_subscriptions_survive_a_restart(client, topic):
    arn = await client.subscribe(RawMessageDelivery="true")
    await client.restart()
    assert (await client.attributes(arn))["RawMessageDelivery"] == "true"


async def test_dead_letters_of_a_standard_topic_are_standard(client, topic):
    """A FIFO queue takes no message that has no group."""
    policy = json.dumps({"deadLetterTargetArn": f"{QUEUE}.fifo"})
    error = await client.refused(
        "Subscribe",
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=QUEUE,
        Attributes={"RedrivePolicy": policy},
    )
    assert "must use a standard queue as DLQ" in error.message


async def test_what_is_the_default_is_the_same(client, topic):
    """`test_subscribe_idempotency`"""
    arn = await client.subscribe(RawMessageDelivery="true")
    assert await client.subscribe(FilterPolicyScope="MessageAttributes") == arn
    assert await client.subscribe(RawMessageDelivery="True") == arn
    with pytest.raises(AwsError, match="different attributes"):
        await client.subscribe(RawMessageDelivery="false", FilterPolicyScope="MessageBody")
