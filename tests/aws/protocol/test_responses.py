"""Responses as they go to the wire: statuses, headers, bodies."""

from __future__ import annotations

import json

import pytest

from homeport.aws.protocol.call import Output
from homeport.edge import http

S3_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


def serialize(side, name: str, result) -> http.Response:
    return side.codec.serialize(side.service.operation(name), result, "ID")


def headers(response: http.Response) -> dict[str, str]:
    lowered = [name.lower() for name, _ in response.headers]
    assert len(lowered) == len(set(lowered))
    return {name.lower(): value for name, value in response.headers}


def test_get_object_writes_what_the_members_say(client):
    body = http.FileBody("/nowhere", 5, 10)
    members = {
        "Body": body,
        "ContentLength": 10,
        "ContentType": "text/plain",
        "ContentRange": "bytes 5-14/20",
        "LastModified": 1_700_000_000.0,
        "Metadata": {"Color": "blue"},
        "VersionId": None,
    }
    ended = []
    result = Output(members, status=206, on_end=lambda: ended.append(1))
    response = serialize(client("s3"), "GetObject", result)
    assert (response.status, response.body) == (206, body)
    sent = headers(response)
    assert sent["content-length"] == "10"
    assert sent["content-type"] == "text/plain"
    assert sent["content-range"] == "bytes 5-14/20"
    assert sent["last-modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert sent["x-amz-meta-color"] == "blue"
    assert "x-amz-version-id" not in sent
    response.on_end()
    assert ended == [1]


def test_a_header_cannot_be_broken_out_of(client):
    members = {"ContentDisposition": "a\r\nSet-Cookie: b", "Metadata": {"a": "日本\n"}}
    sent = headers(serialize(client("s3"), "GetObject", members))
    assert sent["content-disposition"] == "a  Set-Cookie: b"
    assert sent["x-amz-meta-a"] == "=?UTF-8?B?5pel5pysCg==?="


def test_latin_1_stays_as_it_came(client):
    sent = headers(serialize(client("s3"), "HeadObject", {"ContentDisposition": "caf\xe9"}))
    assert sent["content-disposition"] == "caf\xe9"


def test_headers_of_a_service_come_first(client):
    more = [("Content-Type", "application/json"), ("X-Further", "1")]
    response = serialize(client("s3"), "GetBucketPolicy", Output({"Policy": "{}"}, headers=more))
    sent = headers(response)
    assert (response.body, sent["content-type"], sent["x-further"]) == (
        b"{}",
        "application/json",
        "1",
    )


@pytest.mark.parametrize(
    ("operation", "members", "xml"),
    [
        ("ListBuckets", {"Buckets": []}, "<ListAllMyBucketsResult {ns}><Buckets></Buckets></ListAllMyBucketsResult>"),
        ("GetBucketVersioning", {}, "<VersioningConfiguration {ns}></VersioningConfiguration>"),
        ("GetBucketLocation", {}, "<LocationConstraint {ns}/>"),
        ("GetBucketLocation", {"LocationConstraint": "eu-west-1"}, "<LocationConstraint {ns}>eu-west-1</LocationConstraint>"),
        (
            "ListObjectsV2",
            {"Name": "b", "Contents": [{"Key": "a&b", "LastModified": 0.0, "Size": 1}], "Prefix": None},
            ("<ListBucketResult {ns}><Name>b</Name><Contents><Key>a&amp;b</Key><LastModified>1970-01-01T00:00:00.000Z"
            "</LastModified><Size>1</Size></Contents></ListBucketResult>"),
        ),
        (
            "GetBucketAcl",
            {"Grants": [{"Grantee": {"Type": "Group", "URI": "u"}, "Permission": "READ"}]},
            ("<AccessControlPolicy {ns}><AccessControlList><Grant>"
            '<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>u</URI></Grantee>'
            "<Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>"),
        ),
        (
            "CopyObject",
            {"CopyObjectResult": {"ETag": '"e"'}, "VersionId": "v"},
            "<CopyObjectResult {ns}><ETag>&quot;e&quot;</ETag></CopyObjectResult>",
        ),
    ],
)  # fmt: skip
def test_bodies_of_s3(client, operation, members, xml):
    response = serialize(client("s3"), operation, members)
    wanted = xml.replace("{ns}", f'xmlns="{S3_NAMESPACE}"')
    assert response.body.decode() == f'<?xml version="1.0" encoding="UTF-8"?>\n{wanted}'
    assert headers(response)["content-type"] == "application/xml"


def test_no_body_where_the_output_has_none(client):
    response = serialize(client("s3"), "PutObject", {"ETag": '"e"'})
    assert (response.status, response.body) == (200, b"")
    assert "content-type" not in headers(response)
    assert serialize(client("s3"), "DeleteObject", {}).status == 204


def test_the_form_upload_answers_as_its_form_asks(client):
    created = {"StatusCode": 201, "ETag": "e", "PostResponse": {"Bucket": "b", "Key": "k"}}
    response = serialize(client("s3"), "PostObject", created)
    assert response.status == 201
    assert b"<Bucket>b</Bucket><Key>k</Key></PostResponse>" in response.body
    assert serialize(client("s3"), "PostObject", {"ETag": "e"}).status == 204


def test_sqs_in_its_two_protocols(client):
    result = {"MessageId": "m", "MD5OfMessageBody": "d", "SequenceNumber": None}
    in_json = serialize(client("sqs", "json"), "SendMessage", result)
    assert json.loads(in_json.body) == {"MessageId": "m", "MD5OfMessageBody": "d"}
    assert headers(in_json)["content-type"] == "application/x-amz-json-1.0"
    in_xml = serialize(client("sqs", "query"), "SendMessage", result)
    assert in_xml.body.decode().endswith(
        '<SendMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><SendMessageResult>'
        "<MessageId>m</MessageId><MD5OfMessageBody>d</MD5OfMessageBody></SendMessageResult>"
        "<ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></SendMessageResponse>"
    )


def test_an_operation_without_output(client):
    assert serialize(client("sqs", "json"), "DeleteQueue", {}).body == b""
    assert b"<DeleteQueueResponse" in serialize(client("sqs", "query"), "DeleteQueue", {}).body


def test_a_member_that_the_model_lacks_is_a_mistake_of_the_service(client):
    for service, protocol, name in (
        ("sqs", "json", "SendMessage"),
        ("sqs", "query", "SendMessage"),
        ("s3", None, "ListObjectsV2"),
        ("cloudwatch", None, "GetMetricData"),
    ):
        with pytest.raises(KeyError):
            serialize(client(service, protocol), name, {"Nonsense": "x"})
