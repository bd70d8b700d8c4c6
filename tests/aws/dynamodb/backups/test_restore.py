"""RestoreTableFromBackup and RestoreTableToPointInTime.

Texts and the order of checks as recorded in
https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-restore.md
"""

import asyncio

import pytest

from homeport.aws.dynamodb.backups import files
from homeport.aws.dynamodb.backups.restores import loading

MISSING = "arn:aws:dynamodb:us-east-1:000000000000:table/tab/backup/01700000000000-00000000"
NOW = 1_700_000_000


async def test_a_backup_restored_is_the_table(backups, client, table):
    await backups.fill(250)
    arn = await backups.back_up()
    before = await backups.items()
    await client.delete({"id": {"S": "i1"}}, "tab")
    answer = await backups("RestoreTableFromBackup", TargetTableName="new", BackupArn=arn)
    described = answer["TableDescription"]
    assert described["TableStatus"] == "CREATING"
    assert described["RestoreSummary"] == {
        "SourceBackupArn": arn,
        "SourceTableArn": table.arn,
        "RestoreDateTime": NOW,
        "RestoreInProgress": True,
    }
    await backups.until_ready("new")
    assert await backups.items("new") == before
    ready = (await backups("DescribeTable", TableName="new"))["Table"]
    assert ready["ItemCount"] == 250
    assert "RestoreSummary" not in ready


async def test_a_backup_while_writes_go_on_is_the_state_of_one_commit(backups, client, table):
    """Two items that always change together are never seen apart."""
    pair = [{"id": {"S": name}} for name in "ab"]

    async def write(number):
        puts = [
            {"Put": {"TableName": "tab", "Item": {**key, "n": {"N": str(number)}}}} for key in pair
        ]
        await client("TransactWriteItems", TransactItems=puts)

    await write(0)
    await backups.fill(500)
    writing = asyncio.create_task(_repeat(write, 100))
    arns = [await backups.back_up(name="while") for _ in range(5)]
    await writing
    for number, arn in enumerate(arns):
        await backups("RestoreTableFromBackup", TargetTableName=f"new{number}", BackupArn=arn)
        await backups.until_ready(f"new{number}")
        items = [await client.get(key, f"new{number}") for key in pair]
        assert items[0]["n"] == items[1]["n"]
        assert len(await backups.items(f"new{number}")) == 502


async def _repeat(write, times):
    for number in range(1, times):
        await write(number)


async def test_indexes_are_restored_with_their_items(backups, client):
    await client.make("tab", "id:S", "at:N", [client.gsi("gsi", "x:S"), client.lsi("lsi", "y:S")])
    for number in range(5):
        item = {"id": {"S": "a"}, "at": {"N": str(number)}, "x": {"S": "x"}, "y": {"S": "y"}}
        await client.put(item, "tab")
    arn = await backups.back_up()
    await client("RestoreTableFromBackup", TargetTableName="new", BackupArn=arn, **UNITS)
    await backups.until_ready("new")
    for index, value in (("gsi", "x"), ("lsi", "y")):
        names = {"#k": "x" if index == "gsi" else "id"}
        found = await client(
            "Query",
            TableName="new",
            IndexName=index,
            KeyConditionExpression="#k = :v",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues={":v": {"S": value if index == "gsi" else "a"}},
        )
        assert found["Count"] == 5


UNITS = {"BillingModeOverride": "PAY_PER_REQUEST"}


async def test_indexes_may_be_left_out(backups, client):
    await client.make("tab", "id:S", "at:N", [client.gsi("gsi", "x:S"), client.lsi("lsi", "y:S")])
    arn = await backups.back_up()
    none = {"GlobalSecondaryIndexOverride": [], "LocalSecondaryIndexOverride": []}
    answer = await client(
        "RestoreTableFromBackup", TargetTableName="new", BackupArn=arn, **none, **UNITS
    )
    described = answer["TableDescription"]
    assert "GlobalSecondaryIndexes" not in described
    assert [each["AttributeName"] for each in described["AttributeDefinitions"]] == ["at", "id"]


async def test_an_index_that_was_not_there_is_refused(backups, client, table):
    arn = await backups.back_up()
    index = {
        "IndexName": "new",
        "KeySchema": [{"AttributeName": "x", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    text = await client.invalid(
        "RestoreTableFromBackup",
        TargetTableName="new",
        BackupArn=arn,
        GlobalSecondaryIndexOverride=[index],
    )
    assert text == (
        "Invalid Request: Index new does not match a secondary index that existed in the source "
        "table and cannot be created during the restore operation"
    )


ON_DEMAND = {"BillingMode": "PAY_PER_REQUEST"}
PROVISIONED = {
    "BillingMode": "PROVISIONED",
    "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
}
FIVE = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}


@pytest.mark.parametrize(
    ("settings", "given", "text"),
    [
        (
            ON_DEMAND,
            {"ProvisionedThroughputOverride": FIVE},
            "Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED",
        ),
        (
            PROVISIONED,
            {"BillingModeOverride": "PAY_PER_REQUEST", "ProvisionedThroughputOverride": FIVE},
            "Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST",
        ),
        (
            ON_DEMAND,
            {"BillingModeOverride": "PROVISIONED"},
            "Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED",
        ),
        (
            PROVISIONED,
            {"OnDemandThroughputOverride": {"MaxReadRequestUnits": 5}},
            "Cannot override MaxReadRequestUnits for OnDemandThroughput unless BillingModeOverride is PAY_PER_REQUEST",
        ),
        (
            ON_DEMAND,
            {"OnDemandThroughputOverride": {"MaxReadRequestUnits": 0}},
            "Requested MaxReadRequestUnits for OnDemandThroughput is outside of valid range",
        ),
    ],
)
async def test_throughput_that_does_not_fit_the_billing(backups, client, settings, given, text):
    await client.make("tab", settings=settings)
    arn = await backups.back_up()
    found = await client.invalid(
        "RestoreTableFromBackup", TargetTableName="new", BackupArn=arn, **given
    )
    assert found == f"Invalid Request: {text}"
    assert backups.table("new") is None


async def test_an_index_needs_units_where_they_are_provisioned(backups, client):
    await client.make("tab", "id:S", "", [client.gsi("gsi", "x:S")], settings=ON_DEMAND)
    arn = await backups.back_up()
    given = {"BillingModeOverride": "PROVISIONED", "ProvisionedThroughputOverride": FIVE}
    text = await client.invalid(
        "RestoreTableFromBackup", TargetTableName="new", BackupArn=arn, **given
    )
    assert text == "Invalid Request: Must specify provisioned throughput for index gsi"


async def test_units_of_an_index_that_is_paid_by_request(backups, client):
    await client.make("tab", "id:S", "", [client.gsi("gsi", "x:S")], settings=ON_DEMAND)
    arn = await backups.back_up()
    index = {
        "IndexName": "gsi",
        "KeySchema": [{"AttributeName": "x", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
        "ProvisionedThroughput": FIVE,
    }
    text = await client.invalid(
        "RestoreTableFromBackup",
        TargetTableName="new",
        BackupArn=arn,
        GlobalSecondaryIndexOverride=[index],
    )
    assert text == (
        "Invalid Request: Cannot override ProvisionedThroughput if BillingMode is overridden to "
        "PAY_PER_REQUEST for index gsi"
    )


async def test_what_is_restored_of_the_settings(backups, client):
    kept = {**ON_DEMAND, "OnDemandThroughput": {"MaxReadRequestUnits": 100}}
    sse = {
        "Status": "ENABLED",
        "SSEType": "KMS",
        "KMSMasterKeyArn": "arn:aws:kms:us-east-1:0:key/a",
    }
    lost = {"DeletionProtectionEnabled": True, "Tags": {"a": "b"}}
    await client.make("tab", settings={**kept, "SSEDescription": sse, **lost}, ttl="e")
    await backups.recover()
    arn = await backups.back_up()
    answer = await client("RestoreTableFromBackup", TargetTableName="new", BackupArn=arn)
    described, restored = answer["TableDescription"], backups.table("new")
    assert described["OnDemandThroughput"] == {"MaxReadRequestUnits": 100}
    assert described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert described["SSEDescription"] == sse
    assert described["DeletionProtectionEnabled"] is False
    assert (restored.ttl, restored.recovery, restored.settings.get("Tags")) == (None, None, None)


async def test_encryption_may_be_switched_off(backups, client):
    await client.make("tab", settings={"SSEDescription": {"Status": "ENABLED"}})
    arn = await backups.back_up()
    answer = await client(
        "RestoreTableFromBackup",
        TargetTableName="new",
        BackupArn=arn,
        SSESpecificationOverride={"Enabled": False},
    )
    assert "SSEDescription" not in answer["TableDescription"]


async def test_a_table_that_exists(backups, client, table):
    arn = await backups.back_up()
    error = await client.refused("RestoreTableFromBackup", TargetTableName="tab", BackupArn=arn)
    assert (error.code, error.message) == (
        "TableAlreadyExistsException",
        "Table already exists: tab",
    )


async def test_a_backup_that_is_missing(client):
    error = await client.refused("RestoreTableFromBackup", TargetTableName="new", BackupArn=MISSING)
    assert (error.code, error.message) == (
        "BackupNotFoundException",
        f"Backup not found: {MISSING}",
    )


async def test_a_backup_of_another_region(backups, client, table):
    await backups.fill(2)
    arn = await backups.back_up()
    there = client.other(client.account, "eu-west-1")
    given = {"TargetTableName": "new", "BackupArn": arn}
    assert await there.invalid("RestoreTableFromBackup", **given) == (
        "Invalid Request: sseSpecificationOverride must be provided for cross-region restores"
    )
    sse = {"SSESpecificationOverride": {"Enabled": True, "SSEType": "KMS"}}
    answer = await there("RestoreTableFromBackup", **given, **sse)
    assert ":eu-west-1:" in answer["TableDescription"]["TableArn"]


@pytest.fixture
def held(monkeypatch):
    """Holds restores before their first batch until it is set."""
    gate = asyncio.Event()
    batches = files.batches

    async def wait(*given):
        await gate.wait()
        async for batch in batches(*given):
            yield batch

    monkeypatch.setattr(loading.files, "batches", wait)
    return gate


async def test_one_restore_of_a_backup_at_a_time(backups, client, table, held):
    arn = await backups.back_up()
    await client("RestoreTableFromBackup", TargetTableName="new", BackupArn=arn)
    errors = [
        await client.refused("RestoreTableFromBackup", TargetTableName="newer", BackupArn=arn),
        await client.refused("DeleteBackup", BackupArn=arn),
        await client.refused("RestoreTableFromBackup", TargetTableName="new", BackupArn=arn),
    ]
    assert [(error.code, error.message) for error in errors] == [
        ("BackupInUseException", f"Backup is being used to restore another table: {arn}"),
        ("BackupInUseException", f"Backup is being used to restore table: {arn}"),
        (
            "TableInUseException",
            f"Table: new is already being restored from backup: {arn}",
        ),
    ]
    held.set()
    await backups.until_ready("new")
    await client("DeleteBackup", BackupArn=arn)


async def test_a_table_that_is_being_restored_is_neither_read_nor_deleted(
    backups, client, table, held
):
    arn = await backups.back_up()
    await client("RestoreTableFromBackup", TargetTableName="new", BackupArn=arn)
    assert (await client.refused("Scan", TableName="new")).code == "ResourceNotFoundException"
    assert (await client.refused("DeleteTable", TableName="new")).code == "ResourceInUseException"
    held.set()
    await backups.until_ready("new")


async def test_a_restore_cut_off_goes_on_after_a_restart(backups, client, table, monkeypatch):
    await backups.fill(450)
    arn = await backups.back_up()
    monkeypatch.setattr(loading, "_put", stop_after(2))
    await client("RestoreTableFromBackup", TargetTableName="new", BackupArn=arn)
    await asyncio.sleep(0.2)
    assert backups.table("new").status == "CREATING"
    monkeypatch.undo()
    await client.restart()
    await backups.until_ready("new")
    assert await backups.items("new") == await backups.items()
    assert client.dynamodb.db.query("SELECT * FROM jobs") == []


def stop_after(batches):
    """Lets some batches be written, then stands still as a process does that is killed."""
    put, seen = loading._put, []

    def limited(*given):
        seen.append(given)
        if len(seen) > batches:
            raise asyncio.CancelledError
        return put(*given)

    return limited


async def test_a_backup_whose_file_is_damaged_leaves_no_table(backups, client, table, tmp_path):
    await backups.fill(10)
    arn = await backups.back_up()
    (file,) = [path for path in (tmp_path / "dynamodb" / "files").rglob("*") if path.is_file()]
    file.write_bytes(b"no gzip")
    await client("RestoreTableFromBackup", TargetTableName="new", BackupArn=arn)

    async def left():
        # The job ends with the commit after that which takes the table.
        return backups.table("new"), client.dynamodb.db.query("SELECT * FROM jobs")

    await backups.until(left, (None, []))


# To a point in time


async def to(client, name="new", **given):
    return await client(
        "RestoreTableToPointInTime", SourceTableName="tab", TargetTableName=name, **given
    )


async def test_a_table_as_it_was(backups, client, clock, table):
    await client.put({"id": {"S": "old"}}, "tab")
    await backups.recover()
    await clock.advance(10)
    await backups.fill(3)
    wanted = await backups.items()
    await clock.advance(10)
    await client.put({"id": {"S": "i1"}, "v": {"S": "changed"}}, "tab")
    await client.delete({"id": {"S": "old"}}, "tab")
    await client.put({"id": {"S": "later"}}, "tab")
    answer = await to(client, RestoreDateTime=NOW + 15)
    summary = answer["TableDescription"]["RestoreSummary"]
    assert summary == {
        "SourceTableArn": table.arn,
        "RestoreDateTime": NOW + 15,
        "RestoreInProgress": True,
    }
    await backups.until_ready("new")
    assert await backups.items("new") == wanted


async def test_the_latest_time_is_now(backups, client, clock, table):
    await backups.recover()
    await backups.fill(3)
    await to(client, UseLatestRestorableTime=True)
    await backups.until_ready("new")
    assert await backups.items("new") == await backups.items()


async def test_what_is_deleted_after_the_answer_is_restored_all_the_same(backups, client, table):
    await backups.recover()
    await backups.fill(300)
    wanted = await backups.items()
    await to(client, UseLatestRestorableTime=True)
    await client("DeleteTable", TableName="tab")
    await backups.until_ready("new")
    assert await backups.items("new") == wanted


async def test_the_file_of_a_restore_is_deleted_at_its_end(backups, client, table, tmp_path):
    await backups.recover()
    await backups.fill(3)
    await to(client, UseLatestRestorableTime=True)
    await backups.until_ready("new")

    async def left():
        return len([path for path in (tmp_path / "dynamodb").rglob("*") if path.is_file()])

    await backups.until(left, 0)


async def test_a_source_by_its_arn(backups, client, table):
    await backups.recover()
    given = {"SourceTableArn": table.arn, "UseLatestRestorableTime": True}
    await client("RestoreTableToPointInTime", TargetTableName="new", **given)
    await backups.until_ready("new")


LATEST = {"UseLatestRestorableTime": True}


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {"SourceTableName": "tab", "RestoreDateTime": NOW, **LATEST},
            (
                "Invalid Request: Both RestoreDateTime and UseLatestRestorableTime cannot be set for "
                "point-in-time restore request. Please specify either RestoreDateTime time or "
                "UseLatestRestorableTime"
            ),
        ),
        (
            {"SourceTableName": "tab", "UseLatestRestorableTime": False},
            (
                "Invalid Request: Either one of RestoreDateTime or UseLatestRestorableTime must be "
                "specified, but not both"
            ),
        ),
        (
            {**LATEST, "SourceTableName": "tab", "SourceTableArn": MISSING},
            "Invalid Request: Must provide exactly one of: sourceTableArn, sourceTableName",
        ),
        (LATEST, "The parameter 'TableName' is required but was not present in the request"),
        (
            {**LATEST, "SourceTableArn": "tab"},
            "One or more parameter values were invalid: sourceTableArn is not a valid ARN",
        ),
        (
            {**LATEST, "SourceTableArn": "arn:aws:dynamodb:us-east-1:111111111111:table/tab"},
            "This action is only supported by accounts that match the resource owner\u2019s account.",
        ),
        (
            {**LATEST, "SourceTableArn": "arn:aws:dynamodb:eu-west-1:000000000000:table/tab"},
            "Invalid Request: sseSpecificationOverride must be provided for cross-region restores",
        ),
    ],
)
async def test_requests_that_contradict_themselves(client, table, given, text):
    assert await client.invalid("RestoreTableToPointInTime", TargetTableName="new", **given) == text


async def test_a_source_that_is_missing(client):
    given = {"SourceTableName": "nope", "TargetTableName": "new", **LATEST}
    error = await client.refused("RestoreTableToPointInTime", **given)
    assert (error.code, error.message) == ("TableNotFoundException", "Table not found: nope")


async def test_a_source_without_recovery(client, table):
    given = {"SourceTableName": "tab", "TargetTableName": "tab", **LATEST}
    error = await client.refused("RestoreTableToPointInTime", **given)
    assert (error.code, error.message) == (
        "PointInTimeRecoveryUnavailableException",
        "Point in time recovery is not enabled for table 'tab'",
    )


async def test_a_target_that_exists(backups, client, table):
    await backups.recover()
    given = {"SourceTableName": "tab", "TargetTableName": "tab", **LATEST}
    error = await client.refused("RestoreTableToPointInTime", **given)
    assert (error.code, error.message) == (
        "TableAlreadyExistsException",
        "Table already exists: tab",
    )


@pytest.mark.parametrize("time", [0, NOW - 1, NOW + 11, 1e11])
async def test_a_time_that_cannot_be_restored(backups, client, clock, table, time):
    await backups.recover()
    await clock.advance(10)
    given = {"SourceTableName": "tab", "TargetTableName": "tab", "RestoreDateTime": time}
    error = await client.refused("RestoreTableToPointInTime", **given)
    assert error.code == "InvalidRestoreTimeException"
    assert error.message.endswith(
        "must be within EarliestRestorableDateTime '2023-11-14T22:13:20Z' and "
        "LatestRestorableDateTime '2023-11-14T22:13:30Z'"
    )


async def test_vector_indexes_are_refused_by_name(backups, client, table):
    arn = await backups.back_up()
    index = {
        "IndexName": "vec",
        "VectorAttribute": {"AttributeName": "v"},
        "Projection": {"ProjectionType": "ALL"},
        "Dimensions": 3,
        "DistanceFunction": "COSINE",
    }
    error = await client.refused(
        "RestoreTableFromBackup",
        TargetTableName="new",
        BackupArn=arn,
        VectorIndexOverride=[index],
    )
    assert (error.status, error.code) == (501, "NotImplemented")
