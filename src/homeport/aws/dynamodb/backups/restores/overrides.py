"""What a restored table takes over from its source, and what a request may have otherwise.

Streams, expiry, recovery, tags, policies, deletion protection and the table class are not restored:
https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-restore.md#ddb-table-215;
the texts: ddb-table-273 there and
https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/service.md#ddb-table-442
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, NamedTuple

from homeport.aws.dynamodb.backups import errors
from homeport.aws.dynamodb.tables import describe
from homeport.aws.dynamodb.tables.definition import encryption, throughput
from homeport.aws.dynamodb.tables.model import Index, Table
from homeport.aws.protocol.call import Call, Params

ON_DEMAND = "PAY_PER_REQUEST"
UNITS = ("MaxReadRequestUnits", "MaxWriteRequestUnits")


class Restored(NamedTuple):
    """The definition of a restored table that has no rows yet."""

    types: dict[str, str]
    indexes: tuple[Index, ...]
    settings: dict[str, Any]


def apply(call: Call, source: Table, params: Params, now_s: float) -> Restored:
    """The definition of a table that is restored. Raises ValidationException."""
    if params.get("VectorIndexOverride"):
        raise errors.not_implemented(call.operation, "VectorIndexOverride")
    billing = _billing(source, params)
    settings = _throughput(source, params, billing)
    if billing == ON_DEMAND:
        settings["LastUpdateToPayPerRequestDateTime"] = now_s
    sse = _encryption(call, source, params)
    if sse:
        settings["SSEDescription"] = sse
    wide = _chosen(source, params.get("GlobalSecondaryIndexOverride"), is_local=False)
    local = _chosen(source, params.get("LocalSecondaryIndexOverride"), is_local=True)
    given = {each["IndexName"]: each for each in params.get("GlobalSecondaryIndexOverride") or ()}
    indexes = (*local, *(_wide(index, given.get(index.name, {}), billing) for index in wide))
    used = {*source.keys.names, *(name for index in indexes for name in index.keys.names)}
    types = {name: kind for name, kind in source.types.items() if name in used}
    return Restored(types, indexes, settings)


def _billing(source: Table, params: Params) -> str:
    old = source.settings.get("BillingMode", "PROVISIONED")
    wanted: str = params.get("BillingModeOverride", old)
    units = params.get("ProvisionedThroughputOverride")
    if units and wanted == ON_DEMAND:
        raise errors.invalid(
            "Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST"
            if "BillingModeOverride" in params
            else "Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED"
        )
    if not units and wanted != ON_DEMAND and old == ON_DEMAND:
        raise errors.invalid(
            "Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED"
        )
    return wanted


def _throughput(source: Table, params: Params, billing: str) -> dict[str, Any]:
    maxima = params.get("OnDemandThroughputOverride") or {}
    for name in UNITS:
        if name in maxima and billing != ON_DEMAND:
            raise errors.invalid(
                f"Cannot override {name} for OnDemandThroughput unless BillingModeOverride is "
                "PAY_PER_REQUEST"
            )
        if maxima.get(name, 1) < 1 and maxima[name] != -1:
            raise errors.invalid(
                f"Requested {name} for OnDemandThroughput is outside of valid range"
            )
    units = params.get("ProvisionedThroughputOverride")
    if units is None and billing != ON_DEMAND:
        units = source.settings.get("ProvisionedThroughput")
    settings = _units(units, billing)
    kept = maxima or source.settings.get("OnDemandThroughput")
    if kept and billing == ON_DEMAND:
        settings["OnDemandThroughput"] = kept
    return settings


def _units(units: Params | None, billing: str) -> dict[str, Any]:
    return {
        "BillingMode": billing,
        "ProvisionedThroughput": throughput.provisioned(units),
        "WarmThroughput": throughput.initial_warm({"ProvisionedThroughput": units}, billing),
    }


def _encryption(call: Call, source: Table, params: Params) -> Params | None:
    given = params.get("SSESpecificationOverride")
    if given is None:
        return source.settings.get("SSEDescription")
    encryption.check(given)
    return encryption.described(given, call.account, call.region)


def _chosen(source: Table, given: Sequence[Params] | None, *, is_local: bool) -> list[Index]:
    """The indexes that are restored: all where none are named, none where the list is empty (ddb-table-279)."""
    there = [index for index in source.indexes if index.is_local == is_local]
    if given is None:
        return there
    by_name = {index.name: index for index in there}
    for each in given:
        index = by_name.get(each["IndexName"])
        if index is None or not _is_same(index, each):
            raise errors.invalid(
                f"Index {each['IndexName']} does not match a secondary index that existed in the "
                "source table and cannot be created during the restore operation"
            )
    wanted = {each["IndexName"] for each in given}
    return [index for index in there if index.name in wanted]


def _is_same(index: Index, given: Params) -> bool:
    projection = given["Projection"]
    return (
        given["KeySchema"] == describe.key_schema(index.keys)
        and projection.get("ProjectionType") == index.projection
        and set(projection.get("NonKeyAttributes", ())) == set(index.included)
    )


def _wide(index: Index, given: Params, billing: str) -> Index:
    units = given.get("ProvisionedThroughput")
    if units and billing == ON_DEMAND:
        raise errors.invalid(
            "Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST "
            f"for index {index.name}"
        )
    if billing != ON_DEMAND:
        units = units or index.settings.get("ProvisionedThroughput")
        if not units or not units.get("ReadCapacityUnits"):
            raise errors.invalid(f"Must specify provisioned throughput for index {index.name}")
    settings = _units(units, billing)
    del settings["BillingMode"]
    maxima = given.get("OnDemandThroughput") or index.settings.get("OnDemandThroughput")
    if maxima and billing == ON_DEMAND:
        settings["OnDemandThroughput"] = maxima
    return dataclasses.replace(index, settings=settings)
