"""Requests that no SDK would send, over a real connection: each gets an answer of its own, and the server goes on."""

from __future__ import annotations

import hashlib
import socket

import pytest
import urllib3

MD5 = "Content-MD5"
LONG_TEXT = "attachment%3Bfilename%3D%22%E6%97%A5.txt%22"
PART = "/bucket/c?partNumber=1&uploadId=x"
DIGITS = {"x-amz-copy-source-range": "bytes=0-" + "9" * 5000}
REQUESTS = [
    ("GET", "/bucket/%ff", {}, b"", 400, b"InvalidURI"),
    ("GET", "/bucket?list-type=2&prefix=%ff", {}, b"", 400, b"InvalidURI"),
    ("GET", "/bucket?max-keys=x", {}, b"", 400, b"InvalidArgument"),
    ("GET", "/bucket?list-type=2&continuation-token=zz", {}, b"", 400, b"InvalidArgument"),
    ("GET", "/bucket?versions&version-id-marker=x&key-marker=k", {}, b"", 400, b"InvalidArgument"),
    ("GET", "/bucket/k?versionId=", {}, b"", 400, b"InvalidArgument"),
    ("GET", "/bucket/k?partNumber=x", {}, b"", 400, b"InvalidArgument"),
    ("GET", "/bucket/k", {"If-Modified-Since": "nonsense"}, b"", 200, b"data"),
    ("GET", "/bucket/k", {"Range": "nonsense"}, b"", 200, b"data"),
    ("GET", "/bucket/k", {"Range": "bytes=9-"}, b"", 416, b"InvalidRange"),
    ("PUT", "/bucket?versioning", {}, b"<x", 400, b"<Error>"),
    ("PUT", "/bucket/k?tagging", {}, b"", 400, b"<Error>"),
    ("POST", "/bucket?delete", {}, b"<Delete/>", 400, b"<Error>"),
    ("PUT", "/bucket/k?partNumber=0&uploadId=x", {}, b"", 400, b"InvalidArgument"),
    ("PUT", "/bucket/k?partNumber=1&uploadId=x", {}, b"", 404, b"NoSuchUpload"),
    ("PUT", "/bucket/c", {"x-amz-copy-source": "nowhere"}, b"", 400, b"InvalidArgument"),
    ("PUT", "/bucket/c", {"x-amz-copy-source": "%ff/k"}, b"", 400, b"InvalidArgument"),
    ("PUT", "/bucket/c", {"x-amz-tagging": "a=%ff"}, b"", 400, b"InvalidArgument"),
    ("PUT", "/bucket/c", {MD5: "nonsense"}, b"", 400, b"InvalidDigest"),
    ("PUT", "/bucket/c", {"x-amz-checksum-crc32": "nonsense"}, b"", 400, b"InvalidRequest"),
    ("PUT", "/bucket/c", {"If-None-Match": '"x"'}, b"", 501, b"NotImplemented"),
    ("PUT", "/bucket?policy", {}, b"{}", 501, b"NotImplemented"),
    ("PUT", "/Bad_Name", {}, b"", 400, b"InvalidBucketName"),
    ("PUT", f"/bucket/{'a' * 1025}", {}, b"", 400, b"KeyTooLongError"),
    ("GET", f"/bucket/k?response-content-disposition={LONG_TEXT}", {}, b"", 400, b"ISO-8859-1"),
    ("GET", "/bucket/k?response-content-type=a%0d%0ab:c", {}, b"", 400, b"response-content-type"),
    ("PUT", "/bucket/c", {"x-amz-copy-source": "bucket/k", **DIGITS}, b"", 200, b"<CopyObject"),
    ("PUT", f"{PART}", {"x-amz-copy-source": "bucket/k", **DIGITS}, b"", 404, b"NoSuchUpload"),
    ("POST", "/bucket/k", {}, b"", 405, b"<ResourceType>OBJECT<"),
    ("PATCH", "/bucket", {}, b"", 405, b"<ResourceType>BUCKET<"),
    ("PUT", "/", {}, b"", 405, b"<ResourceType>SERVICE<"),
    ("OPTIONS", "/bucket/k", {}, b"", 400, b"BadRequest"),
    ("OPTIONS", "/", {"Origin": "http://a", "Access-Control-Request-Method": "PUT"}, b"", 400, b""),
]


@pytest.fixture
def pool(cloud, client):
    client.put_object(Bucket="bucket", Key="k", Body=b"data")
    with urllib3.PoolManager() as pool:
        yield pool


def test_wrong_requests(cloud, pool):
    for method, path, headers, body, status, text in REQUESTS:
        got = pool.request(method, cloud.url + path, headers=headers, body=body, retries=False)
        assert (got.status, text in got.data) == (status, True), (method, path, headers, got.data)
    assert pool.request("GET", f"{cloud.url}/bucket/k").data == b"data"


def test_headers_come_back_byte_for_byte(cloud, pool):
    said = {
        "Expires": "0",
        "Cache-Control": "x=\u00e4",
        "Content-Type": "",
    }
    pool.request("PUT", f"{cloud.url}/bucket/h", headers=said, body=b"1")
    got = pool.request("GET", f"{cloud.url}/bucket/h").headers
    for name in ("Expires", "Cache-Control"):
        assert got[name] == said[name]


# The first as AWS's page has it: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata
@pytest.mark.parametrize(
    ("sent", "given"),
    [
        ("ÄMÄZÕÑ S3".encode(), "=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?="),
        (b"AMAZONS3", "AMAZONS3"),
        (b"=?UTF-8?B?w4TigqzwnZSY?=", "=?UTF-8?B?w4TigqzwnZSY?="),
        (b"=?utf-8?q?=C3=84_x?=", "=?UTF-8?B?w4QgeA==?="),
        (b"a =?us-ascii?Q?b?= c", "a b c"),
        (b"=?UTF-8?B?w4?= =?UTF-8?B?/w==?= =?none?B?YQ==?=", None),
    ],
)
def test_user_metadata_beyond_ascii(cloud, pool, sent, given):
    url = f"{cloud.url}/bucket/m"
    pool.request("PUT", url, headers={"x-amz-meta-n": sent.decode("latin-1")}, body=b"1")
    got = pool.request("HEAD", url).headers["x-amz-meta-n"]
    assert got == (sent.decode() if given is None else given)


def test_an_unsigned_body_without_a_length_is_refused(cloud, pool):
    got = pool.request("PUT", f"{cloud.url}/bucket/c", body=iter([b"1", b"2"]), chunked=True)
    assert (got.status, b"MissingContentLength" in got.data) == (411, True)


def test_a_client_that_goes_away_leaves_nothing(cloud, client):
    host, port = cloud.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        head = f"PUT /bucket/cut HTTP/1.1\r\nHost: {host}\r\nContent-Length: 200000\r\n\r\n"
        connection.sendall(head.encode() + b"x" * 100_000)
    assert client.list_objects_v2(Bucket="bucket")["KeyCount"] == 0
    assert [path for path in (cloud.folder / "s3" / "files").rglob("*") if path.is_file()] == []


def test_head_says_what_get_gives(cloud, pool):
    for path in ("k", "none"):
        head = pool.request("HEAD", f"{cloud.url}/bucket/{path}")
        got = pool.request("GET", f"{cloud.url}/bucket/{path}")
        assert head.status == got.status
        assert head.data == b""
        assert head.headers.get("ETag") == got.headers.get("ETag")
    etag = f'"{hashlib.md5(b"data").hexdigest()}"'
    assert pool.request("HEAD", f"{cloud.url}/bucket/k").headers["Content-Length"] == "4"
    assert pool.request("GET", f"{cloud.url}/bucket/k").headers["ETag"] == etag
