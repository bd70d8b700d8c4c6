"""The operations on backups, recovery, exports and imports, by their name in the model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from homeport.aws.dynamodb.backups import recovery
from homeport.aws.dynamodb.backups.exports import export
from homeport.aws.dynamodb.backups.imports import importing
from homeport.aws.dynamodb.backups.ondemand import backup
from homeport.aws.dynamodb.backups.restores import restore
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.protocol.call import Call, Params, Result

TABLE: dict[str, Callable[[DynamoDb, Call, Params], Result | Awaitable[Result]]] = {
    "CreateBackup": backup.create_backup,
    "DeleteBackup": backup.delete_backup,
    "DescribeBackup": backup.describe_backup,
    "DescribeContinuousBackups": recovery.describe_continuous_backups,
    "DescribeExport": export.describe_export,
    "ExportTableToPointInTime": export.export_table_to_point_in_time,
    "DescribeImport": importing.describe_import,
    "ListBackups": backup.list_backups,
    "ListExports": export.list_exports,
    "ImportTable": importing.import_table,
    "ListImports": importing.list_imports,
    "RestoreTableFromBackup": restore.restore_table_from_backup,
    "RestoreTableToPointInTime": restore.restore_table_to_point_in_time,
    "UpdateContinuousBackups": recovery.update_continuous_backups,
}
