"""What no client should send gets a clear error, whatever member it is in."""

import json

import pytest

from homeport.aws.protocol.call import AwsError

WRONG = "\ud800"
ARN = f"arn:aws:sqs:us-east-1:000000000000:{WRONG}"
HUGE = 10**30
VALUE = {"DataType": "String", "StringValue": "x"}

REQUESTS = [
    ("GetQueueUrl", {"QueueName": WRONG}),
    ("GetQueueUrl", {"QueueName": "q", "QueueOwnerAWSAccountId": WRONG}),
    ("CreateQueue", {"QueueName": WRONG}),
    ("SendMessage", {"QueueUrl": WRONG, "MessageBody": "m"}),
    ("SendMessage", {"QueueUrl": f"http://h/{WRONG}/q/{WRONG}", "MessageBody": "m"}),
    ("SendMessage", {"QueueUrl": "q", "MessageBody": WRONG}),
    ("SendMessage", {"QueueUrl": "q", "MessageBody": "m", "DelaySeconds": HUGE}),
    ("SendMessage", {"QueueUrl": "q", "MessageBody": "m", "MessageGroupId": WRONG}),
    *(
        ("SendMessage", {"QueueUrl": "q", "MessageBody": "m", "MessageAttributes": attributes})
        for attributes in (
            {WRONG: VALUE},
            {"a": {"DataType": WRONG, "StringValue": "x"}},
            {"a": {"DataType": "String." + WRONG, "StringValue": "x"}},
            {"a": {"DataType": "String", "StringValue": WRONG}},
            {"a": {"DataType": "Number", "StringValue": "1" * 100 + "e"}},
            {"a": {"DataType": "Binary", "StringValue": "x"}},
        )
    ),
    (
        "SendMessage",
        {
            "QueueUrl": "q",
            "MessageBody": "m",
            "MessageSystemAttributes": {
                "AWSTraceHeader": {"DataType": "String", "StringValue": WRONG}
            },
        },
    ),
    ("ReceiveMessage", {"QueueUrl": "q", "MaxNumberOfMessages": HUGE}),
    ("ReceiveMessage", {"QueueUrl": "q", "VisibilityTimeout": -HUGE}),
    ("ReceiveMessage", {"QueueUrl": "q", "AttributeNames": [WRONG]}),
    ("DeleteMessage", {"QueueUrl": "q", "ReceiptHandle": WRONG}),
    ("SetQueueAttributes", {"QueueUrl": "q", "Attributes": {"Policy": WRONG}}),
    ("SetQueueAttributes", {"QueueUrl": "q", "Attributes": {WRONG: "1"}}),
    (
        "SetQueueAttributes",
        {
            "QueueUrl": "q",
            "Attributes": {
                "RedrivePolicy": json.dumps(
                    {"deadLetterTargetArn": ARN, "maxReceiveCount": 1}, ensure_ascii=False
                )
            },
        },
    ),
    (
        "SetQueueAttributes",
        {"QueueUrl": "q", "Attributes": {"RedriveAllowPolicy": '{"redrivePermission": []}'}},
    ),
    ("SetQueueAttributes", {"QueueUrl": "q", "Attributes": {"Policy": '{"Statement": ["x"]}'}}),
    ("StartMessageMoveTask", {"SourceArn": ARN}),
    ("ListMessageMoveTasks", {"SourceArn": "q", "MaxResults": HUGE}),
    ("CancelMessageMoveTask", {"TaskHandle": WRONG}),
    ("AddPermission", {"QueueUrl": "q", "Label": WRONG, "AWSAccountIds": ["1"], "Actions": ["*"]}),
    ("ListQueues", {"NextToken": WRONG}),
    ("ListQueues", {"MaxResults": HUGE}),
]


@pytest.mark.parametrize(("operation", "params"), REQUESTS)
async def test_it_is_refused_with_an_error_of_the_service(client, operation, params):
    await client.make()
    error = await client.refused(operation, **params)
    assert isinstance(error, AwsError)
    assert 400 <= error.status < 500


async def test_a_prefix_that_no_name_can_have_finds_nothing(client):
    await client.make()
    assert await client("ListQueues", QueueNamePrefix=WRONG) == {}


async def test_tags_may_be_any_text(client):
    url = await client.make()
    await client("TagQueue", QueueUrl=url, Tags={"ключ": WRONG})
    assert await client("ListQueueTags", QueueUrl=url) == {"Tags": {"ключ": WRONG}}
