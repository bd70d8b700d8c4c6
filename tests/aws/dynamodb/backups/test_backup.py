"""CreateBackup, DescribeBackup, ListBackups, DeleteBackup.

Answers as recorded in https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/backup.md
"""

import asyncio

import pytest

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/tab/backup/01700000000000-00000000"


async def test_a_backup_is_creating_in_the_answer_and_available_soon(backups, table):
    answer = await backups("CreateBackup", TableName="tab", BackupName="first")
    details = answer["BackupDetails"]
    assert details["BackupStatus"] == "CREATING"
    await backups.until(lambda: backups.backup_status(details["BackupArn"]), "AVAILABLE")


async def test_what_a_backup_answers(backups, table):
    await backups.fill(2)
    answer = await backups("CreateBackup", TableName="tab", BackupName="first")
    details = answer["BackupDetails"]
    assert details["BackupArn"].startswith(f"{table.arn}/backup/01700000000000-")
    assert details["BackupSizeBytes"] == 2 * (2 + 2 + 1 + 10)
    assert details["BackupCreationDateTime"] == 1_700_000_000
    assert (details["BackupName"], details["BackupType"]) == ("first", "USER")
    assert "BackupExpiryDateTime" not in details


async def test_what_a_backup_remembers_of_its_table(backups, client):
    await client.make(
        "tab", "id:S", "at:N", [client.gsi("gsi", "x:S"), client.lsi("lsi", "y:S")], ttl="e"
    )
    arn = await backups.back_up()
    described = (await backups("DescribeBackup", BackupArn=arn))["BackupDescription"]
    source, features = described["SourceTableDetails"], described["SourceTableFeatureDetails"]
    assert source["KeySchema"] == [
        {"AttributeName": "id", "KeyType": "HASH"},
        {"AttributeName": "at", "KeyType": "RANGE"},
    ]
    assert [index["IndexName"] for index in features["GlobalSecondaryIndexes"]] == ["gsi"]
    assert [index["IndexName"] for index in features["LocalSecondaryIndexes"]] == ["lsi"]
    assert features["TimeToLiveDescription"] == {
        "TimeToLiveStatus": "ENABLED",
        "AttributeName": "e",
    }
    assert "StreamDescription" not in features


async def test_names_need_not_be_unique(backups, table):
    first, second = await backups.back_up(), await backups.back_up()
    assert first != second


async def test_a_table_by_its_arn(backups, table):
    answer = await backups("CreateBackup", TableName=table.arn, BackupName="first")
    assert answer["BackupDetails"]["BackupArn"].startswith(table.arn)


@pytest.mark.parametrize("status", ["CREATING", "DELETING"])
async def test_a_table_that_is_not_ready_is_not_found(backups, client, status):
    await client.make("tab", status=status)
    error = await client.refused("CreateBackup", TableName="tab", BackupName="first")
    assert (error.code, error.message) == ("TableNotFoundException", "Table not found: tab")


async def test_a_table_that_is_missing(client):
    error = await client.refused("CreateBackup", TableName="nope", BackupName="first")
    assert (error.code, error.message) == ("TableNotFoundException", "Table not found: nope")


async def test_a_backup_that_is_missing(client, backups):
    for operation in ("DescribeBackup", "DeleteBackup"):
        error = await client.refused(operation, BackupArn=ARN)
        assert (error.code, error.message) == (
            "BackupNotFoundException",
            f"Backup not found: {ARN}",
        )


async def test_what_is_no_arn_of_a_backup(client):
    for text in (
        "x" * 48,
        "arn:aws:dynamodb:us-east-1:000000000000:table/tab",
        ARN.replace("backup", "export"),
    ):
        assert await client.invalid("DescribeBackup", BackupArn=text) == "Invalid Backup ARN"


async def test_a_backup_of_another_account(client):
    error = await client.other().refused("DescribeBackup", BackupArn=ARN)
    assert (error.code, error.message) == ("AccessDeniedException", "Access is denied")


async def test_a_deleted_backup_is_gone_with_its_file(backups, client, table, tmp_path):
    arn = await backups.back_up()
    answer = await backups("DeleteBackup", BackupArn=arn)
    assert answer["BackupDescription"]["BackupDetails"]["BackupStatus"] == "DELETED"
    assert (await client.refused("DescribeBackup", BackupArn=arn)).code == "BackupNotFoundException"
    assert files(tmp_path) == []


def files(folder):
    return [path for path in (folder / "dynamodb").rglob("*") if path.is_file()]


async def test_backups_outlive_their_table_and_a_restart(backups, client, table):
    arn = await backups.back_up()
    await client.dynamodb.db.write(lambda connection: connection.execute("DELETE FROM tables"))
    await client.restart()
    assert await backups.backup_status(arn) == "AVAILABLE"


async def test_a_backup_cut_off_by_a_stop_is_made_at_the_next_start(backups, client, table):
    await backups.fill(3)
    arn = await backups.back_up()
    await client.dynamodb.db.write(
        lambda connection: connection.execute("UPDATE backups SET status = 'CREATING', file = ''")
    )
    await client.restart()
    await backups.until(lambda: backups.backup_status(arn), "AVAILABLE")


async def test_a_stray_file_is_swept_at_the_start(backups, client, table, tmp_path):
    await backups.back_up()
    (kept,) = files(tmp_path)
    stray = kept.parent / ("0" * 32)
    stray.write_bytes(b"stray")
    await client.restart()

    async def count():
        return len(files(tmp_path))

    await backups.until(count, 1)
    assert files(tmp_path) == [kept]


async def test_a_backup_of_a_table_that_went_away_before_it_was_read(backups, client, table):
    arn = await backups.back_up()
    await client.dynamodb.db.write(
        lambda connection: connection.execute("UPDATE backups SET status = 'CREATING', file = ''")
    )
    await client.dynamodb.db.write(lambda connection: connection.execute("DELETE FROM tables"))
    await client.dynamodb.db.write(lambda connection: connection.execute("DELETE FROM spaces"))
    await client.restart()

    async def count():
        return len((await backups("ListBackups"))["BackupSummaries"])

    await backups.until(count, 0)
    assert (await client.refused("DescribeBackup", BackupArn=arn)).code == "BackupNotFoundException"


async def test_a_listing_by_pages(backups, client, clock):
    for name in ("one", "two"):
        await client.make(name)
        await backups.back_up(name)
        await clock.advance(1)
    first = await backups("ListBackups", Limit=1)
    rest = await backups("ListBackups", ExclusiveStartBackupArn=first["LastEvaluatedBackupArn"])
    shown = [*first["BackupSummaries"], *rest["BackupSummaries"]]
    assert [each["TableName"] for each in shown] == ["one", "two"]
    assert "LastEvaluatedBackupArn" not in rest


async def test_a_page_that_is_just_full_has_no_next(backups, table):
    await backups.back_up()
    assert "LastEvaluatedBackupArn" not in await backups("ListBackups", Limit=1)


async def test_a_listing_by_table_type_and_time(backups, client, clock, table):
    await client.make("other")
    await backups.back_up("other")
    await clock.advance(10)
    await backups.back_up()

    async def count(**params):
        return len((await backups("ListBackups", **params))["BackupSummaries"])

    assert await count() == 2
    assert await count(TableName="tab") == 1
    assert await count(TableName=table.arn) == 1
    assert await count(TableName="nope") == 0
    assert await count(BackupType="ALL") == 2
    assert await count(BackupType="SYSTEM") == await count(BackupType="AWS_BACKUP") == 0
    assert await count(TimeRangeLowerBound=1_700_000_010) == 1
    assert await count(TimeRangeUpperBound=1_700_000_010) == 1
    assert await count(TimeRangeLowerBound=1_700_000_000, TimeRangeUpperBound=1_700_000_011) == 2


async def test_a_time_range_the_wrong_way_round(client):
    text = await client.invalid("ListBackups", TimeRangeLowerBound=2, TimeRangeUpperBound=1)
    assert text == (
        "One or more parameter values were invalid: "
        "Time range lower bound must be less than or equal to upper bound"
    )


async def test_a_cursor_of_another_region(client):
    arn = ARN.replace("us-east-1", "eu-west-1")
    text = await client.invalid("ListBackups", ExclusiveStartBackupArn=arn)
    assert text == (
        "Invalid Request: The supplied ExclusiveStartBackupArn does not match the region"
    )


async def test_regions_and_accounts_see_their_own(backups, client, table):
    arn = await backups.back_up()
    elsewhere = client.other(client.account, "eu-west-1")
    assert (await elsewhere("ListBackups"))["BackupSummaries"] == []
    assert (await client.other()("ListBackups"))["BackupSummaries"] == []
    assert (
        await elsewhere.refused("DescribeBackup", BackupArn=arn)
    ).code == "BackupNotFoundException"


async def test_a_backup_that_is_being_made_cannot_be_deleted(backups, client, table):
    arn = await backups.back_up()
    await client.dynamodb.db.write(
        lambda connection: connection.execute("UPDATE backups SET status = 'CREATING'")
    )
    given = {"TargetTableName": "new", "BackupArn": arn}
    for error in (
        await client.refused("DeleteBackup", BackupArn=arn),
        await client.refused("RestoreTableFromBackup", **given),
    ):
        assert error.code == "BackupInUseException"
        assert "either being created, deleted or restored" in error.message


async def test_the_backup_of_a_deleted_table_expires_and_is_not_deleted_by_hand(
    backups, client, clock, table, tmp_path
):
    arn = await backups.back_up()
    expires = (1_700_000_000 + 35 * 24 * 3600) * 1000
    await client.dynamodb.db.write(
        lambda connection: connection.execute(
            "UPDATE backups SET type = 'SYSTEM', expires_ms = ?", (expires,)
        )
    )
    assert await client.invalid("DeleteBackup", BackupArn=arn) == (
        f"Invalid Request: User is not allowed to delete the system backup with arn {arn}. "
        "It will automatically expire on 2023-12-19T22:13:20Z"
    )
    await clock.advance(35 * 24 * 3600 + 1200)

    async def count():
        return len((await backups("ListBackups", BackupType="ALL"))["BackupSummaries"])

    await backups.until(count, 0)
    await asyncio.sleep(0.05)
    assert files(tmp_path) == []
