"""boto3 over a socket: what DynamoDB writes to S3, boto3 reads there, and the other way round."""

import asyncio
import gzip
import json

import boto3
import pytest
from botocore.config import Config

from homeport.aws.delivery.invoke import Invoker
from homeport.aws.delivery.objects import S3Objects
from homeport.aws.dispatch import Dispatcher
from homeport.aws.dynamodb import operations as dynamodb_operations
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.clock import SystemClock
from homeport.edge.config import EdgeConfig
from homeport.edge.server import Server

DEFINITION = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}


@pytest.fixture
async def endpoint(tmp_path, s3):
    clock = SystemClock()
    objects = S3Objects(Invoker({"s3": s3}))
    dynamodb = DynamoDb.open(tmp_path, clock, objects=objects)
    app = Dispatcher([s3, dynamodb_operations.service(dynamodb)], clock=clock, version="9")
    server = Server(app, EdgeConfig(), clock=clock)
    await server.start()
    yield f"http://localhost:{server.ports[0]}"
    await server.stop(1)
    await dynamodb.close()


class Caller:
    """A boto3 client whose calls run in threads."""

    def __init__(self, service, endpoint):
        self.client = boto3.client(
            service,
            region_name="us-east-1",
            endpoint_url=endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}),
        )

    async def __call__(self, operation, **params):
        return await asyncio.to_thread(getattr(self.client, operation), **params)

    async def until(self, operation, member, name, **params):
        """The description that one of these operations answers at last."""
        for _ in range(400):
            described = (await self(operation, **params))[member]
            if described[name] not in ("IN_PROGRESS", "CREATING"):
                return described
            await asyncio.sleep(0.02)
        raise AssertionError(described)

    async def ready(self, name):
        return await self.until("describe_table", "Table", "TableStatus", TableName=name)

    async def ids(self, name):
        found = await self("scan", TableName=name)
        return sorted(item["id"]["S"] for item in found["Items"])


@pytest.fixture
async def dynamodb(endpoint):
    caller = Caller("dynamodb", endpoint)
    yield caller
    caller.client.close()


@pytest.fixture
async def storage(endpoint):
    caller = Caller("s3", endpoint)
    await caller("create_bucket", Bucket="things")
    yield caller
    caller.client.close()


@pytest.fixture
async def table(dynamodb):
    await dynamodb("create_table", TableName="table", **DEFINITION)
    await dynamodb(
        "update_continuous_backups",
        TableName="table",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )
    for name in "abc":
        await dynamodb("put_item", TableName="table", Item={"id": {"S": name}, "b": {"B": b"\xff"}})
    return (await dynamodb.ready("table"))["TableArn"]


async def test_a_backup_is_restored(dynamodb, table):
    made = await dynamodb("create_backup", TableName="table", BackupName="first")
    arn = made["BackupDetails"]["BackupArn"]
    described = await dynamodb("describe_backup", BackupArn=arn)
    while described["BackupDescription"]["BackupDetails"]["BackupStatus"] != "AVAILABLE":
        await asyncio.sleep(0.01)
        described = await dynamodb("describe_backup", BackupArn=arn)
    assert described["BackupDescription"]["SourceTableDetails"]["ItemCount"] == 3
    listed = await dynamodb("list_backups", TableName="table")
    assert [each["BackupArn"] for each in listed["BackupSummaries"]] == [arn]
    await dynamodb("restore_table_from_backup", TargetTableName="restored", BackupArn=arn)
    await dynamodb.ready("restored")
    assert await dynamodb.ids("restored") == ["a", "b", "c"]
    await dynamodb("delete_backup", BackupArn=arn)


async def test_a_table_is_restored_to_a_time(dynamodb, table):
    described = await dynamodb("describe_continuous_backups", TableName="table")
    state = described["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert state["EarliestRestorableDateTime"] <= state["LatestRestorableDateTime"]
    await dynamodb(
        "restore_table_to_point_in_time",
        SourceTableArn=table,
        TargetTableName="recovered",
        UseLatestRestorableTime=True,
    )
    await dynamodb.ready("recovered")
    assert await dynamodb.ids("recovered") == ["a", "b", "c"]


async def test_an_export_is_imported(dynamodb, storage, table):
    begun = await dynamodb("export_table_to_point_in_time", TableArn=table, S3Bucket="things")
    arn = begun["ExportDescription"]["ExportArn"]
    ended = await dynamodb.until(
        "describe_export", "ExportDescription", "ExportStatus", ExportArn=arn
    )
    assert (ended["ExportStatus"], ended["ItemCount"]) == ("COMPLETED", 3)
    listed = await dynamodb("list_exports", TableArn=table)
    assert listed["ExportSummaries"][0]["ExportArn"] == arn
    folder = ended["ExportManifest"].removesuffix("manifest-summary.json") + "data/"
    (key,) = [
        each["Key"]
        for each in (await storage("list_objects_v2", Bucket="things", Prefix=folder))["Contents"]
    ]
    data = (await storage("get_object", Bucket="things", Key=key))["Body"].read()
    lines = [json.loads(line) for line in gzip.decompress(data).splitlines()]
    assert {"Item": {"id": {"S": "a"}, "b": {"B": "/w=="}}} in lines
    imported = await dynamodb(
        "import_table",
        S3BucketSource={"S3Bucket": "things", "S3KeyPrefix": folder},
        InputFormat="DYNAMODB_JSON",
        InputCompressionType="GZIP",
        TableCreationParameters={"TableName": "imported", **DEFINITION},
    )
    arn = imported["ImportTableDescription"]["ImportArn"]
    ended = await dynamodb.until(
        "describe_import", "ImportTableDescription", "ImportStatus", ImportArn=arn
    )
    assert (ended["ImportStatus"], ended["ImportedItemCount"]) == ("COMPLETED", 3)
    assert await dynamodb.ids("imported") == ["a", "b", "c"]
    assert len((await dynamodb("list_imports"))["ImportSummaryList"]) == 1
