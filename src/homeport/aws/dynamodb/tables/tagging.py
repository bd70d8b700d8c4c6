"""TagResource, UntagResource, ListTagsOfResource.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html; the texts:
https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/service.md#ddb-table-107
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace

from homeport.aws.dynamodb import errors, limits
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.tables import names
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.dynamodb.tables.updating import change
from homeport.aws.protocol.call import Call, Params

TOO_MANY = "Number of Tags exceed the current limit for the provided ResourceArn"

_SIGNS = frozenset("+-=._:/@")
"""What a tag may hold beside letters, digits and spaces:
https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/service.md#ddb-table-372"""


_New = Callable[[dict[str, str]], dict[str, str]]


async def tag_resource(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """TagResource"""
    resource = _home(call, params["ResourceArn"])
    if not params["Tags"]:
        raise errors.VALIDATION("Atleast one Tag needs to be provided as Input.")
    added = of_list(params["Tags"])
    await _change(dynamodb, call, resource, lambda tags: _merged(tags, added))
    return {}


async def untag_resource(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """UntagResource"""
    resource = _home(call, params["ResourceArn"])
    gone: list[str] = params["TagKeys"]
    if not gone:
        raise errors.VALIDATION("Atleast one Tag Key needs to be provided as Input.")
    for key in gone:
        _check_key(key)
    if len(gone) > limits.TAGS:
        raise errors.VALIDATION(TOO_MANY)
    await _change(
        dynamodb,
        call,
        resource,
        lambda tags: {key: value for key, value in tags.items() if key not in gone},
    )
    return {}


def list_tags_of_resource(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """ListTagsOfResource: all at once, as there are few."""
    tags = _table(dynamodb, call, _home(call, params["ResourceArn"])).settings.get("Tags") or {}
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


def of_list(tags: Iterable[Params]) -> dict[str, str]:
    """Tags of a request by their keys. Raises ValidationException for what is no tag, and for too many."""
    found: dict[str, str] = {}
    for tag in tags:
        key, value = tag.get("Key"), tag.get("Value")
        _check_key(key)
        if value is None or len(value) > limits.TAG_VALUE_CHARACTERS or not _is_allowed(value):
            shown = "null" if value is None else value
            raise errors.VALIDATION(f"The Tag Value provided is invalid, Value: {shown}")
        if key in found:
            raise errors.VALIDATION(
                f"Duplicate Tag Keys provided as input: Duplicate Tag Key found {key}"
            )
        found[str(key)] = value
    if len(found) > limits.TAGS:
        raise errors.VALIDATION(TOO_MANY)
    return found


def _merged(tags: dict[str, str], added: dict[str, str]) -> dict[str, str]:
    merged = tags | added
    if len(merged) > limits.TAGS:
        raise errors.VALIDATION(TOO_MANY)
    return merged


def _check_key(key: str | None) -> None:
    if not key or len(key) > limits.TAG_KEY_CHARACTERS or not _is_allowed(key):
        shown = "null" if key is None else key
        raise errors.VALIDATION(f"The Tag Key provided is invalid, Key: {shown}")
    if key.startswith("aws:"):
        raise errors.VALIDATION(f"Tag Key cannot be prefixed with aws:, Key: {key}")


def _is_allowed(text: str) -> bool:
    return all(
        sign in _SIGNS
        or unicodedata.category(sign)[0] in "LN"
        or unicodedata.category(sign) == "Zs"
        for sign in text
    )


def _home(call: Call, arn: str) -> names.Resource:
    """https://github.com/architect/dynalite/blob/main/validations/tagResource.js"""
    resource = names.resource(arn)
    if resource.region != call.region or resource.partition != "aws" or resource.stream:
        raise errors.VALIDATION(f"Invalid TableArn: Invalid ResourceArn provided as input {arn}")
    if resource.account != call.account:
        raise names.denied(call, arn)
    return resource


def _table(dynamodb: DynamoDb, call: Call, resource: names.Resource) -> Table:
    table = dynamodb.tables.find(call.account, call.region, resource.table)
    if table is None:
        raise errors.TABLE_NOT_FOUND(
            f"Requested resource not found: ResourceArn: {resource.arn} not found"
        )
    return table


async def _change(dynamodb: DynamoDb, call: Call, resource: names.Resource, new: _New) -> None:
    def work(_connection: sqlite3.Connection, table: Table) -> Table:
        tags = new(table.settings.get("Tags") or {})
        return replace(table, settings={**table.settings, "Tags": tags})

    await change.change(dynamodb, _table(dynamodb, call, resource), work)
