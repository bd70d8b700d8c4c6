"""Which service a request is for, by every mark it may carry."""

import pytest
from tests.aws.signing import wire

from homeport.aws.dispatching.selection import Selection
from homeport.aws.protocol.model import load
from homeport.aws.signing import credential

SELECTION = Selection(
    [
        load(name)
        for name in ("s3", "sqs", "sns", "dynamodb", "dynamodbstreams", "lambda", "cloudwatch")
    ]
)
FORM = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
RPC = {"smithy-protocol": "rpc-v2-cbor"}


def signed(service: str) -> dict[str, str]:
    return {
        "authorization": f"AWS4-HMAC-SHA256 Credential=k/20240101/us-east-1/{service}/aws4_request, S=0"
    }


@pytest.mark.parametrize(
    ("service", "method", "url", "headers", "body"),
    [
        ("s3", "GET", "http://localhost:4566/", {}, b""),
        ("s3", "GET", "http://localhost:4566/bucket/key", signed("s3"), b""),
        ("sqs", "POST", "http://localhost:4566/", signed("sqs"), b"{}"),
        (
            "sqs",
            "GET",
            "http://localhost:4566/000000000000/q?Action=ReceiveMessage",
            signed("sqs"),
            b"",
        ),
        ("lambda", "GET", "http://localhost:4566/2015-03-31/functions", signed("lambda"), b""),
        ("cloudwatch", "POST", "http://localhost:4566/", signed("monitoring"), b""),
        # The target tells apart what signs alike.
        (
            "dynamodb",
            "POST",
            "http://h/",
            signed("dynamodb") | {"x-amz-target": "DynamoDB_20120810.Query"},
            b"",
        ),
        (
            "dynamodbstreams",
            "POST",
            "http://h/",
            signed("dynamodb") | {"x-amz-target": "DynamoDBStreams_20120810.ListStreams"},
            b"",
        ),
        ("sqs", "POST", "http://h/", {"x-amz-target": "AmazonSQS.ListQueues"}, b"{}"),
        (
            "cloudwatch",
            "POST",
            "http://h/service/GraniteServiceVersion20100801/operation/ListMetrics",
            RPC,
            b"",
        ),
        # By host.
        ("sqs", "GET", "http://sqs.us-east-1.amazonaws.com/", {}, b""),
        ("sqs", "GET", "http://us-east-1.queue.amazonaws.com/", {}, b""),
        ("sqs", "GET", "http://SQS.localhost:4566/", {}, b""),
        ("sns", "GET", "http://sns.us-east-1.localhost.localstack.cloud:4566/", {}, b""),
        ("s3", "GET", "http://sqs.s3.us-east-1.amazonaws.com/key", {}, b""),
        ("s3", "GET", "http://bucket.localhost:4566/key", {}, b""),
        ("s3", "GET", "http://sqs/", {}, b""),
        # By the action of a query.
        ("sqs", "GET", "http://h/?Action=ListQueues&Version=2012-11-05", {}, b""),
        ("sqs", "GET", "http://h/000000000000/q?Action=ReceiveMessage", {}, b""),
        ("sns", "POST", "http://h/", FORM, b"Action=Publish&Version=2010-03-31&Message=x"),
        ("sts", "POST", "http://h/", FORM, b"Action=AssumeRoleWithSAML&Version=2011-06-15"),
        ("s3", "GET", "http://h/bucket/key?Action=Unheard", {}, b""),
        ("s3", "PUT", "http://h/bucket/key", FORM, b"Action=ListQueues"),
        # Presigned.
        (
            "sns",
            "GET",
            "http://h/?Action=Publish&X-Amz-Credential=k/20240101/us-east-1/sns/aws4_request",
            {},
            b"",
        ),
        ("s3", "GET", "http://h/b/k?AWSAccessKeyId=k&Signature=s&Expires=1", {}, b""),
        # Of AWS, but none of ours.
        ("ecs", "POST", "http://h/", signed("ecs"), b""),
        ("s3control", "GET", "http://h/v20180820/accesspoint", signed("s3"), b""),
        ("AWSCognito", "POST", "http://h/", {"x-amz-target": "AWSCognito.SignUp"}, b"{}"),
    ],
)
def test_selection(
    service: str, method: str, url: str, headers: dict[str, str], body: bytes
) -> None:
    request = wire.request(method, url, headers, body)
    for _ in range(2):
        assert SELECTION.of(request, credential.of(request)) == service


def test_many_hosts_do_not_pile_up() -> None:
    for number in range(3000):
        SELECTION.of(wire.request("GET", f"http://b{number}.localhost/", {}), credential.ANONYMOUS)
    assert len(SELECTION._hosts) <= 1024
