"""Changes of billing mode and throughput, of tables and of their indexes.

https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-throughput-billing.md
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from homeport.aws.dynamodb import errors, limits
from homeport.aws.dynamodb.tables import describe
from homeport.aws.dynamodb.tables.definition import invalid, throughput
from homeport.aws.dynamodb.tables.definition.throughput import ON_DEMAND, Settings
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.protocol.call import AwsError, Params

Known = Mapping[str, Any]
DAY_S = describe.DAY_S


def changed(table: Table, params: Params, now_s: float) -> Table:
    """The table in another mode, or with other throughput. Raises ValidationException and LimitExceededException."""
    mode: str = throughput.mode(table.settings)
    target = params.get("BillingMode") or mode
    units = params.get("ProvisionedThroughput")
    if target == ON_DEMAND and units is not None:
        raise invalid.value(throughput.NEITHER_UNITS)
    settings = dict(table.settings)
    if target != mode:
        table, settings = _switched(table, params, target, now_s)
    if units is not None:
        throughput.check_quota(units, table.region)
        settings |= new_units(
            settings, units, now_s, "the table", "the table", is_new=target != mode
        )
    if params.get("OnDemandThroughput"):
        settings |= new_on_demand(settings, params["OnDemandThroughput"], target, "table")
    if params.get("WarmThroughput"):
        settings |= new_warm(settings, params["WarmThroughput"], "table")
    return replace(table, settings=settings)


def _switched(table: Table, params: Params, target: str, now_s: float) -> tuple[Table, Settings]:
    """A billing mode is the table's and that of all its indexes.

    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-indexes.md#ddb-table-152
    """
    settings = _reset(table.settings, target)
    settings["BillingMode"] = target
    if target == ON_DEMAND:
        settings["LastUpdateToPayPerRequestDateTime"] = now_s
    else:
        _check_all_given(table, params)
    indexes = tuple(
        index if index.is_local else replace(index, settings=_reset(index.settings, target))
        for index in table.indexes
    )
    return replace(table, indexes=indexes), settings


def _reset(settings: Known, target: str) -> Settings:
    kept = dict(settings)
    kept.pop("OnDemandThroughput", None)
    if target == ON_DEMAND:
        units = settings.get("ProvisionedThroughput") or {}
        kept["ProvisionedThroughput"] = {**units, **throughput.provisioned(None)}
        kept["WarmThroughput"] = _higher(
            settings.get("WarmThroughput") or {}, throughput.initial_warm({}, ON_DEMAND)
        )
    return kept


def _check_all_given(table: Table, params: Params) -> None:
    updates = params.get("GlobalSecondaryIndexUpdates") or ()
    given = {
        update["Update"]["IndexName"]
        for update in updates
        if update.get("Update") and update["Update"].get("ProvisionedThroughput")
    }
    missing = [index.name for index in table.global_indexes if index.name not in given]
    if missing:
        raise invalid.value(
            f"ProvisionedThroughput must be specified for index: {','.join(missing)}"
        )


def new_units(
    settings: Known, asked: Params, now_s: float, whose: str, current: str, *, is_new: bool
) -> Settings:
    """Other units. `whose` and `current` name table or index in the text for units that are those that are there."""
    old = settings.get("ProvisionedThroughput") or throughput.provisioned(None)
    names = ("ReadCapacityUnits", "WriteCapacityUnits")
    differences = [asked[name] - old[name] for name in names]
    if not is_new and not any(differences):
        raise _same(old, asked, whose, current)
    units = {**old, **{name: asked[name] for name in names}}
    if not is_new and min(differences) < 0:
        count = describe.decreases_today(old, now_s)
        _check_decrease(old, count, now_s)
        units |= {"NumberOfDecreasesToday": count + 1, "LastDecreaseDateTime": now_s}
    if not is_new and max(differences) > 0:
        units["LastIncreaseDateTime"] = now_s
    warm = _higher(
        settings.get("WarmThroughput") or {},
        throughput.initial_warm({"ProvisionedThroughput": asked}, "PROVISIONED"),
    )
    return {"ProvisionedThroughput": units, "WarmThroughput": warm}


def _same(old: Known, asked: Params, whose: str, current: str) -> AwsError:
    """https://github.com/architect/dynalite/blob/main/actions/updateTable.js"""
    units = " ".join(
        f"Current {name} provisioned for {current}: {old[name]}. Requested {name}: {asked[name]}."
        for name in ("ReadCapacityUnits", "WriteCapacityUnits")
    )
    return errors.VALIDATION(
        f"The provisioned throughput for {whose} will not change. The requested value equals the "
        f"current value. {units} Refer to the Amazon DynamoDB Developer Guide for current limits and "
        "how to request higher limits."
    )


def _check_decrease(old: Known, count: int, now_s: float) -> None:
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/details/DDB-TABLE-184.md"""
    if count < limits.FREE_DECREASES:
        return
    last: float = old["LastDecreaseDateTime"]
    midnight = (now_s // DAY_S + 1) * DAY_S
    following = min(last + limits.DECREASE_INTERVAL_S, midnight)
    if now_s >= following:
        return
    raise errors.LIMIT_EXCEEDED(
        "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC "
        f"day. After the first {limits.FREE_DECREASES} decreases, each subsequent decrease in the "
        f"same UTC day can be performed at most once every {limits.DECREASE_INTERVAL_S} seconds. "
        f"Number of decreases today: {count}. Last decrease at {_moment(last)}. Next decrease can "
        f"be made at {_moment(following)}."
    )


def _moment(second: float) -> str:
    moment = datetime.datetime.fromtimestamp(second, datetime.UTC)
    hour = moment.hour % 12 or 12
    return (
        f"{moment:%A, %B} {moment.day}, {moment.year} at {hour}:{moment:%M:%S %p} "
        "Coordinated Universal Time"
    )


def new_on_demand(settings: Known, asked: Params, mode: str, whose: str) -> Settings:
    """Other limits of on-demand throughput, member by member; -1 takes one away.

    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-throughput-billing.md#ddb-table-178
    """
    if mode != ON_DEMAND:
        raise invalid.value(
            f"{min(asked)} for OnDemandThroughput cannot be specified when the table BillingMode is "
            "PROVISIONED"
        )
    throughput.check_on_demand_range(asked, whose, least=-1)
    return {"OnDemandThroughput": {**(settings.get("OnDemandThroughput") or {}), **asked}}


def settled(settings: Known) -> Settings:
    """Settings without limits that were taken away; the answer to the change shows them once more."""
    kept = dict(settings)
    given = kept.pop("OnDemandThroughput", None) or {}
    left = {name: units for name, units in given.items() if units != -1}
    return kept | {"OnDemandThroughput": left} if left else kept


def new_warm(settings: Known, asked: Params, whose: str) -> Settings:
    """More warm throughput; there is never less.

    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-throughput-billing.md#ddb-table-059
    """
    current = settings.get("WarmThroughput") or {}
    for name in ("ReadUnitsPerSecond", "WriteUnitsPerSecond"):
        least = current.get(name, 0)
        if asked.get(name, least) < least:
            raise invalid.value(
                f"Requested {name} for WarmThroughput for {whose} is lower than current "
                "WarmThroughput, decreasing WarmThroughput is not supported"
            )
    return {"WarmThroughput": {**current, **asked}}


def _higher(one: Known, other: Known) -> Settings:
    return {name: max(one.get(name, 0), units) for name, units in other.items()}
