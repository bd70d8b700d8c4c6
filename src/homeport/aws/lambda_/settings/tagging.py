"""TagResource, UntagResource, ListTags: of functions and of event source mappings.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from homeport.aws.lambda_ import errors, limits
from homeport.aws.lambda_.constraints import names
from homeport.aws.lambda_.constraints.names import Target
from homeport.aws.lambda_.functions import lookup
from homeport.aws.lambda_.lambda_ import Lambda
from homeport.aws.lambda_.mappings.model import Mapping
from homeport.aws.lambda_.store import functions, mappings
from homeport.aws.protocol.call import Call, Params

Tags = dict[str, str]


def check(tags: Tags) -> None:
    """Raises where tags are too many, too long, or AWS's own."""
    if len(tags) > limits.TAGS:
        raise errors.INVALID("Number of tags exceeds resource tag limit.")
    for key, value in tags.items():
        if not 1 <= len(key) <= limits.TAG_KEY or len(value or "") > limits.TAG_VALUE:
            # AWS's text is not recorded.
            raise errors.INVALID(f"The tag {key[:200]!r} or its value is too long, or has no name.")
        if key.lower().startswith("aws:"):
            # AWS's text is not recorded.
            raise errors.INVALID(f"The tag {key!r} begins with aws:, which is reserved.")


async def tag_resource(lambda_: Lambda, call: Call, params: Params) -> Params:
    """TagResource"""
    added: Tags = params["Tags"]
    if not added:
        # test_tag_exceptions, tag_empty_tags
        raise errors.INVALID("An error occurred and the request cannot be processed.")
    check(added)
    await _change(lambda_, call, params, lambda tags: tags | added)
    return {}


async def untag_resource(lambda_: Lambda, call: Call, params: Params) -> Params:
    """UntagResource"""
    removed = frozenset(params["TagKeys"])
    await _change(
        lambda_,
        call,
        params,
        lambda tags: {key: value for key, value in tags.items() if key not in removed},
    )
    return {}


def list_tags(lambda_: Lambda, call: Call, params: Params) -> Params:
    """ListTags"""
    resource = _resource(call, params)
    with lambda_.db.snapshot() as connection:
        if isinstance(resource, Target):
            return {"Tags": lookup.row(connection, resource).tags}
        return {"Tags": _mapping(connection, call, params, resource).tags}


async def _change(
    lambda_: Lambda, call: Call, params: Params, change: Callable[[Tags], Tags]
) -> None:
    resource = _resource(call, params)

    def of_function(connection: sqlite3.Connection) -> None:
        row = lookup.row(connection, resource)
        functions.set_tags(connection, row, _checked(change(row.tags)))

    def of_mapping(connection: sqlite3.Connection) -> None:
        mapping = _mapping(connection, call, params, resource)
        mappings.set_tags(connection, mapping, _checked(change(dict(mapping.tags))))

    if isinstance(resource, Target):
        await lambda_.change(resource.function, of_function)
    else:
        await lambda_.write(of_mapping)


def _checked(tags: Tags) -> Tags:
    check(tags)
    return tags


def _resource(call: Call, params: Params) -> Any:
    """The function that is meant, or the UUID of a mapping."""
    arn: str = params["Resource"]
    kind, _, rest = arn.split(":", 5)[5].partition(":")
    if kind not in ("function", "event-source-mapping"):
        raise errors.not_implemented(f"tags of {arn}")
    region, account = arn.split(":")[3:5]
    if region != call.region or account != call.account:
        # AWS's answer is not recorded.
        raise errors.access_denied(call.account, call.operation, arn)
    if kind == "event-source-mapping":
        return rest
    target = names.parse(arn, call.account, call.region)
    if target.qualifier is not None:
        raise errors.INVALID(
            "Tags on function aliases and versions are not supported. Please specify a function ARN."
        )
    return target


def _mapping(connection: sqlite3.Connection, call: Call, params: Params, id_: str) -> Mapping:
    found = mappings.find(connection, call.account, call.region, id_)
    if found is None:
        raise errors.NOT_FOUND(f"Event source mapping not found: {params['Resource']}")
    return found
