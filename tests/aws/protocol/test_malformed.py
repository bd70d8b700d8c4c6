"""Whatever a client sends, it gets the protocol's own error; nothing else ever comes out of a codec."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeport.aws.protocol.call import AwsError
from homeport.aws.protocol.codec import Match
from homeport.edge import http

MANY = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


def refused(side, name: str, body: bytes) -> AwsError:
    match = Match(side.service.operation(name), {"Bucket": "b", "Key": "k"})
    with pytest.raises(AwsError) as caught:
        side.codec.parse(match, http.Request("POST", "/", "", {}, http.BytesBody(body)), body)
    return caught.value


def survives(side, name: str, body: bytes) -> None:
    request = http.Request("POST", "/", "", {}, http.BytesBody(body))
    try:
        side.codec.parse(Match(side.service.operation(name)), request, body)
    except AwsError as error:
        side.codec.error(side.service.operation(name), error, "ID")


def form_error(side, body: bytes, query: str = "") -> AwsError:
    with pytest.raises(AwsError) as caught:
        side.understand(http.Request("POST", "/", query, {}, http.BytesBody(body)))
    return caught.value


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"nul\xff",
        b"\xef\xbb\xbf{}",
        '{"QueueUrl":"x"}'.encode("utf-16"),
        b'{"QueueUrl": 1}',
        b'{"QueueUrl": true}',
        b'{"QueueUrl": {}}',
        b'{"QueueUrl": []}',
        b'{"QueueUrl": "\\ud800"}',
        b'{"DelaySeconds": "1"}',
        b'{"DelaySeconds": 4294967296}',
        b'{"DelaySeconds": 1e999}',
        b'{"DelaySeconds": NaN}',
        b'{"DelaySeconds": ' + b"9" * 5000 + b"}",
        b'{"MessageAttributes": []}',
        b'{"MessageAttributes": {"a": 1}}',
        b'{"MessageAttributes": {"a": {"BinaryValue": "???"}}}',
        b'{"MessageAttributes": {"a": {"BinaryValue": "QQ"}}}',
        b'{"MessageAttributes": {"a": {"BinaryValue": "QQ==QQ=="}}}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
    ids=lambda body: body[:40].decode("latin-1"),
)
def test_json_that_is_wrong(client, body):
    error = refused(client("sqs", "json"), "SendMessage", body)
    assert (error.code, error.status) == ("SerializationException", 400)


@pytest.mark.parametrize(
    ("member", "value", "text"),
    [
        # As dynalite recorded them: https://github.com/architect/dynalite/blob/main/test/helpers.js
        ("TableName", True, "TRUE_VALUE cannot be converted to String"),
        ("TableName", 23, "NUMBER_VALUE cannot be converted to String"),
        ("TableName", 34.56, "DECIMAL_VALUE cannot be converted to String"),
        ("TableName", [], "Unrecognized collection type class java.lang.String"),
        ("TableName", {}, "Start of structure or map found where not expected"),
        ("Limit", "23", "STRING_VALUE cannot be converted to Integer"),
        ("Limit", False, "FALSE_VALUE cannot be converted to Integer"),
        ("ConsistentRead", "23", "Unexpected token received from parser"),
        ("ConsistentRead", 23, "NUMBER_VALUE cannot be converted to Boolean"),
        ("AttributesToGet", "x", "Unexpected field type"),
    ],
)
def test_wrong_types_in_the_words_of_aws(client, member, value, text):
    side = client("dynamodb")
    error = refused(side, "Scan", json.dumps({member: value}).encode())
    assert error.message == text
    assert json.loads(side.codec.error(None, error, "ID").body)["Message"] == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "only base-64-encoded strings are convertible to bytes"),
        ([], "Unrecognized collection type class java.nio.ByteBuffer"),
        ("23456", "Base64 encoded length is expected a multiple of 4 bytes but found: 5"),
    ],
)
def test_wrong_binaries_in_the_words_of_aws(client, value, text):
    attributes = {"a": {"DataType": "Binary", "BinaryValue": value}}
    body = {"QueueUrl": "q", "MessageBody": "b", "MessageAttributes": attributes}
    assert refused(client("sqs", "json"), "SendMessage", json.dumps(body).encode()).message == text


@pytest.mark.parametrize(("text", "value"), [("true", True), ("NO", False), ("1", True)])
def test_booleans_that_are_written_as_texts(client, text, value):
    body = json.dumps({"TableName": "abc", "ConsistentRead": text}).encode()
    headers = {"x-amz-target": "DynamoDB_20120810.Scan"}
    request = http.Request("POST", "/", "", headers, http.BytesBody(body))
    assert client("dynamodb").understand(request)[1]["ConsistentRead"] is value


@pytest.mark.parametrize("target", ["", "DynamoDB_20120810.", "DynamoDB_20120810.Foo", "Foo.Scan"])
def test_an_unknown_target(client, target):
    side = client("dynamodb")
    headers = {"x-amz-target": target}
    with pytest.raises(AwsError) as caught:
        side.understand(http.Request("POST", "/", "", headers, http.BytesBody(b"{}")))
    body = json.loads(side.codec.error(None, caught.value, "ID").body)
    assert body == {"__type": "com.amazon.coral.service#UnknownOperationException"}


def deep_item(levels: int) -> bytes:
    value = b'{"L":[' * levels + b'{"S":"x"}' + b"]}" * levels
    return b'{"Item":{"a":' + value + b'},"TableName":"t"}'


@pytest.mark.parametrize("levels", range(40, 440, 20))
def test_deep_values_of_a_recursive_shape(client, levels):
    """Reading, checking and the interpreter each end at another depth."""
    survives(client("dynamodb"), "PutItem", deep_item(levels))


def test_values_that_are_too_deep(client):
    refusal = refused(client("dynamodb"), "PutItem", deep_item(2000))
    assert refusal.code == "SerializationException"


def test_json_null_members_are_not_there(client):
    side = client("sqs", "json")
    request = http.Request("POST", "/", "", {"x-amz-target": "AmazonSQS.ListQueues"}, None)
    request.body = http.BytesBody(b'{"QueueNamePrefix": null, "Unknown": {"a": 1}}')
    assert side.understand(request) == ("ListQueues", {})


@pytest.mark.parametrize(
    "body",
    [
        b"<Tagging",
        b"no xml",
        b"\xff\xfe",
        b"<Other><TagSet/></Other>",
        b"<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>",
        b"<Tagging><TagSet><Tag><Key><b/></Key><Value>c</Value></Tag></TagSet></Tagging>",
        b"<Tagging>&undefined;</Tagging>",
        b"<!DOCTYPE a><Tagging><TagSet/></Tagging>",
        b'<!DOCTYPE Tagging [<!ENTITY a "b">]><Tagging><TagSet/>&a;</Tagging>',
        b'<?xml version="1.0"?>\n<!DOCTYPE Tagging SYSTEM "file:///etc/passwd"><Tagging/>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><Tagging/>'.encode("utf-16"),
        "<!DOCTYPE a><Tagging><TagSet/></Tagging>".encode("utf-16-le"),
        "<!DOCTYPE a><Tagging><TagSet/></Tagging>".encode("utf-16-be"),
        b"<Tagging>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</Tagging>",
    ],
    ids=lambda body: body[:40].decode("latin-1"),
)
def test_xml_that_is_wrong(client, body):
    error = refused(client("s3"), "PutObjectTagging", body)
    assert (error.code, error.status) == ("MalformedXML", 400)


def test_the_word_doctype_in_a_comment_is_harmless(client):
    side = client("s3")
    body = b"<Tagging><!-- <!DOCTYPE --><TagSet><Tag><Key>a</Key><Value/></Tag></TagSet></Tagging>"
    request = http.Request("PUT", "/b/k", "tagging", {}, http.BytesBody(body))
    assert side.understand(request)[1]["Tagging"] == {"TagSet": [{"Key": "a", "Value": ""}]}


def test_an_absent_body(client):
    assert refused(client("s3"), "PutBucketVersioning", b"").code == "MissingRequestBodyError"


@pytest.mark.parametrize(
    ("method", "target", "headers", "code"),
    [
        ("GET", "/b?max-keys=ten", {}, "InvalidArgument"),
        ("GET", "/b?max-keys=99999999999", {}, "InvalidArgument"),
        ("GET", "/b/k?partNumber=x", {}, "InvalidArgument"),
        ("GET", "/b?list-type=2&fetch-owner=perhaps", {}, "InvalidArgument"),
        ("PUT", "/b/k", {"x-amz-object-lock-retain-until-date": "soon"}, "InvalidArgument"),
        ("PUT", "/b/k", {"content-length": "-"}, "InvalidArgument"),
        ("GET", "/b/%ff", {}, "InvalidURI"),
        ("GET", "/b?prefix=%ff", {}, "InvalidURI"),
        ("GET", "/b?" + "&" * 30_000, {}, "InvalidURI"),
        ("PATCH", "/b/k", {}, "MethodNotAllowed"),
        ("DELETE", "/", {}, "MethodNotAllowed"),
    ],
)
def test_heads_that_s3_refuses(client, method, target, headers, code):
    path, _, query = target.partition("?")
    with pytest.raises(AwsError) as caught:
        client("s3").understand(http.Request(method, path, query, headers, http.BytesBody(b"")))
    assert caught.value.code == code


def test_a_condition_with_a_wrong_date_is_passed_over(client):
    headers = {
        "if-modified-since": "yesterday",
        "if-unmodified-since": "Tue, 14 Nov 2023 22:13:20 GMT",
    }
    _, params = client("s3").understand(http.Request("GET", "/b/k", "", headers, http.BytesBody()))
    assert "IfModifiedSince" not in params
    assert params["IfUnmodifiedSince"] == 1_700_000_000.0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "MissingAction"),
        (b"Action=", "MissingAction"),
        (b"Action=Foo", "InvalidAction"),
        (b"Action=SendMessage&QueueUrl=%ff", "MalformedQueryString"),
        (b"\xff", "MalformedQueryString"),
        (b"Action=SendMessage&QueueUrl.1=x", "MalformedInput"),
        (b"Action=SendMessage&QueueUrl=x&QueueUrl.1=x", "MalformedInput"),
        (b"Action=SendMessage&QueueUrl.1=x&QueueUrl=x", "MalformedInput"),
        (b"Action=SendMessage&DelaySeconds=one", "MalformedInput"),
        (b"Action=SendMessage&MessageAttribute.x.Name=a", "MalformedInput"),
        (b"Action=SendMessage&MessageAttribute.1=a", "MalformedInput"),
        (b"Action=SendMessage&MessageAttribute.1.Name=a", "MalformedInput"),
        (b"Action=SendMessage&MessageAttribute=a", "MalformedInput"),
        (
            b"Action=SendMessage&MessageAttribute.1.Name=a&MessageAttribute.01.Name=b",
            "MalformedInput",
        ),
        (b"Action=SendMessage&MessageAttribute." + b"9" * 9999 + b".Name=a", "MalformedInput"),
        (b"Action=SendMessage&QueueUrl=x", "MissingParameter"),
        (b"Action=SendMessage" + b"&a=b" * 30_000, "MalformedQueryString"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_forms_that_are_wrong(client, body, code):
    assert form_error(client("sqs", "query"), body).code == code


@pytest.mark.parametrize(
    "body",
    [
        b"\xff",
        b"\x00",
        b"\xa1\x00\x00",
        b"\xbf",
        b"\xbf\x61a",
        b"\xbf\xff\x00",
        b"\xbf\x61a\xff\xff",
        b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x7b\x00\x00\x00\x00\xff\xff\xff\xff",
        b"\x81" * 5000,
        b"\xc1" * 5000,
        b"\x1c",
        b"\x1f",
        b"\xf8\x18",
        b"\xbf\x69Namespace\x01\xff",
        b"\xbf\x69Namespace\x61\xff\xff",
        b"\xbf\x69Namespace\x7f\x7f\xff\xff\xff",
    ],
)
def test_cbor_that_is_wrong(client, body):
    error = refused(client("cloudwatch"), "PutMetricData", body)
    assert error.code == "SerializationException"


@MANY
@given(st.binary(max_size=40))
def test_any_bytes(client, body):
    for service, protocol, name in OPERATIONS:
        survives(client(service, protocol), name, body)


@MANY
@given(JSON)
def test_any_json(client, value):
    body = json.dumps(value).encode()
    survives(client("sqs", "json"), "SendMessage", body)
    wrapped = json.dumps({"Item": {"a": value}, "TableName": value}).encode()
    survives(client("dynamodb"), "PutItem", wrapped)


@MANY
@given(st.text("MesageAttribu.123NmVl=&%+ActionSdg", max_size=60))
def test_any_form(client, text):
    request = http.Request(
        "POST", "/", "", {}, http.BytesBody(b"Action=SendMessage&" + text.encode())
    )
    try:
        client("sqs", "query").understand(request)
    except AwsError as error:
        client("sqs", "query").codec.error(None, error, "ID")


@MANY
@given(st.text("<>/TagSetKyValue &;!-[]", max_size=60))
def test_any_xml(client, text):
    survives(client("s3"), "PutObjectTagging", b"<Tagging>" + text.encode() + b"</Tagging>")


def test_a_compressed_body_is_no_body_of_these_protocols(client):
    assert refused(client("sqs", "json"), "SendMessage", gzip.compress(b"{}")).status == 400


OPERATIONS = [
    ("sqs", "json", "SendMessage"),
    ("dynamodb", "json", "PutItem"),
    ("s3", "rest-xml", "PutBucketLifecycleConfiguration"),
    ("s3", "rest-xml", "CompleteMultipartUpload"),
    ("lambda", "rest-json", "CreateFunction"),
    ("cloudwatch", "smithy-rpc-v2-cbor", "PutMetricData"),
]
