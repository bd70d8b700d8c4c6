"""Tags of log groups, by the operations of today and by those that they came after.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from homeport.aws.logs import errors, limits
from homeport.aws.logs.engine import arns
from homeport.aws.logs.logs import Logs
from homeport.aws.logs.store.groups import Group
from homeport.aws.protocol.call import Call, ErrorKind, Params

Tags = dict[str, str]


def check(tags: Tags, too_many: ErrorKind = errors.TOO_MANY_TAGS) -> None:
    """Raises where tags are too many, or of those that are AWS's own. The texts are not recorded."""
    if len(tags) > limits.TAGS:
        raise too_many(errors.TOO_MANY_TAGS.message)
    for key in tags:
        if key.lower().startswith("aws:"):
            raise errors.INVALID_PARAMETER(
                "Tag keys can't begin with aws:, which is reserved for AWS use."
            )


def matches(tags: Tags, wanted: dict[str, Any]) -> bool:
    """Whether tags have a key, with one of some values where there are any; `!` says not, `*` stands for anything.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagFilter.html
    """
    value = tags.get(wanted["key"])
    if value is None:
        return False
    values: list[str] = wanted.get("values") or []
    return not values or any(_matches(value, each) for each in values)


def _matches(value: str, wanted: str) -> bool:
    is_not, text = wanted.startswith("!"), wanted.removeprefix("!")
    is_open, is_endless = text.startswith("*"), text.endswith("*")
    inner = text.removeprefix("*").removesuffix("*")
    if is_open and is_endless:
        found = inner in value
    elif is_open:
        found = value.endswith(inner)
    elif is_endless:
        found = value.startswith(inner)
    else:
        found = value == inner
    return found != is_not


async def tag_resource(logs: Logs, call: Call, params: Params) -> Params:
    """TagResource"""
    return await _tag(logs, _resource(logs, call, params), params["tags"], errors.TOO_MANY_TAGS)


async def tag_log_group(logs: Logs, call: Call, params: Params) -> Params:
    """TagLogGroup"""
    group = logs.group(call, params)
    return await _tag(logs, group, params["tags"], errors.INVALID_PARAMETER)


async def _tag(logs: Logs, group: Group, added: Tags, too_many: ErrorKind) -> Params:
    def tagged(before: Group) -> Group:
        tags = before.tags | added
        check(tags, too_many)
        return dataclasses.replace(before, tags=tags)

    await logs.change(group, tagged)
    return {}


async def untag_resource(logs: Logs, call: Call, params: Params) -> Params:
    """UntagResource"""
    return await _untag(logs, _resource(logs, call, params), params["tagKeys"])


async def untag_log_group(logs: Logs, call: Call, params: Params) -> Params:
    """UntagLogGroup"""
    return await _untag(logs, logs.group(call, params), params["tags"])


async def _untag(logs: Logs, group: Group, keys: Iterable[str]) -> Params:
    gone = set(keys)

    def untagged(before: Group) -> Group:
        left = {key: value for key, value in before.tags.items() if key not in gone}
        return dataclasses.replace(before, tags=left)

    await logs.change(group, untagged)
    return {}


def list_tags_for_resource(logs: Logs, call: Call, params: Params) -> Params:
    """ListTagsForResource"""
    return {"tags": _resource(logs, call, params).tags}


def list_tags_log_group(logs: Logs, call: Call, params: Params) -> Params:
    """ListTagsLogGroup"""
    return {"tags": logs.group(call, params).tags}


def _resource(logs: Logs, call: Call, params: Params) -> Group:
    arn: str = params["resourceArn"]
    name = arns.name_in(arn, call.account, call.region) if arn.startswith("arn:") else None
    group = None if name is None else logs.find(call.account, call.region, name)
    if group is None:
        raise errors.NO_RESOURCE()
    return group
