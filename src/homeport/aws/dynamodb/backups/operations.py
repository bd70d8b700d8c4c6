"""The operations on backups, recovery, exports and imports, by their name in the model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from homeport.aws.dynamodb.backups import backup, recovery, restore
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.protocol.call import Call, Params, Result

TABLE: dict[str, Callable[[DynamoDb, Call, Params], Result | Awaitable[Result]]] = {
    "CreateBackup": backup.create_backup,
    "DeleteBackup": backup.delete_backup,
    "DescribeBackup": backup.describe_backup,
    "DescribeContinuousBackups": recovery.describe_continuous_backups,
    "ListBackups": backup.list_backups,
    "RestoreTableFromBackup": restore.restore_table_from_backup,
    "RestoreTableToPointInTime": restore.restore_table_to_point_in_time,
    "UpdateContinuousBackups": recovery.update_continuous_backups,
}
