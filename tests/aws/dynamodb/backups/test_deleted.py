"""The backup that is left of a table with point-in-time recovery.

https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/backup.md#ddb-backup-015
"""

import pytest

NOW = 1_700_000_000


async def left(backups, count=1):
    """The system backups, once there are so many and they are whole."""

    async def whole():
        listed = await backups("ListBackups", BackupType="SYSTEM")
        return [each["BackupStatus"] for each in listed["BackupSummaries"]] == ["AVAILABLE"] * count

    await backups.until(whole, True)  # noqa: FBT003
    return (await backups("ListBackups", BackupType="SYSTEM"))["BackupSummaries"]


async def rows(client):
    return client.dynamodb.db.query_one("SELECT count(*) FROM rows")[0]


async def test_a_deleted_table_can_be_restored_as_it_was(backups, client, table):
    await backups.recover()
    await backups.fill(700)
    wanted = await backups.items()
    await client("DeleteTable", TableName="tab")
    (backup,) = await left(backups)
    assert backup["BackupName"] == "tab$DeletedTableBackup"
    assert backup["BackupArn"] == f"{table.arn}/backup/01700000000000-00000000"
    assert backup["BackupExpiryDateTime"] == NOW + 35 * 24 * 3600
    described = await backups("DescribeBackup", BackupArn=backup["BackupArn"])
    assert described["BackupDescription"]["SourceTableFeatureDetails"] == {}
    assert (await backups("ListBackups"))["BackupSummaries"] == []
    await client("RestoreTableFromBackup", TargetTableName="tab", BackupArn=backup["BackupArn"])
    await backups.until_ready("tab")
    assert await backups.items() == wanted


async def test_the_rows_of_a_deleted_table_are_swept_after_its_backup(backups, client, table):
    await backups.recover()
    await backups.fill(700)
    await client("DeleteTable", TableName="tab")
    await left(backups)
    await backups.until(lambda: rows(client), 0)


async def test_a_table_without_recovery_leaves_nothing(backups, client, table):
    await backups.fill(3)
    await client("DeleteTable", TableName="tab")
    await backups.until(lambda: rows(client), 0)
    assert await left(backups, 0) == []


@pytest.mark.parametrize("kind", ["SYSTEM", "USER"])
async def test_rows_wait_over_a_restart_for_the_backup_to_be_made(backups, client, table, kind):
    await backups.recover()
    await backups.fill(10)
    wanted = await backups.items()
    arn = await backups.back_up()

    def cut_off(connection):
        connection.execute("UPDATE backups SET status = 'CREATING', file = '', type = ?", (kind,))
        connection.execute("DELETE FROM tables")
        connection.execute("UPDATE spaces SET is_dropped = 1")

    await client.dynamodb.db.write(cut_off)
    await client.restart()
    await backups.until(lambda: backups.backup_status(arn), "AVAILABLE")
    await client("RestoreTableFromBackup", TargetTableName="new", BackupArn=arn)
    await backups.until_ready("new")
    assert await backups.items("new") == wanted
    await backups.until(lambda: rows(client), 10)
