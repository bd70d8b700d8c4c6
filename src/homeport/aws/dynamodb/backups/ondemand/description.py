"""What is told of a backup and of the table that it was made of.

Members as measured: https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/backup.md#ddb-backup-009
"""

from __future__ import annotations

from homeport.aws.dynamodb.backups import arns
from homeport.aws.dynamodb.store.backups import Backup
from homeport.aws.dynamodb.tables import describe
from homeport.aws.dynamodb.tables.model import Index, Table
from homeport.aws.protocol.call import Params


def details(backup: Backup, status: str | None = None) -> Params:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BackupDetails.html"""
    members = {
        "BackupArn": backup.arn,
        "BackupName": backup.details["Name"],
        "BackupSizeBytes": backup.details["Size"],
        "BackupStatus": status or backup.status,
        "BackupType": backup.type,
        "BackupCreationDateTime": backup.created_ms / 1000,
    }
    if backup.expires_ms is not None:
        members["BackupExpiryDateTime"] = backup.expires_ms / 1000
    return members


def description(backup: Backup, status: str | None = None) -> Params:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BackupDescription.html"""
    return {
        "BackupDetails": details(backup, status),
        "SourceTableDetails": backup.details["Source"],
        "SourceTableFeatureDetails": backup.details["Features"],
    }


def summary(backup: Backup) -> Params:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BackupSummary.html"""
    source = backup.details["Source"]
    return {
        "TableName": source["TableName"],
        "TableId": source["TableId"],
        "TableArn": arns.source_of(backup.arn),
        **details(backup),
    }


def source(table: Table, items: int, size: int) -> Params:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SourceTableDetails.html"""
    members = {
        "TableName": table.name,
        "TableId": table.uuid,
        "TableArn": table.arn,
        "TableSizeBytes": size,
        "KeySchema": describe.key_schema(table.keys),
        "TableCreationDateTime": table.created_ms / 1000,
        "ProvisionedThroughput": _units(table.settings.get("ProvisionedThroughput")),
        "ItemCount": items,
        "BillingMode": table.settings.get("BillingMode", "PROVISIONED"),
    }
    if table.settings.get("OnDemandThroughput"):
        members["OnDemandThroughput"] = table.settings["OnDemandThroughput"]
    return members


def features(table: Table) -> Params:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SourceTableFeatureDetails.html"""
    members: Params = {}
    local = [_index(index) for index in table.local_indexes]
    wide = [_wide_index(index) for index in table.global_indexes]
    if local:
        members["LocalSecondaryIndexes"] = local
    if wide:
        members["GlobalSecondaryIndexes"] = wide
    if table.stream is not None:
        members["StreamDescription"] = {
            "StreamEnabled": True,
            "StreamViewType": table.stream.view,
        }
    if table.ttl is not None:
        members["TimeToLiveDescription"] = {
            "TimeToLiveStatus": "ENABLED",
            "AttributeName": table.ttl,
        }
    if table.settings.get("SSEDescription"):
        members["SSEDescription"] = table.settings["SSEDescription"]
    return members


def _index(index: Index) -> Params:
    return {
        "IndexName": index.name,
        "KeySchema": describe.key_schema(index.keys),
        "Projection": describe.projection(index),
    }


def _wide_index(index: Index) -> Params:
    members = _index(index)
    members["ProvisionedThroughput"] = _units(index.settings.get("ProvisionedThroughput"))
    if index.settings.get("OnDemandThroughput"):
        members["OnDemandThroughput"] = index.settings["OnDemandThroughput"]
    return members


def _units(given: Params | None) -> Params:
    names = ("ReadCapacityUnits", "WriteCapacityUnits")
    return {name: (given or {}).get(name, 0) for name in names}
