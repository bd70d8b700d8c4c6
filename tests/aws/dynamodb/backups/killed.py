"""A process that is killed in the middle of its work: opens a folder, begins everything at once, and says so."""

import asyncio
import sys
from pathlib import Path

from tests.aws.dynamodb.backups.conftest import Backups, open_with_s3

from homeport.clock import SystemClock

COUNT = 1500
IMPORTED = {
    "TableName": "imported",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}


async def prepare(folder):
    """A table with a backup, and objects to import."""
    client, bucket = await open_with_s3(folder, SystemClock())
    backups = Backups(client)
    await client.make("tab", settings={"BillingMode": "PAY_PER_REQUEST"})
    await backups.recover()
    await backups.fill(COUNT)
    lines = b"".join(b'{"Item":{"id":{"S":"i%d"}}}\n' % number for number in range(COUNT))
    await bucket.put("source/1", lines)
    arn = await backups.back_up()
    await client.close()
    await bucket.s3.close()
    return arn


async def begin(folder, arn):
    """Begins one of each, and prints what it began."""
    client, bucket = await open_with_s3(folder, SystemClock())
    source = {"S3Bucket": bucket.name, "S3KeyPrefix": "source/"}
    begun = [
        await client("RestoreTableFromBackup", TargetTableName="restored", BackupArn=arn),
        await client(
            "RestoreTableToPointInTime",
            SourceTableName="tab",
            TargetTableName="recovered",
            UseLatestRestorableTime=True,
        ),
        await client("CreateBackup", TableName="tab", BackupName="second"),
        await client(
            "ImportTable",
            ClientToken="token",
            S3BucketSource=source,
            InputFormat="DYNAMODB_JSON",
            TableCreationParameters=IMPORTED,
        ),
        await client(
            "ExportTableToPointInTime",
            TableArn=client.dynamodb.tables.find(client.account, client.region, "tab").arn,
            S3Bucket=bucket.name,
        ),
    ]
    print(  # noqa: T201 - what the test reads
        begun[2]["BackupDetails"]["BackupArn"],
        begun[3]["ImportTableDescription"]["ImportArn"],
        begun[4]["ExportDescription"]["ExportArn"],
        flush=True,
    )
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(begin(Path(sys.argv[1]), sys.argv[2]))
