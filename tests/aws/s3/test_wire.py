"""Requests that no SDK would send, over a real connection: each gets an answer of its own, and the server goes on."""

from __future__ import annotations

import hashlib
import socket

import pytest
import urllib3

MD5 = "Content-MD5"
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
        "x-amz-meta-n": "\u00e4",
        "Content-Type": "",
    }
    pool.request("PUT", f"{cloud.url}/bucket/h", headers=said, body=b"1")
    got = pool.request("GET", f"{cloud.url}/bucket/h").headers
    for name in ("Expires", "Cache-Control", "x-amz-meta-n"):
        assert got[name] == said[name]


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
