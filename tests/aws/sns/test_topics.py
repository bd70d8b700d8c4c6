"""Topics and their attributes; texts and documents as recorded of AWS.

https://github.com/localstack/localstack/blob/main/tests/aws/services/sns/test_sns.snapshot.json
"""

import base64
import json

import pytest

TOPIC = "arn:aws:sns:us-east-1:000000000000:t"
RETRY = {
    "minDelayTarget": 20,
    "maxDelayTarget": 20,
    "numRetries": 3,
    "numMaxDelayRetries": 0,
    "numNoDelayRetries": 0,
    "numMinDelayRetries": 0,
    "backoffFunction": "linear",
}
PLAIN = {"headerContentType": "text/plain; charset=UTF-8"}


def effective(retry=RETRY, request=PLAIN):
    return {
        "http": {
            "defaultHealthyRetryPolicy": retry,
            "disableSubscriptionOverrides": False,
            "defaultRequestPolicy": request,
        }
    }


async def test_attributes_of_a_new_topic(client, topic):
    found = await client.topic_attributes()
    policy = json.loads(found.pop("Policy"))
    assert json.loads(found.pop("EffectiveDeliveryPolicy")) == effective()
    assert found == {
        "DisplayName": "",
        "Owner": "000000000000",
        "SubscriptionsConfirmed": "0",
        "SubscriptionsDeleted": "0",
        "SubscriptionsPending": "0",
        "TopicArn": TOPIC,
    }
    assert topic == TOPIC
    assert policy["Id"] == "__default_policy_ID"
    assert policy["Statement"][0]["Condition"] == {
        "StringEquals": {"AWS:SourceOwner": "000000000000"}
    }


async def test_attributes_of_a_fifo_topic(client):
    arn = await client.make("t.fifo", DisplayName="TestTopic", SignatureVersion="2")
    found = await client.topic_attributes(arn)
    assert found["FifoTopic"] == "true"
    assert found["ContentBasedDeduplication"] == "false"
    assert found["DisplayName"] == "TestTopic"
    assert found["SignatureVersion"] == "2"


@pytest.mark.parametrize("name", ["a" * 256, "x_-9"])
async def test_names(client, name):
    assert (await client.make(name)).endswith(f":{name}")


@pytest.mark.parametrize(
    ("name", "attributes"),
    [
        ("", {}),
        ("a" * 257, {}),
        ("test.fifo", {}),
        ("test", {"FifoTopic": "true"}),
        *[(f"bad{c}name", {}) for c in ":;!@|^% "],
    ],
)
async def test_names_that_are_none(client, name, attributes):
    said = await client.said("CreateTopic", Name=name, Attributes=attributes)
    assert said == "Invalid parameter: Topic Name"


async def test_the_same_topic_again(client):
    """`test_create_topic_different_attrs`"""
    arn = await client.make(DisplayName="Value1")
    for attributes in ({}, {"DisplayName": "Value1"}, {"FifoTopic": "false"}):
        assert await client.make(**attributes) == arn
    text = "Invalid parameter: Attributes Reason: Topic already exists with different attributes"
    for attributes in (
        {"DisplayName": "Value2"},
        {"SignatureVersion": "2"},
        {"SignatureVersion": "2", "DisplayName": "Value1"},
    ):
        assert await client.said("CreateTopic", Name="t", Attributes=attributes) == text


async def test_the_same_topic_with_other_tags(client, topic):
    await client("CreateTopic", Name="tagged", Tags=[{"Key": "a", "Value": "b"}])
    await client("CreateTopic", Name="tagged")
    said = await client.said("CreateTopic", Name="t", Tags=[{"Key": "a", "Value": "b"}])
    assert said == "Invalid parameter: Tags Reason: Topic already exists with different tags"


async def test_delete(client, topic):
    arn = await client.subscribe()
    await client("DeleteTopic", TopicArn=topic)
    await client("DeleteTopic", TopicArn=topic)
    error = await client.refused("GetTopicAttributes", TopicArn=topic)
    assert (error.code, error.status, error.message) == ("NotFound", 404, "Topic does not exist")
    assert (await client("ListSubscriptions"))["Subscriptions"] == []
    assert (
        await client.said("GetSubscriptionAttributes", SubscriptionArn=arn)
        == "Subscription does not exist"
    )


@pytest.mark.parametrize(
    ("arn", "text"),
    [
        ("x", "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1"),
        ("x:y", "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 2"),
        ("", "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1"),
        ("arn:aws:sns:eu-west-1:000000000000:t", "Invalid parameter: TopicArn"),
        ("arn:aws:sns:us-east-1:000000000000:none", "Topic does not exist"),
    ],
)
@pytest.mark.parametrize(
    "operation", ["GetTopicAttributes", "ListSubscriptionsByTopic", "Publish", "Subscribe"]
)
async def test_arns_that_are_none(client, topic, operation, arn, text):
    more = {"Message": "m", "Protocol": "sqs", "Endpoint": "e"}
    assert await client.said(operation, TopicArn=arn, **more) == text


async def test_pages(client):
    made = [await client.make(f"t{number:03}") for number in range(203)]
    found, token, pages = [], None, 0
    while token is not None or not pages:
        page = await client("ListTopics", NextToken=token)
        found += [topic["TopicArn"] for topic in page["Topics"]]
        token, pages = page["NextToken"], pages + 1
    assert (found, pages) == (made, 3)
    assert (await client.refused("ListTopics", NextToken="?")).code == "InvalidParameter"


async def test_accounts_and_regions_are_kept_apart(client, topic):
    for other in (client.other(account="111111111111"), client.other(region="eu-west-1")):
        assert (await other("ListTopics"))["Topics"] == []
        assert await other.make() != topic


async def set_topic(client, name, value):
    await client("SetTopicAttributes", TopicArn=TOPIC, AttributeName=name, AttributeValue=value)


async def test_delivery_policy(client, topic):
    """`test_topic_delivery_policy_crud`"""
    await set_topic(
        client,
        "DeliveryPolicy",
        '{"http":{"defaultRequestPolicy":{"headerContentType":"application/json"}}}',
    )
    found = await client.topic_attributes()
    request = {"headerContentType": "application/json"}
    assert json.loads(found["DeliveryPolicy"]) == {
        "http": {"disableSubscriptionOverrides": False, "defaultRequestPolicy": request}
    }
    assert json.loads(found["EffectiveDeliveryPolicy"]) == effective(request=request)
    said = {"minDelayTarget": 5, "maxDelayTarget": 6, "numRetries": 1}
    await set_topic(
        client, "DeliveryPolicy", json.dumps({"http": {"defaultHealthyRetryPolicy": said}})
    )
    found = await client.topic_attributes()
    assert json.loads(found["DeliveryPolicy"]) == {
        "http": {"defaultHealthyRetryPolicy": said, "disableSubscriptionOverrides": False}
    }
    assert json.loads(found["EffectiveDeliveryPolicy"]) == effective(RETRY | said)
    await set_topic(client, "DeliveryPolicy", '{"http":{"defaultHealthyRetryPolicy":null}}')
    found = await client.topic_attributes()
    assert json.loads(found["DeliveryPolicy"]) == {"http": {"disableSubscriptionOverrides": False}}
    await set_topic(client, "DeliveryPolicy", "")
    assert "DeliveryPolicy" not in await client.topic_attributes()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("FifoTopic", "false", "Invalid parameter: AttributeName"),
        ("Other", "x", "Invalid parameter: AttributeName"),
        ("Owner", "x", "Invalid parameter: AttributeName"),
        ("Policy", "{", "Invalid parameter: Policy Error: null"),
        (
            "Policy",
            '{"Statement":{"Action":"SQS:X"}}',
            "Invalid parameter: Policy statement action out of service scope!",
        ),
        (
            "SignatureVersion",
            "3",
            "Invalid parameter: SignatureVersion: Invalid value [3]. Must be one of 1, 2.",
        ),
        (
            "ContentBasedDeduplication",
            "true",
            "Invalid parameter: ContentBasedDeduplication: can only be set for FIFO topics",
        ),
        (
            "DisplayName",
            "x" * 101,
            "Invalid parameter: DisplayName: Invalid value. Must be at most 100 characters long.",
        ),
        (
            "TracingConfig",
            "x",
            "Invalid parameter: TracingConfig: Invalid value [x]. Must be one of Active, PassThrough.",
        ),
    ],
)
async def test_attributes_that_are_refused(client, topic, name, value, said):
    params = {"TopicArn": topic, "AttributeName": name, "AttributeValue": value}
    assert await client.said("SetTopicAttributes", **params) == said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KmsMasterKeyId", "alias/aws/sns"),
        ("TracingConfig", "Active"),
        ("SQSSuccessFeedbackSampleRate", "50"),
        ("DisplayName", "Name"),
        ("SignatureVersion", "2"),
        ("Policy", '{"Version":"2012-10-17","Statement":[]}'),
    ],
)
async def test_attributes_are_kept(client, topic, name, value):
    await set_topic(client, name, value)
    await client.restart()
    assert (await client.topic_attributes())[name] == value


async def test_attributes_of_a_fifo_topic_are_changed(client):
    arn = await client.make("t.fifo")
    for name, value in (
        ("ContentBasedDeduplication", "true"),
        ("FifoThroughputScope", "MessageGroup"),
        ("ArchivePolicy", '{"MessageRetentionPeriod":"30"}'),
    ):
        await client("SetTopicAttributes", TopicArn=arn, AttributeName=name, AttributeValue=value)
        assert (await client.topic_attributes(arn))[name] == value


async def test_counts_of_subscriptions(client, topic):
    await client.subscribe()
    await client.subscribe(endpoint="http://example.com/", protocol="http")
    found = await client.topic_attributes()
    assert (found["SubscriptionsConfirmed"], found["SubscriptionsPending"]) == ("1", "1")


async def test_data_protection_policy_is_kept(client, topic):
    asked = {"ResourceArn": topic}
    assert (await client("GetDataProtectionPolicy", **asked))["DataProtectionPolicy"] is None
    await client("PutDataProtectionPolicy", DataProtectionPolicy='{"Name":"n"}', **asked)
    assert await client("GetDataProtectionPolicy", **asked) == {
        "DataProtectionPolicy": '{"Name":"n"}'
    }
    await client("PutDataProtectionPolicy", DataProtectionPolicy="", **asked)
    assert (await client("GetDataProtectionPolicy", **asked))["DataProtectionPolicy"] is None


@pytest.mark.parametrize("number", ["-1", "9" * 30, "1_0", " 1", ""])
async def test_tokens_that_are_no_number_of_a_row(client, number):
    token = base64.b64encode(number.encode()).decode() or "="
    assert (await client.refused("ListTopics", NextToken=token)).code == "InvalidParameter"


async def test_a_topic_made_again_with_some_of_its_tags(client):
    """`test_create_duplicate_topic_check_idempotency`"""
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    first = await client("CreateTopic", Name="t", Tags=tags)
    for again in (tags, tags[:1], []):
        assert await client("CreateTopic", Name="t", Tags=again) == first
    for other in ([{"Key": "a", "Value": "2"}], [*tags, {"Key": "c", "Value": "3"}]):
        said = await client.said("CreateTopic", Name="t", Tags=other)
        assert said == "Invalid parameter: Tags Reason: Topic already exists with different tags"
