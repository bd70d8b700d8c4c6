"""Two ways to reach the service: its operations called directly, and boto3 over a real server on a free port."""

from __future__ import annotations

import asyncio
import itertools
import threading
from pathlib import Path

import boto3
import pytest
from botocore.config import Config

from homeport.aws import dispatch
from homeport.aws.protocol.call import AwsError, Call, Output
from homeport.aws.s3 import operations
from homeport.clock import SystemClock, VirtualClock
from homeport.edge import config, http
from homeport.edge.server import Server

ACCOUNT = "000000000000"


def counting_ids():
    """Ids that tests can tell apart, in the form of the random ones."""
    numbers = itertools.count(1)
    return lambda: f"{next(numbers):x}".rjust(24, "a").ljust(32, "0")


class Direct:
    """Calls operations with their parameters, without HTTP; can be closed and opened again."""

    def __init__(self, folder, clock):
        self.folder, self.clock, self.ids = folder, clock, counting_ids()
        self.open()

    def open(self):
        self.s3 = operations.S3.open(self.folder, self.clock, self.ids)
        self.service = operations.service(self.s3)

    async def reopen(self):
        await self.s3.close()
        self.open()
        await self.s3.recover()

    async def output(self, operation, account=ACCOUNT, region="us-east-1", headers=None, **params):
        """The whole output of an operation."""
        if isinstance(params.get("Body"), bytes):
            params["Body"] = http.BytesBody(params["Body"])
        request = http.Request("POST", "/", "", headers or {}, http.BytesBody())
        call = Call("s3", operation, account, region, "request", request)
        result = self.service.operations[operation](call, params)
        if asyncio.iscoroutine(result):
            result = await result
        return result if isinstance(result, Output) else Output(result)

    async def __call__(self, operation, **params):
        """The members that an operation returns; a body of files is read."""
        output = await self.output(operation, **params)
        body = output.members.get("Body")
        if isinstance(body, list):
            output.members["Body"] = b"".join(read(part) for part in body)
        if output.on_end is not None:
            output.on_end()
        return output.members

    def files(self):
        """The content files on the disk."""
        return [path for path in (self.folder / "s3").rglob("*") if path.is_file()]


def read(part):
    with Path(part.path).open("rb") as file:
        file.seek(part.offset)
        return file.read(part.length)


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
async def s3(tmp_path, clock):
    direct = Direct(tmp_path, clock)
    yield direct
    await direct.s3.close()


@pytest.fixture
async def bucket(s3):
    """The name of a bucket that is there."""
    await s3("CreateBucket", Bucket="bucket")
    return "bucket"


@pytest.fixture
def refused(s3):
    """Calls an operation that is to fail; gives its error."""

    async def call(code, operation, **params):
        with pytest.raises(AwsError) as failure:
            await s3(operation, **params)
        assert failure.value.code == code, failure.value
        return failure.value

    return call


class Cloud:
    """A real server in a thread of its own, and clients of it."""

    def __init__(self, folder):
        self.folder, self.clients = folder, []
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.url = self._run(self._start())

    def _run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    async def _start(self):
        clock = SystemClock()
        self.s3 = operations.S3.open(self.folder, clock, counting_ids())
        app = dispatch.Dispatcher([operations.service(self.s3)], clock=clock, version="0")
        self.server = Server(app, config.EdgeConfig(), clock=clock)
        await self.server.start()
        return self.server.urls[0]

    async def _stop(self):
        await self.server.stop(0)
        await self.s3.close()

    def client(self, access_key="test", region="us-east-1", style="path", **settings):
        client = boto3.client(
            "s3",
            endpoint_url=self.url.replace("127.0.0.1", "localhost"),
            region_name=region,
            aws_access_key_id=access_key,
            aws_secret_access_key="test",
            config=Config(s3={"addressing_style": style}, retries={"max_attempts": 0}, **settings),
        )
        self.clients.append(client)
        return client

    def close(self):
        for client in self.clients:
            client.close()
        self._run(self._stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@pytest.fixture
def cloud(tmp_path):
    cloud = Cloud(tmp_path / "cloud")
    yield cloud
    cloud.close()


@pytest.fixture
def client(cloud):
    """boto3 with a bucket named `bucket`."""
    client = cloud.client()
    client.create_bucket(Bucket="bucket")
    return client
