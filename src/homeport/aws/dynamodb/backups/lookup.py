"""The table that an operation on backups names, and whether it may be used."""

from __future__ import annotations

import sqlite3

from homeport.aws.dynamodb.backups import arns, errors
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.store import tables as stored_tables
from homeport.aws.dynamodb.tables import names
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.protocol.call import AwsError, Call


class Gone(Exception):
    """The table went away before its items were read, or its history does not reach back far enough any more."""

    def __str__(self) -> str:
        return "The table does not exist any more, or not as it was at that time."


def by_name(dynamodb: DynamoDb, call: Call, text: str) -> Table:
    """A table of the caller by its name or ARN. Raises TableNotFoundException, also for one that is being made.

    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/backup.md#ddb-backup-001
    """
    return found(dynamodb, call.account, call.region, names.own(call, text), text)


def by_arn(dynamodb: DynamoDb, call: Call, arn: str, member: str) -> Table:
    """A table by its ARN alone. Raises ValidationException, AccessDeniedException, TableNotFoundException.

    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/export.md#ddb-export-001,
    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/export.md#ddb-export-002
    """
    named = arns.table_of(arn)
    if named is None:
        raise _no_arn(arn, member)
    account, region, name = named
    if account != call.account:
        raise errors.ACCESS_DENIED()
    if region != call.region:
        raise errors.TABLE_NOT_FOUND(f"Table not found: {arn}")
    return found(dynamodb, account, region, name, arn)


def found(dynamodb: DynamoDb, account: str, region: str, name: str, text: str) -> Table:
    """A table that is ready; `text` is how the request names it."""
    table = dynamodb.tables.find(account, region, name)
    if table is None or table.status in ("CREATING", "DELETING"):
        raise errors.TABLE_NOT_FOUND(f"Table not found: {text}")
    return table


def still_there(connection: sqlite3.Connection, number: int) -> Table:
    """The table in a read's own commit, where all its rows are whole. Raises `Gone`."""
    table = stored_tables.find(connection, number)
    if table is None or table.status == "DELETING":
        raise Gone
    return table


def _no_arn(arn: str, member: str) -> AwsError:
    if arn.startswith("arn:"):
        return errors.invalid("Table ARN is invalid.")
    return errors.validation(
        f"One or more parameter values were invalid: {member} is not a valid ARN"
    )
