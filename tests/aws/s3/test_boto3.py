"""boto3 as it is, against a real server: what is sent and what comes back on the wire."""

from __future__ import annotations

import hashlib
import io
from urllib.parse import urlsplit

import boto3
import pytest
import urllib3
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

MIB = 1024 * 1024


def code_of(failure):
    error = failure.value.response
    return error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize("size", [0, 1, 1024, 32 * 1024, 32 * 1024 + 1, 70_000, 3 * MIB])
def test_an_object_comes_back_as_it_was_put(client, size):
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    put = client.put_object(Bucket="bucket", Key="k", Body=data)
    got = client.get_object(Bucket="bucket", Key="k", ChecksumMode="ENABLED")
    assert got["Body"].read() == data
    assert got["ETag"] == put["ETag"] == f'"{hashlib.md5(data).hexdigest()}"'
    assert got["ContentLength"] == size
    assert got["ContentType"] == "binary/octet-stream"
    assert got["ChecksumCRC32"] == put["ChecksumCRC32"]
    assert got["ChecksumType"] == "FULL_OBJECT"


def test_headers_and_metadata_are_kept(client):
    said = {
        "CacheControl": "max-age=3",
        "ContentDisposition": 'attachment; filename="a.txt"',
        "ContentEncoding": "gzip",
        "ContentLanguage": "de",
        "ContentType": "text/plain",
        "Metadata": {"colour": "blue", "empty": ""},
        "StorageClass": "STANDARD_IA",
        "WebsiteRedirectLocation": "/elsewhere",
    }
    client.put_object(Bucket="bucket", Key="k", Body=b"data", Tagging="a=1&b=2", **said)
    for got in (
        client.head_object(Bucket="bucket", Key="k"),
        client.get_object(Bucket="bucket", Key="k"),
    ):
        assert {name: got[name] for name in said} == said
        assert got["ContentLength"] == 4
        assert got["AcceptRanges"] == "bytes"
    assert client.get_object(Bucket="bucket", Key="k")["TagCount"] == 2


def test_expires_is_kept(client):
    client.put_object(Bucket="bucket", Key="k", Body=b"", Expires="2030-01-02T03:04:05Z")
    got = client.get_object(Bucket="bucket", Key="k")
    assert got["ExpiresString"] == "Wed, 02 Jan 2030 03:04:05 GMT"


@pytest.mark.parametrize("name", ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"])
@pytest.mark.parametrize("size", [100, 200_000])
def test_every_checksum_is_kept(client, name, size):
    put = client.put_object(Bucket="bucket", Key="k", Body=b"x" * size, ChecksumAlgorithm=name)
    got = client.head_object(Bucket="bucket", Key="k", ChecksumMode="ENABLED")
    assert got[f"Checksum{name}"] == put[f"Checksum{name}"]


def test_a_stream_is_put_with_a_trailer(client):
    stream = io.BytesIO(b"y" * 300_000)
    client.put_object(Bucket="bucket", Key="k", Body=stream, ContentLength=300_000)
    assert client.get_object(Bucket="bucket", Key="k")["Body"].read() == b"y" * 300_000


@pytest.mark.parametrize("size", [10, 100_000])
def test_a_wrong_checksum_keeps_nothing(client, cloud, size):
    for wrong in ({"ChecksumCRC32": "AAAAAA=="}, {"ContentMD5": "AAAAAAAAAAAAAAAAAAAAAA=="}):
        with pytest.raises(ClientError) as failure:
            client.put_object(Bucket="bucket", Key="k", Body=b"x" * size, **wrong)
        assert code_of(failure) == ("BadDigest", 400)
    assert client.list_objects_v2(Bucket="bucket")["KeyCount"] == 0
    assert [path for path in (cloud.folder / "s3").rglob("*") if path.is_file()] == []


def test_missing_things_are_named(client):
    with pytest.raises(client.exceptions.NoSuchKey) as failure:
        client.get_object(Bucket="bucket", Key="none")
    assert failure.value.response["Error"]["Key"] == "none"
    with pytest.raises(client.exceptions.NoSuchBucket) as failure:
        client.list_objects_v2(Bucket="no-such-bucket")
    assert failure.value.response["Error"]["BucketName"] == "no-such-bucket"
    with pytest.raises(ClientError) as failure:
        client.head_object(Bucket="bucket", Key="none")
    assert code_of(failure) == ("404", 404)


@pytest.mark.parametrize("size", [1000, 100_000])
def test_ranges(client, size):
    data = bytes(index % 251 for index in range(size))
    client.put_object(Bucket="bucket", Key="k", Body=data)
    got = client.get_object(Bucket="bucket", Key="k", Range="bytes=10-19")
    assert got["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert got["ContentRange"] == f"bytes 10-19/{size}"
    assert got["Body"].read() == data[10:20]
    assert client.get_object(Bucket="bucket", Key="k", Range="bytes=-7")["Body"].read() == data[-7:]
    with pytest.raises(ClientError) as failure:
        client.get_object(Bucket="bucket", Key="k", Range=f"bytes={size}-")
    assert code_of(failure) == ("InvalidRange", 416)
    assert failure.value.response["Error"]["ActualObjectSize"] == str(size)
    head = client.head_object(Bucket="bucket", Key="k", Range="bytes=10-19")
    assert head["ContentLength"] == 10


def test_conditions(client):
    etag = client.put_object(Bucket="bucket", Key="k", Body=b"1")["ETag"]
    for operation in (client.get_object, client.head_object):
        with pytest.raises(ClientError) as failure:
            operation(Bucket="bucket", Key="k", IfNoneMatch=etag)
        assert code_of(failure)[1] == 304
        with pytest.raises(ClientError) as failure:
            operation(Bucket="bucket", Key="k", IfMatch='"0"')
        assert code_of(failure)[1] == 412
    with pytest.raises(ClientError) as failure:
        client.put_object(Bucket="bucket", Key="k", Body=b"2", IfNoneMatch="*")
    assert code_of(failure) == ("PreconditionFailed", 412)
    assert failure.value.response["Error"]["Condition"] == "If-None-Match"
    client.put_object(Bucket="bucket", Key="k", Body=b"2", IfMatch=etag)


def test_strange_keys(client):
    keys = [
        "a b",
        "a+b",
        "ä/ö",
        "a%20b",
        "a?b#c",
        "..",
        "a//b",
        "/lead",
        "tail/",
        "\U0001f600",
        "a&<>\"'",
        "a\tb",
    ]
    for key in keys:
        client.put_object(Bucket="bucket", Key=key, Body=key.encode())
    listed = client.list_objects_v2(Bucket="bucket")["Contents"]
    assert [entry["Key"] for entry in listed] == sorted(keys, key=str.encode)
    for key in keys:
        assert client.get_object(Bucket="bucket", Key=key)["Body"].read() == key.encode()
        client.copy_object(Bucket="bucket", Key="copy", CopySource={"Bucket": "bucket", "Key": key})
        assert client.get_object(Bucket="bucket", Key="copy")["Body"].read() == key.encode()


def test_pages_and_prefixes(client):
    for number in range(25):
        client.put_object(Bucket="bucket", Key=f"d{number % 5}/{number:02}", Body=b"")
    pages = client.get_paginator("list_objects_v2").paginate(
        Bucket="bucket", PaginationConfig={"PageSize": 4}
    )
    assert len([entry for page in pages for entry in page["Contents"]]) == 25
    page = client.list_objects(Bucket="bucket", Delimiter="/", MaxKeys=2)
    assert page["NextMarker"] == "d1/"
    assert page["IsTruncated"]
    rest = client.list_objects(Bucket="bucket", Delimiter="/", Marker="d1/")
    assert [each["Prefix"] for each in rest["CommonPrefixes"]] == ["d2/", "d3/", "d4/"]


def test_a_transfer_in_parts(client, cloud):
    data = bytes(hashlib.shake_256(b"seed").digest(11 * MIB))
    settings = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB)
    client.upload_fileobj(io.BytesIO(data), "bucket", "big", Config=settings)
    back = io.BytesIO()
    client.download_fileobj("bucket", "big", back, Config=settings)
    assert back.getvalue() == data
    head = client.head_object(Bucket="bucket", Key="big", ChecksumMode="ENABLED")
    assert head["ETag"].endswith('-3"')
    assert head["ChecksumType"] == "COMPOSITE"
    assert client.head_object(Bucket="bucket", Key="big", PartNumber=3)["PartsCount"] == 3
    client.copy({"Bucket": "bucket", "Key": "big"}, "bucket", "copied", Config=settings)
    assert client.get_object(Bucket="bucket", Key="copied")["Body"].read() == data
    files = [path for path in (cloud.folder / "s3").rglob("*") if path.is_file()]
    assert len(files) == 3


def test_delete_many(client):
    for key in "abc":
        client.put_object(Bucket="bucket", Key=key, Body=b"")
    asked = {"Objects": [{"Key": key} for key in "abx"]}
    done = client.delete_objects(Bucket="bucket", Delete=asked)
    assert [entry["Key"] for entry in done["Deleted"]] == ["a", "b", "x"]
    assert client.list_objects_v2(Bucket="bucket")["KeyCount"] == 1


def test_resource_interface(cloud, client):
    resource = boto3.resource(
        "s3",
        endpoint_url=cloud.url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    cloud.clients.append(resource.meta.client)
    bucket = resource.Bucket("bucket")
    bucket.Versioning().enable()
    bucket.put_object(Key="k", Body=b"1")
    bucket.put_object(Key="k", Body=b"2")
    bucket.Object("k").delete()
    assert len(list(bucket.object_versions.all())) == 3
    bucket.object_versions.delete()
    bucket.delete()
    assert list(resource.buckets.all()) == []


def test_virtual_host(cloud, client):
    params = {"Bucket": "bucket", "Key": "dir/k"}
    url = cloud.client(style="virtual").generate_presigned_url("put_object", Params=params)
    parts = urlsplit(url)
    assert parts.hostname == "bucket.localhost"
    # Sent to the server's address by hand: not every machine resolves names below localhost.
    with urllib3.PoolManager() as pool:
        path = f"{cloud.url}{parts.path}?{parts.query}"
        assert pool.request("PUT", path, body=b"v", headers={"Host": parts.netloc}).status == 200
    assert client.get_object(Bucket="bucket", Key="dir/k")["Body"].read() == b"v"


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_presigned(cloud, client, version):
    signer = cloud.client(signature_version=version)
    url = signer.generate_presigned_url("put_object", Params={"Bucket": "bucket", "Key": "p q"})
    with urllib3.PoolManager() as pool:
        assert pool.request("PUT", url, body=b"by url").status == 200
        params = {"Bucket": "bucket", "Key": "p q", "ResponseContentType": "text/x"}
        url = signer.generate_presigned_url("get_object", Params=params)
        got = pool.request("GET", url)
    assert (got.data, got.headers["content-type"]) == (b"by url", "text/x")


def test_accounts_and_regions(cloud, client):
    other = cloud.client(access_key="111111111111", region="eu-west-1")
    with pytest.raises(ClientError) as failure:
        other.list_objects_v2(Bucket="bucket")
    assert code_of(failure) == ("AccessDenied", 403)
    where = {"LocationConstraint": "eu-west-1"}
    with pytest.raises(other.exceptions.BucketAlreadyExists):
        other.create_bucket(Bucket="bucket", CreateBucketConfiguration=where)
    other.create_bucket(Bucket="theirs", CreateBucketConfiguration=where)
    assert other.head_bucket(Bucket="theirs")["BucketRegion"] == "eu-west-1"
    assert other.get_bucket_location(Bucket="theirs")["LocationConstraint"] == "eu-west-1"
    assert [each["Name"] for each in other.list_buckets()["Buckets"]] == ["theirs"]
    assert client.get_bucket_location(Bucket="bucket")["LocationConstraint"] is None


def test_cors(cloud, client):
    rule = {
        "AllowedOrigins": ["https://*.example.com"],
        "AllowedMethods": ["GET", "PUT"],
        "AllowedHeaders": ["x-amz-*", "content-type"],
        "ExposeHeaders": ["ETag"],
        "MaxAgeSeconds": 60,
    }
    client.put_bucket_cors(Bucket="bucket", CORSConfiguration={"CORSRules": [rule]})
    assert client.get_bucket_cors(Bucket="bucket")["CORSRules"] == [rule]
    client.put_object(Bucket="bucket", Key="k", Body=b"1")
    origin = "https://a.example.com"
    asking = {
        "Origin": origin,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "Content-Type, x-amz-date",
    }
    url = f"{cloud.url}/bucket/k"
    with urllib3.PoolManager() as pool:
        allowed = pool.request("OPTIONS", url, headers=asking)
        refused = pool.request("OPTIONS", url, headers={**asking, "Origin": "https://example.org"})
        got = pool.request("GET", url, headers={"Origin": origin})
    assert allowed.status == 200
    assert allowed.headers["access-control-allow-origin"] == origin
    assert allowed.headers["access-control-allow-headers"] == "content-type, x-amz-date"
    assert allowed.headers["access-control-max-age"] == "60"
    assert (refused.status, b"AccessForbidden" in refused.data) == (403, True)
    assert got.headers["access-control-expose-headers"] == "ETag"
    assert "Origin" in got.headers["vary"]


def test_attributes_of_parts(client):
    upload = client.create_multipart_upload(Bucket="bucket", Key="k", ChecksumAlgorithm="SHA256")
    name = {"Bucket": "bucket", "Key": "k", "UploadId": upload["UploadId"]}
    parts = []
    for number, data in ((1, b"a" * 5 * MIB), (2, b"b")):
        part = client.upload_part(**name, PartNumber=number, Body=data, ChecksumAlgorithm="SHA256")
        parts.append(
            {"PartNumber": number, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]}
        )
    done = client.complete_multipart_upload(**name, MultipartUpload={"Parts": parts})
    assert done["ChecksumType"] == "COMPOSITE"
    assert done["ChecksumSHA256"].endswith("-2")
    asked = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]
    got = client.get_object_attributes(Bucket="bucket", Key="k", ObjectAttributes=asked)
    assert got["ObjectSize"] == 5 * MIB + 1
    assert got["Checksum"]["ChecksumSHA256"] == done["ChecksumSHA256"].removesuffix("-2")
    assert [part["Size"] for part in got["ObjectParts"]["Parts"]] == [5 * MIB, 1]
    assert got["ObjectParts"]["TotalPartsCount"] == 2
    part = client.get_object(Bucket="bucket", Key="k", PartNumber=1, ChecksumMode="ENABLED")
    assert part["ChecksumSHA256"] == parts[0]["ChecksumSHA256"]
    assert part["Body"].read() == b"a" * 5 * MIB


def test_unimplemented_says_so(client):
    with pytest.raises(ClientError) as failure:
        client.put_bucket_website(Bucket="bucket", WebsiteConfiguration={})
    assert code_of(failure) == ("NotImplemented", 501)
