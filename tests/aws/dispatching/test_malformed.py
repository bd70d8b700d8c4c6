"""Whatever is sent, the answer is an error of the client's, never of the server's."""

import logging
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.aws.signing import clients, wire

from homeport.aws.dispatch import Dispatcher
from homeport.aws.protocol.call import Call, Params, Service
from homeport.aws.protocol.model import load
from homeport.aws.signing.payload import Payload
from homeport.clock import VirtualClock
from homeport.edge import http


async def read(_: Call, params: Params) -> Params:
    body = params.get("Body")
    if isinstance(body, Payload):
        await body.read(1_000_000)
    return {}


SERVICES = [Service(name, dict.fromkeys(load(name).operations, read)) for name in ("s3", "sqs")]
OPEN = Dispatcher(SERVICES, clock=VirtualClock(wire.AWS_TIME), version="9")
VERIFYING = Dispatcher(
    SERVICES, clock=VirtualClock(wire.AWS_TIME), version="9", secret_of=lambda _: "secret"
)

TEXT = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=30)
SCOPE = "test/20130524/us-east-1"
VALUES = {
    "authorization": st.sampled_from(
        [
            f"AWS4-HMAC-SHA256 Credential={SCOPE}/{service}/aws4_request, SignedHeaders={signed}, Signature=00"
            for service in ("s3", "sqs", "ecs", "lambda", "s3express")
            for signed in ("host", "host;x-amz-date", "", ";", "nothing")
        ]
        + ["AWS test:sig", "AWS4-HMAC-SHA256 Credential=a/b", "Bearer x", ""]
    ),
    "x-amz-date": st.sampled_from(["20130524T000000Z", "20130524", "x"]),
    "x-amz-target": st.sampled_from(["AmazonSQS.SendMessage", "AmazonSQS.", "Other.Name", "."]),
    "x-amz-content-sha256": st.sampled_from(
        [
            "UNSIGNED-PAYLOAD",
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            "0" * 64,
        ]
    ),
    "x-amz-decoded-content-length": st.sampled_from(["0", "5", "-1", "x"]),
    "x-amz-trailer": st.sampled_from(["x-amz-checksum-crc32", "x-amz-meta-a"]),
    "x-amz-checksum-crc32": st.sampled_from(["AAAAAA==", "x"]),
    "content-md5": st.sampled_from(["1B2M2Y8AsgTpgAmY7PhCfg==", "x"]),
    "content-encoding": st.sampled_from(["aws-chunked", "gzip"]),
    "content-type": st.sampled_from(
        ["application/x-www-form-urlencoded", "application/x-amz-json-1.0"]
    ),
    "smithy-protocol": st.sampled_from(["rpc-v2-cbor"]),
    "host": st.sampled_from(["sqs.localhost", "bucket.localhost", "[::1]:1", "", ".", "a" * 300]),
}
HEADERS = st.fixed_dictionaries(
    {}, optional={name: values | TEXT for name, values in VALUES.items()}
)
PATHS = st.sampled_from(
    ["/", "/bucket", "/bucket/a/b", "/service/x/operation/y", "/%", "/v20180820/x", "//", "*"]
)
QUERIES = st.lists(
    st.sampled_from(
        [
            "Action=SendMessage",
            "Version=2012-11-05",
            "uploads",
            "uploadId=1",
            "partNumber=x",
            "delete",
            "tagging",
            "versionId=%ff",
            "X-Amz-Algorithm=AWS4-HMAC-SHA256",
            f"X-Amz-Credential={SCOPE}/s3/aws4_request",
            f"X-Amz-Credential={SCOPE}/sts/aws4_request",
            "X-Amz-Date=20130524T000000Z",
            "X-Amz-Expires=60",
            "X-Amz-SignedHeaders=host",
            "X-Amz-Signature=00",
            "AWSAccessKeyId=test",
            "Expires=1369353660",
            "Signature=%E9",
            "x-amz-acl=é",
            "&=%&",
        ]
    )
    | TEXT,
    max_size=8,
).map("&".join)
BODIES = st.binary(max_size=40) | st.sampled_from(
    [
        b"{}",
        b"<Delete/>",
        b"<a",
        b'{"QueueUrl": 1}',
        b"Action=ListQueues",
        b"5\r\nhello\r\n0\r\n\r\n",
        b"Action=%",
    ]
)


@pytest.mark.parametrize("app", [OPEN, VERIFYING], ids=["open", "verifying"])
@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH", "X"]),
    path=PATHS | TEXT.map("/{}".format),
    query=QUERIES,
    headers=HEADERS,
    body=BODIES,
)
def test_no_request_is_a_failure_of_ours(
    app: Dispatcher,
    caplog: Any,
    method: str,
    path: str,
    query: str,
    headers: dict[str, str],
    body: bytes,
) -> None:
    caplog.clear()
    request = http.Request(
        method, path, query, {"host": "localhost", **headers}, http.BytesBody(body)
    )
    with caplog.at_level(logging.ERROR):
        response = clients.answer(app, request)
    assert response.status < 500 or response.status == 501, caplog.text
