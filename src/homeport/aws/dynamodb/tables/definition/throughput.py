"""Billing mode and throughput of new tables and indexes.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-mode.html; the texts:
https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-indexes.md#ddb-table-128,
https://github.com/architect/dynalite/blob/main/validations/createTable.js
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeport.aws.dynamodb import errors, limits
from homeport.aws.dynamodb.tables.definition import invalid
from homeport.aws.protocol.call import Params

Settings = dict[str, Any]

ON_DEMAND = "PAY_PER_REQUEST"
NEITHER_UNITS = (
    "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
    "PAY_PER_REQUEST"
)
INITIAL_THROUGHPUT = (
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
    "on-demand-capacity-mode.html#on-demand-capacity-mode-initial"
)


def mode(params: Mapping[str, Any]) -> str:
    """Of a request, or of the settings of a table.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html#DDB-CreateTable-request-BillingMode
    """
    return params.get("BillingMode") or "PROVISIONED"


def check_units(params: Params) -> None:
    """The first check of a CreateTable: units where there must be some, none where there must not."""
    units = params.get("ProvisionedThroughput")
    if mode(params) == ON_DEMAND:
        if units is not None:
            raise invalid.value(NEITHER_UNITS)
        return
    if units is None:
        raise invalid.value(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
            "PROVISIONED"
        )
    check_bounds(units)


def check_bounds(units: Params) -> None:
    """Raises for numbers that no table could have."""
    for name in ("ReadCapacityUnits", "WriteCapacityUnits"):
        if units[name] > limits.THINKABLE_UNITS:
            raise errors.VALIDATION(f"Given value {units[name]} for {name} is out of bounds")


def check_quota(units: Params, region: str, index: str | None = None) -> None:
    """Raises LimitExceededException where a table or an index would have more than an account may give it.

    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/service.md#ddb-table-443
    """
    for name in ("ReadCapacityUnits", "WriteCapacityUnits"):
        if units[name] > limits.TABLE_UNITS:
            whose, kind = ("", "table") if index is None else (f" for index {index}", "index")
            raise errors.LIMIT_EXCEEDED(
                f"The requested {name}{whose}, {units[name]}, is above the per {kind} maximum for the "
                f"account in {region}. Per {kind} maximum: {limits.TABLE_UNITS}. Refer to the Amazon "
                "DynamoDB Developer Guide for current limits and how to request higher limits."
            )


def of_new_table(params: Params, now_s: float) -> Settings:
    """What is remembered of the throughput of a new table. Raises ValidationException."""
    billing = mode(params)
    settings = {"BillingMode": billing, **_of_new(params, billing, "table", "table")}
    if billing == ON_DEMAND:
        settings["LastUpdateToPayPerRequestDateTime"] = now_s
    return settings


def of_new_index(index: Params, billing: str) -> Settings:
    """What is remembered of the throughput of a new global index. Raises ValidationException."""
    name, units = index["IndexName"], index.get("ProvisionedThroughput")
    if billing == ON_DEMAND and units is not None:
        raise invalid.value(
            f"ProvisionedThroughput should not be specified for index: {name} when BillingMode is "
            "PAY_PER_REQUEST"
        )
    if billing != ON_DEMAND and units is None:
        raise invalid.value(f"ProvisionedThroughput is not specified for index: {name}")
    if units is not None:
        check_bounds(units)
    return _of_new(index, billing, f"index : {name}", f"index {name}")


def _of_new(params: Params, billing: str, on_demand: str, warm: str) -> Settings:
    check_on_demand(params.get("OnDemandThroughput") or {}, billing, on_demand, least=1)
    check_warm(params, billing, warm)
    settings: Settings = {
        "ProvisionedThroughput": provisioned(params.get("ProvisionedThroughput")),
        "WarmThroughput": initial_warm(params, billing) | (params.get("WarmThroughput") or {}),
    }
    if params.get("OnDemandThroughput"):
        settings["OnDemandThroughput"] = params["OnDemandThroughput"]
    return settings


def provisioned(units: Params | None) -> Settings:
    """Units as a description shows them; none where requests are paid for."""
    units = units or {}
    return {
        "NumberOfDecreasesToday": 0,
        "ReadCapacityUnits": units.get("ReadCapacityUnits", 0),
        "WriteCapacityUnits": units.get("WriteCapacityUnits", 0),
    }


def check_on_demand(given: Params, billing: str, whose: str, *, least: int) -> None:
    """Raises where a limit of on-demand throughput is none. `whose` is `table` or `index : NAME`.

    https://github.com/nubo-db/dynoxide/blob/main/src/actions/create_table.rs (recorded from the service)
    """
    members = [name for name in ("MaxReadRequestUnits", "MaxWriteRequestUnits") if name in given]
    if members and billing != ON_DEMAND:
        index = "" if whose == "table" else f" for {whose.replace(' :', ':')}"
        raise invalid.value(
            f"{members[0]} for OnDemandThroughput{index} cannot be specified when table BillingMode "
            "is PROVISIONED."
        )
    check_on_demand_range(given, whose, least=least)


def check_on_demand_range(given: Params, whose: str, *, least: int) -> None:
    """Raises for a limit below `least`; 0 is never one."""
    for name in ("MaxReadRequestUnits", "MaxWriteRequestUnits"):
        units = given.get(name)
        if units is not None and (units == 0 or units < least):
            raise invalid.value(
                f"Requested {name} for OnDemandThroughput for {whose} is outside of valid range"
            )


def initial_warm(params: Params, billing: str) -> Settings:
    """What a table or an index can serve at once.

    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-throughput-billing.md#ddb-table-032
    """
    if billing == ON_DEMAND:
        return {
            "ReadUnitsPerSecond": limits.WARM_READS,
            "WriteUnitsPerSecond": limits.WARM_WRITES,
        }
    units = params.get("ProvisionedThroughput") or {}
    return {
        "ReadUnitsPerSecond": units.get("ReadCapacityUnits", 0),
        "WriteUnitsPerSecond": units.get("WriteCapacityUnits", 0),
    }


def check_warm(params: Params, billing: str, whose: str) -> None:
    """Raises for warm throughput below what is there without."""
    given, least = params.get("WarmThroughput") or {}, initial_warm(params, billing)
    for name, provisioned_name in (
        ("ReadUnitsPerSecond", "ReadCapacityUnits"),
        ("WriteUnitsPerSecond", "WriteCapacityUnits"),
    ):
        if given.get(name, least[name]) < least[name]:
            rest = (
                f"initial throughput for OnDemand. See: {INITIAL_THROUGHPUT}"
                if billing == ON_DEMAND
                else f"{provisioned_name} of ProvisionedThroughput"
            )
            raise invalid.value(
                f"Requested {name} for WarmThroughput for {whose} is lower than {rest}"
            )
