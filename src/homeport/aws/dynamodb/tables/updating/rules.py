"""What may be asked for in one UpdateTable, before the table is looked at: one kind of change.

https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/details/DDB-TABLE-433.md,
https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/details/DDB-TABLE-382.md,
https://github.com/architect/dynalite/blob/main/validations/updateTable.js
"""

from __future__ import annotations

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.tables.definition import encryption, invalid, streaming, throughput
from homeport.aws.protocol.call import Params

LACKING = (
    "ReplicaUpdates",
    "GlobalTableWitnessUpdates",
    "MultiRegionConsistency",
    "DisassociationProtectionEnabled",
    "VectorIndexUpdates",
)
"""Members that are refused by name."""

CHANGES = (
    "ProvisionedThroughput",
    "BillingMode",
    "StreamSpecification",
    "GlobalSecondaryIndexUpdates",
    "SSESpecification",
    "DeletionProtectionEnabled",
    "OnDemandThroughput",
    "WarmThroughput",
    "TableClass",
)
NOTHING = (
    "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
    "GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, "
    "ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, "
    "WarmThroughput or TableClass is required"
)
"""https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-indexes.md#ddb-table-015"""
ALONE = (
    ("SSESpecification", "Server-Side Encryption modification"),
    ("TableClass", "TableClass modification"),
    ("DeletionProtectionEnabled", "DeletionProtection modification"),
    ("WarmThroughput", "WarmThroughput"),
)
"""What must be the only change, in the order in which the service names it."""
NO_ACTION = (
    "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
    "GlobalSecondaryIndexUpdate.Delete must not be null"
)
ACTIONS = ("Update", "Create", "Delete")


def check(params: Params) -> None:
    """Raises ValidationException for a request that no table could follow."""
    asked = [name for name in CHANGES if params.get(name) not in (None, {}, [])]
    if not asked:
        raise errors.VALIDATION(NOTHING)
    updates = params.get("GlobalSecondaryIndexUpdates")
    if updates is not None and not updates:
        raise invalid.value("List of GlobalSecondaryIndexUpdates is empty")
    _check_units(params)
    _check_updates(updates or [])
    _check_combination(params, asked)
    if params.get("StreamSpecification") is not None:
        streaming.check_change(params["StreamSpecification"])
    encryption.check(params.get("SSESpecification") or {})


def action(update: Params) -> tuple[str, Params]:
    """The action of one GlobalSecondaryIndexUpdate, and its members."""
    return next((name, update[name]) for name in ACTIONS if update.get(name) is not None)


def changes_indexes(params: Params) -> bool:
    """Whether indexes are to be made or deleted."""
    updates = params.get("GlobalSecondaryIndexUpdates") or ()
    return any(update.get("Update") is None for update in updates)


def _check_units(params: Params) -> None:
    units, mode = params.get("ProvisionedThroughput"), params.get("BillingMode")
    if units is not None and mode == throughput.ON_DEMAND:
        raise invalid.value(throughput.NEITHER_UNITS)
    if units is None and mode == "PROVISIONED":
        raise invalid.value(
            "ProvisionedThroughput must be specified when BillingMode is PROVISIONED"
        )
    if units is not None:
        throughput.check_bounds(units)


def _check_updates(updates: list[Params]) -> None:
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/details/DDB-TABLE-160.md"""
    seen: set[str] = set()
    for update in updates:
        asked = [name for name in ACTIONS if update.get(name) is not None]
        if not asked:
            raise invalid.value(NO_ACTION)
        if len(asked) > 1:
            raise invalid.value(
                "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate "
                "object"
            )
        kind, members = action(update)
        name = members["IndexName"]
        if name in seen:
            raise invalid.value(
                "Only one global secondary index update per index is allowed simultaneously. "
                f"Index: {name}"
            )
        seen.add(name)
        if kind == "Update" and members.get("WarmThroughput") == {}:
            raise invalid.value(
                "WarmThroughput must have at least one of ReadUnitsPerSecond or "
                f"WriteUnitsPerSecond specified for index: {name}"
            )


def _check_combination(params: Params, asked: list[str]) -> None:
    if len(asked) == 1:
        return
    is_index_made = any(
        update.get("Create") is not None
        for update in params.get("GlobalSecondaryIndexUpdates") or ()
    )
    if is_index_made and set(asked) == {"GlobalSecondaryIndexUpdates", "WarmThroughput"}:
        raise invalid.value(
            "Create global secondary index cannot be specified when updating WarmThroughput"
        )
    for name, called in ALONE:
        if name in asked:
            raise invalid.value(f"{called} must be the only operation in the request")
    if "OnDemandThroughput" in asked and set(asked) != {"OnDemandThroughput", "BillingMode"}:
        raise invalid.value(
            "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request"
        )
    _check_with_units(params, asked)


def _check_with_units(params: Params, asked: list[str]) -> None:
    if "ProvisionedThroughput" in asked and "StreamSpecification" in asked:
        raise invalid.value("You cannot modify stream status while updating table IOPS")
    if not changes_indexes(params):
        return
    if "ProvisionedThroughput" in asked:
        raise invalid.value("You cannot create or delete index while updating table IOPS")
    if "StreamSpecification" in asked:
        raise invalid.value("You cannot create or delete index while changing stream status")
