"""Which operation a request of a REST service asks for."""

from __future__ import annotations

import pytest

from homeport.aws.protocol.call import AwsError
from homeport.edge import http

S3 = [
    ("GET /", "ListBuckets", {}),
    ("GET /?x-id=ListBuckets", "ListBuckets", {}),
    ("GET /b", "ListObjects", {"Bucket": "b"}),
    ("GET /b/", "ListObjects", {"Bucket": "b"}),
    ("GET /b?list-type=2&prefix=a", "ListObjectsV2", {"Bucket": "b"}),
    ("GET /b?list-type=1", "ListObjects", {"Bucket": "b"}),
    ("GET /b?versions&prefix=list-type", "ListObjectVersions", {"Bucket": "b"}),
    ("GET /b?location", "GetBucketLocation", {"Bucket": "b"}),
    ("GET /b?location=", "GetBucketLocation", {"Bucket": "b"}),
    ("GET /b?uploads", "ListMultipartUploads", {"Bucket": "b"}),
    ("GET /b?analytics", "ListBucketAnalyticsConfigurations", {"Bucket": "b"}),
    ("GET /b?analytics&id=3", "GetBucketAnalyticsConfiguration", {"Bucket": "b"}),
    ("GET /b?lifecycle", "GetBucketLifecycleConfiguration", {"Bucket": "b"}),
    ("GET /b?notification", "GetBucketNotificationConfiguration", {"Bucket": "b"}),
    ("PUT /b", "CreateBucket", {"Bucket": "b"}),
    ("PUT /b?lifecycle", "PutBucketLifecycleConfiguration", {"Bucket": "b"}),
    ("POST /b?delete", "DeleteObjects", {"Bucket": "b"}),
    ("POST /b", "PostObject", {"Bucket": "b"}),
    ("HEAD /b", "HeadBucket", {"Bucket": "b"}),
    ("DELETE /b", "DeleteBucket", {"Bucket": "b"}),
    ("DELETE /b?tagging", "DeleteBucketTagging", {"Bucket": "b"}),
    ("GET /b/k", "GetObject", {"Bucket": "b", "Key": "k"}),
    ("GET /b/k?X-Amz-Signature=1&versionId=2", "GetObject", {"Bucket": "b", "Key": "k"}),
    ("GET /b/k?acl", "GetObjectAcl", {"Bucket": "b", "Key": "k"}),
    ("GET /b/k?uploadId=1", "ListParts", {"Bucket": "b", "Key": "k"}),
    ("GET /b/k?attributes", "GetObjectAttributes", {"Bucket": "b", "Key": "k"}),
    ("PUT /b/k?partNumber=1&uploadId=1", "UploadPart", {"Bucket": "b", "Key": "k"}),
    ("PUT /b/k", "PutObject", {"Bucket": "b", "Key": "k"}),
    ("PUT /b//a//b/", "PutObject", {"Bucket": "b", "Key": "/a//b/"}),
    ("PUT /b/a%2Fb%20c%C3%A9+d", "PutObject", {"Bucket": "b", "Key": "a/b cé+d"}),
    ("PUT /b/..", "PutObject", {"Bucket": "b", "Key": ".."}),
    ("POST /b/k?uploads", "CreateMultipartUpload", {"Bucket": "b", "Key": "k"}),
    ("POST /b/k?uploadId=1", "CompleteMultipartUpload", {"Bucket": "b", "Key": "k"}),
    ("POST /b/k?select&select-type=2", "SelectObjectContent", {"Bucket": "b", "Key": "k"}),
    ("DELETE /b/k?uploadId=1", "AbortMultipartUpload", {"Bucket": "b", "Key": "k"}),
    ("DELETE /b/k", "DeleteObject", {"Bucket": "b", "Key": "k"}),
]

LAMBDA = [
    ("GET /2015-03-31/functions", "ListFunctions", {}),
    ("GET /2015-03-31/functions/", "ListFunctions", {}),
    ("GET /2015-03-31/functions/f", "GetFunction", {"FunctionName": "f"}),
    ("POST /2015-03-31/functions/f/invocations", "Invoke", {"FunctionName": "f"}),
    ("GET /2015-03-31/functions/arn%3Aaws%3Af", "GetFunction", {"FunctionName": "arn:aws:f"}),
    ("GET /2017-03-31/tags/arn:aws:f", "ListTags", {"Resource": "arn:aws:f"}),
    ("DELETE /2017-03-31/tags/arn:aws:f", "UntagResource", {"Resource": "arn:aws:f"}),
]


def match(side, line: str, headers: dict[str, str] | None = None):
    method, target = line.split(" ", 1)
    path, _, query = target.partition("?")
    request = http.Request(method, path, query, headers or {}, http.BytesBody())
    return side.codec.match(request, path)


@pytest.mark.parametrize(("line", "operation", "labels"), S3)
def test_s3(client, line, operation, labels):
    found = match(client("s3"), line)
    assert (found.operation.name, found.labels) == (operation, labels)


@pytest.mark.parametrize(("line", "operation", "labels"), LAMBDA)
def test_lambda(client, line, operation, labels):
    found = match(client("lambda"), line)
    assert (found.operation.name, found.labels) == (operation, labels)


def test_a_header_tells_a_copy_from_a_put(client):
    copy = {"x-amz-copy-source": "/b/k"}
    assert match(client("s3"), "PUT /b/k", copy).operation.name == "CopyObject"
    part = match(client("s3"), "PUT /b/k?partNumber=1&uploadId=2", copy)
    assert part.operation.name == "UploadPartCopy"


@pytest.mark.parametrize(
    ("service", "line", "code", "status"),
    [
        ("s3", "PATCH /b", "MethodNotAllowed", 405),
        ("s3", "POST /b/k", "MethodNotAllowed", 405),
        ("s3", "GET /b/100%", "InvalidURI", 400),
        ("s3", "PUT /b/100%zz", "InvalidURI", 400),
        ("s3", "PUT /b/100%2", "InvalidURI", 400),
        ("lambda", "PUT /2015-03-31/functions", "MethodNotAllowedException", 405),
        ("lambda", "GET /nowhere", "UnknownOperationException", 404),
        ("lambda", "GET /2015-03-31/functions//code", "UnknownOperationException", 404),
    ],
)
def test_what_is_no_operation(client, service, line, code, status):
    with pytest.raises(AwsError) as caught:
        match(client(service), line)
    assert (caught.value.code, caught.value.status) == (code, status)


STRICT = {"CompleteMultipartUpload", "WriteGetObjectResponse"}
"""Operations of S3 that have nothing but required parameters to be known by."""


@pytest.mark.parametrize("service", ["s3", "lambda", "cloudfront"])
def test_every_route_of_a_model_leads_to_an_operation_of_its_path(client, service):
    side = client(service)
    for name in side.service.operations.keys() - STRICT:
        operation = side.service.operation(name)
        path = operation.uri.replace("+}", "").replace("{", "").replace("}", "")
        found = match(side, f"{operation.method} {path}").operation
        assert found.method == operation.method
        assert found.uri.partition("?")[0] == operation.uri.partition("?")[0]
