import asyncio
import contextlib
import json
import secrets

import pytest
from tests.aws.dynamodb.conftest import Client

from homeport.aws.delivery.invoke import Caller, Invoker
from homeport.aws.delivery.objects import S3Objects
from homeport.aws.dynamodb.backups.objects import Place
from homeport.aws.protocol.call import AwsError
from homeport.aws.s3 import operations as s3_operations
from homeport.aws.s3.s3 import S3
from homeport.edge import http

CALLER = Caller("000000000000", "us-east-1")


class Backups:
    """Shorthand for what the tests of backups do often."""

    def __init__(self, client):
        self.client = client

    async def __call__(self, operation, **params):
        return await self.client(operation, **params)

    async def fill(self, count, table="tab", size=10):
        """Items `i0`, `i1`, ... in writes of their own."""
        puts = [
            self.client.put({"id": {"S": f"i{number}"}, "v": {"S": "x" * size}}, table)
            for number in range(count)
        ]
        await asyncio.gather(*puts)

    async def items(self, table="tab"):
        """The items of a table by their keys, whatever its status; also proof that rows, counts and indexes agree."""
        dynamodb = self.client.dynamodb
        found = dynamodb.tables.find(self.client.account, self.client.region, table)
        return contents(dynamodb, found)

    async def recover(self, table="tab", days=None):
        """Switches point-in-time recovery on."""
        given = {"PointInTimeRecoveryEnabled": True}
        if days is not None:
            given["RecoveryPeriodInDays"] = days
        return await self(
            "UpdateContinuousBackups", TableName=table, PointInTimeRecoverySpecification=given
        )

    async def back_up(self, table="tab", name="first"):
        """A backup that is whole."""
        answer = await self("CreateBackup", TableName=table, BackupName=name)
        arn = answer["BackupDetails"]["BackupArn"]
        await self.until(lambda: self.backup_status(arn), "AVAILABLE")
        return arn

    async def backup_status(self, arn):
        answer = await self("DescribeBackup", BackupArn=arn)
        return answer["BackupDescription"]["BackupDetails"]["BackupStatus"]

    def table(self, name):
        """A table as the catalog has it."""
        return self.client.dynamodb.tables.find(self.client.account, self.client.region, name)

    async def until_ready(self, name):
        async def status():
            table = self.table(name)
            return None if table is None else table.status

        await self.until(status, "ACTIVE")

    async def until(self, ask, *wanted):
        """Waits for work that goes on in threads; virtual time stands still."""
        for _ in range(2000):
            answer = await ask()
            if answer in wanted:
                return answer
            await asyncio.sleep(0.005)
        raise AssertionError(f"{answer} instead of {wanted}")


def contents(dynamodb, table):
    """Items by their keys, from the table's rows."""
    rows = dynamodb.db.query("SELECT pk, sk, item FROM rows WHERE space = ?", (table.id,))
    return {(pk, sk): json.loads(item) for pk, sk, item in rows}


@pytest.fixture
def backups(client):
    return Backups(client)


@pytest.fixture
async def table(client):
    return await client.make("tab")


class Bucket:
    """A bucket of a real S3 of ours, which DynamoDB writes to and reads from."""

    def __init__(self, s3, invoker, name="things"):
        self.s3 = s3
        self.name = name
        self._invoker = invoker
        self.objects = S3Objects(invoker)

    async def call(self, operation, **params):
        answer = await self._invoker.call(CALLER, "s3", operation, params)
        return answer.members

    async def put(self, key, body):
        await self.call("PutObject", Bucket=self.name, Key=key, Body=http.BytesBody(body))

    async def keys(self):
        listed = await self.call("ListObjectsV2", Bucket=self.name)
        return [each["Key"] for each in listed["Contents"]]

    async def get(self, key):
        place = Place(*CALLER, self.name)
        pieces = self.objects.read(place, key)
        return b"".join([piece async for piece in pieces])


@pytest.fixture
async def bucket(client, tmp_path, clock):
    made = await open_bucket(tmp_path / "s3", clock)
    client.objects = made.objects
    await client.restart()
    yield made
    await made.s3.close()


async def open_bucket(folder, clock):
    """A bucket in an S3 of its own, which is made where it is not there yet."""
    s3 = S3.open(folder, clock, lambda: secrets.token_hex(16))
    made = Bucket(s3, Invoker({"s3": s3_operations.service(s3)}))
    with contextlib.suppress(AwsError):
        await made.call("CreateBucket", Bucket=made.name)
    return made


async def open_with_s3(folder, clock):
    """A client of a DynamoDB that has an S3, without fixtures; who calls closes both."""
    bucket = await open_bucket(folder / "s3", clock)
    client = Client(folder, clock)
    client.objects = bucket.objects
    return await client.open(), bucket
