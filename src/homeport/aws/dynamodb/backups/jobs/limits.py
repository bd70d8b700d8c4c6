"""How much may go on at once.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
"""

from __future__ import annotations

import sqlite3

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.store import jobs

AT_ONCE = {"RESTORE": 50, "IMPORT": 50, "EXPORT": 300}
"""Jobs of an account: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableFromBackup.html,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Validation.html#S3DataImport.Validation.limits,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-table-export"""


def check(connection: sqlite3.Connection, kind: str, account: str) -> None:
    """Raises LimitExceededException where as many jobs as may be go on already."""
    if jobs.count(connection, kind, account) >= AT_ONCE[kind]:
        raise errors.LIMIT_EXCEEDED()
