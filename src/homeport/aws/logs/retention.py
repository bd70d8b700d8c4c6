"""How long the events of a log group are kept: PutRetentionPolicy, DeleteRetentionPolicy.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
"""

from __future__ import annotations

import dataclasses

from homeport.aws.logs import errors, limits
from homeport.aws.logs.logs import Logs
from homeport.aws.protocol.call import Call, Params


async def put_retention_policy(logs: Logs, call: Call, params: Params) -> Params:
    """PutRetentionPolicy"""
    days: int = params["retentionInDays"]
    if days not in limits.RETENTION_DAYS:
        # AWS's words for it are not recorded; this is its form for a value that is none of a set.
        allowed = ", ".join(map(str, limits.RETENTION_DAYS))
        raise errors.invalid_value(
            days, "retentionInDays", f"Member must satisfy enum value set: [{allowed}]"
        )
    await _set(logs, call, params, days)
    logs.start_sweep()
    logs.arm()
    return {}


async def delete_retention_policy(logs: Logs, call: Call, params: Params) -> Params:
    """DeleteRetentionPolicy"""
    await _set(logs, call, params, None)
    return {}


async def _set(logs: Logs, call: Call, params: Params, days: int | None) -> None:
    group = logs.group(call, params)
    await logs.change(group, lambda each: dataclasses.replace(each, retention_days=days))
