"""Errors of backups, recovery, export and import, in the service's words.

Most texts are from answers of AWS that its own controllers' authors recorded:
https://github.com/aws-controllers-k8s/dynamodb-controller/tree/main/docs/api-quirks (backup.md, table-restore.md, export.md,
import.md, named here by their anchors).
"""

from __future__ import annotations

from homeport.aws.protocol.call import AwsError, ErrorKind

TABLE_NOT_FOUND = ErrorKind("TableNotFoundException", 400, "Table not found")
"""`Table not found: NAME`, also for one that is being made (ddb-backup-001)."""
TABLE_EXISTS = ErrorKind("TableAlreadyExistsException", 400, "Table already exists")
"""`Table already exists: NAME` (ddb-table-219)."""
TABLE_IN_USE = ErrorKind("TableInUseException", 400, "Table is being used")
"""`Table: NAME is already being restored from backup: ARN` (ddb-table-219)."""
BACKUP_NOT_FOUND = ErrorKind("BackupNotFoundException", 400, "Backup not found")
"""`Backup not found: ARN` (ddb-backup-005)."""
BACKUP_IN_USE = ErrorKind(
    "BackupInUseException",
    400,
    "There is another ongoing conflicting backup control plane operation on the table. "
    "The backup is either being created, deleted or restored to a table.",
)
"""One that is being made, in the words of
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteBackup.html#API_DeleteBackup_Errors; else
`Backup is being used to restore table: ARN` (ddb-backup-010)."""
RECOVERY_OFF = ErrorKind(
    "PointInTimeRecoveryUnavailableException", 400, "Point in time recovery is not enabled"
)
"""`Point in time recovery is not enabled for table 'NAME'`, measured too by
https://github.com/getmoto/moto/blob/master/tests/test_dynamodb/test_dynamodb_export_table.py"""
INVALID_RESTORE_TIME = ErrorKind("InvalidRestoreTimeException", 400, "RestoreDateTime is invalid")
"""ddb-table-086, ddb-table-100."""
INVALID_EXPORT_TIME = ErrorKind("InvalidExportTimeException", 400, "Export Time is invalid")
"""ddb-export-001; those of an increment: ddb-export-004."""
EXPORT_CONFLICT = ErrorKind(
    "ExportConflictException",
    400,
    "Export conflict: Duplicate request detected with conflicting parameters",
)
"""ddb-export-009."""
EXPORT_NOT_FOUND = ErrorKind("ExportNotFoundException", 400, "Export not found")
"""`Export not found: Export not found: ARN` (ddb-export-006)."""
IMPORT_CONFLICT = ErrorKind(
    "ImportConflictException",
    400,
    "Import conflict: Duplicate request detected with conflicting parameters",
)
"""ddb-import-017."""
IMPORT_NOT_FOUND = ErrorKind("ImportNotFoundException", 400, "Import not found")
"""ddb-import-010."""
ACCESS_DENIED = ErrorKind("AccessDeniedException", 400, "Access is denied")
"""An ARN of another account (ddb-backup-012, ddb-export-006)."""
_VALIDATION = ErrorKind("ValidationException", 400, "Invalid Request")


def invalid(text: str) -> AwsError:
    """What the shape of a request forbids, as `Invalid Request: TEXT`."""
    return _VALIDATION(f"Invalid Request: {text}")


def validation(text: str) -> AwsError:
    """A ValidationException with a text of its own."""
    return _VALIDATION(text)


def not_implemented(operation: str, what: str) -> AwsError:
    """A member or value that the model knows and Homeport does not: never a wrong success."""
    return AwsError(
        "NotImplemented",
        f"Homeport does not implement {what} in the operation dynamodb.{operation}.",
        501,
    )


def without_s3(operation: str) -> AwsError:
    """A stack that has no S3 to read from or write to."""
    return AwsError(
        "NotImplemented",
        f"The operation dynamodb.{operation} needs Amazon S3, which does not run in this stack: add s3 to its services.",
        501,
    )
