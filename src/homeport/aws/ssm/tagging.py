"""Tags of parameters: AddTagsToResource, RemoveTagsFromResource, ListTagsForResource.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from homeport.aws.protocol.call import Call, Params
from homeport.aws.ssm import errors, limits
from homeport.aws.ssm.engine import names
from homeport.aws.ssm.engine.names import Address
from homeport.aws.ssm.ssm import Ssm
from homeport.aws.ssm.store import parameters
from homeport.aws.ssm.store.parameters import Connection, Parameter, Query

Tags = dict[str, str]


def of_list(listed: list[dict[str, Any]]) -> Tags:
    """Tags of a list. Raises where they are too many, or of those that are AWS's own."""
    tags = {each["Key"]: each["Value"] for each in listed}
    if len(tags) > limits.TAGS:
        raise errors.TOO_MANY_TAGS()
    if any(key.lower().startswith("aws:") for key in tags):
        # The text is not recorded.
        raise errors.VALIDATION("Tag keys can't begin with aws:, which is reserved for AWS use.")
    return tags


async def add_tags_to_resource(ssm: Ssm, call: Call, params: Params) -> Params:
    """AddTagsToResource"""
    added = of_list(params["Tags"])

    def tagged(before: Tags) -> Tags:
        if len(before | added) > limits.TAGS:
            raise errors.TOO_MANY_TAGS()
        return before | added

    return await _change(ssm, call, params, tagged)


async def remove_tags_from_resource(ssm: Ssm, call: Call, params: Params) -> Params:
    """RemoveTagsFromResource"""
    gone = set(params["TagKeys"])
    return await _change(
        ssm, call, params, lambda before: {k: v for k, v in before.items() if k not in gone}
    )


async def _change(ssm: Ssm, call: Call, params: Params, change: Callable[[Tags], Tags]) -> Params:
    address = _address(call, params)

    def work(connection: Connection) -> None:
        parameter = _resource(parameters.reader(connection), address)
        parameters.set_tags(connection, parameter.id, change(parameter.tags))

    await ssm.write(work)
    return {}


def list_tags_for_resource(ssm: Ssm, call: Call, params: Params) -> Params:
    """ListTagsForResource"""
    tags = _resource(ssm.db.query, _address(call, params)).tags
    return {"TagList": [{"Key": key, "Value": value} for key, value in sorted(tags.items())]}


def _address(call: Call, params: Params) -> Address:
    """Documents, windows and what else can have tags is not there."""
    if params["ResourceType"] != "Parameter":
        raise errors.INVALID_RESOURCE_TYPE()
    return names.by_name(params["ResourceId"], call.account, call.region)


def _resource(query: Query, address: Address) -> Parameter:
    parameter = parameters.find(query, *address[:3])
    if parameter is None or address.selector:
        raise errors.INVALID_RESOURCE_ID()
    return parameter
