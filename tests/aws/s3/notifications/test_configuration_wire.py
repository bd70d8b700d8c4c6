"""The configuration as SDKs and others write and read it."""

import pytest
import urllib3
from botocore.exceptions import ClientError

QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"
TOPIC = "arn:aws:sns:us-east-1:000000000000:t"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"
CONFIGURATION = {
    "TopicConfigurations": [
        {
            "Id": "topic",
            "TopicArn": TOPIC,
            "Events": ["s3:ObjectRemoved:*", "s3:ObjectTagging:Put"],
            "Filter": {"Key": {"FilterRules": [{"Name": "Prefix", "Value": "a/"}]}},
        }
    ],
    "QueueConfigurations": [
        {
            "Id": "queue",
            "QueueArn": QUEUE,
            "Events": ["s3:ObjectCreated:*"],
            "Filter": {
                "Key": {
                    "FilterRules": [
                        {"Name": "Prefix", "Value": "b/"},
                        {"Name": "Suffix", "Value": ".jpg"},
                    ]
                }
            },
        }
    ],
    "LambdaFunctionConfigurations": [
        {"Id": "function", "LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectAcl:Put"]}
    ],
    "EventBridgeConfiguration": {},
}


def get(client):
    answer = client.get_bucket_notification_configuration(Bucket="bucket")
    del answer["ResponseMetadata"]
    return answer


def put(client, configuration, **more):
    client.put_bucket_notification_configuration(
        Bucket="bucket", NotificationConfiguration=configuration, **more
    )


def refused(client, configuration, **more):
    with pytest.raises(ClientError) as caught:
        put(client, configuration, **more)
    return caught.value.response["Error"]


def test_there_and_back(client):
    assert get(client) == {}
    put(client, CONFIGURATION)
    assert get(client) == CONFIGURATION
    put(client, {})
    assert get(client) == {}


def test_names_of_filters_in_any_case(client):
    filters = {"Key": {"FilterRules": [{"Name": "prefix", "Value": "a"}]}}
    said = {"QueueArn": QUEUE, "Events": ["s3:ObjectCreated:*"], "Filter": filters}
    put(client, {"QueueConfigurations": [said]})
    (part,) = get(client)["QueueConfigurations"]
    assert part["Filter"]["Key"]["FilterRules"] == [{"Name": "Prefix", "Value": "a"}]


def test_the_header_that_skips_the_check(client, cloud):
    class Nothing:
        async def refusal(self, asker, arn):
            return "The destination queue does not exist"

    cloud.s3.destinations = Nothing()
    said = {"QueueConfigurations": [{"QueueArn": QUEUE, "Events": ["s3:ObjectCreated:*"]}]}
    assert refused(client, said) == {
        "Code": "InvalidArgument",
        "Message": "Unable to validate the following destination configurations",
        "ArgumentName1": QUEUE,
        "ArgumentValue1": "The destination queue does not exist",
    }
    put(client, said, SkipDestinationValidation=True)
    assert "QueueConfigurations" in get(client)


def test_errors_name_the_argument(client):
    said = {"QueueConfigurations": [{"QueueArn": "nonsense", "Events": ["s3:ObjectCreated:*"]}]}
    for skip in (True, False):
        assert refused(client, said, SkipDestinationValidation=skip) == {
            "Code": "InvalidArgument",
            "Message": "The ARN could not be parsed",
            "ArgumentName": "Queue",
            "ArgumentValue": "nonsense",
        }


def test_the_deprecated_operations(client):
    said = {"QueueConfiguration": {"Id": "q", "Queue": QUEUE, "Events": ["s3:ObjectCreated:Put"]}}
    client.put_bucket_notification(Bucket="bucket", NotificationConfiguration=said)
    answer = client.get_bucket_notification(Bucket="bucket")
    event = {"Event": "s3:ObjectCreated:Put"}
    assert answer["QueueConfiguration"] == said["QueueConfiguration"] | event
    (part,) = get(client)["QueueConfigurations"]
    assert part == {"Id": "q", "QueueArn": QUEUE, "Events": ["s3:ObjectCreated:Put"]}


def send(cloud, body):
    answer = urllib3.request(
        "PUT", f"{cloud.url}/bucket?notification", body=body, retries=False, timeout=10
    )
    return answer.status, answer.data


@pytest.mark.parametrize("outer", ["CloudFunctionConfiguration", "LambdaFunctionConfiguration"])
@pytest.mark.parametrize("inner", ["CloudFunction", "LambdaFunctionArn"])
def test_both_names_of_functions(client, cloud, outer, inner):
    body = (
        f"<NotificationConfiguration><{outer}><Id>f</Id><{inner}>{FUNCTION}</{inner}>"
        f"<Event>s3:ObjectCreated:*</Event></{outer}></NotificationConfiguration>"
    )
    assert send(cloud, body)[0] == 200
    assert get(client) == {
        "LambdaFunctionConfigurations": [
            {"Id": "f", "LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectCreated:*"]}
        ]
    }


@pytest.mark.parametrize(
    "part",
    [
        "<Event>s3:ObjectCreated:*</Event>",
        f"<Queue>{QUEUE}</Queue>",
        f"<Queue>{QUEUE}</Queue><Event/>",
        f"<Queue>{QUEUE}",
    ],
)
def test_what_is_malformed(client, cloud, part):
    body = f"<NotificationConfiguration><QueueConfiguration>{part}</QueueConfiguration></NotificationConfiguration>"
    status, answer = send(cloud, body)
    assert status == 400
    assert b"MalformedXML" in answer or b"InvalidArgument" in answer
    assert get(client) == {}
