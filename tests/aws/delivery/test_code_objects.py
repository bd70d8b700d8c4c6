"""Packages read from S3: whatever kind of body it answers with, and what is let go of at the end."""

import contextlib

import pytest

from homeport.aws.delivery.code_objects import CodeObjects
from homeport.aws.delivery.invoke import Invoker
from homeport.aws.lambda_.code.objects import Object
from homeport.aws.protocol.call import AwsError, Output, Service
from homeport.edge import http

PLACE = Object("000000000000", "us-east-1", "bucket", "key")


class Bucket:
    """An S3 of one answer."""

    def __init__(self, body):
        self.body = body
        self.asked = []
        self.ended = 0

    def get(self, call, params):
        self.asked.append((call.account, call.region, params))
        return Output({"Body": self.body}, on_end=self.end)

    def end(self):
        self.ended += 1

    def objects(self):
        return CodeObjects(Invoker({"s3": Service("s3", {"GetObject": self.get})}))


async def stream():
    for piece in (b"he", b"llo"):
        yield piece


async def read(objects, place=PLACE):
    return b"".join([piece async for piece in objects.read(place)])


@pytest.fixture
def files(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"..hello..")
    return [http.FileBody(str(path), 2, 3), http.FileBody(str(path), 5, 2)]


@pytest.mark.parametrize("kind", ["bytes", "file", "files", "stream"])
async def test_kinds_of_bodies(kind, files):
    whole = http.FileBody(files[0].path, 2, 5)
    bodies = {"bytes": b"hello", "file": whole, "files": files, "stream": stream()}
    bucket = Bucket(bodies[kind])
    assert await read(bucket.objects()) == b"hello"
    assert bucket.ended == 1


async def test_a_version(files):
    bucket = Bucket(b"")
    await read(bucket.objects(), PLACE._replace(version="v"))
    asked = {"Bucket": "bucket", "Key": "key", "VersionId": "v"}
    assert bucket.asked == [("000000000000", "us-east-1", asked)]


async def test_one_that_is_not_read_to_its_end_is_let_go_of_too(files):
    bucket = Bucket(files)
    async with contextlib.aclosing(bucket.objects().read(PLACE)) as pieces:
        async for piece in pieces:
            assert piece == b"hel"
            break
    assert bucket.ended == 1


async def test_a_file_that_is_shorter_than_it_was(files):
    bucket = Bucket(files[0]._replace(length=100))
    with pytest.raises(AwsError):
        await read(bucket.objects())
    assert bucket.ended == 1


def test_whether_there_is_an_s3():
    assert Bucket(b"").objects().runs()
    assert not CodeObjects(Invoker({})).runs()
