import hashlib

import pytest

from homeport.aws.delivery.invoke import Invoker
from homeport.aws.delivery.objects import S3Objects
from homeport.aws.dynamodb.backups.objects import Encryption, Listed, Place
from homeport.aws.protocol.call import AwsError


async def pieces(data, size=1024 * 1024):
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def failing(data):
    yield data
    raise AwsError("Gone", "The source went away.")


async def read(objects, place, key):
    return b"".join([piece async for piece in objects.read(place, key)])


async def keys(objects, place, prefix=""):
    return [listed async for listed in objects.find(place, prefix)]


async def test_a_small_object_comes_back(objects, bucket):
    etag = await objects.write(bucket, "a/b", pieces(b"hello"))
    assert etag == hashlib.md5(b"hello").hexdigest()
    assert await read(objects, bucket, "a/b") == b"hello"


async def test_an_empty_object_comes_back(objects, bucket):
    await objects.write(bucket, "empty", pieces(b""))
    assert await read(objects, bucket, "empty") == b""


async def test_a_large_object_is_written_in_parts(objects, bucket, data):
    etag = await objects.write(bucket, "large", pieces(data))
    assert etag.endswith("-3")
    assert await read(objects, bucket, "large") == data


async def test_an_object_of_exactly_one_part_is_put_at_once(objects, bucket, data):
    etag = await objects.write(bucket, "one", pieces(data[: 5 * 1024 * 1024]))
    assert "-" not in etag


async def test_a_body_that_fails_leaves_nothing(objects, bucket, data):
    with pytest.raises(AwsError, match="Gone"):
        await objects.write(bucket, "large", failing(data))
    assert await keys(objects, bucket) == []


async def test_a_listing_goes_over_its_pages(objects, bucket):
    for number in range(1003):
        await objects.write(bucket, f"in/{number:04}", pieces(b"x"))
    await objects.write(bucket, "other", pieces(b"x"))
    found = await keys(objects, bucket, "in/")
    assert found == [Listed(f"in/{number:04}", 1) for number in range(1003)]


async def test_a_bucket_that_is_missing_is_what_s3_says(objects):
    nowhere = Place("000000000000", "us-east-1", "nowhere")
    with pytest.raises(AwsError, match="The specified bucket does not exist") as caught:
        await objects.write(nowhere, "a", pieces(b"a"))
    assert caught.value.status == 404


async def test_the_bucket_must_belong_to_whom_it_is_said_to(objects, bucket):
    with pytest.raises(AwsError, match="AccessDenied"):
        await keys(objects, bucket._replace(owner="111111111111"))


async def test_encryption_is_asked_of_s3(objects, bucket):
    await objects.write(bucket, "a", pieces(b"a"), Encryption("AES256"))
    with pytest.raises(AwsError):
        await objects.write(bucket, "b", pieces(b"b"), Encryption("KMS", "key"))


def test_a_stack_without_s3_says_so():
    assert not S3Objects(Invoker({})).runs()
