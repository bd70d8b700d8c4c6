"""Log groups: create, delete, describe, list, and the settings that each has.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from typing import Any

from homeport.aws.logs import errors, limits, tagging
from homeport.aws.logs.engine import arns, tokens
from homeport.aws.logs.logs import Logs
from homeport.aws.logs.store import groups
from homeport.aws.logs.store.groups import Connection, Group
from homeport.aws.protocol.call import Call, Params

READ_AT_ONCE = limits.DESCRIBED + 1
"""Groups that are read in one go: a page, and one more that says that there are more."""
Wanted = Callable[[Group], bool]


async def create_log_group(logs: Logs, call: Call, params: Params) -> Params:
    """CreateLogGroup"""
    tags: dict[str, str] = params.get("tags") or {}
    tagging.check(tags)
    _check_key(params.get("kmsKeyId") or "")
    group = Group(
        *(0, call.account, call.region, params["logGroupName"], logs.now()),
        kind=params.get("logGroupClass") or "STANDARD",
        kms_key=params.get("kmsKeyId"),
        is_protected=bool(params.get("deletionProtectionEnabled")),
        tags=tags,
    )
    if not await logs.write(lambda connection: groups.insert(connection, group)):
        raise errors.GROUP_EXISTS()
    return {}


async def delete_log_group(logs: Logs, call: Call, params: Params) -> Params:
    """DeleteLogGroup"""
    await logs.writer.flush()
    name: str = params["logGroupName"]

    def work(connection: Connection) -> None:
        group = groups.find(groups.reader(connection), call.account, call.region, name)
        if group is None:
            raise errors.NO_GROUP()
        if group.is_protected:
            # The text is not recorded.
            raise errors.VALIDATION(
                "The log group cannot be deleted: deletion protection is enabled for it."
            )
        groups.delete(connection, group.id)

    await logs.db.write(work)
    logs.start_sweep()
    return {}


async def describe_log_groups(logs: Logs, call: Call, params: Params) -> Params:
    """DescribeLogGroups

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html
    """
    await logs.writer.flush()
    prefix, pattern = params.get("logGroupNamePrefix"), params.get("logGroupNamePattern")
    if prefix and pattern:
        raise errors.INVALID_PARAMETER(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."
        )
    answer = _page(*_asked(logs, call, params), params.get("limit") or limits.DESCRIBED)
    answer["logGroups"] = [_described(group) for group in answer["logGroups"]]
    return answer


def _asked(logs: Logs, call: Call, params: Params) -> tuple[Iterator[Group], Wanted]:
    """Groups behind the token of a DescribeLogGroups, in order of their names, and which of them are meant."""
    where = (call.account, call.region)
    after = tokens.reveal(params["nextToken"]) if params.get("nextToken") else ""
    identifiers: list[str] | None = params.get("logGroupIdentifiers")
    if identifiers:
        names = {arns.name_in(each, *where) or "" for each in identifiers}
        behind = sorted(name for name in names if name > after)
        return (found for name in behind if (found := logs.find(*where, name))), lambda _: True
    prefix: str = params.get("logGroupNamePrefix") or ""
    pattern: str = params.get("logGroupNamePattern") or ""
    kind: str | None = params.get("logGroupClass")
    every = groups.every(logs.db.query, *where, prefix, after, READ_AT_ONCE)
    return every, lambda group: pattern in group.name and _has_class(group, kind)


def _has_class(group: Group, kind: str | None) -> bool:
    """Whether a group has a class; the two that cost less are asked for as one: the page above."""
    less = {"INFREQUENT_ACCESS", "ESSENTIALS"}
    return kind in (None, group.kind) or {kind, group.kind} == less


def _page(every: Iterator[Group], is_wanted: Wanted, limit: int) -> Params:
    """What is wanted of groups until the page is full, or enough was looked at; AWS too ends pages early."""
    page: list[Group] = []
    last = ""
    for looked_at, group in enumerate(every):
        if len(page) == limit or looked_at == limits.SEARCHED_GROUPS:
            return {"logGroups": page, "nextToken": tokens.hide(last)}
        if is_wanted(group):
            page.append(group)
        last = group.name
    return {"logGroups": page}


def _described(group: Group) -> dict[str, Any]:
    described: dict[str, Any] = {
        "logGroupName": group.name,
        "creationTime": group.created_at,
        "metricFilterCount": 0,
        "arn": f"{group.arn}:*",
        "logGroupArn": group.arn,
        "storedBytes": group.bytes,
        "logGroupClass": group.kind,
        "deletionProtectionEnabled": group.is_protected,
    }
    if group.retention_days is not None:
        described["retentionInDays"] = group.retention_days
    if group.kms_key is not None:
        described["kmsKeyId"] = group.kms_key
    return described


async def list_log_groups(logs: Logs, call: Call, params: Params) -> Params:
    """ListLogGroups: names by alternatives, each anywhere in the name, or at its start where it begins with `^`.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListLogGroups.html
    """
    await logs.writer.flush()
    if params.get("fieldIndexNames") or params.get("dataSources"):
        raise errors.INVALID_PARAMETER(
            "Log groups are not found by field indexes or data sources here."
        )
    after = tokens.reveal(params["nextToken"]) if params.get("nextToken") else ""
    every = groups.every(logs.db.query, call.account, call.region, "", after, READ_AT_ONCE)
    limit: int = params.get("limit") or limits.DESCRIBED
    answer = _page(every, lambda group: _is_listed(group, params), limit)
    answer["logGroups"] = [
        {"logGroupName": group.name, "logGroupArn": group.arn, "logGroupClass": group.kind}
        for group in answer["logGroups"]
    ]
    return answer


def _is_listed(group: Group, params: Params) -> bool:
    pattern: str | None = params.get("logGroupNamePattern")
    if pattern is not None and not re.search(pattern.replace(".", r"\."), group.name):
        return False
    filters: list[dict[str, Any]] = params.get("logGroupTags") or []
    return _has_class(group, params.get("logGroupClass")) and all(
        tagging.matches(group.tags, each) for each in filters
    )


async def put_log_group_deletion_protection(logs: Logs, call: Call, params: Params) -> Params:
    """PutLogGroupDeletionProtection

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogGroupDeletionProtection.html
    """
    is_protected: bool = params["deletionProtectionEnabled"]
    group = logs.group(call, params)
    await logs.change(group, lambda each: dataclasses.replace(each, is_protected=is_protected))
    return {}


async def associate_kms_key(logs: Logs, call: Call, params: Params) -> Params:
    """AssociateKmsKey: the key is kept and changes nothing.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html
    """
    key: str = params["kmsKeyId"]
    _check_key(key)
    await logs.change(_of_key(logs, call, params), lambda each: _with_key(each, key))
    return {}


async def disassociate_kms_key(logs: Logs, call: Call, params: Params) -> Params:
    """DisassociateKmsKey

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DisassociateKmsKey.html
    """
    await logs.change(_of_key(logs, call, params), lambda each: _with_key(each, None))
    return {}


def _check_key(key: str) -> None:
    if not key.isascii():
        raise errors.INVALID_PARAMETER(f"{key!a} is no KMS key.")


def _of_key(logs: Logs, call: Call, params: Params) -> Group:
    """Keys of results of queries, the other resource that there is, are those of queries, which are not here."""
    named = {
        "logGroupName": params.get("logGroupName"),
        "logGroupIdentifier": params.get("resourceIdentifier"),
    }
    return logs.group(call, named)


def _with_key(group: Group, key: str | None) -> Group:
    return dataclasses.replace(group, kms_key=key)
