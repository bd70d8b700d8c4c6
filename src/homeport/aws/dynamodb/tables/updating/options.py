"""Changes of what a table is beside its throughput and its indexes: stream, encryption, class, protection.

https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-streams-encryption-class.md
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from homeport.aws.dynamodb import errors, limits
from homeport.aws.dynamodb.store import streams
from homeport.aws.dynamodb.tables.definition import encryption, invalid
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.protocol.call import Params

DAY_S = 24 * 3600


def changed(connection: sqlite3.Connection, table: Table, params: Params, now_ms: int) -> Table:
    """The table with other options. Raises ValidationException and LimitExceededException."""
    if params.get("StreamSpecification") is not None:
        table = _streamed(connection, table, params["StreamSpecification"], now_ms)
    if params.get("SSESpecification") is not None:
        table = _encrypted(table, params["SSESpecification"])
    if params.get("TableClass") is not None:
        table = _classed(table, params["TableClass"], now_ms / 1000)
    if params.get("DeletionProtectionEnabled") is not None:
        settings = {"DeletionProtectionEnabled": params["DeletionProtectionEnabled"]}
        table = replace(table, settings={**table.settings, **settings})
    return table


def _streamed(connection: sqlite3.Connection, table: Table, given: Params, now_ms: int) -> Table:
    """https://github.com/hashicorp/terraform-provider-aws/issues/18402"""
    if given["StreamEnabled"]:
        if table.stream is not None:
            raise errors.VALIDATION(f"Table already has an enabled stream: TableName: {table.name}")
        stream = streams.open_stream(connection, table, given["StreamViewType"], now_ms)
        return replace(table, stream=stream)
    if table.stream is None:
        raise errors.VALIDATION(f"Table has no stream to disable: TableName: {table.name}")
    streams.close_stream(connection, table.stream, now_ms)
    settings = {**table.settings, "LatestStreamLabel": table.stream.label}
    return replace(table, stream=None, settings=settings)


def _encrypted(table: Table, given: Params) -> Table:
    old = table.settings.get("SSEDescription")
    described = encryption.described(given, table.account, table.region)
    if described is None and old is None:
        raise invalid.value("Table is already encrypted by default")
    if (
        described is not None
        and old is not None
        and given.get("KMSMasterKeyId") == old["KMSMasterKeyArn"]
    ):
        raise invalid.value(
            "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if "
            "you want to change Master Key"
        )
    settings = {name: value for name, value in table.settings.items() if name != "SSEDescription"}
    if described is not None:
        settings["SSEDescription"] = described
    return replace(table, settings=settings)


def _classed(table: Table, asked: str, now_s: float) -> Table:
    """A class may change twice in thirty days; the first use of STANDARD changes nothing.

    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/service.md#ddb-table-443
    """
    summary = table.settings.get("TableClassSummary")
    changes: list[float] = table.settings.get("TableClassChanges") or []
    recent = [each for each in changes if each > now_s - limits.TABLE_CLASS_DAYS * DAY_S]
    if len(recent) >= limits.TABLE_CLASS_CHANGES:
        raise errors.LIMIT_EXCEEDED(
            f"Subscriber limit exceeded: Updates to TableClass are limited to "
            f"{limits.TABLE_CLASS_CHANGES} times in {limits.TABLE_CLASS_DAYS} day(s)."
        )
    if asked == (summary or {"TableClass": "STANDARD"})["TableClass"]:
        return table
    settings = {
        "TableClassSummary": {"TableClass": asked, "LastUpdateDateTime": now_s},
        "TableClassChanges": [*recent, now_s],
    }
    return replace(table, settings={**table.settings, **settings})
