"""Events to test a function with: those of a session, and samples of what AWS services send, as AWS documents them."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from homeport.console.asking.troubles import Trouble
from homeport.console.sessions.store import Session

EVENTS = 20
"""Of one session."""
BYTES = 256 * 1024
"""Of all events of a session: they stand in the memory of the console, for 1,000 sessions at most."""
NAME = 64
_KEPT = "lambda events"


class Sample(NamedTuple):
    """An event of a service."""

    title: str
    link: str
    event: dict[str, Any]


_ACCOUNT, _REGION, _AT = "000000000000", "us-east-1", "2026-01-31T12:00:00.000Z"
SAMPLES = {
    "hello": Sample(
        "A plain object",
        "https://docs.aws.amazon.com/lambda/latest/dg/testing-functions.html",
        {"name": "world"},
    ),
    "s3": Sample(
        "S3: an object was made",
        "https://docs.aws.amazon.com/lambda/latest/dg/with-s3.html",
        {
            "Records": [
                {
                    "eventVersion": "2.1",
                    "eventSource": "aws:s3",
                    "awsRegion": _REGION,
                    "eventTime": _AT,
                    "eventName": "ObjectCreated:Put",
                    "userIdentity": {"principalId": "EXAMPLE"},
                    "requestParameters": {"sourceIPAddress": "127.0.0.1"},
                    "responseElements": {"x-amz-request-id": "EXAMPLE123456789"},
                    "s3": {
                        "s3SchemaVersion": "1.0",
                        "configurationId": "testConfigRule",
                        "bucket": {
                            "name": "example-bucket",
                            "ownerIdentity": {"principalId": "EXAMPLE"},
                            "arn": "arn:aws:s3:::example-bucket",
                        },
                        "object": {
                            "key": "test%2Fkey",
                            "size": 1024,
                            "eTag": "0123456789abcdef0123456789abcdef",
                            "sequencer": "0A1B2C3D4E5F678901",
                        },
                    },
                }
            ]
        },
    ),
    "sqs": Sample(
        "SQS: a message",
        "https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#sqs-sample-event",
        {
            "Records": [
                {
                    "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
                    "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
                    "body": "Test message.",
                    "attributes": {
                        "ApproximateReceiveCount": "1",
                        "SentTimestamp": "1545082649183",
                        "SenderId": _ACCOUNT,
                        "ApproximateFirstReceiveTimestamp": "1545082649185",
                    },
                    "messageAttributes": {},
                    "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
                    "eventSource": "aws:sqs",
                    "eventSourceARN": f"arn:aws:sqs:{_REGION}:{_ACCOUNT}:my-queue",
                    "awsRegion": _REGION,
                }
            ]
        },
    ),
    "sns": Sample(
        "SNS: a notification",
        "https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html",
        {
            "Records": [
                {
                    "EventVersion": "1.0",
                    "EventSubscriptionArn": f"arn:aws:sns:{_REGION}:{_ACCOUNT}:my-topic:21be56ed-a058-49f5-8c98-aedd2564c486",
                    "EventSource": "aws:sns",
                    "Sns": {
                        "SignatureVersion": "1",
                        "Timestamp": _AT,
                        "Signature": "EXAMPLE",
                        "SigningCertUrl": "EXAMPLE",
                        "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
                        "Message": "Hello from SNS!",
                        "MessageAttributes": {"Test": {"Type": "String", "Value": "TestString"}},
                        "Type": "Notification",
                        "UnsubscribeUrl": "EXAMPLE",
                        "TopicArn": f"arn:aws:sns:{_REGION}:{_ACCOUNT}:my-topic",
                        "Subject": "TestInvoke",
                    },
                }
            ]
        },
    ),
    "dynamodb": Sample(
        "DynamoDB: a change of an item",
        "https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html",
        {
            "Records": [
                {
                    "eventID": "1",
                    "eventVersion": "1.0",
                    "dynamodb": {
                        "Keys": {"Id": {"N": "101"}},
                        "NewImage": {"Message": {"S": "New item!"}, "Id": {"N": "101"}},
                        "StreamViewType": "NEW_AND_OLD_IMAGES",
                        "SequenceNumber": "111",
                        "SizeBytes": 26,
                    },
                    "awsRegion": _REGION,
                    "eventName": "INSERT",
                    "eventSourceARN": f"arn:aws:dynamodb:{_REGION}:{_ACCOUNT}:table/ExampleTable/stream/2026-01-31T12:00:00.000",
                    "eventSource": "aws:dynamodb",
                }
            ]
        },
    ),
    "url": Sample(
        "HTTP: a function URL, or API Gateway with payload 2.0",
        "https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads",
        {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": "/my/path",
            "rawQueryString": "parameter1=value1",
            "headers": {"content-type": "application/json", "accept": "*/*"},
            "queryStringParameters": {"parameter1": "value1"},
            "requestContext": {
                "accountId": "anonymous",
                "apiId": "urlid",
                "domainName": "urlid.lambda-url.us-east-1.on.aws",
                "domainPrefix": "urlid",
                "http": {
                    "method": "POST",
                    "path": "/my/path",
                    "protocol": "HTTP/1.1",
                    "sourceIp": "127.0.0.1",
                    "userAgent": "agent",
                },
                "requestId": "id",
                "routeKey": "$default",
                "stage": "$default",
                "time": "31/Jan/2026:12:00:00 +0000",
                "timeEpoch": 1769860800000,
            },
            "body": '{"name": "world"}',
            "isBase64Encoded": False,
        },
    ),
    "eventbridge": Sample(
        "EventBridge: a scheduled event",
        "https://docs.aws.amazon.com/lambda/latest/dg/with-eventbridge-scheduler.html",
        {
            "version": "0",
            "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": _ACCOUNT,
            "time": "2026-01-31T12:00:00Z",
            "region": _REGION,
            "resources": [f"arn:aws:events:{_REGION}:{_ACCOUNT}:rule/my-scheduled-rule"],
            "detail": {},
        },
    ),
}


def text(name: str) -> str:
    """A sample, ready for the form."""
    return json.dumps(SAMPLES[name].event, indent=2)


def saved(session: Session) -> dict[str, str]:
    """The events that this login has saved, by their names."""
    kept: dict[str, str] = session.kept.setdefault(_KEPT, {})
    return kept


def save(session: Session, name: str, event: str) -> None:
    """Keeps one. Raises `Trouble` where there is no more room."""
    kept = saved(session)
    if len(name) > NAME:
        raise Trouble(f"The name of an event has {NAME} characters at most.")
    others = [each for key, each in kept.items() if key != name]
    if len(others) >= EVENTS or sum(map(len, others)) + len(event) > BYTES:
        raise Trouble(
            f"A login keeps {EVENTS} events of {BYTES // 1024} KiB in all.",
            hint="Remove one that you no longer need.",
        )
    kept[name] = event


def remove(session: Session, name: str) -> None:
    """Forgets one."""
    saved(session).pop(name, None)


def checked(event: str) -> bytes:
    """An event as it is sent. Raises `Trouble` where it is no JSON."""
    try:
        json.loads(event)
    except json.JSONDecodeError as error:
        raise Trouble(
            f"The event is not JSON: {error.msg} in line {error.lineno}, column {error.colno}."
        ) from error
    except RecursionError as error:
        raise Trouble("The event is nested too deeply.") from error
    except ValueError as error:
        # https://docs.python.org/3/library/stdtypes.html#integer-string-conversion-length-limitation
        raise Trouble("A number of the event has too many digits.") from error
    return event.encode()
