"""How much may go on at once, by the numbers of AWS's pages."""

import pytest

from homeport.aws.dynamodb.backups.jobs import limits


def test_the_numbers():
    assert limits.AT_ONCE == {"RESTORE": 50, "IMPORT": 50, "EXPORT": 300}


REQUESTS = {
    "RESTORE": (
        "RestoreTableToPointInTime",
        {"SourceTableName": "tab", "TargetTableName": "new", "UseLatestRestorableTime": True},
    ),
    "EXPORT": (
        "ExportTableToPointInTime",
        {"TableArn": "arn:aws:dynamodb:us-east-1:000000000000:table/tab", "S3Bucket": "things"},
    ),
    "IMPORT": (
        "ImportTable",
        {
            "ClientToken": "token",
            "S3BucketSource": {"S3Bucket": "things"},
            "InputFormat": "CSV",
            "TableCreationParameters": {
                "TableName": "new",
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            },
        },
    ),
}


@pytest.mark.parametrize("kind", REQUESTS)
async def test_one_more_is_refused(backups, client, table, bucket, monkeypatch, kind):
    await backups.recover()
    monkeypatch.setitem(limits.AT_ONCE, kind, 0)
    operation, params = REQUESTS[kind]
    assert (await client.refused(operation, **params)).code == "LimitExceededException"
    assert client.dynamodb.db.query("SELECT * FROM jobs") == []
