"""Backups of a table, and going back to any second.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Backup-and-Restore.html
"""

from __future__ import annotations

import datetime
from typing import Any

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.dynamodb import table as its
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http

BACKUPS = 100
"""Of one answer: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListBackups.html"""


async def show(visit: Visit) -> http.Response:
    """What there is to go back to."""
    table = await its.find(visit)

    def work(client: Any) -> tuple[list[dict[str, Any]], str, dict[str, Any]]:
        last = visit.query.text("after")
        more = {"ExclusiveStartBackupArn": last} if last else {}
        answer = client.list_backups(TableName=table.name, Limit=BACKUPS, **more)
        said = client.describe_continuous_backups(TableName=table.name)
        continuous = said["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
        return answer["BackupSummaries"], answer.get("LastEvaluatedBackupArn", ""), continuous

    found, after, continuous = await visit.cloud.use("dynamodb", work)
    return visit.page(
        "cloud/dynamodb/backups.html",
        **its.frame(table, "Backups"),
        backups=found,
        after=after,
        continuous=continuous,
        is_on=continuous.get("PointInTimeRecoveryStatus") == "ENABLED",
        default=datetime.datetime.fromtimestamp(visit.clock.now(), datetime.UTC).strftime(
            "%Y-%m-%d-%H-%M-%S"
        ),
    )


async def make(visit: Visit) -> http.Response:
    """Makes a backup."""
    table = await its.find(visit)
    name = visit.form.needed("name", "A name")
    await visit.cloud.call("dynamodb", "CreateBackup", TableName=table.name, BackupName=name)
    return visit.go(f"{table.path}/backups", said=f"The backup {name} was made.")


async def delete(visit: Visit) -> http.Response:
    """Deletes one of this table."""
    table = await its.find(visit)
    await visit.cloud.call("dynamodb", "DeleteBackup", BackupArn=_arn(visit, table.name))
    return visit.go(f"{table.path}/backups", said="The backup was deleted.")


async def restore(visit: Visit) -> http.Response:
    """A new table of what one holds: no table is ever written over."""
    table = await its.find(visit)
    target = visit.form.needed("target", "The name of the new table")
    await visit.cloud.call(
        "dynamodb",
        "RestoreTableFromBackup",
        TargetTableName=target,
        BackupArn=_arn(visit, table.name),
    )
    return visit.go(its.address(target), said=f"{target} is being made from the backup.")


def _arn(visit: Visit, table: str) -> str:
    arn = visit.form.needed("backup", "The backup")
    if f":table/{table}/backup/" not in arn:
        raise Trouble("This is no backup of this table.", hint="Choose one of the list.")
    return arn


async def switch(visit: Visit) -> http.Response:
    """Turns recovery to any second on or off."""
    table = await its.find(visit)
    is_on = visit.form.text("on") == "yes"
    await visit.cloud.call(
        "dynamodb",
        "UpdateContinuousBackups",
        TableName=table.name,
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": is_on},
    )
    text = "kept from now on" if is_on else "no longer kept"
    return visit.go(f"{table.path}/backups", said=f"The history of changes is {text}.")


async def recover(visit: Visit) -> http.Response:
    """A new table as this one was at some second."""
    table = await its.find(visit)
    target = visit.form.needed("target", "The name of the new table")
    at = visit.form.text("at").strip()
    when: dict[str, Any] = {"UseLatestRestorableTime": True}
    if at:
        when = {"RestoreDateTime": moment(at)}
    await visit.cloud.call(
        "dynamodb",
        "RestoreTableToPointInTime",
        SourceTableName=table.name,
        TargetTableName=target,
        **when,
    )
    return visit.go(its.address(target), said=f"{target} is being made as {table.name} was.")


def moment(text: str) -> datetime.datetime:
    """A time as a form has it, in UTC. Raises `Trouble`."""
    try:
        made = datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise Trouble(
            f"“{text[:40]}” is no time.", hint="Write it as 2026-01-31T15:04:05, in UTC."
        ) from error
    return made if made.tzinfo else made.replace(tzinfo=datetime.UTC)


ROWS = (
    Row("GET", "/dynamodb/tables/{table}/backups", show, "cloud"),
    Row("POST", "/dynamodb/tables/{table}/backups", make, "cloud_write"),
    Row("POST", "/dynamodb/tables/{table}/backups/delete", delete, "cloud_write"),
    Row("POST", "/dynamodb/tables/{table}/backups/restore", restore, "cloud_write"),
    Row("POST", "/dynamodb/tables/{table}/backups/recovery", switch, "cloud_write"),
    Row("POST", "/dynamodb/tables/{table}/backups/recover", recover, "cloud_write"),
)
